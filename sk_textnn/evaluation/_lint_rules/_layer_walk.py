"""A walk through the layers of a Keras network, one call after the other, with its tensors."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..._optional import import_heavy

# Layers and operations that hand on what they are given, in another shape or with gaps.
_HAND_ON = {"Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"}
_HAND_ON |= {"Identity", "Flatten", "Reshape", "ActivityRegularization", "Squeeze", "ExpandDims"}
DROPOUTS = {"Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"}
_ACTIVATIONS = {"Softmax": "softmax", "ReLU": "relu", "Relu": "relu", "Sigmoid": "sigmoid"}
_ACTIVATIONS |= {"LeakyReLU": "leaky_relu", "ELU": "elu", "Tanh": "tanh", "PReLU": "prelu"}


@dataclass(eq=False)
class Step:
    """One call of a layer, or of an operation between layers.

    Attributes
    ----------
    layer : keras.Operation
    name : str
        Of the layer, with the names of the models that it is nested in.
    sources : list of Step or int
        What made its inputs; a number is that of an input of the network.
    inputs : list of Tensor
    mask : Tensor or None
        That came with the first input, or was passed to the layer.
    output : Tensor
        The first one.
    """

    layer: Any
    name: str
    sources: list["Step | int"]
    inputs: list[Any]
    mask: Any
    output: Any

    @property
    def kind(self) -> str:
        """The name of the layer's class."""
        return type(self.layer).__name__

    @property
    def output_mask(self) -> Any:
        """The mask that goes on with the output; None: there is none."""
        return mask_of(self.output)

    @property
    def activation(self) -> Any:
        """The function that is applied last, or None if there is none but the identity."""
        if self.kind in _ACTIVATIONS:
            return self.layer
        function = getattr(self.layer, "activation", None)
        if not callable(function) or self.is_recurrent or name_of(function) == "linear":
            return None
        return function

    @property
    def activation_name(self) -> str:
        """Keras's name of the activation; "linear" without one."""
        return _ACTIVATIONS.get(self.kind) or name_of(self.activation or "linear")

    @property
    def hands_on(self) -> bool:
        """Whether what comes out is what came in, in another shape or with gaps."""
        return self.kind in _HAND_ON

    @property
    def has_kernel(self) -> bool:
        """Whether the inputs are multiplied by weights before the activation."""
        return getattr(self.layer, "kernel", None) is not None

    @property
    def recurrent_layers(self) -> list[Any]:
        """Keras's recurrent layers that are called: two of a Bidirectional."""
        layers = import_heavy("keras").layers
        both = [getattr(self.layer, f"{way}_layer", None) for way in ("forward", "backward")]
        return [each for each in [self.layer, *both] if isinstance(each, layers.RNN)]

    @property
    def is_recurrent(self) -> bool:
        """Whether it reads steps one after the other: a layer of Keras's or of ours."""
        return bool(self.recurrent_layers) or _is_ours(self.layer, "_recurrent_layers")

    @property
    def is_table(self) -> bool:
        """Whether it looks up a vector for each id."""
        return isinstance(self.layer, import_heavy("keras").layers.Embedding)

    def before(self) -> Iterator["Step"]:
        """Yield the steps before it, along the first input of each."""
        step = self.sources[0] if self.sources else None
        while isinstance(step, Step):
            yield step
            step = step.sources[0] if step.sources else None

    def calculated_from(self) -> "Step | None":
        """Return the step before it that does more than to hand on what it got."""
        return next((step for step in self.before() if not step.hands_on), None)


def name_of(function: Any) -> str:
    """Return the name of a function, or of the class of an object; a name stays one."""
    if isinstance(function, str):
        return function
    return getattr(function, "__name__", type(function).__name__)


def mask_of(tensor: Any) -> Any:
    """Return the mask that Keras attached to a tensor, or None."""
    return getattr(tensor, "_keras_mask", None)


def _is_ours(layer: Any, module: str) -> bool:
    return type(layer).__module__ == f"sk_textnn.networks.{module}"


def graph_of(model: Any) -> Any:
    """Return what knows the graph of a model: it itself, or what a Sequential holds."""
    inner = getattr(model, "_functional", None) or model
    return inner if hasattr(inner, "_nodes_by_depth") else None


