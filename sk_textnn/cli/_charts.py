"""Inline SVG charts that keep their letters' size in a narrow window.

Positions along x are percentages, heights are pixels, and there is no viewBox, so a chart is as
wide as the page and its text is not scaled. Colours come from the page's style sheet.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np

__all__ = ["dot_plot", "line_chart", "scatter"]

_LEFT, _RIGHT = 3.0, 97.0  # percent


def dot_plot(
    rows: Sequence[tuple[str, str, Sequence[float]]],
    axis: str,
    *,
    reference: tuple[str, float] | None = None,
) -> str:
    """Draw one line a row: its values as dots, their mean as a tick.

    Parameters
    ----------
    rows : sequence of (title, role, values)
        A role "network" is drawn as circles, any other as squares.
    axis : str
        What the values are.
    reference : (name, value) or None, default=None
        A dashed line over all rows.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    values = [value for _, _, row in rows for value in row if np.isfinite(value)]
    if reference is not None:
        values.append(reference[1])
    ticks = _ticks(min(values, default=0.0), max(values, default=1.0))
    low, high = ticks[0], ticks[-1]

    def x(value: float) -> str:
        return f"{_LEFT + (value - low) / (high - low) * (_RIGHT - _LEFT):.2f}%"

    top, step = (22 if reference is not None else 6), 42
    bottom = top + step * len(rows)
    parts = []
    for tick in ticks:
        parts.append(f'<line class="grid" x1="{x(tick)}" x2="{x(tick)}" y1="{top}" y2="{bottom}"/>')
        parts.append(_text(x(tick), bottom + 16, _label(tick, ticks), "middle"))
    for position, (title, role, row) in enumerate(rows):
        y = top + step * position
        parts.append(_text("0", y + 14, title, "start", "row"))
        finite = [value for value in row if np.isfinite(value)]
        if not finite:
            parts.append(_text(f"{_LEFT}%", y + 32, "no score", "start"))
            continue
        parts.append(
            f'<line class="range" x1="{x(min(finite))}" x2="{x(max(finite))}" '
            f'y1="{y + 28}" y2="{y + 28}"/>'
        )
        kind = "net" if role == "network" else "base"
        for fold, value in enumerate(row, start=1):
            if np.isfinite(value):
                told = f"<title>{escape(title)}, fold {fold}: {value:.3f}</title>"
                parts.append(_mark(x(value), y + 28, kind, told))
        mean = float(np.mean(finite))
        parts.append(
            f'<line class="mean {kind}" x1="{x(mean)}" x2="{x(mean)}" y1="{y + 19}" y2="{y + 37}">'
            f"<title>{escape(title)}, mean: {mean:.3f}</title></line>"
        )
    if reference is not None:
        name, value = reference
        side = "end" if value > (low + high) / 2 else "start"
        parts.append(
            f'<line class="reference" x1="{x(value)}" x2="{x(value)}" y1="{top}" y2="{bottom}"/>'
        )
        parts.append(_text(x(value), 14, f"{name}: {value:.3f}", side))
    parts.append(_text("50%", bottom + 36, axis, "middle", "axis"))
    return _svg(parts, bottom + 44, f"{axis} of each row, one mark a fold")


