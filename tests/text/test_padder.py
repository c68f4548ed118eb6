"""SequencePadder: widths, sides, kinds of input, and scikit-learn's checks."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from sk_textnn import SequencePadder, TokenSequences, Vocabulary
from sk_textnn.exceptions import TextInputError

ROWS = [[2, 3], [4], [5, 6, 7, 8, 9], [2, 2, 2]]
ARRAY = np.array([[0, 0, 2, 3], [4, 0, 0, 0], [5, 6, 7, 8], [0, 2, 0, 2]])


@pytest.mark.parametrize(
    "padder",
    [
        SequencePadder(),
        SequencePadder(maxlen=2, padding="post", truncating="head_tail"),
        SequencePadder(maxlen="p75", truncating="post"),
        SequencePadder(maxlen=0.5),
    ],
    ids=str,
)
def test_scikit_learns_checks_pass_without_exception(padder):
    results = check_estimator(padder, on_skip=None, on_fail="raise")
    assert len(results) > 40
    # The one check that may be skipped asks for an environment variable of SciPy.
    skipped = {result["check_name"] for result in results if result["status"] != "passed"}
    assert skipped <= {"check_array_api_input"}


# The width.


@pytest.mark.parametrize(
    ("maxlen", "expected"),
    [
        (None, 5),
        (1, 1),
        (np.int64(4), 4),
        (100, 100),
        (1.0, 5),
        (0.75, 3),
        (0.7501, 5),
        (0.5, 2),
        (0.01, 1),
        ("p100", 5),
        ("p75", 3),
        ("p75.5", 5),
        ("p25", 1),
    ],
)
def test_width(maxlen, expected):
    padder = SequencePadder(maxlen=maxlen).fit(ROWS)
    assert padder.maxlen_ == expected
    assert type(padder.maxlen_) is int
    assert padder.transform(ROWS).shape == (4, expected)


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=40),
    share=st.floats(0.01, 1, exclude_min=True),
)
@settings(max_examples=100, deadline=None)
def test_quantile_is_the_smallest_width_that_keeps_that_share_whole(lengths, share):
    maxlen = SequencePadder(maxlen=share).fit([[2] * n for n in lengths]).maxlen_
    whole = np.mean(np.array(lengths) <= maxlen)
    assert whole >= share - 1e-9
    narrower = np.mean(np.array(lengths) <= maxlen - 1)
    assert maxlen == 1 or narrower < share + 1e-9


def test_width_is_that_of_fit():
    padder = SequencePadder().fit(ROWS)
    assert padder.transform([[7] * 9, [3]]).shape == (2, 5)
    assert padder.fit([[2, 3]]).maxlen_ == 2


def test_rows_of_padding_only_still_have_a_width():
    assert SequencePadder().fit([[], []]).maxlen_ == 1
    padder = SequencePadder().fit(np.zeros((3, 4), dtype=int))
    assert (padder.maxlen_, padder.truncated_share_) == (1, 0.0)


def test_longest_is_counted_in_words_not_in_columns():
    assert SequencePadder().fit(ARRAY[[0, 1, 3]]).maxlen_ == 2


# Words cut off.


@pytest.mark.parametrize(("maxlen", "share"), [(None, 0), (3, 2 / 11), (2, 4 / 11), (1, 7 / 11)])
def test_share_of_words_cut(maxlen, share):
    for X in (ROWS, TokenSequences.from_lists(ROWS), np.asarray(TokenSequences.from_lists(ROWS))):
        padder = SequencePadder(maxlen=maxlen).fit(X)
        assert padder.truncated_share_ == pytest.approx(share)
        assert padder.truncated_share(X) == pytest.approx(share)
    kept = padder.transform(ROWS).truncated_ids()
    assert len(kept) == round(11 * (1 - share))


def test_share_of_words_cut_of_other_texts():
    padder = SequencePadder(maxlen=2).fit(ROWS)
    assert padder.truncated_share([[2, 3, 4, 5]]) == 0.5
    assert padder.truncated_share([[2], []]) == 0.0
    assert padder.truncated_share([]) == 0.0


# Kinds of input.


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post", "head_tail"])
def test_every_kind_gives_the_same_array(padding, truncating):
    padder = SequencePadder(maxlen=3, padding=padding, truncating=truncating)
    sequences = TokenSequences.from_lists(ROWS)
    expected = np.asarray(sequences.pad(3, padding=padding, truncating=truncating))
    kinds = [
        sequences,
        sequences.pad(5, padding="post"),
        ROWS,
        tuple(map(tuple, ROWS)),
        [np.array(row) for row in ROWS],
        np.array(ROWS, dtype=object),
        pd.Series(ROWS, index=[3, 4, 5, 6]),
        np.asarray(sequences),
        np.asarray(sequences, dtype=np.float32),
        np.asarray(sequences).astype(np.uint8),
        pd.DataFrame(np.asarray(sequences)),
    ]
    for X in kinds:
        np.testing.assert_array_equal(np.asarray(padder.fit_transform(X)), expected)


def test_sequences_stay_ragged_and_share_their_ids():
    vocabulary = Vocabulary("abcdefgh")
    table = np.zeros((10, 2), dtype=np.float32)
    X = TokenSequences.from_lists(ROWS, vocabulary=vocabulary).with_vectors(table)
    padded = SequencePadder(maxlen=2, padding="post", truncating="head_tail").fit_transform(X)
    assert isinstance(padded, TokenSequences)
    assert padded.ids is X.ids
    assert padded.vocabulary is vocabulary
    assert padded.vectors is table
    assert (padded.maxlen, padded.padding, padded.truncating) == (2, "post", "head_tail")


def test_lists_become_sequences():
    assert isinstance(SequencePadder().fit_transform(ROWS), TokenSequences)
    assert isinstance(SequencePadder().fit_transform([[0, 2], [3, 4]]), TokenSequences)


def test_arrays_stay_arrays():
    padder = SequencePadder(maxlen=2, truncating="post").fit(ARRAY)
    X = padder.transform(ARRAY)
    assert isinstance(X, np.ndarray)
    assert X.dtype == np.int32
    np.testing.assert_array_equal(X, [[2, 3], [0, 4], [5, 6], [2, 2]])
    assert padder.n_features_in_ == 4
    wider = SequencePadder(maxlen=6, padding="post").fit_transform(ARRAY)
    np.testing.assert_array_equal(wider[3], [2, 2, 0, 0, 0, 0])


def test_columns_are_remembered_for_arrays_and_forgotten_for_sequences():
    frame = pd.DataFrame(ARRAY, columns=list("abcd"))
    padder = SequencePadder().fit(frame)
    assert padder.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        padder.transform(frame[list("abc")])
    with pytest.raises(ValueError, match="expecting 4 features"):
        SequencePadder().fit(ARRAY).transform(ARRAY[:, :3])
    assert padder.transform(ROWS).shape == (4, 4)
    padder.fit(ROWS)
    assert not hasattr(padder, "n_features_in_")
    assert not hasattr(padder, "feature_names_in_")
    assert padder.transform(ARRAY[:, :3]).shape == (4, 5)


# What is refused.


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.array([[1.5, 2.0]]), r"Row 0 holds 1\.5"),
        (np.array([[1, -2]]), "Negative values in data.*TextTokenizer"),
        (np.array([1, 2, 3]), "Expected 2D array"),
        (np.ones((2, 2, 2)), "dim 3"),
        (np.array([[1, np.nan]]), "NaN"),
        (np.empty((0, 3)), "0 sample"),
        ([], "0 sample"),
        (TokenSequences.from_lists([]), "0 sample"),
        (["a text", "another"], "Row 0 is the text 'a text'.*TextTokenizer"),
        ([1, 2, 3], "Row 0 is int"),
        ([[1], [2.5]], "Row 1 is list"),
        ([[1], [-2]], "Row 1 holds the id -2"),
        (pd.Series(["a text", "another"], dtype=object), "Row 0 is the text 'a text'"),
    ],
)
def test_what_holds_no_ids_is_refused(X, message):
    with pytest.raises(ValueError, match=message):
        SequencePadder().fit(X)
    if len(X):
        with pytest.raises(ValueError, match=message):
            SequencePadder().fit(ROWS).transform(X)


def test_refusals_are_input_errors():
    with pytest.raises(TextInputError):
        SequencePadder().fit(["a text"])


@pytest.mark.parametrize("maxlen", ["95", "p", "p0", "p101", "p-5", "longest", " p95"])
def test_other_strings_are_no_width(maxlen):
    with pytest.raises(ValueError, match="write 'p95'"):
        SequencePadder(maxlen=maxlen).fit(ROWS)


@pytest.mark.parametrize(
    "params",
    [
        {"maxlen": 0},
        {"maxlen": 1.5},
        {"maxlen": 0.0},
        {"padding": "left"},
        {"truncating": "middle"},
    ],
    ids=str,
)
def test_other_parameters_are_refused(params):
    with pytest.raises(ValueError, match=f"'{next(iter(params))}' parameter of SequencePadder"):
        SequencePadder(**params).fit(ROWS)


def test_unfitted():
    for method in ("transform", "truncated_share"):
        with pytest.raises(NotFittedError):
            getattr(SequencePadder(), method)(ROWS)


def test_clone_and_pickle():
    padder = SequencePadder(maxlen="p75", padding="post").fit(ROWS)
    assert not hasattr(clone(padder), "maxlen_")
    again = pickle.loads(pickle.dumps(padder))
    np.testing.assert_array_equal(
        np.asarray(again.transform(ROWS)), np.asarray(padder.transform(ROWS))
    )
    assert padder.get_params() == clone(padder).get_params()
