"""The three pictures, drawn on axes that are there."""

import math
import textwrap
from typing import Any

import numpy as np
import pandas as pd

from .._optional import import_heavy
from ._candidates import Candidates
from ._scales import Scale, scale_of

__all__ = ["draw_importance", "draw_parallel", "draw_scores", "shown_names"]

# Okabe and Ito's colours, told apart by the colour-blind.
_BLUE, _RED = "#0072B2", "#D55E00"
_GREY, _LIGHT = "0.35", "0.88"
_SMALL, _MEDIUM = 9, 10  # points
_LETTER, _LINE = 0.075, 0.17  # inches that a letter of a label, a line of that size take
_GAP = 0.85  # inches between two rows of panels, for slanted labels and the name


def draw_scores(ax: Any, candidates: Candidates, score_name: str) -> np.ndarray:
    """One panel a parameter in the place of the axes, which keep the caption only."""
    names = shown_names(candidates)
    spec = ax.get_subplotspec()
    if spec is None:
        raise ValueError(
            "The panels need axes that are part of a grid, as plt.subplots and Figure.add_subplot "
            "make them; these were placed by hand. Or pass ax=None."
        )
    sentences = [_about_best(candidates, score_name, "star")]
    if candidates.stopped_early.any():
        sentences.append("Hollow: stopped early, with the score they had then.")
    n_lines = _write_caption(ax, candidates, *sentences, y=1, va="top", pad=0)
    ax.set_axis_off()
    figure, (width, height) = ax.figure, _inches(ax)
    caption = min(_LINE * n_lines + 0.1, height / 2)
    below = spec.subgridspec(2, 1, height_ratios=[caption, height - caption], hspace=0)[1]
    n_rows, n_columns = _rows_and_columns(len(names), width, height - caption)
    room = {}
    if not figure.get_layout_engine():  # which would make room for labels
        one = max((height - caption + _GAP) / n_rows - _GAP, 0.3)
        room = {"hspace": _GAP / one, "wspace": 0.15}
    grid = below.subgridspec(n_rows, n_columns, **room)
    current = figure.gca()
    panels: list[Any] = []
    for place, (name, values) in enumerate(candidates.parameters.items()):
        panel = figure.add_subplot(grid[place], sharey=panels[0] if panels else None)
        _draw_panel(panel, candidates, scale_of(values), width / n_columns - 0.6)
        panel.set_xlabel(names[name], fontsize=_MEDIUM)
        if place % n_columns == 0:
            panel.set_ylabel(score_name, fontsize=_MEDIUM)
        else:
            panel.tick_params(axis="y", labelleft=False)
        panels.append(panel)
    figure.sca(current)  # a panel became it
    return np.array(panels, dtype=object)


def _rows_and_columns(number: int, width: float, height: float) -> tuple[int, int]:
    """At most 4 columns of 2.5 inches; more and narrower ones where rows would be too low."""
    n_columns = max(1, min(number, 4, round(width / 2.5)))
    while n_columns < min(number, 4) and height / math.ceil(number / n_columns) < 1.7:
        n_columns += 1
    return math.ceil(number / n_columns), n_columns


def _draw_panel(panel: Any, candidates: Candidates, scale: Scale, width: float) -> None:
    if scale.log:
        panel.set_xscale("log")
        panel.minorticks_off()  # they would go on below "not set"
    x, y = scale.x, candidates.scores
    if np.isfinite(candidates.stds).any():
        panel.errorbar(
            x, y, yerr=candidates.stds, fmt="none", ecolor=_BLUE, elinewidth=0.7, alpha=0.45
        )
    faces = np.where(candidates.stopped_early, "white", _BLUE)
    panel.scatter(x, y, s=22, c=faces, edgecolors=_BLUE, linewidths=0.8, zorder=3, gid="candidates")
    best = candidates.best
    panel.scatter(
        x[best], y[best], s=170, c=_RED, marker="*", edgecolors="black", linewidths=0.7,
        zorder=4, gid="best",
    )  # fmt: skip
    panel.set_xlim(scale.low, scale.high)
    panel.tick_params(labelsize=_SMALL)
    panel.grid(axis="y", color=_LIGHT, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)
    _set_labels(panel, scale.ticks, scale.labels, scale.share(scale.ticks), width)


def draw_parallel(ax: Any, candidates: Candidates, score_name: str, cmap: Any) -> Any:
    """A vertical axis a parameter, the score's on the right, and a line a candidate."""
    names = shown_names(candidates)
    scales = [scale_of(values) for values in candidates.parameters.values()]
    score = scale_of(list(candidates.scores))
    scales.append(score)
    heights = np.column_stack([scale.share(scale.x) for scale in scales])
    width, height = _inches(ax)
    at = np.arange(len(scales))
    lines = import_heavy("matplotlib.collections").LineCollection
    order = np.argsort(candidates.scores, kind="stable")
    drawn = lines(
        [np.column_stack([at, heights[row]]) for row in order],
        array=candidates.scores[order],
        cmap=cmap,
        linewidths=1.3,
        alpha=0.8,
        zorder=2,
    )
    ax.add_collection(drawn)
    stroke = import_heavy("matplotlib.patheffects").withStroke
    best = candidates.best
    ax.plot(
        at, heights[best], linewidth=2.5, color=drawn.to_rgba(candidates.scores[best]), zorder=3,
        solid_capstyle="butt", path_effects=[stroke(linewidth=4.5, foreground="black")], gid="best",
    )  # fmt: skip
    for place, scale in enumerate(scales[:-1]):
        ax.axvline(place, color=_GREY, linewidth=1, zorder=2.5)
        _write_values(ax, place, scale, height, width / len(scales))
    ax.axvline(at[-1], color="black", linewidth=1.5, zorder=2.5)
    ax.set_xlim(-0.15, at[-1])
    ax.set_ylim(0, 1)
    ax.yaxis.tick_right()
    ax.tick_params(axis="x", length=0)
    ax.set_yticks(score.share(score.ticks), score.labels, fontsize=_SMALL)
    ax.spines[["left", "top", "bottom"]].set_visible(False)
    labels = [*names.values(), score_name]
    _set_labels(ax, at, labels, (at + 0.15) / (at[-1] + 0.15), width, size=_MEDIUM)
    _write_caption(ax, candidates, _about_best(candidates, score_name, "outlined line"))
    return drawn


