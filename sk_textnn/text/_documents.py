"""One vector a text from the vectors of its words, without a table of all running words."""

import numpy as np
from scipy import sparse as sp

from ..sequences import UNKNOWN_ID, TokenSequences
from ._counting import fill_empty, keep_ids, offsets_of

__all__ = ["max_vectors", "mean_vectors", "without_unknown"]

_WORDS_AT_ONCE = 1 << 14


def without_unknown(sequences: TokenSequences) -> tuple[np.ndarray, np.ndarray]:
    """Leave out padding and unknown words; a text with no other word keeps one unknown word.

    Parameters
    ----------
    sequences : TokenSequences of length n_samples

    Returns
    -------
    ids : ndarray of int32 of shape (n_words,)
    offsets : ndarray of int64 of shape (n_samples + 1,)
    """
    ids = sequences.truncated_ids()
    return fill_empty(*keep_ids(ids, offsets_of(sequences.lengths), ids > UNKNOWN_ID))


def mean_vectors(
    ids: np.ndarray, offsets: np.ndarray, vectors: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Average the vectors of each text's words.

    Parameters
    ----------
    ids : ndarray of int of shape (n_words,)
    offsets : ndarray of int of shape (n_samples + 1,)
        No text is empty.
    vectors : ndarray of float32 of shape (n_ids, vector_size)
    weights : ndarray of float32 of shape (n_ids,) or None, default=None
        Weight of each occurrence of an id; None: all alike.

    Returns
    -------
    ndarray of float32 of shape (n_samples, vector_size)
    """
    weight = np.ones(len(ids), dtype=np.float32) if weights is None else weights[ids]
    words = sp.csr_array((weight, ids, offsets), shape=(len(offsets) - 1, len(vectors)))
    means = words @ vectors
    means /= words.sum(axis=1, dtype=np.float32)[:, None]
    return means


def max_vectors(ids: np.ndarray, offsets: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Take the greatest value of each dimension over each text's words.

    Parameters
    ----------
    ids : ndarray of int of shape (n_words,)
    offsets : ndarray of int of shape (n_samples + 1,)
        No text is empty.
    vectors : ndarray of float32 of shape (n_ids, vector_size)

    Returns
    -------
    ndarray of float32 of shape (n_samples, vector_size)
    """
    greatest = np.empty((len(offsets) - 1, vectors.shape[1]), dtype=np.float32)
    start = 0
    while start < len(greatest):
        stop = int(np.searchsorted(offsets, offsets[start] + _WORDS_AT_ONCE, side="right")) - 1
        stop = max(stop, start + 1)  # a text longer than that is taken alone
        words = vectors[ids[offsets[start] : offsets[stop]]]
        np.maximum.reduceat(
            words, offsets[start:stop] - offsets[start], axis=0, out=greatest[start:stop]
        )
        start = stop
    return greatest
