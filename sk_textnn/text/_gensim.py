"""The only file that knows gensim: it trains word2vec on sequences of ids."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from .._optional import import_heavy
from ..sequences import UNKNOWN_ID, TokenSequences, Vocabulary

# gensim reads no further than this in a text, so longer ones are passed in parts.
_LONGEST = 10_000


def train_word2vec(
    X: TokenSequences,
    vocabulary: Vocabulary,
    *,
    vector_size: int,
    window: int,
    min_count: int,
    sg: int,
    negative: int,
    epochs: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Train word2vec; the same seed gives the same vectors, bit for bit, in any process.

    Parameters
    ----------
    X : TokenSequences
    vocabulary : Vocabulary
    vector_size, window, min_count, sg, negative, epochs : int
        Of :class:`gensim.models.Word2Vec`.
    seed : int

    Returns
    -------
    dict of str to ndarray of float32 of shape (vector_size,)
        Of the words that occur at least `min_count` times; none if there is no such word.
    """
    counts = np.bincount(X.truncated_ids(), minlength=len(vocabulary))
    if not (counts[UNKNOWN_ID + 1 :] >= min_count).any():
        return {}
    models = import_heavy("gensim.models")
    with _quiet("gensim"):
        model = models.Word2Vec(
            _Sentences(X, vocabulary),
            vector_size=vector_size,
            window=window,
            min_count=min_count,
            sg=sg,
            negative=negative,
            epochs=epochs,
            seed=seed,
            workers=1,  # several would race, and each run give other vectors
            hashfxn=_stable_hash,
        )
    return {word: model.wv[word] for word in model.wv.key_to_index}


class _Sentences:
    """The texts as lists of known words, made anew for each of gensim's passes."""

    def __init__(self, X: TokenSequences, vocabulary: Vocabulary):
        self._ids = X.truncated_ids()
        self._ends = np.concatenate([[0], np.cumsum(X.lengths)])
        reserved = [None] * (UNKNOWN_ID + 1)
        self._words = [*reserved, *vocabulary.words]

    def __iter__(self) -> Iterator[list[str | None]]:
        for start, stop in zip(self._ends[:-1], self._ends[1:], strict=True):
            words = [self._words[i] for i in self._ids[start:stop].tolist() if i > UNKNOWN_ID]
            for at in range(0, len(words), _LONGEST):
                yield words[at : at + _LONGEST]


def _stable_hash(word: str) -> int:
    """Hash a word the same in every process, unlike Python's own function."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a logger's warnings, such as of small corpora, off the screen for a while."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
