"""The sections of the report, each a function from findings to HTML."""

import shlex
from typing import TYPE_CHECKING

import numpy as np

from ._charts import dot_plot, line_chart
from ._facts import Confusion, confusion, summarize, word_loss
from ._folder import NETWORK, PIPELINE
from ._html import Raw, escape, matrix, paragraph, table
from ._trials import Trial
from ._words import (
    count,
    describe,
    interval,
    number,
    p_value,
    parameter,
    seconds,
    setting,
    shorten,
    signed,
)

if TYPE_CHECKING:
    from ._report import Findings

_MOST_CLASSES = 40
_ROLES = ("network", "baseline")


def verdict(found: "Findings") -> str:
    """The answer, the architecture, and what to do with it."""
    outcome = found.outcome
    kind = "answer" if outcome.network_wins else "answer base"
    parts = [paragraph(outcome.verdict, kind)]
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
    if found.data.best_accuracy is not None and found.options.scoring == "accuracy":
        parts.append(
            paragraph(
                f"This corpus was made, so the best possible accuracy is known: "
                f"{number(found.data.best_accuracy)}. A model that only counts words can expect "
                f"{number(found.data.best_accuracy_without_order)} at best."
            )
        )
    return "\n".join(parts)


def comparison(found: "Findings") -> str:
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
    return "\n".join(
        [table(head, cells, right=(2, 3, 4, 5, 6, 7), best=best), paragraph(why), paragraph(test)]
    )


def folds(found: "Findings") -> str:
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


def candidates(found: "Findings") -> str:
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
        parts.extend(
            paragraph(f"{trial.title} failed: {shorten(trial.error, 400)}")
            for trial in mine
            if not trial.ok
        )
    parts.append(
        paragraph(
            "Parameters that are not listed have their defaults. Differences between candidates "
            "that are smaller than their spread over the folds may be luck."
        )
    )
    return "\n".join(parts)


def _clf_first(name: str) -> tuple[bool, str]:
    return (not name.startswith("clf__"), name)


def learning(found: "Findings") -> str:
    """Loss and accuracy of the best network by epoch, fitted on all rows."""
    classifier = found.network.steps[-1][1]
    history = classifier.history_
    losses = history.get("val_loss")
    best = None if not losses else int(np.argmin(losses)) + 1
    charts = []
    for name in ("loss", "accuracy"):
        series = [("training", "base", history.get(name, []))]
        if f"val_{name}" in history:
            series.append(("validation", "net", history[f"val_{name}"]))
        charts.append(f"<div>{line_chart(series, name, mark=best)}</div>")
    key = Raw(
        '<span class="key net"></span> validation rows &nbsp; <span class="key"></span> '
        "training rows"
    )
    n_epochs = len(history["loss"])
    told = f"{found.outcome.network.name} fitted on all rows for {count(n_epochs, 'epoch')}"
    if best is not None:
        told += (
            f"; the validation loss is lowest in epoch {best}, whose weights were kept. The "
            "validation rows were spared from training. Training loss and accuracy are measured "
            "with dropout on, so they can be worse than those of validation"
        )
    return paragraph(told + ".") + paragraph(key) + f'<div class="two">{"".join(charts)}</div>'


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
    """Rows, classes, lengths, duplicates."""
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
                "Rows with the same text (apart from case and spaces) can stand in training and "
                "test folds at once, which flatters every pipeline. Drop them to be sure."
            )
        )
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
