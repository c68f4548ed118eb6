"""One progress bar for the whole of a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._optional import import_heavy


@contextmanager
def progress_bar(title: str, *, n_batches: int, epochs: int) -> Iterator[Any]:
    """Show a bar from the first batch to the last, and give the terminal back after.

    Parameters
    ----------
    title : str
        What stands before the bar.
    n_batches : int
        Batches in an epoch.
    epochs : int
        Epochs at most; training may stop before.

    Yields
    ------
    keras.callbacks.Callback
        Moves the bar.
    """
    callbacks: Any = import_heavy("keras").callbacks
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(20),  # all fits into 80 columns
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}", markup=False),
        console=Console(),  # the one that all share may be in use
    )
    task = bar.add_task(f"{title} 1/{epochs}", total=n_batches * epochs, figures="")
    done = 0

    def after_epoch(epoch: int, logs: dict[str, float]) -> None:
        nonlocal done
        done += 1
        losses = {name: value for name, value in logs.items() if name in ("loss", "val_loss")}
        figures = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
        bar.update(task, description=f"{title} {min(done + 1, epochs)}/{epochs}", figures=figures)

    def at_end(logs: dict[str, float]) -> None:
        # Early stopping ends a training before the bar is full.
        came_to = f"{title} {done} epoch{'' if done == 1 else 's'}"
        bar.update(task, description=came_to, completed=n_batches * epochs)

    with bar:
        yield callbacks.LambdaCallback(
            on_epoch_end=after_epoch,
            on_train_batch_end=lambda batch, logs: bar.advance(task),
            on_train_end=at_end,
        )
