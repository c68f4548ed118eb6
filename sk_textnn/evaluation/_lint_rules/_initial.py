"""Whether weights are still those that a network begins with."""

import math
from typing import Any

import numpy as np
from scipy import stats

SAME = 1e-4  # how improbable numbers must be to count as not drawn by the initializer
_CHECKED = 20_000  # numbers that are compared with it
# Standard deviation of a normal distribution that is cut off at two of them.
_CUT = 0.87962566103423978


def drawn_by(initializer: Any, weights: np.ndarray) -> float:
    """Return how probable such numbers are, if the initializer drew them; 0 if it is unknown.

    By the test of Kolmogorov and Smirnov, on some of the numbers; rows of zeros do not count, as
    one is often set for the padding.

    Parameters
    ----------
    initializer : keras.initializers.Initializer
    weights : ndarray of shape (n_inputs, n_outputs)

    Returns
    -------
    float
    """
    if weights.ndim != 2:
        return 0.0
    distribution = _distribution(initializer, weights.shape)
    numbers = weights[weights.any(axis=1)].ravel()
    if distribution is None or not len(numbers):
        return 0.0
    step = -(-len(numbers) // _CHECKED)
    return float(stats.kstest(numbers[::step].astype(float), distribution.cdf).pvalue)


def _distribution(initializer: Any, shape: tuple[int, ...]) -> Any:
    """Return the distribution that an initializer of Keras's draws from; None if it is unknown."""
    kind = type(initializer).__name__
    config = initializer.get_config() if hasattr(initializer, "get_config") else {}
    if kind == "RandomUniform":
        low, high = config["minval"], config["maxval"]
        return stats.uniform(low, high - low)
    if kind == "RandomNormal":
        return stats.norm(config["mean"], config["stddev"])
    if kind == "TruncatedNormal":
        return stats.truncnorm(-2, 2, config["mean"], config["stddev"])
    # The others scale by the layer's size, as their base says.
    if not {"scale", "mode", "distribution"} <= vars(initializer).keys():
        return None
    fans = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": sum(shape) / 2}
    deviation = math.sqrt(initializer.scale / max(1.0, fans[initializer.mode]))
    if initializer.distribution == "uniform":
        limit = math.sqrt(3) * deviation
        return stats.uniform(-limit, 2 * limit)
    if initializer.distribution == "truncated_normal":
        return stats.truncnorm(-2, 2, 0.0, deviation / _CUT)
    return stats.norm(0.0, deviation)
