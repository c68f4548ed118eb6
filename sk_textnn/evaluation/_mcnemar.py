"""Two fitted models on one set of texts: McNemar's test."""

from typing import Any, NamedTuple

import numpy as np
from scipy import stats

__all__ = ["McNemarResult", "mcnemar_test"]


class McNemarResult(NamedTuple):
    """What `mcnemar_test` found.

    Attributes
    ----------
    only_first, only_second : int
        Texts that only the first, only the second model got right.
    p_value : float
        Two-sided.
    """

    only_first: int
    only_second: int
    p_value: float


def mcnemar_test(first_right: Any, second_right: Any, *, mid_p: bool = False) -> McNemarResult:
    """Test whether two models that predicted the same texts are right equally often.

    Only the texts count on which exactly one of the two is right: if the models are equally
    good, each is that one in half of them. The test is about these two fitted models; how much
    they would change with other training texts it does not see.

    Parameters
    ----------
    first_right, second_right : array-like of bool of shape (n_samples,)
        For each text whether the model predicted its label.
    mid_p : bool, default=False
        Count the outcome itself half. The exact test, which counts it in full, finds false
        differences less often than it might; this one comes closer to the level, and may pass it
        by a little.

    Returns
    -------
    McNemarResult
        A named tuple ``(only_first, only_second, p_value)``.

    Raises
    ------
    ValueError
        If the two do not hold one value each for the same texts.

    See Also
    --------
    corrected_resampled_ttest : The test for several folds.

    References
    ----------
    M. W. Fagerland, S. Lydersen and P. Laake, "The McNemar test for binary matched-pairs data:
    mid-p and asymptotic are better than exact conditional", BMC Medical Research Methodology 13,
    2013.

    Examples
    --------
    >>> from sk_textnn.evaluation import mcnemar_test
    >>> mcnemar_test([1, 1, 1, 1, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0, 1, 1])
    McNemarResult(only_first=6, only_second=1, p_value=0.125)
    """
    first, second = np.asarray(first_right, dtype=bool), np.asarray(second_right, dtype=bool)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            "first_right and second_right must hold one value each for the same texts, but their "
            f"shapes are {first.shape} and {second.shape}."
        )
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if only_first + only_second == 0:
        return McNemarResult(0, 0, 1.0)
    law = stats.binom(only_first + only_second, 0.5)
    fewer = min(only_first, only_second)
    p_value = min(2 * law.cdf(fewer), 1.0)
    if mid_p:
        # The outcome counts in each of the two tails; a tie is one outcome in the middle.
        p_value -= law.pmf(fewer) / (2 if only_first == only_second else 1)
    return McNemarResult(only_first, only_second, float(p_value))
