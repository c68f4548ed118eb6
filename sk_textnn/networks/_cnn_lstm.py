"""Convolution first, then an LSTM over what it found."""

from collections.abc import Sequence
from typing import Any

from .._optional import import_heavy
from ._cnn import side_by_side
from ._recurrent import recurrent_features


def cnn_lstm_features(
    words: Any,
    vectors: Any,
    *,
    filters: int = 100,
    kernel_sizes: Sequence[int] = (2, 3, 6),
    pool_size: int = 2,
    units: int = 80,
    shared_lstm: bool = False,
    bidirectional: bool = False,
    pooling: str = "max",
    recurrent_dropout: float = 0.0,
    branch_dropout: float = 0.0,
    seeds: Any,
    dtype: str = "float32",
) -> Any:
    """Shorten a text by convolution and pooling, and read the rest with LSTMs.

    The mask goes through convolution and pooling, so the LSTMs never read padding.

    Parameters
    ----------
    words : KerasTensor
        Not used.
    vectors : KerasTensor of shape (batch, steps, vector_size)
    filters : int, default=100
        Filters of each window size.
    kernel_sizes : sequence of int, default=(2, 3, 6)
        Window sizes in words, a branch each.
    pool_size : int, default=2
        Neighbouring steps of which the maximum goes on; 1 keeps all.
    units : int, default=80
        Size of an LSTM's state, in each direction.
    shared_lstm : bool, default=False
        Whether one LSTM reads all branches side by side, instead of one for each.
    bidirectional : bool, default=False
        Whether a second LSTM reads from the end.
    pooling : {"last", "max", "mean", "attention"}, default="max"
        What of an LSTM's states goes on.
    recurrent_dropout : float, default=0.0
        Share of the state that is dropped from one step to the next.
    branch_dropout : float, default=0.0
        Share of a convolution's output that is dropped before the LSTM.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    KerasTensor of shape (batch, n_features)
    """
    layers = import_heavy("keras").layers
    from ._convolution_layers import MaskedConv1D
    from ._pooling_layers import MaskedMaxPooling1D

    branches = []
    for number, size in enumerate(kernel_sizes, start=1):
        name = f"windows_{number}_of_{size}"
        x = MaskedConv1D(filters, size, seed=next(seeds), dtype=dtype, name=name)(vectors)
        if pool_size > 1:
            x = MaskedMaxPooling1D(pool_size, dtype=dtype, name=f"pool_{number}")(x)
        if branch_dropout:
            x = layers.Dropout(
                branch_dropout, seed=next(seeds), dtype=dtype, name=f"branch_dropout_{number}"
            )(x)
        branches.append(x)
    if shared_lstm:
        branches = [side_by_side(branches, dtype=dtype, name="windows")]
    return side_by_side(
        [
            recurrent_features(
                words,
                branch,
                units=units,
                bidirectional=bidirectional,
                pooling=pooling,
                recurrent_dropout=recurrent_dropout,
                prefix=f"branch_{number}_" if len(branches) > 1 else "",
                seeds=seeds,
                dtype=dtype,
            )
            for number, branch in enumerate(branches, start=1)
        ],
        dtype=dtype,
        name="texts",
    )
