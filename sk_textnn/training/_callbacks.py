"""Keras callbacks as parameters: never used themselves, so that a fit leaves them alone."""

import copy
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from .._optional import import_heavy


def fresh_callbacks(callbacks: Any) -> list[Any]:
    """Return callbacks for one training: instances are copied, factories are called.

    Parameters
    ----------
    callbacks : keras.callbacks.Callback, callable, iterable of these, or None
        A callable without arguments, such as a class, returns a callback.

    Returns
    -------
    list of keras.callbacks.Callback

    Raises
    ------
    TypeError
        If one of them is, or returns, something else.
    """
    if callbacks is None:
        return []
    several = isinstance(callbacks, Iterable) and not isinstance(callbacks, str)
    given = list(callbacks) if several else [callbacks]
    return [_fresh(callback, f"callbacks[{number}]") for number, callback in enumerate(given)]


def _fresh(callback: Any, name: str) -> Any:
    base: Any = import_heavy("keras").callbacks.Callback
    if isinstance(callback, base):
        try:
            return copy.deepcopy(callback)
        except Exception as error:  # whatever copying its author's objects raises
            raise TypeError(
                f"{name}, a {type(callback).__name__}, cannot be copied: {error}. Pass a function "
                "that makes one, which is called in each fit."
            ) from error
    made = callback() if callable(callback) else callback
    if not isinstance(made, base):
        came = f"returned {made!r}" if callable(callback) else f"is {callback!r}"
        raise TypeError(
            f"{name} {came}; expected was a keras.callbacks.Callback, or a function or class "
            "that returns one when it is called without arguments."
        )
    return made


def early_stopping(patience: int, monitor: str, start: int = 0) -> Any:
    """Stop when `monitor` has not fallen for `patience` epochs, keep the best from `start` on."""
    callbacks: Any = import_heavy("keras").callbacks
    return callbacks.EarlyStopping(
        monitor=monitor,
        mode="min",
        patience=patience,
        restore_best_weights=True,
        start_from_epoch=start,
    )


def tensorboard(folder: Any, name: str) -> Any:
    """Write loss and accuracy of each epoch to a new subfolder, ``name-1``, ``name-2`` ..."""
    callbacks: Any = import_heavy("keras").callbacks
    import_heavy("tensorboard")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number in count(1):
        run = Path(folder) / f"{name}-{number}"
        try:
            run.mkdir()
        except FileExistsError:  # of another fit, maybe in another process
            continue
        break
    return callbacks.TensorBoard(str(run), write_graph=False)
