"""Holm's correction against a computation by hand, and what it promises."""

import numpy as np
import pytest

from sk_textnn.evaluation import holm_correction


def test_by_hand():
    # Sorted: .005 * 4, .01 * 3, .03 * 2, and .04 * 1, which may not be below the .06 before it.
    assert holm_correction([0.01, 0.04, 0.03, 0.005]).tolist() == [0.03, 0.06, 0.06, 0.02]


def test_no_more_than_one_and_alone_unchanged():
    assert holm_correction([0.5, 0.9]).tolist() == [1.0, 1.0]
    assert holm_correction([0.04]).tolist() == [0.04]
    assert holm_correction([]).tolist() == []


def test_what_was_not_tested_does_not_count():
    np.testing.assert_array_equal(holm_correction([np.nan, 0.01, 0.02]), [np.nan, 0.02, 0.02])


def test_any_false_finding_among_ten_is_as_rare_as_alpha():
    p_values = np.random.RandomState(0).uniform(size=(4000, 10))
    corrected = np.array([holm_correction(row) for row in p_values])
    assert (p_values.min(axis=1) < 0.05).mean() > 0.35
    assert (corrected.min(axis=1) < 0.05).mean() == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize(
    ("p_values", "message"), [([[0.1]], "one number a test"), ([0.1, 1.2], "between 0 and 1")]
)
def test_what_it_refuses(p_values, message):
    with pytest.raises(ValueError, match=message):
        holm_correction(p_values)
