"""TokenSequences against the arrays they stand for, and the vocabulary."""

import copy
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import cross_val_predict, cross_val_score, train_test_split
from sklearn.utils import _safe_indexing, indexable, resample, shuffle

from sk_textnn import TokenSequences, Vocabulary
from sk_textnn._optional import import_heavy
from sk_textnn.exceptions import TextInputError
from sk_textnn.sequences import PADDING_ID, UNKNOWN_ID

ROWS = [[5, 2], [3], [4, 2, 6, 7, 8], [9, 3, 3], [2, 2, 2, 2]]
SIDES = ("pre", "post")
CUTS = ("pre", "post", "head_tail")

id_rows = st.lists(st.lists(st.integers(1, 50), max_size=12), min_size=1, max_size=8)


def head_tail(row, maxlen):
    """Cut the middle out, said without array arithmetic."""
    if maxlen is None or len(row) <= maxlen:
        return list(row)
    head, tail = -(-maxlen // 2), maxlen // 2
    return list(row[:head]) + list(row[len(row) - tail :])


def pad_sequences(rows, maxlen, padding, truncating):
    keras_pad = import_heavy("keras").utils.pad_sequences
    if truncating == "head_tail":
        rows = [head_tail(row, maxlen) for row in rows]
        truncating = "post"
    return keras_pad(rows, maxlen=maxlen, padding=padding, truncating=truncating, dtype="int32")


# The array it stands for.


@pytest.mark.parametrize("padding", SIDES)
@pytest.mark.parametrize("truncating", CUTS)
@given(rows=id_rows, maxlen=st.one_of(st.none(), st.integers(1, 15)))
@settings(max_examples=60, deadline=None)
def test_array_equals_keras_pad_sequences(padding, truncating, rows, maxlen):
    X = TokenSequences.from_lists(rows).pad(maxlen, padding=padding, truncating=truncating)
    expected = pad_sequences(rows, maxlen, padding, truncating)
    array = np.asarray(X)
    assert array.dtype == np.int32 == X.dtype
    assert X.shape == array.shape == expected.shape
    assert X.ndim == 2
    np.testing.assert_array_equal(array, expected)
    np.testing.assert_array_equal(X.truncated_ids(), _words_of(array, padding, X.lengths))
    np.testing.assert_array_equal(X.lengths, (expected != 0).sum(axis=1))


def _words_of(array, padding, lengths):
    """Return what is not padding, row by row."""
    width = array.shape[1]
    cut = [
        row[width - length :] if padding == "pre" else row[:length]
        for row, length in zip(array, lengths, strict=True)
    ]
    return np.concatenate(cut)


@pytest.mark.parametrize("padding", SIDES)
@pytest.mark.parametrize("truncating", CUTS)
@given(rows=id_rows, maxlen=st.one_of(st.none(), st.integers(1, 15)))
@settings(max_examples=20, deadline=None)
def test_array_with_vectors_is_3d_with_zeros_for_padding(padding, truncating, rows, maxlen):
    table = np.random.default_rng(0).normal(size=(51, 3)).astype(np.float32)
    table[PADDING_ID] = 0
    X = TokenSequences.from_lists(rows).pad(maxlen, padding=padding, truncating=truncating)
    X = X.with_vectors(table)
    expected = table[pad_sequences(rows, maxlen, padding, truncating)]
    assert X.shape == expected.shape
    assert X.ndim == 3
    assert X.dtype == np.float32 == np.asarray(X).dtype
    np.testing.assert_array_equal(np.asarray(X), expected)


def test_truncated_ids_of_short_texts_are_the_ids_themselves():
    X = TokenSequences.from_lists(ROWS)
    assert X.truncated_ids() is X.ids
    assert X.pad(5).truncated_ids() is X.ids


def test_array_takes_a_dtype_and_refuses_to_be_a_view():
    X = TokenSequences.from_lists(ROWS)
    assert np.asarray(X, dtype=np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="always a copy"):
        np.array(X, copy=False)


def test_dense_cuts_a_batch_to_its_own_width():
    X = TokenSequences.from_lists(ROWS).pad(4, truncating="post")
    np.testing.assert_array_equal(X.dense(np.array([1, 0])), [[3, 0], [5, 2]])
    np.testing.assert_array_equal(X.dense(np.array([2])), [[4, 2, 6, 7]])
    np.testing.assert_array_equal(
        X.dense(np.array([1]), padding="pre", width=3), [[0, 0, 3]], strict=False
    )


# Rows.


@pytest.fixture(params=[None, 2, 9], ids=["longest", "cut", "wider"])
def padded(request):
    return TokenSequences.from_lists(ROWS).pad(request.param, truncating="post")


@pytest.mark.parametrize("row", [0, 2, -1, -5, np.int64(3)])
def test_index_by_int_gives_the_padded_row(padded, row):
    taken = padded[row]
    assert isinstance(taken, np.ndarray)
    np.testing.assert_array_equal(taken, np.asarray(padded)[row])


def test_index_by_int_with_vectors_gives_steps_by_size():
    table = np.arange(20, dtype=np.float32).reshape(10, 2)
    X = TokenSequences.from_lists(ROWS).with_vectors(table)
    np.testing.assert_array_equal(X[1], np.asarray(X)[1])


@pytest.mark.parametrize(
    "key",
    [
        slice(1, 3),
        slice(None),
        slice(-2, None),
        slice(None, None, 2),
        slice(None, None, -1),
        slice(3, 1),
        slice(2, 100),
        np.array([True, False, True, False, True]),
        np.array([False] * 5),
        [True, False, False, False, True],
        np.array([4, 0, 0, -1]),
        [3, 1],
        [],
        np.array([], dtype=int),
        (np.array([2, 0]), Ellipsis),
        ([2, 0], slice(None)),
        (slice(1, 4), Ellipsis),
    ],
    ids=str,
)
def test_index_by_rows_gives_sequences_of_these_rows(key):
    X = TokenSequences.from_lists(ROWS).pad(4, padding="post")
    taken = X[key]
    assert isinstance(taken, TokenSequences)
    np.testing.assert_array_equal(np.asarray(taken), np.asarray(X)[key])
    assert taken.offsets[0] == 0
    assert taken.offsets[-1] == len(taken.ids)
    assert (taken.maxlen, taken.padding, taken.truncating) == (4, "post", "pre")


def test_contiguous_slices_share_the_ids():
    X = TokenSequences.from_lists(ROWS)
    assert np.shares_memory(X[1:4].ids, X.ids)


def test_selection_keeps_vocabulary_and_vectors():
    vocabulary = Vocabulary("abcdefgh")
    table = np.zeros((10, 2), dtype=np.float32)
    X = TokenSequences.from_lists(ROWS, vocabulary=vocabulary).with_vectors(table)
    for key in (slice(0, 2), [0, 3]):
        assert X[key].vocabulary is vocabulary
        assert X[key].vectors is table


@pytest.mark.parametrize("row", [5, -6])
def test_index_outside_names_the_row(row):
    with pytest.raises(IndexError, match=f"Row {row} .* 5 rows"):
        TokenSequences.from_lists(ROWS)[row]


@pytest.mark.parametrize("key", [(0, 1), (slice(None), 0), (slice(None), slice(0, 2))], ids=str)
def test_columns_are_refused_with_advice(key):
    with pytest.raises(IndexError, match=r"np\.asarray"):
        TokenSequences.from_lists(ROWS)[key]


@pytest.mark.parametrize("key", [np.array([[0, 1], [2, 3]]), np.array([True, False]), "a", 1.5])
def test_other_keys_are_refused(key):
    with pytest.raises(IndexError):
        TokenSequences.from_lists(ROWS)[key]


def test_len_and_iteration(padded):
    assert len(padded) == 5
    rows = list(padded)
    np.testing.assert_array_equal(np.stack(rows), np.asarray(padded))


@given(rows=id_rows, data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_index_array_selects_as_numpy_does(rows, data):
    X = TokenSequences.from_lists(rows).pad(6)
    key = data.draw(st.lists(st.integers(-len(rows), len(rows) - 1), max_size=10))
    taken = np.asarray(X[np.array(key, dtype=int)])
    np.testing.assert_array_equal(taken, np.asarray(X)[np.array(key, dtype=int)])


# Memory.


def test_annotations_share_the_ids():
    X = TokenSequences.from_lists(ROWS)
    table = np.zeros((10, 4), dtype=np.float32)
    annotated = X.pad(3).with_vectors(table)
    assert annotated.ids is X.ids
    assert annotated.offsets is X.offsets
    assert annotated.vectors is table
    assert X.maxlen is None
    assert X.vectors is None


def test_memory_grows_with_words_not_with_width():
    rows = [[7]] * 1000 + [[7] * 100_000]
    X = TokenSequences.from_lists(rows).with_vectors(np.zeros((8, 300), dtype=np.float32))
    assert X.shape == (1001, 100_000, 300)  # 120 GB, were it an array
    assert X.nbytes < 500_000
    assert X[:1000].nbytes < 20_000
    assert len(pickle.dumps(X.pad(50)[np.arange(10)])) < 15_000


def test_vectors_must_fit_the_vocabulary():
    X = TokenSequences.from_lists([[2, 3]], vocabulary=Vocabulary(["a", "b"]))
    with pytest.raises(ValueError, match="has 3 rows, but the vocabulary needs 4"):
        X.with_vectors(np.zeros((3, 2), dtype=np.float32))


# In scikit-learn and joblib.


class MostFrequent(ClassifierMixin, BaseEstimator):
    """The smallest classifier that looks at its X: it must be sequences, never an array."""

    def fit(self, X, y):
        assert isinstance(X, TokenSequences)
        assert len(X) == len(y)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.best_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X):
        assert isinstance(X, TokenSequences)
        return np.full(len(X), self.best_)


@pytest.fixture
def many():
    rng = np.random.default_rng(0)
    rows = [rng.integers(2, 30, size=rng.integers(1, 9)).tolist() for _ in range(60)]
    return TokenSequences.from_lists(rows).pad(5), np.arange(60) % 3


def test_safe_indexing(many):
    X, _ = many
    for key in ([0, 5], np.array([3, 1]), slice(2, 7), np.arange(60) < 4):
        taken = _safe_indexing(X, key)
        assert isinstance(taken, TokenSequences)
        np.testing.assert_array_equal(np.asarray(taken), np.asarray(X)[key])


def test_train_test_split(many):
    X, y = many
    X_train, X_test, y_train, _ = train_test_split(X, y, stratify=y, random_state=0)
    rows_train, rows_test = train_test_split(np.arange(60), stratify=y, random_state=0)
    assert isinstance(X_train, TokenSequences)
    np.testing.assert_array_equal(np.asarray(X_train), np.asarray(X)[rows_train])
    np.testing.assert_array_equal(np.asarray(X_test), np.asarray(X)[rows_test])
    np.testing.assert_array_equal(y_train, y[rows_train])


def test_cross_validation(many):
    X, y = many
    assert cross_val_score(MostFrequent(), X, y, cv=3).shape == (3,)
    assert cross_val_predict(MostFrequent(), X, y, cv=3).shape == (60,)
    assert cross_val_score(MostFrequent(), X, y, cv=2, n_jobs=2).shape == (2,)


def test_shuffle_and_resample(many):
    X, y = many
    assert indexable(X, y)[0] is X
    shuffled, rows = shuffle(X, np.arange(60), random_state=0)
    np.testing.assert_array_equal(np.asarray(shuffled), np.asarray(X)[rows])
    assert resample(X, n_samples=7, random_state=0).shape == (7, 5)


def make_annotated():
    vocabulary = Vocabulary(["the", "cat", "".join(["s", "at"])], oov_token="?")
    X = TokenSequences.from_lists([[2, 3], [4, 1, 2]], vocabulary=vocabulary)
    return X.pad(2, padding="post").with_vectors(np.ones((5, 2), dtype=np.float32))


@pytest.mark.parametrize("copy_of", [copy.copy, copy.deepcopy, lambda X: _through_pickle(X)])
def test_copies_and_pickles_lose_nothing(copy_of):
    X = make_annotated()
    again = copy_of(X)
    np.testing.assert_array_equal(np.asarray(again), np.asarray(X))
    assert again.vocabulary == X.vocabulary
    assert (again.maxlen, again.padding, again.truncating) == (2, "post", "pre")


def _through_pickle(X):
    return pickle.loads(pickle.dumps(X))


def test_joblib_hash_depends_on_content_only():
    X = make_annotated()
    assert joblib.hash(X) == joblib.hash(make_annotated())
    assert joblib.hash(X) == joblib.hash(_through_pickle(X))
    others = [X.pad(3), X.pad(2, padding="pre"), X[:1], X.with_vectors(X.vectors * 2)]
    assert len({joblib.hash(other) for other in [X, *others]}) == 5


def test_repr_says_what_it_holds():
    assert repr(TokenSequences.from_lists(ROWS)) == (
        "TokenSequences(5 texts, 15 words, shape (5, 5), int32)"
    )
    assert repr(make_annotated()) == (
        "TokenSequences(2 texts, 5 words, shape (2, 2, 2), float32, vocabulary of 5 ids)"
    )


# Building, and what is refused.


def test_from_lists_takes_lists_tuples_and_arrays():
    X = TokenSequences.from_lists([[1, 2], (3,), np.array([4, 5], dtype=np.int64), []])
    assert X.ids.tolist() == [1, 2, 3, 4, 5]
    assert X.offsets.tolist() == [0, 2, 3, 5, 5]
    assert X.ids.dtype == np.int32
    assert X.offsets.dtype == np.int64


def test_from_lists_leaves_padding_out():
    X = TokenSequences.from_lists([[0, 0, 3], [0], [2, 0, 4]])
    assert X.ids.tolist() == [3, 2, 4]
    assert X.offsets.tolist() == [0, 1, 1, 3]


def test_from_lists_of_nothing():
    X = TokenSequences.from_lists([])
    assert len(X) == 0
    assert X.shape == (0, 0)
    assert np.asarray(X).shape == (0, 0)


def test_from_padded_takes_zeros_anywhere_for_padding():
    array = np.array([[0, 3, 0, 4], [0, 0, 0, 0], [5, 0, 0, 0]])
    X = TokenSequences.from_padded(array)
    assert X.shape == (3, 4)
    np.testing.assert_array_equal(np.asarray(X), [[0, 0, 3, 4], [0, 0, 0, 0], [0, 0, 0, 5]])
    X = TokenSequences.from_padded(array.astype(float), padding="post")
    np.testing.assert_array_equal(np.asarray(X), [[3, 4, 0, 0], [0, 0, 0, 0], [5, 0, 0, 0]])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("some text", "Row 1 is the text 'some text'.*TextTokenizer"),
        ([2, -3], "Row 1 holds the id -3"),
        ([2, 2**31], f"Row 1 holds the id {2**31}.*none above"),
        ([1.5, 2.0], "Row 1 is list of shape .* float64"),
        ([[1, 2], [3]], "Row 1 is nested"),
        ([[1, 2], [3, 4]], r"Row 1 is list of shape \(2, 2\)"),
        (7, r"Row 1 is int of shape \(\)"),
        (None, "Row 1 is NoneType"),
        (["a", "b"], "Row 1 is list of shape"),
    ],
)
def test_from_lists_names_the_row_that_is_no_list_of_ids(row, message):
    with pytest.raises(TextInputError, match=message):
        TokenSequences.from_lists([[1], row])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        ([1, 2, 3], r"An array of shape \(3,\)"),
        (np.ones((2, 2, 2)), r"An array of shape \(2, 2, 2\)"),
        (np.ones((2, 0)), r"An array of shape \(2, 0\)"),
        ([["a", "b"]], "dtype <U1"),
        ([[1, 2], [3, -4]], "Row 1 holds -4"),
        ([[1, 2.5], [3, 4]], r"Row 0 holds 2\.5"),
        ([[1, 2], [np.nan, 4]], "Row 1 holds nan"),
        ([[1, 2**31]], f"Row 0 holds {2**31}"),
    ],
)
def test_from_padded_says_what_is_wrong(array, message):
    with pytest.raises(TextInputError, match=message):
        TokenSequences.from_padded(array)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"maxlen": 0}, "maxlen must be None or an integer"),
        ({"maxlen": 2.5}, "maxlen must be"),
        ({"maxlen": 2, "padding": "left"}, "padding must be one of"),
        ({"maxlen": 2, "truncating": "middle"}, "truncating must be one of"),
    ],
)
def test_pad_refuses_other_widths_and_sides(kwargs, message):
    with pytest.raises(ValueError, match=message):
        TokenSequences.from_lists(ROWS).pad(**kwargs)


