"""Functions of TensorFlow, called with less around them."""

from collections.abc import Callable
from typing import Any

from .._optional import import_heavy


def as_operation(function: Any) -> Callable[..., Any]:
    """Return a way to call a traced function as one operation.

    TensorFlow's Python around a function takes half a millisecond: a good part of a single text.

    Parameters
    ----------
    function : tf.types.experimental.ConcreteFunction
        Of tensors.

    Returns
    -------
    callable
        Of the same arguments, as tensors or arrays of just their types; returns the same.
    """
    tf = import_heavy("tensorflow")
    if tf.config.list_logical_devices("GPU"):  # where nobody has tried it
        return function
    captured = function.captured_inputs
    types = [output.dtype for output in function.outputs]

    def call(*args: Any) -> Any:
        given = [*args, *captured]
        outputs = tf.raw_ops.StatefulPartitionedCall(args=given, Tout=types, f=function)
        return tf.nest.pack_sequence_as(function.structured_outputs, outputs)

    return call
