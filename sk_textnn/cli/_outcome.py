"""Who won, by how much and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._errors import CommandError
from ._trials import Trial
from ._words import shorten

__all__ = ["Outcome", "Row", "judge"]


@dataclass
class Row:
    """One line of the comparison.

    `plain_mean` is the best candidate's own mean, before it pays for having been chosen.
    """

    name: str
    role: str
    mean: float
    std: float
    seconds: float
    reference: bool = False
    best: bool = False
    difference: float | None = None
    interval: tuple[float, float] = (np.nan, np.nan)
    p: float | None = None
    plain_mean: float | None = None


@dataclass
class Outcome:
    """The comparison and its winners.

    `left_out` has a sentence for each baseline that failed. `network_predicted` and
    `baseline_predicted` are out-of-fold predictions, those of the network by the candidates that
    the other folds chose.
    """

    rows: list[Row]
    left_out: list[str]
    verdict: str
    network: Trial
    baseline: Trial
    network_wins: bool
    network_predicted: np.ndarray
    baseline_predicted: np.ndarray

    @property
    def winner(self) -> Trial:
        """The trial with the higher mean; of equals the network."""
        return self.network if self.network_wins else self.baseline


def judge(
    trials: Sequence[Trial],
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
    labels: np.ndarray,
    scoring: str,
) -> Outcome:
    """Compare the networks with the baselines.

    Parameters
    ----------
    trials : sequence of Trial
        All run.
    splits : sequence of (train, test)
    labels : ndarray of shape (n_samples,)
    scoring : str

    Raises
    ------
    CommandError
        If no candidate, or no baseline, could be fitted on every fold.
    """
    from ..evaluation import Comparison, nested_selection

    groups = _candidates_by_network(trials)
    baselines = [trial for trial in trials if trial.role == "baseline" and trial.ok]
    if not baselines:
        raise CommandError(_all_failed("baseline", trials))
    if not groups:
        raise CommandError(_all_failed("network", trials))

    names = {_group_name(name, group): group for name, group in groups.items()}
    tops = {name: max(group, key=lambda trial: trial.mean) for name, group in names.items()}
    scores = {
        name: nested_selection([trial.scores for trial in group]) for name, group in names.items()
    }
    scores |= {trial.name: trial.scores for trial in baselines}
    timed = tops | {trial.name: trial for trial in baselines}
    comparison = Comparison.from_scores(
        scores,
        roles=dict.fromkeys(names, "candidate") | {t.name: "baseline" for t in baselines},
        fit_seconds={name: trial.seconds("fit_seconds") for name, trial in timed.items()},
        predict_seconds={name: trial.seconds("score_seconds") for name, trial in timed.items()},
        test_to_train_ratio=float(np.mean([len(test) / len(train) for train, test in splits])),
        scoring=scoring,
    )
    best, rival = str(comparison.best_candidate_), str(comparison.best_baseline_)
    baseline = timed[rival]
    return Outcome(
        rows=_rows(comparison, timed, tops),
        left_out=[
            f"The baseline {trial.name} is left out, because it failed: {shorten(trial.error, 300)}"
            for trial in trials
            if trial.role == "baseline" and not trial.ok
        ],
        verdict=str(comparison.verdict_),
        network=tops[best],
        baseline=baseline,
        network_wins=float(np.mean(scores[best])) >= float(np.mean(scores[rival])),
        network_predicted=_out_of_fold(names[best], splits, labels),
        baseline_predicted=_out_of_fold([baseline], splits, labels),
    )


def _candidates_by_network(trials: Sequence[Trial]) -> dict[str, list[Trial]]:
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        if trial.role == "network" and trial.ok:
            groups.setdefault(trial.name, []).append(trial)
    return groups


def _group_name(network: str, group: list[Trial]) -> str:
    return f"{network} (best of {len(group)})" if len(group) > 1 else network


def _all_failed(role: str, trials: Sequence[Trial]) -> str:
    errors = [trial.error for trial in trials if trial.role == role and trial.error]
    return f"Every {role} failed on these texts, the first with: {errors[0] if errors else '?'}"


def _out_of_fold(
    group: Sequence[Trial],
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
    labels: np.ndarray,
) -> np.ndarray:
    """Each row's prediction, in each fold by the trial that the other folds chose."""
    from ..evaluation._ttest import choose_per_fold

    predicted = labels.copy()
    chosen = choose_per_fold(np.array([trial.scores for trial in group]))
    for number, (row, (_, test)) in enumerate(zip(chosen, splits, strict=True)):
        fold = group[row].folds[number]
        assert fold is not None
        assert fold.predicted is not None
        predicted[test] = fold.predicted
    return predicted


def _rows(comparison: Any, timed: dict[str, Trial], tops: dict[str, Trial]) -> list[Row]:
    """Turn the comparison's table into what the screen and the report show."""
    rows: list[Row] = []
    for found in comparison.table_.to_dict("records"):
        name, reference = found["name"], found["name"] == comparison.best_baseline_
        rows.append(
            Row(
                name=name,
                role=timed[name].role,
                mean=found["mean"],
                std=found["std"],
                seconds=found["fit_seconds"],
                reference=reference,
                best=not rows,
                difference=None if reference else found["difference"],
                interval=(found["ci_low"], found["ci_high"]),
                p=None if reference else found["p_value"],
                plain_mean=tops[name].mean if name in tops else None,
            )
        )
    return rows
