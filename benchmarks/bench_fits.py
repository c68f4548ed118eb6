"""What do a fit and a prediction cost that have next to nothing to do, and many predictions?

Question: is the fixed cost of a fit (100 texts, one epoch, after the first of its architecture) a
fifth of plain SciKeras's; is one text predicted in a thirtieth of its time and in 3 ms, through
the pipeline from texts; and 10,000 texts in an eighth?

Budget: 20 minutes on one core, 2 GB. Needs the extra `bench`.

The networks are `emotion_lstm`, with a trainable table, and `emotion_cnn`, on texts of ISEAR. Fits
are of clones, on ids that are ready, after one that is not timed. Texts are predicted one after
the other, and then all at once, after some that are not timed, by networks trained on 1,000 texts;
there are 7,666 different ones, and the accuracy is that on the test texts alone.

In favour of the contestants: rows of the 100 texts are as wide as the longest of them, not 179;
and see the head of _plain_keras.py. For information is skorch, with the same LSTM in PyTorch.

    python benchmarks/bench_fits.py [--data DIR] [--repetitions N] [--contests NAME ...]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz. Exit code 0: all targets
reached.
"""

import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

import _plain_keras as plain
import numpy as np
from _common import Record, Split
from _contest import OURS, Clock, Contest, Limit, Side, apart, median_of
from _contest_page import run
from _contest_texts import read_texts
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sk_textnn import SequencePadder, TextTokenizer, reference

NAME = "bench_fits"
PLAIN = "plain SciKeras"
WIDTH = 179


def make_pipeline(name: str, network: str, width: int | None) -> Pipeline:
    """Return the pipeline of a side; there are no vectors that are read or trained before."""
    if name != OURS:
        return plain.pipeline(network, width=width)
    make = {"lstm": reference.emotion_lstm, "cnn": reference.emotion_cnn}[network]
    clf = make(random_state=0)["clf"]
    clf.set_params(trainable_embedding=True, embedding_dim=300, learning_rate=0.001)
    clf.set_params(batch_size=64, epochs=1, early_stopping=False)
    padder = SequencePadder(maxlen=width)
    return Pipeline([("tokens", TextTokenizer()), ("pad", padder), ("clf", clf)])


def fits(name: str, network: str, *, split: Record, n_fits: int) -> Record:
    """Return the median seconds of a fit, after the first."""
    texts = read_texts(**split)
    if name == "skorch":
        return skorch_fits(texts, n_fits=n_fits)
    pipeline = make_pipeline(name, network, None)
    ids = pipeline[:-1].fit_transform(texts.train)
    return timed(lambda: clone(pipeline["clf"]).fit(ids, texts.y_train), n_fits)


def skorch_fits(texts: Split, *, n_fits: int) -> Record:
    """Return the median seconds of a fit by skorch, after the first."""
    import _torch_lstm

    ids = TextTokenizer().fit_transform(texts.train)
    rows = ids.dense().astype(np.int64)  # padded after the words
    classes, labels = np.unique(texts.y_train, return_inverse=True)
    clf = _torch_lstm.skorch_classifier(int(rows.max()) + 1, len(classes), batch_size=64)
    return timed(lambda: clone(clf).fit(rows, labels), n_fits)


def predict_one(name: str, network: str, *, split: Record, n_times: int) -> Record:
    """Return the median seconds of predicting a text."""
    texts = read_texts(**split)
    pipeline = make_pipeline(name, network, WIDTH).fit(texts.train, texts.y_train)
    some = cycle(texts.test)
    seconds = timed(lambda: pipeline.predict([next(some)]), n_times)
    return {**seconds, "wall_ms": 1000 * seconds["wall"]}


def predict_many(name: str, network: str, *, split: Record, n_texts: int) -> Record:
    """Return the seconds of predicting many texts, and the accuracy on those of the test."""
    texts = read_texts(**split)
    n_train = min(1000, len(texts.train))
    pipeline = make_pipeline(name, network, WIDTH)
    pipeline.fit(texts.train[:n_train], texts.y_train[:n_train])
    many = list(islice(cycle([*texts.test, *texts.train]), n_texts))
    predicted: list[Any] = []
    seconds = timed(lambda: predicted.append(pipeline.predict(many)), 1)
    of_test = predicted[-1][: len(texts.test)]
    return {**seconds, "accuracy": float(np.mean(of_test == texts.y_test))}


def timed(work: Callable[[], Any], n_times: int) -> Record:
    """Return the median seconds of doing something, after the first time."""
    work()
    clocks = []
    for _ in range(n_times):
        with Clock() as clock:
            work()
        clocks.append(clock)
    return median_of(clocks)


def sides(function: Callable[..., Record], reach: float, **work: Any) -> list[Side]:
    """Return both sides of a contest, and the ratio to reach."""
    return [
        Side(OURS, apart(function, name=OURS, **work)),
        Side(PLAIN, apart(function, name=PLAIN, **work), reach),
    ]


def make_contests(quick: bool) -> list[Contest]:
    """Return the contests, with few texts for a quick try."""
    few = {"data": "isear", "n_train": 100, "n_test": 20}
    some = few if quick else {"data": "isear", "n_train": 1000}
    fit_work: Record = {"split": few, "n_fits": 1 if quick else 7}
    one_work = {"here": quick, "split": some, "n_times": 3 if quick else 200}
    many_work = {"here": quick, "split": few if quick else {"data": "isear"}}
    many_work["n_texts"] = 200 if quick else 10_000
    contests = []
    for network in ("lstm", "cnn"):
        label = network.upper()
        fit_sides = sides(fits, 5, here=quick, network=network, **fit_work)
        if network == "lstm":
            work = apart(fits, name="skorch", network=network, **fit_work)
            fit_sides.append(Side("skorch", work, needs="skorch"))
        contests += [
            Contest(f"fit-{network}", f"fit of 100 texts, {label}", "CPU s", fit_sides),
            Contest(
                f"one-{network}",
                f"predict one text, {label}",
                "CPU ms",
                sides(predict_one, 30, network=network, **one_work),
                [Limit("wall_ms", "on the wall", 3, "ms")],
                scale=1000,
            ),
            Contest(
                f"many-{network}",
                f"predict 10,000 texts, {label}",
                "CPU s",
                sides(predict_many, 8, network=network, **many_work),
            ),
        ]
    return contests


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contests, and write what came out."""
    return run(NAME, __doc__, make_contests, argv)


if __name__ == "__main__":
    sys.exit(main())
