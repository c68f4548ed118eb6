"""Another Python process, kept for all checks that need one."""

import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from ._answers import answers

_IDLE_SECONDS = 120
_ENVIRONMENT = {"PYTHONHASHSEED": "random"}  # even if it is set here
# Python does not show these by default.
_UNSHOWN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def in_another_process(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function in another process and return its result.

    The process hashes strings in a way of its own, so that the order of sets is another one.
    """
    from joblib.externals.loky import BrokenProcessPool

    try:
        return _executor().submit(function, *args).result()
    except BrokenProcessPool:  # by what cannot be unpickled there; the next call starts anew
        _executor.cache_clear()
        raise


@cache
def _executor() -> Any:
    # Loky's processes, unlike those of multiprocessing, import no __main__ and take classes that
    # a notebook defines.
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(max_workers=1, timeout=_IDLE_SECONDS, env=_ENVIRONMENT)


def fit_and_answer(estimator: Any, X: Any, y: Any) -> dict[str, Any]:
    """Fit, and return the answers to the same X."""
    return answers(estimator.fit(X, y), X, labels=True)


def listen(estimator: Any, X: Any, y: Any) -> tuple[str, list[str]]:
    """Fit and answer; return what was printed, by C code too, and the warnings."""
    with tempfile.TemporaryFile() as held, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in _UNSHOWN:
            warnings.simplefilter("ignore", category)
        streams = {1: sys.stdout, 2: sys.stderr}
        before = {number: os.dup(number) for number in streams}
        for number, stream in streams.items():
            stream.flush()
            os.dup2(held.fileno(), number)
        try:
            fit_and_answer(estimator, X, y)
        finally:
            for number, stream in streams.items():
                stream.flush()
                os.dup2(before[number], number)
                os.close(before[number])
        held.seek(0)
        printed = held.read().decode(errors="replace")
    return printed, [f"{w.category.__name__}: {w.message}" for w in caught]
