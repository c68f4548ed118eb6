"""Does memory come back after a fit, and does it grow with the words only, not with the width?

Question: is a process at most 30 MB larger after 100 fits of clones than after 10 (and, for
information, of networks of which no two have the same size)? Does a search of 300 candidates on
3 folds grow by at most 100 MB from its 10th candidate to its last, without the last fits taking
more than 1.1 times what the first ones took? And does an epoch of an LSTM on 200,000 texts of 300
words, at width 3000, need at most twice the memory of the ids, the texts and the network? As an
array of that width the ids alone would take 2.4 GB.

Budget: two hours on one core, 3 GB; on Linux.

The fits are of 100 made-up texts, LSTM and CNN apart. The search is of LSTMs and CNNs from the
small spaces, for an epoch each on 200 texts, all in one process. Its candidates differ, so the
seconds of each are taken by the median of those that have the same layers; compared are the means
of the first and of the last third after the 10th.

The many texts are made up by Zipf's law of 20,000 words; the peak is that of a process that holds
them and fits the pipeline from texts. Two figures are given. That of the whole process includes
what Python, TensorFlow and Keras take when they are loaded, before there is a text: it is the same
for ten texts, and no design of ours changes it. Judged is what comes on top, all that TensorFlow
takes later included. The network, a small one, counts once, without what Adam keeps for its
parameters.

    python benchmarks/bench_memory.py [--repetitions N] [--contests NAME ...]

Exit code 0: all limits kept.
"""

import gc
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _common import Record
from _contest import OURS, Clock, Contest, Limit, Side, apart, median_of
from _contest_page import run
from _contest_texts import make_ids, make_up
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sk_textnn import (
    ArchitectureSearchCV,
    CNNClassifier,
    LSTMClassifier,
    SequencePadder,
    TextTokenizer,
    make_text_classifier,
    search_space,
)
from sk_textnn._optional import import_heavy

NAME = "bench_memory"
MB = 1e6


def growth(network: str, *, n_first: int, n_fits: int, vary: bool) -> Record:
    """Return the megabytes that a process grew by from the first fits to the last.

    Of clones, or of networks of which each has another size.
    """
    ids = make_ids(100, 2000)
    labels = np.arange(len(ids)) % 7
    params = {"epochs": 1, "early_stopping": False, "random_state": 0}
    clf = LSTMClassifier(**params) if network == "lstm" else CNNClassifier(**params)
    size = "units" if network == "lstm" else "filters"
    sizes, clocks = [], []
    for number in range(n_fits):
        with Clock() as clock:
            clone(clf).set_params(**{size: 30 + number} if vary else {}).fit(ids, labels)
        gc.collect()
        clocks.append(clock)
        sizes.append(resident_bytes() / MB)
    first, last = sizes[n_first - 1], sizes[-1]
    told = f"{first:.0f} MB after {n_first} fits, {last:.0f} MB after {n_fits}"
    return {**median_of(clocks), "growth": last - first, "told": told}


def search(*, n_iter: int, n_first: int, networks: Sequence[str]) -> Record:
    """Return by how much a process grows in a search, and its last fits take longer."""
    texts = make_up(300)
    sizes = []

    def accuracy(pipeline: Any, X: Any, y: Any) -> float:
        sizes.append(resident_bytes() / MB)
        return float(pipeline.score(X, y))

    fixed: dict[str, list[Any]] = {"clf__epochs": [1], "clf__early_stopping": [False]}
    fixed["clf__random_state"] = [0]
    with Clock() as clock:
        found = ArchitectureSearchCV(
            make_text_classifier("cnn", random_state=0),
            [{**branch, **fixed} for branch in search_space(networks, "small")],
            n_iter=n_iter,
            cv=3,
            scoring=accuracy,
            refit=False,
            strategy="random",
            random_state=0,
        ).fit(texts.train, texts.y_train)
    first, last = sizes[3 * n_first - 1], sizes[-1]
    slower = slowing(found.costs_.iloc[n_first:])
    told = f"{first:.0f} MB after {n_first} candidates, {last:.0f} MB after {n_iter}"
    return {**median_of([clock]), "growth": last - first, "slower": slower, "told": told}


