"""Sequences other than ragged word ids that batches are cut from."""

from typing import Any

import numpy as np

from ..sequences import TokenSequences


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
        """Read every step of an array (n_samples, steps) or (n_samples, steps, vector_size)."""
        n_samples, n_steps = array.shape[:2]
        size = array.shape[2] if array.ndim == 3 else 1
        return cls(array.reshape(-1, size), np.arange(n_samples + 1) * n_steps)

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


class PaddedSequences:
    """Word ids with their padding, for networks that read it; only a batch is ever padded.

    Parameters
    ----------
    sequences : TokenSequences
        Their `maxlen` and `padding` say how.
    """

    def __init__(self, sequences: TokenSequences):
        self.sequences = sequences

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def lengths(self) -> np.ndarray:
        """The width of all, for each sequence; int64 of shape (n_samples,)."""
        return np.full(len(self), self.sequences.shape[1])

    def dense(self, rows: Any = None, *, width: int | None = None) -> np.ndarray:
        """Cut rows out as one array (n_rows, width), with 0 for padding on its side."""
        width = self.sequences.shape[1] if width is None else width
        return self.sequences.dense(rows, padding=self.sequences.padding, width=width)
