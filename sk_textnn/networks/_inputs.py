"""What comes in: word ids through an embedding table, or steps that are vectors already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._optional import import_heavy
from ..sequences import UNKNOWN_ID

START = 0.05  # Word vectors begin with numbers between this and its negative.


@dataclass(frozen=True)
class InputSpec:
    """The kind of sequences a network reads.

    Attributes
    ----------
    vector_size : int
        Size of one step: of a word vector, or of a step that is a vector already.
    n_ids : int or None
        Rows of the embedding table. None: the steps are vectors already.
    masked : bool
        Whether zeros (the id 0, or a step that is all zero) are padding to be skipped.
    """

    vector_size: int
    n_ids: int | None = None
    masked: bool = True


def draw_seeds(seed: int) -> Iterator[int]:
    """Yield one seed after the other: each layer gets its own, none touches a global state."""
    rng = np.random.default_rng(seed)
    while True:
        yield int(rng.integers(2**31 - 1))


def sequence_input(
    spec: InputSpec,
    *,
    word_dropout: float = 0.0,
    spatial_dropout: float = 0.0,
    trainable_embedding: bool = True,
    channels: int = 1,
    seeds: Any,
    dtype: str = "float32",
) -> tuple[Any, Any, Any]:
    """Start a network: its input, and the sequence of vectors with its mask.

    Parameters
    ----------
    spec : InputSpec
    word_dropout : float, default=0.0
        Share of the words that are replaced by the unknown word, or of the steps set to zero.
    spatial_dropout : float, default=0.0
        Share of the vectors' dimensions that is dropped, the same ones at every step.
    trainable_embedding : bool, default=True
        Whether training changes the embedding table.
    channels : {1, 2}, default=1
        2: the vectors of a second table, never trained, are read beside those of the first; not
        where nothing trains the first either, as both would stay the same.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    inputs : KerasTensor
        Of shape (batch, steps) int32, or (batch, steps, vector_size).
    words : KerasTensor
        The same after word dropout.
    vectors : KerasTensor of shape (batch, steps, channels * vector_size)
    """
    keras = import_heavy("keras")
    layers = keras.layers
    from ._embedding_layers import SpatialDropout1D, StepDropout, WordDropout, WordEmbedding

    if spec.n_ids is None:
        inputs = keras.Input((None, spec.vector_size), dtype=dtype, name="steps")
        vectors = inputs
        if spec.masked:
            vectors = layers.Masking(0.0, dtype=dtype, name="mask")(vectors)
        if word_dropout:
            vectors = StepDropout(word_dropout, seed=next(seeds), dtype=dtype, name="word_dropout")(
                vectors
            )
        words = vectors
    else:
        inputs = keras.Input((None,), dtype="int32", name="ids")
        words = inputs
        if word_dropout:
            dropout = WordDropout(word_dropout, UNKNOWN_ID, seed=next(seeds), name="word_dropout")
            words = dropout(words)
        tables = []
        # Both tables begin with the same vectors.
        table_seed = next(seeds)
        for name in ("embedding", "embedding_frozen")[: channels if trainable_embedding else 1]:
            embedding = WordEmbedding(
                spec.n_ids,
                spec.vector_size,
                embeddings_initializer=keras.initializers.RandomUniform(
                    -START, START, seed=table_seed
                ),
                mask_zero=spec.masked,
                trainable=trainable_embedding and name == "embedding",
                dtype=dtype,
                name=name,
            )
            tables.append(embedding(words))
        vectors = tables[0]
        if len(tables) > 1:
            vectors = layers.Concatenate(dtype=dtype, name="channels")(tables)
    if spatial_dropout:
        vectors = SpatialDropout1D(
            spatial_dropout, seed=next(seeds), dtype=dtype, name="spatial_dropout"
        )(vectors)
    return inputs, words, vectors
