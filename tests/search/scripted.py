"""Estimators that score as they are told and write down their fits, for worker processes too."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.model_selection import KFold

from sk_textnn import ArchitectureSearchCV

ROWS = np.arange(1, 25).reshape(-1, 1)
LABELS = np.array(["no", "yes"] * 12)
# Scores after the first epoch and after all others: the last of them is the best.
NINE = [(0.1 * number, 0.1 * number + 0.01) for number in range(9)]


def write(log, *words):
    """Add a line to a file, as whole as that of any other process."""
    if log is not None:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, (" ".join(map(str, words)) + "\n").encode())
        os.close(file)


def read(log):
    """Return the lines of a log."""
    return Path(log).read_text().splitlines() if Path(log).exists() else []


class Whole(ClassifierMixin, BaseEstimator):
    """Scores by its curve, epoch by epoch, and predicts the first class.

    Parameters
    ----------
    curve : sequence of float
        The score after each epoch; the last one stays.
    epochs : int
    early_stopping : bool
    patience : int
    class_weight : dict, "balanced" or None
    error : type or None
        Raised in epoch `error_at`, counted from 1.
    error_at : int
    name : str
        For the log.
    log : str or None
        File in which each fit and each epoch by `partial_fit` is a line.
    """

    def __init__(
        self,
        curve=(0.5,),
        epochs=9,
        early_stopping=False,
        patience=2,
        class_weight=None,
        error=None,
        error_at=1,
        name="",
        log=None,
    ):
        self.curve = curve
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.patience = patience
        self.class_weight = class_weight
        self.error = error
        self.error_at = error_at
        self.name = name
        self.log = log

    def fit(self, X, y, sample_weight=None):
        write(self.log, "fit", self.name, len(X))
        self.n_epochs_ = 0
        for _ in range(self.epochs):
            self._learn(X, y, sample_weight)
        return self

    def _learn(self, X, y, sample_weight):
        if not hasattr(self, "classes_"):
            self.classes_ = np.unique(y)
        epoch = getattr(self, "n_epochs_", 0) + 1
        if self.error is not None and epoch >= self.error_at:
            raise self.error("as told")
        self.n_epochs_ = epoch
        self.weight_ = None if sample_weight is None else float(np.sum(sample_weight))

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))

    def score(self, X, y, sample_weight=None):
        return self.curve[min(self.n_epochs_, len(self.curve)) - 1]


class Scripted(Whole):
    """The same, epoch by epoch."""

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        if classes is not None:
            self.classes_ = np.asarray(classes)
        self._learn(X, y, sample_weight)
        write(self.log, "epoch", self.name, self.n_epochs_, int(np.sum(X)))
        return self


class Twice(TransformerMixin, BaseEstimator):
    """Doubles numbers, and writes down when it learns to."""

    def __init__(self, factor=2, log=None):
        self.factor = factor
        self.log = log

    def fit(self, X, y=None):
        write(self.log, "step", self.factor, int(np.sum(X)))
        self.n_features_in_ = np.shape(X)[1]
        return self

    def transform(self, X):
        return np.asarray(X) * self.factor


def score_and_epochs(estimator, X, y):
    """Return several scores at once, none of them of the name that scikit-learn gives to one."""
    return {"quality": estimator.score(X, y), "epochs": estimator.n_epochs_}


def make_search(estimator, space, **params):
    """Return a search on two folds."""
    return ArchitectureSearchCV(estimator, space, **{"cv": KFold(2), "random_state": 0, **params})


def curves(*given, **common):
    """Return a space that has each of some curves once, under a name, for as great an n_iter."""
    space = [
        {"name": [name], "curve": [curve]} for name, curve in zip("abcdefghi", given, strict=False)
    ]
    return [{**branch, **{name: [value] for name, value in common.items()}} for branch in space]


def as_table(results):
    """Return results as a table without what takes another time in each run."""
    table = pd.DataFrame(results)
    return table[[name for name in table if not name.endswith("_time")]]
