"""What the classifiers accept as y, and what the networks are trained towards."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import compute_class_weight, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, _check_y, check_array


@dataclass(frozen=True)
class Targets:
    """The targets of a fit.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,) or (n_classes, 2)
        The classes; for each label 0 and 1, if `multilabel`.
    multilabel : bool
        Whether a text may have any number of the labels.
    values : ndarray of shape (n_samples,) or (n_samples, n_classes)
        The number of each text's class, int32; or 0 and 1 for each label, float32.
    """

    classes: np.ndarray
    multilabel: bool
    values: np.ndarray


def read_targets(
    y: Any, estimator: Any, *, classes: Any = None, fitted: Any = None, in_parts: bool = False
) -> Targets:
    """Turn y into numbers.

    Parameters
    ----------
    y : array-like of shape (n_samples,), or {array-like, sparse matrix} of 0 and 1 of shape \
            (n_samples, n_classes)
    estimator : estimator
        Error messages name it.
    classes : array-like of shape (n_classes,) or None
        All classes, as the caller of `partial_fit` names them.
    fitted : estimator or None
        A classifier whose classes y has to have, because its training goes on.
    in_parts : bool
        Whether y may lack some of the classes.

    Returns
    -------
    Targets

    Raises
    ------
    ValueError
        If y is no classification target, or has other classes than `classes` or `fitted`.
    """
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None."
        )
    if _is_indicator(y):
        table = check_array(y, accept_sparse=True, dtype=None, input_name="y", estimator=estimator)
        table = table.toarray() if issparse(table) else table
        others = np.setdiff1d(table, [0, 1]).tolist()
        if others:
            raise ValueError(
                f"y is a table that holds {others}; expected were 0 and 1, a column a label. "
                "Pass (y > 0).astype(int), or one class a text."
            )
        n_labels = table.shape[1]
        if classes is not None and len(classes) != n_labels:
            raise ValueError(
                f"classes names {len(classes)}, but y has a column for each of {n_labels} labels. "
                "Leave it out."
            )
        # A row of 0 and 1 for each label: so scorers know two labels from two classes.
        targets = Targets(np.tile([0, 1], (n_labels, 1)), True, table.astype(np.float32))
    else:
        y = _check_y(y, multi_output=False, y_numeric=False, estimator=estimator)
        check_classification_targets(y)
        known = _known_classes(y, classes, fitted, in_parts)
        unknown = np.setdiff1d(y, known)
        if len(unknown):
            raise ValueError(
                f"y holds {unknown.tolist()[:5]}, but the classes are {known.tolist()[:20]}. "
                "Name all classes in the first call of partial_fit, or start anew by fit with "
                "warm_start=False."
            )
        targets = Targets(known, False, np.searchsorted(known, y).astype(np.int32))
    if fitted is not None:
        _check_same_kind(targets, fitted)
    return targets


def weigh_rows(
    targets: Targets, sample_weight: Any, class_weight: Any, *, dtype: str
) -> np.ndarray:
    """Return the weight of each text; nothing that was passed is changed.

    Parameters
    ----------
    targets : Targets
    sample_weight : array-like of shape (n_samples,) or None
    class_weight : dict, list of dict, "balanced" or None
        With "balanced", a class counts by the sum of its rows' sample weights.
    dtype : str

    Returns
    -------
    ndarray of shape (n_samples,)
        1 for the heaviest.

    Raises
    ------
    ValueError
        If a row weighs less than zero, or `class_weight` does not fit the classes.
    """
    values, classes = targets.values, targets.classes
    weights = _check_sample_weight(sample_weight, np.empty((len(values), 1)), dtype=np.float64)
    rows = weights > 0  # a row of weight 0 is no row: it does not count in "balanced" either
    if class_weight is not None and rows.any():
        if class_weight == "balanced":
            columns = values[rows].reshape(rows.sum(), -1).T  # a single one, or one a label
            factors = np.prod([_balance(column, weights[rows]) for column in columns], axis=0)
        elif targets.multilabel:
            factors = compute_sample_weight(class_weight, values[rows].astype(int))
        else:
            by_class = compute_class_weight(class_weight, classes=classes, y=classes)
            factors = by_class[values[rows]]
        weights = weights.copy()
        weights[rows] *= factors
    wrong = weights[(weights < 0) | ~np.isfinite(weights)]
    if len(wrong):
        raise ValueError(
            f"sample_weight and class_weight give a row the weight {wrong[0]}; expected were "
            "zeros and positive numbers."
        )
    # The loss is a weighted mean: only the proportions count, and these fit into any dtype.
    return (weights / (weights.max() or 1)).astype(dtype)


def check_enough_classes(targets: Targets, weights: np.ndarray, *, in_parts: bool) -> None:
    """Raise ValueError if no row weighs anything, or only rows of one class, unless in parts."""
    values = targets.values[weights > 0]
    if not len(values):
        raise ValueError("No row has a weight above 0. Pass rows of a class that counts.")
    if targets.multilabel or in_parts:
        return
    present = targets.classes[np.unique(values)].tolist()
    if len(present) < 2:
        raise ValueError(
            f"The rows hold only one class with a weight above 0, {present}, but a classifier "
            "needs at least two classes. Pass rows of another class too."
        )


def _balance(column: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the factor for each row by which all values of a column weigh the same."""
    present, codes = np.unique(column, return_inverse=True)
    by_class = compute_class_weight("balanced", classes=present, y=column, sample_weight=weights)
    return by_class[codes]


def _known_classes(y: np.ndarray, classes: Any, fitted: Any, in_parts: bool) -> np.ndarray:
    """Return the classes that y may hold, sorted."""
    classes = None if classes is None else list(classes)  # a set too
    if fitted is not None and fitted.multilabel_:
        return np.unique(y)  # refused later, by its kind
    if fitted is not None:
        known: np.ndarray = fitted.classes_
        if classes is not None and not np.array_equal(np.unique(classes), known):
            raise ValueError(
                f"classes={classes!r} differs from the first call of partial_fit, which named "
                f"{known.tolist()}. Leave it out."
            )
        return known
    if not in_parts:
        return np.unique(y)
    if classes is None:
        raise ValueError(
            "classes must be passed on the first call to partial_fit: all the classes that will "
            "come, because this part of the texts may lack some."
        )
    known = np.unique(classes)
    if len(known) < 2:
        raise ValueError(f"classes={classes!r}, but a classifier needs at least two classes.")
    return known


def _is_indicator(y: Any) -> bool:
    """Whether y is a table of zeros and ones, a column a label."""
    return type_of_target(y, input_name="y") == "multilabel-indicator"


def _check_same_kind(targets: Targets, fitted: Any) -> None:
    """Raise ValueError unless the targets are of the kind that the training began with."""

    def kind(multilabel: bool, classes: np.ndarray) -> str:
        return f"{len(classes)} labels, any number a text" if multilabel else "one class a text"

    came, saw = kind(targets.multilabel, targets.classes), kind(fitted.multilabel_, fitted.classes_)
    if came != saw:
        raise ValueError(
            f"y holds {came}, but training began with {saw}, and goes on with the same only. "
            "Pass such a y, or start anew by fit with warm_start=False."
        )
