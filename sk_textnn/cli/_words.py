"""Numbers and parameters in words, the same on the screen and in the report."""

from typing import Any

import numpy as np

_NAMES = {"pad__maxlen": "longest text", "clf__n_layers": "layers"}


def number(value: float | None, digits: int = 3) -> str:
    """Write a score: three digits, and a word for what is not a number."""
    return "n/a" if value is None or not np.isfinite(value) else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 3) -> str:
    """Write a difference with its sign."""
    return "n/a" if value is None or not np.isfinite(value) else f"{value:+.{digits}f}"


def p_value(value: float | None) -> str:
    """Write a p-value, never as zero, and as the verdict does with its side of .05 to be seen."""
    if value is None or not np.isfinite(value):
        return "n/a"
    if value < 0.001:
        return "< 0.001"
    digits = 3
    while round(value, digits) == 0.05 and digits < 8:
        digits += 1
    return f"{value:.{digits}f}"


def interval(row: Any) -> str:
    """Write the interval of a row's difference to the best baseline."""
    low, high = row.interval
    return f"{signed(low)} to {signed(high)}" if np.isfinite(low) else ""


def seconds(value: float) -> str:
    """Write a duration."""
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def parameter(name: str) -> str:
    """Name a pipeline's parameter in words: ``clf__kernel_sizes`` is ``kernel sizes``."""
    if name in _NAMES:
        return _NAMES[name]
    _, _, rest = name.partition("__")
    return (rest or name).replace("__", " ").replace("_", " ")


def setting(value: Any) -> str:
    """Write a parameter's value."""
    if isinstance(value, list | tuple | np.ndarray):
        return ", ".join(setting(part) for part in value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return f"{value:.3g}"
    return "any" if value is None else str(value)


def describe(params: dict[str, Any]) -> str:
    """Write parameters as a phrase: ``filters 100, kernel sizes 2, 3 and ...``."""
    parts = []
    for name, value in sorted(params.items(), key=lambda item: not item[0].startswith("clf__")):
        if name == "pad__maxlen":
            parts.append(_width(value))
            continue
        text = setting(value)
        parts.append(f"{parameter(name)} {f'({text})' if ', ' in text else text}")
    return ", ".join(parts) if parts else "its default parameters"


def _width(maxlen: Any) -> str:
    """Say how long texts may be."""
    if maxlen is None:
        return "texts as long as the longest"
    if isinstance(maxlen, str):
        return f"texts cut at the {maxlen.removeprefix('p')}th percentile of their lengths"
    if isinstance(maxlen, float):
        return f"texts cut at the {100 * maxlen:g}th percentile of their lengths"
    return f"texts cut to {maxlen} words"


def shorten(text: str, length: int) -> str:
    """Cut a text and say so by an ellipsis; white space becomes single spaces."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def count(n: int, noun: str) -> str:
    """Write a number and its noun."""
    plural = noun if n == 1 else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{n:,} {plural}"
