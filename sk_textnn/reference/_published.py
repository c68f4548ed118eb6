"""The layers of the published networks, each with seeds of its own."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .._optional import import_heavy
from ..networks import InputSpec, draw_seeds
from ..networks._seeds import seeded_initializer

LayerList = list[Any]


class Published:
    """Makes Keras's layers as practitioners wrote them, and networks of these.

    Where the input is masked, so are they: tables mark the padding, convolution and pooling heed
    the mark and hand it on.

    Parameters
    ----------
    spec : InputSpec
        Of word ids; one of vectors is refused.
    n_classes : int
    multilabel : bool
        True is refused.
    seed : int
    dtype : str
    """

    def __init__(self, spec: InputSpec, *, n_classes: int, multilabel: bool, seed: int, dtype: str):
        if multilabel:
            raise ValueError(
                "y has a column a label, but the published networks know one class a text only. "
                "Pass one class a text, or use as_published=False."
            )
        if spec.n_ids is None:
            raise ValueError(
                f"X holds vectors of size {spec.vector_size}, but the published networks look up "
                "word ids in tables of their own. Pass word ids, or use as_published=False."
            )
        self.spec = spec
        self.n_classes = n_classes
        self.dtype = dtype
        self.seeds = draw_seeds(seed)
        self._numbers: Counter[str] = Counter()

    def layer(self, kind: str, *args: Any, **kwargs: Any) -> Any:
        """Make one of Keras's layers, of the network's dtype and named by its kind."""
        return self._named(getattr(import_heavy("keras").layers, kind), *args, **kwargs)

    def _named(self, kind: Any, *args: Any, **kwargs: Any) -> Any:
        name = kind.__name__.lower()
        self._numbers[name] += 1
        return kind(*args, dtype=self.dtype, name=f"{name}_{self._numbers[name]}", **kwargs)

    def initializer(self, name: str) -> Any:
        return seeded_initializer(name, next(self.seeds))

    def random_normal(self, stddev: float) -> Any:
        return import_heavy("keras").initializers.RandomNormal(0.0, stddev, seed=next(self.seeds))

    def table(self, *, trainable: bool = True) -> Any:
        """Make a table of word vectors, at random until vectors are set."""
        return self.layer(
            "Embedding",
            self.spec.n_ids,
            self.spec.vector_size,
            embeddings_initializer=self.initializer("uniform"),
            mask_zero=self.spec.masked,
            trainable=trainable,
        )

    def dropout(self, rate: float) -> Any:
        return self.layer("Dropout", rate, seed=next(self.seeds))

    def spatial_dropout(self, rate: float) -> Any:
        return self.layer("SpatialDropout1D", rate, seed=next(self.seeds))

    def lstm(self, units: int, **kwargs: Any) -> Any:
        return self.layer(
            "LSTM",
            units,
            kernel_initializer=self.initializer("glorot_uniform"),
            recurrent_initializer=self.initializer("orthogonal"),
            seed=next(self.seeds),
            **kwargs,
        )

    def dense(self, units: int, activation: str, initializer: Any = "glorot_uniform") -> Any:
        if isinstance(initializer, str):
            initializer = self.initializer(initializer)
        return self.layer("Dense", units, activation=activation, kernel_initializer=initializer)

    def convolution(self, filters: int, size: int) -> Any:
        """Make a convolution with as many steps as its input."""
        if self.spec.masked:
            from ..networks._convolution_layers import MaskedConv1D

            return self._named(MaskedConv1D, filters, size, seed=next(self.seeds))
        return self.layer(
            "Conv1D",
            filters,
            size,
            padding="same",
            activation="relu",
            kernel_initializer=self.initializer("glorot_uniform"),
        )

    def best_windows(self, filters: int, size: int) -> LayerList:
        """Make a convolution of which each filter's maximum goes on."""
        if self.spec.masked:
            from ..networks._convolution_layers import MaskedConv1DPooling

            return [self._named(MaskedConv1DPooling, filters, size, seed=next(self.seeds))]
        return [self.convolution(filters, size), self.layer("GlobalMaxPooling1D")]

    def max_pooling(self, size: int) -> Any:
        """Make a pooling of neighbouring steps."""
        if self.spec.masked:
            from ..networks._pooling_layers import MaskedMaxPooling1D

            return self._named(MaskedMaxPooling1D, size)
        return self.layer("MaxPooling1D", size, strides=size)

    def sequence(self, *layers: Any) -> Any:
        """Make the network that has these layers one after the other."""
        keras = import_heavy("keras")
        return keras.Sequential([keras.Input((None,), dtype="int32", name="ids"), *layers])

    def branches(
        self, branches: Sequence[LayerList], rest: LayerList, *, shared_table: bool
    ) -> Any:
        """Make the network in which several rows of layers read the words, then one what they find.

        Each has a table of word vectors of its own, unless they share one.
        """
        keras = import_heavy("keras")
        inputs = keras.Input((None,), dtype="int32", name="ids")
        if shared_table:
            vectors = [self.table()(inputs)] * len(branches)
        else:
            vectors = [self.table()(inputs) for _ in branches]
        found = [_applied(layers, x) for layers, x in zip(branches, vectors, strict=True)]
        return keras.Model(inputs, _applied(rest, self.layer("Concatenate")(found)))


def _applied(layers: LayerList, x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x
