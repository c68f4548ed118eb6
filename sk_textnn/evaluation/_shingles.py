"""Texts as sets of shingles: all runs of three words that are in them."""

import re
from array import array
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy import sparse as sp

__all__ = ["agreement", "normalize", "reaches", "shingle"]

WORDS = 3
_PADDING = 0
# Scripts without spaces are cut into their characters: kana, and Chinese signs.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+")
_ENTRIES_AT_ONCE = 1 << 21
_CROWDED = 4
# What rounding can do to a product of a number of shingles and a share.
_ROUNDING = 1e-9


def normalize(text: str) -> str:
    """Return a text without what the eye takes for the same: case and white space."""
    return " ".join(text.casefold().split())


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and punctuation."""
    return _WORD.findall(text.casefold())


def shingle(texts: Sequence[str]) -> sp.csr_array:
    """Return which shingles are in which text.

    A text of one or two words is one shingle, one without words has none. Shingles are counted
    exactly, not hashed: two that differ never share a column.

    Parameters
    ----------
    texts : sequence of str of length n_texts

    Returns
    -------
    csr_array of int32 of shape (n_texts, n_shingles)
        Ones, in sorted columns.
    """
    ids, n_words = _number_words(texts)
    n_windows = np.where(n_words > 0, np.maximum(n_words - WORDS + 1, 1), 0)
    offsets = np.append(0, np.cumsum(n_windows))
    # Two paddings follow each text, so that its windows begin where its words do.
    starts = np.cumsum(n_words + WORDS - 1) - (n_words + WORDS - 1)
    windows = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], n_windows)
    key = ids[windows]
    for further in range(1, WORDS):
        # Numbered anew after each word, keys stay far below 2 ** 63.
        key = key * (ids.max(initial=0) + 1) + ids[windows + further]
        key = np.unique(key, return_inverse=True)[1]
    shape = (len(texts), int(key.max(initial=-1)) + 1)
    found = sp.csr_array((np.ones(len(key), dtype=np.int32), key, offsets), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found


def _number_words(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the words of all texts as numbers, each text padded, and how many a text has."""
    vocabulary: defaultdict[str, int] = defaultdict()
    vocabulary.default_factory = lambda: len(vocabulary) + 1
    ids, n_words = array("q"), []
    for text in texts:
        words = words_of(text)
        n_words.append(len(words))
        ids.extend([vocabulary[word] for word in words])
        ids.extend([_PADDING] * (WORDS - 1))
    return np.frombuffer(ids, dtype=np.int64), np.array(n_words, dtype=np.int64)


def reaches(common: np.ndarray, total: np.ndarray, near: float) -> np.ndarray:
    """Tell which pairs are near, by what they have in common and the sum of both sizes.

    As ``common / (total - common) >= near``, but without a division by zero.
    """
    return common * (1 + near) >= near * total - _ROUNDING


def needed(sizes: np.ndarray, near: float) -> np.ndarray:
    """Return how many shingles of each text anything that is near it must share with it."""
    return np.ceil(near * sizes - _ROUNDING).astype(np.int64)


def agreement(shingles: sp.csr_array, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how many shingles the texts of each pair have in common.

    Parameters
    ----------
    shingles : csr_array of shape (n_texts, n_shingles)
    first, second : ndarray of int of shape (n_pairs,)

    Returns
    -------
    ndarray of int of shape (n_pairs,)
    """
    rows, row_at = np.unique(first, return_inverse=True)
    others, other_at = np.unique(second, return_inverse=True)
    if len(rows) * len(others) <= _CROWDED * len(first):
        # Nearly all against all: one product is several times faster, and no larger than pairs.
        return (shingles[rows] @ shingles[others].T).toarray()[row_at, other_at]
    longest = int(np.diff(shingles.indptr).max(initial=1))
    step = max(1, _ENTRIES_AT_ONCE // max(1, longest))
    common = np.zeros(len(first), dtype=np.int64)
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        both = shingles[first[part]].multiply(shingles[second[part]])
        common[part] = both.sum(axis=1)
    return common
