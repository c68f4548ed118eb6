"""The report of a comparison: one file that needs nothing else."""

from dataclasses import asdict, dataclass
from typing import Any

from . import _text_sections as texts
from ._charts import dot_plot
from ._examine import Examined
from ._facts import confusion
from ._finding_sections import all_findings, most_important
from ._html import Raw, answer, make_page, paragraph, table
from ._inputs import CompareOptions, Data
from ._learning_section import learning
from ._results import versions
from ._score_sections import best_possible
from ._words import shorten

__all__ = ["Compared", "make_report"]

_WORDS = ("name", "role")
# Columns that a second table has: a page is not wide enough for all.
_MORE = ("over texts", "better", "equivalent", "worse", "fit s", "predict s", "size")


@dataclass
class Compared:
    """All that the report tells; `comparison` is what `compare` has found."""

    options: CompareOptions
    data: Data
    comparison: Any
    examined: Examined
    n_splits: int
    elapsed: float


def make_report(found: Compared) -> str:
    """Return the report as an HTML page.

    Parameters
    ----------
    found : Compared

    Returns
    -------
    str
    """
    judged = _judged(found)
    best = found.examined
    told = "Predictions for each row by a pipeline that was not trained on it" + (
        ", of all repeats together." if found.options.repeats > 1 else "."
    )
    words = ""
    if best.pipeline is not None:
        words = texts.words(best.pipeline, found.data.texts, best.split)
    record = {"options": asdict(found.options), "versions": versions()}
    parts = (
        ("verdict", "Verdict", _verdict(found) + most_important(best)),
        ("comparison", "Comparison", _comparison(found)),
        ("folds", "Score on every fold", _folds(found)),
        ("learning", "Learning curve", learning(best.name, best.pipeline, "the first fold")),
        ("findings", "Findings", all_findings(best, found.data)),
        ("confusion", "Confusion", texts.confusions(judged, told)),
        ("classes", "Each class", texts.classes(judged)),
        ("mistakes", "Most frequent mistakes", texts.mistakes(judged)),
        ("data", "The data", texts.data(found.data)),
        ("words", "Words the network did not see", words),
        ("run", "This run", texts.run(record, found.elapsed)),
    )
    return make_page(
        "Do these candidates beat TF-IDF?", found.options.data or "a made corpus", parts
    )


def _judged(found: Compared) -> list[texts.Judged]:
    """The out-of-fold predictions of the best candidate and the best baseline."""
    comparison, data = found.comparison, found.data
    rows = comparison.predictions.index.get_level_values("row").to_numpy()
    read = [data.texts[row] for row in rows]
    best = ((comparison.best_candidate_, "candidate"), (comparison.best_baseline_, "baseline"))
    return [
        texts.Judged(
            name, role, confusion(read, data.labels[rows], comparison.predictions[name].to_numpy())
        )
        for name, role in best
        if name is not None
    ]


def _verdict(found: Compared) -> str:
    comparison = found.comparison
    leads = comparison.table_["role"][0] == "candidate"
    parts = [answer(comparison.verdict_, "" if leads else "base")]
    parts.append(best_possible(found.data, comparison.scoring))
    return "\n".join(parts)


def _comparison(found: Compared) -> str:
    """The scores of candidates and baselines, and how to read them; then chances and costs."""
    from ..evaluation._comparison_page import shown_table

    shown = shown_table(found.comparison)
    is_more = shown.columns.isin(_MORE)
    scores, more = shown.loc[:, ~is_more], shown.loc[:, is_more | (shown.columns == "name")]
    how = (
        f"All pipelines were fitted on the same {found.n_splits} stratified folds. Interval and p "
        "are of the difference to the best baseline, by the corrected resampled t-test of Nadeau "
        "and Bengio, which allows for the rows that training folds share; Holm's correction allows "
        "for several comparisons."
    )
    beside = (
        "Over texts is the interval of the difference if only the test texts were others. Better, "
        "equivalent and worse than the best baseline are probabilities by the Bayesian correlated "
        f"t-test, where differences up to {found.comparison.rope:g} count as none."
    )
    failed = [
        paragraph(f"{name} is left out, because it failed: {shorten(error, 300)}")
        for name, error in found.comparison.errors.items()
    ]
    shown_more = [_as_table(more), paragraph(beside)] if len(more.columns) > 1 else []
    return "\n".join([_as_table(scores), *failed, paragraph(how), *shown_more])


def _as_table(frame: Any) -> str:
    names = list(map(str, frame))
    right = tuple(place for place, name in enumerate(names) if name not in _WORDS)
    return table(names, frame.itertuples(index=False, name=None), right=right, best=0)


def _folds(found: Compared) -> str:
    """The dot plot."""
    scores = found.comparison.scores
    rows = [
        (row["name"], _kind(row["role"]), scores[row["name"]].tolist())
        for row in found.comparison.table_.to_dict("records")
    ]
    reference = None
    if found.data.best_accuracy is not None and found.comparison.scoring == "accuracy":
        reference = ("best possible", found.data.best_accuracy)
    key = Raw(
        '<span class="key net"></span> candidate &nbsp; <span class="key"></span> baseline &nbsp; '
        "One mark a fold; the upright stroke is the mean."
    )
    return paragraph(key) + dot_plot(rows, found.comparison.scoring, reference=reference)


def _kind(role: str) -> str:
    return "network" if role == "candidate" else role
