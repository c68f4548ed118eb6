"""The convolutional network: filters over windows of words, the best window of each."""

from collections.abc import Sequence
from typing import Any

from .._optional import import_heavy
from ._inputs import InputSpec, class_output, draw_seeds, sequence_input


def build_cnn(
    spec: InputSpec,
    *,
    n_classes: int,
    multilabel: bool = False,
    filters: int = 100,
    kernel_sizes: Sequence[int] = (3, 4, 5),
    dropout: float = 0.5,
    embedding_dropout: float = 0.0,
    trainable_embedding: bool = True,
    seed: int = 0,
    dtype: str = "float32",
) -> Any:
    """Build a convolutional network for sequences of any length, after Kim (2014).

    Every window size reads the same embedding table; the maximum of each filter is taken over
    the real windows only, so padding changes nothing.

    Parameters
    ----------
    spec : InputSpec
    n_classes : int
    multilabel : bool, default=False
        Whether a text may have any number of the classes.
    filters : int, default=100
        Filters of each window size.
    kernel_sizes : sequence of int, default=(3, 4, 5)
        Window sizes in words.
    dropout : float, default=0.5
        Share of the features that is dropped before the output.
    embedding_dropout : float, default=0.0
        Share of the word vectors' dimensions that is dropped.
    trainable_embedding : bool, default=True
    seed : int, default=0
    dtype : {"float32", "float64"}, default="float32"

    Returns
    -------
    keras.Model
        Not compiled; output of shape (batch, n_classes), rows summing to 1 unless `multilabel`.

    References
    ----------
    Kim, Y. (2014). Convolutional neural networks for sentence classification. EMNLP.
    """
    keras = import_heavy("keras")
    from ._layers import MaskedConv1DMaxPooling

    seeds = draw_seeds(seed)
    inputs, x = sequence_input(
        spec,
        embedding_dropout=embedding_dropout,
        trainable_embedding=trainable_embedding,
        seeds=seeds,
        dtype=dtype,
    )
    pooled = [
        MaskedConv1DMaxPooling(
            filters, size, seed=next(seeds), dtype=dtype, name=f"windows_{number}_of_{size}"
        )(x)
        for number, size in enumerate(kernel_sizes, start=1)
    ]
    features = pooled[0] if len(pooled) == 1 else keras.layers.Concatenate(dtype=dtype)(pooled)
    outputs = class_output(
        features,
        n_classes=n_classes,
        multilabel=multilabel,
        dropout=dropout,
        seeds=seeds,
        dtype=dtype,
    )
    return keras.Model(inputs, outputs, name="cnn")
