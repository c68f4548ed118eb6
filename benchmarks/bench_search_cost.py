"""Does `estimate_cost` tell before a search what it will take?

Question: are the seconds and the memory that `estimate_cost` tells from its short probe within a
factor of 1.5 of what the search then takes, on three data sets, by halving and at random?

Budget: an hour and a half on one core, 2 GB, for three repetitions.

The search is of 12 candidates, LSTMs and CNNs from the small spaces, on 3 folds of at most 3,000
training texts, through the pipeline from texts, in one process on one thread; then the best one is
fitted to all. The estimate is made right before in the same process, as one would, so that its
peak of memory is also that of a process that has probed. The factor is the greater by the less, of
seconds on the wall: those are what is estimated. The probe's own seconds are told.

    python benchmarks/bench_search_cost.py [--data DIR] [--repetitions N] [--contests NAME ...]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz, mr.csv.gz and trec6.csv.gz.
Exit code 0: all estimates are within the factor.
"""

import resource
import sys
from collections.abc import Sequence
from typing import Any

from _common import Record
from _contest import OURS, Clock, Contest, Limit, Side, apart, median_of
from _contest_page import run
from _contest_texts import read_texts
from sklearn.model_selection import StratifiedKFold

from sk_textnn import ArchitectureSearchCV, make_text_classifier, search_space
from sk_textnn.search import estimate_cost

NAME = "bench_search_cost"
DATA_SETS = ("isear", "mr", "trec6")
STRATEGIES = ("halving", "random")
FACTOR = 1.5


def make_search(strategy: str, networks: Sequence[str], *, n_iter: int, epochs: int) -> Any:
    """Return the search, not fitted."""
    pipelines = {name: make_text_classifier(name, random_state=0) for name in networks}
    for pipeline in pipelines.values():
        pipeline.set_params(clf__epochs=epochs)
    return ArchitectureSearchCV(
        pipelines,
        {name: search_space(name, "small") for name in networks},
        n_iter=n_iter,
        cv=StratifiedKFold(3, shuffle=True, random_state=0),
        scoring="accuracy",
        strategy=strategy,
        random_state=0,
    )


def misjudge(strategy: str, *, split: Record, **how: Any) -> Record:
    """Return by which factors seconds and memory of a search differ from what was estimated."""
    texts = read_texts(**split)
    search = make_search(strategy, **how)
    cost = estimate_cost(search, texts.train, texts.y_train)
    with Clock() as clock:
        search.fit(texts.train, texts.y_train)
    memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    estimated = {"seconds": cost.seconds, "memory": cost.memory or 0.0}
    taken = {"seconds": clock.wall, "memory": memory}
    told = (
        f"estimated {cost.seconds:,.0f} s and {estimated['memory'] / 1e6:,.0f} MB in "
        f"{cost.probe_seconds:.0f} s, taken {clock.wall:,.0f} s and {memory / 1e6:,.0f} MB"
    )
    factors = {name: factor(estimated[name], taken[name]) for name in taken}
    return {**median_of([clock]), **factors, "told": told}


def factor(one: float, other: float) -> float:
    """Return the greater by the less."""
    return max(one, other) / max(min(one, other), 1e-9)


def make_contests(quick: bool) -> list[Contest]:
    """Return the measurements, small for a quick try."""
    how: Record = {"networks": ["lstm", "cnn"], "n_iter": 12, "epochs": 15}
    if quick:
        how = {"networks": ["averaging"], "n_iter": 2, "epochs": 2}
    limits = [
        Limit("seconds", "seconds", FACTOR, "times"),
        Limit("memory", "memory", FACTOR, "times"),
    ]
    contests = []
    for data in DATA_SETS[:1] if quick else DATA_SETS:
        split = {"data": data, "n_train": 60 if quick else 3000, "n_test": 1}
        for strategy in STRATEGIES:
            work = apart(misjudge, here=quick, strategy=strategy, split=split, **how)
            title = f"estimate by truth, or the reverse, {data}, {strategy}"
            contests.append(Contest(f"{data}-{strategy}", title, "", [Side(OURS, work)], limits))
    return contests


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write what came out."""
    return run(NAME, __doc__, make_contests, argv)


if __name__ == "__main__":
    sys.exit(main())
