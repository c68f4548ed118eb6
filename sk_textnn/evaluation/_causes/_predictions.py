"""What the predictions show: symptoms, of which the other causes are the reasons."""

import numpy as np

from ...plotting._calibration import calibration_bins, expected_calibration_error
from .._findings import Finding
from ._context import COLLAPSED, Context, effective_number

FEW_CLASSES = 0.35  # as COLLAPSED, but worth a word only
# Of the gap between confidence and accuracy; less changes no decision.
MISCALIBRATED = 0.1
N_BINS = 10
N_DRAWS = 200
NOISE_LEVEL = 0.95


def collapse(context: Context) -> Finding | None:
    """Find that few classes are predicted."""
    names, counts = np.unique(context.predicted_test, return_counts=True)
    spread = context.spread
    if spread >= FEW_CLASSES:
        return None
    n_true = len(np.unique(context.y_test))
    frequent = names[counts.argmax()]
    return Finding(
        "collapse",
        "error" if context.collapsed else "warning",
        f"{len(names)} of {n_true} classes are predicted, {frequent!s} in "
        f"{counts.max() / counts.sum():.0%} of the test texts.",
        spread,
        COLLAPSED if context.collapsed else FEW_CLASSES,
        {
            "predicted": dict(zip(names.tolist(), counts.tolist(), strict=True)),
            "effective_number": effective_number(counts),
        },
    )


def miscalibration(context: Context) -> Finding | None:
    """Find probabilities that are not the shares that come true."""
    if context.proba_test is None:
        return None
    sure = context.proba_test.max(axis=1)
    guess = context.classes[context.proba_test.argmax(axis=1)]
    hits = guess == context.y_test
    error = _calibration_error(sure, hits)
    rng = np.random.default_rng(context.random_state)
    # What the error of these few texts would be if the probabilities were right.
    right = [_calibration_error(sure, rng.random(len(sure)) < sure) for _ in range(N_DRAWS)]
    threshold = max(MISCALIBRATED, float(np.quantile(right, NOISE_LEVEL)))
    if error <= threshold:
        return None
    over = sure.mean() > hits.mean()
    change = context.change("clf", early_stopping=True) if over else {}
    return Finding(
        "miscalibration",
        "warning",
        f"The most probable class has a probability of {sure.mean():.2f} on average, but is right "
        f"in {hits.mean():.0%} of the test texts. Do not read the probabilities as such; "
        "CalibratedClassifierCV mends them.",
        error,
        threshold,
        {"confidence": float(sure.mean()), "accuracy": float(hits.mean()), "n_bins": N_BINS},
        change,
    )


def _calibration_error(sure: np.ndarray, hits: np.ndarray) -> float:
    """Return the mean gap between confidence and accuracy, of bins with as many texts each."""
    return expected_calibration_error(*calibration_bins(sure, hits, n_bins=N_BINS))


def baseline(context: Context) -> Finding | None:
    """Find that TF-IDF and logistic regression are better, or not clearly worse."""
    gain, low, high = context.gain_of_baseline()
    if np.isnan(gain) or high < 0:
        return None
    if low <= 0 and context.training is None:  # no network, which it might replace
        return None
    better = low > 0
    said = "are better" if better else "are not clearly worse, and cost less"
    return Finding(
        "baseline",
        "warning" if better else "info",
        f"TF-IDF and logistic regression {said}: {gain:+.1%} right test texts, 95 % interval "
        f"{low:+.1%} to {high:+.1%}. See make_tfidf_baselines.",
        gain,
        0.0,
        {"low": low, "high": high, "accuracy": context.accuracy_test},
    )


def seeds(context: Context) -> Finding | None:
    """Find that the seed decides more than the model does."""
    if not context.seed_scores:
        return None
    scores = np.array([context.accuracy_test, *context.seed_scores])
    spread = float(scores.std(ddof=1))
    gain = abs(context.gain_of_baseline()[0])
    # Twice the noise of counting so many test texts; what is more is the training's own.
    mean = scores.mean()
    noise = 2 * float(np.sqrt(mean * (1 - mean) / len(context.y_test)))
    threshold = noise if np.isnan(gain) else max(gain, noise)
    if spread <= threshold:
        return None
    return Finding(
        "seeds",
        "warning",
        f"With other seeds the test accuracy is {scores.min():.3f} to {scores.max():.3f}: seeds "
        "differ more than models do. Compare means over several, or let several vote.",
        spread,
        threshold,
        {"accuracies": scores.round(4).tolist()},
    )


CAUSES = (collapse, miscalibration, baseline, seeds)
