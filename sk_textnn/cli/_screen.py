"""What commands show while they run and in the end: a bar on a terminal, else plain lines."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ._changes import change_line
from ._outcome import Row
from ._stdout import discard_output
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

        class Tolerant(Console):
            """Goes on in silence once the reader has left; Rich would end the program."""

            def on_broken_pipe(self) -> None:
                discard_output()

        self.quiet = quiet
        terminal = sys.stdout.isatty()
        self.console = Tolerant(
            file=sys.stdout, width=None if terminal else 120, highlight=False, markup=False
        )
        self._bar: Any = None
        self._task: Any = None
        self._best: Trial | None = None
        self._done = self._total = 0

    def say(self, text: str = "") -> None:
        """Print a line unless quiet."""
        if not self.quiet:
            self._print(text, soft_wrap=True)

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
        from rich.table import Column

        fixed = Column(no_wrap=True)
        self._bar = Progress(
            BarColumn(bar_width=20, table_column=fixed),
            MofNCompleteColumn(table_column=fixed),
            TimeElapsedColumn(table_column=fixed),
            TextColumn("left", table_column=fixed),
            TimeRemainingColumn(table_column=fixed),
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
            ),
            console=self.console,
            transient=True,
            expand=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("starting the workers", total=n_fits)

    def fit_done(self, trial: Trial) -> None:
        """Count a fit; with the last of its trial, show the mean."""
        self._done += 1
        if trial.done and trial.ok and (self._best is None or trial.mean > self._best.mean):
            self._best = trial
        if self._bar is not None:
            text = f"{trial.title} fitted"
            if self._best is not None:
                text += f"; best so far {number(self._best.mean)}, {self._best.title}"
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
        from rich.text import Text

        columns = ["pipeline", "role", f"{scoring} ± std", "s a fit", "difference"]
        columns += ["95 % interval", "p"]
        left_out = {"role", "s a fit"} if self.console.width < 106 else set()
        table = _empty_table(head for head in columns if head not in left_out)
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
            shown = [
                Text(cell, style="bold" if row.best else "")
                for head, cell in zip(columns, cells, strict=True)
                if head not in left_out
            ]
            table.add_row(*shown)
        self._print()
        self._print(table)
        self._print("The difference is that to the best baseline.\n", soft_wrap=True)

    def frame(self, frame: Any) -> None:
        """Print a table of strings, names and roles to the left."""
        if self.quiet:
            return
        from rich.text import Text

        table = _empty_table(frame)
        for row in frame.itertuples(index=False, name=None):
            table.add_row(*(Text(cell) for cell in row))
        self._print()
        self._print(table)
        self._print()

    def findings(self, findings: Sequence[Any]) -> None:
        """Print what was found wrong, each with the change that mends it."""
        if not findings:
            self.say("\nNothing was found wrong.")
        for place, finding in enumerate(findings, start=1):
            self.say(f"\n{place}. {finding}")
            if finding.suggestion:
                self.say(f"   {change_line(finding.suggestion)}")
        self.say()

    @contextlib.contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Say what goes on; on a terminal with a spinner that ends."""
        if self.quiet or not self.console.is_terminal:
            self.say(text)
            yield
            return
        from rich.text import Text

        with self.console.status(Text(text)):  # as a string it would be read as markup
            yield

    def verdict(self, text: str) -> None:
        """Print the verdict, quiet or not."""
        self._print(text, style="bold" if self.console.is_terminal else "", soft_wrap=True)

    def _print(self, *parts: Any, **options: Any) -> None:
        """Print; where that fails, as on a full disk, the results still count."""
        try:
            self.console.print(*parts, **options)
        except OSError:
            discard_output()


def _empty_table(heads: Iterable[str]) -> Any:
    """Return a table without rows, names and roles to the left, numbers to the right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False)
    for head in heads:
        is_word = head in ("pipeline", "name", "role")
        table.add_column(head, justify="left" if is_word else "right", overflow="fold")
    return table
