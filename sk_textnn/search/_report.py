"""A search as one HTML page that needs nothing else."""

import base64
import io
import warnings
from html import escape
from importlib.util import find_spec
from math import isnan
from typing import Any

import pandas as pd

from .. import __version__
from .._optional import import_heavy

STYLE = """
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
p { overflow-wrap: anywhere; } img { max-width: 100%; } div { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid #d4d8de; text-align: left;
  vertical-align: top; }
"""
PICTURES = {
    "scores": "Score against each parameter",
    "parallel": "Parameters side by side",
    "importance": "Importance of the parameters",
}
ASKED = ("strategy", "n_iter", "cv", "scoring", "refit", "factor", "min_resources", "random_state")
LONGEST = 80  # letters of a cell
SECONDS = ["fit_seconds", "score_seconds", "cpu_seconds"]


def make_report(search: Any) -> str:
    """Return the page of a fitted search; whatever the user named is escaped."""
    parts = {
        "The best": _best(search),
        "All candidates": _candidates(search),
        **{title: _picture(search, kind) for kind, title in PICTURES.items()},
        "What they cost": _costs(search),
        "Failures": _failures(search),
        "How it was searched": _asked(search),
    }
    body = "\n".join(f"<h2>{title}</h2>\n{content}" for title, content in parts.items())
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>Architecture search</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>Architecture search</h1>\n{body}\n</body>\n</html>\n"
    )


def metrics_of(search: Any) -> list[str]:
    """Return the names of the scores, first the one by which the best candidate was chosen."""
    start = "mean_test_"
    names = [name.removeprefix(start) for name in search.cv_results_ if name.startswith(start)]
    return sorted(names, key=lambda name: name != search.refit)


def _best(search: Any) -> str:
    if not hasattr(search, "best_index_"):
        return _paragraph("No candidate was chosen: refit names none of the scores.")
    row = search.results_.iloc[search.best_index_]
    metric = metrics_of(search)[0]
    score, std = row[f"mean_test_{metric}"], row[f"std_test_{metric}"]
    told = f"{metric.replace('_', ' ')} {score:.4g} ± {std:.2g} on {search.n_splits_} folds, with"
    if not search.best_params_:
        return _paragraph(f"{told} the parameters as they were given.")
    return _paragraph(f"{told}:") + _pairs(search.best_params_)


def _candidates(search: Any) -> str:
    """Return the results, the most trained first, and of these the best ones."""
    table = search.results_
    metric = metrics_of(search)[0]
    rounds = [name for name in ("iter", "n_resources", "epoch") if name in table]
    order = [*rounds[:1], f"mean_test_{metric}"]
    table = table.sort_values(order, ascending=False, kind="stable")
    scores = [f"{kind}_test_{name}" for name in metrics_of(search) for kind in ("mean", "std")]
    params = [name for name in table if name.startswith("param_")]
    return _table(table[[*rounds, *scores, *params]].rename(columns=_short))


def _short(name: str) -> str:
    return name.removeprefix("param_").removeprefix("clf__").replace("_test_", " ")


def _picture(search: Any, kind: Any) -> str:
    """Return a picture, or why there is none."""
    if find_spec("matplotlib") is None:
        return _paragraph("Pictures need matplotlib: pip install 'sk-textnn[plot]'")
    from ..plotting import SearchDisplay  # late, as most searches are not drawn

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of letters that the font lacks
            display = SearchDisplay.from_search(
                search,
                kind=kind,
                score_name=metrics_of(search)[0],
            )
            file = io.BytesIO()
            display.figure_.savefig(file, format="svg", metadata={"Date": None})
    except ValueError as error:  # too few candidates, or no parameters
        return _paragraph(error)
    import_heavy("matplotlib.pyplot").close(display.figure_)
    data = base64.b64encode(file.getvalue()).decode()
    return f'<img alt="{PICTURES[kind]}" src="data:image/svg+xml;base64,{data}">'


def _costs(search: Any) -> str:
    costs = search.costs_
    spent = costs[["fit_seconds", "score_seconds"]].to_numpy().sum()
    told = f"Seconds of all fits and scores: {spent:,.1f}"
    if hasattr(search, "refit_time_"):
        told += f"; of the fit to all rows: {search.refit_time_:,.1f}"
    dearest = costs.sort_values("fit_seconds", ascending=False, kind="stable")
    params = dearest["params"].map(lambda params: ", ".join(f"{k}={v}" for k, v in params.items()))
    table = dearest[["n_epochs", *SECONDS]].assign(parameters=params)
    return _paragraph(f"{told}.") + _table(table)


def _failures(search: Any) -> str:
    return _paragraph("None.") if search.failures_.empty else _table(search.failures_)


def _asked(search: Any) -> str:
    asked = {name: getattr(search, name) for name in ASKED}
    return _pairs(asked) + _paragraph(f"sk-textnn {__version__}")


def _paragraph(text: Any) -> str:
    return f"<p>{escape(str(text))}</p>"


def _pairs(params: dict[str, Any]) -> str:
    return _table(pd.DataFrame({"parameter": [*params], "value": [*map(_cell, params.values())]}))


def _table(table: pd.DataFrame) -> str:
    """Return a table; pandas escapes what is in it."""
    with pd.option_context("display.max_colwidth", LONGEST):
        return f"<div>{table.map(_cell).to_html(index=False, border=0)}</div>"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.4g}"
    return str(value)
