"""Runs the tasks of a search, and keeps what came of each."""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from ._journal import Journal
from ._tasks import FoldData, Outcome, Task
from ._workers import Work, Workers, WorkersLost

PAUSE = 0.3  # seconds between two looks at what others have done


class Runner:
    """Runs tasks until they are done, the time is over, or somebody interrupts.

    Parameters
    ----------
    data : FoldData
    journal : Journal
        Where outcomes are kept, and found again.
    folder : Path
        For the data, where worker processes of this machine read them.
    checkpoints : str
        Folder where what is trained for some epochs waits to go on.
    in_parts : bool
        Whether a worker process may get all folds of a candidate at once, and tell of them
        together. If it is killed before, only the checkpoints keep them.
    n_jobs : int or None
        Processes.
    deadline : float or None
        When no task begins any more, by :func:`time.monotonic`.
    on_done : callable
        Called with each task that ended, and its outcome.

    Attributes
    ----------
    stopped_by : str
        "time" or "interrupt"; empty as long as it goes on.
    """

    def __init__(
        self,
        data: FoldData,
        journal: Journal,
        folder: Path,
        checkpoints: str,
        *,
        in_parts: bool,
        n_jobs: int | None,
        deadline: float | None,
        on_done: Callable[[Task, Outcome], None],
    ):
        self.journal = journal
        self.deadline = deadline
        self.on_done = on_done
        self.stopped_by = ""
        self.checkpoints = checkpoints
        self._in_parts = in_parts
        self._workers = Workers(data, folder, checkpoints, n_jobs)

    def run(self, estimators: dict[int, Any], tasks: Sequence[Task]) -> dict[Task, Outcome]:
        """Return the outcomes of tasks; not of all, if it was stopped.

        Parameters
        ----------
        estimators : dict of int to estimator
            The candidates by their numbers.
        tasks : sequence of Task
        """
        try:
            while not self.stopped_by and (left := self.left(tasks)):
                if not self._run_some(estimators, left) and not self.stopped_by:
                    time.sleep(PAUSE)  # other processes are at work on the rest
        except KeyboardInterrupt:
            self.stopped_by = "interrupt"
        outcomes = self.journal.outcomes()
        return {task: outcomes[task] for task in tasks if task in outcomes}

    def close(self) -> None:
        """Let the workers forget the data."""
        self._workers.close()

    def left(self, tasks: Sequence[Task]) -> list[Task]:
        """Return the tasks of which there is no outcome yet."""
        outcomes = self.journal.outcomes()
        return [task for task in tasks if task not in outcomes]

    def _run_some(self, estimators: dict[int, Any], tasks: Sequence[Task]) -> bool:
        """Run what nobody else is at; return whether there was anything."""
        begun: list[Task] = []

        def claimed() -> Iterator[Work]:
            for part in self._parts(tasks):
                if self.deadline is not None and time.monotonic() > self.deadline:
                    self.stopped_by = "time"
                if self.stopped_by:
                    return
                own = []
                for task in part:
                    if self.journal.claim(task):
                        begun.append(task)
                        own.append(task)
                if own:
                    yield estimators[own[0].candidate], own

        work = claimed()
        results: Any = None
        try:
            first = next(work, None)
            if first is None:
                return False
            results = self._workers.run(chain([first], work), deadline=self.deadline)
            for task, outcome in results:
                self._keep(task, outcome)
                begun.remove(task)
        except WorkersLost:
            for task in list(begun):
                self._keep(task, self._workers.run_alone(estimators[task.candidate], task))
                begun.remove(task)
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # joblib's, of tasks that are cancelled
                if results is not None:
                    results.close()
            for task in begun:
                self.journal.release(task)
        return True

    def _parts(self, tasks: Sequence[Task]) -> Iterator[list[Task]]:
        """Yield what a worker process gets at once.

        Those are all folds of a candidate, as its graph is traced anew in each process; of the
        last candidates single ones, so that no process waits long for another.
        """
        n_left, n_workers = len(tasks), self._workers.n_processes
        for _, folds in groupby(tasks, key=lambda task: task.candidate):
            part = list(folds)
            if self._in_parts and n_workers > 1 and n_left >= n_workers * len(part):
                yield part
            else:
                yield from ([task] for task in part)
            n_left -= len(part)

    def _keep(self, task: Task, outcome: Outcome) -> None:
        self.journal.record(task, outcome)
        self.on_done(task, outcome)
