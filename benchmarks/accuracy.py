"""Do the networks, as they come and without pretrained vectors, reach what they promise?

Question: with nothing set but the seed, is the mean accuracy over three seeds at least the floor
of each network: CNN trec6 .895, mr .75, isear .59, 20ng .80; the better of LSTM and GRU, with
their best pooling, .89, .75, .57, .75; averaging 20ng .82?

Budget: an hour and a half on one core, most of it for 20ng. It can be done in parts: what is
recorded is not run again.

The pipeline is tokenizer, padder, network; word vectors start at random. Texts are read whole,
but for 20ng, whose longest has 11,821 words: there the first 400 are. Beside them TF-IDF with
logistic regression, on the same splits. CPU seconds are those of fit, over all threads.

    python benchmarks/accuracy.py [--data DIR] [--data-sets NAME ...] [--models NAME ...]
        [--seeds N ...] [--maxlen N] [--set MODEL.PARAMETER=VALUE ...] [--table docs/accuracy.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds NAME.csv.gz of each data set. --set changes
a network, for the line to be a second one in the table: --models gru --set gru.bidirectional=True.
Such lines have no floor, but for an LSTM or GRU of another pooling. Exit code 0: all floors are
reached, each by three seeds or more.
"""

import ast
import shlex
import sys
from collections.abc import Iterator, Sequence
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
from sklearn.pipeline import Pipeline

from sk_textnn import make_text_classifier, make_tfidf_baselines

BASELINE = "TF-IDF, logistic regression"
NETWORKS = ("averaging", "cnn", "lstm", "gru")
FAMILIES = {"gru": "lstm"}  # has the floors of
FREE = {"lstm": {"pooling"}}  # parameters of a family that leave a line its floor
DATA_SETS = ("trec6", "mr", "isear", "20ng")
FLOORS = {
    "trec6": {"cnn": 0.895, "lstm": 0.89},
    "mr": {"cnn": 0.75, "lstm": 0.75},
    "isear": {"cnn": 0.59, "lstm": 0.57},
    "20ng": {"cnn": 0.80, "lstm": 0.75, "averaging": 0.82},
}
FEW_TEXTS = 300
Groups = list[tuple[Record, list[Record]]]


def make_pipeline(model: str, changes: Record, maxlen: int | None, seed: int) -> Pipeline:
    """Return the pipeline of a line of the table."""
    if model == BASELINE:
        return make_tfidf_baselines(random_state=seed)["tfidf_logistic_regression"]
    pipeline = make_text_classifier(model, random_state=seed).set_params(embed="passthrough")
    if maxlen is not None:
        pipeline.set_params(pad__maxlen=maxlen, pad__truncating="post")
    return pipeline.set_params(**{f"clf__{name}": value for name, value in changes.items()})


def read_changes(options: list[str]) -> dict[str, Record]:
    """Return what --set asks for, by model."""
    changes: dict[str, Record] = {name: {} for name in NETWORKS}
    for option in options:
        name, _, value = option.partition("=")
        model, _, parameter = name.partition(".")
        if model not in NETWORKS or not parameter or not value:
            sys.exit(f"--set takes MODEL.PARAMETER=VALUE such as lstm.units=128, not {option!r}.")
        try:
            changes[model][parameter] = ast.literal_eval(value)
        except (SyntaxError, ValueError):  # a bare word
            changes[model][parameter] = value
    return changes


def family_of(settings: Record) -> str:
    model: str = settings["model"]
    return FAMILIES.get(model, model)


def floor_of(settings: Record) -> float | None:
    """Return the floor that a line can reach: none, if more was set than is left free."""
    family = family_of(settings)
    if not set(settings["changes"]) <= FREE.get(family, set()):
        return None
    return FLOORS[settings["data"]].get(family)


def judge_floors(groups: Groups) -> dict[str, str]:
    """Return for each floor whether the best line of its family reaches it, or why not."""
    lines: dict[tuple[str, str], list[list[Record]]] = {}
    for settings, records in groups:
        if floor_of(settings) is not None:
            lines.setdefault((settings["data"], family_of(settings)), []).append(records)

    def quality(records: Sequence[Record]) -> tuple[int, float]:
        return min(len(records), N_SEEDS), mean_of(records, "accuracy")

    return {
        f"{family} on {data}": judge(
            max(lines.get((data, family), []), key=quality, default=[]), floor
        )
        for data, floors in FLOORS.items()
        for family, floor in floors.items()
    }


