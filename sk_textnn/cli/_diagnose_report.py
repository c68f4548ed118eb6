"""The report of a diagnosis: one file that needs nothing else."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from . import _text_sections as texts
from ._examine import Examined
from ._facts import confusion
from ._finding_sections import all_findings, most_important
from ._html import answer, make_page, paragraph
from ._inputs import Data, DiagnoseOptions
from ._learning_section import learning
from ._results import versions
from ._words import count

__all__ = ["Diagnosed", "make_report"]


@dataclass
class Diagnosed:
    """All that the report tells; `comparison` is that with a baseline on the test rows."""

    options: DiagnoseOptions
    data: Data
    examined: Examined
    comparison: Any
    elapsed: float

    @property
    def verdict(self) -> tuple[str, str]:
        """What was found, in words: what is to be mended first, and how good the pipeline is."""
        return _what_is_wrong(self.examined.findings), str(self.comparison.verdict_)


def _what_is_wrong(findings: list[Any]) -> str:
    levels = Counter(finding.severity for finding in findings)
    if not findings:
        return "Nothing was found wrong."
    first = findings[0]
    name = first.cause.replace("_", " ")
    if levels["error"]:
        found = count(levels["error"], "error")
        decide = "decides" if levels["error"] == 1 else "decide"
        order = f"It is {name}" if levels["error"] == 1 else f"Mend {name} first"
        return f"{found} {decide} the result. {order}."
    if levels["warning"]:
        return (
            "No error was found that decides the result, but "
            f"{count(levels['warning'], 'warning')}, first of all {name}."
        )
    return "Neither error nor warning was found."


def make_report(found: Diagnosed) -> str:
    """Return the report as an HTML page.

    Parameters
    ----------
    found : Diagnosed

    Returns
    -------
    str
    """
    examined, data = found.examined, found.data
    train, test = examined.split
    judged = _judged(found)
    errors = any(finding.severity == "error" for finding in examined.findings)
    wrong, against_baseline = found.verdict
    verdict = answer(wrong, "bad" if errors else "") + paragraph(against_baseline)
    more = (("rows to train on", f"{len(train):,}"), ("rows to test on", f"{len(test):,}"))
    told = f"Predictions for the {count(len(test), 'text')} that were not trained on."
    record = {"options": asdict(found.options), "versions": versions()}
    parts = (
        ("verdict", "Verdict", verdict + most_important(examined)),
        ("findings", "Findings", all_findings(examined, data)),
        (
            "learning",
            "Learning curve",
            learning(examined.name, examined.pipeline, "the training rows"),
        ),
        ("confusion", "Confusion", texts.confusions(judged, told)),
        ("classes", "Each class", texts.classes(judged)),
        ("mistakes", "Most frequent mistakes", texts.mistakes(judged)),
        ("data", "The data", texts.data(data, more)),
        (
            "words",
            "Words the network did not see",
            texts.words(examined.pipeline, data.texts, examined.split),
        ),
        ("run", "This run", texts.run(record, found.elapsed)),
    )
    title = f"What is wrong with {examined.name}?"
    return make_page(title, found.options.data or "a made corpus", parts)


def _judged(found: Diagnosed) -> list[texts.Judged]:
    """The predictions of the pipeline and of the baseline."""
    _, test = found.examined.split
    read, labels = [found.data.texts[row] for row in test], found.data.labels[test]
    predicted = found.comparison.predictions
    return [
        texts.Judged(name, role, confusion(read, labels, predicted[name].to_numpy()))
        for name, role in zip(predicted, ("pipeline", "baseline"), strict=True)
    ]