def line_chart(
    series: Sequence[tuple[str, str, Sequence[float]]],
    y_axis: str,
    *,
    x_axis: str = "epoch",
    mark: int | None = None,
) -> str:
    """Draw lines over 1, 2, 3, ...

    Parameters
    ----------
    series : sequence of (name, kind, values)
        The kind "net" or "base" chooses the colour.
    y_axis, x_axis : str
        What the axes are.
    mark : int or None, default=None
        A place on the x axis, counted from 1, that is marked as the best.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    values = [value for _, _, row in series for value in row if np.isfinite(value)]
    length = max((len(row) for _, _, row in series), default=1)
    ticks = _ticks(min(values, default=0.0), max(values, default=1.0))
    low, high = ticks[0], ticks[-1]
    left, right, top, height = 13.0, 97.0, 26, 180

    def x(place: float) -> float:
        return left + (right - left) * ((place - 1) / (length - 1) if length > 1 else 0.5)

    def y(value: float) -> float:
        return top + height * (high - value) / (high - low)

    parts = [_text("0", 14, y_axis, "start", "axis")]
    for tick in ticks:
        parts.append(
            f'<line class="grid" x1="{left}%" x2="{right}%" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        )
        parts.append(_text(f"{left - 1.5}%", y(tick) + 4, _label(tick, ticks), "end"))
    stride = max(1, -(-length // 10))
    for place in range(1, length + 1, stride):
        parts.append(_text(f"{x(place):.2f}%", top + height + 18, str(place), "middle"))
    if mark is not None:
        at = f"{x(mark):.2f}%"
        side = "end" if x(mark) > 60 else "start"
        parts.append(
            f'<line class="reference" x1="{at}" x2="{at}" y1="{top}" y2="{top + height}"/>'
        )
        parts.append(_text(at, 18, f"best epoch: {mark}", side))
    for name, kind, row in series:
        points = [(x(place), y(value)) for place, value in enumerate(row, 1) if np.isfinite(value)]
        for (x1, y1), (x2, y2) in pairwise(points):
            parts.append(
                f'<line class="curve {kind}" x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" '
                f'y2="{y2:.1f}"/>'
            )
        for place, (px, py) in enumerate(points, start=1):
            told = f"<title>{escape(name)}, {x_axis} {place}: {row[place - 1]:.3f}</title>"
            parts.append(_mark(f"{px:.2f}%", py, kind, told))
    parts.append(_text("55%", top + height + 38, x_axis, "middle", "axis"))
    return _svg(parts, top + height + 46, f"{y_axis} by {x_axis}")


def scatter(points: Sequence[tuple[str, float, float]], x_axis: str) -> str:
    """Draw a score against one parameter, on a logarithmic scale if its values need one.

    Parameters
    ----------
    points : sequence of (title, x, y)
    x_axis : str

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    places = np.array([x for _, x, _ in points], dtype=float)
    scaled = np.log10(places) if places.min() > 0 and places.max() / places.min() >= 4 else places
    spread = float(np.ptp(scaled)) or 1.0
    ticks = _ticks(min(y for *_, y in points), max(y for *_, y in points))
    low, high = ticks[0], ticks[-1]
    left, right, top, height = 18.0, 92.0, 8, 110

    def x(value: float) -> str:
        return f"{left + 4 + (right - left - 4) * (value - float(scaled.min())) / spread:.2f}%"

    parts = []
    for tick in ticks:
        y = top + height * (high - tick) / (high - low)
        parts.append(f'<line class="grid" x1="{left}%" x2="96%" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(f"{left - 2}%", y + 4, _label(tick, ticks), "end"))
    ends = (int(scaled.argmin()), int(scaled.argmax()))
    for end, anchor in zip(ends, ("start", "end"), strict=True):
        parts.append(_text(x(scaled[end]), top + height + 18, f"{places[end]:.3g}", anchor))
    for (title, value, score), place in zip(points, scaled, strict=True):
        told = f"<title>{escape(title)}: {escape(x_axis)} {value:.3g}, {score:.3f}</title>"
        parts.append(_mark(x(place), top + height * (high - score) / (high - low), "net", told))
    parts.append(_text("57%", top + height + 36, x_axis, "middle", "axis"))
    return _svg(parts, top + height + 44, f"score by {x_axis}")


def _svg(parts: Sequence[str], height: float, label: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="100%" height="{height:.0f}">'
        + "".join(parts)
        + "</svg>"
    )


def _text(x: str, y: float, text: str, anchor: str, kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _mark(x: str, y: float, kind: str, told: str) -> str:
    """Draw a circle for networks and a square for baselines: not by colour alone."""
    if kind == "net":
        return f'<circle class="dot net" cx="{x}" cy="{y:.1f}" r="4.5">{told}</circle>'
    return (
        f'<rect class="dot base" x="{x}" y="{y - 4:.1f}" width="8" height="8" '
        f'transform="translate(-4 0)">{told}</rect>'
    )


def _ticks(low: float, high: float) -> list[float]:
    """Return three to seven round numbers that enclose the values."""
    if high - low < 1e-9:
        low, high = low - 0.05, high + 0.05
    raw = (high - low) / 4
    scale = 10.0 ** np.floor(np.log10(raw))
    step = float(next(s for s in (1, 2, 2.5, 5, 10) if s * scale >= raw) * scale)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return [float(i * step) for i in np.arange(first, last + 1)]


def _label(tick: float, ticks: Sequence[float]) -> str:
    digits = max(0, int(np.ceil(-np.log10(ticks[1] - ticks[0]) - 1e-9)))
    if abs(round(ticks[1] - ticks[0], digits) - (ticks[1] - ticks[0])) > 1e-9:
        digits += 1
    return f"{tick:.{digits}f}"
