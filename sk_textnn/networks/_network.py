"""The frame around every network: word vectors before its body, an output layer behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._optional import import_heavy
from ._inputs import InputSpec, draw_seeds, sequence_input
from ._outputs import class_output


def build_network(
    spec: InputSpec,
    *,
    body: Callable[..., Any],
    n_classes: int,
    body_params: Mapping[str, Any] | None = None,
    multilabel: bool = False,
    word_dropout: float = 0.0,
    spatial_dropout: float = 0.0,
    trainable_embedding: bool = True,
    channels: int = 1,
    dense_units: Sequence[int] = (),
    dense_activation: str = "relu",
    dense_initializer: str = "glorot_uniform",
    batch_normalization: bool = False,
    dropout: float = 0.5,
    seed: int = 0,
    dtype: str = "float32",
) -> Any:
    """Build a network for sequences of any length.

    Parameters
    ----------
    spec : InputSpec
    body : callable
        ``body(words, vectors, *, seeds, dtype, **body_params)`` returns the features, of shape
        (batch, n_features). `words` are the ids, of shape (batch, steps), or the steps; `vectors`
        the sequences of word vectors with their mask, of shape (batch, steps, vector_size);
        `seeds` is an iterator, of which each random layer takes one.
    n_classes : int
    body_params : mapping or None, default=None
        Further keyword arguments of `body`.
    multilabel : bool, default=False
        Whether a text may have any number of the classes.
    word_dropout : float, default=0.0
        Share of the words replaced by the unknown word in training; of steps that are vectors
        already, set to zero.
    spatial_dropout : float, default=0.0
        Share of the word vectors' dimensions dropped, the same ones at every step.
    trainable_embedding : bool, default=True
        Whether training changes the word vectors.
    channels : {1, 2}, default=1
        2: a second table of the same word vectors, never trained, is read beside the first, if
        that is trained.
    dense_units : sequence of int, default=()
        Sizes of the hidden layers between the features and the output.
    dense_activation : str, default="relu"
        Of the hidden layers, Keras's name.
    dense_initializer : str, default="glorot_uniform"
        Of the hidden layers' weights, Keras's name.
    batch_normalization : bool, default=False
        Whether each hidden layer is followed by a batch normalization.
    dropout : float, default=0.5
        Share of the features dropped before each hidden layer and before the output.
    seed : int, default=0
    dtype : {"float32", "float64"}, default="float32"

    Returns
    -------
    keras.Model
        Not compiled; output of shape (batch, n_classes), rows summing to 1 unless `multilabel`.
    """
    keras = import_heavy("keras")
    seeds = draw_seeds(seed)
    inputs, words, vectors = sequence_input(
        spec,
        word_dropout=word_dropout,
        spatial_dropout=spatial_dropout,
        trainable_embedding=trainable_embedding,
        channels=channels,
        seeds=seeds,
        dtype=dtype,
    )
    features = body(words, vectors, seeds=seeds, dtype=dtype, **(body_params or {}))
    outputs = class_output(
        features,
        n_classes=n_classes,
        multilabel=multilabel,
        dense_units=dense_units,
        dense_activation=dense_activation,
        dense_initializer=dense_initializer,
        batch_normalization=batch_normalization,
        dropout=dropout,
        seeds=seeds,
        dtype=dtype,
    )
    name = getattr(body, "__name__", "network").removesuffix("_features")
    return keras.Model(inputs, outputs, name=name)
