"""Prediction as one compiled function of weights and batch."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from .._optional import import_heavy
from .._tracing import let_go_of_kernels
from ._architectures import architecture, with_words, word_tables, words_told
from ._operation import as_operation

_MOST = 16  # graphs that are kept: those used last
_functions: dict[Any, Callable[..., Any]] = {}
_lock = Lock()


def shared_function(build: Callable[..., Any], params: dict[str, Any]) -> Callable[..., Any]:
    """Return the function by which all networks of an architecture predict.

    They may differ in their words and the rate of their dropout.

    Parameters
    ----------
    build : callable
        Function of a module that returns such a network.
    params : dict
        Its keyword arguments.

    Returns
    -------
    callable
        Of a batch and where the weights are, as `weights_of` tells it.
    """
    params = with_words(params)
    if params.get("dropout"):  # whatever its rate, there is none in prediction
        params["dropout"] = 0.5
    key = architecture(build, params)
    with _lock:
        function = _functions.pop(key, None) or function_of(build(**params))
        _functions[key] = function  # behind all others
        while len(_functions) > _MOST:
            del _functions[next(iter(_functions))]
            let_go_of_kernels()
        return function


def function_of(model: Any) -> Callable[..., Any]:
    """Compile the prediction of a model for any weights, and any number of words.

    Only for models that change nothing of themselves when they predict.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    callable
        Of a batch and where the weights are, as `weights_of` tells it.
    """
    keras, tf = import_heavy("keras"), import_heavy("tensorflow")
    tables = {id(table) for table in word_tables(model)}
    variables = model.variables

    def predict(batch: Any, weights: Any) -> Any:
        # Not by Model.stateless_call, which insists on the number of words.
        with keras.StatelessScope() as scope:
            for variable, weight in zip(variables, tf.unstack(weights), strict=True):
                value = tf.raw_ops.ReadVariableOp(resource=weight, dtype=variable.dtype)
                n_rows = [None] if id(variable) in tables else variable.shape[:1]
                value.set_shape([*n_rows, *variable.shape[1:]])
                scope.add_update((variable, value))
            return model(batch, training=False)

    read = model.inputs[0]
    batch = tf.TensorSpec(read.shape, read.dtype)
    weights = tf.TensorSpec((len(variables),), tf.resource)
    with words_told(model):
        return as_operation(tf.function(predict).get_concrete_function(batch, weights))


def weights_of(model: Any) -> Any:
    """Tell where the weights of a model are: they need not be read for each prediction."""
    return import_heavy("tensorflow").stack([each.value.handle for each in model.variables])
