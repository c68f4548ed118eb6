import numpy as np
import pytest

from sk_textnn import TokenSequences
from sk_textnn.training import LengthBatches

RNG = np.random.default_rng(0)
X = TokenSequences.from_lists([RNG.integers(1, 9, size=n) for n in RNG.integers(1, 40, size=250)])
Y = np.arange(250, dtype=np.int32)
W = np.ones(250, dtype=np.float32)


def _batches(**kwargs):
    return LengthBatches(X, Y, W, np.arange(250), **{"batch_size": 16, "seed": 3, **kwargs})


def _targets(batches):
    return [targets for _, targets, _ in batches.epoch()]


@pytest.mark.parametrize("by_length", [True, False])
@pytest.mark.parametrize("seed", [None, 3])
def test_every_row_once_an_epoch(by_length, seed):
    batches = _batches(by_length=by_length, seed=seed)
    parts = _targets(batches)
    assert len(parts) == len(batches) == 16
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), Y)


def test_batches_hold_their_rows_without_needless_width():
    for ids, targets, weights in _batches().epoch():
        np.testing.assert_array_equal(ids, X.dense(targets))
        assert ids.shape[1] == X.lengths[targets].max()
        assert weights.shape == targets.shape


def test_length_batches_compute_less_padding():
    def cells(batches):
        return sum(ids.size for ids, _, _ in batches.epoch())

    words = len(X.ids)
    assert cells(_batches()) < 1.1 * words < 1.5 * words < cells(_batches(by_length=False))


def test_epochs_differ_and_seeds_repeat():
    batches, again, other = _batches(), _batches(), _batches(seed=4)
    first, second = _targets(batches), _targets(batches)
    assert not np.array_equal(first[0], second[0])
    for a, b in zip(first, _targets(again), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], _targets(other)[0])


def test_the_signature_is_that_of_each_batch():
    batches = _batches()
    for batch in batches.epoch():
        for spec, array in zip(batches.signature(), batch, strict=True):
            assert spec.shape.is_compatible_with(array.shape)
            assert spec.dtype == array.dtype


def test_texts_without_words_still_make_a_batch():
    empty = TokenSequences.from_lists([[], [], []])
    batches = LengthBatches(empty, Y[:3], W[:3], np.arange(3), batch_size=4)
    (ids, _, _), *_ = batches.epoch()
    np.testing.assert_array_equal(ids, np.zeros((3, 1)))
