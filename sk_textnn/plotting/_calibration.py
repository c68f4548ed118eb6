"""How far the probability of the predicted class is from the share that is right."""

from typing import Literal

import numpy as np
from sklearn.calibration import calibration_curve

__all__ = ["calibration_bins", "expected_calibration_error"]


def calibration_bins(
    confidence: np.ndarray,
    hits: np.ndarray,
    *,
    n_bins: int = 10,
    strategy: Literal["quantile", "uniform"] = "quantile",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean confidence, share of hits and number of texts of each bin that has some.

    Parameters
    ----------
    confidence : ndarray of shape (n_samples,)
        Probability of the predicted class.
    hits : ndarray of bool of shape (n_samples,)
        Whether it was the true one.
    n_bins : int, default=10
    strategy : {"quantile", "uniform"}, default="quantile"
        Bins of as many texts each, or of the same width.
    """
    confidence = np.asarray(confidence, dtype=float)
    accuracy, mean = calibration_curve(
        hits, confidence, n_bins=n_bins, strategy=strategy, pos_label=True
    )
    # scikit-learn's bins again, as it does not tell how many texts are in them.
    steps = np.linspace(0, 1, n_bins + 1)
    edges = steps if strategy == "uniform" else np.percentile(confidence, 100 * steps)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence))
    return mean, accuracy, counts[counts > 0]


def expected_calibration_error(mean: np.ndarray, accuracy: np.ndarray, counts: np.ndarray) -> float:
    """Return the mean gap between confidence and accuracy, weighted by the number of texts."""
    return float(np.average(np.abs(mean - accuracy), weights=counts))