# The vocabulary.


def test_vocabulary_reserves_padding_and_unknown():
    vocabulary = Vocabulary(["cat", "dog"])
    assert (PADDING_ID, UNKNOWN_ID) == (0, 1)
    assert len(vocabulary) == 4
    assert vocabulary.index == {"cat": 2, "dog": 3}
    assert [vocabulary.word(token_id) for token_id in range(4)] == [None, "[UNK]", "cat", "dog"]
    assert "cat" in vocabulary
    assert "[UNK]" not in vocabulary
    assert list(vocabulary) == ["cat", "dog"]
    with pytest.raises(IndexError):
        vocabulary.word(4)


def test_vocabulary_is_equal_by_content():
    assert Vocabulary("ab") == Vocabulary(["a", "b"])
    assert Vocabulary("ab") != Vocabulary("ba")
    assert Vocabulary("ab") != Vocabulary("ab", oov_token=None)
    assert Vocabulary("ab") != ["a", "b"]
    with pytest.raises(TypeError, match="unhashable"):
        hash(Vocabulary("ab"))


def test_vocabulary_through_pickle_and_repr():
    vocabulary = Vocabulary("abcdefg", oov_token=None)
    again = _through_pickle(vocabulary)
    assert again == vocabulary
    assert again.index == vocabulary.index
    assert again.oov_token is None
    assert repr(vocabulary) == "Vocabulary(7 words: a, b, c, d, e, ...)"


