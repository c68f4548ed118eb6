"""Several tests at once: Holm's correction."""

from typing import Any

import numpy as np

__all__ = ["holm_correction"]


def holm_correction(p_values: Any) -> np.ndarray:
    """Raise p-values so that several tests together seldom find what is not there.

    Of 20 comparisons of equal models one comes out below .05 by chance. Compared with .05 after
    this correction, the chance of *any* false finding among them stays at 5 %, whatever the
    dependence between the tests. The smallest of m p-values is multiplied by m, the next by m - 1
    and so on, and none may be smaller than the one before.

    Parameters
    ----------
    p_values : array-like of float of shape (n_tests,)
        One for each test. NaN is no test: it stays NaN and does not count.

    Returns
    -------
    ndarray of float of shape (n_tests,)
        The corrected p-values, in the order they came in.

    Raises
    ------
    ValueError
        If `p_values` is not one-dimensional, or a number lies outside 0 to 1.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, pages 65-70, 1979.

    Examples
    --------
    >>> from sk_textnn.evaluation import holm_correction
    >>> holm_correction([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    raw = np.asarray(p_values, dtype=float)
    if raw.ndim != 1:
        raise ValueError(f"p_values must hold one number a test, but its shape is {raw.shape}.")
    if ((raw < 0) | (raw > 1)).any():
        raise ValueError(f"p_values must lie between 0 and 1, not {raw.tolist()}.")
    corrected = np.full(len(raw), np.nan)
    tests = np.flatnonzero(~np.isnan(raw))
    ordered = tests[np.argsort(raw[tests], kind="stable")]
    factors = np.arange(len(ordered), 0, -1)
    corrected[ordered] = np.minimum(np.maximum.accumulate(factors * raw[ordered]), 1.0)
    return corrected
