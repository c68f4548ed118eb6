"""report.html: one file that needs nothing else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import _score_sections as scores
from . import _text_sections as texts
from ._html import PAGE_STYLE, escape
from ._inputs import Data, SearchOptions
from ._outcome import Outcome
from ._trials import Trial

__all__ = ["Findings", "make_report"]


@dataclass
class Findings:
    """All that the report tells.

    `network` is the best network's pipeline, fitted on all rows; `record` is run.json.
    """

    folder: Path
    options: SearchOptions
    data: Data
    trials: list[Trial]
    splits: list[tuple[np.ndarray, np.ndarray]]
    outcome: Outcome
    network: Any
    record: dict[str, Any]
    elapsed: float


def make_report(found: Findings) -> str:
    """Return the report as an HTML page.

    Parameters
    ----------
    found : Findings

    Returns
    -------
    str
    """
    parts = (
        ("verdict", "Verdict", scores.verdict(found)),
        ("comparison", "Comparison", scores.comparison(found)),
        ("folds", "Score on every fold", scores.folds(found)),
        ("candidates", "The search", scores.candidates(found)),
        ("learning", "Learning curve", scores.learning(found)),
        ("confusion", "Confusion", texts.confusions(found)),
        ("classes", "Each class", texts.classes(found)),
        ("mistakes", "Most frequent mistakes", texts.mistakes(found)),
        ("data", "The data", texts.data(found)),
        ("words", "Words the network did not see", texts.words(found)),
        ("use", "How to use the saved pipeline", texts.usage(found)),
        ("run", "This run", texts.run(found)),
    )
    links = " ".join(f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title, _ in parts[1:])
    body = "\n".join(
        f'<section id="{anchor}">\n<h2>{escape(title)}</h2>\n{content}\n</section>'
        for anchor, title, content in parts
    )
    source = found.options.data or "a made corpus"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>sk-textnn: {escape(source)}</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n"
        f'<body>\n<header>\n<h1>Does a network beat TF-IDF?</h1>\n<p class="muted">'
        f"{escape(source)}</p>\n</header>\n<main>\n{body}\n</main>\n"
        f'<nav aria-label="Sections">{links}</nav>\n</body>\n</html>\n'
    )
