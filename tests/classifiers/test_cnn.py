import numpy as np
import pytest

from sk_textnn import CNNClassifier, TokenSequences

ROWS, Y = [[2, 3, 4], [5, 3]] * 10, [0, 1] * 10
FAST = {"embedding_dim": 4, "early_stopping": False, "epochs": 1, "random_state": 0}


def test_parameters_reach_the_network():
    clf = CNNClassifier(filters=7, kernel_sizes=[2, 5], pooling="k_max", k=2, **FAST).fit(ROWS, Y)
    layers = [layer for layer in clf.model_.layers if layer.name.startswith("windows_")]
    assert [(layer.filters, layer.kernel_size, layer.pooling, layer.k) for layer in layers] == [
        (7, 2, "k_max", 2),
        (7, 5, "k_max", 2),
    ]
    assert layers[0].output.shape == (None, 7 * 2)
    assert clf.model_.get_layer("embedding").output_dim == 4


def test_both_channels_begin_with_the_vectors_and_one_of_them_learns():
    vectors = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    vectors[0] = 0
    X = TokenSequences.from_lists(ROWS).with_vectors(vectors)
    clf = CNNClassifier(filters=3, kernel_sizes=(1,), channels=2, **FAST).fit(X, Y)
    frozen, table = (
        clf.model_.get_layer(name).get_weights()[0] for name in ("embedding_frozen", "embedding")
    )
    np.testing.assert_array_equal(frozen, vectors)
    np.testing.assert_array_equal((table != vectors).any(axis=1), np.isin(range(8), [2, 3, 4, 5]))
    np.testing.assert_allclose(table, vectors, atol=0.01)


def test_steps_that_are_vectors_have_no_second_channel():
    X = np.random.default_rng(0).normal(size=(20, 3, 2))
    clf = CNNClassifier(filters=3, kernel_sizes=(1,), channels=2, **FAST).fit(X, Y)
    kernel = clf.model_.get_layer("windows_1_of_1").convolution.kernel
    assert kernel.shape == (1, 2, 3)


@pytest.mark.parametrize("sizes", [(), (0, 2), (2.5,), "34", 3])
def test_wrong_kernel_sizes(sizes):
    with pytest.raises(ValueError, match="kernel_sizes"):
        CNNClassifier(kernel_sizes=sizes).fit(ROWS, Y)


@pytest.mark.parametrize(
    "wrong", [{"filters": 0}, {"pooling": "last"}, {"k": 0}, {"channels": 0}, {"channels": 3}]
)
def test_wrong_parameters(wrong):
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter of CNNClassifier"):
        CNNClassifier(**wrong).fit(ROWS, Y)
