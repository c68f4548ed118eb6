"""The arithmetic of an LSTM: its matrix products, forward and backward, and nothing else."""

from typing import Any, NamedTuple

import numpy as np
from _contest import Clock

from sk_textnn import TokenSequences
from sk_textnn._optional import import_heavy


class Batch(NamedTuple):
    """What of a batch decides its arithmetic."""

    active: np.ndarray  # how many texts have a first word, a second, and so on
    n_projected: int  # words that are multiplied by the kernel


def products(
    sequences: TokenSequences,
    *,
    batch_size: int,
    units: int,
    embedding_dim: int,
    distinct: bool = False,
    repetitions: int = 3,
) -> tuple[list[Clock], float]:
    """Return the seconds that the products of an epoch take, and how many operations they are.

    Of each text as many words count as it has: there is no padding. The words of a batch are
    multiplied by the kernel at once, all or each distinct one once, and so are their gradients;
    the states word by word. Batches are of the most similar lengths there are, which saves steps.
    What stands in the matrices does not matter, and is not computed.
    """
    tf = import_heavy("tensorflow")
    rng = np.random.default_rng(0)
    batches = make_batches(sequences, batch_size, distinct)
    most = max(batch.active.sum() for batch in batches)

    def random(*shape: int) -> Any:
        return tf.constant(rng.standard_normal(shape).astype(np.float32))

    words, gates, states = random(most, embedding_dim), random(most, 4 * units), random(most, units)
    kernel, recurrent = random(embedding_dim, 4 * units), random(units, 4 * units)

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32)])
    def multiply(active: Any, n_projected: Any) -> Any:
        n_words = tf.reduce_sum(active)
        x, d_x = words[:n_projected], gates[:n_projected]
        at_once = [
            tf.matmul(x, kernel),
            tf.matmul(d_x, kernel, transpose_b=True),
            tf.matmul(x, d_x, transpose_a=True),
            tf.matmul(states[:n_words], gates[:n_words], transpose_a=True),
        ]
        total = tf.add_n([product[0, 0] for product in at_once])  # or they would be left out
        for n_rows in active:
            total += tf.matmul(states[:n_rows], recurrent)[0, 0]
            total += tf.matmul(gates[:n_rows], recurrent, transpose_b=True)[0, 0]
        return total

    tensors = [(tf.constant(batch.active), tf.constant(batch.n_projected)) for batch in batches]
    multiply(*tensors[-1])
    clocks = []
    for _ in range(repetitions):
        with Clock() as clock:
            for tensor in tensors:
                multiply(*tensor)
        clocks.append(clock)
    return clocks, sum(operations(batch, units, embedding_dim) for batch in batches)


def operations(batch: Batch, units: int, embedding_dim: int) -> float:
    """Return how many additions and multiplications the products of a batch are.

    Each of the two matrices is in three products: forward, and in the gradients of both factors.
    """
    rows = embedding_dim * batch.n_projected + units * int(batch.active.sum())
    return 3 * 2 * rows * 4 * units


def make_batches(sequences: TokenSequences, batch_size: int, distinct: bool) -> list[Batch]:
    """Return the batches of texts of the most similar lengths."""
    order = np.argsort(sequences.lengths)
    batches = []
    for start in range(0, len(order), batch_size):
        texts = sequences[order[start : start + batch_size]]
        lengths, ids = texts.lengths, texts.truncated_ids()
        active = (lengths[:, None] > np.arange(lengths.max())).sum(axis=0).astype(np.int32)
        batches.append(Batch(active, len(np.unique(ids)) if distinct else len(ids)))
    return batches
