"""The section of the reports on how a network was trained."""

from typing import Any

import numpy as np

from ._charts import line_chart
from ._html import Raw, paragraph
from ._words import count

__all__ = ["learning"]


def learning(name: str, pipeline: Any, rows: str) -> str:
    """Loss and accuracy of a network by epoch; empty for what has no epochs.

    Parameters
    ----------
    name : str
    pipeline : Pipeline
        Fitted.
    rows : str
        What it was fitted on, such as ``"all rows"``.
    """
    steps = getattr(pipeline, "steps", None) or [("", pipeline)]
    history = getattr(steps[-1][1], "history_", None)
    history = getattr(history, "history", history)
    if not isinstance(history, dict) or not history.get("loss"):
        return ""
    losses = history.get("val_loss")
    best = None if not losses else int(np.argmin(losses)) + 1
    charts = []
    for metric in ("loss", "accuracy"):
        if metric not in history:
            continue
        series = [("training", "base", history[metric])]
        if f"val_{metric}" in history:
            series.append(("validation", "net", history[f"val_{metric}"]))
        charts.append(f"<div>{line_chart(series, metric, mark=best)}</div>")
    key = Raw(
        '<span class="key net"></span> validation rows &nbsp; <span class="key"></span> '
        "training rows"
    )
    told = f"{name} fitted on {rows} for {count(len(history['loss']), 'epoch')}"
    if best is not None:
        told += (
            f"; the validation loss is lowest in epoch {best}, whose weights were kept. The "
            "validation rows were spared from training. Training loss and accuracy are measured "
            "with dropout on, so they can be worse than those of validation"
        )
    return paragraph(told + ".") + paragraph(key) + f'<div class="two">{"".join(charts)}</div>'
