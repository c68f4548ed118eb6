"""Words of many texts as flat arrays of numbers, counted and weighed."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from numbers import Integral

import numpy as np
from joblib import effective_n_jobs
from scipy import sparse as sp
from sklearn.utils import gen_even_slices
from sklearn.utils.parallel import Parallel, delayed

from ..sequences import UNKNOWN_ID
from ._splitting import Splitter

__all__ = [
    "choose_words",
    "count_words",
    "fill_empty",
    "flatten",
    "keep_ids",
    "n_processes",
    "number_words",
    "offsets_of",
    "weighted_table",
]


_LEAST = 1000  # texts that a process is sent
_COUNTED_AT_ONCE = 4_000_000  # words


def flatten(
    texts: list[str], split: Splitter, look_up: Callable[[Iterable[str]], Iterator[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of all words in one array, and where each text begins and ends in it.

    One stream of words runs into one array: no list or array a text, no joined text (a single
    character outside Latin-1 would make all of it two or four times as large).
    """
    lengths = array("q")

    def rows() -> Iterator[Iterable[str]]:
        for text in texts:
            words = split(text)
            lengths.append(len(words))
            yield words

    ids = np.fromiter(look_up(chain.from_iterable(rows())), dtype=np.int32)
    return ids, offsets_of(np.array(lengths))


def number_words(
    texts: list[str], split: Splitter, n_jobs: int | None = None
) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    """Number the words by first appearance; return these, those of all words, and the offsets.

    Processes number the words of a part of the texts each; then one number of a part stands for
    another of the whole.
    """
    n_parts = n_processes(texts, n_jobs)
    seen: defaultdict[str, int] = defaultdict(count().__next__)
    if n_parts < 2:
        numbers, offsets = flatten(texts, split, lambda words: map(seen.__getitem__, words))
        return seen, numbers, offsets
    parts = Parallel(n_jobs=n_jobs)(
        delayed(_number_part)(texts[part], split) for part in gen_even_slices(len(texts), n_parts)
    )
    of_parts, lengths = [], []
    for words, numbers, offsets in parts:
        number_in_all = np.fromiter(map(seen.__getitem__, words), dtype=np.int32)
        of_parts.append(number_in_all[numbers])
        lengths.append(np.diff(offsets))
    return seen, np.concatenate(of_parts), offsets_of(np.concatenate(lengths))


def n_processes(texts: list[str], n_jobs: int | None) -> int:
    """Return by how many processes so many texts are worth being cut into words."""
    return min(effective_n_jobs(n_jobs), max(1, len(texts) // _LEAST))


def _number_part(texts: list[str], split: Splitter) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Do what a worker process does; the function that numbers words stays there."""
    seen, numbers, offsets = number_words(texts, split)
    return list(seen), numbers, offsets


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return where rows of these lengths begin, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def keep_ids(
    ids: np.ndarray, offsets: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Leave out the ids where `kept` is False; rows may become empty."""
    if kept.all():
        return ids, offsets
    return ids[kept], offsets_of(kept)[offsets]


def fill_empty(ids: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each empty row one unknown word."""
    lengths = np.diff(offsets)
    empty = lengths == 0
    if not empty.any():
        return ids, offsets
    return np.insert(ids, offsets[:-1][empty], UNKNOWN_ID), offsets_of(lengths + empty)


def count_words(
    numbers: np.ndarray, offsets: np.ndarray, n_words: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each number below `n_words` occurs, and in how many texts.

    Some texts after the others, or it would take several times the memory of the numbers.
    """
    counts, docs = np.zeros(n_words, dtype=np.int64), np.zeros(n_words, dtype=np.int64)
    n_texts = len(offsets) - 1
    start = 0
    while start < n_texts:
        most = offsets[start] + _COUNTED_AT_ONCE
        stop = max(start + 1, int(np.searchsorted(offsets, most, side="right")) - 1)
        part = numbers[offsets[start] : offsets[stop]]
        counts += np.bincount(part, minlength=n_words)
        docs += _document_counts(part, offsets[start : stop + 1] - offsets[start], n_words)
        start = stop
    return counts, docs


def _document_counts(numbers: np.ndarray, offsets: np.ndarray, n_words: int) -> np.ndarray:
    shape = (len(offsets) - 1, n_words)
    by_word = sp.csr_array((np.ones(len(numbers), np.int8), numbers, offsets), shape=shape).tocsc()
    texts, starts = by_word.indices, by_word.indptr[:-1]
    occurs = np.diff(by_word.indptr) > 0
    first = np.ones(len(texts), dtype=np.int64)  # 0: the text had the word before
    first[1:] = texts[1:] != texts[:-1]
    first[starts[occurs]] = 1
    counts = np.zeros(n_words, dtype=np.int64)
    counts[occurs] = np.add.reduceat(first, starts[occurs]) if occurs.any() else 0
    return counts


def choose_words(
    counts: np.ndarray,
    docs: np.ndarray,
    n_texts: int,
    min_df: int | float,
    max_df: int | float,
    ignored: int | None,
) -> np.ndarray:
    """Return the numbers of the words within the limits but `ignored`, most frequent first."""
    low, high = (
        limit if isinstance(limit, Integral) else limit * n_texts for limit in (min_df, max_df)
    )
    by_count = np.argsort(-counts, kind="stable")
    chosen = by_count[(docs[by_count] >= low) & (docs[by_count] <= high)]
    if ignored is not None:
        chosen = chosen[chosen != ignored]
    if not len(chosen):
        raise ValueError(
            f"min_df={min_df} and max_df={max_df} leave none of the {len(counts)} different words "
            f"of {n_texts} texts. Lower min_df or raise max_df."
        )
    return chosen


def weighted_table(
    ids: np.ndarray, offsets: np.ndarray, mode: str, idf: np.ndarray
) -> sp.csr_array:
    """Return texts by ids, weighted as the Keras tokenizer does; ``len(idf)`` columns."""
    lengths = np.diff(offsets)  # before the table, which changes the offsets in place
    shape = (len(lengths), len(idf))
    table = sp.csr_array((np.ones(len(ids)), ids, offsets), shape=shape)
    table.sum_duplicates()
    if mode == "binary":
        table.data[:] = 1.0
    elif mode == "freq":
        table.data /= np.repeat(lengths, np.diff(table.indptr))
    elif mode == "tfidf":
        table.data = (1 + np.log(table.data)) * idf[table.indices]
    return table
