"""Keras layers that make one vector, or fewer steps, of many steps. Importing this loads Keras.

Input are steps (batch, steps, size) with or without a mask (batch, steps).
"""

from typing import Any

from .._optional import import_heavy
from ._distinct_words import distinct_words
from ._inputs import draw_seeds
from ._seeds import seeded_initializer

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
ops = keras.ops
registered = keras.saving.register_keras_serializable("sk_textnn")


@registered
class MaskedGlobalMaxPooling1D(keras.layers.Layer):
    """Maximum over the real steps: (batch, size); a text of padding alone gives zeros."""

    supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return tf.reduce_max(inputs, axis=1)
        mask = ops.expand_dims(mask, -1)
        highest = tf.reduce_max(ops.where(mask, inputs, inputs.dtype.min), axis=1)
        return ops.where(ops.any(mask, axis=1), highest, ops.zeros_like(highest))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0], input_shape[2])


@registered
class MaskedGlobalAveragePooling1D(keras.layers.GlobalAveragePooling1D):
    """Mean over the real steps; a text of padding alone gives zeros, where Keras gives NaN."""

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.mean(inputs, axis=1)
        return _sum_of_steps(inputs, mask) / _number_of_steps(mask, inputs.dtype)


@registered
class MaskedAverageOfSequences(keras.layers.Layer):
    """Mean over the real steps of several sequences together: (batch, size).

    Inputs are a list of steps, each with a mask or without. A text of padding alone gives zeros.
    Where the different words are known, a vector goes from their table straight into the sum.
    """

    supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        masks = [
            tf.ones(tf.shape(steps)[:2], tf.bool) if each is None else each
            for steps, each in zip(inputs, mask or [None] * len(inputs), strict=True)
        ]
        total = tf.add_n([_sum_of_steps(*each) for each in zip(inputs, masks, strict=True)])
        return total / _number_of_steps(tf.concat(masks, axis=1), total.dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0][0], input_shape[0][2])


def _sum_of_steps(steps: Any, mask: Any) -> Any:
    """Add up the real steps of each text: (batch, size)."""
    words = distinct_words(steps, factor=True)
    if words is None:
        return ops.sum(steps * ops.expand_dims(ops.cast(mask, steps.dtype), -1), axis=1)
    real, n_texts = tf.where(mask), tf.shape(mask)[0]
    total = tf.cond(
        tf.size(real) > 0,
        lambda: tf.raw_ops.SparseSegmentSumWithNumSegments(
            data=words.vectors,
            indices=tf.gather_nd(words.number, real),
            segment_ids=real[:, 0],
            num_segments=n_texts,
        ),
        # The gradient of the above for no step at all is whatever was in memory
        # (https://github.com/tensorflow/tensorflow/issues/72785).
        lambda: tf.pad(words.vectors[:0], [[0, n_texts], [0, 0]]),
    )
    return total if words.factor is None else total * words.factor[:, 0]


def _number_of_steps(mask: Any, dtype: Any) -> Any:
    """Count the real steps of each text, at least 1: (batch, 1)."""
    return ops.maximum(ops.sum(ops.cast(mask, dtype), axis=1, keepdims=True), 1)


@registered
class AttentionPooling1D(keras.layers.Layer):
    """Weighted mean over the real steps: (batch, size); a text of padding alone gives zeros.

    A step weighs the more, the closer a hidden layer over it comes to a vector that is learned.

    Parameters
    ----------
    seed : int
        Of the initial weights.
    **kwargs
        Of :class:`keras.layers.Layer`.

    References
    ----------
    Yang, Z. et al. (2016). Hierarchical attention networks for document classification. NAACL.
    """

    supports_masking = True

    def __init__(self, *, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed

    def build(self, input_shape: Any) -> None:
        size, seeds = input_shape[-1], draw_seeds(self.seed)
        self.kernel, self.context = (
            self.add_weight(
                shape=shape,
                initializer=seeded_initializer("glorot_uniform", next(seeds)),
                name=name,
            )
            for name, shape in (("kernel", (size, size)), ("context", (size, 1)))
        )
        self.bias = self.add_weight(shape=(size,), initializer="zeros", name="bias")

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            mask = ops.expand_dims(mask, -1)
            inputs = ops.where(mask, inputs, ops.zeros_like(inputs))
        scores = ops.matmul(ops.tanh(ops.matmul(inputs, self.kernel) + self.bias), self.context)
        if mask is not None:
            scores = ops.where(mask, scores, scores.dtype.min)
        return ops.sum(ops.softmax(scores, axis=1) * inputs, axis=1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0], input_shape[2])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}


@registered
class MaskedMaxPooling1D(keras.layers.Layer):
    """Maximum over the real steps of each pool of neighbours: (batch, pools, size).

    The first pool begins at the first step; the last one may be incomplete. A pool without a
    real step gives zeros, and the mask that goes on says so.

    Parameters
    ----------
    pool_size : int, default=2
        Steps in a pool.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    supports_masking = True

    def __init__(self, pool_size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool_size = pool_size

    def call(self, inputs: Any, mask: Any = None) -> Any:
        lowest = inputs.dtype.min
        if mask is None:
            return self._pool(inputs, lowest)
        highest = self._pool(ops.where(ops.expand_dims(mask, -1), inputs, lowest), lowest)
        real = ops.expand_dims(self.compute_mask(inputs, mask), -1)
        return ops.where(real, highest, ops.zeros_like(highest))

    def _pool(self, steps: Any, filler: float) -> Any:
        """Take each pool's maximum. The pool that only filled-up steps would make is left out."""
        filled = ops.pad(steps, [[0, 0], [0, self.pool_size - 1], [0, 0]], constant_values=filler)
        return ops.max_pool(
            filled,
            self.pool_size,
            strides=self.pool_size,
            padding="valid",
            data_format="channels_last",
        )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return None
        real = ops.expand_dims(ops.cast(mask, "float32"), -1)
        return ops.squeeze(self._pool(real, 0.0), -1) > 0

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        batch, steps, size = input_shape
        return (batch, steps and -(-steps // self.pool_size), size)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "pool_size": self.pool_size}
