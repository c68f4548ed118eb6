"""What a search shows while it runs: a live table on a terminal, or plain lines."""

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ._plans import Candidate
from ._tasks import Outcome, Task

SHOWN = 12  # candidates: the best ones, and those that ended last


class Progress:
    """Shows how far a search is, and the best so far.

    Parameters
    ----------
    verbose : int
        0: nothing; 1: a live table, if the output is a terminal; 2 and more: else a line for
        each fit that ended.
    """

    def __init__(self, verbose: int):
        self._lines = verbose > 1
        self._live: Any = None
        self._round, self._began = 0, time.monotonic()
        self._tasks: Sequence[Task] = []
        self._candidates: Sequence[Candidate] = []
        self._scores: dict[int, dict[int, float]] = {}  # by candidate, then by fold
        self._epochs: dict[int, int] = {}
        self._n_done = 0
        if verbose and sys.stdout.isatty():
            from rich.live import Live

            self._lines = False
            self._live = Live(self._table(), refresh_per_second=2, transient=True)
            self._live.start()

    def begin(self, number: int, candidates: Sequence[Candidate], tasks: Sequence[Task]) -> None:
        """Show that a round began."""
        self._round, self._began, self._n_done = number, time.monotonic(), 0
        self._candidates, self._tasks = candidates, tasks
        self._show()

    def done(self, task: Task, outcome: Outcome) -> None:
        """Show that a task ended."""
        self._n_done += 1
        score = next(iter(outcome.scores.values()), np.nan)
        self._scores.setdefault(task.candidate, {})[task.fold] = score
        self._epochs[task.candidate] = len(outcome.by_epoch)
        if self._lines:
            what = f"failed: {outcome.error}" if outcome.error else f"score {score:.4g}"
            print(
                f"[round {self._round + 1}, {self._n_done}/{len(self._tasks)}] candidate "
                f"{task.candidate}, fold {task.fold}: {what}, {outcome.fit_seconds:.1f} s"
            )
        self._show()

    def close(self) -> None:
        """End the live table, also after an error."""
        if self._live is not None:
            self._live.stop()

    def _show(self) -> None:
        if self._live is not None:
            self._live.update(self._table())

    def _table(self) -> Any:
        """Return the candidates so far, the best first."""
        from rich.table import Table

        seconds = time.monotonic() - self._began
        n_left = len(self._tasks) - self._n_done
        caption = f"round {self._round + 1}: {self._n_done} of {len(self._tasks)} fits"
        if self._n_done and n_left:
            caption += f", {seconds * n_left / self._n_done:.0f} s left"
        table = Table(caption=caption, caption_justify="left")
        for head in ("candidate", "folds", "epochs", "score"):
            table.add_column(head, justify="right", no_wrap=True)
        table.add_column("parameters", no_wrap=True, overflow="ellipsis")
        means = {
            number: float(np.mean([*folds.values()])) for number, folds in self._scores.items()
        }
        for number in sorted(means, key=lambda n: -np.nan_to_num(means[n], nan=-np.inf))[:SHOWN]:
            table.add_row(
                str(number),
                str(len(self._scores[number])),
                str(self._epochs[number] or ""),
                f"{means[number]:.4f}",
                _told(self._candidates[number]),
            )
        return table


def _told(candidate: Candidate) -> str:
    """Return the parameters of a candidate in a line."""

    def short(value: Any) -> str:
        return f"{value:.3g}" if isinstance(value, float) else str(value)

    params = (f"{name.rpartition('__')[2]}={short(v)}" for name, v in candidate.params.items())
    return " ".join([candidate.name, *params]).strip()
