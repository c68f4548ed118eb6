"""What goes out: hidden layers, then one probability a class."""

from collections.abc import Sequence
from typing import Any

from .._optional import import_heavy
from ._seeds import seeded_initializer


def class_output(
    features: Any,
    *,
    n_classes: int,
    multilabel: bool = False,
    dense_units: Sequence[int] = (),
    dense_activation: str = "relu",
    dense_initializer: str = "glorot_uniform",
    batch_normalization: bool = False,
    dropout: float = 0.0,
    seeds: Any,
    dtype: str = "float32",
) -> Any:
    """End a network with one probability a class.

    Classes exclude each other, so that their probabilities sum to 1, unless `multilabel`.

    Parameters
    ----------
    features : KerasTensor of shape (batch, n_features)
    n_classes : int
    multilabel : bool, default=False
    dense_units : sequence of int, default=()
        Sizes of the hidden layers.
    dense_activation : str, default="relu"
    dense_initializer : str, default="glorot_uniform"
    batch_normalization : bool, default=False
        Whether each hidden layer is followed by one.
    dropout : float, default=0.0
        Share of the features dropped before each layer.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    KerasTensor of shape (batch, n_classes)
    """
    layers = import_heavy("keras").layers

    def dropped(x: Any, name: str) -> Any:
        if not dropout:
            return x
        return layers.Dropout(dropout, seed=next(seeds), dtype=dtype, name=name)(x)

    # A wrong name is an error even where there are no hidden layers.
    seeded_initializer(dense_initializer, 0, "dense_initializer")
    for number, units in enumerate(dense_units, start=1):
        features = layers.Dense(
            units,
            activation=dense_activation,
            kernel_initializer=seeded_initializer(dense_initializer, next(seeds)),
            dtype=dtype,
            name=f"dense_{number}",
        )(dropped(features, f"dropout_{number}"))
        if batch_normalization:
            features = layers.BatchNormalization(dtype=dtype, name=f"normalization_{number}")(
                features
            )
    return layers.Dense(
        n_classes,
        activation="sigmoid" if multilabel else "softmax",
        kernel_initializer=seeded_initializer("glorot_uniform", next(seeds)),
        dtype=dtype,
        name="probabilities",
    )(dropped(features, "dropout"))
