"""What an estimator answers, and whether two answers are the same."""

from typing import Any

import numpy as np
from scipy.sparse import issparse

from ..sequences import TokenSequences
from ._failure import failure, no_error

TOLERANCE = 1e-5
_SCORES = ("predict_proba", "decision_function")


def answering_methods(estimator: Any) -> list[str]:
    """Return the names of the methods that answer, those of scores first."""
    return [name for name in (*_SCORES, "transform", "predict") if hasattr(estimator, name)]


def answers(estimator: Any, X: Any, *, labels: bool = False) -> dict[str, Any]:
    """Return what each method of a fitted estimator answers.

    Labels are left out where there are scores, unless asked for: a rounding error may turn them.
    """
    names = answering_methods(estimator)
    if not labels and len(names) > 1 and "predict" in names:
        names.remove("predict")
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
        wanted_rows = rows_of(wanted)
        if rows is not None:
            wanted_rows = [wanted_rows[row] for row in rows]
        output_rows = rows_of(output)
        if len(output_rows) != len(wanted_rows):
            raise failure(name, done, f"{len(output_rows)} rows", f"{len(wanted_rows)} rows")
        for row, (one, other) in enumerate(zip(output_rows, wanted_rows, strict=True)):
            if not _equal(one, other, exact):
                came = f"{method} returned {_short(one)} for row {row}"
                how = "bit for bit" if exact else f"to {TOLERANCE:g}"
                raise failure(name, done, came, f"{_short(other)}, {how}")


def assert_same_padding(
    name: str, done: str, got: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Raise if the width to which sequences are padded changed with their company."""
    for method, output in got.items():
        if isinstance(output, TokenSequences):
            widths = output.maxlen, expected[method].maxlen
            if widths[0] != widths[1]:
                came = f"{method} returned TokenSequences with maxlen={widths[0]}"
                raise failure(name, done, came, f"maxlen={widths[1]}, whatever the company")


def assert_sound(name: str, done: str, estimator: Any, X: Any) -> None:
    """Raise unless the fitted estimator answers every row, in numbers or known classes."""
    with no_error(name, done):
        answered = answers(estimator, X, labels=True)
    for method, output in answered.items():
        rows = rows_of(output)
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


def rows_of(output: Any) -> list[np.ndarray]:
    """One array a text; padding, which is no part of a text, is left out of sequences.

    What holds no numbers, such as a list of texts or of tokens, becomes an array of objects, which
    are compared by ``==``.
    """
    if isinstance(output, TokenSequences):
        ids = np.split(output.truncated_ids(), np.cumsum(output.lengths)[:-1])
        return ids if output.vectors is None else [output.vectors[row] for row in ids]
    if issparse(output):
        output = output.toarray()
    if not isinstance(output, list | tuple):
        output = np.asarray(output)
    return [_row_of(row) for row in output]


def _row_of(row: Any) -> np.ndarray:
    if not isinstance(row, str):  # an array of strings drops a NUL at their end
        try:
            array = np.asarray(row)
        except ValueError:  # lists of several lengths
            return np.asarray(row, dtype=object)
        if array.dtype.kind in "biufc":
            return array
    return np.asarray(row, dtype=object)


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
