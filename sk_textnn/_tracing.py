"""Traces that do not stay in memory for ever.

TensorFlow keeps the gradient of each call of ``tf.custom_gradient`` that it traced, and with it the
graph, some 10 MB, until the process ends; and the kernels of each function that ran, a few MB. A
search traces hundreds of graphs.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ._optional import import_heavy

_local = threading.local()


def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what ``tf.custom_gradient`` does, of a function with one output.

    Inside `gradients_let_go` it is known by name there.
    """
    tf = import_heavy("tensorflow")

    def call(*args: Any) -> Any:
        result = tf.custom_gradient(function)(*args)
        if not tf.executing_eagerly():
            name = result.op.get_attr("_gradient_op_type").decode()
            getattr(_local, "names", []).append(name)
        return result

    return call


@contextmanager
def gradients_let_go() -> Iterator[None]:
    """Let TensorFlow forget the gradients that are traced inside, by this thread.

    What was traced with them goes on to train; only to take other gradients of it is an error.
    """
    registry = import_heavy("tensorflow.python.framework.ops").gradient_registry
    before = getattr(_local, "names", [])
    _local.names = []
    try:
        yield
    finally:
        # There is no other way; without this attribute they would only stay in memory.
        known = getattr(registry, "_registry", {})
        for name in _local.names:
            known.pop(name, None)
        _local.names = before


def let_go_of_kernels() -> None:
    """Let TensorFlow forget all kernels: those still in use are made again, in milliseconds."""
    with suppress(ImportError, AttributeError):  # it is not part of its public interface
        import_heavy("tensorflow.python.eager.context").context().clear_kernel_cache()
