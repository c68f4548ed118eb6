"""What comes in: word ids through an embedding table, or steps that are vectors already."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._optional import import_heavy


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
    spec: InputSpec, *, embedding_dropout: float, trainable_embedding: bool, seeds: Any, dtype: str
) -> tuple[Any, Any]:
    """Start a network: its input, and the sequence of vectors with its mask.

    Parameters
    ----------
    spec : InputSpec
    embedding_dropout : float
        Share of the vectors' dimensions that is dropped, the same ones at every step.
    trainable_embedding : bool
        Whether training changes the embedding table.
    seeds : iterator of int
    dtype : str

    Returns
    -------
    inputs : KerasTensor
        Of shape (batch, steps) int32, or (batch, steps, vector_size).
    vectors : KerasTensor of shape (batch, steps, vector_size)
    """
    keras = import_heavy("keras")
    layers = keras.layers
    if spec.n_ids is None:
        inputs = keras.Input((None, spec.vector_size), dtype=dtype, name="steps")
        vectors = inputs
        if spec.masked:
            vectors = layers.Masking(0.0, dtype=dtype, name="mask")(vectors)
    else:
        from ._layers import WordEmbedding

        inputs = keras.Input((None,), dtype="int32", name="ids")
        vectors = WordEmbedding(
            spec.n_ids,
            spec.vector_size,
            embeddings_initializer=keras.initializers.RandomUniform(-0.05, 0.05, seed=next(seeds)),
            mask_zero=spec.masked,
            trainable=trainable_embedding,
            dtype=dtype,
            name="embedding",
        )(inputs)
    if embedding_dropout:
        vectors = layers.SpatialDropout1D(
            embedding_dropout, seed=next(seeds), dtype=dtype, name="embedding_dropout"
        )(vectors)
    return inputs, vectors


def class_output(
    features: Any, *, n_classes: int, multilabel: bool, dropout: float, seeds: Any, dtype: str
) -> Any:
    """End a network: dropout on its features, then one probability a class.

    Classes exclude each other, so that their probabilities sum to 1, unless `multilabel`.
    """
    keras = import_heavy("keras")
    if dropout:
        features = keras.layers.Dropout(dropout, seed=next(seeds), dtype=dtype, name="dropout")(
            features
        )
    return keras.layers.Dense(
        n_classes,
        activation="sigmoid" if multilabel else "softmax",
        kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
        dtype=dtype,
        name="probabilities",
    )(features)
