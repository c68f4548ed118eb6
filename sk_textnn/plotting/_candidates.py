"""What a picture needs of a search's ``cv_results_``: one score a candidate, and its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["NOT_SET", "Candidates", "metric_of", "read_candidates"]

# The value of a parameter that a candidate does not have, as of a dense size without dense layers.
NOT_SET: Any = type("NotSet", (), {"__repr__": lambda self: "not set"})()


@dataclass(frozen=True)
class Candidates:
    """The candidates that have a score, in the order of the search."""

    scores: np.ndarray
    stds: np.ndarray
    stopped_early: np.ndarray
    parameters: dict[str, list[Any]]
    best: int
    left_out: int

    def __len__(self) -> int:
        return len(self.scores)


def read_candidates(results: Any, metric: str, best_index: int | None = None) -> Candidates:
    """Read what was tried, and leave out what has no score.

    A search by halving has a row for each candidate in each iteration; the last one counts.
    """
    mean = _numbers(results, f"mean_test_{metric}")
    std = _numbers(results, f"std_test_{metric}", length=len(mean))
    iteration = _numbers(results, "iter", length=len(mean))
    iteration = np.nan_to_num(iteration)
    rows = _rows(results)
    names = _names(results, rows)
    if not names:
        raise ValueError(
            "The results have no parameters: neither a column whose name begins with 'param_' nor "
            "dicts with entries in 'params'. There is nothing to set the scores against."
        )
    last = _is_last(rows, iteration)
    kept = np.flatnonzero(last & np.isfinite(mean))
    if not len(kept):
        raise ValueError(
            f"None of the {last.sum()} candidates has a finite score, so there is nothing to draw. "
            "Search with error_score='raise' to see why the fits failed."
        )
    final = iteration[kept] == iteration[kept].max()
    best = int(np.argmax(np.where(final, mean[kept], -np.inf)))
    if best_index is not None and best_index in kept:
        best = int(np.flatnonzero(kept == best_index)[0])
    return Candidates(
        scores=mean[kept],
        stds=std[kept],
        stopped_early=iteration[kept] < iteration.max(),
        parameters={name: [rows[row].get(name, NOT_SET) for row in kept] for name in names},
        best=best,
        left_out=int(last.sum()) - len(kept),
    )


def metric_of(results: Any, score_name: str) -> str:
    """Return the name under which the results hold a score."""
    if not isinstance(results, Mapping | pd.DataFrame):
        raise TypeError(
            "The results of a search are a dict or a DataFrame, as its cv_results_, but "
            f"{type(results).__name__} came. For a fitted search, use SearchDisplay.from_search."
        )
    metrics = [str(key)[10:] for key in results if str(key).startswith("mean_test_")]
    if score_name in metrics:
        return score_name
    if "score" in metrics:  # the only one: it has no name in the results
        return "score"
    if len(metrics) == 1 and score_name == "score":
        return metrics[0]
    if not metrics:
        raise ValueError(
            "The results have no scores: a column 'mean_test_score', or 'mean_test_' and the name "
            "of a score, was expected. Pass the cv_results_ of a fitted search."
        )
    raise ValueError(
        f"The results have no score {score_name!r}. Pass score_name, one of "
        f"{', '.join(map(repr, metrics))}."
    )


def _numbers(results: Any, key: str, *, length: int = 0) -> np.ndarray:
    """A column as floats; NaN where it is missing."""
    if key not in results:
        return np.full(length, np.nan)
    column = results[key]
    if isinstance(column, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(column.astype(float), np.nan))
    return np.array([np.nan if pd.isna(value) else float(value) for value in column])


def _rows(results: Any) -> list[dict[str, Any]]:
    """The parameters of each row: from the dicts, or from the columns, as in a file of a table."""
    if "params" in results and all(isinstance(row, Mapping) for row in results["params"]):
        return [dict(row) for row in results["params"]]
    columns = {str(key)[6:]: results[key] for key in results if str(key).startswith("param_")}
    values = {name: _values(column) for name, column in columns.items()}
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def _values(column: Any) -> list[Any]:
    """The values of a column; masked ones, and NaN in a table, are not set."""
    masked = np.ma.getmaskarray(column) if isinstance(column, np.ma.MaskedArray) else None
    values = list(column.data if isinstance(column, np.ma.MaskedArray) else column)
    return [
        NOT_SET
        if (masked is not None and masked[row])
        or value is pd.NA
        or (isinstance(value, float) and np.isnan(value))
        else value
        for row, value in enumerate(values)
    ]


def _names(results: Any, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The parameters, in the order of the columns; those without one after them."""
    found = dict.fromkeys(str(key)[6:] for key in results if str(key).startswith("param_"))
    for row in rows:
        found.update(dict.fromkeys(row))
    return list(found)


def _is_last(rows: Sequence[Mapping[str, Any]], iteration: np.ndarray) -> np.ndarray:
    """Whether a row is of the last iteration that its candidate came to.

    Results do not number candidates: they are told apart by their parameters. Those that were
    tried twice in one iteration count twice.
    """
    reached: dict[str, float] = {}
    keys = [repr(row) for row in rows]
    for key, number in zip(keys, iteration, strict=True):
        reached[key] = max(number, reached.get(key, number))
    return np.array([number == reached[key] for key, number in zip(keys, iteration, strict=True)])