def test_vocabulary_refuses_a_word_twice():
    with pytest.raises(ValueError, match="'b' stands twice"):
        Vocabulary(["a", "b", "c", "b"])


@pytest.mark.parametrize(
    ("ids", "offsets", "message"),
    [
        ([3, 0, 2], [0, 3], "numbers from 0 to 3"),
        ([-1, 2], [0, 2], "numbers from -1 to 2"),
        ([1.7], [0, 1], "a flat array of integers was expected"),
        ([[1, 2]], [0, 2], "a flat array of integers was expected"),
        ([1, 2], [0, 5], "must rise from 0 to the number of ids, 2"),
        ([1, 2], [0, 2, 1, 2], "must rise from 0"),
        ([], [], "offsets are an array of shape"),
    ],
)
def test_what_is_no_ragged_array_is_refused(ids, offsets, message):
    with pytest.raises(TextInputError, match=message):
        TokenSequences(ids, offsets)


@pytest.mark.parametrize("vectors", [[[np.nan, 1.0]] * 5, [1.0, 2.0], [[1, 2]] * 5])
def test_what_is_no_table_of_vectors_is_refused(vectors):
    with pytest.raises(ValueError, match="finite numbers of shape"):
        TokenSequences([2, 3], [0, 2]).with_vectors(np.array(vectors))


