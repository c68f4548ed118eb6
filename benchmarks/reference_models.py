"""Do the models that practitioners asked about fail as published, and what mends them?

Questions: on self-reports of seven emotions (ISEAR) and on job advertisements of 30 industries,
how well does each model do as published, and how well repaired? Which single repair ends the
collapse to one class: all classes are predicted, and better than by chance? And do the repaired
models reach their floors on ISEAR in the mean of three seeds, all seven classes predicted:
emotion_cnn .59, emotion_lstm .54, emotion_cnn_lstm .56?

Budget: days on one core for all of it as published, as rows padded to 3,000 words take hours for
one model; half a day a seed with --maxlen 200. That caps the width of the published rows, --epochs
the published epochs; the tables say so where a cap acts. A run that is recorded is not repeated,
so that it can be done in parts, each with caps of its own.

The emotion models read pretrained word vectors, a subset of Google News. Beside the models TF-IDF
with logistic regression and a linear SVM, on the same splits. Seconds are those of fit.

    python benchmarks/reference_models.py [--data DIR] [--data-sets NAME ...] [--models NAME ...]
        [--forms NAME ...] [--epochs N] [--maxlen N] [--seeds N ...]
        [--table docs/reference-models.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz, jobs_linkedin_industry.csv.gz
and vectors_googlenews_8000_300d.txt.gz. Exit code 0: all floors are reached, by three seeds each.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from _common import (
    N_SEEDS,
    REACHED,
    SPLITS,
    Ledger,
    Record,
    commands,
    each,
    evaluate,
    fraction,
    judge,
    make_parser,
    mean_of,
    provenance,
    publish,
    read_split,
    seeds_of,
    span,
    table,
    tell_floors,
)

from sk_textnn import make_tfidf_baselines, reference

DATA_SETS = ("isear", "jobs")
BASELINES = {
    "tfidf_logistic_regression": "TF-IDF, logistic regression",
    "tfidf_linear_svm": "TF-IDF, linear SVM",
}
JOB_MODELS = ("minimal_lstm", "job_lstm_1", "job_lstm_2", "job_lstm_3")
EMOTION_MODELS = ("emotion_cnn", "emotion_lstm", "emotion_cnn_lstm")
MODELS = (*BASELINES, *JOB_MODELS, *EMOTION_MODELS)
VECTORS = "vectors_googlenews_8000_300d.txt.gz"

CHANGES = {  # of the published form, one at a time and together
    "head": {"head"},
    "mask": {"mask"},
    "width": {"width"},
    "head+mask": {"head", "mask"},
    "head+width": {"head", "width"},
    "all": {"head", "mask", "width"},
}
TITLES: dict[str | None, str] = {
    None: "",
    "published": "as published",
    **{form: f"{form.replace('+', ' and ')} repaired" for form in CHANGES},
    "repaired": "the repaired model",
}
FORMS = ("published", *CHANGES, "repaired")
CHANGED_MODELS = ("emotion_lstm", "emotion_cnn_lstm")
QUICK_ON_JOBS = (*BASELINES, "minimal_lstm")
NOT_OF_CHANGES = {"data set", "macro-F1", "floor", "verdict", "wall seconds"}  # columns
CAPS = ("epochs", "maxlen")
FLOORS = {"emotion_cnn": 0.59, "emotion_lstm": 0.54, "emotion_cnn_lstm": 0.56}
Groups = list[tuple[Record, list[Record]]]


def make_pipeline(settings: Record, folder: str | None) -> Any:
    """Return the pipeline of a run."""
    model, form, seed = settings["model"], settings["form"], settings["seed"]
    if model in BASELINES:
        return make_tfidf_baselines(random_state=seed)[model]
    options: Record = {"as_published": form != "repaired", "random_state": seed}
    if model in EMOTION_MODELS:
        options["vectors"] = Path(folder or "", VECTORS)
    if form in CHANGES:
        options["repairs"] = CHANGES[form]
        if form == "all" and model == "emotion_cnn_lstm":  # a table a branch
            options["repairs"] = CHANGES[form] | {"table"}
    return getattr(reference, model)(**options)


def cap(pipeline: Any, epochs: int | None, maxlen: int | None) -> Record:
    """Shorten the training of a published form; return what was changed."""
    changed: Record = dict.fromkeys(CAPS)
    if epochs is not None and pipeline["clf"].epochs > epochs:
        pipeline.set_params(clf__epochs=epochs)
        changed["epochs"] = epochs
    width = pipeline["pad"].maxlen
    if maxlen is not None and isinstance(width, int) and width > maxlen:
        pipeline.set_params(pad__maxlen=maxlen)
        changed["maxlen"] = maxlen
    return changed


def plan(args: argparse.Namespace) -> Iterator[tuple[Record, Any]]:
    """Yield settings and pipeline of all runs that the options ask for."""
    for seed, data, model in product(args.seeds, args.data_sets, args.models):
        for form in forms_of(model, data):
            if form is not None and form not in args.forms:
                continue
            settings = {"data": data, "model": model, "form": form, "seed": seed}
            pipeline = make_pipeline(settings, args.data)
            caps: Record = dict.fromkeys(CAPS)
            if form is not None and (form != "repaired" or args.quick):
                caps = cap(pipeline, args.epochs, args.maxlen)
            yield {**settings, **caps}, pipeline


def forms_of(model: str, data: str) -> tuple[str | None, ...]:
    """Return the forms in which a model is run on a data set."""
    if model in BASELINES:
        return (None,)
    return FORMS if data == "isear" and model in CHANGED_MODELS else ("published", "repaired")


def judge_floors(groups: Groups) -> dict[str, str]:
    """Return for each floor whether it is reached, or why not."""
    found = {s["model"]: judge_model(s, r) for s, r in groups if floor_of(s) is not None}
    return {model: found.get(model, judge([], floor)) for model, floor in FLOORS.items()}


def judge_model(settings: Record, records: list[Record]) -> str:
    """Return whether a model reaches its floor and predicts all classes, or why not."""
    floor = floor_of(settings)
    verdict = "" if floor is None else judge(records, floor)
    if floor is None or predicts_all(records):
        return verdict
    lack = f"predicts {classes(records)} classes"
    return lack if verdict == REACHED else f"{verdict}, {lack}"


def floor_of(settings: Record) -> float | None:
    has_floor = settings["data"] == "isear" and settings["form"] == "repaired"
    return FLOORS.get(settings["model"]) if has_floor else None


def predicts_all(records: list[Record]) -> bool:
    return all(record["n_predicted"] == record["n_classes"] for record in records)


def beats_chance(records: list[Record]) -> bool:
    """Tell whether the accuracy is more than two binomial standard errors above chance."""
    chance = 1 / records[0]["n_classes"]
    n_texts = sum(record["n_test"] for record in records)
    error = (chance * (1 - chance) / n_texts) ** 0.5
    return mean_of(records, "accuracy") > chance + 2 * error


def classes(records: list[Record]) -> str:
    return f"{span(records, 'n_predicted')} of {span(records, 'n_classes')}"


def place(group: tuple[Record, list[Record]]) -> tuple[int, ...]:
    """Return what the lines of the tables are sorted by."""
    s = group[0]
    return DATA_SETS.index(s["data"]), MODELS.index(s["model"]), [None, *FORMS].index(s["form"])


def title(settings: Record) -> str:
    """Return the form in words, with the caps that it was run under."""
    words = TITLES[settings["form"]]
    if settings["epochs"] is not None:
        words += f", epochs capped at {settings['epochs']}"
    if settings["maxlen"] is not None:
        words += f", width capped at {settings['maxlen']}"
    return words


def make_page(groups: Groups) -> str:
    """Return the page of the documentation."""
    groups = sorted(groups, key=place)
    records = [record for _, group in groups for record in group]
    splits = "\n".join(f"- {name}: {SPLITS[name]}" for name in DATA_SETS)
    models = [g for g in groups if g[0]["form"] not in CHANGES]
    changes = [g for g in groups if g[0]["data"] == "isear" and g[0]["model"] in CHANGED_MODELS]
    cures = "\n\n".join(filter(None, (tell_cures(groups, model) for model in CHANGED_MODELS)))
    return f"""# The reference models, as published and repaired

