"""Why does my network predict one class, and what would make it better?"""

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from .._validation import kind_of
from ._causes import find, gather
from ._findings import Report

__all__ = ["diagnose"]


def diagnose(
    estimator: Any,
    X_train: Any,
    y_train: Any,
    X_test: Any,
    y_test: Any,
    *,
    cv: int = 5,
    n_seeds: int = 0,
    random_state: int = 0,
) -> Report:
    """Find out why a fitted model predicts as it does, and what to change.

    Reads the network, the course of its training, its predictions, the words it was given and
    those it was not, and the labels; and fits cheap linear models to see what the texts allow.
    Causes come before what they lead to: the first finding is the one to mend first.

    Parameters
    ----------
    estimator : estimator
        A fitted pipeline or classifier, a network or not; of a fitted search, its best. It is not
        changed.
    X_train : sequence of length n_train
        What it was fitted on: raw texts, or whatever it takes; causes that need the texts are
        then left out.
    y_train : array-like of shape (n_train,)
        Their labels, one a text.
    X_test : sequence of length n_test
        Others.
    y_test : array-like of shape (n_test,)
        Their labels.
    cv : int, default=5
        Folds that you mean to cross-validate with: classes have to have so many texts.
    n_seeds : int, default=0
        How often to fit a clone with another seed, to see how far seeds differ. Each costs as much
        as the fit did.
    random_state : int, default=0
        Of the folds, the draws and the other seeds.

    Returns
    -------
    Report
        The findings; ``report.suggest()`` are changes as arguments of `set_params`, and
        ``report.apply(estimator)`` a clone that has them, to be fitted.

    Raises
    ------
    ValueError
        If an argument cannot be used, or a text has several labels.
    NotFittedError
        If the estimator is not fitted.

    See Also
    --------
    audit_split : What of it can be said of the data alone.
    lint_model : What of it can be said of a Keras model that is not trained.
    compare : Whether a model beats TF-IDF, on folds.
    sk_textnn.reference : Published models that have such faults.

    Notes
    -----
    An error decides the result, a warning costs something, an info is good to know. What can be
    found, in the order in which it is told:

    ========================== ==================================================================
    cause                      what is found
    ========================== ==================================================================
    double_activation          softmax, and sigmoid of that: the loss has a floor near chance
    no_mask                    a recurrent layer reads padding, as no mask reaches it
    learning_rate_too_high     the training loss jumps, or starts above chance
    learning_rate_too_low      the training loss hardly falls
    truncation                 words are cut off, more of some classes
    unknown_words              words have no id, in training or in the test
    conflicting_labels         the same text has several labels
    label_noise                labels contradict what a linear model is surest of
    classes_missing_in_train   classes of the test are not in training
    imbalance                  classes are rare and not weighed; worse if never predicted
    rare_classes               fewer texts in a class than folds
    class_distribution         classes are not as frequent in the test as in training
    frozen_random_embedding    word vectors are random and not trained
    vector_coverage            words have no vector of their own
    underfitting               training ended while the loss was falling
    different_texts            a linear model tells the test texts from those of training
    empty_texts                texts without words, or without an answer
    ordered_rows               rows are in order; an error if the last ones validate
    duplicates_across          test texts are among the training texts
    near_duplicates_across     or nearly so
    collapse                   one class, or few, are predicted; names the reasons found
    not_learning               the training loss stays at that of guessing
    classes_missing_in_test    classes of training are not in the test
    duplicates_within_train    training texts repeat
    seeds                      seeds differ more than models do (with `n_seeds`)
    overfitting                training texts are predicted much better than test texts
    duplicate_tables           several tables learn the vectors of the same words
    padding                    rows are padding for the most part, and the network reads it
    baseline                   TF-IDF with logistic regression does as well, or better
    miscalibration             probabilities are not the shares that come true
    ========================== ==================================================================

    Thresholds are in the findings; each has its reason beside it in the source.

    References
    ----------
    C. Northcutt, L. Jiang, I. Chuang: Confident Learning: Estimating Uncertainty in Dataset
    Labels. Journal of Artificial Intelligence Research 70, 2021.

    Examples
    --------
    >>> from sk_textnn import diagnose, make_text_classifier
    >>> from sk_textnn.datasets import make_text_classification
    >>> texts, labels = make_text_classification(300, random_state=0, return_X_y=True)
    >>> pipeline = make_text_classifier("averaging", random_state=0)
    >>> _ = pipeline.set_params(embed="passthrough", pad__maxlen=4, clf__epochs=2)
    >>> _ = pipeline.fit(texts[:200], labels[:200])
    >>> report = diagnose(pipeline, texts[:200], labels[:200], texts[200:], labels[200:])
    >>> "truncation" in report.causes()
    True
    >>> report.apply(pipeline)["pad"]
    SequencePadder(maxlen='p95')
    """
    if not isinstance(n_seeds, Integral) or n_seeds < 0:
        raise ValueError(f"n_seeds must be a number of fits such as 0 or 3, not {n_seeds!r}.")
    if not isinstance(cv, Integral) or cv < 2:
        raise ValueError(f"cv must be a number of folds of at least 2, not {cv!r}.")
    y_train, y_test = _labels(y_train, "y_train"), _labels(y_test, "y_test")
    check_consistent_length(X_train, y_train)
    check_consistent_length(X_test, y_test)
    estimator = getattr(estimator, "best_estimator_", estimator)
    check_is_fitted(estimator)
    context = gather(estimator, X_train, y_train, X_test, y_test)
    context.cv, context.random_state = int(cv), random_state
    context.seed_scores = tuple(
        _score_of_seed(estimator, seed, X_train, y_train, X_test, y_test)
        for seed in range(random_state + 1, random_state + 1 + n_seeds)
    )
    return Report(find(context), subject=type(context.steps["clf"].estimator).__name__)


def _labels(y: Any, name: str) -> np.ndarray:
    y = np.asarray(y)
    if y.ndim > 1 and y.shape[-1] > 1:
        raise ValueError(
            f"{name} has {y.shape[-1]} columns, but diagnose reads one label a text. Look at each "
            "label alone."
        )
    if not y.size:
        raise ValueError(f"{name} is empty; expected was a label for each text.")
    return column_or_1d(y)


def _score_of_seed(
    estimator: Any, seed: int, X_train: Any, y_train: Any, X_test: Any, y_test: np.ndarray
) -> float:
    """Fit a clone with another seed wherever there is one, and return its test accuracy."""
    other = clone(estimator)
    names = [n for n in other.get_params() if n.rpartition("__")[2] == "random_state"]
    if not names:
        raise ValueError(
            f"n_seeds needs a parameter random_state, which {kind_of(estimator)} has not. Pass "
            "n_seeds=0."
        )
    other.set_params(**dict.fromkeys(names, seed)).fit(X_train, y_train)
    return float((np.asarray(other.predict(X_test)) == y_test).mean())
