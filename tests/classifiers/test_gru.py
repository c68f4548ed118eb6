import pytest

from sk_textnn import GRUClassifier
from tests.classifiers.word_order import ORDERED, ORDERS

ROWS, Y = [[2, 3, 4], [5, 3], [4], [2, 2]] * 6, [0, 1, 2, 3] * 6


def test_parameters_reach_the_network():
    clf = GRUClassifier(units=5, n_layers=2, pooling="last", embedding_dim=3, epochs=1)
    model = clf.set_params(bidirectional=False, early_stopping=False).fit(ROWS, Y).model_
    layers = [layer for layer in model.layers if layer.name.startswith("gru_")]
    assert [(type(layer).__name__, layer.units) for layer in layers] == [("GRU", 5)] * 2
    assert layers[-1].output.shape == (None, 5)
    assert clf.predict_proba([[2, 3], [5]]).shape == (2, 4)


def test_learns_word_order():
    clf = GRUClassifier(units=8, embedding_dim=8, epochs=15, learning_rate=0.05, random_state=0)
    clf.set_params(bidirectional=False, early_stopping=False).fit(ORDERED, ORDERS)
    assert clf.score(ORDERED, ORDERS) == 1


@pytest.mark.parametrize("wrong", [{"units": -1.5}, {"pooling": "k_max"}, {"n_layers": 0}])
def test_wrong_parameters(wrong):
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter of GRUClassifier"):
        GRUClassifier(**wrong).fit(ROWS, Y)