{provenance(records)} Made by

{commands("reference_models.py", runs_of(groups), "reference-models.md")}

## All models

"As published" is the model with its faults, and with the published training, unless a line says
that its epochs or the width of its rows were capped to save hours. "The repaired model" is what
the package makes of it. Accuracy and macro-F1 are means over the seeds, on the test part. Floors,
set beforehand, are for the repaired models on ISEAR; it takes {N_SEEDS} seeds to reach one, and all
classes predicted.
Seconds are rough: other programs may have run on the same machine.

{tell_floors(judge_floors(groups))}

The best epoch is that of the lowest loss on validation texts; a published model has none, and its
last epoch counts. "Epochs in all" are also those after it and, of a repaired model, those of its
second training, on all texts.

{make_table(models, without={"loss"})}

The test parts:

{splits}

## One change at a time

The published form on ISEAR with single repairs: a plain softmax at its head, a mask, rows of a
width that suits the texts. "All" are these and, for `emotion_cnn_lstm`, one shared table of word
vectors; the repaired model is also trained otherwise. A repaired mask also cuts each batch to its
longest text, which is why it takes so few seconds; and in `emotion_cnn` it lets the windows reach
beyond both ends of a text.

The loss is the training loss of the last epoch, of the repaired model that of its second training:
chance is ln 7 = 1.946, and with a sigmoid after the softmax it cannot go under 1.630.

{make_table(changes, without=NOT_OF_CHANGES)}

