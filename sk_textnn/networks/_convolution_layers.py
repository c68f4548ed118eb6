"""Keras layers that slide filters over the words of a text. Importing this file loads Keras.

Input are steps (batch, steps, size) with or without a mask (batch, steps).
"""

from typing import Any

from .._optional import import_heavy
from .._tracing import custom_gradient
from ._distinct_words import DistinctWords, distinct_words
from ._seeds import seeded_initializer

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
ops = keras.ops
registered = keras.saving.register_keras_serializable("sk_textnn")

_POOLINGS = ("max", "k_max", "mean")


class _Convolution(keras.layers.Layer):
    """What both share: one convolution, and no look at the padding."""

    supports_masking = True

    def __init__(
        self, filters: int, kernel_size: int, *, initializer: str, seed: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.initializer = initializer
        self.seed = seed
        self.convolution = keras.layers.Conv1D(
            filters,
            kernel_size,
            kernel_initializer=seeded_initializer(initializer, seed),
            data_format="channels_last",
            dtype=self.dtype_policy,
            name="convolution",
        )

    def build(self, input_shape: Any) -> None:
        self.convolution.build(input_shape)
        self.built = True

    def windows(self, inputs: Any, mask: Any, before: int, behind: int) -> Any:
        """Return what the filters find in each window: (batch, windows, filters).

        The first window begins so many steps before the text, the last one ends so many behind.
        """
        words = distinct_words(inputs)
        if words is not None:
            worth, rows = self._worth(words, mask, before, behind)
            return self._sums(worth, rows) + self.convolution.bias
        if mask is not None:  # dropout and custom tables may leave values on the padding
            inputs = inputs * ops.expand_dims(ops.cast(mask, inputs.dtype), -1)
        return self.convolution(ops.pad(inputs, [[0, 0], [before, behind], [0, 0]]))

    def _worth(self, words: DistinctWords, mask: Any, before: int, behind: int) -> tuple[Any, Any]:
        """Multiply each word once: what it adds to a window, by the place that it has in it.

        Returns a row for each word and place, one after the other, and the word's first row at
        each step from the first window's first one on.
        """
        size, kernel = self.kernel_size, tf.convert_to_tensor(self.convolution.kernel.value)
        vectors = tf.concat([words.vectors, tf.zeros_like(words.vectors[:1])], axis=0)
        nothing = tf.shape(words.vectors)[0]  # where those zeros are: padding, and beyond the ends
        kernel = tf.reshape(tf.transpose(kernel, [1, 0, 2]), [-1, size * self.filters])
        worth = tf.reshape(tf.matmul(vectors, kernel), [-1, self.filters])
        number = words.number if mask is None else tf.where(mask, words.number, nothing)
        number = tf.pad(number, [[0, 0], [before, behind]], constant_values=nothing)
        return worth, number * size

    def _sums(self, worth: Any, rows: Any) -> Any:
        """Add up for each window what the words in it are worth."""
        size = self.kernel_size
        last = tf.shape(rows)[1] - size + 1
        return tf.add_n(
            [tf.gather(worth, rows[:, place : place + last] + place) for place in range(size)]
        )

    def get_config(self) -> dict[str, Any]:
        names = ("filters", "kernel_size", "initializer", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@registered
class MaskedConv1D(_Convolution):
    """One convolution with as many steps as its input; the mask goes on.

    Windows reach into the padding, which counts as zeros, as what lies beyond both ends does.
    So the padding and the other texts of a batch change nothing on the real steps.

    Parameters
    ----------
    filters : int
        Number of filters, the size of the output's steps.
    kernel_size : int
        Words in a window.
    activation : str or None, default="relu"
        Keras's name of what follows.
    initializer : str, default="glorot_uniform"
        Keras's name of the initial weights.
    seed : int
        Of the initial weights.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        activation: str | None = "relu",
        *,
        initializer: str = "glorot_uniform",
        seed: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, kernel_size, initializer=initializer, seed=seed, **kwargs)
        self.activation = activation

    def call(self, inputs: Any, mask: Any = None) -> Any:
        before = (self.kernel_size - 1) // 2
        windows = self.windows(inputs, mask, before, self.kernel_size - 1 - before)
        return keras.activations.get(self.activation)(windows)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (*input_shape[:2], self.filters)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": self.activation}


@registered
class MaskedConv1DPooling(_Convolution):
    """One convolution, and what its filters find in the real windows, after the relu.

    A window is real if it holds a word of the text; what it holds beside it, before the first word
    or after the last, counts as zeros. So a filter can tell how texts begin and end, and the
    padding and the other texts of a batch change nothing. A text of padding alone has no real
    window, and gives zeros. The real steps must come first.

    Parameters
    ----------
    filters : int
        Number of filters.
    kernel_size : int
        Words in a window.
    pooling : {"max", "k_max", "mean"}, default="max"
        What of a filter goes on: its maximum, its mean, or its k largest values in the order of
        their windows, with zeros behind them where there are fewer windows. The output has the
        shape (batch, filters), or (batch, filters * k) with the k values of a filter together.
    k : int, default=3
        For "k_max".
    initializer : str, default="glorot_uniform"
        Keras's name of the initial weights.
    seed : int
        Of the initial weights.
    **kwargs
        Of :class:`keras.layers.Layer`.

    References
    ----------
    Kalchbrenner, N., Grefenstette, E. and Blunsom, P. (2014). A convolutional neural network for
    modelling sentences. ACL.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        pooling: str = "max",
        k: int = 3,
        *,
        initializer: str = "glorot_uniform",
        seed: int,
        **kwargs: Any,
    ) -> None:
        if pooling not in _POOLINGS:
            raise ValueError(f"pooling must be one of {list(_POOLINGS)}, not {pooling!r}.")
        super().__init__(filters, kernel_size, initializer=initializer, seed=seed, **kwargs)
        self.pooling = pooling
        self.k = k

    def call(self, inputs: Any, mask: Any = None) -> Any:
        around = self.kernel_size - 1  # windows with no more than a part of the text, each side
        words = distinct_words(inputs)
        # To ask for the shape of vectors would be to look them up.
        n_texts, n_steps = tf.unstack(
            tf.shape(inputs)[:2] if words is None else tf.shape(words.number)
        )
        if mask is None:
            n_words = tf.fill([n_texts, 1], n_steps)
        else:
            n_words = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
        n_real = ops.where(n_words > 0, n_words + around, 0)
        real = ops.expand_dims(tf.range(n_steps + around)[None, :] < n_real, -1)
        if self.pooling == "max" and words is not None:
            return ops.relu(self._best(*self._worth(words, mask, around, around), real))
        windows = self.windows(inputs, mask, around, around)
        if self.pooling == "max":  # the relu of the maximum is that of the relu, and cheaper
            return ops.relu(tf.reduce_max(ops.where(real, windows, windows.dtype.min), axis=1))
        if self.pooling == "k_max":
            return ops.relu(self._largest(ops.where(real, windows, windows.dtype.min)))
        total = ops.sum(ops.relu(windows) * ops.cast(real, windows.dtype), axis=1)
        return total / ops.cast(ops.maximum(n_real, 1), total.dtype)

    def _best(self, worth: Any, rows: Any, real: Any) -> Any:
        """Return the maximum of each filter; back go gradients of the window that has it alone."""
        size = self.kernel_size

        def best(worth: Any) -> tuple[Any, Any]:
            windows = tf.where(real, self._sums(worth, rows), worth.dtype.min)

            def gradient(upstream: Any) -> Any:
                places = tf.range(size)
                steps = tf.argmax(windows, axis=1, output_type=tf.int32)[..., None] + places
                cells = (tf.gather(rows, steps, batch_dims=1) + places) * self.filters
                cells += tf.range(self.filters)[:, None]
                flat = tf.math.unsorted_segment_sum(
                    tf.repeat(tf.reshape(upstream, [-1]), size),
                    tf.reshape(cells, [-1]),
                    tf.size(worth),
                )
                return tf.reshape(flat, tf.shape(worth))

            return tf.reduce_max(windows, axis=1), gradient

        return custom_gradient(best)(worth) + self.convolution.bias

    def _largest(self, windows: Any) -> Any:
        """Take the k largest values of each filter in the order of their windows."""
        rows = ops.transpose(windows, (0, 2, 1))
        # So many windows that there are always k; these and those of padding come last.
        rows = ops.pad(rows, [[0, 0], [0, 0], [0, self.k]], constant_values=rows.dtype.min)
        places = tf.sort(tf.math.top_k(rows, self.k).indices)
        return ops.reshape(tf.gather(rows, places, batch_dims=2), (-1, self.filters * self.k))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0], self.filters * (self.k if self.pooling == "k_max" else 1))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "pooling": self.pooling, "k": self.k}
