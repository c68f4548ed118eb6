"""Faults to plant into a healthy set-up, each at three strengths."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from _common import Split
from sklearn.pipeline import Pipeline

from sk_textnn import NetworkClassifier, Word2VecEmbedder, make_text_classifier
from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec

N_IDS = 5000  # rows of the table of plain SciKeras, which has to know them before
STRENGTHS = ("weak", "middling", "strong")


class Setup(NamedTuple):
    """A pipeline, not fitted, and its texts."""

    pipeline: Pipeline
    split: Split


@dataclass(frozen=True)
class Fault:
    """How a fault is planted.

    Attributes
    ----------
    cause : str
        As `diagnose` calls it.
    plant : callable
        From a set-up, a value and a random generator to the set-up with the fault.
    values : tuple
        That of each strength.
    base : str
        The network it is planted into.
    repairable : bool
        Whether a parameter mends it.
    without : tuple of str
        Data sets on which it does no harm.
    """

    cause: str
    plant: Callable[[Setup, Any, np.random.Generator], Setup]
    values: tuple[Any, Any, Any]
    base: str = "averaging"
    repairable: bool = True
    without: tuple[str, ...] = ()


def mean_network(
    spec: Any, *, n_classes: int, seed: int, end: tuple[str, ...] = (), repair_head: bool = False
) -> Any:
    """Build a network of the mean of the words, with activations behind its softmax."""
    layers = import_heavy("keras").layers
    return _network(
        spec, seed, layers.GlobalAveragePooling1D(), n_classes, () if repair_head else end
    )


def lstm_network(spec: Any, *, n_classes: int, seed: int) -> Any:
    """Build a network of an LSTM's last state."""
    keras = import_heavy("keras")
    start = [keras.initializers.GlorotUniform(seed + 1), keras.initializers.Orthogonal(seed=seed)]
    lstm = keras.layers.LSTM(24, kernel_initializer=start[0], recurrent_initializer=start[1])
    return _network(spec, seed, lstm, n_classes, ())


def _network(spec: Any, seed: int, body: Any, n_classes: int, end: tuple[str, ...]) -> Any:
    keras = import_heavy("keras")
    start = keras.initializers.RandomUniform(-0.05, 0.05, seed=seed)
    words = keras.layers.Embedding(spec.n_ids, spec.vector_size, start, mask_zero=spec.masked)
    classes = keras.layers.Dense(
        n_classes, "softmax", kernel_initializer=keras.initializers.GlorotUniform(seed + 2)
    )
    more = [keras.layers.Activation(name) for name in end]
    return keras.Sequential([keras.Input((None,), dtype="int32"), words, body, classes, *more])


def plain_network(meta: dict[str, Any], *, seed: int) -> Any:
    """Build a network of the mean of the words for plain SciKeras."""
    layers = import_heavy("keras").layers
    spec = InputSpec(vector_size=32, n_ids=N_IDS)
    return _network(spec, seed, layers.GlobalAveragePooling1D(), meta["n_classes_"], ())


def plain_classifier(seed: int) -> Any:
    """Return plain SciKeras, which takes the last fifth of the rows for validation."""
    early = import_heavy("keras").callbacks.EarlyStopping
    return import_heavy("scikeras.wrappers").KerasClassifier(
        model=plain_network,
        model__seed=seed,
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        optimizer__learning_rate=0.005,
        epochs=40,
        validation_split=0.2,
        callbacks=early,
        callbacks__patience=3,
        callbacks__restore_best_weights=True,
        verbose=0,
        random_state=seed,
    )


def make_base(base: str, seed: int) -> Pipeline:
    """Return a small network in good health: of so few texts, it learns in seconds."""
    if base == "plain":
        pipeline = make_text_classifier("lstm").set_params(embed="passthrough")
        return pipeline.set_params(tokens__num_words=N_IDS, clf=plain_classifier(seed))
    small = {"embedding_dim": 32, "learning_rate": 0.01, "epochs": 20}
    if base in ("mean", "lstm"):
        build = {"mean": mean_network, "lstm": lstm_network}[base]
        clf = NetworkClassifier(build, random_state=seed, **small)
        clf.set_params(epochs=40 if base == "mean" else 15)
        return make_text_classifier("lstm").set_params(embed="passthrough", clf=clf)
    small |= {"filters": 32, "learning_rate": 0.003} if base == "cnn" else {"max_ngram": 1}
    pipeline = make_text_classifier("cnn" if base == "cnn" else "averaging", random_state=seed)
    pipeline.set_params(**{f"clf__{name}": value for name, value in small.items()})
    if base == "vectors":
        return pipeline.set_params(embed__vector_size=32, embed__epochs=5)
    return pipeline.set_params(embed="passthrough")


