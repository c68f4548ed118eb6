"""Keras layers of our own. Importing this file loads Keras: only build functions do."""

from typing import Any

from .._optional import import_heavy

keras: Any = import_heavy("keras")
ops = keras.ops


class MaskedGlobalMaxPooling1D(keras.layers.Layer):
    """Maximum over the real steps; a text of padding alone gives zeros.

    Input (batch, steps, size) with a mask (batch, steps); output (batch, size).
    """

    supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return ops.max(inputs, axis=1)
        mask = ops.expand_dims(mask, -1)
        lowest = ops.cast(-1e9, inputs.dtype)
        highest = ops.max(ops.where(mask, inputs, lowest), axis=1)
        return ops.where(ops.any(mask, axis=1), highest, ops.zeros_like(highest))

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[2])


class MaskedGlobalAveragePooling1D(keras.layers.GlobalAveragePooling1D):
    """Mean over the real steps; a text of padding alone gives zeros, where Keras gives NaN."""

    def call(self, inputs, mask=None):
        if mask is None:
            return ops.mean(inputs, axis=1)
        weights = ops.expand_dims(ops.cast(mask, inputs.dtype), -1)
        total = ops.sum(inputs * weights, axis=1)
        return total / ops.maximum(ops.sum(weights, axis=1), ops.ones_like(weights[:, 0]))


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

    def __init__(self, filters, kernel_size, *, seed, **kwargs):
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

    def build(self, input_shape):
        self.convolution.build(input_shape)
        self.built = True

    def call(self, inputs, mask=None):
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

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.filters)
