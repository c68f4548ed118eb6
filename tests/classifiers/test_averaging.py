import numpy as np
import pytest

from sk_textnn import AveragingClassifier, TokenSequences
from sk_textnn._optional import import_heavy
from tests.classifiers.word_order import ORDERED, ORDERS

keras = import_heavy("keras")
ROWS, Y = [[2, 3, 4], [5, 3]] * 10, [0, 1] * 10
FAST = {"embedding_dim": 4, "early_stopping": False, "epochs": 1, "random_state": 0}


def _tables(clf):
    names = [layer.name for layer in clf.model_.layers if layer.name.startswith("vectors_of_")]
    return {name: clf.model_.get_layer(name).get_weights()[0] for name in names}


def test_parameters_reach_the_network():
    clf = AveragingClassifier(max_ngram=3, n_buckets=9, **FAST).fit(ROWS, Y)
    shapes = {name: table.shape for name, table in _tables(clf).items()}
    assert shapes == {"vectors_of_2_words": (10, 4), "vectors_of_3_words": (10, 4)}


def test_ngrams_learn_word_order():
    clf = AveragingClassifier(n_buckets=50, **{**FAST, "epochs": 15, "learning_rate": 0.1})
    clf.fit(ORDERED, ORDERS)
    assert clf.score(ORDERED, ORDERS) == 1
    clf.set_params(max_ngram=1, epochs=1).fit(ORDERED, ORDERS)
    words = clf.predict_proba([[2, 3, 4], [4, 3, 2]])  # alone, they have no order
    np.testing.assert_allclose(words[0], words[1], rtol=1e-6)


def test_steps_that_are_vectors_have_no_ngrams():
    X = np.random.default_rng(0).normal(size=(20, 3, 2))
    clf = AveragingClassifier(max_ngram=3, word_dropout=0.2, **FAST).fit(X, Y)
    assert not _tables(clf)
    mean = X.mean(axis=1).astype("float32")
    expected = clf.model_.get_layer("probabilities")(mean)
    np.testing.assert_allclose(clf.predict_proba(X), expected, rtol=1e-5)


def test_words_that_are_dropped_are_dropped_from_ngrams_too():
    clf = AveragingClassifier(word_dropout=0.9, **FAST).fit(ROWS, Y)
    ids = clf.model_.get_layer("ids_of_2_words").input
    model = keras.Model(clf.model_.inputs, ids)
    drawn = np.asarray(model(np.full((50, 9), 3), training=True))
    assert set(np.unique(drawn)) == {1, 3}
    assert (drawn == 1).mean() == pytest.approx(0.9, abs=0.1)


def test_vectors_that_came_are_those_of_words_not_of_ngrams():
    """Also if there are as many buckets as words."""
    vectors = np.ones((6, 4), dtype="float32")
    X = TokenSequences.from_lists(ROWS).with_vectors(vectors)
    clf = AveragingClassifier(n_buckets=len(vectors) - 1, trainable_embedding=False, **FAST)
    clf.fit(X, Y)
    np.testing.assert_array_equal(clf.model_.get_layer("embedding").get_weights()[0], vectors)
    (table,) = _tables(clf).values()
    assert np.abs(table).max() < 0.1


@pytest.mark.parametrize("wrong", [{"max_ngram": 0}, {"n_buckets": 0}, {"n_buckets": 2.5}])
def test_wrong_parameters(wrong):
    message = f"The '{next(iter(wrong))}' parameter of AveragingClassifier"
    with pytest.raises(ValueError, match=message):
        AveragingClassifier(**wrong).fit(ROWS, Y)
