"""What a Keras model is made of, as far as it can be wrong."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

RECURRENT = {"RNN", "SimpleRNN", "LSTM", "GRU", "Bidirectional", "ConvLSTM1D"}
# What such an activation makes of the surest and of the other classes at most.
ENDS = {"softmax": (1.0, 0.0), "sigmoid": (1.0, 0.0), "tanh": (1.0, -1.0)}


@dataclass(frozen=True)
class Network:
    """What a network is made of.

    Attributes
    ----------
    activations : tuple of str
        Those that follow one another at its end, with no weights between.
    unmasked : tuple of str
        Recurrent layers that no mask reaches.
    reads_end : bool
        Whether one of these hands on its last state only.
    reads_padding : bool
        Whether rows come to it with their padding.
    padding : {"pre", "post"}
        The side on which that is.
    frozen : tuple of str
        Tables of word vectors that are not trained, if no table is.
    given_vectors : bool
        Whether the tables began with vectors that were trained or read before.
    n_tables : int
        Trained tables of the same shape.
    table_size : int
        Parameters of one of these.
    n_parameters, n_trainable : int
    """

    activations: tuple[str, ...] = ()
    unmasked: tuple[str, ...] = ()
    reads_end: bool = False
    reads_padding: bool = False
    padding: str = "pre"
    frozen: tuple[str, ...] = ()
    given_vectors: bool = True
    n_tables: int = 1
    table_size: int = 0
    n_parameters: int = 0
    n_trainable: int = 0


def read_network(clf: Any, padding: str) -> Network | None:
    """Read the Keras model of a fitted classifier; None if it has none."""
    model = getattr(clf, "model_", None)
    if model is None or not hasattr(model, "layers"):
        return None
    layers = list(_layers(model))
    recurrent = [layer for layer in layers if _is_recurrent(layer) and not _has_mask(layer)]
    tables = [layer for layer in layers if getattr(layer, "embeddings", None) is not None]
    tables = [table for table in tables if getattr(table, "of_words", True)]
    waits = getattr(clf, "frozen_epochs", 0) >= len(getattr(clf, "history_", {}).get("loss", [0]))
    kind = getattr(clf, "input_kind_", None)
    shapes = Counter(tuple(table.embeddings.shape) for table in tables if table.trainable)
    (shape, n_tables), *_ = [*shapes.most_common(1), ((0,), 1)]
    return Network(
        activations=_last_activations(model),
        unmasked=tuple(layer.name for layer in recurrent),
        reads_end=any(not getattr(layer, "return_sequences", False) for layer in recurrent),
        reads_padding=kind is None or not kind.spec.masked,
        padding=padding,
        frozen=tuple(table.name for table in tables)
        if waits or not any(table.trainable for table in tables)
        else (),
        given_vectors=kind is None or kind.embedding_dim is None,
        n_tables=n_tables,
        table_size=math.prod(shape),
        n_parameters=int(model.count_params()),
        n_trainable=sum(math.prod(weight.shape) for weight in model.trainable_weights),
    )


def loss_floor(activations: tuple[str, ...], n_classes: int) -> float | None:
    """Return the least cross-entropy that two activations, one on the other, can reach.

    None, if the first of them bounds nothing, or the second is none that is known.
    """
    ends: tuple[float, float] | None = None
    for name in activations:
        if ends is not None and name in ("sigmoid", "softmax"):
            act = np.exp if name == "softmax" else lambda x: 1 / (1 + np.exp(-np.asarray(x)))
            high, low = (float(act(end)) for end in ends)
            return -float(np.log(high / (high + (n_classes - 1) * low)))
        ends = ENDS.get(name)
    return None


def _layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _layers(layer)
        else:
            yield layer


def _is_recurrent(layer: Any) -> bool:
    return any(base.__name__ in RECURRENT for base in type(layer).__mro__)


def _has_mask(layer: Any) -> bool:
    """Tell whether a mask comes with a layer's input; True where that cannot be seen."""
    tensors = _inputs(layer)
    return not tensors or getattr(tensors[0], "_keras_mask", None) is not None


def _inputs(layer: Any) -> list[Any]:
    try:
        tensors = layer.input
    except (AttributeError, ValueError):  # not in use, or used more than once
        return []
    return list(tensors) if isinstance(tensors, list | tuple) else [tensors]


def _last_activations(model: Any) -> tuple[str, ...]:
    """Return the activations at the end, in the order in which they are applied."""
    found: list[str] = []
    tensors = list(model.outputs)
    while len(tensors) == 1 and hasattr(tensors[0], "_keras_history"):
        layer = tensors[0]._keras_history.operation
        name = getattr(getattr(layer, "activation", None), "__name__", None)
        name = name or type(layer).__name__.lower()
        if name in ENDS:
            found.append(name)
        if getattr(layer, "weights", None):
            break
        tensors = _inputs(layer) if hasattr(layer, "input") else []
    return tuple(reversed(found))
