"""Where the values of a parameter stand on an axis, and what its ticks say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from .._optional import import_heavy
from ._candidates import NOT_SET

__all__ = ["Scale", "scale_of"]

_MANY_DECADES = 100  # largest divided by smallest value: above, the axis is logarithmic
_MARGIN = 0.07  # of the span of the numbers
_SLOT = 0.27  # from the last number to "None" and to "not set", of the same span
_JITTER = 0.25  # half of what candidates with the same category spread over, of its width
_MAX_TICKS = 5
_LONGEST_LABEL = 20


@dataclass(frozen=True)
class Scale:
    """An axis with the candidates on it.

    `x` is where they are drawn; `codes` is the same without the offsets that keep candidates
    with the same category apart.
    """

    x: np.ndarray
    codes: np.ndarray
    ticks: np.ndarray
    labels: list[str]
    low: float
    high: float
    log: bool = False

    def share(self, x: Any) -> np.ndarray:
        """How far along the axis positions are, from 0 to 1."""
        forward = np.log10 if self.log else np.asarray
        low, high = forward(self.low), forward(self.high)
        return np.asarray((forward(x) - low) / (high - low))


def scale_of(values: Sequence[Any]) -> Scale:
    """Numbers get an axis of numbers, with None and "not set" beside them; all else categories."""
    numbers = [value for value in values if not _is_beside(value)]
    if numbers and all(_is_number(value) for value in numbers):
        return _of_numbers(values, np.array(numbers, dtype=float))
    return _of_categories([_label(value) for value in values], [_is_beside(v) for v in values])


def _of_numbers(values: Sequence[Any], numbers: np.ndarray) -> Scale:
    low, high = numbers.min(), numbers.max()
    log = bool(low > 0 and high / low > _MANY_DECADES)
    start, end = (math.log10(low), math.log10(high)) if log else (low, high)
    span = end - start or abs(end) / 5 or 1.0
    named = [_label(value) if _is_beside(value) else "" for value in values]
    beside = sorted(set(named) - {""})
    slot = {label: end + span * _SLOT * (1 + rank) for rank, label in enumerate(beside)}
    offsets = _offsets(named) * span * _SLOT
    number = iter(numbers)
    codes = np.array([_back(slot[name], log) if name else next(number) for name in named])
    x = np.array(
        [
            _back(slot[name] + offset, log) if name else code
            for name, offset, code in zip(named, offsets, codes, strict=True)
        ]
    )
    ticks, labels = _decades(start, end) if log else _steps(numbers)
    right = max(slot.values(), default=end) + span * (_SLOT / 2 if slot else _MARGIN)
    return Scale(
        x=x,
        codes=codes,
        ticks=np.array([*ticks, *(_back(place, log) for place in slot.values())]),
        labels=[*labels, *slot],
        low=_back(start - span * _MARGIN, log),
        high=_back(right, log),
        log=log,
    )


def _of_categories(names: list[str], beside: list[bool]) -> Scale:
    """Categories in alphabetical order, None and "not set" after them."""
    order = sorted(set(zip(beside, names, strict=True)))
    place = {name: rank for rank, (_, name) in enumerate(order)}
    codes = np.array([float(place[name]) for name in names])
    return Scale(
        x=codes + _offsets(names),
        codes=codes,
        ticks=np.arange(len(place), dtype=float),
        labels=[_shortened(name) for name in place],
        low=-0.5,
        high=len(place) - 0.5,
    )


def _offsets(names: list[str]) -> np.ndarray:
    """Candidates of the same name beside each other, in their order; 0 for one alone, or none."""
    offsets = np.zeros(len(names))
    for name in set(names) - {""}:
        rows = [row for row, other in enumerate(names) if other == name]
        if len(rows) > 1:
            offsets[rows] = np.linspace(-_JITTER, _JITTER, len(rows))
    return offsets


def _steps(numbers: np.ndarray) -> tuple[list[float], list[str]]:
    """The values themselves if they are few and apart, else round numbers between them."""
    ticks = np.unique(numbers)
    low, high = ticks[0], ticks[-1]
    few = len(ticks) <= _MAX_TICKS
    if not few or (len(ticks) > 1 and np.diff(ticks).min() < 0.12 * (high - low)):
        whole = bool(np.all(numbers == np.round(numbers)))
        ticker = import_heavy("matplotlib.ticker")
        locator = ticker.MaxNLocator(
            nbins=5, min_n_ticks=3, steps=[1, 2, 2.5, 5, 10], integer=whole
        )
        slack = 1e-9 * (high - low)
        ticks = np.array(
            [t for t in locator.tick_values(low, high) if low - slack <= t <= high + slack]
        )
        return list(ticks), [_number(tick, 6) for tick in ticks]
    for digits in (3, 6, 17):
        labels = [_number(tick, digits) for tick in ticks]
        if len(set(labels)) == len(ticks):
            break
    return list(ticks), labels


def _decades(start: float, end: float) -> tuple[list[float], list[str]]:
    """Powers of ten; a span of more than two decades has at least two."""
    powers = range(math.ceil(start - 1e-9), math.floor(end + 1e-9) + 1)
    powers = powers[:: math.ceil(len(powers) / _MAX_TICKS)]
    return [10.0**power for power in powers], [f"$10^{{{power}}}$" for power in powers]


def _number(value: float, digits: int) -> str:
    whole = value == round(value) and abs(value) < 1e6
    return str(round(value)) if whole else f"{value:.{digits}g}"


def _back(place: float, log: bool) -> float:
    return float(10**place if log else place)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_beside(value: Any) -> bool:
    """Whether a value has no place among numbers, yet may stand beside them."""
    return value is None or value is NOT_SET or (_is_number(value) and not math.isfinite(value))


def _label(value: Any) -> str:
    if hasattr(value, "get_params") and not isinstance(value, type):
        return type(value).__name__
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return str(value) or "''"


def _shortened(label: str) -> str:
    label = " ".join(label.split())
    if len(label) > _LONGEST_LABEL:
        label = label[: _LONGEST_LABEL - 1] + "…"
    return label.replace("$", r"\$")  # else matplotlib reads a formula
