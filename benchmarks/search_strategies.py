"""Does halving on epochs find as good a network as the full search, for a quarter of its cost?

Question: of 40 candidates on ISEAR, half of them LSTMs and half CNNs, on 3 folds, does the one
that halving chooses reach the accuracy of the one that the full random search chooses, on texts
held out from both, within .01 in mean over three seeds, with at most a quarter of the processor
time? And does TPE find a better one than random search, with as many candidates?

Budget: a core hour a seed, half of that on the wall in two processes; 3 GB. It goes on where it was
stopped, fit by fit, also with other --jobs. Needs the extra `search`.

All three search with the same folds and through the same pipeline, which learns word vectors from
each fold's texts, once for all candidates. These are from the small spaces, with the width and the
size of the vectors fixed, batches of 64 and at most 16 epochs. Random search and TPE stop each fit
early, by validation texts, and spare themselves the second training that the classifiers do then by
default (``refit``): with it the full search would take two or three times as long. Halving, given
the candidates of the random search, trains all of them for an epoch, and 5 for 8: these networks
need but 15, so that a lower factor than 8 would spare less. What is chosen is fitted to all
training texts, with the second training, which is not counted, being the same for all. Seconds are
those of the processor for all fits and scores, each process on one thread: other programs disturb
them less than those on the wall.

    python benchmarks/search_strategies.py [--data DIR] [--strategies NAME ...] [--seeds N ...]
        [--jobs N] [--table docs/search-strategies.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz. Exit code 0: the target is
reached.
"""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _common import (
    N_SEEDS,
    SPLITS,
    Ledger,
    Record,
    Split,
    each,
    fraction,
    make_parser,
    mean_of,
    provenance,
    publish,
    read_split,
    signed,
    table,
)
from _contest import ONE_THREAD
from joblib.externals.loky import get_reusable_executor
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold

from sk_textnn import ArchitectureSearchCV, make_text_classifier, search_space

STRATEGIES = ("random", "halving", "tpe")
NETWORKS = ("lstm", "cnn")
WITHIN = 0.01  # of the accuracy of the full search
SHARE = 0.25  # of its seconds
FIXED = {
    "pad__maxlen": "p95",
    "embed__vector_size": 50,
    "clf__batch_size": 64,
    "clf__epochs": 16,
    "clf__refit": False,
}
FACTOR = 8  # of halving: 1 and 8 epochs


def make_search(
    strategy: str, seed: int, journal: Path | None, *, n_jobs: int = 1, quick: bool
) -> Any:
    """Return the search, not fitted."""
    pipelines = {name: make_text_classifier(name, random_state=seed) for name in NETWORKS}
    for pipeline in pipelines.values():
        pipeline.set_params(**FIXED | ({"clf__epochs": 2} if quick else {}))
    return ArchitectureSearchCV(
        pipelines,
        {name: make_space(name) for name in NETWORKS},
        n_iter=4 if quick else 40,
        cv=StratifiedKFold(2 if quick else 3, shuffle=True, random_state=seed),
        scoring="accuracy",
        strategy=strategy,
        factor=FACTOR,
        journal=journal,
        n_jobs=n_jobs,
        refit=False,
        random_state=seed,
        verbose=2,
    )


def make_space(network: str) -> list[dict[str, Any]]:
    """Return the small space of a network, without what is fixed."""
    space = search_space(network, "small")
    return [{k: v for k, v in branch.items() if k not in FIXED} for branch in space]


def evaluate(search: Any, split: Split) -> Record:
    """Search on one part, test what was chosen on the other; return scores and seconds."""
    get_reusable_executor().shutdown(wait=True)  # or the next would find what is loaded and traced
    search.fit(split.train, split.y_train)
    params = dict(search.best_params_)
    chosen = clone(search.estimator[params.pop("estimator")]).set_params(**params, clf__refit=True)
    hits = chosen.fit(split.train, split.y_train).predict(split.test) == split.y_test
    return {
        "accuracy": float(hits.mean()),
        "best_score": float(search.best_score_),
        "chosen": search.best_params_["estimator"],
        "seconds": float(search.costs_["cpu_seconds"].sum()),
        "n_failed": len(search.failures_),
        "hits": "".join(map(str, hits.astype(int))),
    }


