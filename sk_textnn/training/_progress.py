"""One progress bar for the whole of a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._optional import import_heavy


@contextmanager
def progress_bar(title: str, *, n_batches: int, epochs: int) -> Iterator[list[Any]]:
    """Show a bar from the first batch to the last, and give the terminal back after.

    A second training, on all texts, begins it anew on the same line.

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
    list of keras.callbacks.Callback
        One, that moves the bar.
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
    done, most, name = 0, epochs, title

    def begin(logs: dict[str, float]) -> None:
        nonlocal done, most, name
        if done:  # the training on all texts, after that which told how long
            done, most, name = 0, mover.params["epochs"], f"{title}, all texts"
            total = mover.params["steps"] * most
            bar.reset(task, total=total, description=f"{name} 1/{most}", figures="")

    def after_epoch(epoch: int, logs: dict[str, float]) -> None:
        nonlocal done
        done += 1
        losses = {name: value for name, value in logs.items() if name in ("loss", "val_loss")}
        figures = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
        bar.update(task, description=f"{name} {min(done + 1, most)}/{most}", figures=figures)

    def at_end(logs: dict[str, float]) -> None:
        # Early stopping ends a training before the bar is full.
        came_to = f"{name} {done} epoch{'' if done == 1 else 's'}"
        bar.update(task, description=came_to, completed=bar.tasks[0].total)

    mover = callbacks.LambdaCallback(
        on_train_begin=begin,
        on_epoch_end=after_epoch,
        on_train_batch_end=lambda batch, logs: bar.advance(task),
        on_train_end=at_end,
    )
    with bar:
        yield [mover]
