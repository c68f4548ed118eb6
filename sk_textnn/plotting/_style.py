"""How the pictures look: colours, sizes, and what all axes have."""

from typing import Any

import numpy as np

from .._optional import import_heavy

__all__ = [
    "BLUE",
    "GREY",
    "LIGHT",
    "MEDIUM",
    "ORANGE",
    "SMALL",
    "dress",
    "new_axes",
    "panels",
    "plain",
]

# Okabe and Ito's colours, told apart by the colour-blind.
BLUE, ORANGE = "#0072B2", "#D55E00"
COLOURS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY, LIGHT = "0.35", "0.93"
SMALL, MEDIUM = 9, 10  # points


def new_axes(width: float, height: float) -> Any:
    """Return the axes of a new figure of that size in inches."""
    pyplot = import_heavy("matplotlib.pyplot")
    _, ax = pyplot.subplots(figsize=(width, height), layout="constrained")
    return ax


def panels(ax: Any, number: int, size: tuple[float, float]) -> np.ndarray:
    """Return axes side by side: new ones, those that came, or some in the place of one."""
    if ax is None:
        _, made = import_heavy("matplotlib.pyplot").subplots(
            1, number, figsize=(size[0] * number, size[1]), layout="constrained", squeeze=False
        )
        return np.asarray(made[0], dtype=object)
    given = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if len(given) == number:
        return given
    spec = given[0].get_subplotspec() if len(given) == 1 else None
    if spec is None:
        raise ValueError(
            f"{number} panels were to be drawn, but {len(given)} axes came. Pass as many, or one "
            "that is part of a grid, as plt.subplots makes it, or ax=None."
        )
    given[0].set_axis_off()
    grid = spec.subgridspec(1, number)
    return np.array([given[0].figure.add_subplot(grid[place]) for place in range(number)])


def dress(ax: Any, *, grid: str = "y") -> None:
    """Leave nothing that distracts, and a grid along one axis."""
    ax.tick_params(labelsize=SMALL)
    ax.grid(axis=grid, color=LIGHT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def plain(name: Any) -> str:
    """Return a name that matplotlib does not take for a formula."""
    return str(name).replace("$", r"\$")
