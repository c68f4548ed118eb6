"""The arithmetic of an LSTM: its matrix products, forward and backward, and nothing else."""

from typing import Any

import numpy as np
from _contest import Clock

from sk_textnn._optional import import_heavy


def products(
    lengths: np.ndarray, *, batch_size: int, units: int, embedding_dim: int, repetitions: int = 3
) -> list[Clock]:
    """Return the seconds that the products of an epoch take, measured as often as wanted.

    Of each text as many words count as it has: there is no padding. All words of a batch are
    multiplied at once where the LSTM permits it, the states word by word. Batches are of the
    most similar lengths there are, which saves steps. What stands in the matrices does not
    matter, and is not computed.
    """
    tf = import_heavy("tensorflow")
    rng = np.random.default_rng(0)
    batches = batch_shapes(lengths, batch_size)
    most = max(active.sum() for active in batches)

    def random(*shape: int) -> Any:
        return tf.constant(rng.standard_normal(shape).astype(np.float32))

    words, gates, states = random(most, embedding_dim), random(most, 4 * units), random(most, units)
    kernel, recurrent = random(embedding_dim, 4 * units), random(units, 4 * units)

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32)])
    def multiply(active: Any) -> Any:
        n_words = tf.reduce_sum(active)
        x, z, h = words[:n_words], gates[:n_words], states[:n_words]
        at_once = [
            tf.matmul(x, kernel),
            tf.matmul(z, kernel, transpose_b=True),
            tf.matmul(x, z, transpose_a=True),
            tf.matmul(h, z, transpose_a=True),
        ]
        total = tf.add_n([product[0, 0] for product in at_once])  # or they would be left out
        for n_rows in active:
            total += tf.matmul(states[:n_rows], recurrent)[0, 0]
            total += tf.matmul(gates[:n_rows], recurrent, transpose_b=True)[0, 0]
        return total

    tensors = [tf.constant(active) for active in batches]
    multiply(tensors[-1])
    clocks = []
    for _ in range(repetitions):
        with Clock() as clock:
            for active in tensors:
                multiply(active)
        clocks.append(clock)
    return clocks


def batch_shapes(lengths: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Return, for each batch, how many of its texts have a first word, a second, and so on."""
    lengths = np.sort(lengths)
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return [
        (batch[:, None] > np.arange(batch.max())).sum(axis=0).astype(np.int32) for batch in batches
    ]
