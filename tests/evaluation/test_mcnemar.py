"""McNemar's test against scipy's binomial test and a sum over all outcomes."""

from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from sk_textnn.evaluation import mcnemar_test


def answers(only_first, only_second, both=3, neither=2):
    first = [1] * only_first + [0] * only_second + [1] * both + [0] * neither
    second = [0] * only_first + [1] * only_second + [1] * both + [0] * neither
    return first, second


@pytest.mark.parametrize("counts", [(6, 1), (1, 6), (3, 3), (20, 35), (0, 5), (1, 0)])
def test_exact_is_the_binomial_test(counts):
    found = mcnemar_test(*answers(*counts))
    assert (found.only_first, found.only_second) == counts
    expected = binomtest(counts[0], sum(counts), 0.5).pvalue
    assert found.p_value == pytest.approx(expected)


@pytest.mark.parametrize("counts", [(6, 1), (1, 6), (3, 3), (4, 4), (20, 35), (0, 5)])
def test_mid_p_counts_the_outcome_half(counts):
    total = sum(counts)
    of = [comb(total, k) / 2**total for k in range(total + 1)]
    rarer = sum(p for p in of if p < of[counts[0]] * (1 - 1e-9))
    as_rare = sum(p for p in of if abs(p - of[counts[0]]) <= of[counts[0]] * 1e-9)
    found = mcnemar_test(*answers(*counts), mid_p=True)
    assert found.p_value == pytest.approx(rarer + as_rare / 2)


def test_texts_on_which_both_agree_do_not_count():
    few, many = (mcnemar_test(*answers(9, 2, both=n, neither=n)) for n in (0, 500))
    assert few == many


def test_models_that_never_differ():
    for mid_p in (False, True):
        assert mcnemar_test([1, 0, 1], [1, 0, 1], mid_p=mid_p) == (0, 0, 1.0)


def test_level():
    rng = np.random.RandomState(0)
    pairs = rng.uniform(size=(2000, 2, 400)) < 0.7
    exact, mid = (
        np.mean([mcnemar_test(*pair, mid_p=mid_p).p_value < 0.05 for pair in pairs])
        for mid_p in (False, True)
    )
    assert exact < mid < 0.06
    assert mid > 0.035


@pytest.mark.parametrize("pair", [([1], [1, 0]), ([[1]], [[1]])])
def test_what_it_refuses(pair):
    with pytest.raises(ValueError, match="same texts"):
        mcnemar_test(*pair)
