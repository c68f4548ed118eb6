"""What does the practitioners' random search of 100 LSTMs find that the smallest LSTM has not?

Question: on job advertisements of 30 industries, does the best of 100 random architectures, 1 to
4 LSTM layers of 8 to 64 units and 0 to 8 hidden layers of 8 to 64, beat the minimal baseline, one
LSTM of a quarter as many units as classes, and TF-IDF with logistic regression?

Budget: half a day on one core, four hours with --maxlen 100; --jobs shares the trials among
processes. Each trial is recorded as it ends and not repeated, so that the search can be stopped
and gone on with.

The trials are those of RandomizedSearchCV over `sk_textnn.reference.experiment_space`, one by
one. They are scored on validation folds of the training part, in which no text is twice; the
winner, the baseline and TF-IDF then see the test part, once. What they get right is compared text
by text: a difference is clear if it is more than 1.96 of its standard errors, which take the copies
of a text for one. That is said of these fitted models and test texts: there is one split and one
training of each.

    python benchmarks/random_search.py [--data DIR] [--trials N] [--folds N] [--epochs N]
        [--maxlen N] [--seed N] [--jobs N] [--table docs/random-search.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds jobs_linkedin_industry.csv.gz. Exit code 0:
all runs ended, whatever the answer is.
"""

import argparse
import os
import sys
import time
from typing import Any

import numpy as np
from _common import (
    SPLITS,
    Ledger,
    Record,
    Split,
    evaluate,
    fraction,
    make_parser,
    provenance,
    publish,
    read_split,
    signed,
    table,
)
from joblib import Parallel, delayed
from sklearn.model_selection import ParameterSampler, StratifiedGroupKFold, cross_validate

from sk_textnn import make_tfidf_baselines
from sk_textnn._optional import import_heavy
from sk_textnn.evaluation import nested_selection
from sk_textnn.reference import experiment_space, minimal_lstm

MINIMAL, TF_IDF = "minimal LSTM", "TF-IDF, logistic regression"
N_ERRORS = 1.96  # more of them make a difference clear
SCORINGS = {"accuracy": "accuracy", "macro_f1": "f1_macro"}


def make_pipelines(args: argparse.Namespace) -> dict[str, Any]:
    """Return what is validated: baseline, TF-IDF, and the trials."""
    pipelines = {
        MINIMAL: make_lstm(args),
        TF_IDF: make_tfidf_baselines(random_state=args.seed)["tfidf_logistic_regression"],
    }
    trials = ParameterSampler(experiment_space(), args.trials, random_state=args.seed)
    for number, parameters in enumerate(trials):
        plain = {
            name: value if isinstance(value, tuple) else int(value)
            for name, value in parameters.items()
        }
        pipelines[f"trial {number}"] = make_lstm(args).set_params(**plain)
    return pipelines


def make_lstm(args: argparse.Namespace) -> Any:
    """Return the minimal baseline, which each trial changes."""
    pipeline = minimal_lstm(random_state=args.seed)
    if args.epochs is not None:
        pipeline.set_params(clf__epochs=args.epochs)
    if args.maxlen is not None:
        pipeline.set_params(pad__maxlen=args.maxlen, pad__truncating="post")
    return pipeline


def validate(pipeline: Any, split: Split, folds: int, seed: int) -> Record:
    """Score a pipeline on folds of the training part."""
    import_heavy("keras")  # or the first trial would pay for it
    cv = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    start = time.process_time()
    found = cross_validate(
        pipeline,
        split.train,
        split.y_train,
        groups=split.train,
        cv=cv,
        scoring=SCORINGS,
        error_score="raise",
    )
    seconds = round(time.process_time() - start, 2)
    return {**{name: found[f"test_{name}"].tolist() for name in SCORINGS}, "cpu_seconds": seconds}


