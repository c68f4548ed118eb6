"""One parameter of a search space, as a trial of Optuna draws it."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import joblib
import scipy.stats

_PLAIN = (type(None), bool, int, float, str)
# What is left off at both ends of a distribution, which may have none.
_TAIL = 1e-6


class Dimension(NamedTuple):
    """How a trial draws one parameter.

    `kind` and `settings` are Optuna's: of a method ``suggest_...`` and of a class
    ``...Distribution``. `read` makes the parameter's value of the trial's, `write` the reverse,
    with a ValueError for what cannot have been drawn; None, where nothing can be told.
    """

    kind: str
    settings: dict[str, Any]
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] | None


def make_dimension(name: str, values: Any) -> Dimension:
    """Translate a list or a distribution."""
    if not hasattr(values, "rvs"):
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(
                f"{name} must have a list of values or a distribution, not {values!r}; for a "
                f"fixed value pass [{values!r}]."
            )
        return _choice(list(values))
    if not hasattr(values, "ppf"):
        bounds = {"low": 0, "high": 2**31 - 1}
        return Dimension("int", bounds, lambda seed: values.rvs(random_state=seed), None)
    kind = type(getattr(values, "dist", None))
    low, high = values.support()
    if kind is type(scipy.stats.randint):
        return _range("int", int(low), int(high))
    if kind is type(scipy.stats.uniform):
        return _range("float", float(low), float(high))
    if (
        kind is type(scipy.stats.loguniform)
        and low > 0
        # Not if it is shifted by loc.
        and math.isclose(values.median(), math.sqrt(low * high))
    ):
        return _range("float", float(low), float(high), log=True)
    return _quantile(values)


def _choice(values: list[Any]) -> Dimension:
    if all(type(value) in _PLAIN for value in values) and len(set(values)) == len(values):
        # 1, 1.0 and True are one choice to Optuna, and so to a set.
        return Dimension(
            "categorical",
            {"choices": values},
            lambda drawn: drawn,
            lambda value: values[_position(value, values)],
        )
    return Dimension(
        "categorical",
        {"choices": list(range(len(values)))},
        lambda drawn: values[drawn],
        lambda value: _position(value, values),
    )


def _range(kind: str, low: float, high: float, **settings: bool) -> Dimension:
    number = int if kind == "int" else float

    def write(value: Any) -> float:
        # A draw may be beyond a bound by a rounding.
        inside = min(max(number(value), low), high)
        if not math.isclose(inside, value, rel_tol=1e-9, abs_tol=1e-12):
            raise ValueError
        return inside

    return Dimension(kind, {"low": low, "high": high, **settings}, number, write)


def _quantile(values: Any) -> Dimension:
    discrete = hasattr(values, "pmf")

    def read(drawn: float) -> float:
        value = values.ppf(drawn)
        return int(value) if discrete else float(value)

    def write(value: Any) -> float:
        share = values.cdf(value)
        if discrete:  # all quantiles from that of the number below are its own
            share = (share + values.cdf(value - 1)) / 2
        low, high = values.support()
        if not low <= value <= high or (discrete and value != int(value)):
            raise ValueError
        return min(max(float(share), _TAIL), 1 - _TAIL)

    return Dimension("float", {"low": _TAIL, "high": 1 - _TAIL}, read, write)


def _position(value: Any, values: list[Any]) -> int:
    """Return where a value is in a list."""
    for position, other in enumerate(values):
        if _same(value, other):
            return position
    raise ValueError


def same_values(one: Any, other: Any) -> bool:
    """Tell whether two lists or distributions are equal."""
    if hasattr(one, "dist") and hasattr(other, "dist"):  # its hash would be that of its seed too
        return (type(one.dist), one.args, one.kwds) == (type(other.dist), other.args, other.kwds)
    if hasattr(one, "rvs") or hasattr(other, "rvs"):
        return _same(one, other)
    one, other = list(one), list(other)
    return len(one) == len(other) and all(map(_same, one, other))


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal: estimators by their parameters, arrays by their cells."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    return bool(one == other) if type(one) in _PLAIN else joblib.hash(one) == joblib.hash(other)
