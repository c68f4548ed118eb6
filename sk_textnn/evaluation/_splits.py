"""Folds on which a text and its duplicates always stay together."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import BaseCrossValidator, StratifiedKFold
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import type_of_target

from .._validation import check_texts
from ._near_duplicates import text_groups

__all__ = ["DedupStratifiedKFold", "check_near"]


class DedupStratifiedKFold(BaseCrossValidator):
    """Stratified folds of raw texts that keep duplicates on one side.

    A text that is in the training rows and, once more, in the test rows is known by heart: every
    model's score is too good then. Here texts that are the same, apart from case and white space,
    and near duplicates are always in one fold. Where no text has a duplicate, the folds are those
    of :class:`~sklearn.model_selection.StratifiedKFold`.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.
    near : float or None, default=0.8
        Texts are near duplicates if the Jaccard similarity of their sets of three-word shingles
        is at least this; case and punctuation do not count. With None or 1.0 only texts that are
        the same stay together.
    shuffle : bool, default=True
        Whether to draw the folds at random.
    random_state : int, RandomState instance or None, default=None
        Draws the folds if `shuffle` is True. An int repeats them; with None each call of `split`
        gives other folds.

    See Also
    --------
    sk_textnn.audit_split : What else can be wrong with a split.
    sklearn.model_selection.StratifiedGroupKFold : Folds by groups that are known.

    Notes
    -----
    A near duplicate of a near duplicate is in the same fold, too. All of them are found, by their
    true similarity, in memory that grows with the number of words.

    Groups of several texts are dealt out first, the largest first, each to the fold that has the
    smallest share of its classes; texts without duplicates then fill up each class. So classes
    are as even as the groups permit. A group that is larger than a fold makes that fold larger.

    Examples
    --------
    >>> from sk_textnn import DedupStratifiedKFold
    >>> texts = ["good", "bad", "so good", "Good ", "too bad", "so so", "BAD", "bad bad"]
    >>> labels = ["+", "-", "+", "+", "-", "+", "-", "-"]
    >>> folds = DedupStratifiedKFold(n_splits=2, random_state=0)
    >>> for train, test in folds.split(texts, labels):
    ...     print(sorted(texts[row].strip().lower() for row in test))
    ['bad', 'bad', 'so good', 'so so']
    ['bad bad', 'good', 'good', 'too bad']
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        near: float | None = 0.8,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        # Its checks, and its words for what is wrong.
        StratifiedKFold(n_splits, shuffle=shuffle, random_state=random_state)
        check_near(near)
        self.n_splits = n_splits
        self.near = near
        self.shuffle = shuffle
        self.random_state = random_state

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : object, default=None
            Ignored.

        Returns
        -------
        int
            As the constructor was told.
        """
        return self.n_splits

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the rows of training and test of each fold.

        Parameters
        ----------
        X : sequence of str of length n_samples
            Raw texts.
        y : array-like of shape (n_samples,)
            Their classes, of two or more.
        groups : object, default=None
            Ignored: the groups are found in the texts.

        Yields
        ------
        train : ndarray of int of shape (n_train,)
            Rows to train on.
        test : ndarray of int of shape (n_test,)
            Rows to test on, which have no duplicate among the former.

        Raises
        ------
        TextInputError
            If X holds no raw texts.
        ValueError
            If `y` is missing or has no classes, or if there are fewer different texts than folds.
        """
        if groups is not None:
            warnings.warn(
                f"The groups parameter is ignored by {type(self).__name__}.",
                UserWarning,
                stacklevel=2,
            )
        if y is None:
            raise ValueError(f"{type(self).__name__} needs labels: pass y.")
        texts = check_texts(X)
        if len(texts) != len(y):
            raise ValueError(
                f"X has {len(texts)} texts, but y has {len(y)} labels; pass one label for each."
            )
        yield from super().split(texts, y)

    def _iter_test_indices(self, X: Any, y: Any, groups: Any = None) -> Iterator[np.ndarray]:
        fold = self._assign(X, y)
        for number in range(self.n_splits):
            yield np.flatnonzero(fold == number)

    def _assign(self, texts: list[str], y: Any) -> np.ndarray:
        """Return the fold of each row."""
        classes, codes = _code(y)
        groups = text_groups(texts, self.near)
        sizes = np.bincount(groups)
        if (sizes == 1).all():
            return self._without_duplicates(y)
        self._check_counts(groups, classes, codes)
        rng = check_random_state(self.random_state) if self.shuffle else None
        counts = np.zeros((self.n_splits, len(classes)), dtype=np.int64)
        of_all = np.bincount(codes)
        fold = np.full(len(groups), -1)
        for rows in _several(groups, sizes, rng):
            of_group = np.bincount(codes[rows], minlength=len(classes))
            best = _emptiest(counts, of_group / of_all)
            fold[rows] = best
            counts[best] += of_group
        _fill(fold, codes, counts, rng)
        return fold

    def _without_duplicates(self, y: Any) -> np.ndarray:
        fold = np.empty(len(y), dtype=np.int64)
        inner = StratifiedKFold(self.n_splits, shuffle=self.shuffle, random_state=self.random_state)
        for number, (_, test) in enumerate(inner.split(np.zeros(len(y)), y)):
            fold[test] = number
        return fold

    def _check_counts(self, groups: np.ndarray, classes: np.ndarray, codes: np.ndarray) -> None:
        """Raise or warn as StratifiedGroupKFold does, but count different texts."""
        if groups.max() + 1 < self.n_splits:
            raise ValueError(
                f"n_splits={self.n_splits} folds cannot be made of {groups.max() + 1} different "
                "texts; duplicates stay together."
            )
        n_texts = np.bincount(np.unique(groups * len(classes) + codes) % len(classes))
        if (n_texts < self.n_splits).all():
            raise ValueError(
                f"n_splits={self.n_splits} cannot be greater than the number of different texts "
                "in each class."
            )
        rarest = int(n_texts.argmin())
        if n_texts[rarest] < self.n_splits:
            warnings.warn(
                f"The class {classes[rarest]!s} has only {n_texts[rarest]} different texts, less "
                f"than n_splits={self.n_splits}: some folds lack it.",
                UserWarning,
                stacklevel=2,
            )


