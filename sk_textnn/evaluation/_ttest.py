"""Is a difference between two models more than the luck of the folds? Tested, and as a chance."""

from typing import Any, NamedTuple

import numpy as np
from scipy import stats

__all__ = [
    "BayesianTTestResult",
    "TTestResult",
    "bayesian_correlated_ttest",
    "corrected_resampled_ttest",
    "nested_selection",
]


class TTestResult(NamedTuple):
    """What `corrected_resampled_ttest` found.

    Attributes
    ----------
    difference : float
        Mean difference.
    p_value : float
        Two-sided; NaN where no test is possible.
    ci_low, ci_high : float
        Ends of the confidence interval of the mean difference; NaN where no test is possible.
    """

    difference: float
    p_value: float
    ci_low: float
    ci_high: float


def corrected_resampled_ttest(
    differences: Any, test_to_train_ratio: float, alpha: float = 0.05
) -> TTestResult:
    """Test whether the mean of score differences on resampled folds is zero.

    The training sets of cross-validation overlap, so the differences are not independent and
    the ordinary paired t-test finds differences that are none. Nadeau and Bengio widen the
    variance of the mean from ``1 / k`` to ``1 / k + n_test / n_train``.

    Parameters
    ----------
    differences : array-like of float of shape (n_folds,)
        Score of one model minus score of the other, fold by fold.
    test_to_train_ratio : float
        Rows of a test fold divided by rows of its training folds: ``1 / (k - 1)`` in k-fold
        cross-validation.
    alpha : float, default=0.05
        One minus the level of the confidence interval.

    Returns
    -------
    TTestResult
        A named tuple ``(difference, p_value, ci_low, ci_high)``. Test and interval are NaN with
        fewer than two folds, with a missing score, and where all differences are the same but
        not zero: without any spread there is nothing to judge them by. If all are zero, the
        models score alike, and `p_value` is 1.

    Raises
    ------
    ValueError
        If `differences` is not one-dimensional, or a number is out of its range.

    References
    ----------
    C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52,
    pages 239-281, 2003.

    Examples
    --------
    >>> from sk_textnn.evaluation import corrected_resampled_ttest
    >>> test = corrected_resampled_ttest([0.02, 0.03, 0.01, 0.02, 0.03], 1 / 4)
    >>> print(f"{test.difference:.3f}, p = {test.p_value:.3f}")
    0.022, p = 0.017
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, such as 0.05, not {alpha!r}.")
    mean, error, freedom = _mean_and_error(differences, test_to_train_ratio)
    if np.isnan(error):
        return TTestResult(mean, np.nan, np.nan, np.nan)
    if error == 0:
        return TTestResult(0.0, 1.0, 0.0, 0.0)
    law = stats.t(freedom)
    half = law.ppf(1 - alpha / 2) * error
    p_value = 2 * law.sf(abs(mean) / error)
    return TTestResult(mean, float(p_value), float(mean - half), float(mean + half))


class BayesianTTestResult(NamedTuple):
    """What `bayesian_correlated_ttest` found: three probabilities that sum to 1.

    Attributes
    ----------
    p_better : float
        That the mean difference is above the region of practical equivalence.
    p_equivalent : float
        That it lies within the region.
    p_worse : float
        That it is below the region.
    """

    p_better: float
    p_equivalent: float
    p_worse: float


def bayesian_correlated_ttest(
    differences: Any, test_to_train_ratio: float, rope: float = 0.01
) -> BayesianTTestResult:
    """Return how probable it is that a model is better, worse or practically the same.

    A test of significance cannot say that two models are equal; this can. The folds' differences
    are taken as normal, each two of them correlated by ``n_test / (n_train + n_test)``, as Nadeau
    and Bengio guess it. With the usual prior that favours nothing, the mean difference is
    then distributed as Student's t around what was measured, and as wide as the confidence
    interval of `corrected_resampled_ttest`.

    Parameters
    ----------
    differences : array-like of float of shape (n_folds,)
        Score of one model minus score of the other, fold by fold.
    test_to_train_ratio : float
        Rows of a test fold divided by rows of its training folds.
    rope : float, default=0.01
        Half the width of the region of practical equivalence: differences up to this count as
        none. In units of the score.

    Returns
    -------
    BayesianTTestResult
        A named tuple ``(p_better, p_equivalent, p_worse)``; NaN in the cases in which
        `corrected_resampled_ttest` gives no test. If all differences are zero, `p_equivalent`
        is 1.

    Raises
    ------
    ValueError
        If `differences` is not one-dimensional, or a number is out of its range.

    See Also
    --------
    corrected_resampled_ttest : The test of significance.

    References
    ----------
    G. Corani and A. Benavoli, "A Bayesian approach for comparing cross-validated algorithms on
    multiple data sets", Machine Learning 100, pages 285-304, 2015.

    A. Benavoli, G. Corani, J. Demšar and M. Zaffalon, "Time for a change: a tutorial for
    comparing multiple classifiers through Bayesian analysis", Journal of Machine Learning
    Research 18 (77), pages 1-36, 2017.

    Examples
    --------
    >>> from sk_textnn.evaluation import bayesian_correlated_ttest
    >>> found = bayesian_correlated_ttest([0.02, 0.03, 0.01, 0.02, 0.03], 1 / 4)
    >>> print(" ".join(f"{probability:.3f}" for probability in found))
    0.950 0.047 0.002
    """
    if not 0 <= rope < np.inf:
        raise ValueError(f"rope must be a difference of scores, at least 0, not {rope!r}.")
    mean, error, freedom = _mean_and_error(differences, test_to_train_ratio)
    if np.isnan(error):
        return BayesianTTestResult(np.nan, np.nan, np.nan)
    if error == 0:
        return BayesianTTestResult(0.0, 1.0, 0.0)
    posterior = stats.t(freedom, loc=mean, scale=error)
    better, worse = float(posterior.sf(rope)), float(posterior.cdf(-rope))
    return BayesianTTestResult(better, max(0.0, 1 - better - worse), worse)


def _mean_and_error(differences: Any, ratio: float) -> tuple[float, float, int]:
    """Return the mean, its corrected standard error and the degrees of freedom.

    The error is NaN where it is unknown, and 0 where all differences are 0.
    """
    differences = np.asarray(differences, dtype=float)
    if differences.ndim != 1 or len(differences) == 0:
        raise ValueError(
            f"differences must hold one number a fold, but its shape is {differences.shape}."
        )
    if not 0 <= ratio < np.inf:
        raise ValueError(
            "test_to_train_ratio must be the rows of a test fold divided by the rows it is "
            f"trained on, at least 0, not {ratio!r}."
        )
    n_folds, mean = len(differences), float(differences.mean())
    if n_folds < 2 or np.isnan(mean):
        return mean, np.nan, n_folds - 1
    # Differences of equal scores differ in their last digits only: that is no spread.
    if np.ptp(differences) <= 1e-12 * max(1.0, np.abs(differences).max()):
        return mean, 0.0 if abs(mean) <= 1e-12 else np.nan, n_folds - 1
    error = np.sqrt((1 / n_folds + ratio) * differences.var(ddof=1))
    return mean, float(error), n_folds - 1


def nested_selection(split_scores: Any) -> np.ndarray:
    """Score a search's winner without rewarding it for its luck.

    The best of many candidates is best partly because the folds happened to suit it, so its mean
    score promises too much, the more so the more candidates were tried. Here fold k is scored
    by the candidate with the best mean over the *other* folds. Choosing and scoring then never
    use the same fold, and no model has to be fitted again. As each choice rests on one fold
    less, the result errs a little to the low side.

    Parameters
    ----------
    split_scores : array-like of float of shape (n_candidates, n_folds)
        Score of every candidate on every fold, as in ``cv_results_``. A candidate with a missing
        score (NaN) is never chosen.

    Returns
    -------
    ndarray of float of shape (n_folds,)
        For each fold the score of the candidate that the other folds chose; NaN if there was
        none without missing scores.

    Raises
    ------
    ValueError
        If `split_scores` is no table, or has fewer than two folds.

    See Also
    --------
    compare : Compares such scores with those of the baselines.

    References
    ----------
    R. J. Tibshirani and R. Tibshirani, "A bias correction for the minimum error rate in
    cross-validation", Annals of Applied Statistics 3, pages 822-829, 2009.

    I. Tsamardinos, E. Greasidou and G. Borboudakis, "Bootstrapping the out-of-sample predictions
    for efficient and accurate cross-validation", Machine Learning 107, pages 1895-1922, 2018:
    how large the bias of the winner's score is, and choosing on some of the out-of-sample
    results while scoring on the others.

    Examples
    --------
    >>> from sk_textnn.evaluation import nested_selection
    >>> nested_selection([[0.9, 0.5, 0.6], [0.6, 0.7, 0.6]])
    array([0.6, 0.5, 0.6])
    """
    scores = np.asarray(split_scores, dtype=float)
    if scores.ndim != 2 or scores.shape[0] < 1 or scores.shape[1] < 2:
        raise ValueError(
            "split_scores must be a table of one row a candidate and one column a fold, with at "
            f"least two folds, but its shape is {scores.shape}."
        )
    complete = scores[~np.isnan(scores).any(axis=1)]
    if len(complete) == 0:
        return np.full(scores.shape[1], np.nan)
    return complete[choose_per_fold(complete), np.arange(complete.shape[1])]


def choose_per_fold(scores: np.ndarray) -> np.ndarray:
    """Return for each fold the row of the candidate that is best on the other folds."""
    others = scores.sum(axis=1, keepdims=True) - scores
    # Rounded, so that equal candidates stay equal and the first of them is chosen.
    return others.round(12).argmax(axis=0)
