"""What does a training epoch's cost grow with: rows, width, vocabulary, classes?

Question: does the cost of a row stay within 1.25 times from 1,000 rows to 100,000; within 1.25
times from width 50 to 3000, of the same texts; and within 1.5 times from 5,000 words to 200,000?
What do 150 classes cost against 2?

Budget: an hour on one core, 3 GB.

The networks are the default LSTM of one direction, and the default CNN, on random ids by Zipf's
law, 5 to 50 in a text. A process measures all points of one axis, epochs from the second on, and
more of them where there are few rows. The figure is the dearest point's cost of a row by the
cheapest's; a vocabulary is counted in rows of the table of word vectors.

    python benchmarks/bench_scaling.py [--repetitions N] [--contests NAME ...]

Exit code 0: all limits kept.
"""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from _common import Record
from _contest import OURS, Clock, Contest, Limit, Side, apart, median_of
from _contest_page import run
from _contest_texts import make_ids
from _epochs import epoch_clock

from sk_textnn import CNNClassifier, LSTMClassifier

NAME = "bench_scaling"
USUAL = {"rows": 5_000, "width": 50, "vocabulary": 20_000, "classes": 7}
POINTS = {
    "rows": [1_000, 3_000, 10_000, 30_000, 100_000],
    "width": [50, 200, 1_000, 3_000],
    "vocabulary": [5_000, 20_000, 50_000, 200_000],
    "classes": [2, 10, 50, 150],
}
QUICK = {"rows": [100, 200], "width": [50, 100], "vocabulary": [100, 200], "classes": [2, 5]}
MOST = {"rows": 1.25, "width": 1.25, "vocabulary": 1.5, "classes": None}


def costs(network: str, axis: str, *, points: list[int], usual: dict[str, int]) -> Record:
    """Return the seconds of 1,000 rows at each point, and how many times they differ."""
    measured = {point: cost(network, **{**usual, axis: point}) for point in points}
    seconds = [figures["cpu"] for figures in measured.values()]
    told = "; ".join(f"{point:,}: {figures['cpu']:.3g}" for point, figures in measured.items())
    return {
        "cpu": float(np.mean(seconds)),
        "wall": float(np.mean([figures["wall"] for figures in measured.values()])),
        "spread": max(seconds) / min(seconds),
        "told": f"CPU s per 1,000 rows at {told}",
    }


def cost(
    network: str, *, rows: int, width: int, vocabulary: int, classes: int, least_rows: int
) -> Record:
    """Return the median seconds of 1,000 rows in an epoch, of all epochs but the first."""
    ids = make_ids(rows, vocabulary - 2).pad(width)
    labels = np.random.default_rng(0).permutation(np.arange(rows) % classes)
    params: dict[str, Any] = {"early_stopping": False, "random_state": 0}
    params |= {"epochs": 1 + max(2, least_rows // rows), "callbacks": epoch_clock()}
    if network == "lstm":
        clf: Any = LSTMClassifier(bidirectional=False, **params)
    else:
        clf = CNNClassifier(**params)
    clocks: list[Clock] = clf.fit(ids, labels).callbacks_[0].clocks
    return median_of(clocks[1:], units=rows / 1000)


def make_contests(quick: bool) -> list[Contest]:
    """Return the measurements, small for a quick try."""
    usual = {**USUAL, "least_rows": 10_000}
    if quick:
        usual |= {"rows": 100, "vocabulary": 100, "least_rows": 100}
    contests = []
    for axis, points in (QUICK if quick else POINTS).items():
        for network in ("lstm", "cnn"):
            work: dict[str, Any] = {"axis": axis, "points": points, "usual": usual}
            side = Side(OURS, apart(costs, here=quick, network=network, **work))
            limit = Limit("spread", "dearest by cheapest", MOST[axis], "times")
            title = f"{axis} {points[0]:,} to {points[-1]:,}, {network.upper()}"
            contests.append(Contest(f"{axis}-{network}", title, "", [side], [limit]))
    return contests


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write what came out."""
    return run(NAME, __doc__, make_contests, argv, on_texts=False)


if __name__ == "__main__":
    sys.exit(main())
