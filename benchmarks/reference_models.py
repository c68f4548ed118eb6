"""Do the models that practitioners asked about fail as published, and what mends them?

Questions: on self-reports of seven emotions (ISEAR) and on job advertisements of 30 industries,
how well does each model do as published, and how well repaired? Which single repair ends the
collapse to one class? And do the repaired models reach their floors on ISEAR, all seven classes
predicted: emotion_cnn .59, emotion_lstm .54, emotion_cnn_lstm .56?

Budget: days on one core for all of it as published, as rows padded to 3,000 words take hours for
one model; half a day a seed with --maxlen 200. That caps the width of the published rows, --epochs
the published epochs; the tables say so where a cap acts. A run that is recorded is not repeated,
so that it can be done in parts, each with caps of its own.

The emotion models read pretrained word vectors, a subset of Google News. Beside the models
TF-IDF with logistic regression and with a linear SVM, on the same splits. Seconds are those of
fit.

    python benchmarks/reference_models.py [--data DIR] [--data-sets NAME ...] [--models NAME ...]
        [--forms NAME ...] [--epochs N] [--maxlen N] [--seeds N ...]
        [--table docs/reference-models.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz, jobs_linkedin_industry.csv.gz
and vectors_googlenews_8000_300d.txt.gz. Exit code 0: no floor was missed.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from _common import (
    SPLITS,
    Ledger,
    Record,
    commands,
    each,
    evaluate,
    fraction,
    make_parser,
    mean_of,
    provenance,
    publish,
    read_split,
    seeds_of,
    span,
    table,
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
TITLES = {
    None: "",
    "published": "as published",
    "head": "head repaired",
    "mask": "mask repaired",
    "width": "width repaired",
    "head+mask": "head and mask repaired",
    "head+width": "head and width repaired",
    "all": "all repaired",
    "repaired": "the repaired model",
}
FORMS = ("published", *CHANGES, "repaired")
CHANGED_MODELS = ("emotion_lstm", "emotion_cnn_lstm")
SEVERAL_TABLES = ("emotion_cnn_lstm",)  # of word vectors, where one would do
QUICK_ON_JOBS = (*BASELINES, "minimal_lstm")
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
        if form == "all" and model in SEVERAL_TABLES:
            options["repairs"] = CHANGES[form] | {"table"}
    return getattr(reference, model)(**options)


def cap(pipeline: Any, epochs: int | None, maxlen: int | None) -> Record:
    """Shorten the training of a published form; return what was changed."""
    changed: Record = {"epochs": None, "maxlen": None}
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
    for seed in args.seeds:
        for data in args.data_sets:
            for model in args.models:
                for form in forms_of(model, data):
                    if form is not None and form not in args.forms:
                        continue
                    settings = {"data": data, "model": model, "form": form, "seed": seed}
                    pipeline = make_pipeline(settings, args.data)
                    caps: Record = {"epochs": None, "maxlen": None}
                    if form is not None and (form != "repaired" or args.quick):
                        caps = cap(pipeline, args.epochs, args.maxlen)
                    yield {**settings, **caps}, pipeline


def forms_of(model: str, data: str) -> tuple[str | None, ...]:
    """Return the forms in which a model is run on a data set."""
    if model in BASELINES:
        return (None,)
    if data == "isear" and model in CHANGED_MODELS:
        return FORMS
    return ("published", "repaired")


def misses(groups: Groups) -> list[str]:
    """Return the floors that are not reached, and classes that are not predicted."""
    missed = []
    for settings, records in groups:
        floor, accuracy = floor_of(settings), mean_of(records, "accuracy")
        if floor is None:
            continue
        if accuracy < floor:
            missed.append(f"{settings['model']} {fraction(accuracy)} instead of {fraction(floor)}")
        if not predicts_all(records):
            missed.append(f"{settings['model']} predicts {classes(records)} classes")
    return missed


def floor_of(settings: Record) -> float | None:
    if settings["data"] != "isear" or settings["form"] != "repaired":
        return None
    return FLOORS.get(settings["model"])


def predicts_all(records: list[Record]) -> bool:
    return all(record["n_predicted"] == record["n_classes"] for record in records)


def classes(records: list[Record]) -> str:
    return f"{span(records, 'n_predicted')} of {span(records, 'n_classes')}"


def sort(groups: Groups) -> Groups:
    def place(group: tuple[Record, list[Record]]) -> tuple[int, int, int]:
        settings = group[0]
        form = -1 if settings["form"] is None else FORMS.index(settings["form"])
        return DATA_SETS.index(settings["data"]), MODELS.index(settings["model"]), form

    return sorted(groups, key=place)


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
    groups = sort(groups)
    records = [record for _, group in groups for record in group]
    missed = misses(groups)
    floors = f"Missed: {'; '.join(missed)}." if missed else "No floor was missed."
    splits = "\n".join(f"- {name}: {SPLITS[name]}" for name in DATA_SETS)
    cures = "\n\n".join(filter(None, (tell_cures(groups, model) for model in CHANGED_MODELS)))
    return f"""# The reference models, as published and repaired

