"""Does a diagnosis tell why the published models fail, the decisive cause first?

Question: of each model that practitioners asked about, fitted as published to what it was asked
about, does `diagnose` name the causes that are known, first the one that decides? And does its
suggestion, applied, end the failure?

Budget: days on one core as it stands, as rows of 3,000 words take hours for one model; half an hour
for the emotion models with --epochs 6, and for those for jobs with --texts 2000 --epochs 3.

What is known of the models is in `sk_textnn.reference`. The emotion models read self-reports of
seven emotions (ISEAR) and pretrained word vectors; those for jobs read advertisements of 30
industries. --texts draws so many texts, without classes that have fewer than ten of them then;
--epochs caps the published epochs; the width of the rows stays as published. The page says both.

    python benchmarks/diagnose_published.py [--data DIR] [--models NAME ...] [--texts N]
        [--epochs N] [--seeds N ...] [--table docs/diagnosis-of-published-models.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz, jobs_linkedin_industry.csv.gz
and vectors_googlenews_8000_300d.txt.gz. Exit code 0: all causes are named, the decisive one first.
"""

import sys
from functools import partial
from typing import Any

import numpy as np
from _common import (
    Ledger,
    Record,
    Split,
    fraction,
    make_parser,
    provenance,
    publish,
    read_split,
    table,
)
from reference_models import EMOTION_MODELS, cap, make_pipeline
from sklearn.metrics import accuracy_score, f1_score

from sk_textnn import diagnose

# What is wrong, the decisive cause first; the rest in any order.
CAUSES = {
    "minimal_lstm": ("no_mask",),
    "job_lstm_1": ("no_mask",),
    "job_lstm_2": ("no_mask",),
    "job_lstm_3": ("no_mask", "frozen_random_embedding"),
    "emotion_cnn": ("double_activation", "duplicate_tables"),
    "emotion_lstm": ("double_activation", "no_mask"),
    "emotion_cnn_lstm": ("double_activation", "no_mask", "duplicate_tables"),
}
CAPS = ("texts", "epochs")


def look(pipeline: Any, split: Split) -> Record:
    """Diagnose a published model, then fit what is suggested; return what was found."""
    pipeline.fit(split.train, split.y_train)
    report = diagnose(pipeline, split.train, split.y_train, split.test, split.y_test)
    published = pipeline.predict(split.test)
    mended = report.apply(pipeline).fit(split.train, split.y_train).predict(split.test)
    return {
        "published": outcome(split.y_test, published),
        "mended": outcome(split.y_test, mended),
        "n_classes": len(np.unique(split.y_train)),
        "found": [[finding.severity, finding.cause] for finding in report],
        "changes": {name: repr(value) for name, value in report.suggest().items()},
    }


def outcome(truth: Any, predicted: np.ndarray) -> Record:
    """Return how right predictions are, and how many classes they name."""
    return {
        "accuracy": accuracy_score(truth, predicted),
        "macro_f1": f1_score(truth, predicted, average="macro", zero_division=0),
        "n_predicted": len(np.unique(predicted)),
    }


def named(record: Record) -> list[str]:
    """Return the causes in the order in which they were told."""
    return [cause for _, cause in record["found"]]


def verdict(record: Record) -> str:
    """Return whether all known causes were told, the decisive one first."""
    known, told = CAUSES[record["settings"]["model"]], named(record)
    missed = [cause for cause in known if cause not in told]
    if missed:
        return f"missed: {', '.join(missed)}"
    return "all" if told[0] == known[0] else f"all, but {told[0]} comes first"


