"""The convolutional network: filters over windows of words, the best window of each."""

from collections.abc import Sequence
from typing import Any

from .._optional import import_heavy


def cnn_features(
    words: Any,
    vectors: Any,
    *,
    filters: int = 100,
    kernel_sizes: Sequence[int] = (3, 4, 5),
    pooling: str = "max",
    k: int = 3,
    seeds: Any,
    dtype: str = "float32",
) -> Any:
    """Find patterns of a few words anywhere in a text, after Kim (2014).

    Every window size reads the same word vectors. A window counts if it holds a word of the text;
    those at its ends reach beyond it, where there is nothing, so padding changes nothing.

    Parameters
    ----------
    words : KerasTensor
        Not used.
    vectors : KerasTensor of shape (batch, steps, vector_size)
    filters : int, default=100
        Filters of each window size.
    kernel_sizes : sequence of int, default=(3, 4, 5)
        Window sizes in words.
    pooling : {"max", "k_max", "mean"}, default="max"
        What of each filter goes on: its maximum, its `k` largest values in the order of the
        text, or its mean over the windows.
    k : int, default=3
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        `filters` for each window size, with "k_max" `k` times as many.

    References
    ----------
    Kim, Y. (2014). Convolutional neural networks for sentence classification. EMNLP.

    Kalchbrenner, N. et al. (2014). A convolutional neural network for modelling sentences. ACL.
    """
    from ._convolution_layers import MaskedConv1DPooling

    pooled = [
        MaskedConv1DPooling(
            filters,
            size,
            pooling=pooling,
            k=k,
            seed=next(seeds),
            dtype=dtype,
            name=f"windows_{number}_of_{size}",
        )(vectors)
        for number, size in enumerate(kernel_sizes, start=1)
    ]
    return side_by_side(pooled, dtype=dtype, name="windows")


def side_by_side(branches: list[Any], *, dtype: str, name: str) -> Any:
    """Concatenate what several branches found; one stays as it is."""
    if len(branches) == 1:
        return branches[0]
    layers = import_heavy("keras").layers
    return layers.Concatenate(dtype=dtype, name=name)(branches)
