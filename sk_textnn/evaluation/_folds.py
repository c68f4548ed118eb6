"""Fits one model on one fold and keeps what it said of the test rows."""

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.metaestimators import _safe_split

__all__ = ["Fold", "KeptAnswers", "LacksMethod", "run_fold", "size_of"]

_METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")


@dataclass
class Fold:
    """What a model did on one fold.

    `answers` holds what it said of the test rows by method: ``"predict"`` in any case, others
    where a score asked for them.
    """

    scores: dict[str, float]
    fit_seconds: float
    predict_seconds: float
    answers: dict[str, np.ndarray]
    classes: Any
    size_bytes: float


class LacksMethod(AttributeError):
    """A model has no method that a scorer reads; the message names it."""


def run_fold(
    model: Any,
    X: Any,
    y: Any,
    split: tuple[np.ndarray, np.ndarray],
    scorers: Mapping[str, Callable[..., Any]],
    *,
    weigh: bool = False,
) -> Fold:
    """Fit a clone on the training rows and score it on the test rows.

    Parameters
    ----------
    model : estimator
        A search is run anew, on the training rows only.
    X, y : rows and labels, all of them
    split : (train, test) row numbers
    scorers : dict of str to callable
    weigh : bool, default=False
        Measure the size of the fitted model too.

    Raises
    ------
    LacksMethod
        If the fitted model has not what a scorer of scikit-learn reads.
    """
    train, test = split
    model = clone(model)
    X_train, y_train = _safe_split(model, X, y, train)
    X_test, y_test = _safe_split(model, X, y, test, train)
    start = time.perf_counter()
    model.fit(X_train, y_train)
    fit_seconds = time.perf_counter() - start
    for scorer in scorers.values():
        _check_methods(model, getattr(scorer, "_response_method", None))
    remembered = _Remembered(model, X_test)
    start = time.perf_counter()
    remembered.predict(X_test)
    predict_seconds = time.perf_counter() - start
    scores = {name: _number(scorer(remembered, X_test, y_test)) for name, scorer in scorers.items()}
    return Fold(
        scores,
        fit_seconds,
        predict_seconds,
        remembered.answers_,
        getattr(model, "classes_", None),
        size_of(model) if weigh else np.nan,
    )


def _check_methods(model: Any, methods: str | Sequence[str] | None) -> None:
    """Raise if a model has none of the methods of which a scorer reads the first there is."""
    methods = [methods] if isinstance(methods, str) else methods
    if methods and not any(hasattr(model, method) for method in methods):
        raise LacksMethod(f"no {' or '.join(methods)}")


def _number(score: Any) -> float:
    if not isinstance(score, Real | np.number):
        raise TypeError(
            f"scoring must return one number, but it returned a {type(score).__name__}."
        )
    return float(score)


class _Remembered:
    """A fitted model as its scorers see it: it is asked once, however many they are."""

    def __init__(self, model: Any, rows: Any) -> None:
        self._model = model
        self._rows = rows
        self.answers_: dict[str, np.ndarray] = {}

    @property  # type: ignore[misc]  # mypy has it for an attribute of classes
    def __class__(self) -> type:
        """The model's, for scorers that ask what it is."""
        return type(self._model)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._model, name)
        if name not in _METHODS:
            return found

        def answer(rows: Any, *args: Any, **kwargs: Any) -> Any:
            if rows is not self._rows or args or kwargs:
                return found(rows, *args, **kwargs)
            if name not in self.answers_:
                self.answers_[name] = found(rows)
            return self.answers_[name]

        answer.__name__ = name  # scorers read there what they called
        return answer

    def __getitem__(self, step: Any) -> Any:
        return self._model[step]


class KeptAnswers(ClassifierMixin, BaseEstimator):
    """Stands in for a fitted model where only its answers are left: its rows are their numbers.

    Parameters
    ----------
    answers : dict of str to ndarray of shape (n_samples, ...)
        By method.
    classes : ndarray of shape (n_classes,)
        The labels the model knew.
    """

    def __init__(self, answers: Mapping[str, np.ndarray], classes: Any) -> None:
        self.answers = answers
        self.classes = classes
        self.classes_ = classes

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS or name not in self.answers:
            raise AttributeError(f"{name!r} was not kept.")

        def answer(rows: Any) -> Any:
            return self.answers[name][rows]

        answer.__name__ = name  # scorers read there what they called
        return answer


class _Counter:
    """A file that only counts: the pickle of a large model is never held in memory."""

    def __init__(self) -> None:
        self.n_bytes = 0

    def write(self, data: Any) -> int:
        self.n_bytes += memoryview(data).nbytes
        return memoryview(data).nbytes


def size_of(model: Any) -> float:
    """Return the bytes of a fitted model's pickle, of a search those of its best; NaN if none.

    Parameters
    ----------
    model : estimator
    """
    counter = _Counter()
    try:
        pickle.Pickler(counter, protocol=5).dump(getattr(model, "best_estimator_", model))
    except Exception:  # pickle raises what the model's parts raise
        return np.nan
    return float(counter.n_bytes)