@pytest.mark.parametrize("token_id", [-1, 4])
def test_ids_beyond_the_vocabulary_have_no_word(token_id):
    with pytest.raises(IndexError, match="ids go from 0 to 3"):
        Vocabulary(["cat", "dog"]).word(token_id)


def test_labels_of_the_texts_stay_with_them():
    labels = pd.Index(["a", "b", "c"])
    X = TokenSequences([5, 2, 3, 4], [0, 2, 3, 4], index=labels)
    for rows in (slice(1, None), slice(None, None, -1), [2, 0], np.array([True, False, True])):
        chosen = X.pad(2)[rows].with_vectors(np.zeros((6, 1), dtype=np.float32))
        assert chosen.index.tolist() == labels[rows].tolist()
    assert X[1].tolist() == [0, 3]
    assert pickle.loads(pickle.dumps(X)).index.tolist() == ["a", "b", "c"]
    assert TokenSequences.from_lists([[2]])[[0]].index is None
    with pytest.raises(ValueError, match=r"index is list; expected was a pandas\.Index"):
        TokenSequences([2, 3], [0, 1, 2], index=["a", "b"])
    with pytest.raises(ValueError, match="index has 3 labels, but there are 2 texts"):
        TokenSequences([5, 2], [0, 1, 2], index=labels)
