"""Batches of similar length: little padding is computed on."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._optional import import_heavy

# Rows are shuffled, then sorted by length within pools of this many batches: long enough that
# batches hold little padding, short enough that their company changes every epoch.
POOL_BATCHES = 50


class LengthBatches:
    """An endless supply of epochs, each cut anew into batches (inputs, targets, weights).

    Parameters
    ----------
    sequences : TokenSequences or StepSequences
        Anything with ``lengths`` and ``dense(rows)``.
    targets : ndarray of shape (n_samples,) or (n_samples, n_classes)
    weights : ndarray of float of shape (n_samples,)
    rows : ndarray of int
        The rows to use.
    batch_size : int
    by_length : bool
        Whether a batch holds texts of similar length.
    seed : int or None
        Of the order of the rows; None keeps the order (for validation).
    """

    def __init__(
        self,
        sequences: Any,
        targets: np.ndarray,
        weights: np.ndarray,
        rows: np.ndarray,
        *,
        batch_size: int,
        by_length: bool = True,
        seed: int | None = None,
    ):
        self.sequences = sequences
        self._lengths = sequences.lengths
        self.targets = targets
        self.weights = weights
        self.rows = rows
        self.batch_size = batch_size
        self.by_length = by_length
        self._rng = None if seed is None else np.random.default_rng(seed)

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self.rows) // self.batch_size)

    def epoch(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield the batches of one epoch; the next call orders the rows anew."""
        for rows in self._order():
            # A text without any step still is one step wide: of padding.
            width = max(int(self._lengths[rows].max()), 1)
            yield self.sequences.dense(rows, width=width), self.targets[rows], self.weights[rows]

    def signature(self) -> tuple[Any, Any, Any]:
        """Return the :class:`tf.TensorSpec` of a batch's inputs, targets and weights."""
        tf = import_heavy("tensorflow")
        inputs = self.sequences.dense(self.rows[:1])
        return (
            tf.TensorSpec((None, None, *inputs.shape[2:]), inputs.dtype),
            tf.TensorSpec((None, *self.targets.shape[1:]), self.targets.dtype),
            tf.TensorSpec((None,), self.weights.dtype),
        )

    def _order(self) -> list[np.ndarray]:
        rows = self.rows if self._rng is None else self._rng.permutation(self.rows)
        if self.by_length:
            pool = POOL_BATCHES * self.batch_size
            pools = [rows[start : start + pool] for start in range(0, len(rows), pool)]
            rows = np.concatenate(
                [part[np.argsort(self._lengths[part], kind="stable")] for part in pools]
            )
        batches = [
            rows[start : start + self.batch_size] for start in range(0, len(rows), self.batch_size)
        ]
        if self.by_length and self._rng is not None:
            self._rng.shuffle(batches)
        return batches