def slowing(costs: pd.DataFrame) -> float:
    """Return the seconds of the last third of candidates by the first, among like networks."""
    params, seconds = costs["params"], costs["cpu_seconds"]
    layers = params.map(lambda own: repr([v for v in own.values() if not isinstance(v, float)]))
    relative = seconds / seconds.groupby(layers).transform("median")
    third = len(costs) // 3
    return float(relative[-third:].mean() / relative[:third].mean())


def peak(*, n_texts: int, n_words: int, width: int) -> Record:
    """Return the peak memory of a fit as a multiple of what is in its hands."""
    import_heavy("scikeras.wrappers")  # and TensorFlow, and Keras
    imports = resident_bytes()
    texts = list(zipf_texts(n_texts, n_words))
    labels = np.arange(n_texts) % 10
    clf = LSTMClassifier(units=16, embedding_dim=16, batch_size=256, epochs=1, early_stopping=False)
    steps = [("tokens", TextTokenizer()), ("pad", SequencePadder(maxlen=width)), ("clf", clf)]
    with Clock() as clock:
        pipeline = Pipeline(steps).fit(texts, labels)
    highest = peak_bytes()
    parts = {
        "ids": 4 * n_texts * n_words,
        "texts": sum(map(sys.getsizeof, texts)) + sys.getsizeof(texts),
        "network": 4 * pipeline["clf"].model_.count_params(),
    }
    sizes = {"peak": highest, "imports": imports, **parts}
    told = ", ".join(f"{name} {size / MB:,.0f} MB" for name, size in sizes.items())
    in_hand = sum(parts.values())
    return {
        **median_of([clock]),
        "all": highest / in_hand,
        "beyond": (highest - imports) / in_hand,
        "told": told,
    }


def zipf_texts(n_texts: int, n_words: int, n_at_once: int = 1000) -> Iterator[str]:
    """Yield texts of invented words, in parts, so that making them takes no memory."""
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    rng = np.random.default_rng(0)
    words = np.array(["".join(rng.choice(letters, size)) for size in rng.integers(3, 10, 20_000)])
    for start in range(0, n_texts, n_at_once):
        n_now = min(n_at_once, n_texts - start)
        ids = make_ids(n_now, len(words), lengths=(n_words, n_words), seed=start).ids - 2
        for row in words[ids].reshape(n_now, n_words):
            yield " ".join(row.tolist())


def resident_bytes() -> int:
    """Return the size of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def peak_bytes() -> int:
    """Return the greatest size that this process had."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def make_contests(quick: bool) -> list[Contest]:
    """Return the measurements, small for a quick try."""
    fits = {"n_first": 2, "n_fits": 4} if quick else {"n_first": 10, "n_fits": 100}
    size = {"n_texts": 200, "n_words": 30} if quick else {"n_texts": 200_000, "n_words": 300}
    contests = [
        Contest(
            f"growth-{network}{'-sizes' if vary else ''}",
            f"growth from 10 to 100 fits, {network.upper()}{', all sizes differ' if vary else ''}",
            "",
            [Side(OURS, apart(growth, here=quick, network=network, vary=vary, **fits))],
            [Limit("growth", "", None if vary else 30, "MB")],
        )
        for network in ("lstm", "cnn")
        for vary in (False, True)
    ]
    size_of_search = {"n_iter": 6, "n_first": 2} if quick else {"n_iter": 300, "n_first": 10}
    networks = ["averaging"] if quick else ["lstm", "cnn"]
    searched = Contest(
        "search",
        "search of 300 candidates on 3 folds",
        "",
        [Side(OURS, apart(search, here=quick, networks=networks, **size_of_search))],
        [
            Limit("growth", "growth from the 10th candidate to the last", 100, "MB"),
            Limit("slower", "the last fits by the first", 1.1, "times"),
        ],
    )
    title = "peak, 200,000 texts of 300 words at width 3000, of ids, texts and network"
    limits = [
        Limit("beyond", "what comes on top of the imports", 2, "times"),
        Limit("all", "the whole process", None, "times"),
    ]
    return [
        *contests,
        searched,
        Contest("peak", title, "", [Side(OURS, apart(peak, width=3000, **size))], limits),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write what came out."""
    return run(NAME, __doc__, make_contests, argv, on_texts=False)


if __name__ == "__main__":
    sys.exit(main())
