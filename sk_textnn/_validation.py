"""Checks shared by the estimators: one message for one mistake."""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, TypeVar

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

from .exceptions import TextInputError

__all__ = ["check_parameters", "check_texts", "kind_of", "only_if"]

Method = TypeVar("Method", bound=Callable[..., Any])

_HOW = "Pass one string a row, such as a list of strings or a pandas Series."


# scikit-learn's decorators have no type hints: a type checker would forget what they decorate.


def check_parameters(method: Method) -> Method:
    """Decorate `fit`: check the parameters by `_parameter_constraints` first.

    Parameters
    ----------
    method : callable
        A method that fits the estimator.

    Returns
    -------
    callable
        The method with the check, of the same type.
    """
    return _fit_context(prefer_skip_nested_validation=True)(method)


def only_if(condition: Callable[[Any], bool]) -> Callable[[Method], Method]:
    """Decorate a method that an estimator has only under a condition.

    Parameters
    ----------
    condition : callable
        Takes the estimator and tells whether the method is there.

    Returns
    -------
    callable
        The decorator.
    """
    return available_if(condition)


def kind_of(value: Any) -> str:
    """Name a value's kind the way an error message should: ``None``, ``NaN``, ``int 3``."""
    if value is None:
        return "None"
    if isinstance(value, float | np.floating) and np.isnan(value):
        return "NaN (a missing value)"
    if isinstance(value, bytes | bytearray):
        return "bytes"
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return f"{type(value).__name__} {value!s}"
    return type(value).__name__


def check_texts(texts: Iterable[str]) -> list[str]:
    """Return the texts as a list of strings, or say which row is not one.

    Parameters
    ----------
    texts : iterable of str of length n_samples
        Lists, tuples, arrays, generators, pandas and polars Series; also an array or a
        DataFrame of one column.

    Returns
    -------
    list of str of length n_samples

    Raises
    ------
    TextInputError
        If a single string came, a table of several columns, something that cannot be iterated,
        or rows that are no strings: the message names the first such row by its position.
    """
    if isinstance(texts, str | bytes):
        raise TextInputError(
            f"A single {type(texts).__name__} came where a list of texts was expected. {_HOW} "
            "For one text: [text]."
        )
    if isinstance(texts, Mapping | Set) or not isinstance(texts, Iterable):
        raise TextInputError(f"{kind_of(texts)} came where texts were expected. {_HOW}")
    if getattr(texts, "ndim", 1) != 1 or hasattr(texts, "columns"):
        # Meta-estimators that check X, bagging and resampling among them, want a 2-D one.
        shape = getattr(texts, "shape", "unknown")
        is_column = len(shape) == 2 and shape[1] == 1
        if is_column and (column := np.asarray(texts)).ndim == 2:  # a sparse matrix stays one
            return check_texts(column[:, 0])
        raise TextInputError(
            f"A {type(texts).__name__} of shape {shape} came where a list of texts was expected. "
            f"{_HOW} From a table, choose the column: table['text']."
        )
    rows = texts.tolist() if isinstance(texts, np.ndarray) else list(texts)
    if set(map(type, rows)) - {str}:
        for row, text in enumerate(rows):
            if not isinstance(text, str):
                raise TextInputError(f"Row {row} is {kind_of(text)}, not a string. {_advice(text)}")
        rows = [str(text) for text in rows]  # subclasses of str, such as numpy.str_
    return rows


def _advice(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return "Decode it first: text.decode('utf-8')."
    if kind_of(value).startswith(("None", "NaN")) or type(value).__name__ == "NAType":
        return "Drop the row, or fill missing texts with an empty string."
    if isinstance(value, list | tuple):
        return "Join its words first: ' '.join(row)."
    return "Convert it with str(), or choose the column that holds the texts."
