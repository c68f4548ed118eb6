"""Texts for the contests: real ones, made-up ones where there are none, or ids of any size."""

import os

import numpy as np
from _common import Split, read_split

from sk_textnn import TokenSequences
from sk_textnn.datasets import make_text_classification

JOBS = "jobs_indeed18_dedup"  # the longest advertisements: the least padding at a width of 3000


def read_texts(data: str, n_train: int | None = None, n_test: int | None = None) -> Split:
    """Return a data set, or so many of its texts, drawn at random.

    Without a folder of data sets the texts are made up: only a quick try goes on without one.
    """
    folder = os.environ.get("SK_TEXTNN_DATA")
    split = read_split(data, folder, seed=0) if folder else make_up(300)
    train, y_train = _some(split.train, split.y_train, n_train)
    test, y_test = _some(split.test, split.y_test, n_test)
    return Split(train, y_train, test, y_test)


def _some(
    texts: list[str], labels: np.ndarray, n_texts: int | None
) -> tuple[list[str], np.ndarray]:
    if n_texts is None:
        return texts, labels
    rows = np.random.default_rng(0).permutation(len(texts))[:n_texts]
    return [texts[row] for row in rows], labels[rows]


def make_up(n_texts: int) -> Split:
    """Return made-up texts of seven classes, a third of them for the test."""
    texts, labels = make_text_classification(
        n_texts, n_classes=7, length=(15, 40), vocabulary_size=1000, random_state=0, return_X_y=True
    )
    cut = 2 * n_texts // 3
    return Split(texts[:cut], labels[:cut], texts[cut:], labels[cut:])


def make_sentences(n_texts: int, n_words: int = 5000) -> list[str]:
    """Return texts with words by Zipf's law, capitals, punctuation and a few accents."""
    rng = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    words = ["".join(rng.choice(letters, size)) for size in rng.integers(1, 11, n_words)]
    words[100::1000] = [word + "é" for word in words[100::1000]]
    ends = rng.choice(["", "", "", "", "", ",", ".", "!", " -"], n_words)
    texts = []
    for size in rng.lognormal(3.5, 0.8, n_texts).astype(int) + 1:
        chosen = np.minimum(rng.zipf(1.3, size), n_words) - 1
        text = " ".join(words[word] + ends[(word + size) % n_words] for word in chosen)
        texts.append(text.capitalize())
    return texts


def make_ids(
    n_texts: int, n_words: int, *, lengths: tuple[int, int] = (5, 50), seed: int = 0
) -> TokenSequences:
    """Return random ids by Zipf's law; the greatest that occurs is ``n_words + 1``."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(lengths[0], lengths[1], n_texts, endpoint=True)
    chances = np.cumsum(1 / np.arange(3, n_words + 3))
    drawn = np.searchsorted(chances, rng.random(sizes.sum()) * chances[-1])
    ids = (drawn + 2).astype(np.int32)  # 0 is padding, 1 the unknown word
    ids[0] = n_words + 1
    return TokenSequences(ids, np.concatenate([[0], sizes.cumsum()]))