{provenance(records)} Made by

{commands("reference_models.py", runs_of(records), "reference-models.md")}

## All models

"As published" is the model with its faults, and with the published training, unless a line says
that its epochs or the width of its rows were capped to save hours. "The repaired model" is what
the package makes of it. Accuracy and macro-F1 are means over the seeds, on the test part; the
floors are of the repaired models on ISEAR, set beforehand. {floors}

{make_table(groups)}

The test parts:

{splits}

## One change at a time

The published form on ISEAR with single repairs: a plain softmax at its head, a mask, rows of a
width that suits the texts. "All" are these and, for `emotion_cnn_lstm`, one shared table of word
vectors; the repaired model is also trained otherwise. The loss is that of the last epoch: chance is
ln 7 = 1.946, and with a sigmoid after the softmax it cannot go under 1.630.

{make_changes_table(groups)}

{cures}
"""


def tell_cures(groups: Groups, model: str) -> str:
    """Return in words how a model collapses, and which changes alone end that."""
    rows = {s["form"]: r for s, r in groups if s["model"] == model and s["data"] == "isear"}
    if "published" not in rows:
        return ""
    published = rows["published"]
    accuracy = fraction(mean_of(published, "accuracy"))
    text = f"`{model}` as published predicts {classes(published)} classes, accuracy {accuracy}."
    tried = {form: records for form, records in rows.items() if form in CHANGES}
    cures = [form for form, records in tried.items() if predicts_all(records)]
    others = [form for form in tried if form not in cures]
    if cures:
        said = [f"{TITLES[form]} ({fraction(mean_of(tried[form], 'accuracy'))})" for form in cures]
        text += f" All classes are predicted with: {', '.join(said)}."
    if others:
        said = [f"{TITLES[form]} ({classes(tried[form])})" for form in others]
        text += f" Not all are with: {', '.join(said)}."
    return text


def runs_of(records: list[Record]) -> Iterator[tuple[str, str, str]]:
    """Yield the options that runs were made with, data set and model."""
    runs: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        runs.setdefault((record["settings"]["data"], record["settings"]["model"]), []).append(
            record
        )
    for run, theirs in runs.items():
        options = ""
        for name in ("epochs", "maxlen"):
            caps = {record["settings"][name] for record in theirs} - {None}
            options += "".join(f" --{name} {cap}" for cap in sorted(caps))
        yield f"{options} --seeds {seeds_of(theirs)}", *run


def make_table(groups: Groups) -> str:
    header = ["data set", "model", "form", "accuracy", "of each seed", "macro-F1"]
    header += ["classes predicted", "floor", "verdict", "epochs", "CPU seconds", "wall seconds"]
    rows = []
    for settings, records in groups:
        if settings["form"] in CHANGES:
            continue
        floor, accuracy = floor_of(settings), mean_of(records, "accuracy")
        good = floor is not None and accuracy >= floor and predicts_all(records)
        rows.append(
            [
                settings["data"],
                BASELINES.get(settings["model"], f"`{settings['model']}`"),
                title(settings),
                fraction(accuracy),
                each(records, "accuracy"),
                fraction(mean_of(records, "macro_f1")),
                classes(records),
                "" if floor is None else fraction(floor),
                "" if floor is None else "reached" if good else "**missed**",
                span(records, "epochs") if "epochs" in records[0] else "",
                f"{mean_of(records, 'cpu_seconds'):,.0f}",
                f"{mean_of(records, 'wall_seconds'):,.0f}",
            ]
        )
    return table(header, rows)


def make_changes_table(groups: Groups) -> str:
    header = ["model", "form", "accuracy", "of each seed", "classes predicted", "final loss"]
    header += ["epochs", "CPU seconds"]
    return table(
        header,
        (
            [
                f"`{settings['model']}`",
                title(settings),
                fraction(mean_of(records, "accuracy")),
                each(records, "accuracy"),
                classes(records),
                f"{mean(record['final_loss'] for record in records):.3f}",
                span(records, "epochs"),
                f"{mean_of(records, 'cpu_seconds'):,.0f}",
            ]
            for settings, records in groups
            if settings["model"] in CHANGED_MODELS and settings["data"] == "isear"
        ),
    )


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
    return 1 if misses(groups) and not args.quick else 0


if __name__ == "__main__":
    sys.exit(main())
