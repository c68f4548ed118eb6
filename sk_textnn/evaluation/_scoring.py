"""What to score by: one score or several, checked before a model is fitted."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from sklearn.metrics import get_scorer, get_scorer_names

__all__ = ["check_scoring"]

Scorer = Callable[[Any, Any, Any], float]


def check_scoring(scoring: Any) -> dict[str, Scorer]:
    """Return scorers by name, the deciding one first.

    Parameters
    ----------
    scoring : str, callable, list of str, or dict of str to str or callable
        As the user gave it.

    Returns
    -------
    dict of str to callable
        Each takes a fitted model, rows and labels.

    Raises
    ------
    ValueError
        If something is no score.
    """
    if isinstance(scoring, str) or callable(scoring):
        scoring = {_name_of(scoring): scoring}
    elif isinstance(scoring, list | tuple):  # no set: the first decides
        scoring = {_name_of(score): score for score in scoring}
    if not isinstance(scoring, Mapping) or not scoring:
        raise ValueError(
            "scoring must be a score, as a string or a callable, or several as a list or a dict, "
            f"not {scoring!r}."
        )
    return {str(name): _as_scorer(score) for name, score in scoring.items()}


def _name_of(score: Any) -> str:
    return score if isinstance(score, str) else getattr(score, "__name__", "score")


def _as_scorer(score: Any) -> Scorer:
    if isinstance(score, str):
        names = get_scorer_names()
        if score not in names:
            close = difflib.get_close_matches(score.lower(), names, n=3)
            hint = f"Did you mean {' or '.join(map(repr, close))}?"
            raise ValueError(
                f"scikit-learn has no scoring {score!r}. "
                + (hint if close else "sklearn.metrics.get_scorer_names() lists what there is.")
            )
        return get_scorer(score)
    if not callable(score):
        raise ValueError(
            f"scoring must hold scores, strings or callables, not {type(score).__name__}."
        )
    if inspect.isfunction(score) and score.__module__.startswith("sklearn.metrics."):
        raise ValueError(
            f"scoring takes a callable (model, X, y), but {score.__name__} is a metric: pass "
            f"sklearn.metrics.make_scorer({score.__name__}), or the name of the score."
        )
    return score
