"""What can be wrong with the labels of a split: their shares, their number, their order."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2_contingency

from ._audit_parts import Parts, listed, noise, percent
from ._findings import Finding

__all__ = ["class_distribution", "classes_missing", "classes_rare", "rows_ordered"]

_SIGNIFICANT = 1e-3
_DIFFERENT, _OTHER = 0.05, 0.25
_BIASED = 0.1
_VALIDATION_SHARES = (0.1, 0.2)
_RUNS = 0.1
_EXPECTED = 5
N_FOLDS = 5


def variation(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return how much the shares of classes differ, and how likely that is by chance.

    Parameters
    ----------
    first, second : ndarray of int of shape (n_classes,)
        Rows of each class.

    Returns
    -------
    distance : float
        Total variation distance, 0 for equal shares, 1 for no class in common.
    p_value : float
        Of the chi-squared test; classes too rare for it are taken together.
    """
    distance = np.abs(first / first.sum() - second / second.sum()).sum() / 2
    both = np.stack([first, second])
    both = both[:, both.sum(axis=0) > 0]
    expected = both.sum(axis=0) * both.sum(axis=1).min() / both.sum()
    rare = expected < _EXPECTED
    table = np.column_stack([both[:, ~rare], both[:, rare].sum(axis=1)])
    table = table[:, table.sum(axis=0) > 0]
    return float(distance), float(chi2_contingency(table).pvalue) if table.shape[1] > 1 else 1.0


def class_distribution(parts: Parts) -> Iterator[Finding]:
    """Find shares of classes that differ between the parts by more than chance."""
    train, test = parts.counts(parts.in_train), parts.counts(~parts.in_train)
    distance, p_value = variation(train, test)
    if distance < _DIFFERENT or p_value >= _SIGNIFICANT:
        return
    severe = distance >= _OTHER
    share = np.stack([train / train.sum(), test / test.sum()])
    order = np.argsort(-np.abs(share[1] - share[0]), kind="stable")[:10]
    name = parts.classes[order[0]]
    yield Finding(
        "class_distribution",
        "error" if severe else "warning",
        f"The shares of the classes differ between the parts, most that of {name}: "
        f"{percent(share[0, order[0]])} of the training rows, {percent(share[1, order[0]])} of the "
        "test rows. Stratify the split, or weigh the classes.",
        distance,
        _OTHER if severe else _DIFFERENT,
        {
            "p_value": p_value,
            "shares": {
                parts.classes[number]: [round(float(s), 4) for s in share[:, number]]
                for number in order
            },
        },
    )


def classes_missing(parts: Parts) -> Iterator[Finding]:
    """Find classes that only one of the parts has."""
    train, test = parts.counts(parts.in_train), parts.counts(~parts.in_train)
    unknown = np.flatnonzero(train == 0)
    if len(unknown):
        share = test[unknown].sum() / parts.n_test
        names = [parts.classes[number] for number in unknown]
        decisive = noise(parts.n_test)
        yield Finding(
            "classes_missing_in_train",
            "error" if share >= decisive else "warning",
            f"No training row has the class {listed(names)}, so that {percent(share)} of the test "
            "rows cannot be predicted: stratify the split, or drop these rows.",
            float(share),
            decisive,
            {"rows": {parts.classes[number]: int(test[number]) for number in unknown}},
        )
    unmeasured = np.flatnonzero(test == 0)
    if len(unmeasured):
        names = [parts.classes[number] for number in unmeasured]
        yield Finding(
            "classes_missing_in_test",
            "warning",
            f"No test row has the class {listed(names)}: how well it is predicted is not measured. "
            "Stratify the split.",
            float(len(unmeasured)),
            1.0,
            {"rows": {parts.classes[number]: int(train[number]) for number in unmeasured}},
        )


def classes_rare(parts: Parts) -> Iterator[Finding]:
    """Find classes of too few different training texts for a row in every fold."""
    n_classes = len(parts.classes)
    rows = parts.in_train
    pairs = np.unique(parts.groups[parts.exact[rows]] * n_classes + parts.codes[rows])
    different = np.bincount(pairs % n_classes, minlength=n_classes)
    rare = np.flatnonzero((different > 0) & (different < N_FOLDS))
    if not len(rare):
        return
    rare = rare[np.argsort(different[rare], kind="stable")]
    names = [parts.classes[number] for number in rare]
    yield Finding(
        "rare_classes",
        "warning",
        f"{listed(names)}: less than {N_FOLDS} different training texts, so that of {N_FOLDS} "
        "folds some lack the class. Collect more, take such classes together or use fewer folds.",
        float(different[rare[0]]),
        float(N_FOLDS),
        {"texts": {parts.classes[number]: int(different[number]) for number in rare}},
    )


def rows_ordered(parts: Parts) -> Iterator[Finding]:
    """Find training rows in an order that makes the last ones other than the rest."""
    codes = parts.codes[: parts.n_train]
    worst: tuple[float, float, float] = (0.0, 1.0, 0.0)
    for share in _VALIDATION_SHARES:
        n_last = int(parts.n_train * share)
        if n_last:
            rest, last = slice(0, parts.n_train - n_last), slice(parts.n_train - n_last, None)
            n_classes = len(parts.classes)
            counts = [np.bincount(codes[rows], minlength=n_classes) for rows in (rest, last)]
            distance, p_value = variation(*counts)
            if p_value < _SIGNIFICANT:
                worst = max(worst, (distance, p_value, share))
    distance, p_value, last_share = worst
    alike, expected, z = neighbours(codes)
    runs = alike - expected >= _RUNS and z >= 5
    evidence = {
        "neighbours_alike": round(alike, 4),
        "expected": round(expected, 4),
        "z": round(z, 1),
    }
    if distance >= _BIASED:
        yield Finding(
            "ordered_rows",
            "warning",
            f"The labels of the last {percent(last_share)} of the training rows are other than "
            "those before: validation rows that are taken from the end, as Keras's "
            "validation_split does, are biased. Shuffle the rows.",
            distance,
            _BIASED,
            evidence | {"last_share": last_share, "p_value": p_value},
        )
    elif runs:
        yield Finding(
            "ordered_rows",
            "info",
            f"{percent(alike)} of neighbouring training rows have the same label, where "
            f"{percent(expected)} are expected by chance: shuffle the rows before a part of them "
            "is taken from one end.",
            alike - expected,
            _RUNS,
            evidence,
        )


def neighbours(codes: np.ndarray) -> tuple[float, float, float]:
    """Return the share of neighbours of one class, what chance gives, and the z-score.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
    """
    n_rows = len(codes)
    if n_rows < 2:
        return 0.0, 0.0, 0.0
    counts = np.bincount(codes).astype(float)
    expected = float((counts * (counts - 1)).sum() / (n_rows * (n_rows - 1)))
    alike = float((codes[1:] == codes[:-1]).mean())
    deviation = np.sqrt(max(expected * (1 - expected), 1e-12) / (n_rows - 1))
    return alike, expected, float((alike - expected) / deviation)
