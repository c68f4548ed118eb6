"""The sections of the report on texts, labels and use, each from findings to HTML."""

import shlex
from typing import TYPE_CHECKING

import numpy as np

from ._facts import Confusion, audit, confusion, summarize, word_loss
from ._folder import PIPELINE
from ._html import Raw, escape, matrix, paragraph, table
from ._trials import Trial
from ._words import number, seconds, setting, shorten

if TYPE_CHECKING:
    from ._report import Findings

_MOST_CLASSES = 40
_ROLES = ("network", "baseline")


def _both(found: "Findings") -> list[tuple[Trial, str, Confusion]]:
    outcome, texts, labels = found.outcome, found.data.texts, found.data.labels
    return [
        (outcome.network, "", confusion(texts, labels, outcome.network_predicted)),
        (outcome.baseline, "base-tint", confusion(texts, labels, outcome.baseline_predicted)),
    ]


def confusions(found: "Findings") -> str:
    """The confusion matrices of the best network and the best baseline."""
    parts = []
    for trial, tint, mine in _both(found):
        names, counts = mine.classes, mine.matrix
        if len(names) > _MOST_CLASSES:
            keep = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:_MOST_CLASSES])
            names, counts = [names[i] for i in keep], counts[np.ix_(keep, keep)]
        shown = matrix([shorten(name, 24) for name in names], counts, tint)
        parts.append(f"<div><h3>{escape(trial.name)}</h3>{shown}</div>")
    told = (
        "Predictions for each row by a pipeline that was not trained on it; the network's come "
        "from the candidates that the other folds chose. Shading is the share of the label's rows."
    )
    if len(set(found.data.labels.tolist())) > _MOST_CLASSES:
        told += f" The {_MOST_CLASSES} most frequent labels are shown."
    return paragraph(told) + f'<div class="two">{"".join(parts)}</div>'


def classes(found: "Findings") -> str:
    """Precision, recall and F1 of each class, network beside baseline."""
    (network, _, one), (baseline, _, two) = _both(found)
    rows = [
        (
            shorten(name, 60),
            f"{n:,}",
            *(number(v, 2) for pair in zip(a, b, strict=True) for v in pair),
        )
        for (name, *a, n), (_, *b, _) in zip(one.per_class, two.per_class, strict=True)
    ]
    head = [
        "label",
        "rows",
        *(f"{what}, {role}" for what in ("precision", "recall", "F1") for role in _ROLES),
    ]
    never = [name for name, _, recall, *_ in one.per_class if recall == 0]
    told = f"Network: {network.name}; baseline: {baseline.name}. Out-of-fold, as above."
    parts = [paragraph(told), table(head, rows, right=tuple(range(1, 8)))]
    if never:
        shown = ", ".join(shorten(name, 40) for name in never[:10])
        parts.append(paragraph(f"{network.name} never found: {shown}."))
    return "\n".join(parts)


def mistakes(found: "Findings") -> str:
    """The pairs of labels that are taken for one another, with examples."""
    parts = []
    for trial, _, mine in _both(found):
        rows = [
            (
                shorten(true, 40),
                shorten(guess, 40),
                f"{n:,}",
                Raw("".join(f"<blockquote>{escape(shorten(t, 200))}</blockquote>" for t in texts)),
            )
            for true, guess, n, texts in mine.pairs
        ]
        parts.append(f"<h3>{escape(trial.name)}</h3>")
        if rows:
            parts.append(table(("label", "predicted", "rows", "examples"), rows, right=(2,)))
        else:
            parts.append(paragraph("No mistakes."))
    return "\n".join(parts)


def data(found: "Findings") -> str:
    """Rows, classes, lengths, duplicates, and what else is wrong with them."""
    tokens = found.network.named_steps["tokens"]
    lengths = tokens.transform(found.data.texts).lengths
    facts = summarize(found.data.texts, found.data.labels, lengths)
    median, p95, longest = facts.lengths
    rows = [
        ("source", found.data.source),
        ("rows", f"{facts.n_rows:,}"),
        ("labels", f"{len(facts.classes):,}"),
        ("words a text", f"median {median:,}, 95 % have at most {p95:,}, longest {longest:,}"),
        ("texts that occur again", f"{facts.n_duplicates:,}"),
        ("texts with more than one label", f"{facts.n_contradictions:,}"),
    ]
    parts = [table(("", ""), rows)]
    if facts.n_duplicates:
        parts.append(
            paragraph(
                "Rows with the same text (apart from case and spaces) are always in the same fold, "
                "so that no pipeline is tested on what it was trained on."
            )
        )
    wrong = audit(found.data.texts, found.data.labels, found.splits[0], seed=found.options.seed)
    if wrong:
        parts.append(paragraph("An audit of the first fold found:"))
        parts.append(table(("", ""), wrong))
    else:
        parts.append(paragraph("An audit of the first fold found nothing wrong."))
    total = facts.n_rows
    parts.append(
        table(
            ("label", "rows", "share"),
            [(shorten(name, 60), f"{n:,}", f"{n / total:.1%}") for name, n in facts.classes],
            right=(1, 2),
            wide=False,
        )
    )
    return "\n".join(parts)


def words(found: "Findings") -> str:
    """What was cut off and what was not in the vocabulary."""
    lost = word_loss(found.network, found.data.texts, found.splits[0])
    width = "as long as the longest text" if lost.maxlen is None else f"{lost.maxlen:,} words"
    rows = [
        ("texts are cut to", width),
        ("texts that were cut", f"{lost.texts_cut:.1%}"),
        ("words cut off", f"{lost.words_cut:.1%}"),
        ("vocabulary", f"{lost.vocabulary:,} ids, padding and unknown word included"),
        ("words of new texts that are unknown", f"{lost.unknown_new:.1%} of the first test fold's"),
        *lost.vectors,
    ]
    return table(("", ""), rows) + paragraph(
        "Unknown words all share one vector. The share counts a word as often as it occurs."
    )


def usage(found: "Findings") -> str:
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


def run(found: "Findings") -> str:
    """Options and versions, to repeat the run."""
    options = found.record["options"]
    shown = [
        (name.replace("_", "-"), "–" if value is None else setting(value))
        for name, value in options.items()
    ]
    versions = [(name, value) for name, value in found.record["versions"].items()]
    return (
        paragraph(f"It took {seconds(found.elapsed)}.")
        + f'<div class="two"><div>{table(("option", "value"), shown)}</div>'
        + f"<div>{table(('package', 'version'), versions)}</div></div>"
    )
