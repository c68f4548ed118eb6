"""Word vectors trained by gensim on the texts at hand, repeatable bit for bit."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np

from .._optional import import_heavy
from ..exceptions import TextInputError
from ..sequences import UNKNOWN_ID, TokenSequences, Vocabulary

__all__ = ["train_vectors"]

_LONGEST_SENTENCE = 10_000  # gensim drops the words of a sentence after these without a word
_FIRST_WORD = UNKNOWN_ID + 1

_quiet_lock = Lock()
_quiet = {"depth": 0, "level": logging.NOTSET}


def train_vectors(
    sequences: TokenSequences,
    *,
    seed: int,
    fixed: tuple[np.ndarray, np.ndarray] | None = None,
    **parameters: Any,
) -> tuple[np.ndarray, np.ndarray]:
    """Train word2vec on texts, whole as they are, not cut to `maxlen`.

    Parameters
    ----------
    sequences : TokenSequences
        With a vocabulary.
    seed : int
    fixed : tuple of two ndarrays, (n_words, vector_size) and bool (n_words,), or None
        Vectors, and for which words they stand: these take part, scaled to the mean length 1,
        and are not trained, so that the others find their place among them.
    **parameters
        Of :class:`gensim.models.Word2Vec`.

    Returns
    -------
    vectors : ndarray of float32 of shape (n_words, vector_size)
        Zeros for words that occur less than `min_count` times.
    found : ndarray of bool of shape (n_words,)

    Raises
    ------
    TextInputError
        If no word occurs `min_count` times.
    """
    vocabulary = sequences.vocabulary
    assert vocabulary is not None
    most = np.bincount(sequences.ids, minlength=_FIRST_WORD + 1)[_FIRST_WORD:].max()
    if most < parameters["min_count"]:
        raise TextInputError(
            f"No word occurs min_count={parameters['min_count']} times in the texts, the most "
            f"frequent one {most} times, so that none can be trained. Lower min_count, or pass "
            "more texts."
        )
    with _quiet_gensim():
        word2vec = import_heavy("gensim.models").Word2Vec
        model = word2vec(seed=seed, workers=1, hashfxn=_stable_hash, **parameters)
        sentences = _Sentences(sequences, vocabulary)
        model.build_vocab(sentences)
        rows = np.array([vocabulary.index[word] for word in model.wv.index_to_key]) - _FIRST_WORD
        if fixed is not None:
            vectors, stays = fixed  # long vectors make training jump to and fro: mean length 1
            scale = np.linalg.norm(vectors[stays], axis=1).mean()
            model.wv.vectors[stays[rows]] = vectors[rows][stays[rows]] / max(scale, 1e-12)
            model.wv.vectors_lockf = (~stays[rows]).astype(np.float32)
        model.train(
            sentences,
            total_examples=model.corpus_count,
            total_words=model.corpus_total_words,
            epochs=model.epochs,
        )
    trained = np.zeros((len(vocabulary.words), model.vector_size), dtype=np.float32)
    trained[rows] = model.wv.vectors
    found = np.zeros(len(trained), dtype=bool)
    found[rows] = True
    return trained, found


class _Sentences:
    """The texts as lists of words, made while they are asked for, as often as they are."""

    def __init__(self, sequences: TokenSequences, vocabulary: Vocabulary):
        self.sequences = sequences
        self.names = [""] * _FIRST_WORD + list(vocabulary.words)

    def __iter__(self) -> Iterator[list[str]]:
        ids, offsets, names = self.sequences.ids, self.sequences.offsets.tolist(), self.names
        for start, stop in pairwise(offsets):
            for begin in range(start, stop, _LONGEST_SENTENCE):
                part = ids[begin : min(begin + _LONGEST_SENTENCE, stop)].tolist()
                yield [names[token] for token in part if token >= _FIRST_WORD]


def _stable_hash(text: str) -> int:
    """Hash text alike in every process, which Python's own hash does not."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


@contextmanager
def _quiet_gensim() -> Iterator[None]:
    """Hold back gensim's log lines, which speak of settings the user cannot reach.

    Several threads may be in here: the first sets the level, the last puts it back.
    """
    logger = logging.getLogger("gensim")
    with _quiet_lock:
        if _quiet["depth"] == 0:
            _quiet["level"] = logger.level
            logger.setLevel(logging.ERROR)
        _quiet["depth"] += 1
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet["depth"] -= 1
            if _quiet["depth"] == 0:
                logger.setLevel(_quiet["level"])