def _setting(**params: Any) -> Callable[[Setup, Any, np.random.Generator], Setup]:
    """Plant by parameters, of which the one that is None gets the value."""

    def plant(setup: Setup, value: Any, rng: np.random.Generator) -> Setup:
        given = {name: value if set_to is None else set_to for name, set_to in params.items()}
        return Setup(setup.pipeline.set_params(**given), setup.split)

    return plant


def _times_rate(setup: Setup, factor: float, rng: np.random.Generator) -> Setup:
    rate = setup.pipeline["clf"].learning_rate
    return Setup(setup.pipeline.set_params(clf__learning_rate=rate * factor), setup.split)


def _activations(setup: Setup, end: tuple[str, ...], rng: np.random.Generator) -> Setup:
    return Setup(setup.pipeline.set_params(clf__build_params={"end": end}), setup.split)


def _unmasked(setup: Setup, times: float, rng: np.random.Generator) -> Setup:
    words = np.mean([len(text.split()) for text in setup.split.train])
    pipeline = setup.pipeline.set_params(
        clf__masked=False, pad__padding="post", pad__maxlen=max(2, round(times * words))
    )
    return Setup(pipeline, setup.split)


def _cut(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    words = np.mean([len(text.split()) for text in setup.split.train])
    return Setup(setup.pipeline.set_params(pad__maxlen=max(1, round(share * words))), setup.split)


class _Vectors:
    """Vectors of some words, as gensim's KeyedVectors give them."""

    def __init__(self, vectors: dict[str, np.ndarray]) -> None:
        self.vectors = vectors
        self.key_to_index = {word: row for row, word in enumerate(vectors)}
        self.vector_size = len(next(iter(vectors.values())))

    def __getitem__(self, word: str) -> np.ndarray:
        return self.vectors[word]

    def __repr__(self) -> str:
        return f"{len(self.vectors)} vectors"  # by which a recorded run is found again


def _uncovered(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    """Give vectors of a share of the words only, and train none."""
    pipeline = setup.pipeline
    X = pipeline[:2].fit_transform(setup.split.train)
    trained = Word2VecEmbedder(vector_size=32, epochs=5, random_state=0).fit(X)
    words = trained.vocabulary_.words
    kept = rng.permutation(len(words))[: max(2, round(share * len(words)))]
    vectors = _Vectors({words[row]: trained.vectors_[row + 2] for row in kept})
    return Setup(
        pipeline.set_params(embed__vectors=vectors, clf__trainable_embedding=False), setup.split
    )


def _wrong(labels: np.ndarray, rows: Any, rng: np.random.Generator) -> np.ndarray:
    """Return another label for each of some rows."""
    classes, codes = np.unique(labels, return_inverse=True)
    shifts = rng.integers(1, len(classes), len(codes))
    return classes[(codes + shifts) % len(classes)][rows]


def _chosen(n_rows: int, share: float, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(n_rows)[: round(share * n_rows)]


def _noisy(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    labels = setup.split.y_train.copy()
    rows = _chosen(len(labels), share, rng)
    labels[rows] = _wrong(labels, rows, rng)
    return Setup(setup.pipeline, setup.split._replace(y_train=labels))


def _conflicting(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    """Replace a share of the rows by pairs of a text with two labels."""
    split = setup.split
    rows = _chosen(len(split.train), share, rng)
    texts, labels = list(split.train), split.y_train.copy()
    ones, others = rows[: len(rows) // 2], rows[len(rows) // 2 :][: len(rows) // 2]
    labels[others] = _wrong(labels, ones, rng)
    for one, other in zip(ones, others, strict=True):
        texts[other] = texts[one]
    return Setup(setup.pipeline, split._replace(train=texts, y_train=labels))


def _sorted(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    """Put a share of the rows last, those of a class together."""
    labels = setup.split.y_train
    last = _chosen(len(labels), share, rng)
    rows = [*np.setdiff1d(np.arange(len(labels)), last), *last[np.argsort(labels[last])]]
    texts = [setup.split.train[row] for row in rows]
    return Setup(setup.pipeline, setup.split._replace(train=texts, y_train=labels[rows]))


def _leaked(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    split = setup.split
    texts, labels = list(split.test), split.y_test.copy()
    for row in _chosen(len(texts), share, rng):
        source = rng.integers(len(split.train))
        texts[row], labels[row] = split.train[source].upper(), split.y_train[source]
    return Setup(setup.pipeline, split._replace(test=texts, y_test=labels))


def _shifted(setup: Setup, share: float, rng: np.random.Generator) -> Setup:
    """Write a share of the test texts in another form."""
    texts = list(setup.split.test)
    for row in _chosen(len(texts), share, rng):
        texts[row] = f"dear all, {texts[row]} kind regards, sent from my phone"
    return Setup(setup.pipeline, setup.split._replace(test=texts))


def _thinned(
    setup: Setup, n_train: dict[str, int], n_test: dict[str, int], rng: np.random.Generator
) -> Setup:
    """Leave so many rows of some classes, in both parts; which, is drawn."""
    parts: list[Any] = []
    for texts, labels, most in (
        (setup.split.train, setup.split.y_train, n_train),
        (setup.split.test, setup.split.y_test, n_test),
    ):
        seen = dict.fromkeys(most, 0)
        rows = []
        for row in rng.permutation(len(labels)):
            label = labels[row].item()
            seen[label] = seen.get(label, 0) + 1
            if seen[label] <= most.get(label, len(labels)):
                rows.append(row)
        rows.sort()  # as drawn, the largest class would come last
        parts += [[texts[row] for row in rows], labels[rows]]
    return Setup(setup.pipeline, Split(*parts))


def _uneven(setup: Setup, factor: float, rng: np.random.Generator) -> Setup:
    """Leave of all classes but the largest one row of so many."""
    numbers = []
    for labels in (setup.split.y_train, setup.split.y_test):
        classes, counts = np.unique(labels, return_counts=True)
        numbers.append(dict(zip(classes.tolist(), counts.tolist(), strict=True)))
    largest = max(numbers[0], key=numbers[0].__getitem__)
    fewer = [
        {name: max(least, round(n / factor)) for name, n in each.items() if name != largest}
        for each, least in zip(numbers, (5, 1), strict=True)
    ]
    return _thinned(setup, *fewer, rng)


def _rare(setup: Setup, n_rows: int, rng: np.random.Generator) -> Setup:
    """Leave so few rows of one class."""
    last = str(np.unique(setup.split.y_train)[-1])
    return _thinned(setup, {last: n_rows}, {last: 1}, rng)


FAULTS = (
    Fault(
        "double_activation",
        _activations,
        (("softmax",), ("sigmoid",), ("sigmoid", "softmax")),
        base="mean",
    ),
    Fault("no_mask", _unmasked, (2.5, 5.0, 10.0), base="lstm"),
    Fault("learning_rate_too_high", _times_rate, (10, 50, 300)),
    Fault("learning_rate_too_low", _times_rate, (0.1, 0.01, 0.001)),
    Fault("truncation", _cut, (0.7, 0.3, 0.1)),
    Fault("unknown_words", _setting(tokens__num_words=None), (150, 40, 10)),
    Fault("conflicting_labels", _conflicting, (0.03, 0.1, 0.4), repairable=False),
    Fault("label_noise", _noisy, (0.1, 0.25, 0.45), repairable=False),
    Fault("different_texts", _shifted, (0.1, 0.4, 1.0), repairable=False),
    Fault("ordered_rows", _sorted, (0.25, 0.5, 1.0), base="plain", repairable=False),
    Fault("imbalance", _uneven, (4, 12, 40), repairable=False),  # the rows are gone
    Fault(
        "frozen_random_embedding",
        _setting(clf__trainable_embedding=False, clf__embedding_dim=None),
        (64, 16, 4),
    ),
    Fault("vector_coverage", _uncovered, (0.4, 0.15, 0.03), base="vectors"),
    Fault("underfitting", _setting(clf__epochs=None, clf__early_stopping=False), (4, 2, 1)),
    Fault("duplicates_across", _leaked, (0.03, 0.1, 0.4), repairable=False),
    Fault("rare_classes", _rare, (4, 3, 2), repairable=False),
    Fault(
        "overfitting",
        _setting(clf__early_stopping=False, clf__dropout=0.0, clf__epochs=None),
        (20, 60, 150),
        without=(
            "generator",
        ),  # its few words are in every text: there is nothing to learn by heart
    ),
)
