"""How much faster is a random search, of which a fit is one of many, than over plain SciKeras?

Question: does RandomizedSearchCV with 12 candidates, 6 LSTMs and 6 CNNs, on 3 folds of ISEAR, in
two processes, take a tenth of the CPU seconds that it takes over plain SciKeras?

Budget: an hour and a half on two cores, 6 GB; nearly all of it for the contestant.

Both sides search the same 12 candidates, drawn once, with the same folds, widths, batches and
three epochs, without early stopping, through the pipeline from texts. They start two processes
each, which TensorFlow gives one thread each, so that four do not fight over two cores. Vectors
have 300 dimensions, as in the other contests. The start of the processes counts on both sides.

In favour of the contestant: the filters of its CNNs share one table of word vectors; and see
the head of _plain_keras.py.

    python benchmarks/bench_search.py [--data DIR] [--repetitions N]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz. Exit code 0: the target is
reached.
"""

import sys
from collections.abc import Sequence
from typing import Any

import _plain_keras as plain
from _common import Record
from _contest import OURS, Clock, Contest, Side, apart, hold, make_parser, parse
from _contest_page import report
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
SIZES = {"embedding_dim": 300, "batch_size": 64}


def our_candidates(n_each: int, epochs: int) -> list[Any]:
    """Return our classifiers."""
    shared = {**SIZES, "epochs": epochs, "early_stopping": False, "random_state": 0}
    shared["spatial_dropout"] = 0.0
    lstm = {**shared, "bidirectional": False, "pooling": "last", "dense_activation": "elu"}
    return [
        *(LSTMClassifier(**lstm, dense_units=(HIDDEN["lstm"],), **c) for c in draw("lstm", n_each)),
        *(CNNClassifier(**shared, dense_units=(HIDDEN["cnn"],), **c) for c in draw("cnn", n_each)),
    ]


def plain_candidates(n_each: int, epochs: int) -> list[Any]:
    """Return theirs."""
    shared: dict[str, Any] = {**SIZES, "epochs": epochs}
    one_table = {"lstm": {}, "cnn": {"shared_table": True}}
    return [
        plain.classifier(name, **shared, dense_units=HIDDEN[name], **one_table[name], **c)
        for name in SPACES
        for c in draw(name, n_each)
    ]


def draw(network: str, n_candidates: int) -> list[dict[str, Any]]:
    """Return the parameters of the candidates."""
    return list(ParameterSampler(SPACES[network], n_candidates, random_state=0))


def search(name: str, *, split: Record, n_each: int, n_folds: int, epochs: int) -> Record:
    """Return the seconds of a search, its processes' included, and the best accuracy."""
    texts = read_texts(**split)
    if name == OURS:
        pipeline = make_text_classifier("lstm").set_params(embed="passthrough", pad__maxlen=179)
        candidates = our_candidates(n_each, epochs)
    else:
        pipeline = plain.pipeline("lstm")
        candidates = plain_candidates(n_each, epochs)
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
    """Return the contest, with few texts for a quick try."""
    work: Record = {"split": {"data": "isear"}, "n_each": 6, "n_folds": 3, "epochs": 3}
    if quick:
        work = {"split": {"data": "isear", "n_train": 200, "n_test": 20}}
        work |= {"n_each": 1, "n_folds": 2, "epochs": 1}
    sides = [
        Side(OURS, apart(search, name=OURS, **work)),
        Side("plain SciKeras", apart(search, name="plain", **work), 10),
    ]
    return [Contest("search", "search of 12 candidates × 3 folds, n_jobs=2", "CPU s", sides)]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contest, and write what came out."""
    args = parse(make_parser(__doc__, NAME), argv)
    contests = make_contests(args.quick)
    return report(NAME, __doc__, contests, hold(contests, args), args)


if __name__ == "__main__":
    sys.exit(main())
