import pytest

from sk_textnn import LSTMClassifier

ROWS, Y = [[2, 3, 4], [5, 3]] * 10, [0, 1] * 10


def test_parameters_reach_the_network():
    clf = LSTMClassifier(units=5, n_layers=2, bidirectional=True, recurrent_dropout=0.1, epochs=1)
    model = clf.fit(ROWS, Y).model_
    layers = [layer for layer in model.layers if layer.name.startswith("both_ways")]
    assert [layer.forward_layer.units for layer in layers] == [5, 5]
    assert layers[0].forward_layer.recurrent_dropout == 0.1
    assert model.get_layer("max_over_words").output.shape == (None, 10)


@pytest.mark.parametrize(
    "wrong", [{"units": 0}, {"pooling": "first"}, {"dropout": 1.0}, {"n_layers": 1.5}]
)
def test_wrong_parameters(wrong):
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter of LSTMClassifier"):
        LSTMClassifier(**wrong).fit(ROWS, Y)
