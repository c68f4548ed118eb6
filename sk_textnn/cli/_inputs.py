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
class Options:
    """What every command is told; the names are those of its options."""

    data: str | None = None
    text: str = "text"
    label: str = "label"
    encoding: str = "utf-8"
    networks: tuple[str, ...] = ()
    vectors: str | None = None
    out: str | None = None
    overwrite: bool = False
    seed: int = 0


@dataclass(frozen=True)
class SearchOptions(Options):
    """What ``sk-textnn search`` was asked for."""

    networks: tuple[str, ...] = ("lstm", "cnn")
    n_iter: int = 4
    cv: int = 3
    scoring: str = "accuracy"
    n_jobs: int = 1


@dataclass(frozen=True)
class CompareOptions(Options):
    """What ``sk-textnn compare`` was asked for."""

    pipelines: tuple[str, ...] = ()
    cv: int = 5
    repeats: int = 1
    scoring: tuple[str, ...] = ("accuracy",)
    n_jobs: int = 1


@dataclass(frozen=True)
class DiagnoseOptions(Options):
    """What ``sk-textnn diagnose`` was asked for; one network, or a saved pipeline."""

    pipeline: str | None = None
    test: str | None = None
    test_size: float = 0.15
    cv: int = 5
    n_seeds: int = 0


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
    check_number("--n-iter", options.n_iter, least=1)
    check_folds(options.cv)
    check_common(options)
    if not options.networks:
        raise CommandError(
            f"--network names none: choose from {', '.join(known_networks())}, with commas."
        )


def check_number(option: str, value: int, *, least: int) -> None:
    """Raise CommandError if a number is too small."""
    if value < least:
        raise CommandError(f"{option} must be {least} or more, not {value}.")


def check_folds(cv: int) -> None:
    """Raise CommandError if that is no number of folds."""
    if cv < 2:
        raise CommandError(f"--cv must be 2 or more, not {cv}: one fold cannot be spared.")


def check_common(options: Options) -> None:
    """Raise CommandError if what all commands are told cannot be right."""
    if not 0 <= options.seed < 2**32:
        raise CommandError(f"--seed must be between 0 and {2**32 - 1}, not {options.seed}.")
    known = known_networks()
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
    if options.vectors is not None and not options.networks:
        raise CommandError(
            "--vectors is for the networks of --network; a saved pipeline has vectors of its own."
        )


def known_networks() -> list[str]:
    """Return the names of the networks there are."""
    from ..classifiers._factory import NETWORKS

    return sorted(NETWORKS)


def read_data(options: Options, *, min_count: int) -> Data:
    """Read DATA, or make a corpus; raise CommandError if a label has fewer rows than that."""
    from ..datasets import make_text_classification

    if options.data is not None:
        return read_file(options.data, options, min_count=min_count)
    made = make_text_classification(MADE_ROWS, random_state=options.seed)
    return Data(
        made.texts,
        made.labels,
        f"a made corpus: {made.DESCR}",
        made.best_accuracy,
        made.best_accuracy_without_order,
    )


def read_file(path: str, options: Options, *, min_count: int | None = None) -> Data:
    """Read labelled texts; raise CommandError if they cannot be used."""
    from ..datasets import check_labels, load_csv

    try:
        read = load_csv(path, text=options.text, label=options.label, encoding=options.encoding)
        if min_count is not None:
            check_labels(read.labels, min_count=min_count, source=path)
    except DataFileError as error:
        raise CommandError(_in_options(str(error))) from error
    return Data(list(read.texts), np.asarray(read.labels), str(path))


def check_words(texts: list[str], what: str = "searched") -> None:
    """Raise CommandError if there is no word in the texts, of which all pipelines live."""
    from ..text import TextTokenizer

    try:
        TextTokenizer().fit(texts)
    except ValueError as error:
        raise CommandError(f"The texts cannot be {what}: {error}") from error


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


def check_vectors(options: Options, texts: list[str], memory: Any = None) -> None:
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
