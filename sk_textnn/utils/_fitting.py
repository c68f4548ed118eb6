"""Fitted copies of an estimator, and what they hold."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache, wraps
from typing import Any, TypeVar

import joblib
import numpy as np
from sklearn.base import clone

from ._corpus import Reads, make_corpus
from ._failure import failure, tell

Kept = TypeVar("Kept")
_OTHER_READS = {
    "texts": "TokenSequences, pass reads='sequences'",
    "sequences": "raw texts, pass reads='texts' or set its tag input_tags.string",
}
_SHOWN = {"texts": "a list of texts", "sequences": "TokenSequences"}


def fresh(estimator: Any) -> Any:
    """Return a clone whose every `random_state` is 0 and which begins each fit anew."""
    fixed = {"random_state": 0, "warm_start": False}
    params = {key: fixed[end] for key, end in _ends(estimator) if end in fixed}
    return clone(estimator).set_params(**params)


def _ends(estimator: Any) -> Iterator[tuple[str, str]]:
    """Each parameter's name, and the part of it after the last step."""
    return ((key, key.rpartition("__")[2]) for key in estimator.get_params(deep=True))


def once_an_estimator(function: Callable[[Any, Reads], Kept]) -> Callable[[Any, Reads], Kept]:
    """Decorate what all checks of an estimator share: its result is kept for the next check."""

    @lru_cache(maxsize=1)
    def kept(estimator: Any, reads: Reads, params_hash: str) -> Kept:
        return function(estimator, reads)

    @wraps(function)
    def call(estimator: Any, reads: Reads) -> Kept:
        try:
            params_hash = joblib.hash(estimator.get_params())
            hash(estimator)
        except Exception:  # what cannot be hashed is done each time
            return function(estimator, reads)
        return kept(estimator, reads, params_hash)

    return call


def fitted(estimator: Any, reads: Reads) -> Any:
    """Return the estimator fitted on the corpus, a copy of its own for each check.

    Fitting is what a battery spends its time on, so all copies come from one fit.
    """
    model = fitted_once(estimator, reads)
    try:
        return deepcopy(model)
    except Exception:  # copying runs code of any kind
        return fit_first(estimator, reads)


def fit_first(estimator: Any, reads: Reads) -> Any:
    """Fit on the corpus, on which all checks build, and say what may be wrong if that fails."""
    corpus, model, name = make_corpus(estimator, reads), fresh(estimator), type(estimator).__name__
    try:
        returned = model.fit(corpus.X, corpus.y)
    except Exception as error:  # an estimator of others may raise anything
        expected = f"no error; if it reads {_OTHER_READS[reads]}"
        raise failure(name, f"fit on {_SHOWN[reads]}", tell(error), expected) from error
    if returned is not model:
        raise failure(name, "fit", f"{type(returned).__name__} returned", "the estimator itself")
    return model


# The fit itself, not copied: to be read, never changed.
fitted_once = once_an_estimator(fit_first)


def fitted_state(estimator: Any) -> dict[str, Any]:
    """Return the fitted attributes of an estimator and of those it holds, by name."""
    held = {f"{key}.": value for key, value in estimator.get_params(deep=True).items()}
    return {
        prefix + key: value
        for prefix, part in {"": estimator, **held}.items()
        if hasattr(part, "get_params") and not isinstance(part, type)
        for key, value in vars(part).items()
        if key.endswith("_") and not key.startswith("_")
    }


def other_params(estimator: Any) -> dict[str, Any]:
    """Return numeric parameters, and every `random_state`, with another value than they have.

    0 and 1 are left alone, as they may be a switch or the least that is allowed; so are those of
    scikit-learn's own estimators, some of which are read in `predict`.
    """
    params = {"": estimator, **estimator.get_params(deep=True)}
    others: dict[str, Any] = {}
    for key, value in params.items():
        owner, _, end = key.rpartition("__")
        own = not type(params[owner]).__module__.startswith("sklearn.")
        if end == "random_state":
            others[key] = 1
        elif not own or end in ("", "verbose", "n_jobs") or isinstance(value, bool):
            continue
        elif value is None and end in ("maxlen", "num_words"):
            others[key] = 6
        elif isinstance(value, int | np.integer) and value > 1:
            others[key] = value + 1
        elif isinstance(value, float) and value:
            others[key] = value / 2
    return others
