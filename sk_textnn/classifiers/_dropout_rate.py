"""A dropout rate that a traced graph reads anew: networks that differ in it can share the graph."""

from functools import partial
from typing import Any

from .._optional import import_heavy


class DropoutRate:
    """The rate of the dropout layers that the parameter `dropout` has made, as a variable.

    They compute what they would with a number, to the last bit.

    Parameters
    ----------
    model : keras.Model
        Not traced yet. Others than its user must not train it, as its layers are changed.
    """

    def __init__(self, model: Any):
        tf = import_heavy("tensorflow")
        self._rate_and_scale = tf.Variable([0.0, 1.0], dtype=tf.float64, trainable=False)
        for layer in model.layers:
            if is_dropout(layer):
                layer.call = partial(self._drop, layer)

    def assign(self, rate: float) -> None:
        """Set the rate, in (0, 1)."""
        self._rate_and_scale.assign([rate, 1 / (1 - rate)])

    def _drop(self, layer: Any, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        tf, keras = import_heavy("tensorflow"), import_heavy("keras")
        rate, scale = tf.unstack(tf.cast(self._rate_and_scale, inputs.dtype))
        drawn = keras.random.uniform(
            tf.shape(inputs), dtype=inputs.dtype, seed=layer.seed_generator
        )
        return tf.where(drawn >= rate, inputs * scale, tf.zeros_like(inputs))


def is_dropout(layer: Any) -> bool:
    """Whether a layer is one that the parameter `dropout` has made."""
    of_keras = import_heavy("keras").layers.Dropout
    return type(layer) is of_keras and layer.name.startswith("dropout")
