"""Pictures of a search: which values scored well."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError

from .._optional import import_heavy
from ._candidates import Candidates, metric_of, read_candidates
from ._drawing import draw_importance, draw_parallel, draw_scores
from ._importance import importances_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SearchDisplay"]

_KINDS = ("scores", "parallel", "importance")


class SearchDisplay:
    """Pictures of what a search tried and how it scored.

    Made by :meth:`from_search` or :meth:`from_cv_results`, which draw at once. One display draws
    as many kinds of pictures as are wanted, by :meth:`plot`:

    - ``"scores"``: the score against each parameter, one panel a parameter, with a thin line of
      one standard deviation over the folds to both sides. The axis is logarithmic where the
      values are positive and spread over more than two decades. Candidates with the same
      category stand beside each other, in the order of the search.
    - ``"parallel"``: parallel coordinates. A line a candidate, through its values to its score
      and coloured by it.
    - ``"importance"``: how much R² a random forest that predicts the score from the parameters
      loses when the values of one parameter are shuffled among the candidates, mean and standard
      deviation of 10 shuffles.

    A parameter that a candidate does not have is "not set" for it. Estimators and functions are
    shown by their names, so two of one class are one category. Candidates without a finite score
    are left out, and the picture says how many.

    Parameters
    ----------
    results : dict of str to array-like, or DataFrame of shape (n_rows, n_columns)
        The ``cv_results_`` of a search, or the same as a table. Of a candidate with several
        rows, as in a search by halving, that of the last iteration counts.
    score_name : str, default="score"
        Name of the score: which one, if there are several, and its label.
    best_index : int, default=None
        Row of the best candidate. None: the highest score, in a search by halving that of the
        last iteration.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes drawn in; those of ``"scores"`` hold the caption and give their place to the
        panels.
    axes_ : ndarray of shape (n_panels,)
        The panels of ``"scores"`` in the order of the parameters, else `ax_` alone.
    figure_ : matplotlib Figure
        The figure.
    lines_ : matplotlib LineCollection or None
        The lines of ``"parallel"``, from the lowest score to the highest.
    importances_ : DataFrame of shape (n_parameters, 2) or None
        What ``"importance"`` shows: columns ``mean`` and ``std``, the most important parameter
        first.

    See Also
    --------
    sk_textnn.search_space : What to search.
    sklearn.inspection.permutation_importance : The measure of importance.

    Notes
    -----
    The importance is a hint. With few trials, say less than ten times as many candidates as
    parameters, it is unreliable: the forest learns noise, and its importance is measured on the
    candidates that it has learned. Its R² on the candidates that a tree has not seen
    ("out-of-bag"), which the picture tells, says how far to trust it; at 0 or less, not at all.
    It holds for the values that were tried only, does not tell in which direction to go, is shared
    between parameters that go together, as by a sampler that follows good scores, and mixes
    scores of few and many epochs if candidates were stopped early.

    Examples
    --------
    >>> from sk_textnn import SearchDisplay
    >>> cv_results = {
    ...     "param_clf__units": [16, 64, 16, 64],
    ...     "param_clf__pooling": ["max", "max", "last", "last"],
    ...     "mean_test_score": [0.61, 0.65, 0.55, float("nan")],
    ...     "std_test_score": [0.01, 0.02, 0.01, float("nan")],
    ... }
    >>> display = SearchDisplay.from_cv_results(cv_results, score_name="accuracy")
    >>> [panel.get_xlabel() for panel in display.axes_]
    ['units', 'pooling']
    >>> _ = display.plot("parallel")
    >>> len(display.lines_.get_segments())  # one candidate has no score
    3
    """

    ax_: "Axes"
    axes_: np.ndarray
    figure_: Any
    lines_: Any
    importances_: pd.DataFrame | None

    def __init__(
        self,
        results: Mapping[str, Any] | pd.DataFrame,
        *,
        score_name: str = "score",
        best_index: int | None = None,
    ) -> None:
        self.results = results
        self.score_name = score_name
        self.best_index = best_index

    @classmethod
    def from_search(
        cls,
        search: Any,
        *,
        kind: Literal["scores", "parallel", "importance"] = "scores",
        score_name: str | None = None,
        ax: "Axes | None" = None,
        cmap: Any = "viridis",
    ) -> Self:
        """Draw a fitted search.

        Parameters
        ----------
        search : estimator
            With ``cv_results_``, such as :class:`~sklearn.model_selection.RandomizedSearchCV`,
            ``GridSearchCV`` or ``HalvingRandomSearchCV``.
        kind : {"scores", "parallel", "importance"}, default="scores"
            Which picture.
        score_name : str, default=None
            Name of the score. None: the one that `refit` or `scoring` names, else "score".
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        cmap : str or matplotlib Colormap, default="viridis"
            Colours of the scores, for ``"parallel"``.

        Returns
        -------
        SearchDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If there are no ``cv_results_``.
        """
        if not hasattr(search, "cv_results_"):
            raise NotFittedError(
                f"This {type(search).__name__} has no cv_results_. Pass a search such as "
                "RandomizedSearchCV, after its fit."
            )
        refit = getattr(search, "refit", None)
        scoring = getattr(search, "scoring", None)
        named = [name for name in (score_name, refit, scoring) if isinstance(name, str)]
        name = named[0] if named else "score"
        # What the search chose, unless it chose by another score than that shown.
        by_another = isinstance(refit, str) and refit != name
        best = None if by_another else getattr(search, "best_index_", None)
        display = cls(search.cv_results_, score_name=name, best_index=best)
        return display.plot(kind, ax=ax, cmap=cmap)

    @classmethod
    def from_cv_results(
        cls,
        cv_results: Mapping[str, Any] | pd.DataFrame,
        *,
        kind: Literal["scores", "parallel", "importance"] = "scores",
        score_name: str = "score",
        ax: "Axes | None" = None,
        cmap: Any = "viridis",
    ) -> Self:
        """Draw the results of a search, as a dict or a table.

        Parameters
        ----------
        cv_results : dict of str to array-like, or DataFrame of shape (n_rows, n_columns)
            With columns ``param_*`` or dicts in ``params``, and ``mean_test_*``; ``std_test_*``
            and ``iter`` are optional. In columns, NaN and masked values are "not set".
        kind : {"scores", "parallel", "importance"}, default="scores"
            Which picture.
        score_name : str, default="score"
            Name of the score.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        cmap : str or matplotlib Colormap, default="viridis"
            Colours of the scores, for ``"parallel"``.

        Returns
        -------
        SearchDisplay
            Drawn.
        """
        return cls(cv_results, score_name=score_name).plot(kind, ax=ax, cmap=cmap)

    def plot(
        self,
        kind: Literal["scores", "parallel", "importance"] = "scores",
        *,
        ax: "Axes | None" = None,
        cmap: Any = "viridis",
    ) -> Self:
        """Draw.

        Parameters
        ----------
        kind : {"scores", "parallel", "importance"}, default="scores"
            Which picture.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure. For ``"scores"``, axes made by ``plt.subplots`` or
            ``Figure.add_subplot``: panels take their place.
        cmap : str or matplotlib Colormap, default="viridis"
            Colours of the scores, for ``"parallel"``.

        Returns
        -------
        SearchDisplay
            This display.

        Raises
        ------
        ValueError
            If there is no such kind of picture, or no score, parameter or candidate to draw, or
            fewer than 10 candidates for ``"importance"``.
        """
        if kind not in _KINDS:
            known = ", ".join(map(repr, _KINDS))
            raise ValueError(f"kind={kind!r} is no picture of a search; there are {known}.")
        metric = metric_of(self.results, self.score_name)
        candidates = read_candidates(self.results, metric, self.best_index)
        label = metric if self.score_name == "score" else self.score_name
        label = label.replace("_", " ")
        importances = importances_of(candidates) if kind == "importance" else None
        drawn_on = _new_axes(kind, candidates) if ax is None else ax
        axes, lines = np.array([drawn_on], dtype=object), None
        if kind == "scores":
            axes = draw_scores(drawn_on, candidates, label)
        elif kind == "parallel":
            lines = draw_parallel(drawn_on, candidates, label, cmap)
        elif importances is not None:
            draw_importance(drawn_on, candidates, *importances)
        self.ax_, self.axes_, self.figure_ = drawn_on, axes, drawn_on.figure
        self.lines_ = lines
        self.importances_ = None if importances is None else importances[0]
        return self


def _new_axes(kind: str, candidates: Candidates) -> Any:
    """Axes of a new figure that is large enough."""
    number = len(candidates.parameters)
    size = {
        "scores": (3.0 * min(max(number, 1.5), 4), 0.5 + 2.6 * -(-number // 4)),
        "parallel": (max(5.0, 1.4 * (number + 1)), 4.8),
        "importance": (6.4, 1.5 + 0.35 * number),
    }[kind]
    _, ax = import_heavy("matplotlib.pyplot").subplots(figsize=size, layout="constrained")
    return ax
