import numpy as np
import pytest

from sk_textnn import LSTMClassifier
from sk_textnn._optional import import_heavy

keras = import_heavy("keras")
FAST = {"units": 2, "embedding_dim": 3, "early_stopping": False, "epochs": 1, "random_state": 0}
ROWS, Y = [[2, 3, 4], [5, 3], [4], [2, 2]] * 6, [0, 1, 2, 3, 4, 5, 6, 7] * 3


def test_parameters_reach_the_network():
    clf = LSTMClassifier(units=0.25, pooling="attention", recurrent_dropout=0.1, embedding_dim=3)
    clf.set_params(bidirectional=True, early_stopping=False, epochs=1).fit(ROWS, Y)
    ways = [clf.model_.get_layer(name) for name in ("lstm_1", "lstm_1_backwards")]
    found = [(type(way).__name__, way.units, way.recurrent_dropout) for way in ways]
    assert found == [("LSTM", 2, 0.1)] * 2  # units: a quarter of the 8 classes
    assert clf.model_.get_layer("attention_over_words").output.shape == (None, 4)
    assert clf.predict_proba([[2, 3], [5]]).shape == (2, 8)


def _tables(clf):
    names = [layer.name for layer in clf.model_.layers if layer.name.startswith("vectors_of_")]
    return {name: clf.model_.get_layer(name).get_weights()[0] for name in names}


def test_vectors_of_ngrams_are_added_to_those_of_their_first_words():
    clf = LSTMClassifier(max_ngram=3, n_buckets=9, **FAST).fit(ROWS, Y)
    tables = _tables(clf)
    assert {name: table.shape for name, table in tables.items()} == {
        "vectors_of_2_words": (10, 3),
        "vectors_of_3_words": (10, 3),
    }
    layers = [clf.model_.get_layer(f"ids_of_{n}_words").output for n in (2, 3)]
    layers.append(clf.model_.get_layer("words_and_ngrams").output)
    ids = np.array([[2, 3, 4, 0]])
    *of_ngrams, found = map(np.asarray, keras.Model(clf.model_.inputs[0], layers)(ids))
    expected = clf.model_.get_layer("embedding").get_weights()[0][ids]
    for table, numbers in zip(tables.values(), of_ngrams, strict=True):
        assert (numbers > 0).sum() in (1, 2)  # trigrams, bigrams
        expected = expected + np.where(numbers[..., None] > 0, table[numbers], 0)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_training_leaves_out_ngrams():
    dropped = LSTMClassifier(max_ngram=3, n_buckets=9, ngram_dropout=0.25, **FAST).fit(ROWS, Y)
    layers = [dropped.model_.get_layer(f"ngram_dropout_{n}") for n in (2, 3)]
    assert [layer.rate for layer in layers] == [0.25, 0.25]
    steps = np.ones((50, 20, 1), dtype="float32")
    two, three = (np.asarray(layer(steps, training=True)) for layer in layers)
    assert 0.7 < two.mean() < 0.8  # those that stay keep their size
    assert (two != three).any()
    assert np.array_equal(np.asarray(layers[0](steps)), steps)


def test_without_ngrams():
    assert not _tables(LSTMClassifier(max_ngram=1, **FAST).fit(ROWS, Y))
    steps = np.random.default_rng(0).normal(size=(24, 3, 2))
    assert not _tables(LSTMClassifier(max_ngram=3, **FAST).fit(steps, Y))


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_ngram": 0},
        {"n_buckets": 0},
        {"ngram_dropout": 1.0},
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
