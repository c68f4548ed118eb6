"""What the search shows while it runs and in the end: a bar on a terminal, else plain lines."""

import sys
from collections.abc import Sequence
from typing import Any

from ._outcome import Row
from ._trials import Trial
from ._words import interval, number, p_value, signed


class Screen:
    """Shows notes, progress and the table.

    Parameters
    ----------
    quiet : bool, default=False
        Whether only the verdict is shown.
    """

    def __init__(self, *, quiet: bool = False):
        from rich.console import Console

        self.quiet = quiet
        terminal = sys.stdout.isatty()
        self.console = Console(
            file=sys.stdout, width=None if terminal else 120, highlight=False, markup=False
        )
        self._bar: Any = None
        self._task: Any = None
        self._best: dict[str, tuple[float, str]] = {}
        self._done = self._total = 0

    def say(self, text: str = "") -> None:
        """Print a line unless quiet."""
        if not self.quiet:
            self.console.print(text, soft_wrap=True)

    def start(self, n_fits: int) -> None:
        """Begin to show progress over this many fits."""
        self._total = n_fits
        if self.quiet or not self.console.is_terminal:
            return
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("fits"),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("starting", total=n_fits)

    def fit_done(self, trial: Trial) -> None:
        """Count a fit; with the last of its trial, show the mean."""
        self._done += 1
        if trial.done and trial.ok:
            best = self._best.get(trial.role)
            if best is None or trial.mean > best[0]:
                self._best[trial.role] = (trial.mean, trial.title)
        best_so_far = "; ".join(
            f"best {role} {number(mean)} ({title})" for role, (mean, title) in self._best.items()
        )
        if self._bar is not None:
            text = trial.title + (f" · {best_so_far}" if best_so_far else "")
            self._bar.update(self._task, advance=1, description=text)
        elif trial.done:
            width = len(str(self._total))
            what = f"mean {number(trial.mean)}" if trial.ok else f"failed: {trial.error}"
            self.say(f"[{self._done:{width}d}/{self._total} fits] {trial.title}: {what}")

    def stop(self) -> None:
        """End the bar, also after an error."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def table(self, rows: Sequence[Row], scoring: str) -> None:
        """Print the comparison."""
        if self.quiet:
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1))
        for head, right in (
            ("pipeline", False),
            ("role", False),
            (f"{scoring} ± std", True),
            ("s a fit", True),
            ("to best baseline", True),
            ("95 % interval", True),
            ("p", True),
        ):
            table.add_column(head, justify="right" if right else "left", overflow="fold")
        for row in rows:
            cells = (
                row.name,
                row.role,
                f"{number(row.mean)} ± {number(row.std)}",
                f"{row.seconds:.1f}",
                "reference" if row.reference else signed(row.difference),
                interval(row),
                "" if row.reference else p_value(row.p),
            )
            style = "bold" if row.best else ""
            table.add_row(*(Text(cell, style=style) for cell in cells))
        self.console.print(table)

    def verdict(self, text: str) -> None:
        """Print the verdict, quiet or not."""
        self.console.print(text, style="bold" if self.console.is_terminal else "", soft_wrap=True)
