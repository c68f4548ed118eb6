"""What the report says about the data, the mistakes and the words that were lost."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "Confusion",
    "DataSummary",
    "WordLoss",
    "confusion",
    "has_words",
    "summarize",
    "word_loss",
]


@dataclass
class DataSummary:
    """Rows, classes, lengths and duplicates of the texts."""

    n_rows: int
    classes: list[tuple[str, int]]
    lengths: tuple[int, int, int]
    n_duplicates: int
    n_contradictions: int


@dataclass
class WordLoss:
    """Words that the network never saw: cut off, or not in its vocabulary."""

    maxlen: int | None
    texts_cut: float
    words_cut: float
    vocabulary: int
    unknown_new: float
    vectors: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Confusion:
    """Out-of-fold predictions against the labels."""

    classes: list[str]
    matrix: np.ndarray
    per_class: list[tuple[str, float, float, float, int]]
    pairs: list[tuple[str, str, int, list[str]]]


def summarize(texts: list[str], labels: np.ndarray) -> DataSummary:
    """Count what there is.

    Parameters
    ----------
    texts : list of str of length n_samples
    labels : ndarray of shape (n_samples,)
    """
    from ..evaluation._near_duplicates import exact_groups
    from ..text import TextTokenizer

    lengths = TextTokenizer().fit_transform(texts).lengths
    groups = exact_groups(texts)
    pairs = {(group, str(label)) for group, label in zip(groups, labels.tolist(), strict=True)}
    labels_of = Counter(group for group, _ in pairs)
    classes = Counter(map(str, labels.tolist())).most_common()
    median, p95 = np.quantile(lengths, [0.5, 0.95])
    return DataSummary(
        n_rows=len(texts),
        classes=classes,
        lengths=(round(median), round(p95), int(lengths.max())),
        n_duplicates=len(texts) - len(labels_of),
        n_contradictions=sum(n > 1 for n in labels_of.values()),
    )


def confusion(
    texts: list[str], labels: np.ndarray, predicted: np.ndarray, *, n_pairs: int = 6
) -> Confusion:
    """Count each label against each prediction, and collect examples of the mistakes.

    Parameters
    ----------
    texts : list of str of length n_samples
    labels, predicted : ndarray of shape (n_samples,)
    n_pairs : int, default=6
        Pairs of classes of which examples are kept, most frequent first.
    """
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    from ..evaluation import most_confused

    classes = np.unique(labels)
    matrix = confusion_matrix(labels, predicted, labels=classes)
    scores = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    per_class = [
        (str(name), float(p), float(r), float(f), int(n))
        for name, p, r, f, n in zip(classes, *scores, strict=True)
    ]
    pairs = most_confused(labels, predicted, texts, n_pairs=n_pairs, n_examples=2)
    return Confusion(
        [str(name) for name in classes],
        matrix,
        per_class,
        [
            (str(true), str(guess), count, examples)
            for true, guess, count, _, examples in pairs.itertuples(index=False)
        ],
    )


def has_words(pipeline: Any) -> bool:
    """Whether a pipeline has the steps that :func:`word_loss` reads."""
    steps = getattr(pipeline, "named_steps", {})
    return all(hasattr(steps.get(name), "transform") for name in ("tokens", "pad"))


def word_loss(pipeline: Any, texts: list[str], split: tuple[np.ndarray, np.ndarray]) -> WordLoss:
    """Measure what the fitted pipeline cuts off and what a new text's words would miss.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted, with the steps tokens and pad.
    texts : list of str of length n_samples
    split : (train, test)
        Row numbers; the vocabulary of the training rows meets the test rows' words.
    """
    from sklearn.base import clone

    from ..sequences import UNKNOWN_ID

    tokens = pipeline.named_steps["tokens"]
    sequences = tokens.transform(texts)
    full = sequences.lengths
    padded = pipeline.named_steps["pad"].transform(sequences)
    kept = padded.lengths
    train, test = split
    learnt = clone(tokens).fit([texts[row] for row in train])
    new = learnt.transform([texts[row] for row in test]).ids
    return WordLoss(
        maxlen=padded.maxlen,
        texts_cut=float((kept < full).mean()),
        words_cut=float(1 - kept.sum() / max(1, full.sum())),
        vocabulary=len(sequences.vocabulary) if sequences.vocabulary is not None else 0,
        unknown_new=float((new == UNKNOWN_ID).mean()) if len(new) else 0.0,
        vectors=vector_facts(pipeline.named_steps.get("embed")),
    )


def vector_facts(embedder: Any) -> list[tuple[str, str]]:
    """Return what the embedder tells about its vectors, name and value; nothing if it has none."""
    if not hasattr(embedder, "vectors_"):
        return []
    size = f"{embedder.vectors_.shape[1]:,} numbers a word"
    if embedder.vectors is None:
        return [("word vectors", f"word2vec learnt from the texts, {size}")]
    shown = ", ".join(embedder.coverage_report(10)["missing_words"])
    return [
        ("word vectors", f"from {embedder.vectors}, {size}"),
        ("vocabulary that they cover", f"{embedder.coverage_:.1%}"),
        ("words of the texts that they cover", f"{embedder.occurrence_coverage_:.1%}"),
        ("most frequent words they lack", shown or "none"),
    ]