def make_page(groups: dict[str, list[Record]]) -> str:
    """Return the page of the documentation."""
    records = [record for group in groups.values() for record in group]
    rows = [
        [
            strategy,
            fraction(mean_of(group, "accuracy")),
            each(group, "accuracy"),
            fraction(mean_of(group, "best_score")),
            " ".join(record["chosen"] for record in group),
            f"{mean_of(group, 'seconds'):,.0f}",
        ]
        for strategy, group in groups.items()
    ]
    header = ["strategy", "test accuracy", "of each seed", "score on the folds", "chosen"]
    return f"""# Ways to search

{provenance(records)} Made by

    python benchmarks/search_strategies.py
    python benchmarks/search_strategies.py --seeds --table docs/search-strategies.md

Does it pay to stop most candidates of a search after an epoch? On ISEAR there are 40, LSTMs and
CNNs from the small spaces, on 3 folds; the test part: {SPLITS["isear"]}. Fixed are
{", ".join(f"`{name}={value!r}`" for name, value in FIXED.items())}. Random search and TPE stop each
fit early; halving has a factor of {FACTOR}. What is chosen is fitted with `clf__refit=True`.

{answer(groups)}

{table([*header, "seconds"], rows)}

The score on the folds is that by which a candidate was chosen; halving takes the best epoch there,
so that it is a little too good. Seconds are those of the processor for all fits and scores, each
process on one thread; the fit of what was chosen is not counted.
"""


def answer(groups: dict[str, list[Record]]) -> str:
    """Return in words what came out."""
    return " ".join(
        [difference(groups, name) for name in ("halving", "tpe") if name in groups]
        + [f"Target: {verdict(groups)}."]
    )


def difference(groups: dict[str, list[Record]], strategy: str) -> str:
    """Return what a strategy gains over random search."""
    pairs = paired(groups, strategy)
    if not pairs:
        return f"{strategy}: there is no random search of the same seed."
    gains = [ours["accuracy"] - full["accuracy"] for ours, full in pairs]
    shares = [ours["seconds"] / full["seconds"] for ours, full in pairs]
    return (
        f"What {strategy} chose has an accuracy {signed(float(np.mean(gains)))} from that of what "
        f"random search chose, for {np.mean(shares):.2f} of the seconds ({len(pairs)} seeds)."
    )


def paired(groups: dict[str, list[Record]], strategy: str) -> list[tuple[Record, Record]]:
    """Return the runs of a strategy, each with that of random search of the same seed."""
    full = {record["settings"]["seed"]: record for record in groups.get("random", [])}
    return [
        (record, full[record["settings"]["seed"]])
        for record in groups.get(strategy, [])
        if record["settings"]["seed"] in full
    ]


def verdict(groups: dict[str, list[Record]]) -> str:
    """Return whether halving keeps the accuracy at a quarter of the cost."""
    pairs = paired(groups, "halving")
    if len(pairs) < N_SEEDS:
        return f"{len(pairs)} of {N_SEEDS} seeds"
    loss = np.mean([full["accuracy"] - ours["accuracy"] for ours, full in pairs])
    share = np.mean([ours["seconds"] / full["seconds"] for ours, full in pairs])
    missed = [f"accuracy by {loss - WITHIN:.2g}"] if loss > WITHIN else []
    missed += [f"seconds by {share - SHARE:.2g} of the full search's"] if share > SHARE else []
    return f"missed: {' and '.join(missed)}" if missed else "reached"


def main() -> int:
    parser = make_parser(__doc__, "search_strategies")
    option = parser.add_argument
    option("--strategies", nargs="+", choices=STRATEGIES, default=STRATEGIES)
    option("--jobs", type=int, default=2, metavar="N", help="processes that search (%(default)s)")
    args = parser.parse_args()
    os.environ |= ONE_THREAD  # before TensorFlow is loaded, here and in other processes
    if args.quick:
        args.seeds, args.results, args.table = args.seeds[:1], None, None
    ledger = Ledger(args.results)
    for seed in args.seeds:
        split = read_split("isear", args.data, seed, 300 if args.quick else None)
        for strategy in args.strategies:
            journal = None
            if args.results is not None:
                args.results.parent.mkdir(parents=True, exist_ok=True)
                journal = args.results.with_name(f"search_{strategy}_{seed}.db")
            search = make_search(strategy, seed, journal, n_jobs=args.jobs, quick=args.quick)
            settings = {"strategy": strategy, "seed": seed, **FIXED, "factor": FACTOR}
            record = ledger.run(settings, None, partial(evaluate, search, split))
            print(f"{strategy}, seed {seed}: accuracy {fraction(record['accuracy'])}", flush=True)
    groups = {
        settings["strategy"]: records
        for settings, records in sorted(
            ledger.grouped(), key=lambda group: STRATEGIES.index(group[0]["strategy"])
        )
    }
    if not groups:
        sys.exit("There are no runs yet.")
    publish(make_page(groups), args.table)
    return int(not args.quick and verdict(groups) != "reached")


if __name__ == "__main__":
    sys.exit(main())
