"""The rows of a search's results: a candidate, how long it has trained, and its scores."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import FitFailedWarning

from ._plans import Candidate
from ._tasks import Outcome, Scores


@dataclass
class Row:
    """A candidate after a round.

    Parameters
    ----------
    candidate : Candidate
    round : int
        Number of the round, from 0 on.
    outcomes : list of Outcome
        Of each fold.
    patience : float or None
        Epochs without a better score after which more would not help; the best epoch then
        counts. None: the last one does, whatever was before.
    metric : str
        Of the scores the one that is to be raised; the first, if there is none of this name.
    """

    candidate: Candidate
    round: int
    outcomes: list[Outcome]
    patience: float | None
    metric: str

    @property
    def n_epochs(self) -> int:
        """Epochs it was trained one by one; 0 for one that was trained by its own `fit`."""
        return max(len(outcome.by_epoch) for outcome in self.outcomes)

    @property
    def epoch(self) -> int:
        """The epoch, counted from 1, whose scores count."""
        if self.patience is None or not self.n_epochs:
            return self.n_epochs
        curves = [[*map(self._score, outcome.by_epoch)] for outcome in self.outcomes]
        means = np.mean([curve for curve in curves if curve], axis=0)  # none of a fold that failed
        return int(np.nan_to_num(means, nan=-np.inf).argmax()) + 1

    @property
    def is_done(self) -> bool:
        """Whether more epochs would not help."""
        if not self.n_epochs:
            return True
        return self.patience is not None and self.n_epochs - self.epoch >= self.patience

    def scores(self, fold: int) -> Scores:
        """Return the scores of a fold that count; none, if it failed."""
        outcome = self.outcomes[fold]
        scores = outcome.by_epoch[self.epoch - 1] if outcome.by_epoch else outcome.scores
        return {name: score for name, score in scores.items() if np.isfinite(score)}

    @property
    def mean(self) -> float:
        """The score to be raised, mean over the folds; NaN if a fold failed."""
        folds = range(len(self.outcomes))
        return float(np.mean([self._score(self.scores(fold)) for fold in folds]))

    def _score(self, scores: Scores) -> float:
        """Return the score to be raised; NaN if there is none."""
        names = [name for outcome in self.outcomes for name in outcome.scores]
        metric = self.metric if self.metric in names or not names else names[0]
        score = scores.get(metric, np.nan)
        return score if np.isfinite(score) else np.nan

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as they are shown: with the estimator's name, if it has one."""
        name, params = self.candidate
        return {"estimator": name, **params} if name else params


def as_fold_results(
    rows: Sequence[Row], metrics: Sequence[str], error_score: float
) -> list[dict[str, Any]]:
    """Return what scikit-learn makes `cv_results_` of: a dict for each fold of each row."""
    return [
        {
            "fit_time": outcome.fit_seconds,
            "score_time": outcome.score_seconds,
            "test_scores": {name: row.scores(fold).get(name, error_score) for name in metrics},
        }
        for row in rows
        for fold, outcome in enumerate(row.outcomes)
    ]


def as_costs(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what each candidate cost on all folds and in all its rounds, in their order."""
    rows_of: dict[int, list[Row]] = {}
    for row in rows:
        rows_of.setdefault(id(row.candidate), []).append(row)
    return [
        {
            "params": own[0].params,
            "n_epochs": max(row.n_epochs for row in own),
            **{name: _spent(own, name) for name in ("fit_seconds", "score_seconds", "cpu_seconds")},
        }
        for own in rows_of.values()
    ]


def _spent(rows: Sequence[Row], name: str) -> float:
    """Return the seconds of a candidate: an outcome also has those of the rounds before."""
    folds = zip(*(row.outcomes for row in rows), strict=True)
    return sum(max(getattr(outcome, name) for outcome in fold) for fold in folds)


def check_rows(rows: list[Row], stopped_by: str) -> None:
    """Warn of a search that was stopped, and of fits that failed; raise if none is left."""
    if stopped_by:
        why = "time_budget is over" if stopped_by == "time" else "it was interrupted"
        n_done = len({id(row.candidate) for row in rows})
        if not rows:
            raise ValueError(
                f"The search found nothing, as {why} before a candidate was done on all "
                "folds. Give it more time, fewer folds or smaller networks."
            )
        warnings.warn(
            f"The search is not complete, as {why}: the results are of {n_done} candidates.",
            UserWarning,
            stacklevel=4,
        )
    errors = [outcome.error for row in rows for outcome in row.outcomes if outcome.error]
    if not errors:
        return
    n_fits = sum(len(row.outcomes) for row in rows)
    counts = "\n".join(f"{errors.count(e)} of them: {e}" for e in dict.fromkeys(errors))
    message = f"{len(errors)} of {n_fits} fits failed; see failures_.\n{counts}"
    if not any(row.scores(fold) for row in rows for fold in range(len(row.outcomes))):
        # Of several scores, an error follows the name of its score.
        kind = TypeError if all(re.search(r"(^|: )TypeError: ", e) for e in errors) else ValueError
        raise kind(f"All fits failed, so that there is nothing to choose from.\n{counts}")
    warnings.warn(message, FitFailedWarning, stacklevel=4)