def search(
    args: argparse.Namespace, pipelines: dict[str, Any], split: Split, ledger: Ledger
) -> dict[str, Record]:
    """Validate all pipelines that are not recorded yet; return the records of all."""
    records = {}
    for name, pipeline in pipelines.items():
        records[name] = ledger.find(settings_of(args, name), pipeline)
    todo = [name for name, record in records.items() if record is None]
    found = Parallel(args.jobs, return_as="generator")(
        delayed(validate)(pipelines[name], split, args.folds, args.seed) for name in todo
    )
    for name, figures in zip(todo, found, strict=True):
        records[name] = ledger.add(settings_of(args, name), pipelines[name], figures)
        score, seconds = np.mean(figures[args.scoring]), figures["cpu_seconds"]
        print(
            f"{name}, {describe_lstm(pipelines[name])}: {args.scoring} {fraction(score)}, "
            f"{seconds:,.0f} CPU seconds",
            flush=True,
        )
    return records


def settings_of(args: argparse.Namespace, name: str, stage: str = "validation") -> Record:
    width = None if name == TF_IDF else args.maxlen
    folds = args.folds if stage == "validation" else None
    return {"stage": stage, "name": name, "maxlen": width, "folds": folds, "seed": args.seed}


def describe_lstm(pipeline: Any) -> str:
    """Return the layers of a trial in words."""
    clf = pipeline[-1]
    if not hasattr(clf, "units"):
        return "no network"
    units = clf.units if isinstance(clf.units, int) else "a quarter of the classes"
    hidden = f"{len(clf.dense_units)} of {clf.dense_units[0]}" if clf.dense_units else "none"
    return f"LSTM layers {clf.n_layers} of {units}, hidden layers {hidden}"


def rank(args: argparse.Namespace, found: dict[str, Record]) -> list[str]:
    """Return the trials, the best on the validation folds first."""
    trials = [name for name in found if name not in (MINIMAL, TF_IDF)]
    return sorted(trials, key=lambda name: -np.mean(found[name][args.scoring]))


def conclude(tested: dict[str, Record], winner: str, texts: list[str]) -> str:
    """Return in words whether the search was worth it."""
    sentences = []
    for other in (MINIMAL, TF_IDF):
        gain, error = paired(tested[winner], tested[other], texts)
        word = "clearly better" if gain > 0 else "clearly worse"
        if abs(gain) <= N_ERRORS * error:
            word = "not clearly different"
        sentences.append(f"against {other} it is {word} ({signed(gain)} ± {fraction(error)})")
    return (
        f"For these fitted models, on these {len(texts)} test texts, the winner's accuracy: "
        f"{'; '.join(sentences)}."
    )


def paired(one: Record, other: Record, texts: list[str]) -> tuple[float, float]:
    """Return the difference in accuracy and its standard error, clustered by text.

    What two models get right is compared text by text; the copies of a text add nothing of their
    own, so that the sum of each cluster of copies is what varies.
    """
    hits = [np.array(list(record["hits"]), dtype=int) for record in (one, other)]
    gains = hits[0] - hits[1]
    _, clusters = np.unique(np.array(texts, dtype=object), return_inverse=True)
    sums = np.bincount(clusters, weights=gains - gains.mean())
    variance = len(sums) / (len(sums) - 1) * float(sums @ sums)
    return float(gains.mean()), variance**0.5 / len(gains)


def make_page(
    args: argparse.Namespace,
    pipelines: dict[str, Any],
    found: dict[str, Record],
    ranked: list[str],
    tested: dict[str, Record],
    texts: list[str],
) -> str:
    """Return the page of the documentation; the best trial is tested, on these texts."""
    trials = {name: record for name, record in found.items() if name in ranked}
    winner = ranked[0]
    honest = fraction(nested_selection([r[args.scoring] for r in trials.values()]).mean())
    best, test = fraction(np.mean(trials[winner][args.scoring])), tested[winner][args.scoring]
    options = "".join(
        f" --{name} {getattr(args, name)}"
        for name in ("trials", "folds", "epochs", "maxlen", "scoring", "seed")
        if getattr(args, name) is not None
    )
    width = f"at {args.maxlen} words" if args.maxlen else "at the width that holds 95 % of them"
    return f"""# A random search of LSTM architectures

Made by `python benchmarks/random_search.py{options} --table docs/random-search.md`.
{provenance([*found.values(), *tested.values()])}

{len(trials)} random architectures were scored on {args.folds} validation folds of the training
part. The networks read the advertisements cut {width}, TF-IDF reads them whole.

{conclude(tested, winner, texts)}

Clearly: by more than {N_ERRORS} standard errors (±) of the difference, from what both get right,
text by text. {len(set(texts))} of these texts are different, and the copies of one are a cluster
in the standard errors. These tell what other test texts would change, but not what another split
or another training would: there was one of each.

The winner's {args.scoring} was {best} on the folds that chose it, {honest} where each fold is
scored by the architecture that the other folds choose, and {fraction(test)} on the test part.

## The test part

{test_table(tested, found, winner)}

The test part: {SPLITS["jobs"]}.

## The best trials

{trials_table(pipelines, trials, ranked[:10])}

## By the number of layers

{layers_table(pipelines, trials, args.scoring)}
"""


