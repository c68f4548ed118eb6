"""What a search shows while it runs: a live table on a terminal, or plain lines."""

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ._plans import Candidate, Round
from ._tasks import Outcome, Task

SHOWN = 12  # candidates: the best ones


class Progress:
    """Shows how far a search is, and the best so far.

    Parameters
    ----------
    verbose : int
        0: nothing; 1: a live table, if the output is a terminal; 2 and more: else a line for
        each fit that ended.
    rounds : sequence of Round
        All that are to come, by which the time left is told.
    n_folds : int
    metric : str
        Of the scores the one that is shown; the first, if there is none of this name.
    """

    def __init__(self, verbose: int, rounds: Sequence[Round], n_folds: int, metric: str):
        self._lines = verbose > 1
        self._live: Any = None
        self._rounds, self._n_folds, self._metric = rounds, n_folds, metric
        self._round, self._began = 0, time.monotonic()
        self._tasks: Sequence[Task] = []
        self._candidates: Sequence[Candidate] = []
        self._scores: dict[int, dict[int, float]] = {}  # by candidate, then by fold
        self._epochs: dict[int, int] = {}
        self._n_done = self._n_failed = 0
        if verbose and sys.stdout.isatty():
            from rich.console import Console
            from rich.live import Live

            self._lines = False
            # A console of its own: one that there is may have been made for other output.
            self._live = Live(
                self._table(), console=Console(), refresh_per_second=2, transient=True
            )
            self._live.start()

    def begin(self, number: int, candidates: Sequence[Candidate], tasks: Sequence[Task]) -> None:
        """Show that a round began."""
        self._round, self._began, self._n_done = number, time.monotonic(), 0
        self._candidates, self._tasks = candidates, tasks
        self._show()

    def done(self, task: Task, outcome: Outcome) -> None:
        """Show that a task ended."""
        self._n_done += 1
        self._n_failed += bool(outcome.error)
        first = next(iter(outcome.scores.values()), np.nan)
        score = outcome.scores.get(self._metric, first)
        self._scores.setdefault(task.candidate, {})[task.fold] = score
        self._epochs[task.candidate] = len(outcome.by_epoch)
        if self._lines:
            what = f"failed: {outcome.error}" if outcome.error else f"score {score:.4g}"
            print(
                f"[{self._how_far()}] candidate {task.candidate}, fold {task.fold}: {what}, "
                f"{outcome.fit_seconds:.1f} s",
                flush=True,
            )
        self._show()

    def close(self) -> None:
        """End the live table, also after an error."""
        if self._live is not None:
            self._live.stop()

    def _show(self) -> None:
        if self._live is not None:
            self._live.update(self._table())

    def _how_far(self) -> str:
        """Return round, fits and time left, that of later rounds included."""
        told = f"round {self._round + 1} of {len(self._rounds)}, "
        told += f"{self._n_done} of {len(self._tasks)} fits"
        if self._n_failed:
            told += f", {self._n_failed} failed"
        epochs = self._rounds[self._round].epochs
        later = sum(
            coming.n_candidates * coming.epochs for coming in self._rounds[self._round + 1 :]
        )
        left = (len(self._tasks) - self._n_done) * epochs + later * self._n_folds
        if self._n_done and left:
            seconds = (time.monotonic() - self._began) / (self._n_done * epochs) * left
            told += f", about {_time(seconds)} left"
        return told

    def _table(self) -> Any:
        """Return the candidates so far, the best first; before those that lack a fold."""
        from rich.table import Table

        means = {
            number: float(np.mean([*folds.values()])) for number, folds in self._scores.items()
        }
        whole = {number: len(folds) == self._n_folds for number, folds in self._scores.items()}
        ranked = sorted(means, key=lambda n: (not whole[n], -np.nan_to_num(means[n], nan=-np.inf)))
        table = Table(caption=self._how_far(), caption_justify="left")
        if ranked and whole[ranked[0]] and np.isfinite(means[ranked[0]]):
            table.title = f"best so far: candidate {ranked[0]}, {means[ranked[0]]:.4f}"
        for head in ("candidate", "folds", "epochs", "score"):
            table.add_column(head, justify="right", no_wrap=True)
        table.add_column("parameters", no_wrap=True, overflow="ellipsis")
        for number in ranked[:SHOWN]:
            table.add_row(
                str(number),
                str(len(self._scores[number])),
                str(self._epochs[number] or ""),
                f"{means[number]:.4f}",
                _told(self._candidates[number]),
            )
        return table


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _told(candidate: Candidate) -> Any:
    """Return the parameters of a candidate in a line, which rich takes as it is."""
    from rich.text import Text

    def short(value: Any) -> str:
        return f"{value:.3g}" if isinstance(value, float) else str(value)

    params = (f"{name.rpartition('__')[2]}={short(v)}" for name, v in candidate.params.items())
    return Text(" ".join([candidate.name, *params]).strip())
