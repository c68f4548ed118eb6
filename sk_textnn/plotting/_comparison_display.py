"""A picture of a comparison: how far each model is from the best baseline."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from .._optional import import_heavy
from ._style import BLUE, GREY, LIGHT, MEDIUM, ORANGE, SMALL, new_axes, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ComparisonDisplay"]

_COLOURS = {"candidate": ORANGE, "baseline": BLUE}
_SHADE = "0.90"


class ComparisonDisplay:
    """Models and the intervals of their differences to the best baseline.

    Made by :meth:`from_comparison`, which draws at once. One line a model, the best at the top: a
    point at the difference of its mean score to that of the best baseline, with its confidence
    interval, on a single split that over texts; the mean is written beside the name. The shaded
    region is that of practical equivalence. Without a baseline, points are at the mean scores,
    and the lines are one standard deviation over the folds to both sides.

    A baseline so far behind that it would squeeze the others is a triangle at the edge, with its
    difference beside it. Models without a mean are left out.

    Parameters
    ----------
    table : DataFrame of shape (n_models, n_columns)
        With columns ``name``, ``role``, ``mean``, ``std``, ``difference``, ``ci_low``,
        ``ci_high`` and perhaps ``boot_low`` and ``boot_high``, as ``Comparison.table_``.
    reference : str, default=None
        Name of the best baseline.
    scoring : str, default="score"
        Name of the score.
    alpha : float, default=0.05
        One minus the level of the intervals.
    rope : float, default=0.01
        Half the width of the region of practical equivalence.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes drawn in.
    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    sk_textnn.compare : Makes the comparison.

    Examples
    --------
    >>> from sk_textnn import ComparisonDisplay
    >>> from sk_textnn.evaluation import Comparison
    >>> comparison = Comparison.from_scores(
    ...     {"cnn": [0.62, 0.64, 0.61, 0.63, 0.64], "tfidf": [0.60, 0.61, 0.60, 0.61, 0.61]},
    ...     roles={"cnn": "candidate", "tfidf": "baseline"},
    ...     test_to_train_ratio=1 / 4,
    ... )
    >>> display = ComparisonDisplay.from_comparison(comparison)
    >>> display.ax_.get_xlabel()
    'difference in accuracy to tfidf, with 95 % intervals'
    """

    ax_: "Axes"
    figure_: Any

    def __init__(
        self,
        table: pd.DataFrame,
        *,
        reference: str | None = None,
        scoring: str = "score",
        alpha: float = 0.05,
        rope: float = 0.01,
    ) -> None:
        self.table = table
        self.reference = reference
        self.scoring = scoring
        self.alpha = alpha
        self.rope = rope

    @classmethod
    def from_comparison(cls, comparison: Any, *, ax: "Axes | None" = None) -> Self:
        """Draw what :func:`sk_textnn.compare` found.

        Parameters
        ----------
        comparison : Comparison
            What it returned.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ComparisonDisplay
            Drawn.

        Raises
        ------
        TypeError
            If it is no comparison.
        """
        if not hasattr(comparison, "table_") or not hasattr(comparison, "best_baseline_"):
            raise TypeError(
                "A Comparison was expected, as sk_textnn.compare returns it, but "
                f"{type(comparison).__name__} came."
            )
        display = cls(
            comparison.table_,
            reference=comparison.best_baseline_,
            scoring=comparison.scoring,
            alpha=comparison.alpha,
            rope=comparison.rope,
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: "Axes | None" = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ComparisonDisplay
            This display.

        Raises
        ------
        ValueError
            If no model has a mean.
        """
        rows = self.table[self.table["mean"].notna()].reset_index(drop=True)
        if rows.empty:
            raise ValueError("No model has a score on every fold: there is nothing to draw.")
        ax = new_axes(7.5, 1.2 + 0.42 * len(rows)) if ax is None else ax
        score = plain(self.scoring.replace("_", " "))
        if self.reference is None:
            points, lows, highs = (
                rows["mean"],
                rows["mean"] - rows["std"],
                rows["mean"] + rows["std"],
            )
            ax.set_xlabel(f"{score}, with one standard deviation over the folds")
        else:
            points, lows, highs, kind = self._differences(rows)
            ax.axvspan(-self.rope, self.rope, color=_SHADE, linewidth=0, gid="rope")
            ax.axvline(0, color=GREY, linewidth=0.8)
            level = f", with {100 * (1 - self.alpha):.4g} % intervals{kind}"
            level = level if lows.notna().any() else ""
            ax.set_xlabel(f"difference in {score} to {plain(self.reference)}{level}")
            ax.set_xlim(*self._limits(rows["role"], points, lows, highs))
        self._draw_models(ax, rows, points, lows, highs)
        _dress(ax, rows)
        self._explain(ax, rows)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _differences(self, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series, str]:
        """Differences and ends of their intervals: on a single split those over texts."""
        lows, highs = rows["ci_low"], rows["ci_high"]
        if lows.isna().all() and "boot_low" in rows:
            return rows["difference"], rows["boot_low"], rows["boot_high"], " over texts"
        return rows["difference"], lows, highs, ""

    def _limits(self, roles: pd.Series, *series: pd.Series) -> tuple[float, float]:
        """Room for the candidates, and for baselines not further off than twice that."""
        ends = np.column_stack([values.to_numpy(dtype=float) for values in series])
        near = ends[(roles == "candidate").to_numpy()].ravel()
        near = np.r_[near[np.isfinite(near)], -self.rope, self.rope]
        every = ends[np.abs(ends[:, 0]) <= 2 * np.abs(near).max()].ravel()
        every = np.r_[every[np.isfinite(every)], near]
        margin = 0.06 * np.ptp(every) or 0.01
        return every.min() - margin, every.max() + margin

    def _draw_models(
        self, ax: Any, rows: pd.DataFrame, points: pd.Series, lows: pd.Series, highs: pd.Series
    ) -> None:
        left = ax.get_xlim()[0] if self.reference is not None else -np.inf
        lines = zip(rows["name"], rows["role"], points, lows, highs, strict=True)
        for place, (name, role, point, low, high) in enumerate(lines):
            colour = _COLOURS.get(role, GREY)
            if point < left:
                ax.plot(
                    left, place, marker="<", color=colour, markersize=8, gid="far", clip_on=False
                )
                ax.annotate(
                    f"{point:+.3f}", (left, place), xytext=(9, 0), textcoords="offset points",
                    va="center", fontsize=SMALL, color=GREY,
                )  # fmt: skip
                continue
            if np.isfinite(low):
                ax.plot([low, high], [place, place], color=colour, linewidth=2, gid="interval")
            face = "white" if name == self.reference else colour
            ax.plot(
                point, place, marker="o", color=colour, markerfacecolor=face, markersize=7,
                gid="point",
            )  # fmt: skip

    def _explain(self, ax: Any, rows: pd.DataFrame) -> None:
        """What the colours are, above the axes, where nothing is drawn."""
        make = import_heavy("matplotlib.lines").Line2D
        handles = [
            make([], [], color=_COLOURS[role], marker="o", lw=2, label=role)
            for role in _COLOURS
            if (rows["role"] == role).any()
        ]
        if self.reference is not None and self.rope > 0:
            patch = import_heavy("matplotlib.patches").Patch
            words = f"no difference in practice (±{self.rope:.3g})"
            handles.append(patch(facecolor=_SHADE, label=words))
        ax.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False,
            fontsize=SMALL, borderaxespad=0.2, handlelength=1.6,
        )  # fmt: skip


def _dress(ax: Any, rows: pd.DataFrame) -> None:
    """Names, roles and means at the left, and nothing that distracts."""
    labels = [f"{plain(row['name'])}  {row['mean']:.3f}" for _, row in rows.iterrows()]
    ax.set_yticks(range(len(rows)), labels, fontsize=MEDIUM)
    for text, role in zip(ax.get_yticklabels(), rows["role"], strict=True):
        text.set_color(_COLOURS.get(role, GREY))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(axis="x", labelsize=SMALL)
    ax.tick_params(axis="y", length=0, pad=9)
    ax.grid(axis="x", color=LIGHT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