def test_table(tested: dict[str, Record], found: dict[str, Record], winner: str) -> str:
    header = ["model", "test accuracy", "test macro-F1", "classes predicted"]
    header += ["validation accuracy", "validation macro-F1", "CPU seconds of fit"]
    return table(
        header,
        (
            [
                f"the winner, {name}" if name == winner else name,
                fraction(record["accuracy"]),
                fraction(record["macro_f1"]),
                f"{record['n_predicted']} of {record['n_classes']}",
                fraction(np.mean(found[name]["accuracy"])),
                fraction(np.mean(found[name]["macro_f1"])),
                f"{record['cpu_seconds']:,.0f}",
            ]
            for name, record in tested.items()
        ),
    )


def trials_table(pipelines: dict[str, Any], trials: dict[str, Record], names: list[str]) -> str:
    header = ["trial", "architecture", "accuracy", "macro-F1", "CPU seconds of all folds"]
    return table(
        header,
        (
            [
                name.removeprefix("trial "),
                describe_lstm(pipelines[name]),
                fraction(np.mean(trials[name]["accuracy"])),
                fraction(np.mean(trials[name]["macro_f1"])),
                f"{trials[name]['cpu_seconds']:,.0f}",
            ]
            for name in names
        ),
    )


def layers_table(pipelines: dict[str, Any], trials: dict[str, Record], scoring: str) -> str:
    """Show what depth brings: the trials grouped by the layers of each kind."""
    groups: dict[tuple[str, str], list[float]] = {}
    for name, record in trials.items():
        clf = pipelines[name]["clf"]
        score, hidden = float(np.mean(record[scoring])), len(clf.dense_units)
        some = next(
            label for most, label in ((0, "0"), (2, "1 to 2"), (8, "3 to 8")) if hidden <= most
        )
        groups.setdefault(("LSTM", str(clf.n_layers)), []).append(score)
        groups.setdefault(("hidden", some), []).append(score)
    header = ["layers", "how many", "trials", f"mean {scoring}", f"best {scoring}"]
    return table(
        header,
        (
            [kind, number, str(len(scores)), fraction(np.mean(scores)), fraction(max(scores))]
            for (kind, number), scores in sorted(groups.items())
        ),
    )


def main() -> int:
    parser = make_parser(__doc__, "random_search", one_seed=True)
    parser.add_argument("--trials", type=int, default=100, metavar="N")
    parser.add_argument("--folds", type=int, default=3, metavar="N", help="for validation")
    parser.add_argument("--epochs", type=int, metavar="N", help="at most; training stops early")
    parser.add_argument("--maxlen", type=int, metavar="N", help="read the first N words only")
    parser.add_argument("--scoring", choices=SCORINGS, default="accuracy", help="chooses")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    args = parser.parse_args()
    if args.quick:
        args.results, args.table = None, None
        args.trials, args.folds, args.epochs, args.maxlen = 4, 2, 2, 30
    if args.jobs != 1:  # small networks gain nothing from threads
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    split = read_split("jobs", args.data, args.seed, 300 if args.quick else None)
    ledger = Ledger(args.results)
    pipelines = make_pipelines(args)
    found = search(args, pipelines, split, ledger)
    ranked = rank(args, found)
    tested = {
        name: ledger.run(
            settings_of(args, name, "test"),
            pipelines[name],
            lambda p=pipelines[name]: evaluate(p, split),
        )
        for name in (ranked[0], MINIMAL, TF_IDF)
    }
    publish(make_page(args, pipelines, found, ranked, tested, split.test), args.table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
