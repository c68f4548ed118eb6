"""The corrected test against its formula and by simulation; choosing a winner without bias."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from sk_textnn.evaluation import (
    bayesian_correlated_ttest,
    corrected_resampled_ttest,
    nested_selection,
)

# The corrected resampled t-test.


def test_by_hand():
    # Mean .02, variance (.0001 + 0 + .0001) / 2 = .0001, ratio 1/2 in 3 folds:
    # t = .02 / sqrt((1/3 + 1/2) * .0001) = 2.190890, 2 degrees of freedom.
    result = corrected_resampled_ttest([0.01, 0.02, 0.03], 0.5)
    t = 0.02 / math.sqrt((1 / 3 + 1 / 2) * 0.0001)
    assert t == pytest.approx(2.190890)
    # With 2 degrees of freedom the tail is known in closed form.
    assert result.p_value == pytest.approx(1 - t / math.sqrt(2 + t**2))
    assert result.difference == pytest.approx(0.02)
    half = 4.302653 * math.sqrt((1 / 3 + 1 / 2) * 0.0001)
    assert result.ci_low == pytest.approx(0.02 - half, abs=1e-6)
    assert result.ci_high == pytest.approx(0.02 + half, abs=1e-6)


def test_without_correction_it_is_the_paired_t_test():
    differences = np.random.RandomState(0).normal(0.01, 0.02, size=10)
    result = corrected_resampled_ttest(differences, 0.0, alpha=0.1)
    expected = stats.ttest_1samp(differences, 0)
    assert result.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.9)
    assert (result.ci_low, result.ci_high) == pytest.approx((interval.low, interval.high))


def test_two_sided():
    up = corrected_resampled_ttest([0.01, 0.02, 0.04], 0.5)
    down = corrected_resampled_ttest([-0.01, -0.02, -0.04], 0.5)
    assert up.p_value == pytest.approx(down.p_value)
    assert (up.ci_low, up.ci_high) == pytest.approx((-down.ci_high, -down.ci_low))


def test_level_under_the_dependence_it_is_made_for():
    """Differences that share a part, as overlapping training sets make them: .05 stays .05.

    The variance of the mean is then (1/k + ratio) times the expected sample variance when the
    correlation is ratio / (1 + ratio) of the total, Nadeau and Bengio's assumption.
    """
    rng = np.random.RandomState(0)
    n_folds, ratio, n_trials = 5, 1 / 4, 4000
    shared = rng.normal(scale=math.sqrt(ratio), size=(n_trials, 1))
    differences = shared + rng.normal(size=(n_trials, n_folds))
    corrected = [corrected_resampled_ttest(row, ratio).p_value < 0.05 for row in differences]
    plain = [corrected_resampled_ttest(row, 0.0).p_value < 0.05 for row in differences]
    assert np.mean(corrected) == pytest.approx(0.05, abs=0.012)
    assert np.mean(plain) > 0.10


def test_interval_and_p_value_agree():
    rng = np.random.RandomState(1)
    for _ in range(200):
        result = corrected_resampled_ttest(rng.normal(0.5, 1, size=4), 1 / 3, alpha=0.2)
        assert (result.p_value < 0.2) == (result.ci_low > 0 or result.ci_high < 0)


def test_degenerate_cases():
    assert corrected_resampled_ttest([0.0, 0.0, 0.0], 0.5) == (0, 1, 0, 0)
    for differences, mean in (([0.3], 0.3), ([0.1 + 1e-17, 0.1, 0.1], 0.1)):
        result = corrected_resampled_ttest(differences, 0.5)
        assert result.difference == pytest.approx(mean)
        assert np.isnan([result.p_value, result.ci_low, result.ci_high]).all()
    assert np.isnan(corrected_resampled_ttest([0.1, np.nan, 0.2], 0.5)).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2]], 0.5), "one number a fold"),
        (([], 0.5), "one number a fold"),
        (([1, 2], -1), "test_to_train_ratio"),
        (([1, 2], np.nan), "test_to_train_ratio"),
        (([1, 2], 0.5, 5), "alpha must lie between 0 and 1"),
    ],
)
def test_what_it_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        corrected_resampled_ttest(*arguments)


# The Bayesian correlated t-test.


def test_probabilities_are_the_integral_of_the_posterior():
    """The model written down: normal differences with correlation rho, and a flat prior."""
    differences, ratio, rope = np.array([0.03, 0.01, -0.005, 0.02]), 0.5, 0.01
    n, rho = len(differences), ratio / (1 + ratio)  # 1/3 of the rows are in the test
    inverse = np.linalg.inv((1 - rho) * np.eye(n) + rho * np.ones((n, n)))

    def likelihood(mean):
        """With sigma integrated out under the prior 1 / sigma."""
        off = differences - mean
        return (off @ inverse @ off) ** (-n / 2)

    def mass(low, high):
        return integrate.quad(likelihood, low, high, limit=500)[0]

    low, middle, high = mass(-np.inf, -rope), mass(-rope, rope), mass(rope, np.inf)
    expected = np.array([high, middle, low]) / (low + middle + high)
    np.testing.assert_allclose(bayesian_correlated_ttest(differences, ratio, rope), expected, 1e-5)


def test_without_a_region_it_says_what_the_test_says():
    differences = [0.01, 0.02, 0.04, -0.01]
    better, equal, worse = bayesian_correlated_ttest(differences, 1 / 3, rope=0)
    assert equal == pytest.approx(0)
    assert 2 * worse == pytest.approx(corrected_resampled_ttest(differences, 1 / 3).p_value)
    assert better + worse == pytest.approx(1)


def test_better_and_worse_change_places():
    up = bayesian_correlated_ttest([0.01, 0.02, 0.04], 0.5)
    down = bayesian_correlated_ttest([-0.01, -0.02, -0.04], 0.5)
    assert up == pytest.approx(down[::-1])
    assert up.p_better > 0.5 > up.p_worse


def test_bayesian_degenerate_cases():
    assert bayesian_correlated_ttest([0.0, 0.0], 0.5) == (0, 1, 0)
    for differences in ([0.3], [0.1, 0.1], [0.1, np.nan]):
        assert np.isnan(bayesian_correlated_ttest(differences, 0.5)).all()
    with pytest.raises(ValueError, match="rope"):
        bayesian_correlated_ttest([0.1, 0.2], 0.5, rope=-1)


# Choosing a winner.


def test_each_fold_is_scored_by_the_winner_of_the_others():
    scores = np.array([[0.9, 0.5, 0.5], [0.6, 0.7, 0.6], [0.1, 0.9, 0.9]])
    # Fold 0 is left to candidate 2 (.9, .9), fold 1 to candidate 0 (.7), fold 2 to ... 0 (.7).
    assert nested_selection(scores).tolist() == [0.1, 0.5, 0.5]


def test_one_candidate_and_ties():
    assert nested_selection([[0.1, 0.2, 0.3]]).tolist() == [0.1, 0.2, 0.3]
    # Equal in exact arithmetic: the first is chosen, whatever the last digit says.
    tied = [[0.1, 0.2, 0.3], [0.3, 0.1, 0.2], [0.2, 0.3, 0.1]]
    first, second = np.array(tied), np.array(tied)
    second[1] += 1e-17
    np.testing.assert_allclose(nested_selection(first), nested_selection(second), atol=1e-9)


def test_missing_scores_are_never_chosen():
    assert nested_selection([[np.nan, 1.0, 1.0], [0.5, 0.4, 0.3]]).tolist() == [0.5, 0.4, 0.3]
    assert np.isnan(nested_selection([[np.nan, 1.0], [0.5, np.nan]])).all()


def test_the_plain_maximum_is_flattered_and_this_is_not():
    rng = np.random.RandomState(0)
    plain, nested = [], []
    for _ in range(1000):
        scores = rng.normal(0.6, 0.02, size=(20, 5))  # all candidates are equally good
        plain.append(scores.mean(axis=1).max())
        nested.append(nested_selection(scores).mean())
    assert np.mean(plain) > 0.6 + 0.014
    assert np.mean(nested) == pytest.approx(0.6, abs=0.001)


def test_it_still_finds_a_better_candidate():
    rng = np.random.RandomState(0)
    truth = np.r_[np.full(19, 0.6), 0.66][:, None]
    nested = [
        nested_selection(truth + rng.normal(0, 0.02, size=(20, 5))).mean() for _ in range(500)
    ]
    assert 0.65 < np.mean(nested) <= 0.66 + 0.001


@pytest.mark.parametrize("scores", [[0.1, 0.2], [[0.1], [0.2]], np.empty((0, 3))])
def test_no_table_no_selection(scores):
    with pytest.raises(ValueError, match="one row a candidate and one column a fold"):
        nested_selection(scores)
