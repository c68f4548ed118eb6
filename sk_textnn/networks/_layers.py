"""Keras layers of our own. Importing this file loads Keras: only build functions do."""

from typing import Any

from .._optional import import_heavy

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
ops = keras.ops
# Under a name of its own, so that keras.saving.load_model finds the layer in a saved network.
registered = keras.saving.register_keras_serializable("sk_textnn")


@registered
class WordEmbedding(keras.layers.Embedding):
    """Keras's embedding, with one gradient for each word of a batch.

    Keras hands its optimizers one for each occurrence, of which Adam adds up the squares: a text
    of weight 2 would not train the vectors as two such texts do.
    """

    def call(self, inputs: Any) -> Any:
        return tf.custom_gradient(_rows)(tf.convert_to_tensor(self.embeddings.value), inputs)


def _rows(table: Any, ids: Any) -> tuple[Any, Any]:
    """Return the rows of a table, and the function that adds up the gradients of each row."""

    def gradient(upstream: Any) -> tuple[Any, None]:
        words, number = tf.unique(tf.reshape(ids, [-1]))
        flat = tf.reshape(upstream, [-1, table.shape[1]])
        sums = tf.math.unsorted_segment_sum(flat, number, tf.size(words))
        return tf.IndexedSlices(sums, words, tf.shape(table)), None

    return tf.gather(table, ids), gradient


@registered
class MaskedGlobalMaxPooling1D(keras.layers.Layer):
    """Maximum over the real steps; a text of padding alone gives zeros.

    Input (batch, steps, size) with a mask (batch, steps); output (batch, size).
    """

    supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.max(inputs, axis=1)
        mask = ops.expand_dims(mask, -1)
        lowest = ops.cast(-1e9, inputs.dtype)
        highest = ops.max(ops.where(mask, inputs, lowest), axis=1)
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
        weights = ops.expand_dims(ops.cast(mask, inputs.dtype), -1)
        total = ops.sum(inputs * weights, axis=1)
        return total / ops.maximum(ops.sum(weights, axis=1), ops.ones_like(weights[:, 0]))


@registered
class MaskedConv1DMaxPooling(keras.layers.Layer):
    """One convolution and the maximum of each filter over the real windows.

    A window is real if it lies within the text; a text shorter than the window has one, filled
    up with zeros behind it. So the padding and the other texts of a batch change nothing.

    Parameters
    ----------
    filters : int
        Number of filters, the size of the output.
    kernel_size : int
        Words in a window.
    seed : int
        Of the initial weights.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    supports_masking = True

    def __init__(self, filters: int, kernel_size: int, *, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.convolution = keras.layers.Conv1D(
            filters,
            kernel_size,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            dtype=self.dtype_policy,
            name="convolution",
        )

    def build(self, input_shape: Any) -> None:
        self.convolution.build(input_shape)
        self.built = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:  # dropout and custom tables may leave values on padding
            inputs = inputs * ops.expand_dims(ops.cast(mask, inputs.dtype), -1)
        windows = self.convolution(ops.pad(inputs, [[0, 0], [0, self.kernel_size - 1], [0, 0]]))
        if mask is None:
            n_words = ops.shape(inputs)[1] * ops.ones_like(inputs[:, :1, 0], dtype="int32")
        else:
            n_words = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
        starts = ops.expand_dims(ops.arange(ops.shape(inputs)[1], dtype="int32"), 0)
        real = starts <= ops.maximum(n_words - self.kernel_size, 0)
        lowest = ops.cast(-1e9, windows.dtype)
        highest = ops.max(ops.where(ops.expand_dims(real, -1), windows, lowest), axis=1)
        return ops.relu(highest)  # of the maximum is the maximum of the relu, and cheaper

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (input_shape[0], self.filters)
