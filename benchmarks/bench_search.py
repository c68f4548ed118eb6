"""How much faster is a random search, of which a fit is one of many, than over plain SciKeras?

Question: does RandomizedSearchCV with 12 candidates, 6 LSTMs and 6 CNNs, on 3 folds of ISEAR, in
two processes, take a tenth of the CPU seconds that it takes over plain SciKeras?

Budget: two hours on two cores, 6 GB; nearly all of it for the contestant.

Both sides search the same 12 candidates, drawn once, with the same folds, widths, batches and
three epochs, without early stopping, through the pipeline from texts. They start two processes
each, which TensorFlow gives one thread each, so that four do not fight over two cores. Word vectors
have 300 dimensions, as in the other contests, and once 100, this package's default: the smaller
they are, the more of the time goes into what both sides share. The start of the processes counts.

In favour of the contestant: the filters of its CNNs share one table of word vectors; and see
the head of _plain_keras.py.

    python benchmarks/bench_search.py [--data DIR] [--repetitions N] [--contests NAME ...]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz. Exit code 0: all targets
reached.
"""

import sys
from collections.abc import Sequence
from typing import Any

import _plain_keras as plain
from _common import Record
from _contest import OURS, Clock, Contest, Side, apart
from _contest_page import run
from _contest_texts import read_texts
from joblib.externals.loky import get_reusable_executor
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV, StratifiedKFold

from sk_textnn import CNNClassifier, LSTMClassifier, make_text_classifier

NAME = "bench_search"
SPACES: dict[str, dict[str, list[Any]]] = {
    "lstm": {"units": [32, 64, 96, 128], "dropout": [0.2, 0.5], "learning_rate": [1e-3, 2e-3]},
    "cnn": {
        "filters": [50, 100],
        "kernel_sizes": [(2, 6), (3, 4, 5), (2, 3, 4)],
        "dropout": [0.2, 0.6],
        "learning_rate": [1e-3, 2e-3],
    },
}
HIDDEN = {"lstm": 550, "cnn": 270}  # units of the published hidden layers


def our_candidates(n_each: int, **shared: Any) -> list[Any]:
    """Return our classifiers."""
    shared |= {"spatial_dropout": 0.0, "early_stopping": False, "random_state": 0}
    lstm = {**shared, "bidirectional": False, "pooling": "last", "dense_activation": "elu"}
    lstm["max_ngram"] = 1  # as in theirs
    return [
        *(LSTMClassifier(**lstm, dense_units=(HIDDEN["lstm"],), **c) for c in draw("lstm", n_each)),
        *(CNNClassifier(**shared, dense_units=(HIDDEN["cnn"],), **c) for c in draw("cnn", n_each)),
    ]


def plain_candidates(n_each: int, **shared: Any) -> list[Any]:
    """Return theirs."""
    one_table = {"lstm": {}, "cnn": {"shared_table": True}}
    return [
        plain.classifier(name, **shared, dense_units=HIDDEN[name], **one_table[name], **c)
        for name in SPACES
        for c in draw(name, n_each)
    ]


def draw(network: str, n_candidates: int) -> list[dict[str, Any]]:
    """Return the parameters of the candidates."""
    return list(ParameterSampler(SPACES[network], n_candidates, random_state=0))


def search(name: str, *, split: Record, n_each: int, n_folds: int, **shared: Any) -> Record:
    """Return the seconds of a search, its processes' included, and the best accuracy."""
    texts = read_texts(**split)
    if name == OURS:
        pipeline = make_text_classifier("lstm").set_params(embed="passthrough", pad__maxlen=179)
        candidates = our_candidates(n_each, **shared)
    else:
        pipeline = plain.pipeline("lstm")
        candidates = plain_candidates(n_each, **shared)
    search = RandomizedSearchCV(
        pipeline,
        {"clf": candidates},
        n_iter=len(candidates),
        cv=StratifiedKFold(n_folds, shuffle=True, random_state=0),
        scoring="accuracy",
        refit=False,
        n_jobs=2,
        error_score="raise",
        random_state=0,
    )
    with Clock() as all_processes:
        with Clock() as visible:
            search.fit(texts.train, texts.y_train)
        get_reusable_executor().shutdown(wait=True)  # their seconds count when they end
    best = max(search.cv_results_["mean_test_score"])
    return {"cpu": all_processes.cpu, "wall": visible.wall, "accuracy": float(best)}


def make_contests(quick: bool) -> list[Contest]:
    """Return a contest for each size of the word vectors, with few texts for a quick try."""
    work: Record = {"split": {"data": "isear"}, "n_each": 6, "n_folds": 3, "epochs": 3}
    if quick:
        work = {"split": {"data": "isear", "n_train": 200, "n_test": 20}}
        work |= {"n_each": 1, "n_folds": 2, "epochs": 1}
    contests = []
    for size in (300, 100):
        sized = {**work, "embedding_dim": size, "batch_size": 64}
        sides = [
            Side(OURS, apart(search, name=OURS, **sized)),
            Side("plain SciKeras", apart(search, name="plain", **sized), 10),
        ]
        title = f"search of 12 candidates × 3 folds, n_jobs=2, {size}-d vectors"
        contests.append(Contest(f"search-{size}", title, "CPU s", sides))
    return contests


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contests, and write what came out."""
    return run(NAME, __doc__, make_contests, argv)


if __name__ == "__main__":
    sys.exit(main())