def make_page(groups: Groups) -> str:
    """Return the page of the documentation."""
    records = [record for _, group in groups for record in group]
    order = [BASELINE, *NETWORKS]
    groups = sorted(
        groups,
        key=lambda group: (DATA_SETS.index(group[0]["data"]), order.index(group[0]["model"])),
    )
    splits = "\n".join(f"- {name}: {SPLITS[name]}" for name in DATA_SETS)
    return f"""# Accuracy of the defaults

{provenance(records)} Made by

{commands("accuracy.py", runs_of(groups), "accuracy.md")}

Nothing of the networks was set but what their line says; word vectors start at random. The mean
accuracy on the test part over the seeds, against a floor that was set beforehand. A floor is one of
the defaults, so that lines with other parameters have none; LSTM and GRU share theirs and may
differ in the pooling, and the best of their lines counts. It takes {N_SEEDS} seeds to reach one.

{tell_floors(judge_floors(groups))}

{make_table(groups)}

The test parts:

{splits}
"""


def runs_of(groups: Groups) -> Iterator[tuple[str, str, str]]:
    """Yield the options that runs were made with, data set and model."""
    for settings, records in groups:
        model = settings["model"]
        options = "" if settings["maxlen"] is None else f" --maxlen {settings['maxlen']}"
        for name, value in settings["changes"].items():
            options += f" --set {shlex.quote(f'{model}.{name}={value}')}"
        options += f" --seeds {seeds_of(records)}"
        yield options, settings["data"], "tfidf" if model == BASELINE else model


def make_table(groups: Groups) -> str:
    header = ["data set", "model", "accuracy", "of each seed", "macro-F1", "floor", "verdict"]
    header += ["classes predicted", "CPU seconds of fit"]
    rows = []
    for settings, records in groups:
        floor = floor_of(settings)
        verdict = "" if floor is None else judge(records, floor)
        rows.append(
            [
                settings["data"],
                title(settings),
                fraction(mean_of(records, "accuracy")),
                each(records, "accuracy"),
                fraction(mean_of(records, "macro_f1")),
                "" if floor is None else fraction(floor),
                verdict if verdict in ("", REACHED) else f"**{verdict}**",
                f"{span(records, 'n_predicted')} of {span(records, 'n_classes')}",
                f"{mean_of(records, 'cpu_seconds'):,.0f}",
            ]
        )
    return table(header, rows)


def title(settings: Record) -> str:
    """Return the model, and all that was set."""
    said = [f"{name}={value!r}" for name, value in settings["changes"].items()]
    if settings["maxlen"] is not None:
        said.append(f"first {settings['maxlen']} words")
    return ", ".join([settings["model"], *said])


def main() -> int:
    parser = make_parser(__doc__, "accuracy")
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    models = ["tfidf", *NETWORKS]
    parser.add_argument("--models", nargs="+", choices=models, default=models[:-1])
    parser.add_argument("--maxlen", type=int, default=400, metavar="N", help="words of 20ng")
    parser.add_argument("--set", action="append", default=[], metavar="MODEL.PARAMETER=VALUE")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.results, args.table = args.seeds[:1], None, None
        args.maxlen = min(args.maxlen, 100)
    changes = read_changes(args.set)
    ledger = Ledger(args.results)
    for name in args.data_sets:
        for seed in args.seeds:
            split = read_split(name, args.data, seed, FEW_TEXTS if args.quick else None)
            for model in args.models:
                model = BASELINE if model == "tfidf" else model
                settings: dict[str, Any] = {
                    "data": name,
                    "model": model,
                    "changes": changes.get(model, {}),
                    "maxlen": args.maxlen if name == "20ng" and model != BASELINE else None,
                    "seed": seed,
                }
                pipeline = make_pipeline(model, settings["changes"], settings["maxlen"], seed)
                record = ledger.run(settings, pipeline, lambda p=pipeline, s=split: evaluate(p, s))
                print(
                    f"{name} {title(settings)} seed {seed}: {fraction(record['accuracy'])} "
                    f"in {record['cpu_seconds']:,.0f} CPU seconds",
                    flush=True,
                )
    groups = ledger.grouped()
    if not groups:
        sys.exit("There are no runs yet.")
    publish(make_page(groups), args.table)
    return 0 if args.quick or set(judge_floors(groups).values()) == {REACHED} else 1


if __name__ == "__main__":
    sys.exit(main())
