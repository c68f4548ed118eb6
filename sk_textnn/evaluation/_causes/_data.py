"""Causes that lie in the texts and labels."""

from collections import defaultdict
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from .._findings import Finding
from ._baseline import told_apart
from ._context import Context

# Shares of rows; a few of them change no score by more than chance does.
REPEATED, MANY_REPEATED = 0.02, 0.2
CONFLICTING, MANY_CONFLICTING = 0.02, 0.2
# Of the surest predictions of a linear model; on texts with clean labels up to .12 was seen.
NOISY, VERY_NOISY = 0.1, 0.3
UNEVEN = 5.0  # rows of the largest class for one of the smallest
# Area under the curve; texts drawn from the same have .5.
TOLD_APART, FAR_APART = 0.6, 0.8
# Neighbouring rows of different classes, as a share of what chance would give.
SORTED = 0.2
Z = 1.96  # of a 95 % interval


def imbalance(context: Context) -> Finding | None:
    """Find classes that are rare, never predicted and not weighed up."""
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
    if not len(never):
        return None
    decisive = context.collapsed and counts.max() > counts.sum() / 2
    return Finding(
        "imbalance",
        "error" if decisive else "warning",
        f"The largest class has {ratio:.0f} times the rows of the smallest, and {len(never)} of "
        f"{len(tested)} rare classes are never predicted. Weigh them up.",
        ratio,
        UNEVEN,
        {"rows": _named(context.classes, counts), "never_predicted": never.tolist()},
        context.change("clf", class_weight="balanced"),
    )


def rare_classes(context: Context) -> Finding | None:
    """Find classes with fewer rows than folds, or with none in training."""
    unseen = np.setdiff1d(context.y_test, context.y_train)
    few = context.classes[context.counts < context.cv]
    if not len(few) and not len(unseen):
        return None
    least = 0 if len(unseen) else int(context.counts.min())
    return Finding(
        "rare_classes",
        "warning",
        f"{len(few) + len(unseen)} classes have fewer than {context.cv} training texts, so that "
        "some folds have none of them. Collect more, join classes, or take fewer folds.",
        float(least),
        float(context.cv),
        {"rows": _named(context.classes, context.counts), "only_in_test": unseen.tolist()},
    )


def duplicates(context: Context) -> Finding | None:
    """Find test texts that are among the training texts."""
    if context.texts_train is None or context.texts_test is None:
        return None
    known = {_plain(text) for text in context.texts_train}
    rows = [row for row, text in enumerate(context.texts_test) if _plain(text) in known]
    value = len(rows) / len(context.texts_test)
    if value < REPEATED:
        return None
    return Finding(
        "duplicates",
        "error" if value >= MANY_REPEATED else "warning",
        f"{value:.0%} of the test texts are training texts, too, apart from case and spaces: the "
        "score is flattered. Split by text, as StratifiedGroupKFold with the texts as groups does.",
        value,
        REPEATED,
        {"test_rows": rows[:20], "n_rows": len(rows)},
    )


def conflicting_labels(context: Context) -> Finding | None:
    """Find training texts that occur with different labels."""
    if context.texts_train is None:
        return None
    labels: dict[str, set[Any]] = defaultdict(set)
    for text, label in zip(context.texts_train, context.y_train.tolist(), strict=True):
        labels[_plain(text)].add(label)
    rows = [row for row, text in enumerate(context.texts_train) if len(labels[_plain(text)]) > 1]
    value = len(rows) / len(context.texts_train)
    if value < CONFLICTING:
        return None
    return Finding(
        "conflicting_labels",
        "error" if value >= MANY_CONFLICTING else "warning",
        f"{value:.0%} of the training rows have a text that has another label elsewhere. Decide "
        "for one label each, or drop them.",
        value,
        CONFLICTING,
        {"rows": rows[:20], "n_rows": len(rows)},
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


def distribution_shift(context: Context) -> Finding | None:
    """Find test texts that are of another kind than those of training."""
    if context.texts_train is None or context.texts_test is None:
        return None
    known = {_plain(text) for text in context.texts_train}
    test = [text for text in context.texts_test if _plain(text) not in known]
    if min(len(test), len(context.texts_train)) < 20:  # too few to tell anything
        return None
    proba = told_apart(context.texts_train, test, context.random_state)
    if proba is None:
        return None
    truth = np.repeat([0, 1], [len(context.texts_train), len(test)])
    auc = float(roc_auc_score(truth, proba))
    low = auc - Z * _auc_error(auc, len(context.texts_train), len(test))
    if low < TOLD_APART:
        return None
    return Finding(
        "distribution_shift",
        "error"
        if low >= FAR_APART and context.accuracy_train > context.accuracy_test
        else "warning",
        f"A linear model tells test texts from training texts (area under the curve {auc:.2f}, "
        "where .5 is chance): they are not drawn from the same. Mix both before splitting, or "
        "train on texts like those to come.",
        auc,
        TOLD_APART,
        {"low": low},
    )


def sorted_labels(context: Context) -> Finding | None:
    """Find rows in the order of their labels, and what takes the last of them."""
    changes = float((context.y_train[1:] != context.y_train[:-1]).mean())
    shares = context.counts / context.counts.sum()
    value = changes / max(1e-12, 1 - float((shares**2).sum()))
    last = context.training.last_rows_validate if context.training is not None else 0.0
    if value >= SORTED or len(context.y_train) < 20:
        return None
    message = "The training rows are sorted by label: shuffle them before any unshuffled split."
    if last:
        message = (
            f"The training rows are sorted by label, and the last {last:.0%} validate: classes of "
            "which none is trained. Shuffle the rows, or spare a share of each class."
        )
    return Finding(
        "sorted_labels",
        "error" if last else "info",
        message,
        value,
        SORTED,
        {"last_labels": context.y_train[-5:].tolist(), "last_rows_validate": last},
    )


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _named(classes: np.ndarray, counts: np.ndarray) -> dict[Any, int]:
    return dict(zip(classes.tolist(), counts.tolist(), strict=True))


def _lower_bound(share: float, n: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a share."""
    center = share + Z**2 / (2 * n)
    width = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return float((center - width) / (1 + Z**2 / n))


def _auc_error(auc: float, n_negative: int, n_positive: int) -> float:
    """Return the standard error of an area under the curve (Hanley and McNeil 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (n_positive - 1) * (q1 - auc**2) + (n_negative - 1) * (q2 - auc**2)
    return float(np.sqrt(spread / (n_negative * n_positive)))


CAUSES = (
    imbalance,
    rare_classes,
    duplicates,
    conflicting_labels,
    label_noise,
    distribution_shift,
    sorted_labels,
)
