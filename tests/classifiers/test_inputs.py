"""What the classifiers accept as X, and what they answer to the rest."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sk_textnn import CNNClassifier, TokenSequences, Vocabulary
from sk_textnn.exceptions import TextInputError

ROWS = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3], [2, 2, 3, 4], [5]] * 4
Y = [0, 1, 0, 1, 0, 1] * 4


def _clf(**params):
    small = {"filters": 4, "kernel_sizes": (1, 2), "embedding_dim": 4, "epochs": 3}
    return CNNClassifier(**{**small, "early_stopping": False, "random_state": 0, **params})


SEQUENCES = TokenSequences.from_lists(ROWS)


@pytest.mark.parametrize(
    "X",
    [
        ROWS,
        [tuple(row) for row in ROWS],
        [[0, *row, 0] for row in ROWS],
        np.asarray(SEQUENCES),
        np.asarray(SEQUENCES).astype(float),
        np.asarray(SEQUENCES.pad(9, padding="post")),
        pd.DataFrame(np.asarray(SEQUENCES)),
        [np.array(row) for row in ROWS],
        pd.Series(ROWS),
    ],
    ids=[
        "lists",
        "tuples",
        "zeros in lists",
        "array",
        "whole floats",
        "padded after",
        "frame",
        "list of arrays",
        "series",
    ],
)
def test_every_kind_of_ids_means_the_same(X):
    expected = _clf().fit(SEQUENCES, Y).predict_proba(SEQUENCES)
    clf = _clf().fit(X, Y)
    np.testing.assert_array_equal(clf.predict_proba(X), expected)
    np.testing.assert_array_equal(clf.predict_proba(SEQUENCES), expected)


def test_vectors_attached_or_embedded_are_seen():
    vectors = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    vectors[0] = 0
    attached = SEQUENCES.with_vectors(vectors)
    frozen = _clf(trainable_embedding=False).fit(attached, Y)
    np.testing.assert_array_equal(frozen.model_.get_layer("embedding").get_weights()[0], vectors)
    embedded = _clf().fit(np.asarray(attached), Y)
    assert embedded.model_.input_shape == (None, None, 4)
    wider = np.asarray(attached.pad(8))
    np.testing.assert_allclose(
        embedded.predict_proba(wider), embedded.predict_proba(np.asarray(attached)), atol=1e-6
    )


def test_ids_beyond_the_table_are_unknown_words():
    clf = _clf().fit(ROWS, Y)
    np.testing.assert_array_equal(clf.predict_proba([[2, 99, 3]]), clf.predict_proba([[2, 1, 3]]))


def test_width_of_arrays_must_stay_but_not_of_sequences():
    clf = _clf().fit(np.asarray(SEQUENCES), Y)
    assert clf.n_features_in_ == 4
    with pytest.raises(ValueError, match="X has 5 features, but CNNClassifier is expecting 4"):
        clf.predict(np.asarray(SEQUENCES.pad(5)))
    assert len(clf.predict(SEQUENCES.pad(5))) == len(Y)
    assert not hasattr(clf.fit(SEQUENCES, Y), "n_features_in_")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("a text", "X is str; expected"),
        (["a text", "another"], "Put TextTokenizer before it"),
        (np.array(["a text", "another"]), "Put TextTokenizer before it"),
        (pd.Series(["a text", "another"]), "Put TextTokenizer before it"),
        ((row for row in ROWS), "X is generator"),
        (None, "X is None"),
        ([[3, 2**32 + 2], [3]], "Row 0 holds the id 4294967298"),
        (np.array([[3, 2**32 + 2]]), "Row 0 holds 4294967298"),
        ([[3, 10**9], [3]], "Number the words from 2 on"),
        ([[3, 2.5], [3]], "Row 0 is list of shape"),
        ([[2, 3], None], "Row 1 is None, not a list of ids"),
        (np.array([["a", "b"]]), "not compatible with arrays of bytes/strings"),
        (np.zeros((2, 2, 2, 2)), "X has 4 dimensions"),
        ([[2, 3], [4, "b"]], "not compatible with arrays of bytes/strings"),
        (TokenSequences.from_lists([]), "0 sample"),
        ([], "0 sample.*no texts"),
        ([["a", "b"]] * 2, "Put TextTokenizer before it"),
        ([b"a", b"b"], "Put TextTokenizer before it"),
        (np.array([[1.5, np.nan]]), "NaN"),
    ],
)
def test_wrong_kinds_are_named(X, message):
    with pytest.raises(ValueError, match=message):
        _clf().fit(X, [0, 1])


def test_another_kind_than_in_fit():
    with pytest.raises(TextInputError, match="fit saw ids"):
        _clf().fit(ROWS, Y).predict(np.array([[0.5, 1.5]]))
    numbers = np.random.default_rng(0).normal(size=(24, 3))
    series = _clf().fit(numbers, Y)
    with pytest.raises(TextInputError, match="fit saw vectors of size 1"):
        series.predict(ROWS)
    with pytest.raises(TextInputError, match="fit saw vectors of 1"):
        series.predict(np.zeros((2, 3, 4)))


def test_another_tokenizer_than_in_fit():
    words = Vocabulary(["a", "b", "c", "d"])
    clf = _clf().fit(TokenSequences.from_lists(ROWS, vocabulary=words), Y)
    other = TokenSequences.from_lists(ROWS, vocabulary=Vocabulary(["a", "b", "d", "c"]))
    with pytest.raises(TextInputError, match="another tokenizer"):
        clf.predict(other)


def test_negative_integers_are_told_about():
    table = np.array([[3, 4, -1], [3, 2, 7]] * 10)
    with pytest.warns(UserWarning, match="pad with 0, not with a negative number"):
        _clf().fit(table, [0, 1] * 10)


def test_vectors_without_a_vocabulary():
    vectors = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")
    clf = _clf().fit(SEQUENCES.with_vectors(vectors), Y)
    assert clf.model_.get_layer("embedding").input_dim == 50
    with pytest.raises(TextInputError, match="its table of vectors has only 3 rows"):
        _clf().fit(SEQUENCES.with_vectors(vectors[:3]), Y)


@pytest.mark.parametrize("series", [pd.Series, pl.Series])
def test_series_of_id_lists(series):
    ids = series([list(map(int, row)) for row in ROWS])
    np.testing.assert_array_equal(
        _clf().fit(ids, Y).predict_proba(ids), _clf().fit(ROWS, Y).predict_proba(ROWS)
    )
