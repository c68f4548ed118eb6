"""The recurrent network: one or more LSTM layers over the words of a text."""

from typing import Any

from .._optional import import_heavy
from ._inputs import InputSpec, class_output, draw_seeds, sequence_input


def build_lstm(
    spec: InputSpec,
    *,
    n_classes: int,
    multilabel: bool = False,
    units: int = 64,
    n_layers: int = 1,
    bidirectional: bool = False,
    pooling: str = "last",
    dropout: float = 0.5,
    recurrent_dropout: float = 0.0,
    embedding_dropout: float = 0.2,
    trainable_embedding: bool = True,
    seed: int = 0,
    dtype: str = "float32",
) -> Any:
    """Build an LSTM network for sequences of any length; padding is skipped by a mask.

    Parameters
    ----------
    spec : InputSpec
    n_classes : int
    multilabel : bool, default=False
        Whether a text may have any number of the classes.
    units : int, default=64
        Size of an LSTM's state, in each direction.
    n_layers : int, default=1
        LSTM layers, each reading the states of the one before.
    bidirectional : bool, default=False
        Whether a second LSTM reads the text from its end.
    pooling : {"last", "max", "mean"}, default="last"
        What of the last layer goes on: its state after the last word, or the maximum or the
        mean of its states over the words.
    dropout : float, default=0.5
        Share of the features that is dropped before the output.
    recurrent_dropout : float, default=0.0
        Share of the state that is dropped from one word to the next.
    embedding_dropout : float, default=0.2
        Share of the word vectors' dimensions that is dropped.
    trainable_embedding : bool, default=True
    seed : int, default=0
    dtype : {"float32", "float64"}, default="float32"

    Returns
    -------
    keras.Model
        Not compiled; output of shape (batch, n_classes), rows summing to 1 unless `multilabel`.
    """
    keras = import_heavy("keras")
    from ._layers import MaskedGlobalAveragePooling1D, MaskedGlobalMaxPooling1D

    seeds = draw_seeds(seed)
    inputs, x = sequence_input(
        spec,
        embedding_dropout=embedding_dropout,
        trainable_embedding=trainable_embedding,
        seeds=seeds,
        dtype=dtype,
    )
    for number in range(1, n_layers + 1):
        every_state = number < n_layers or pooling != "last"

        def lstm(backwards: bool, every_state: bool = every_state, number: int = number) -> Any:
            return keras.layers.LSTM(
                units,
                return_sequences=every_state,
                go_backwards=backwards,
                recurrent_dropout=recurrent_dropout,
                kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
                recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
                seed=next(seeds),
                dtype=dtype,
                name=f"lstm_{number}{'_backwards' if backwards else ''}",
            )

        if bidirectional:
            x = keras.layers.Bidirectional(
                lstm(False), backward_layer=lstm(True), dtype=dtype, name=f"both_ways_{number}"
            )(x)
        else:
            x = lstm(False)(x)
    if pooling == "max":
        x = MaskedGlobalMaxPooling1D(dtype=dtype, name="max_over_words")(x)
    elif pooling == "mean":
        x = MaskedGlobalAveragePooling1D(dtype=dtype, name="mean_over_words")(x)
    outputs = class_output(
        x, n_classes=n_classes, multilabel=multilabel, dropout=dropout, seeds=seeds, dtype=dtype
    )
    return keras.Model(inputs, outputs, name="lstm")
