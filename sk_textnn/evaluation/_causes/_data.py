"""Causes that lie in the texts and labels; those of the split itself are found by its audit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .._audit import audit_split
from .._audit_labels import class_distribution, classes_missing, rows_ordered
from .._audit_parts import Parts
from .._findings import Finding
from ._context import Context

# Of the surest predictions of a linear model; on texts with clean labels up to .12 was seen.
NOISY, VERY_NOISY = 0.1, 0.3
UNEVEN = 5.0  # rows of the largest class for one of the smallest
Z = 1.96  # of a 95 % interval


def audited(context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the split, where it matters to this model."""
    for finding in _audit(context):
        if finding.cause == "ordered_rows":
            yield _ordered(context, finding)
        elif finding.cause != "rare_classes":  # which is found for the user's folds
            yield finding


def _audit(context: Context) -> list[Finding]:
    train, test = context.texts_train, context.texts_test
    if train is not None and test is not None:
        rng = context.random_state
        return list(audit_split(train, context.y_train, test, context.y_test, random_state=rng))
    labels = np.concatenate([context.y_train, context.y_test])
    classes, codes = np.unique(labels, return_inverse=True)
    names = [str(row) for row in range(len(labels))]  # in place of texts, all different
    parts = Parts(names, codes, list(map(str, classes)), len(context.y_train), None)
    return [*classes_missing(parts), *class_distribution(parts), *rows_ordered(parts)]


def _ordered(context: Context, finding: Finding) -> Finding:
    """Tell rows in order that validate wrongly from those that a network shuffles anyway."""
    last = context.training.last_rows_validate if context.training is not None else 0.0
    return replace(finding, severity="error" if last else "info")


def imbalance(context: Context) -> Finding | None:
    """Find classes that are rare and not weighed up; no fault, where they are predicted."""
    counts = context.counts
    clf = context.steps.get("clf")
    weights = getattr(getattr(clf, "estimator", None), "class_weight", None)
    known = counts > 0
    ratio = float(counts.max() / counts[known].min())
    if ratio < UNEVEN or weights is not None:
        return None
    rare = context.classes[counts < counts.max() / UNEVEN]
    tested = rare[np.isin(rare, context.y_test)]
    never = tested[~np.isin(tested, context.predicted_test)]
    decisive = context.collapsed and counts.max() > counts.sum() / 2
    found = "All of the rare classes are predicted nevertheless."
    if len(never):
        found = f"{len(never)} of {len(tested)} rare classes are never predicted. Weigh them up."
    return Finding(
        "imbalance",
        ("error" if decisive else "warning") if len(never) else "info",
        f"The largest class has {ratio:.0f} times the rows of the smallest. {found}",
        ratio,
        UNEVEN,
        {"rows": _named(context.classes, counts), "never_predicted": never.tolist()},
        context.change("clf", class_weight="balanced") if len(never) else {},
    )


def rare_classes(context: Context) -> Finding | None:
    """Find classes with fewer rows than folds."""
    few = context.classes[context.counts < context.cv]
    if not len(few):
        return None
    return Finding(
        "rare_classes",
        "warning",
        f"{len(few)} classes have fewer than {context.cv} training texts, so that "
        "some folds have none of them. Collect more, join classes, or take fewer folds.",
        float(context.counts.min()),
        float(context.cv),
        {"rows": _named(context.classes, context.counts)},
    )


def label_noise(context: Context) -> Finding | None:
    """Find labels that contradict what a cheap model is sure of."""
    found = context.suspects
    if found is None or not found.better_than_chance:
        return None
    value = found.share
    low = _lower_bound(value, found.n_sure)
    if low < NOISY:
        return None
    return Finding(
        "label_noise",
        "error" if low >= VERY_NOISY else "warning",
        f"Of the labels that TF-IDF and logistic regression are surest of without having seen "
        f"them, {value:.0%} are others: about so many may be wrong. Read the rows in evidence.",
        value,
        NOISY,
        {"rows": found.rows[:20].tolist(), "n_rows": len(found.rows), "low": low},
    )


def _named(classes: np.ndarray, counts: np.ndarray) -> dict[Any, int]:
    return dict(zip(classes.tolist(), counts.tolist(), strict=True))


def _lower_bound(share: float, n: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a share."""
    center = share + Z**2 / (2 * n)
    width = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return float((center - width) / (1 + Z**2 / n))


CAUSES = (imbalance, rare_classes, label_noise)
