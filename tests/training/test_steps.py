import numpy as np
import pytest

from sk_textnn import TokenSequences
from sk_textnn.training import LengthBatches, PaddedSequences, StepSequences


def test_zero_steps_are_padding():
    array = np.zeros((2, 4, 3), dtype="float32")
    array[0, 1:3] = [[1, 0, 2], [3, 4, 5]]
    array[1, 3] = [6, 7, 8]
    X = StepSequences.from_padded(array)
    assert len(X) == 2
    np.testing.assert_array_equal(X.lengths, [2, 1])
    np.testing.assert_array_equal(X.dense()[0], [[1, 0, 2], [3, 4, 5]])
    np.testing.assert_array_equal(X.dense(np.array([1]), width=2)[0], [[6, 7, 8], [0, 0, 0]])


def test_numbers_of_a_series_are_all_kept():
    X = StepSequences.from_series(np.array([[0.0, 1.0], [2.0, 0.0]]))
    np.testing.assert_array_equal(X.lengths, [2, 2])
    np.testing.assert_array_equal(X.dense(), [[[0], [1]], [[2], [0]]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_of_a_series_are_all_kept(dtype):
    array = np.arange(24, dtype=dtype).reshape(4, 3, 2)
    array[1] = 0
    X = StepSequences.from_series(array)
    assert len(X) == 4
    np.testing.assert_array_equal(X.lengths, [3, 3, 3, 3])
    assert X.dense().dtype == dtype
    np.testing.assert_array_equal(X.dense(), array)
    np.testing.assert_array_equal(X.dense(np.array([2, 0])), array[[2, 0]])
    assert X.dense(np.array([], dtype=int)).shape == (0, 0, 2)


LISTS = TokenSequences.from_lists([[5, 2], [], [4, 2, 6, 7, 3], [8]])
PADDED = {
    "as wide as the longest": LISTS,
    "wider": LISTS.pad(7, padding="post"),
    "cut": LISTS.pad(3, padding="pre", truncating="post"),
    "cut in the middle": LISTS.pad(4, padding="post", truncating="head_tail"),
    "with vectors": LISTS.with_vectors(np.eye(9, dtype="float32")),
}


@pytest.mark.parametrize("sequences", PADDED.values(), ids=PADDED)
def test_padded_sequences_are_the_array_they_stand_for(sequences):
    X = PaddedSequences(sequences)
    array = np.asarray(sequences)
    if array.ndim == 3:  # ids, whatever vectors they have
        array = array.argmax(axis=2)
    assert len(X) == 4
    np.testing.assert_array_equal(X.lengths, [array.shape[1]] * 4)
    assert X.dense().dtype == "int32"
    np.testing.assert_array_equal(X.dense(), array)
    rows = np.array([2, 0])
    np.testing.assert_array_equal(X.dense(rows), array[rows])
    np.testing.assert_array_equal(X.dense(rows, width=array.shape[1]), array[rows])


def test_batches_of_padded_sequences_are_all_as_wide():
    X = PaddedSequences(PADDED["cut"])
    batches = LengthBatches(X, np.arange(4), np.ones(4), np.arange(4), batch_size=3, seed=0)
    for ids, rows, _ in batches.epoch():
        np.testing.assert_array_equal(ids, X.dense()[rows])


def test_no_rows():
    assert PaddedSequences(PADDED["cut"][:0]).dense().shape == (0, 3)
    assert StepSequences.from_series(np.empty((0, 3, 2))).dense().shape == (0, 0, 2)