def make_page(records: list[Record]) -> str:
    """Return the page of the documentation."""
    records = sorted(records, key=lambda r: [*CAUSES].index(r["settings"]["model"]))
    right = sum(verdict(record) == "all" for record in records)
    missing = set(CAUSES) - {record["settings"]["model"] for record in records}
    others = f" Not run yet: {', '.join(sorted(missing))}." if missing else ""
    header = ["model", "seed", "texts", "epochs", "accuracy", "macro-F1", "classes"]
    header += [
        "known causes, the decisive one first",
        "told",
        "found, in this order; errors in bold",
    ]
    header += ["accuracy, mended", "macro-F1", "classes"]
    return f"""# Why the published models fail

{provenance(records)} Made by

{commands_of(records)}
    python benchmarks/diagnose_published.py --seeds --table docs/diagnosis-of-published-models.md

What does `diagnose` say of the models that practitioners asked about, as they were published, on
the data they were asked about? In {right} of {len(records)} runs it names every cause that is
known, the decisive one first.{others}

{table(header, [cells(record) for record in records])}

Accuracy and macro-F1 are those on the test texts; mended, of the model with all changes that
`report.suggest()` proposes, trained on the same texts. Where `class_weight` is among them, rare
classes gain at the cost of frequent ones, and the accuracy may fall while macro-F1 rises.
{not_mended(records)}

{chr(10).join(f"- {line}" for line in suggestions(records))}
"""


def not_mended(records: list[Record]) -> str:
    """Tell where what was suggested gained nothing."""
    left = {
        f"`{record['settings']['model']}`"
        for record in records
        if record["mended"]["macro_f1"] <= record["published"]["macro_f1"]
    }
    return f"No gain in macro-F1: {', '.join(sorted(left)) or 'nowhere'}."


def commands_of(records: list[Record]) -> str:
    """Return the commands that made the runs."""
    runs: dict[str, list[str]] = {}
    for record in records:
        settings = record["settings"]
        options = [f" --{n} {settings[n]}" for n in CAPS if settings[n] is not None]
        end = f"{''.join(options)} --seeds {settings['seed']}"
        runs.setdefault(end, []).append(settings["model"])
    start = "    python benchmarks/diagnose_published.py --models"
    return "\n".join(f"{start} {' '.join(models)}{end}" for end, models in runs.items())


def cells(record: Record) -> list[str]:
    settings = record["settings"]
    found = [f"**{cause}**" if kind == "error" else cause for kind, cause in record["found"]]
    return [
        f"`{settings['model']}`",
        str(settings["seed"]),
        "all" if settings["texts"] is None else str(settings["texts"]),
        "as published" if settings["epochs"] is None else str(settings["epochs"]),
        *scores(record, "published"),
        ", ".join(CAUSES[settings["model"]]),
        verdict(record),
        ", ".join(found),
        *scores(record, "mended"),
    ]


def scores(record: Record, form: str) -> list[str]:
    got = record[form]
    numbers = [fraction(got["accuracy"]), fraction(got["macro_f1"])]
    return [*numbers, f"{got['n_predicted']} of {record['n_classes']}"]


def suggestions(records: list[Record]) -> list[str]:
    """Return for each model what was suggested, once for all of its seeds that agree."""
    said = {}
    for record in records:
        changes = ", ".join(f"`{name}={value}`" for name, value in record["changes"].items())
        said[f"`{record['settings']['model']}`: {changes or 'nothing'}"] = True
    return list(said)


def main() -> int:
    parser = make_parser(__doc__, "diagnose_published")
    option = parser.add_argument
    option("--models", nargs="+", choices=CAUSES, default=list(CAUSES))
    option("--texts", type=int, metavar="N", help="of both parts at most")
    option("--epochs", type=int, metavar="N", help="at most")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.results, args.table = args.seeds[:1], None, None
        args.texts, args.epochs = 150, 1
    ledger = Ledger(args.results)
    for seed in args.seeds:
        for model in args.models:
            data = "isear" if model in EMOTION_MODELS else "jobs"
            split = read_split(data, args.data, seed, args.texts)
            settings = {
                "model": model,
                "seed": seed,
                **{name: getattr(args, name) for name in CAPS},
            }
            pipeline = make_pipeline({**settings, "form": "published"}, args.data)
            cap(pipeline, args.epochs, None)
            record = ledger.run(settings, pipeline, partial(look, pipeline, split))
            print(
                f"{model}, seed {seed}: {', '.join(scores(record, 'published'))}, "
                f"{verdict(record)}; found {', '.join(named(record))}; with what was suggested "
                f"{', '.join(scores(record, 'mended'))}",
                flush=True,
            )
    if not ledger.records:
        sys.exit("There are no runs yet.")
    publish(make_page(ledger.records), args.table)
    return int(not args.quick and any(verdict(r) != "all" for r in ledger.records))


if __name__ == "__main__":
    sys.exit(main())
