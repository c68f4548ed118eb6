"""The sections of the reports on texts and labels, each a function from facts to HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._facts import Confusion, has_words, summarize, word_loss
from ._html import Raw, escape, matrix, paragraph, table
from ._inputs import Data
from ._splits import Split
from ._words import number, seconds, setting, shorten

__all__ = ["Judged", "classes", "confusions", "data", "mistakes", "run", "words"]

_MOST_CLASSES = 40


@dataclass
class Judged:
    """The predictions of a pipeline, and whether it is a network or a baseline."""

    name: str
    role: str
    confusion: Confusion


def confusions(judged: Sequence[Judged], told: str) -> str:
    """The confusion matrices, after a sentence on whose predictions they are."""
    parts = []
    for mine in judged:
        names, counts = mine.confusion.classes, mine.confusion.matrix
        if len(names) > _MOST_CLASSES:
            keep = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:_MOST_CLASSES])
            names, counts = [names[i] for i in keep], counts[np.ix_(keep, keep)]
        tint = "base-tint" if mine.role == "baseline" else ""
        shown = matrix([shorten(name, 24) for name in names], counts, tint)
        parts.append(f"<div><h3>{escape(mine.name)}</h3>{shown}</div>")
    told += " Shading is the share of the label's rows."
    if any(len(mine.confusion.classes) > _MOST_CLASSES for mine in judged):
        told += f" The {_MOST_CLASSES} most frequent labels are shown."
    return paragraph(told) + f'<div class="two">{"".join(parts)}</div>'


def classes(judged: Sequence[Judged]) -> str:
    """Precision, recall and F1 of each class, the pipelines side by side."""
    rows = [
        (
            shorten(lines[0][0], 60),
            f"{lines[0][-1]:,}",
            *(number(line[place], 2) for place in (1, 2, 3) for line in lines),
        )
        for lines in zip(*(mine.confusion.per_class for mine in judged), strict=True)
    ]
    several = len(judged) > 1
    head = [
        "label",
        "rows",
        *(
            f"{what}, {mine.role}" if several else what
            for what in ("precision", "recall", "F1")
            for mine in judged
        ),
    ]
    told = "; ".join(f"{mine.role}: {mine.name}" for mine in judged)
    parts = [
        paragraph(f"{told[0].upper()}{told[1:]}. Of the same predictions as above."),
        table(head, rows, right=tuple(range(1, len(head)))),
    ]
    first = judged[0]
    never = [name for name, _, recall, *_ in first.confusion.per_class if recall == 0]
    if never:
        shown = ", ".join(shorten(name, 40) for name in never[:10])
        parts.append(paragraph(f"{first.name} never found: {shown}."))
    return "\n".join(parts)


def mistakes(judged: Sequence[Judged]) -> str:
    """The pairs of labels that are taken for one another, with examples."""
    parts = []
    for mine in judged:
        rows = [
            (
                shorten(true, 40),
                shorten(guess, 40),
                f"{n:,}",
                Raw("".join(f"<blockquote>{escape(shorten(t, 200))}</blockquote>" for t in texts)),
            )
            for true, guess, n, texts in mine.confusion.pairs
        ]
        parts.append(f"<h3>{escape(mine.name)}</h3>")
        if rows:
            parts.append(table(("label", "predicted", "rows", "examples"), rows, right=(2,)))
        else:
            parts.append(paragraph("No mistakes."))
    return "\n".join(parts)


def data(read: Data, more: Sequence[tuple[str, str]] = ()) -> str:
    """Rows, classes, lengths and duplicates."""
    facts = summarize(read.texts, read.labels)
    median, p95, longest = facts.lengths
    rows = [
        ("source", read.source),
        ("rows", f"{facts.n_rows:,}"),
        *more,
        ("labels", f"{len(facts.classes):,}"),
        ("words a text", f"median {median:,}, 95 % have at most {p95:,}, longest {longest:,}"),
        ("texts that occur again", f"{facts.n_duplicates:,}"),
        ("texts with more than one label", f"{facts.n_contradictions:,}"),
    ]
    total = facts.n_rows
    return table(("", ""), rows) + table(
        ("label", "rows", "share"),
        [(shorten(name, 60), f"{n:,}", f"{n / total:.1%}") for name, n in facts.classes],
        right=(1, 2),
        wide=False,
    )


def words(pipeline: Any, texts: list[str], split: Split) -> str:
    """What was cut off and what was not in the vocabulary; empty for a pipeline without words."""
    if not has_words(pipeline):
        return ""
    lost = word_loss(pipeline, texts, split)
    width = "as long as the longest text" if lost.maxlen is None else f"{lost.maxlen:,} words"
    rows = [
        ("texts are cut to", width),
        ("texts that were cut", f"{lost.texts_cut:.1%}"),
        ("words cut off", f"{lost.words_cut:.1%}"),
        ("vocabulary", f"{lost.vocabulary:,} ids, padding and unknown word included"),
        (
            "words of new texts that are unknown",
            f"{lost.unknown_new:.1%} of those of the test rows",
        ),
        *lost.vectors,
    ]
    return table(("", ""), rows) + paragraph(
        "Unknown words all share one vector. The share counts a word as often as it occurs."
    )


def run(record: Mapping[str, Any], elapsed: float) -> str:
    """Options and versions, to repeat the run."""
    shown = [
        (name.replace("_", "-"), "–" if value is None else setting(value) or "–")
        for name, value in record["options"].items()
    ]
    versions = list(record["versions"].items())
    return (
        paragraph(f"It took {seconds(elapsed)}.")
        + f'<div class="two"><div>{table(("option", "value"), shown)}</div>'
        + f"<div>{table(('package', 'version'), versions)}</div></div>"
    )
