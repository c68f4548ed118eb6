"""What truncation leaves of rows, and how it is copied out of the ragged storage."""

import numpy as np


class Truncated:
    """Where the words are that are left of some rows: from the start on, and up to the stop.

    Parameters
    ----------
    starts, stops : ndarray of int of shape (n_rows,)
        Of the whole rows.
    maxlen : int or None
        The most words that are left of a row; None: all.
    truncating : {"pre", "post", "head_tail"}
        Where a longer row loses words; "head_tail": in the middle.

    Attributes
    ----------
    lengths : ndarray of int of shape (n_rows,)
        How many words are left.
    """

    def __init__(
        self, starts: np.ndarray, stops: np.ndarray, *, maxlen: int | None, truncating: str
    ):
        full = stops - starts
        self.lengths = full if maxlen is None else np.minimum(full, maxlen)
        n_head = {"pre": 0, "post": self.lengths, "head_tail": (self.lengths + 1) // 2}[truncating]
        self._n_head = np.where(self.lengths < full, n_head, self.lengths)
        self._starts, self._stops = starts, stops

    def copy(self, ids: np.ndarray, out: np.ndarray, cells: np.ndarray) -> None:
        """Copy the words of each row to where it begins in a flat array.

        Row by row, yet most often faster than NumPy would be word by word.
        """
        read, write = ids.data, out.data
        columns = cells, self._starts, self._n_head, self._stops, self.lengths - self._n_head
        for cell, start, n_head, stop, n_tail in zip(*map(np.ndarray.tolist, columns), strict=True):
            middle = cell + n_head
            write[cell:middle] = read[start : start + n_head]
            if n_tail:
                write[middle : middle + n_tail] = read[stop - n_tail : stop]
