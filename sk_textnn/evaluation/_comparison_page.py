"""A comparison as it is shown: a table of strings, and a page."""

import html
import io
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .._optional import import_heavy
from ._verdict import write_p

if TYPE_CHECKING:
    from ._comparison import Comparison

__all__ = ["make_page", "shown_table"]

_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; font-size: 14px; }
td, th { border-bottom: 1px solid #ccc; padding: .3em .7em; text-align: right; }
td:first-child, th:first-child { text-align: left; }
svg { max-width: 100%; height: auto; }
"""


def shown_table(found: "Comparison") -> pd.DataFrame:
    """Return the table as strings, empty where there is no number, without empty columns.

    Parameters
    ----------
    found : Comparison
    """
    table, alpha = found.table_, found.alpha
    shown = table[["name", "role"]].copy()
    shown[found.scoring] = _strings(table["mean"], "{:.3f}")
    shown["std"] = _strings(table["std"], "{:.3f}")
    for metric in found.other_scores:
        shown[metric] = _strings(table[f"mean_{metric}"], "{:.3f}")
    shown["fit s"] = _strings(table["fit_seconds"], "{:.1f}")
    shown["predict s"] = _strings(table["predict_seconds"], "{:.2f}")
    shown["size"] = [_size(value) for value in table["size_bytes"]]
    if found.best_baseline_ is not None:
        shown["difference"] = _strings(table["difference"], "{:+.3f}")
        shown.loc[table["name"] == found.best_baseline_, "difference"] = "reference"
        shown["interval"] = _intervals(table["ci_low"], table["ci_high"])
        shown["over texts"] = _intervals(table["boot_low"], table["boot_high"])
        for column, title in (("p_value", "p"), ("p_holm", "p Holm")):
            shown[title] = [
                "" if np.isnan(p) else write_p(p, alpha)[2:].removeprefix("= ")
                for p in table[column]
            ]
        for column, title in (
            ("p_better", "better"), ("p_equivalent", "equivalent"), ("p_worse", "worse")
        ):  # fmt: skip
            shown[title] = _strings(100 * table[column], "{:.0f} %")
        for column in ("only_right", "only_wrong"):
            if column in table:
                shown[column.replace("_", " ")] = _strings(table[column], "{:.0f}")
    empty = [name for name in shown if (shown[name] == "").all() and name != found.scoring]
    return shown.drop(columns=empty)


def make_page(found: "Comparison", *, whole: bool = True) -> str:
    """Return verdict and tables as HTML, everything escaped.

    Parameters
    ----------
    found : Comparison
    whole : bool, default=True
        A page with style and picture, not only a fragment.
    """
    verdict = f"<p>{html.escape(found.verdict_)}</p>"
    table = shown_table(found).to_html(index=False, border=0)
    if not whole:
        return f"{table}\n{verdict}"
    parts = ["<h1>Comparison</h1>", verdict, table, _picture(found)]
    if found.per_class_ is not None and not found.per_class_.empty:
        classes = found.per_class_.to_html(index=False, border=0, float_format="{:.3f}".format)
        parts += ["<h2>Classes</h2>", classes]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>Comparison</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body>\n"
        "</html>\n"
    )


def _picture(found: "Comparison") -> str:
    if find_spec("matplotlib") is None or found.table_["mean"].isna().all():
        return ""
    make = import_heavy("matplotlib.figure").Figure  # not pyplot, which would keep the figure
    figure = make(figsize=(9, 1.4 + 0.4 * len(found.table_)), layout="constrained")
    found.plot(ax=figure.add_subplot())
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()[drawn.getvalue().index("<svg") :]


def _strings(values: pd.Series, pattern: str) -> list[str]:
    return ["" if np.isnan(value) else pattern.format(value) for value in values]


def _intervals(lows: pd.Series, highs: pd.Series) -> list[str]:
    ends = zip(_strings(lows, "{:+.3f}"), _strings(highs, "{:+.3f}"), strict=True)
    return [f"{low} to {high}" if low else "" for low, high in ends]


def _size(n_bytes: float) -> str:
    if np.isnan(n_bytes):
        return ""
    for unit in ("B", "kB", "MB"):
        if n_bytes < 999.5:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} GB"
