"""What networks have in common that differ in their weights and their vocabulary only."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .._optional import import_heavy
from .._tracing import gradients_let_go


def with_words(params: Mapping[str, Any], n_ids: int | None = 2) -> dict[str, Any]:
    """Return the arguments of a network as if it knew so many words.

    Parameters
    ----------
    params : mapping
        Keyword arguments of the function that builds it, among them ``spec``.
    n_ids : int, default=2
        Not heeded by a network that reads vectors.

    Returns
    -------
    dict
    """
    spec = params["spec"]
    return {**params, "spec": spec if spec.n_ids is None else replace(spec, n_ids=n_ids)}


def architecture(build: Callable[..., Any], params: Mapping[str, Any]) -> Hashable:
    """Return what is equal for networks whose graphs are alike: all but their seeds.

    Parameters
    ----------
    build : callable
        The function that builds them.
    params : mapping
        Its keyword arguments.

    Returns
    -------
    hashable
    """
    config: Any = import_heavy("keras").config
    settings = config.epsilon(), config.floatx(), config.dtype_policy().name  # read while tracing
    return build, frozen({**params, "seed": None}), settings


def word_tables(model: Any) -> list[Any]:
    """Return the tables of word vectors of a model, which have a row for each word."""
    others = {id(each.embeddings) for each in model.layers if not getattr(each, "of_words", True)}
    return [
        weight
        for weight in model.weights
        if weight.name == "embeddings" and id(weight) not in others
    ]


@contextmanager
def words_told(model: Any) -> Iterator[None]:
    """Let the tables of a model tell which words of a batch are the same, while it is traced.

    Layers then compute for each word once. No more gradients can be asked for afterwards.
    """
    tables = [layer for layer in model.layers if hasattr(layer, "tells_words")]
    for table in tables:
        table.tells_words = True
    try:
        with gradients_let_go():
            yield
    finally:
        for table in tables:
            table.tells_words = False


def frozen(value: Any) -> Hashable:
    """Return a value that can be looked up by: containers as tuples, and 1 other than 1.0."""
    if isinstance(value, Mapping):
        return tuple((name, frozen(value[name])) for name in sorted(value))
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return type(value), value