A change ends the collapse if all classes are predicted, and the accuracy is above that of chance,
1/7, by more than two binomial standard errors of the mean over the seeds. Anything less is called
"at chance": noise can predict all classes, too.

{cures}
"""


def tell_cures(groups: Groups, model: str) -> str:
    """Return in words how a model collapses, and which changes alone end that.

    Of a form that was run under several caps, the least capped counts; its title tells them.
    """
    forms = {}
    for settings, records in sorted(groups, key=lambda g: [g[0][c] or float("inf") for c in CAPS]):
        if settings["model"] == model and settings["data"] == "isear":
            forms[settings["form"]] = settings, records
    if "published" not in forms:
        return ""
    sentences = [f"`{model}`: {tell(*forms['published'])}."]
    tried = [forms[form] for form in CHANGES if form in forms]
    ends = [group for group in tried if predicts_all(group[1]) and beats_chance(group[1])]
    others = [group for group in tried if group not in ends]
    if ends:
        said = "; ".join(tell(*group) for group in ends)
        sentences.append(f"All classes are predicted, and better than by chance, with: {said}.")
    if others:
        sentences.append(f"Not so with: {'; '.join(tell(*group) for group in others)}.")
    return " ".join(sentences)


def tell(settings: Record, records: list[Record]) -> str:
    accuracy = fraction(mean_of(records, "accuracy"))
    chance = "" if beats_chance(records) else ", at chance"
    return f"{title(settings)} ({classes(records)} classes, accuracy {accuracy}{chance})"


def runs_of(groups: Groups) -> Iterator[tuple[str, str, str]]:
    """Yield the options that runs were made with, data set and model."""
    runs: dict[tuple[str, str, str], list[str]] = {}
    for settings, records in groups:
        caps = [f" --{name} {settings[name]}" for name in CAPS if settings[name] is not None]
        options = f"{''.join(caps)} --seeds {seeds_of(records)}"
        forms = runs.setdefault((options, settings["data"], settings["model"]), [])
        forms += [settings["form"]] if settings["form"] is not None else []
    for (options, data, model), forms in runs.items():
        yield f" --forms {' '.join(forms)}{options}" if forms else options, data, model


def make_table(groups: Groups, *, without: set[str]) -> str:
    if not groups:
        return "There are no such runs yet."
    rows = [cells(settings, records) for settings, records in groups]
    columns = [name for name in rows[0] if name not in without]
    return table(columns, ([row[name] for name in columns] for row in rows))


def cells(settings: Record, records: list[Record]) -> dict[str, str]:
    """Return what the tables can tell of a group, by column."""
    floor, verdict = floor_of(settings), judge_model(settings, records)
    known = all("training_loss" in record for record in records)
    return {
        "data set": settings["data"],
        "model": BASELINES.get(settings["model"], f"`{settings['model']}`"),
        "form": title(settings),
        "accuracy": fraction(mean_of(records, "accuracy")),
        "of each seed": each(records, "accuracy"),
        "macro-F1": fraction(mean_of(records, "macro_f1")),
        "classes predicted": classes(records),
        "floor": "" if floor is None else fraction(floor),
        "verdict": verdict if verdict in ("", REACHED) else f"**{verdict}**",
        "loss": f"{mean_of(records, 'training_loss'):.3f}" if known else "",
        "best epoch": span(records, "best_epoch"),
        "epochs in all": span(records, "epochs_in_all"),
        "CPU seconds": f"{mean_of(records, 'cpu_seconds'):,.0f}",
        "wall seconds": f"{mean_of(records, 'wall_seconds'):,.0f}",
    }


def main() -> int:
    parser = make_parser(__doc__, "reference_models")
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--epochs", type=int, metavar="N", help="cap those of published forms")
    parser.add_argument("--maxlen", type=int, metavar="N", help="cap the width of published rows")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.results, args.table = args.seeds[:1], None, None
        args.epochs, args.maxlen = 1, 40
    ledger = Ledger(args.results)
    for settings, pipeline in plan(args):
        name, seed = settings["data"], settings["seed"]
        if args.quick and name == "jobs" and settings["model"] not in QUICK_ON_JOBS:
            continue
        split = read_split(name, args.data, seed, 200 if args.quick else None)
        record = ledger.run(settings, pipeline, lambda p=pipeline, s=split: evaluate(p, s))
        print(
            f"{name}, {settings['model']} {title(settings)}, seed {seed}: "
            f"{fraction(record['accuracy'])}, {record['n_predicted']} classes, "
            f"{record['cpu_seconds']:,.0f} CPU seconds",
            flush=True,
        )
    groups = ledger.grouped()
    if not groups:
        sys.exit("There are no runs yet.")
    publish(make_page(groups), args.table)
    return 0 if args.quick or set(judge_floors(groups).values()) == {REACHED} else 1


if __name__ == "__main__":
    sys.exit(main())
