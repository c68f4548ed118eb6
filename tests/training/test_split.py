import numpy as np
import pytest

from sk_textnn.training import split_validation


def _split(targets, fraction=0.2, seed=0):
    return split_validation(np.asarray(targets), fraction, np.random.RandomState(seed))


def test_same_fraction_of_every_class():
    targets = np.repeat([0, 1, 2], [100, 50, 10])
    training, validation = _split(targets)
    np.testing.assert_array_equal(np.bincount(targets[validation]), [20, 10, 2])
    np.testing.assert_array_equal(np.sort(np.r_[training, validation]), np.arange(160))


def test_rare_classes_stay_in_training():
    targets = np.array([0] * 20 + [1] * 2 + [2])
    training, validation = _split(targets, fraction=0.9)
    assert set(targets[training]) == {0, 1, 2}
    assert 2 not in targets[validation]


def test_one_row_is_spared_at_least():
    _, validation = _split([0, 0, 0, 1], fraction=0.01)
    assert len(validation) == 1


def test_shuffled_by_random_state():
    targets = np.zeros(100, dtype=int)
    first, again, other = (_split(targets, seed=s)[1] for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.max() - first.min() > 20  # not the last rows, as Keras takes


def test_nothing_to_spare():
    with pytest.raises(ValueError, match="early_stopping=False"):
        _split([0, 1, 2])
