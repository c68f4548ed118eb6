"""Does halving on epochs find as good a network as the full search, for a quarter of its cost?

Question: of 40 candidates on ISEAR, half of them LSTMs and half CNNs, on 3 folds, does the one
that halving chooses reach the accuracy of the one that the full random search chooses, on texts
held out from both, within .01 in mean over three seeds, with at most a quarter of the seconds? And
does TPE find a better one than random search, with as many candidates?

Budget: two hours and a half a seed on one core, 3 GB; it goes on where it was stopped. Needs the
extra `search`.

All three search with the same folds and through the same pipeline, which learns word vectors from
each fold's texts; steps before the network are fitted once for all candidates that share them, by
all three alike. What is chosen is fitted to all training texts, which is not counted, being the
same for all. The random search and halving are given the same candidates. Seconds are those of all
fits and scores, on one thread, one after the other.

    python benchmarks/search_strategies.py [--data DIR] [--strategies NAME ...] [--seeds N ...]
        [--table docs/search-strategies.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz. Exit code 0: the target is
reached.
"""

import sys
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
from sklearn.model_selection import StratifiedKFold

from sk_textnn import ArchitectureSearchCV, make_text_classifier, search_space

STRATEGIES = ("random", "halving", "tpe")
NETWORKS = ("lstm", "cnn")
WITHIN = 0.01  # of the accuracy of the full search
SHARE = 0.25  # of its seconds


def make_search(strategy: str, seed: int, journal: Path | None, *, quick: bool) -> Any:
    """Return the search, not fitted."""
    pipelines = {name: make_text_classifier(name, random_state=seed) for name in NETWORKS}
    if quick:
        for pipeline in pipelines.values():
            pipeline.set_params(clf__epochs=2)
    return ArchitectureSearchCV(
        pipelines,
        {name: search_space(name, "small" if quick else "medium") for name in NETWORKS},
        n_iter=4 if quick else 40,
        cv=StratifiedKFold(2 if quick else 3, shuffle=True, random_state=seed),
        scoring="accuracy",
        strategy=strategy,
        journal=journal,
        random_state=seed,
        verbose=2,
    )


def evaluate(search: Any, split: Split) -> Record:
    """Search on one part, test what was chosen on the other; return scores and seconds."""
    search.fit(split.train, split.y_train)
    hits = search.predict(split.test) == split.y_test
    return {
        "accuracy": float(hits.mean()),
        "best_score": float(search.best_score_),
        "chosen": search.best_params_["estimator"],
        "seconds": seconds_of(search),
        "n_failed": len(search.failures_),
        "hits": "".join(map(str, hits.astype(int))),
    }


def seconds_of(search: Any) -> float:
    """Return the seconds of all fits and scores: after halving, a row has those before it, too."""
    results = search.results_
    seconds = search.n_splits_ * (results["mean_fit_time"] + results["mean_score_time"])
    candidates = results["params"].map(repr)
    return float(seconds.groupby(candidates).max().sum())


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
CNNs, on 3 folds; the test part: {SPLITS["isear"]}.

{answer(groups)}

{table([*header, "seconds"], rows)}

The score on the folds is that by which a candidate was chosen; halving takes the best epoch there,
so that it is a little too good. Seconds are those of all fits and scores on one core.
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
    parser.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=STRATEGIES)
    args = parser.parse_args()
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
            search = make_search(strategy, seed, journal, quick=args.quick)
            settings = {"strategy": strategy, "seed": seed}
            record = ledger.find(settings, None) or ledger.add(
                settings, None, evaluate(search, split)
            )
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
