import pytest

from sk_textnn import LSTMClassifier

ROWS, Y = [[2, 3, 4], [5, 3], [4], [2, 2]] * 6, [0, 1, 2, 3, 4, 5, 6, 7] * 3


def test_parameters_reach_the_network():
    clf = LSTMClassifier(units=0.25, pooling="attention", recurrent_dropout=0.1, embedding_dim=3)
    clf.set_params(bidirectional=True, early_stopping=False, epochs=1).fit(ROWS, Y)
    ways = [clf.model_.get_layer(name) for name in ("lstm_1", "lstm_1_backwards")]
    found = [(type(way).__name__, way.units, way.recurrent_dropout) for way in ways]
    assert found == [("LSTM", 2, 0.1)] * 2  # units: a quarter of the 8 classes
    assert clf.model_.get_layer("attention_over_words").output.shape == (None, 4)
    assert clf.predict_proba([[2, 3], [5]]).shape == (2, 8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": 0},
        {"units": 0.0},
        {"units": float("inf")},
        {"pooling": "first"},
        {"recurrent_dropout": 1.0},
        {"n_layers": 1.5},
        {"bidirectional": 2},
    ],
)
def test_wrong_parameters(wrong):
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter of LSTMClassifier"):
        LSTMClassifier(**wrong).fit(ROWS, Y)
