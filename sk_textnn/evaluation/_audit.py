"""Is a split fit to tell how good a model is?"""

from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import type_of_target

from .._validation import check_texts, kind_of
from ._audit_labels import class_distribution, classes_missing, classes_rare, rows_ordered
from ._audit_parts import Parts
from ._audit_texts import duplicates_across, duplicates_within_train, labels_conflict, no_answers
from ._audit_words import parts_differ
from ._findings import Report
from ._splits import check_near

__all__ = ["audit_split"]


def audit_split(
    X_train: Any,
    y_train: Any,
    X_test: Any,
    y_test: Any,
    *,
    near: float | None = 0.8,
    random_state: int | np.random.RandomState | None = None,
) -> Report:
    """Look for what makes the score of a split tell little or too much.

    Parameters
    ----------
    X_train : sequence of str of length n_train
        Raw texts to train on.
    y_train : array-like of shape (n_train,)
        Their classes.
    X_test : sequence of str of length n_test
        Raw texts to test on.
    y_test : array-like of shape (n_test,)
        Their classes.
    near : float or None, default=0.8
        Jaccard similarity of sets of three-word shingles from which on two texts are near
        duplicates; with None or 1.0 only texts that are the same count.
    random_state : int, RandomState instance or None, default=None
        Draws rows and folds for the classifier that tells the parts apart.

    Returns
    -------
    Report
        Findings with number, threshold and evidence; none for a split that is in order.

    Raises
    ------
    TextInputError
        If `X_train` or `X_test` holds no raw texts.
    ValueError
        If texts and labels differ in number, a part is empty, or the labels are no classes.

    See Also
    --------
    sk_textnn.DedupStratifiedKFold : Folds without duplicates across.

    Notes
    -----
    The causes that a finding may name:

    - ``duplicates_across``, ``near_duplicates_across``: share of the test rows that a training
      row repeats. An error from the share on that moves an accuracy more than chance does,
      ``0.98 / sqrt(n_test)``, but at least .01; a warning from a tenth of it.
    - ``classes_missing_in_train``: share of the test rows whose class no training row has.
    - ``classes_missing_in_test``: number of classes that are trained but not tested.
    - ``class_distribution``: total variation distance between the shares of the classes, from
      .05 on, an error from .25 on, if the chi-squared test has p < .001.
    - ``conflicting_labels``: share of rows that nobody can have right, as the same text has
      another label more often. A warning from .01, an error from .1 on.
    - ``empty_texts``: share of texts without words or in place of an answer, such as ``"N/A"``
      and short texts that come back under labels of all kinds; from .01 and .1 on, too.
    - ``different_texts``: cross-validated ROC AUC of a TF-IDF classifier of the part, over
      different texts; from .6 on, or four standard deviations of a guess above .5 if that is more.
    - ``duplicates_within_train``: share of training rows that repeat another one or nearly so; a
      warning from .01 on.
    - ``ordered_rows``: total variation distance between the classes of the last tenth, or fifth,
      of the training rows and of the others, from .1 on.
    - ``rare_classes``: least number of different training texts in a class, below 5.

    What is under the threshold of a warning is an info.

    Examples
    --------
    >>> from sk_textnn import audit_split
    >>> from sk_textnn.datasets import make_text_classification
    >>> texts, labels = make_text_classification(400, random_state=0, return_X_y=True)
    >>> print(audit_split(texts[:300], labels[:300], texts[300:], labels[300:], random_state=0))
    Nothing was found wrong with the split.
    >>> report = audit_split(texts[:300], labels[:300], texts[280:], labels[280:], random_state=0)
    >>> [(finding.severity, finding.cause, round(finding.value, 2)) for finding in report]
    [('error', 'duplicates_across', 0.17)]
    """
    check_near(near)
    rng = check_random_state(random_state)
    train, train_labels = _check_part(X_train, y_train, "train")
    test, test_labels = _check_part(X_test, y_test, "test")
    numbers = [labels.dtype.kind in "biuf" for labels in (train_labels, test_labels)]
    if numbers[0] != numbers[1]:
        raise ValueError(
            f"y_train holds {train_labels.dtype} and y_test {test_labels.dtype}: the labels of "
            "both parts must be of one kind."
        )
    classes, codes = np.unique(np.concatenate([train_labels, test_labels]), return_inverse=True)
    parts = Parts([*train, *test], codes.ravel(), list(map(str, classes)), len(train), near)
    return Report(
        [
            *duplicates_across(parts),
            *classes_missing(parts),
            *class_distribution(parts),
            *labels_conflict(parts),
            *no_answers(parts),
            *parts_differ(parts, rng),
            *duplicates_within_train(parts),
            *rows_ordered(parts),
            *classes_rare(parts),
        ],
        subject="the split",
    )


def _check_part(X: Any, y: Any, part: str) -> tuple[list[str], np.ndarray]:
    """Return texts and labels, or say what is wrong with them."""
    texts = check_texts(X)
    if not texts:
        raise ValueError(f"X_{part} is empty, but at least one text was expected.")
    if y is None or isinstance(y, str):
        raise ValueError(f"y_{part} must hold one class a text, but {kind_of(y)} came.")
    labels = np.asarray(y)
    kind = type_of_target(labels, input_name=f"y_{part}")
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"y_{part} must hold one class a text, but it is of the type {kind!r}.")
    if len(labels) != len(texts):
        raise ValueError(
            f"X_{part} has {len(texts)} texts, but y_{part} has {len(labels)} labels; pass one "
            "label for each."
        )
    return texts, labels.ravel()