def check_near(near: Any) -> None:
    """Raise ValueError if that cannot be a similarity from which on texts are duplicates."""
    if near is None:
        return
    number = isinstance(near, int | float | np.number) and not isinstance(near, bool)
    if not number or not 0 < near <= 1:
        raise ValueError(
            f"near must be a similarity above 0 and up to 1, such as 0.8, or None, not {near!r}."
        )


def _code(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes and the number of each row's."""
    kind = type_of_target(y)
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"y must hold one class a text, but it is of the type {kind!r}.")
    classes, codes = np.unique(np.asarray(y), return_inverse=True)
    return classes, codes.ravel()


def _several(groups: np.ndarray, sizes: np.ndarray, rng: Any) -> list[np.ndarray]:
    """List the rows of each group of several rows, the largest first, those of a size shuffled."""
    numbers = np.flatnonzero(sizes > 1)
    if rng is not None:
        rng.shuffle(numbers)
    rows = np.split(np.argsort(groups, kind="stable"), np.cumsum(sizes)[:-1])
    return [rows[group] for group in numbers[np.argsort(-sizes[numbers], kind="stable")]]


def _emptiest(counts: np.ndarray, weights: np.ndarray) -> int:
    """Return the fold with the smallest share of the weighted classes, of several the smallest."""
    return int(np.lexsort((counts.sum(axis=1), counts @ weights))[0])


def _fill(fold: np.ndarray, codes: np.ndarray, counts: np.ndarray, rng: Any) -> None:
    """Put the rows that have no fold yet where their class is rarest."""
    for number in range(counts.shape[1]):
        rows = np.flatnonzero((codes == number) & (fold < 0))
        if rng is not None:
            rng.shuffle(rows)
        more = _level(counts[:, number], counts.sum(axis=1), len(rows))
        fold[rows] = np.repeat(np.arange(len(counts)), more)
        counts[:, number] += more


def _level(counts: np.ndarray, totals: np.ndarray, n_rows: int) -> np.ndarray:
    """Return how many rows each fold gets for all to be as even as possible.

    What cannot be dealt out evenly goes to the folds that have the fewest rows.
    """
    order = np.lexsort((totals, counts))
    ordered = counts[order]
    raised = np.arange(1, len(counts) + 1) * ordered - np.cumsum(ordered)
    n_low = int(np.searchsorted(raised, n_rows, side="right"))  # those that get any
    low = order[:n_low]
    level, left = divmod(n_rows + int(counts[low].sum()), n_low)
    more = np.zeros_like(counts)
    more[low] = level - counts[low]
    more[low[np.argsort(totals[low], kind="stable")[:left]]] += 1
    return more
