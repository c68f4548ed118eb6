"""Which texts are the same, or nearly: all of them, and in linear memory.

Two texts are near duplicates if the Jaccard similarity of their sets of shingles reaches a
threshold. No sketch such as MinHash is needed to find them, so none is missed:

1. Texts that are the same are one text from here on.
2. A text of which too many shingles are in no other text is dropped, again and again. Of most
   corpora little is left.
3. Near duplicates share a shingle among the rarest few of both ("prefix filtering"; Bayardo, Ma
   and Srikant, 2007). A pair that does is a candidate, and its true similarity is taken.
4. A shingle that thousands of near duplicates share would make millions of candidates. So each
   text is compared with the first that has the shingle at first; pairs that are in one group by
   then are not formed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse as sp
from scipy.sparse.csgraph import connected_components

from ._shingles import agreement, needed, normalize, reaches, shingle

__all__ = ["exact_groups", "find_twins", "near_groups", "text_groups"]

_ROUNDS = 20
_CANDIDATES_AT_ONCE = 1 << 21
_ROWS_AT_ONCE = 512


def text_groups(texts: Sequence[str], near: float | None) -> np.ndarray:
    """Number the groups of texts that are the same or near duplicates.

    Parameters
    ----------
    texts : sequence of str of length n_texts
    near : float or None
        Jaccard similarity from which on texts are near duplicates; with None or 1 only texts
        that are the same but for case and white space make a group.

    Returns
    -------
    ndarray of int of shape (n_texts,)
        Group of each text, in the order in which the groups begin. A near duplicate of a near
        duplicate is in the group, too.
    """
    groups = exact_groups(texts)
    if near is None or near == 1:
        return groups
    first = np.unique(groups, return_index=True)[1]
    return near_groups([texts[row] for row in first], near)[groups]


def exact_groups(texts: Sequence[str]) -> np.ndarray:
    """Number the different texts, in the order in which they come first."""
    numbers: dict[str, int] = {}
    rows = [numbers.setdefault(normalize(text), len(numbers)) for text in texts]
    return np.array(rows, dtype=np.int64)


def near_groups(texts: Sequence[str], near: float) -> np.ndarray:
    """Number the groups of near duplicates among texts that differ.

    Parameters
    ----------
    texts : sequence of str of length n_texts
    near : float

    Returns
    -------
    ndarray of int of shape (n_texts,)
    """
    groups = np.arange(len(texts))
    rows, shingles, sizes = _prune(shingle(texts), near)
    if len(rows) == 0:
        return groups
    found = _link(shingles, sizes, near)
    first = np.unique(found, return_index=True)[1]
    groups[rows] = rows[first[found]]  # of a group the row of its first text
    return np.unique(groups, return_inverse=True)[1]


def find_twins(
    queries: Sequence[str], texts: Sequence[str], near: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find for each query a text that is near it.

    Parameters
    ----------
    queries : sequence of str of length n_queries
    texts : sequence of str of length n_texts
    near : float

    Returns
    -------
    twins : ndarray of int of shape (n_queries,)
        Number of the text, -1 where none is near.
    similarity : ndarray of float of shape (n_queries,)
        Jaccard similarity to it.
    """
    both = shingle([*queries, *texts])
    sizes = np.diff(both.indptr)
    mine, theirs = both[: len(queries)], both[len(queries) :]
    twins = np.full(len(queries), -1)
    similarity = np.zeros(len(queries))
    # In steps, as those that have found a twin are not compared with the other texts.
    for start in range(0, len(texts), _ROWS_AT_ONCE):
        step = theirs[start : start + _ROWS_AT_ONCE]
        open_rows = np.flatnonzero(twins < 0)
        for rows in np.array_split(open_rows, len(open_rows) // _ROWS_AT_ONCE + 1):
            common = (mine[rows] @ step.T).toarray()
            total = sizes[rows, None] + np.diff(step.indptr)[None, :]
            share = common / np.maximum(total - common, 1)
            best = share.argmax(axis=1)
            at = np.arange(len(rows)), best
            near_enough = reaches(common[at], total[at], near) & (common[at] > 0)
            twins[rows[near_enough]] = start + best[near_enough]
            similarity[rows[near_enough]] = share[at][near_enough]
    return twins, similarity


def _prune(shingles: sp.csr_array, near: float) -> tuple[np.ndarray, sp.csr_array, np.ndarray]:
    """Drop the texts that share too little with all others taken together.

    Returns the rows that are left, the shingles that they share, the rarest in the first columns,
    and how many each of them has in all.
    """
    sizes = np.diff(shingles.indptr)
    rows = np.flatnonzero(sizes > 0)
    shingles, sizes = shingles[rows], sizes[rows]
    for _ in range(_ROUNDS):
        kept = _n_shared(shingles) >= needed(sizes, near)
        if kept.all():
            break
        rows, shingles, sizes = rows[kept], shingles[kept], sizes[kept]
    # The last round may have dropped the partners of some; those find no candidate below.
    frequency = _frequency(shingles)
    shared = np.flatnonzero(frequency > 1)
    by_rarity = shared[np.argsort(frequency[shared], kind="stable")]
    shingles = sp.csr_array(shingles[:, by_rarity])
    shingles.sort_indices()
    return rows, shingles, sizes


def _frequency(shingles: sp.csr_array) -> np.ndarray:
    return np.bincount(shingles.indices, minlength=shingles.shape[1])


def _n_shared(shingles: sp.csr_array) -> np.ndarray:
    """Count the shingles of each text that are in another one, too."""
    return shingles @ (_frequency(shingles) > 1).astype(np.int64)


def _link(shingles: sp.csr_array, sizes: np.ndarray, near: float) -> np.ndarray:
    """Join what is near into groups; the shingles are those that texts share, the rarest first."""
    n_shared = np.diff(shingles.indptr)
    prefixes = _first_entries(shingles, np.maximum(n_shared - needed(sizes, near) + 1, 0))
    groups = np.arange(len(sizes))
    for first, second in _candidates(prefixes, groups):
        total = sizes[first] + sizes[second]
        # More than the shared shingles of the one that has fewer they cannot have in common.
        possible = np.minimum(n_shared[first], n_shared[second])
        worth = reaches(possible, total, near) & (groups[first] != groups[second])
        first, second, total = first[worth], second[worth], total[worth]
        near_enough = reaches(agreement(shingles, first, second), total, near)
        # In place: what the generator forms next depends on it.
        groups[:] = _join(groups, first[near_enough], second[near_enough])
    return groups


def _first_entries(shingles: sp.csr_array, counts: np.ndarray) -> sp.csr_array:
    """Keep the first `counts` entries of each row."""
    n_entries = np.diff(shingles.indptr)
    position = np.arange(shingles.nnz) - np.repeat(shingles.indptr[:-1], n_entries)
    return _keep(shingles, position < np.repeat(counts, n_entries))


def _keep(shingles: sp.csr_array, entries: np.ndarray) -> sp.csr_array:
    """Keep the entries that a mask names."""
    ends = np.append(0, np.cumsum(entries))[shingles.indptr]
    return sp.csr_array(
        (shingles.data[entries], shingles.indices[entries], ends), shape=shingles.shape
    )


def _candidates(
    prefixes: sp.csr_array, groups: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs of rows that share a column and are in different groups."""
    n_rows = len(groups)
    rows = np.repeat(np.arange(n_rows), np.diff(prefixes.indptr))
    columns, first = np.unique(prefixes.indices, return_index=True)
    first_row = np.zeros(prefixes.shape[1], dtype=np.int64)
    first_row[columns] = rows[first]
    # The most frequent shingles at first: they leave the others little to join.
    by_column = np.argsort(-prefixes.indices, kind="stable")
    for start in range(0, len(rows), n_rows):
        entries = by_column[start : start + n_rows]
        yield first_row[prefixes.indices[entries]], rows[entries]

    # By now a column's rows are in few groups: its largest needs no pairs within itself.
    largest = _largest_group(prefixes, groups[rows])
    others = _keep(prefixes, groups[rows] != largest[prefixes.indices])
    cost = np.cumsum(others @ _frequency(prefixes))
    start = 0
    while start < n_rows:
        before = cost[start - 1] if start else 0
        stop = max(int(np.searchsorted(cost, before + _CANDIDATES_AT_ONCE, "right")), start + 1)
        product = (others[start:stop] @ prefixes.T).tocoo()
        first, second = product.row + start, product.col
        apart = groups[first] != groups[second]
        yield first[apart], second[apart]
        start = stop


def _largest_group(prefixes: sp.csr_array, groups: np.ndarray) -> np.ndarray:
    """Return the group that most entries of each column are in; `groups` has one an entry."""
    n_groups = int(groups.max(initial=0)) + 1
    keys, counts = np.unique(prefixes.indices * np.int64(n_groups) + groups, return_counts=True)
    keys = keys[np.argsort(counts, kind="stable")]
    largest = np.zeros(prefixes.shape[1], dtype=np.int64)
    largest[keys // n_groups] = keys % n_groups  # of several values the last, the largest, stays
    return largest


def _join(groups: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Make one group of the groups of the rows of each pair."""
    n_groups = len(groups)
    links = (np.ones(len(first), dtype=bool), (groups[first], groups[second]))
    graph = sp.coo_array(links, shape=(n_groups, n_groups))
    return connected_components(graph, directed=False)[1][groups]