def walk(
    model: Any,
    tensors: list[Any],
    *,
    training: bool,
    sources: list[Step | int] | None = None,
    prefix: str = "",
) -> tuple[list[Any], list[Step | int], list[Step]]:
    """Call the layers of a network one after the other, those of nested models, too.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional.
    tensors : list of Tensor
        One for each input.
    training : bool
    sources : list of Step or int or None, default=None
        What made the tensors; None: they are the network's inputs.
    prefix : str, default=""
        Of the layers' names.

    Returns
    -------
    outputs : list of Tensor
    made_by : list of Step or int
        What made each of them.
    steps : list of Step
        In the order in which they were called.
    """
    graph = graph_of(model)
    if sources is None:
        sources = list(range(len(tensors)))
    known = {id(x): pair for x, *pair in zip(graph.inputs, tensors, sources, strict=True)}
    steps: list[Step] = []
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            symbols = node.input_tensors
            if node.is_input or any(id(symbol) not in known for symbol in symbols):
                continue
            values, made_by = _parted(known, symbols)
            name = f"{prefix}{node.operation.name}"
            arguments = node.arguments.fill_in({id(x): known[id(x)][0] for x in symbols})
            inside = graph_of(node.operation)
            if inside is not None:
                n_inputs = len(inside.inputs)  # behind them there may be masks
                _hand_over(values[:n_inputs], arguments[1].get("mask"))
                outputs, makers, inner = walk(
                    inside,
                    values[:n_inputs],
                    training=training,
                    sources=made_by[:n_inputs],
                    prefix=f"{name}/",
                )
                steps += inner
            else:
                outputs, step = _called(node.operation, name, made_by, values, arguments, training)
                makers = [step] * len(outputs)
                steps.append(step)
            known |= {
                id(symbol): [value, maker]
                for symbol, value, maker in zip(node.outputs, outputs, makers, strict=True)
            }
    return *_parted(known, graph.outputs), steps


def _hand_over(tensors: list[Any], masks: Any) -> None:
    """Attach masks to tensors as Keras does for a nested model, where there is none yet."""
    for tensor, mask in zip(tensors, import_heavy("keras").tree.flatten(masks), strict=False):
        if mask is not None and mask_of(tensor) is None:
            tensor._keras_mask = mask


def _parted(known: dict[int, Any], symbols: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the tensors that stand for symbols, and what made them."""
    pairs = [known[id(symbol)] for symbol in symbols]
    return [value for value, _ in pairs], [maker for _, maker in pairs]


def _called(
    layer: Any,
    name: str,
    sources: list[Step | int],
    values: list[Any],
    arguments: tuple[Any, Any],
    training: bool,
) -> tuple[list[Any], Step]:
    """Call a layer; ids that its table does not hold are replaced by some that it does."""
    keras, tf = import_heavy("keras"), import_heavy("tensorflow")
    args, kwargs = arguments
    if "training" in inspect.signature(layer.call).parameters:
        kwargs = {"training": training, **kwargs}
    if isinstance(layer, keras.layers.Embedding):
        args = (tf.clip_by_value(args[0], 0, layer.input_dim - 1), *args[1:])
    mask = kwargs.get("mask")
    if mask is None:
        mask = mask_of(values[0])
    outputs = keras.tree.flatten(layer(*args, **kwargs))
    return outputs, Step(layer, name, sources, values, mask, outputs[0])


@contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Give a model back what running it in training changes: its states, not its weights.

    Those are the statistics of normalizations, the seeds of dropout, the states that recurrent
    layers keep, and the losses that layers added.
    """
    states = [(variable, variable.numpy()) for variable in model.variables if not _learns(variable)]
    layers = [model, *model._flatten_layers(include_self=False)]
    losses = [(layer, list(getattr(layer, "_losses", ()))) for layer in layers]
    try:
        yield
    finally:
        for variable, value in states:
            variable.assign(value)
        for layer, before in losses:
            if hasattr(layer, "_losses"):
                layer._losses[:] = before


def _learns(variable: Any) -> bool:
    return bool(getattr(variable, "trainable", False))
