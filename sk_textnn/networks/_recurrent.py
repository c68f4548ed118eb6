"""The recurrent networks: LSTM or GRU layers over the words of a text."""

from typing import Any

from ._cnn import side_by_side
from ._ngrams import ngram_vectors
from ._seeds import seeded_initializer


def recurrent_features(
    words: Any,
    vectors: Any,
    *,
    cell: str = "lstm",
    units: int = 64,
    n_layers: int = 1,
    bidirectional: bool = True,
    pooling: str = "max",
    recurrent_dropout: float = 0.0,
    max_ngram: int = 1,
    n_buckets: int = 2**16,
    ngram_dropout: float = 0.5,
    prefix: str = "",
    seeds: Any,
    dtype: str = "float32",
) -> Any:
    """Read a text word by word; padding is skipped by the mask.

    Parameters
    ----------
    words : KerasTensor of shape (batch, steps)
        Word ids, of which the n-grams are made; if they are vectors already, there are none.
    vectors : KerasTensor of shape (batch, steps, vector_size)
    cell : {"lstm", "gru"}, default="lstm"
    units : int, default=64
        Size of a layer's state, in each direction.
    n_layers : int, default=1
        Layers, each reading the states of the one before.
    bidirectional : bool, default=True
        Whether each layer has a second one that reads the text from its end.
    pooling : {"last", "max", "mean", "attention"}, default="max"
        What of the last layer goes on: its state after the last word, or the maximum, the mean
        or a mean weighted by attention of its states over the words.
    recurrent_dropout : float, default=0.0
        Share of the state that is dropped from one word to the next.
    max_ngram : int, default=1
        Words in the longest n-gram that has a vector, which is added to that of its first word.
    n_buckets : int, default=65536
        Vectors that all n-grams of one length share, by a hash.
    ngram_dropout : float, default=0.5
        Share of the n-grams that training leaves out.
    prefix : str, default=""
        Of the layers' names, where a network reads several sequences.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    KerasTensor of shape (batch, units), or (batch, 2 * units) if `bidirectional`
    """
    x = vectors
    ngrams = ngram_vectors(
        words,
        vectors,
        max_ngram=max_ngram,
        n_buckets=n_buckets,
        seeds=seeds,
        dtype=dtype,
    )
    if ngrams:
        from ._embedding_layers import AddNGrams, StepDropout

        kept = [
            StepDropout(ngram_dropout, seed=next(seeds), dtype=dtype, name=f"ngram_dropout_{n}")(
                each
            )
            for n, each in enumerate(ngrams, start=2)
        ]
        x = AddNGrams(dtype=dtype, name="words_and_ngrams")([vectors, *kept])
    for number in range(1, n_layers + 1):
        x = _layer(
            x,
            cell,
            units,
            every_state=number < n_layers or pooling != "last",
            bidirectional=bidirectional,
            recurrent_dropout=recurrent_dropout,
            name=f"{prefix}{cell}_{number}",
            seeds=seeds,
            dtype=dtype,
        )
    return x if pooling == "last" else pool_words(x, pooling, prefix, seeds=seeds, dtype=dtype)


def _layer(
    x: Any,
    cell: str,
    units: int,
    *,
    every_state: bool,
    bidirectional: bool,
    recurrent_dropout: float,
    name: str,
    seeds: Any,
    dtype: str,
) -> Any:
    """One recurrent layer, or a pair of them that read from both ends."""
    from . import _recurrent_layers

    kind = {"lstm": _recurrent_layers.LSTM, "gru": _recurrent_layers.GRU}[cell]
    ways = []
    for suffix in ("", "_backwards")[: 2 if bidirectional else 1]:
        layer = kind(
            units,
            return_sequences=every_state,
            go_backwards=bool(suffix),
            recurrent_dropout=recurrent_dropout,
            kernel_initializer=seeded_initializer("glorot_uniform", next(seeds)),
            recurrent_initializer=seeded_initializer("orthogonal", next(seeds)),
            seed=next(seeds),
            dtype=dtype,
            name=f"{name}{suffix}",
        )
        ways.append(layer(x))
    return side_by_side(ways, dtype=dtype, name=f"{name}_both_ways")


def pool_words(x: Any, pooling: str, prefix: str = "", *, seeds: Any, dtype: str) -> Any:
    """Make one vector of those of all words: their maximum, mean, or mean by attention."""
    from . import _pooling_layers as pools

    name = f"{prefix}{pooling}_over_words"
    if pooling == "max":
        return pools.MaskedGlobalMaxPooling1D(dtype=dtype, name=name)(x)
    if pooling == "mean":
        return pools.MaskedGlobalAveragePooling1D(dtype=dtype, name=name)(x)
    return pools.AttentionPooling1D(seed=next(seeds), dtype=dtype, name=name)(x)
