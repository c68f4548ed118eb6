"""Word ids of many texts in one ragged container."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from ._ids import (
    PADDING_ID,
    check_id_array,
    check_id_row,
    check_maxlen_sides,
    check_ragged,
    check_vectors,
    offsets_of,
)
from ._truncated import Truncated
from ._vocabulary import Vocabulary


class TokenSequences:
    """Word ids of many texts, stored ragged, looking like the padded array they stand for.

    Memory grows with the number of words. ``np.asarray`` gives what
    :func:`keras.utils.pad_sequences` gives: ``(n_samples, maxlen)`` int32, or, with word
    vectors attached, ``(n_samples, maxlen, vector_size)`` float32 with zeros for padding.

    Indexing by a slice, a mask or an array of row numbers gives `TokenSequences`; by an int
    the padded row as an array, as with a NumPy array. Ids are never copied by :meth:`pad` and
    :meth:`with_vectors`.

    Parameters
    ----------
    ids : array-like of int of shape (n_words,)
        The ids of all texts, one after the other.
    offsets : array-like of int of shape (n_samples + 1,)
        Text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
    vocabulary : Vocabulary or None, default=None
        The words behind the ids.
    maxlen : int or None, default=None
        Columns of the padded array. None: as many as the longest text has words.
    padding : {"pre", "post"}, default="pre"
        Where zeros fill a shorter text.
    truncating : {"pre", "post", "head_tail"}, default="pre"
        Where a longer text is cut: at its beginning, at its end, or in its middle, keeping
        the first ``ceil(maxlen / 2)`` and the last ``floor(maxlen / 2)`` words.
    vectors : ndarray of float32 of shape (n_ids, vector_size) or None, default=None
        The word vector of each id; row 0, the padding, is zero.
    index : pandas.Index of length n_samples or None, default=None
        Labels of the texts, where they came with some; a pandas table of document vectors gets
        them.

    Raises
    ------
    TextInputError
        If the ids are no flat array of words, or the offsets do not part them.
    ValueError
        If another argument cannot be used, such as an index of another length than there are
        texts.

    See Also
    --------
    TextTokenizer : Makes them from texts.
    SequencePadder : Sets their width.
    Word2VecEmbedder : Attaches word vectors.

    Examples
    --------
    >>> import numpy as np
    >>> from sk_textnn import TokenSequences
    >>> X = TokenSequences.from_lists([[5, 2], [3], [4, 2, 6]])
    >>> X
    TokenSequences(3 texts, 6 words, shape (3, 3), int32)
    >>> np.asarray(X)
    array([[0, 5, 2],
           [0, 0, 3],
           [4, 2, 6]], dtype=int32)
    >>> np.asarray(X.pad(2, padding="post")[[2, 1]])
    array([[2, 6],
           [3, 0]], dtype=int32)
    """

    __slots__ = (
        "ids",
        "index",
        "maxlen",
        "offsets",
        "padding",
        "truncating",
        "vectors",
        "vocabulary",
    )

    def __init__(
        self,
        ids: Any,
        offsets: Any,
        *,
        vocabulary: Vocabulary | None = None,
        maxlen: int | None = None,
        padding: str = "pre",
        truncating: str = "pre",
        vectors: np.ndarray | None = None,
        index: Any = None,
    ) -> None:
        self.ids, self.offsets = check_ragged(ids, offsets)
        self.vocabulary = vocabulary
        self.maxlen = maxlen
        self.padding = padding
        self.truncating = truncating
        self.vectors = None if vectors is None else check_vectors(vectors)
        check_maxlen_sides(maxlen, padding, truncating)
        if index is not None and not hasattr(index, "get_indexer"):  # pandas may not be loaded
            raise ValueError(
                f"index is {type(index).__name__}; expected was a pandas.Index or None."
            )
        if index is not None and len(index) != len(self):
            raise ValueError(
                f"index has {len(index)} labels, but there are {len(self)} texts. "
                "Pass a label for each text, or None."
            )
        self.index = index

    @classmethod
    def from_lists(
        cls, rows: Iterable[Sequence[int]], *, vocabulary: Vocabulary | None = None
    ) -> "TokenSequences":
        """Build from one list of ids a text.

        Parameters
        ----------
        rows : iterable of sequences of int of length n_samples
            Zeros are padding and are left out.
        vocabulary : Vocabulary or None, default=None
            The words behind the ids.

        Returns
        -------
        TokenSequences
            As wide as the longest text.

        Raises
        ------
        TextInputError
            If a row is not a flat list of non-negative integers; the row is named.
        """
        arrays = [check_id_row(row, position) for position, row in enumerate(rows)]
        lengths = np.fromiter(map(len, arrays), dtype=np.int64, count=len(arrays))
        ids = np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int32)
        offsets = offsets_of(lengths)
        real = ids != PADDING_ID
        if not real.all():
            offsets = offsets_of(real)[offsets]
            ids = ids[real]
        return cls(ids, offsets, vocabulary=vocabulary)

    @classmethod
    def from_padded(
        cls, array: Any, *, vocabulary: Vocabulary | None = None, padding: str = "pre"
    ) -> "TokenSequences":
        """Build from a padded array of ids; zeros, wherever they stand, are padding.

        Parameters
        ----------
        array : array-like of int of shape (n_samples, maxlen)
            Ids, with 0 for padding.
        vocabulary : Vocabulary or None, default=None
            The words behind the ids.
        padding : {"pre", "post"}, default="pre"
            Where :func:`numpy.asarray` shall put the zeros again.

        Returns
        -------
        TokenSequences
            As wide as the array.

        Raises
        ------
        TextInputError
            If the array is not 2-D, has no column, or holds anything but non-negative whole
            numbers; the row is named.
        """
        array = check_id_array(np.asarray(array))
        real = array != PADDING_ID
        return cls(
            array[real],
            offsets_of(real.sum(axis=1)),
            vocabulary=vocabulary,
            maxlen=array.shape[1],
            padding=padding,
        )

    # What the container looks like from outside.

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Words of each text after cutting to `maxlen`, int64 of shape (n_samples,)."""
        lengths = np.diff(self.offsets)
        return lengths if self.maxlen is None else np.minimum(lengths, self.maxlen)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array this stands for."""
        width = self.maxlen
        if width is None:
            width = int(np.diff(self.offsets).max(initial=0))
        size = () if self.vectors is None else (self.vectors.shape[1],)
        return (len(self), width, *size)

    @property
    def ndim(self) -> int:
        """2, or 3 with word vectors attached."""
        return 2 if self.vectors is None else 3

    @property
    def dtype(self) -> np.dtype:
        """Type of the array this stands for: int32, or float32 with word vectors attached."""
        return np.dtype(np.int32 if self.vectors is None else np.float32)

    @property
    def nbytes(self) -> int:
        """Bytes of the ids and offsets; the vocabulary and the vectors are shared."""
        return self.ids.nbytes + self.offsets.nbytes

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("TokenSequences are ragged: their array is always a copy.")
        dense = self.dense(padding=self.padding, width=self.shape[1])
        if self.vectors is not None:
            dense = self.vectors[dense]
        return dense if dtype is None else dense.astype(dtype, copy=False)

    @overload
    def __getitem__(self, key: int | np.integer) -> np.ndarray: ...

    @overload
    def __getitem__(self, key: slice | Sequence[Any] | np.ndarray) -> "TokenSequences": ...

    def __getitem__(self, key: Any) -> "TokenSequences | np.ndarray":
        if isinstance(key, tuple):  # scikit-learn indexes X[rows, ...]
            key, *rest = key
            if any(part is not Ellipsis and part != slice(None) for part in rest):
                raise IndexError(
                    "TokenSequences are indexed by row only; for columns: np.asarray(X)[...]."
                )
        if isinstance(key, int | np.integer):
            if not -len(self) <= key < len(self):
                raise IndexError(f"Row {key} was asked for, but there are {len(self)} rows.")
            position = int(key) % len(self)
            offsets = self.offsets[position : position + 2]
            row = self._with(offsets=offsets, maxlen=self.shape[1], index=None)
            return np.asarray(row)[0]
        if isinstance(key, slice) and (key.step is None or key.step == 1):
            start, stop, _ = key.indices(len(self))
            offsets = self.offsets[start : max(start, stop) + 1]
            ids = self.ids[offsets[0] : offsets[-1]]
            return self._with(ids=ids, offsets=offsets - offsets[0], index=self._labels(key))
        rows = np.arange(len(self))[np.asarray(key) if isinstance(key, list) and key else key]
        if rows.ndim != 1:
            raise IndexError(
                f"TokenSequences are indexed by a 1-D mask or array of rows, not {rows.ndim}-D."
            )
        starts, stops = self.offsets[rows], self.offsets[rows + 1]
        offsets = offsets_of(stops - starts)
        sources = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], stops - starts)
        return self._with(ids=self.ids[sources], offsets=offsets, index=self._labels(rows))

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        known = "" if self.vocabulary is None else f", vocabulary of {len(self.vocabulary):,} ids"
        return (
            f"TokenSequences({len(self):,} texts, {len(self.ids):,} words, "
            f"shape {self.shape}, {self.dtype}{known})"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    # What the later steps of a pipeline do with it.

    def pad(
        self, maxlen: int | None, *, padding: str = "pre", truncating: str = "pre"
    ) -> "TokenSequences":
        """Return the same texts with another width; the ids are shared, not copied.

        Parameters
        ----------
        maxlen : int or None
            Columns of the padded array; None: as many as the longest text has words.
        padding : {"pre", "post"}, default="pre"
            Where zeros fill a shorter text.
        truncating : {"pre", "post", "head_tail"}, default="pre"
            Where a longer text is cut.

        Returns
        -------
        TokenSequences of shape (n_samples, maxlen)
            The same texts; the sequences themselves are not changed.
        """
        check_maxlen_sides(maxlen, padding, truncating)
        return self._with(maxlen=maxlen, padding=padding, truncating=truncating)

    def with_vectors(self, vectors: np.ndarray) -> "TokenSequences":
        """Return the same texts with a table of word vectors, shared, not copied.

        Parameters
        ----------
        vectors : ndarray of float32 of shape (n_ids, vector_size)
            One row an id of the vocabulary; row 0, the padding, is zero.

        Returns
        -------
        TokenSequences of shape (n_samples, maxlen, vector_size)
            The same texts; the sequences themselves are not changed.

        Raises
        ------
        ValueError
            If the table is not of finite numbers, or has not one row for each id.
        """
        if self.vocabulary is not None and len(vectors) != len(self.vocabulary):
            raise ValueError(
                f"The table of vectors has {len(vectors)} rows, but the vocabulary needs "
                f"{len(self.vocabulary)}: one for each id, padding and unknown word included."
            )
        return self._with(vectors=check_vectors(vectors))

    def dense(
        self, rows: np.ndarray | None = None, *, padding: str = "post", width: int | None = None
    ) -> np.ndarray:
        """Cut rows out as one padded array of ids: what the networks' batches are made of.

        Parameters
        ----------
        rows : ndarray of int of shape (n_rows,) or None, default=None
            Row numbers; None: all.
        padding : {"pre", "post"}, default="post"
            Where zeros fill a shorter text.
        width : int or None, default=None
            Columns, at least the longest length among the rows; None: just that.

        Returns
        -------
        ndarray of int32 of shape (n_rows, width)
            Ids, with 0 for padding.
        """
        left = self._left(slice(None) if rows is None else rows)
        lengths = left.lengths
        if width is None:
            width = int(lengths.max(initial=0))
        cells = np.arange(len(lengths)) * width  # where a row begins
        if padding == "pre":
            cells += width - lengths
        out = np.zeros((len(lengths), width), dtype=np.int32)
        left.copy(self.ids, out.reshape(-1), cells)
        return out

    def truncated_ids(self) -> np.ndarray:
        """Return the ids that are left after cutting every text to `maxlen`.

        Returns
        -------
        ndarray of int32 of shape (n_words,)
            Of one text after the other; `lengths` tells how many each has.
        """
        if self.maxlen is None or np.diff(self.offsets).max(initial=0) <= self.maxlen:
            return self.ids
        left = self._left(slice(None))
        out = np.empty(left.lengths.sum(), dtype=np.int32)
        left.copy(self.ids, out, np.cumsum(left.lengths) - left.lengths)
        return out

    def _left(self, rows: slice | np.ndarray) -> Truncated:
        starts, stops = self.offsets[:-1][rows], self.offsets[1:][rows]
        return Truncated(starts, stops, maxlen=self.maxlen, truncating=self.truncating)

    def _labels(self, rows: slice | np.ndarray) -> Any:
        return None if self.index is None else self.index[rows]

    def _with(self, **changes: Any) -> "TokenSequences":
        new = object.__new__(type(self))
        for name in self.__slots__:
            setattr(new, name, changes.get(name, getattr(self, name)))
        return new
