"""What an estimator answers, and whether two answers are the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from typing import Any

import joblib
import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone

from ..sequences import TokenSequences
from ._corpus import Reads, make_corpus

TOLERANCE = 1e-5
_SCORES = ("predict_proba", "decision_function")


def failure(name: str, done: str, came: str, expected: str) -> AssertionError:
    """Return the error of a check that failed: what was done, what came, what was expected."""
    came = came if len(came) <= 500 else came[:500] + "..."
    return AssertionError(f"{name}: {done}. Came: {came}. Expected: {expected}.")


@contextmanager
def no_error(name: str, done: str) -> Iterator[None]:
    """Tell what was done when an estimator raises."""
    try:
        yield
    except AssertionError:
        raise
    except Exception as error:
        raise failure(name, done, f"{type(error).__name__}: {error}", "no error") from error


def fresh(estimator: Any) -> Any:
    """Return a clone whose every `random_state` is 0 and which begins each fit anew."""
    fixed = {"random_state": 0, "warm_start": False}
    params = {key: fixed[end] for key, end in _ends(estimator) if end in fixed}
    return clone(estimator).set_params(**params)


def _ends(estimator: Any) -> Iterator[tuple[str, str]]:
    """Each parameter's name, and the part of it after the last step."""
    return ((key, key.rpartition("__")[2]) for key in estimator.get_params(deep=True))


def fitted(estimator: Any, reads: Reads) -> Any:
    """Return the estimator fitted on the corpus, a copy of its own for each check.

    Fitting is what a battery spends its time on, so all copies come from one fit.
    """
    try:
        return deepcopy(_fit_once(estimator, reads, joblib.hash(estimator.get_params())))
    except Exception:  # what cannot be hashed or copied is fitted each time; its errors show here
        return _fit(estimator, reads)


@lru_cache(maxsize=1)
def _fit_once(estimator: Any, reads: Reads, params_hash: str) -> Any:
    return _fit(estimator, reads)


def _fit(estimator: Any, reads: Reads) -> Any:
    corpus = make_corpus(reads)
    return fresh(estimator).fit(corpus.X, corpus.y)


def first_method(estimator: Any) -> str:
    """Return the name of the method that answers: `predict`, else `transform`."""
    return "predict" if hasattr(estimator, "predict") else "transform"


def answers(estimator: Any, X: Any, *, labels: bool = False) -> dict[str, Any]:
    """Return what each method of a fitted estimator answers.

    Labels are left out where there are scores, unless asked for: a rounding error may turn them.
    """
    names = [name for name in (*_SCORES, "transform") if hasattr(estimator, name)]
    if hasattr(estimator, "predict") and (labels or not names):
        names.append("predict")
    return {name: getattr(estimator, name)(X) for name in names}


def assert_same(
    name: str,
    done: str,
    got: dict[str, Any],
    expected: dict[str, Any],
    *,
    rows: Any = None,
    exact: bool = False,
) -> None:
    """Raise unless two answers are the same, to `TOLERANCE`, or bit for bit if `exact`.

    With `rows`, these rows of `expected` were asked for: only what is in a row must be the same
    then, not the shape, the padding or the vocabulary around it.
    """
    if got.keys() != expected.keys():
        raise failure(name, done, f"the methods {sorted(got)}", f"{sorted(expected)}")
    for method, output in got.items():
        wanted = expected[method]
        if rows is None and _form(output) != _form(wanted):
            came, form = (f"{method} returned {_form(one)}" for one in (output, wanted))
            raise failure(name, done, came, form)
        wanted_rows = _rows_of(wanted)
        if rows is not None:
            wanted_rows = [wanted_rows[row] for row in rows]
        output_rows = _rows_of(output)
        if len(output_rows) != len(wanted_rows):
            raise failure(name, done, f"{len(output_rows)} rows", f"{len(wanted_rows)} rows")
        for row, (one, other) in enumerate(zip(output_rows, wanted_rows, strict=True)):
            if not _equal(one, other, exact):
                came = f"{method} returned {_short(one)} for row {row}"
                how = "bit for bit" if exact else f"to {TOLERANCE:g}"
                raise failure(name, done, came, f"{_short(other)}, {how}")


def assert_sound(name: str, done: str, estimator: Any, X: Any) -> None:
    """Raise unless the fitted estimator answers every row, in numbers or known classes."""
    with no_error(name, done):
        answered = answers(estimator, X, labels=True)
    for method, output in answered.items():
        rows = _rows_of(output)
        if len(rows) != len(X):
            raise failure(name, done, f"{method} returned {len(rows)} rows", f"{len(X)} rows")
        for number, row in enumerate(rows):
            came = f"{method} returned {_short(row)} for row {number}"
            if row.dtype.kind == "f" and not np.isfinite(row).all():
                raise failure(name, done, came, "finite numbers")
            if method == "predict_proba" and not np.isclose(row.sum(), 1, atol=TOLERANCE):
                raise failure(name, done, came, "probabilities that sum to 1")
            if method == "predict" and row not in estimator.classes_:
                raise failure(name, done, came, f"one of {list(estimator.classes_)}")


def _rows_of(output: Any) -> list[np.ndarray]:
    """One array a text; padding, which is no part of a text, is left out of sequences."""
    if isinstance(output, TokenSequences):
        ids = np.split(output.truncated_ids(), np.cumsum(output.lengths)[:-1])
        return ids if output.vectors is None else [output.vectors[row] for row in ids]
    array = output.toarray() if issparse(output) else np.asarray(output)
    return [np.asarray(row) for row in array]


def _form(output: Any) -> tuple[Any, ...]:
    shape = output.shape if hasattr(output, "shape") else len(output)
    kind = (type(output).__name__, shape, str(getattr(output, "dtype", "")))
    if isinstance(output, TokenSequences):
        return (*kind, output.padding, output.truncating, output.vocabulary)
    return kind


def _equal(one: np.ndarray, other: np.ndarray, exact: bool) -> bool:
    if one.shape != other.shape:
        return False
    if exact or one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE))


def _short(row: np.ndarray) -> str:
    # Enough digits to see what differs when bits do.
    return np.array2string(row, threshold=10, edgeitems=3, floatmode="unique").replace("\n", "")


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
