"""report.html of the search: one file that needs nothing else."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import _score_sections as scores
from . import _text_sections as texts
from ._examine import Examined
from ._facts import confusion
from ._finding_sections import all_findings, most_important
from ._folder import PIPELINE
from ._html import escape, make_page, paragraph
from ._inputs import Data, SearchOptions
from ._learning_section import learning
from ._outcome import Outcome
from ._splits import Split
from ._trials import Trial

__all__ = ["Searched", "make_report"]

_TOLD = (
    "Predictions for each row by a pipeline that was not trained on it; the network's come from "
    "the candidates that the other folds chose."
)


@dataclass
class Searched:
    """All that the report tells.

    `network` is the best network's pipeline, fitted on all rows; `examined` the diagnosis of the
    same, fitted without the first fold; `record` is run.json.
    """

    folder: Path
    options: SearchOptions
    data: Data
    trials: list[Trial]
    splits: list[Split]
    outcome: Outcome
    network: Any
    examined: Examined
    record: dict[str, Any]
    elapsed: float


def make_report(found: Searched) -> str:
    """Return the report as an HTML page.

    Parameters
    ----------
    found : Searched

    Returns
    -------
    str
    """
    outcome = found.outcome
    judged = [
        _judged(found, outcome.network, outcome.network_predicted),
        _judged(found, outcome.baseline, outcome.baseline_predicted),
    ]
    curve = learning(outcome.network.name, found.network, "all rows")
    parts = (
        ("verdict", "Verdict", scores.verdict(found) + most_important(found.examined)),
        ("comparison", "Comparison", scores.comparison(found)),
        ("folds", "Score on every fold", scores.folds(found)),
        ("candidates", "The search", scores.candidates(found)),
        ("learning", "Learning curve", curve),
        ("findings", "Findings", all_findings(found.examined, found.data)),
        ("confusion", "Confusion", texts.confusions(judged, _TOLD)),
        ("classes", "Each class", texts.classes(judged)),
        ("mistakes", "Most frequent mistakes", texts.mistakes(judged)),
        ("data", "The data", texts.data(found.data)),
        ("words", "Words the network did not see", _words(found)),
        ("use", "How to use the saved pipeline", _usage(found)),
        ("run", "This run", texts.run(found.record, found.elapsed)),
    )
    return make_page("Does a network beat TF-IDF?", found.options.data or "a made corpus", parts)


def _judged(found: Searched, trial: Trial, predicted: np.ndarray) -> texts.Judged:
    counted = confusion(found.data.texts, found.data.labels, predicted)
    return texts.Judged(trial.name, trial.role, counted)


def _words(found: Searched) -> str:
    return texts.words(found.network, found.data.texts, found.splits[0])


def _usage(found: Searched) -> str:
    """A snippet and the predict command."""
    path = found.folder / PIPELINE
    snippet = (
        "import joblib\n\n"
        f"pipeline = joblib.load({str(path)!r})\n"
        'pipeline.predict(["a new text", "and another"])\n'
    )
    if hasattr(found.network, "predict_proba") and found.outcome.network_wins:
        snippet += 'pipeline.predict_proba(["a new text"])  # columns: pipeline.classes_\n'
    command = f"sk-textnn predict {shlex.quote(str(found.folder))} new.csv --out predictions.csv"
    caution = (
        "A joblib file can run any code when it is loaded: load only files that you or people you "
        "trust have made, with the versions of the packages named below."
    )
    return (
        f"<pre><code>{escape(snippet)}</code></pre>"
        + paragraph("Or from the command line:")
        + f"<pre><code>{escape(command)}</code></pre>"
        + paragraph(caution)
    )
