import pytest

from sk_textnn import CNNClassifier

ROWS, Y = [[2, 3, 4], [5, 3]] * 10, [0, 1] * 10


def test_parameters_reach_the_network():
    clf = CNNClassifier(filters=7, kernel_sizes=[2, 5], embedding_dim=6, epochs=1).fit(ROWS, Y)
    layers = [layer for layer in clf.model_.layers if "windows" in layer.name]
    assert [layer.convolution.kernel_size for layer in layers] == [(2,), (5,)]
    assert [layer.convolution.filters for layer in layers] == [7, 7]
    assert clf.model_.get_layer("embedding").output_dim == 6


@pytest.mark.parametrize("sizes", [(), (0, 2), (2.5,), "34"])
def test_wrong_kernel_sizes(sizes):
    with pytest.raises(ValueError, match="kernel_sizes"):
        CNNClassifier(kernel_sizes=sizes).fit(ROWS, Y)
