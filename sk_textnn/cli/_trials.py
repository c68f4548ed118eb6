"""Candidates and baselines on the same folds, one fit a task."""

import time
import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._optional import import_heavy

__all__ = ["Fold", "Trial", "run_trials", "sample_candidates"]


@dataclass
class Fold:
    """What one fit gave on its test fold."""

    score: float
    fit_seconds: float = 0.0
    score_seconds: float = 0.0
    predicted: np.ndarray | None = None
    error: str = ""


@dataclass
class Trial:
    """One pipeline, fitted once a fold.

    Parameters
    ----------
    role : {"network", "baseline"}
    name : str
        Of the network or the baseline.
    pipeline : estimator
        On raw texts, not fitted.
    number : int, default=0
        Of the candidate among those of its network, counted from 1; 0 for a baseline.
    params : dict
        The parameters the search chose.
    """

    role: str
    name: str
    pipeline: Any
    number: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    folds: list[Fold | None] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Name and number."""
        return f"{self.name} {self.number}" if self.number else self.name

    @property
    def scores(self) -> np.ndarray:
        """The score on each test fold; NaN where there is none."""
        return np.array([np.nan if fold is None else fold.score for fold in self.folds])

    @property
    def done(self) -> bool:
        """Whether all folds are."""
        return all(fold is not None for fold in self.folds)

    @property
    def ok(self) -> bool:
        """Whether every fold has a score."""
        return bool(np.isfinite(self.scores).all())

    @property
    def mean(self) -> float:
        """Mean of the scores."""
        return float(self.scores.mean())

    @property
    def error(self) -> str:
        """Why a fold has no score; empty if all have."""
        return next((fold.error for fold in self.folds if fold is not None and fold.error), "")

    def seconds(self, what: str) -> float:
        """Mean seconds a fold, of ``"fit_seconds"`` or ``"score_seconds"``."""
        return float(np.mean([getattr(fold, what) for fold in self.folds if fold is not None]))


def sample_candidates(
    network: str, pipeline: Any, space: Any, *, n_iter: int, seed: int
) -> list[Trial]:
    """Draw a network's candidates as :class:`sklearn.model_selection.RandomizedSearchCV` does."""
    from sklearn.base import clone
    from sklearn.model_selection import ParameterSampler

    with warnings.catch_warnings():  # a space smaller than n_iter is searched as a whole
        warnings.simplefilter("ignore")
        drawn = list(ParameterSampler(space, n_iter=n_iter, random_state=seed))
    return [
        Trial("network", network, clone(pipeline).set_params(**params), number, params)
        for number, params in enumerate(drawn, start=1)
    ]


def run_trials(
    trials: Sequence[Trial],
    texts: Sequence[str],
    labels: np.ndarray,
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
    scorer: Callable[[Any, Any, Any], float],
    *,
    n_jobs: int = 1,
    on_fit: Callable[[Trial], None] = lambda trial: None,
) -> None:
    """Fit every trial on every split and keep the results in the trials.

    Parameters
    ----------
    trials : sequence of Trial
    texts : sequence of str of length n_samples
    labels : ndarray of shape (n_samples,)
    splits : sequence of (train, test) row numbers
        The same for all.
    scorer : callable
        Of scikit-learn: ``scorer(estimator, X, y)``.
    n_jobs : int, default=1
        Worker processes.
    on_fit : callable, default does nothing
        Called with the trial after each fit.
    """
    from joblib import Parallel, delayed

    for trial in trials:
        trial.folds = [None] * len(splits)
    tasks = [(row, fold) for row in range(len(trials)) for fold in range(len(splits))]
    results: Generator[tuple[int, int, Fold], None, None] = Parallel(
        n_jobs=min(n_jobs, len(tasks)),
        return_as="generator_unordered",
        pre_dispatch="n_jobs",
        batch_size=1,
    )(
        delayed(_run_fold)(row, fold, trials[row], texts, labels, splits[fold], scorer)
        for row, fold in tasks
    )
    try:
        for row, fold, result in results:
            trials[row].folds[fold] = result
            on_fit(trials[row])
    finally:  # after Ctrl-C, end the workers before their cache goes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib's, of tasks that are cancelled: they are to be
            results.close()


def _run_fold(
    row: int,
    fold: int,
    trial: Trial,
    texts: Sequence[str],
    labels: np.ndarray,
    split: tuple[np.ndarray, np.ndarray],
    scorer: Callable[[Any, Any, Any], float],
) -> tuple[int, int, Fold]:
    """Fit on one split's training rows, predict and score its test rows."""
    from sklearn.base import clone

    train, test = split
    train_texts, test_texts = [texts[i] for i in train], [texts[i] for i in test]
    fitted = clone(trial.pipeline)
    start = time.perf_counter()
    try:
        if trial.role == "network":  # loading TensorFlow is no part of the first fit
            import_heavy("keras")
            start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted.fit(train_texts, labels[train])
            fit_seconds = time.perf_counter() - start
            predicted = np.asarray(fitted.predict(test_texts))
            start = time.perf_counter()
            score = float(scorer(fitted, test_texts, labels[test]))
            score_seconds = time.perf_counter() - start
    except Exception as error:  # one candidate that fails must not lose the whole search
        message = f"{type(error).__name__}: {error}"
        return row, fold, Fold(np.nan, time.perf_counter() - start, error=message)
    problem = "" if np.isfinite(score) else "the score is not a number"
    return row, fold, Fold(score, fit_seconds, score_seconds, predicted, problem)
