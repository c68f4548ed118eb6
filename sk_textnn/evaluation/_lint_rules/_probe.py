"""One run of a network, traced but not trained: what its layers get, give and learn."""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..._optional import import_heavy
from ..._tracing import gradients_let_go
from ._head import Head, Targets, loss_of, read_head, read_targets
from ._layer_walk import Step, untouched, walk
from ._padding import TEXT_FIRST

# Where the slope of an activation is below a tenth of its greatest.
_FLAT = {"sigmoid": (0.0257, 0.9743), "tanh": (-0.9487, 0.9487)}


@dataclass
class Probe:
    """What a run of a network showed.

    Attributes
    ----------
    steps : list of Step
        Its tensors are of the traced graph: they have shapes and masks, but no numbers.
    heads : list of Head
        One for each output.
    numbers : dict of (str, int) to ndarray
        What was measured, and at which step; empty if there was no sample to run on.
    learned : list of keras.Variable
        The variables whose gradients were taken.
    """

    steps: list[Step] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    numbers: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)
    learned: list[Any] = field(default_factory=list)

    def of(self, what: str) -> dict[int, np.ndarray]:
        """Return all numbers of one kind, by the position of the step."""
        return {number: value for (name, number), value in self.numbers.items() if name == what}


def probe(model: Any, rows: list[np.ndarray] | None, targets: Targets | None) -> Probe:
    """Run a network once as in training, and leave it as it was.

    Parameters
    ----------
    model : keras.Model
    rows : list of ndarray or None
        One for each input. None: the network is traced, but not run.
    targets : Targets or None
        None: the gradient is that of any classes.

    Returns
    -------
    Probe
    """
    tf = import_heavy("tensorflow")
    found = Probe()
    keys: list[tuple[str, int]] = []

    def run(*tensors: Any) -> list[Any]:
        # What is traced twice is collected once.
        keys.clear()
        with tf.GradientTape(persistent=True) as tape:
            outputs, makers, found.steps = walk(model, list(tensors), training=rows is not None)
            found.heads = [
                read_head(output, maker, loss_of(model, number))
                for number, (output, maker) in enumerate(zip(outputs, makers, strict=True))
            ]
            loss = None if rows is None else _loss(found.heads, outputs, targets, len(rows[0]))
        if rows is None:
            return []
        measured = _measures(found.steps)
        # Of the weights too: on some processors a dense layer's relu makes zeros of NaN.
        measured["finite", 0] = tf.reduce_all([_finite(each) for each in outputs + _floats(model)])
        if loss is not None:
            found.learned = list(model.trainable_variables)
            measured["loss", 0] = loss
            gradients = tape.gradient(loss, [each.value for each in found.learned])
            for number, gradient in enumerate(gradients):
                if gradient is not None:
                    measured["gradient", number] = tf.norm(tf.convert_to_tensor(gradient))
        keys.extend(measured)
        return list(measured.values())

    signature = [tf.TensorSpec(_shape(each, rows), each.dtype) for each in model.inputs]
    with untouched(model), gradients_let_go(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's of lost masks: they are found here
        function = tf.function(run, autograph=False).get_concrete_function(*signature)
        if rows is not None:
            inputs = [
                tf.constant(part, each.dtype) for part, each in zip(rows, signature, strict=True)
            ]
            values = [each.numpy() for each in function(*inputs)]
            found.numbers = dict(zip(keys, values, strict=True))
    return found


def _shape(symbol: Any, rows: list[np.ndarray] | None) -> tuple[Any, ...]:
    return (symbol.shape[0] if rows is None else len(rows[0]), *symbol.shape[1:])


def _floats(model: Any) -> list[Any]:
    tf = import_heavy("tensorflow")
    return [each.value for each in model.weights if tf.as_dtype(each.dtype).is_floating]


def _finite(tensor: Any) -> Any:
    tf = import_heavy("tensorflow")
    return tf.reduce_all(tf.math.is_finite(tf.cast(tensor, "float64")))


def _loss(heads: list[Head], outputs: list[Any], targets: Targets | None, n_rows: int) -> Any:
    """Return the loss of the only output, or None if there is none that can be computed."""
    (head, *others), tf = heads, import_heavy("tensorflow")
    if others or head.rank != 2 or not head.units:
        return None
    if targets is None:  # any will do: what is asked is whether a gradient comes through
        targets = read_targets(np.arange(n_rows) % max(head.units, 2))
    values = targets.for_loss(head)
    if values is None or head.kind is None:
        return None
    return head.losses(tf.constant(values), outputs[0])


def _measures(steps: list[Step]) -> dict[tuple[str, int], Any]:
    """Return what there is to be known of each step, as tensors."""
    tf = import_heavy("tensorflow")
    measured: dict[tuple[str, int], Any] = {}
    for number, step in enumerate(steps):
        if step.is_table:
            measured["ids", number] = step.inputs[0]
        heeded = step.recurrent_layers or step.kind in TEXT_FIRST
        if heeded and step.mask is not None and len(step.mask.shape) == 2:
            measured["mask", number] = step.mask
        if step.activation_name in _FLAT:
            low, high = _FLAT[step.activation_name]
            flat = tf.logical_or(step.output < low, step.output > high)
            measured["flat", number] = tf.reduce_mean(tf.cast(flat, "float32"))
        if step.activation_name == "relu":
            axes = list(range(len(step.output.shape) - 1))
            silent = tf.reduce_max(step.output, axis=axes) <= 0
            measured["silent", number] = tf.reduce_mean(tf.cast(silent, "float32"))
    return measured
