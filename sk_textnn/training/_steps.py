"""Sequences whose steps are vectors already, stored ragged like the word ids."""

from typing import Any

import numpy as np


class StepSequences:
    """Vectors of many sequences, one after the other, without their padding.

    The counterpart of :class:`sk_textnn.TokenSequences` for what is embedded already: batches
    are cut from both by ``lengths`` and ``dense``.

    Parameters
    ----------
    steps : ndarray of shape (n_steps, vector_size)
        The steps of all sequences.
    offsets : ndarray of int of shape (n_samples + 1,)
        Sequence ``i`` is ``steps[offsets[i]:offsets[i + 1]]``.
    """

    def __init__(self, steps: np.ndarray, offsets: np.ndarray):
        self.steps = steps
        self.offsets = offsets

    @classmethod
    def from_padded(cls, array: np.ndarray) -> "StepSequences":
        """Drop the steps that are all zero from an array (n_samples, steps, vector_size)."""
        real = (array != 0).any(axis=2)
        return cls(array[real], np.concatenate([[0], np.cumsum(real.sum(axis=1))]))

    @classmethod
    def from_series(cls, array: np.ndarray) -> "StepSequences":
        """Read an array (n_samples, steps) as sequences of single numbers, none of them padding."""
        n_samples, n_steps = array.shape
        return cls(array.reshape(-1, 1), np.arange(n_samples + 1) * n_steps)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Steps of each sequence, int64 of shape (n_samples,)."""
        return np.diff(self.offsets)

    def dense(self, rows: Any = None, *, width: int | None = None) -> np.ndarray:
        """Cut rows out as one array (n_rows, width, vector_size), zeros behind each sequence."""
        rows = np.arange(len(self)) if rows is None else rows
        starts = self.offsets[rows]
        lengths = self.offsets[rows + 1] - starts
        width = int(lengths.max(initial=0)) if width is None else width
        columns = np.arange(width)
        real = columns < lengths[:, None]
        out = np.zeros((len(rows), width, self.steps.shape[1]), dtype=self.steps.dtype)
        out[real] = self.steps[(starts[:, None] + columns)[real]]
        return out