def _write_values(ax: Any, place: int, scale: Scale, height: float, width: float) -> None:
    """The ticks of one vertical axis, thinned and shortened to what has room."""
    most = max(3, int(width / _LETTER) - 1)
    shares = scale.share(scale.ticks)
    step = _step_between(shares, height / _LINE)
    for share, label in list(zip(shares, scale.labels, strict=True))[::step]:
        text = label if _letters(label) <= most else label[: most - 1] + "…"
        ax.annotate(
            text, (place, share), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=_SMALL, zorder=5, annotation_clip=False,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.75, "linewidth": 0},
        )  # fmt: skip


def draw_importance(
    ax: Any, candidates: Candidates, importances: pd.DataFrame, out_of_bag: float
) -> None:
    """A bar a parameter, the most important on top."""
    names = shown_names(candidates)
    rows = np.arange(len(importances))
    ax.barh(rows, importances["mean"], color=_BLUE, height=0.65)
    ax.errorbar(
        importances["mean"], rows, xerr=importances["std"], fmt="none", ecolor="black", elinewidth=1
    )
    ax.set_yticks(rows, [names[name] for name in importances.index], fontsize=_MEDIUM)
    ax.set_ylim(len(importances) - 0.4, -0.6)
    if not importances["mean"].any():  # else the axis would be a millionth wide
        ax.set_xlim(0, 1)
    ax.axvline(0, color=_GREY, linewidth=1)
    ax.set_xlabel("importance: loss of R² when the parameter is shuffled", fontsize=_MEDIUM)
    ax.tick_params(axis="x", labelsize=_SMALL)
    ax.grid(axis="x", color=_LIGHT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    forest = f"Random forest on {len(candidates)} candidates, out-of-bag R² {out_of_bag:.2f}."
    if out_of_bag <= 0:
        forest += " It predicts scores no better than their mean: do not rely on these bars."
    _write_caption(ax, candidates, forest)


def shown_names(candidates: Candidates) -> dict[str, str]:
    """Each parameter's name without the classifier's step, unless another has that name."""
    short = {name: name.removeprefix("clf__") for name in candidates.parameters}
    names = list(short.values())
    return {name: label if names.count(label) == 1 else name for name, label in short.items()}


def _about_best(candidates: Candidates, score_name: str, mark: str) -> str:
    score, std = candidates.scores[candidates.best], candidates.stds[candidates.best]
    value = f"{score_name} {score:.4g}" + (
        f"\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{std:.2g}" if np.isfinite(std) else ""
    )
    if len(candidates) == 1:
        return f"The only candidate: {value}."
    return f"The {mark} is the best of {len(candidates)} candidates: {value}."


def _write_caption(ax: Any, candidates: Candidates, *sentences: str, **place: Any) -> int:
    """Write above the axes, wrapped to their width; return the number of lines."""
    number = candidates.left_out
    verb = "is" if number == 1 else "are"
    left_out = f"{number} without a finite score {verb} left out." if number else ""
    letters = max(30, int(_inches(ax)[0] / _LETTER))
    lines = textwrap.wrap(" ".join([*sentences, left_out]), letters)
    text = "\n".join(lines)
    ax.set_title(text, loc="left", fontsize=_SMALL, color=_GREY, parse_math=False, **place)
    return len(lines)


def _set_labels(
    ax: Any,
    ticks: np.ndarray,
    labels: list[str],
    shares: np.ndarray,
    width: float,
    size: int = _SMALL,
) -> None:
    """Label ticks on x: slanted where they would touch, thinned where even that is too dense."""
    gaps = np.diff(shares) * width
    letters = np.array([_letters(label) for label in labels])
    if np.all(gaps >= (letters[1:] + letters[:-1]) / 2 * _LETTER * size / _SMALL + 0.08):
        ax.set_xticks(ticks, labels, fontsize=size)
        return
    step = _step_between(shares, width / _LINE)
    ax.set_xticks(
        ticks[::step],
        labels[::step],
        fontsize=size,
        rotation=35,
        ha="right",
        rotation_mode="anchor",
    )


def _step_between(shares: np.ndarray, room: float) -> int:
    """Every how many ticks there is room for a label, if `room` of them fill the axis."""
    if len(shares) < 2:
        return 1
    return max(1, math.ceil(1 / (room * float(np.diff(np.sort(shares)).min()))))


def _letters(label: str) -> int:
    return 3 if label.startswith("$10^") else len(label)


def _inches(ax: Any) -> tuple[float, float]:
    """Width and height, as they will be about: a layout engine, when it draws, widens the axes."""
    scale = (1.2 if ax.figure.get_layout_engine() else 1.0) / ax.figure.dpi
    box = ax.get_window_extent()
    return box.width * scale, box.height * scale
