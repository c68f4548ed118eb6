"""Follows a plan: makes its steps tasks, and what came of these the rows of the results."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from ._plans import Candidate, Plan, Step
from ._rows import Row
from ._runner import Runner
from ._tasks import RESOURCE, Task, can_pause, drop_checkpoints, last_step, steps_key


def make_candidate(estimators: Mapping[str, Any], candidate: Candidate, **params: Any) -> Any:
    """Return the estimator that a candidate is, not fitted."""
    chosen = clone(candidate.params, safe=False)
    return clone(estimators[candidate.name]).set_params(**chosen, **params)


class Driver:
    """Follows a plan to its end, or until the runner is stopped.

    Parameters
    ----------
    estimators : dict of str to estimator
    runner : Runner
    n_folds : int
    metric : str
        Of the scores the one that is to be raised.
    memory : joblib.Memory
        Of pipelines that have none, so that candidates that differ in the last step share the
        others.
    on_round : callable
        Called with the number of a round, the candidates of all rounds so far, by their numbers,
        and the tasks of this one that are left.
    """

    def __init__(
        self,
        estimators: Mapping[str, Any],
        runner: Runner,
        *,
        n_folds: int,
        metric: str,
        memory: Any,
        on_round: Callable[[int, Sequence[Candidate], Sequence[Task]], None],
    ):
        self._estimators = estimators
        self._runner = runner
        self._n_folds = n_folds
        self._metric = metric
        self._memory = memory
        self._on_round = on_round
        self._candidates: list[Candidate] = []
        self._made: dict[int, Any] = {}  # by the candidates' numbers, as all of these
        self._epochs: dict[int, int | None] = {}
        self._rows: dict[int, Row] = {}

    def follow(self, plan: Plan) -> list[Row]:
        """Return a row for each step of the plan that was done on all folds."""
        rows: list[Row] = []
        steps = next(plan)
        number = 0
        while True:
            done = self._round(number, steps)
            rows += done
            if self._runner.stopped_by:
                return rows
            try:
                steps = plan.send([row.mean for row in done])
            except StopIteration:
                self._drop_all_but([])
                return rows
            self._drop_all_but([self._number(step.candidate) for step in steps])
            number += 1

    def _round(self, number: int, steps: Sequence[Step]) -> list[Row]:
        """Run the steps of a round; return the rows of those that were done."""
        tasks: list[list[Task]] = []
        for step in steps:
            candidate = self._number(step.candidate)
            self._epochs[candidate] = self._epochs_of(candidate, step)
            folds = range(self._n_folds)
            tasks.append([Task(candidate, fold, self._epochs[candidate]) for fold in folds])
        in_turn = [task for each in tasks for task in each]
        self._on_round(number, self._candidates, self._runner.left(in_turn))
        outcomes = self._runner.run(self._made, in_turn)
        rows = []
        for step, each in zip(steps, tasks, strict=True):
            if all(task in outcomes for task in each):
                last = last_step(self._made[each[0].candidate])
                row = Row(
                    step.candidate,
                    number,
                    [outcomes[task] for task in each],
                    getattr(last, "patience", math.inf)
                    if getattr(last, "early_stopping", False)
                    else None,
                    self._metric,
                )
                self._rows[each[0].candidate] = row
                rows.append(row)
        return rows

    def _number(self, candidate: Candidate) -> int:
        """Return the number of a candidate; make it, if it is new."""
        for number, known in enumerate(self._candidates):
            if known is candidate:
                return number
        made = make_candidate(self._estimators, candidate)
        if isinstance(made, Pipeline) and made.memory is None and steps_key(made) is not None:
            made.set_params(memory=self._memory)
        number = len(self._candidates)
        self._candidates.append(candidate)
        self._made[number] = made
        return number

    def _epochs_of(self, number: int, step: Step) -> int | None:
        """Return how many epochs a candidate shall have; those that it has, if more are no use."""
        made = self._made[number]
        if step.epochs is None or not can_pause(made):
            return None
        last = self._rows.get(number)
        if last is not None and last.is_done:
            return self._epochs[number]
        return min(step.epochs, int(getattr(last_step(made), RESOURCE)))

    def _drop_all_but(self, kept: Sequence[int]) -> None:
        for number in set(self._made).difference(kept):
            drop_checkpoints(self._runner.checkpoints, number)
