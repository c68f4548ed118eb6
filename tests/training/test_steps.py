import numpy as np

from sk_textnn.training import StepSequences


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
