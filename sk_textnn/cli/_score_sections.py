"""The sections of the report on scores, each a function from findings to HTML."""

from typing import TYPE_CHECKING

import numpy as np

from ._charts import dot_plot, scatter
from ._folder import NETWORK, PIPELINE
from ._html import Raw, answer, escape, paragraph, table
from ._inputs import Data
from ._trials import Trial
from ._words import (
    count,
    describe,
    interval,
    number,
    p_value,
    parameter,
    setting,
    shorten,
    signed,
)

if TYPE_CHECKING:
    from ._search_report import Searched


def verdict(found: "Searched") -> str:
    """The answer, the architecture, and what to do with it."""
    outcome = found.outcome
    parts = [answer(outcome.verdict, "" if outcome.network_wins else "base")]
    best = outcome.network
    parts.append(paragraph(f"The best network is {best.name} with {describe(best.params)}."))
    if outcome.network_wins:
        saved = f"It has the highest mean score; fitted on all rows it is saved as {PIPELINE}."
    else:
        saved = (
            f"The baseline {outcome.baseline.name} has the higher mean score; fitted on all rows "
            f"it is saved as {PIPELINE}, and the best network as {NETWORK}."
        )
    parts.append(paragraph(saved))
    parts.append(best_possible(found.data, found.options.scoring))
    return "\n".join(parts)


def best_possible(data: Data, scoring: str) -> str:
    """What a model can reach at best on a corpus that was made; nothing of other texts."""
    if data.best_accuracy is None or scoring != "accuracy":
        return ""
    return paragraph(
        f"This corpus was made, so the best possible accuracy is known: "
        f"{number(data.best_accuracy)}. A model that only counts words can expect "
        f"{number(data.best_accuracy_without_order)} at best."
    )


def comparison(found: "Searched") -> str:
    """The table of networks and baselines."""
    rows = found.outcome.rows
    best = next((i for i, row in enumerate(rows) if row.best), None)
    cells = [
        (
            row.name,
            row.role,
            f"{number(row.mean)} ± {number(row.std)}",
            "" if row.plain_mean is None else number(row.plain_mean),
            f"{row.seconds:.1f}",
            "reference" if row.reference else signed(row.difference),
            interval(row),
            "" if row.reference else p_value(row.p),
        )
        for row in rows
    ]
    head = (
        "pipeline",
        "role",
        f"{found.options.scoring}, mean ± std",
        "best candidate's own mean",
        "seconds a fit",
        "difference to best baseline",
        "95 % interval",
        "p",
    )
    why = (
        "Choosing the best of several candidates by their scores flatters it. A network's mean is "
        "therefore that of the candidates chosen without the fold they are scored on: in each fold "
        "counts the candidate that is best on the other folds. Beside it stands the mean of the "
        "one candidate that is best on all folds, which is the one that was saved; the gap between "
        "the two is what choosing would have added."
    )
    test = (
        f"All pipelines were fitted on the same {found.options.cv} stratified folds. Std is that "
        "between folds. Interval and p come from the corrected resampled t-test of Nadeau and "
        "Bengio, which allows for the rows that training folds share."
    )
    shown = table(head, cells, right=(2, 3, 4, 5, 6, 7), best=best)
    told = (*found.outcome.left_out, why, test)
    return "\n".join([shown, *(paragraph(text) for text in told)])


def folds(found: "Searched") -> str:
    """The dot plot."""
    order = sorted(found.trials, key=lambda trial: -trial.mean if trial.ok else np.inf)
    rows = [(trial.title, trial.role, trial.scores.tolist()) for trial in order]
    reference = None
    if found.data.best_accuracy is not None and found.options.scoring == "accuracy":
        reference = ("best possible", found.data.best_accuracy)
    key = Raw(
        '<span class="key net"></span> network candidate &nbsp; <span class="key"></span> '
        "baseline &nbsp; One mark a fold; the upright stroke is the mean."
    )
    return paragraph(key) + dot_plot(rows, found.options.scoring, reference=reference)


def candidates(found: "Searched") -> str:
    """Every candidate with its parameters, the best first."""
    trials = [trial for trial in found.trials if trial.role == "network"]
    parts = []
    for name in dict.fromkeys(trial.name for trial in trials):
        mine = sorted(
            (trial for trial in trials if trial.name == name),
            key=lambda trial: -trial.mean if trial.ok else np.inf,
        )
        names = sorted({key for trial in mine for key in trial.params}, key=_clf_first)
        head = ("candidate", found.options.scoring, "seconds a fit", *map(parameter, names))
        rows = [
            (
                trial.title,
                f"{number(trial.mean)} ± {number(float(trial.scores.std(ddof=1)))}",
                f"{trial.seconds('fit_seconds'):.1f}",
                *(setting(trial.params[key]) if key in trial.params else "" for key in names),
            )
            for trial in mine
        ]
        parts.append(f"<h3>{escape(name)}: {escape(count(len(mine), 'candidate'))}</h3>")
        parts.append(table(head, rows, right=(1, 2), best=0))
        parts.append(_parameter_charts(mine, names))
        parts.extend(
            paragraph(f"{trial.title} failed: {shorten(trial.error, 400)}")
            for trial in mine
            if not trial.ok
        )
    charts = any("<svg" in part for part in parts)
    told = f"The charts show the mean {found.options.scoring} against one parameter each. "
    parts.append(
        paragraph(
            f"{told if charts else ''}Parameters that are not listed have their defaults. "
            "Differences between candidates that are smaller than their spread over the folds may "
            "be luck."
        )
    )
    return "\n".join(parts)


def _parameter_charts(trials: list[Trial], names: list[str]) -> str:
    """Draw the mean score against each parameter that is a number and takes several values."""
    charts = []
    for name in names:
        points = [
            (trial.title, float(trial.params[name]), trial.mean)
            for trial in trials
            if trial.ok and isinstance(trial.params.get(name), int | float | np.number)
            if not isinstance(trial.params[name], bool)
        ]
        if len({x for _, x, _ in points}) >= 3:
            charts.append(f"<div>{scatter(points, parameter(name))}</div>")
    return f'<div class="three">{"".join(charts)}</div>' if charts else ""


def _clf_first(name: str) -> tuple[bool, str]:
    return (not name.startswith("clf__"), name)
