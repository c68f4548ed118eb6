"""A fit under watch, one for all checks that ask what it leaves behind."""

import os
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import joblib
from sklearn.utils import check_random_state

from ._answers import answers
from ._corpus import Reads, make_corpus
from ._failure import failure
from ._fitting import fitted_once, fresh, once_an_estimator
from ._process import fit_and_answer

_NUMPY_STATE = check_random_state(None)  # the generator behind np.random's functions
_SEED = 728_301


@dataclass(frozen=True)
class WatchedFit:
    """What a fit and the answers after it were, and which things were others afterwards."""

    answers: dict[str, Any]
    changed_data: list[str]
    changed_globals: list[str]


@once_an_estimator
def watched_fit(estimator: Any, reads: Reads) -> WatchedFit:
    """Fit a second time, and answer."""
    corpus = make_corpus(estimator, reads)
    answers(fitted_once(estimator, reads), corpus.X)  # first calls import modules, which may set up
    X, y = corpus.like(corpus.texts), corpus.y.copy()
    with _globals_marked():
        data, state = _hashes({"X": X, "y": y}), _hashes(_globals())
        answered = fit_and_answer(fresh(estimator), X, y)
        changed = _changed(state, _hashes(_globals()))
    return WatchedFit(answered, _changed(data, _hashes({"X": X, "y": y})), changed)


def check_data_is_left(name: str, estimator: Any, reads: Reads) -> None:
    """`fit` and the methods that answer change neither X nor y."""
    changed = watched_fit(estimator, reads).changed_data
    if changed:
        raise failure(name, "fit and answer", f"another {changed}", "X and y as they were passed")


def check_global_state_is_left(name: str, estimator: Any, reads: Reads) -> None:
    """Random numbers, warnings and environment of the process are not the estimator's to set.

    `random_state` is 0 in the checks, so nothing may be drawn from the global generators.
    A variable of the environment that each fit sets to the same value is not seen.
    """
    changed = watched_fit(estimator, reads).changed_globals
    if changed:
        raise failure(name, "fit and answer", f"another state of {changed}", "all as it was")


@contextmanager
def _globals_marked() -> Iterator[None]:
    """Put global state where no fit has put it: what is set the same way each time shows too."""
    numpys, pythons = _NUMPY_STATE.get_state(), random.getstate()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="a message that nobody gives")
            _NUMPY_STATE.seed(_SEED)
            random.seed(_SEED)
            yield
    finally:
        _NUMPY_STATE.set_state(numpys)
        random.setstate(pythons)


def _globals() -> dict[str, Any]:
    return {
        "numpy.random": _NUMPY_STATE.get_state(),
        "random": random.getstate(),
        "warnings.filters": [str(one) for one in warnings.filters],
        "os.environ": dict(os.environ),
    }


def _hashes(values: dict[str, Any]) -> dict[str, str | None]:
    return {key: joblib.hash(value) for key, value in values.items()}


def _changed(before: dict[str, str | None], after: dict[str, str | None]) -> list[str]:
    return [key for key in before if before[key] != after[key]]
