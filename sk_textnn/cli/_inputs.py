"""Everything that can be wrong is found here, before the first fit."""

import difflib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..exceptions import DataFileError, VectorFileError
from ._errors import CommandError

MADE_ROWS = 1000


@dataclass(frozen=True)
class SearchOptions:
    """What ``sk-textnn search`` was asked for; the names are those of its options."""

    data: str | None = None
    text: str = "text"
    label: str = "label"
    encoding: str = "utf-8"
    networks: tuple[str, ...] = ("lstm", "cnn")
    n_iter: int = 4
    cv: int = 3
    scoring: str = "accuracy"
    vectors: str | None = None
    out: str | None = None
    overwrite: bool = False
    n_jobs: int = 1
    seed: int = 0


@dataclass
class Data:
    """Labelled texts.

    `best_accuracy` and `best_accuracy_without_order` are known of a corpus that was made.
    """

    texts: list[str]
    labels: np.ndarray
    source: str
    best_accuracy: float | None = None
    best_accuracy_without_order: float | None = None


def check_options(options: SearchOptions) -> None:
    """Raise CommandError if a number or a name cannot be right."""
    if options.n_iter < 1:
        raise CommandError(f"--n-iter must be 1 or more, not {options.n_iter}.")
    if options.cv < 2:
        raise CommandError(f"--cv must be 2 or more, not {options.cv}: one fold cannot be spared.")
    if not 0 <= options.seed < 2**32:
        raise CommandError(f"--seed must be between 0 and {2**32 - 1}, not {options.seed}.")
    known = known_networks()
    if not options.networks:
        raise CommandError(f"--network names none: choose from {', '.join(known)}, with commas.")
    for name in options.networks:
        if name not in known:
            raise CommandError(
                f"There is no network {name!r}: --network takes {', '.join(known)}, with commas."
                + _did_you_mean(name, known)
            )
    if len(set(options.networks)) < len(options.networks):
        raise CommandError("--network names a network twice: name each once.")
    if options.vectors is not None and not Path(options.vectors).is_file():
        raise CommandError(f"There is no file of word vectors {options.vectors}: check --vectors.")


def known_networks() -> list[str]:
    """Return the names of the networks there are."""
    from ..classifiers._factory import NETWORKS

    return sorted(NETWORKS)


def read_data(options: SearchOptions) -> Data:
    """Read DATA, or make a corpus; raise CommandError if there is too little of it."""
    from ..datasets import check_labels, load_csv, make_text_classification

    if options.data is None:
        made = make_text_classification(MADE_ROWS, random_state=options.seed)
        return Data(
            made.texts,
            made.labels,
            f"a made corpus: {made.DESCR}",
            made.best_accuracy,
            made.best_accuracy_without_order,
        )
    try:
        read = load_csv(
            options.data, text=options.text, label=options.label, encoding=options.encoding
        )
        check_labels(read.labels, min_count=options.cv, source=options.data)
    except DataFileError as error:
        raise CommandError(_in_options(str(error))) from error
    return Data(list(read.texts), np.asarray(read.labels), str(options.data))


def check_words(texts: list[str]) -> None:
    """Raise CommandError if there is no word in the texts, of which all pipelines live."""
    from ..text import TextTokenizer

    try:
        TextTokenizer().fit(texts)
    except ValueError as error:
        raise CommandError(f"The texts cannot be searched: {error}") from error


def check_scoring(scoring: str, data: Data) -> Callable[[Any, Any, Any], float]:
    """Return scikit-learn's scorer, or raise CommandError if it does not suit the labels."""
    from sklearn.dummy import DummyClassifier
    from sklearn.metrics import get_scorer, get_scorer_names

    names = sorted(get_scorer_names())
    if scoring not in names:
        raise CommandError(
            f"There is no scoring {scoring!r}: --scoring takes scikit-learn's names, such as "
            f"accuracy, balanced_accuracy or f1_macro.{_did_you_mean(scoring, names)}"
        )
    scorer = get_scorer(scoring)
    guess = DummyClassifier(strategy="stratified", random_state=0).fit(data.texts, data.labels)
    n_classes = len(set(data.labels.tolist()))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            score = float(scorer(guess, data.texts, data.labels))
    except Exception as error:  # a score may raise anything on labels that it is not for
        raise CommandError(
            f"The scoring {scoring!r} does not suit these {n_classes} labels: choose another, such "
            "as accuracy, balanced_accuracy or f1_macro."
        ) from error
    if not np.isfinite(score):
        raise CommandError(
            f"The scoring {scoring!r} gives no number on these {n_classes} labels: choose another, "
            "such as accuracy, balanced_accuracy or f1_macro."
        )
    return scorer


def check_vectors(options: SearchOptions, texts: list[str], memory: Any) -> None:
    """Read the word vectors once, so that a fault of their file is told before the first fit."""
    if options.vectors is None:
        return
    from ..classifiers import make_text_classifier

    network = options.networks[0]
    pipeline = make_text_classifier(
        network, vectors=options.vectors, memory=memory, random_state=options.seed
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline[:-1].fit(texts)
    except (VectorFileError, OSError, ValueError) as error:
        raise CommandError(f"--vectors: {error}") from error


def _did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.casefold(), known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _in_options(message: str) -> str:
    """Write the remedy as an option of the command instead of an argument of the function."""
    return message.replace('encoding="', '--encoding "')
