"""Which classes are taken for which, and in what texts."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import type_of_target

from .._validation import check_texts, kind_of

__all__ = ["most_confused"]


def most_confused(
    y_true: Any, y_pred: Any, X: Any, *, n_pairs: int = 5, n_examples: int = 3
) -> pd.DataFrame:
    """Return the pairs of classes that are confused most often, with texts.

    For all pairs at once see :class:`sklearn.metrics.ConfusionMatrixDisplay`.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        The classes.
    y_pred : array-like of shape (n_samples,)
        Those predicted.
    X : iterable of str of length n_samples
        The texts.
    n_pairs : int, default=5
        How many pairs at most.
    n_examples : int, default=3
        How many texts of each at most, the first ones.

    Returns
    -------
    DataFrame of shape (n_pairs, 5)
        A row a pair, the most frequent first, with columns ``true``, ``predicted``, ``count``,
        ``share`` (of the texts of the true class) and ``examples`` (a list of texts). No row if
        all predictions are right.

    Raises
    ------
    TextInputError
        If X holds no texts.
    ValueError
        If texts, classes and predictions differ in number, classes are not one a text, or
        `n_pairs` or `n_examples` is no such number.

    Examples
    --------
    >>> from sk_textnn import most_confused
    >>> texts = ["what a joy", "so sad", "a sad end", "joy and joy"]
    >>> y_true = ["joy", "sadness", "sadness", "joy"]
    >>> y_pred = ["joy", "joy", "joy", "sadness"]
    >>> most_confused(y_true, y_pred, texts)
          true predicted  count  share             examples
    0  sadness       joy      2    1.0  [so sad, a sad end]
    1      joy   sadness      1    0.5        [joy and joy]
    """
    for name, value, least in (("n_pairs", n_pairs, 1), ("n_examples", n_examples, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name} must be a number of at least {least}, not {kind_of(value)}.")
    texts = check_texts(X)
    true, predicted = (
        _check_labels(y, name, len(texts)) for name, y in (("y_true", y_true), ("y_pred", y_pred))
    )
    wrong = np.flatnonzero(true != predicted)
    pairs = pd.DataFrame({"true": true[wrong], "predicted": predicted[wrong], "row": wrong})
    n_true = pd.Series(true).value_counts().to_dict()
    found: list[tuple[Any, list[int]]] = [
        (pair, rows["row"].tolist()) for pair, rows in pairs.groupby(["true", "predicted"])
    ]
    found.sort(key=lambda pair: -len(pair[1]))  # of equal ones, in the order of the classes
    table = [
        (*pair, len(rows), len(rows) / n_true[pair[0]], [texts[row] for row in rows[:n_examples]])
        for pair, rows in found[:n_pairs]
    ]
    columns = ["true", "predicted", "count", "share", "examples"]
    return pd.DataFrame(table, columns=columns)


def _check_labels(y: Any, name: str, n_texts: int) -> np.ndarray:
    labels = np.asarray(y)
    if labels.ndim != 1 or len(labels) != n_texts:
        raise ValueError(
            f"{name} must hold a class for each of the {n_texts} texts of X, but its shape is "
            f"{labels.shape}."
        )
    if n_texts and (kind := type_of_target(labels, input_name=name)).startswith("continuous"):
        raise ValueError(f"{name} must hold classes, but it is of the type {kind!r}.")
    return labels
