"""What is wrong with the end of a network, with its loss and with its optimizer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..._optional import import_heavy
from .._findings import Finding
from ._head import FITTING, Head, Targets
from ._layer_walk import Step

_BIG = 1e3  # scores so far apart that a softmax of them is 0 and 1
_SMALL = 1e-3  # scores as they are at the start, and no kink of an activation at zero
_SMALL_RATE = 1e-7
# Of optimizers whose step does not depend on the size of the gradient, and of the plain one.
_LARGE_RATES = {"SGD": 10.0, "Adadelta": 100.0}
_LARGE_RATE = 0.1
_ENDS = {
    "softmax": 'Dense({units}, activation="softmax")',
    "sigmoid": 'Dense({units}, activation="sigmoid")',
}


def head_findings(head: Head, steps: list[Step]) -> Iterator[Finding]:
    """Find what is wrong with activations and loss, whatever the targets."""
    yield from _single_softmax(steps)
    yield from _dropout_at_the_end(head)
    if len(head.activations) > 1:
        yield _double_activation(head)
    elif head.kind is not None:
        yield from _mismatch(head)


def _single_softmax(steps: list[Step]) -> Iterator[Finding]:
    for step in steps:
        softmax = step.activation_name == "softmax"
        if softmax and step.output.shape[-1] == 1 and getattr(step.layer, "axis", -1) == -1:
            yield Finding(
                "single_unit_softmax",
                "error",
                f"{step.name} is a softmax over a single unit, which is 1 whatever comes. For two "
                "classes take a sigmoid, or two units.",
                evidence={"layer": step.name},
            )


def _dropout_at_the_end(head: Head) -> Iterator[Finding]:
    if head.dropouts:
        names = ", ".join(step.name for step in head.dropouts)
        yield Finding(
            "dropout_on_output",
            "error",
            f"Probabilities are dropped behind the last activation ({names}): training is told of "
            "errors that the network did not make. Put it before the last layer.",
            evidence={"layers": [step.name for step in head.dropouts]},
        )


def _double_activation(head: Head) -> Finding:
    """Say what two activations in a row cost, by the loss that they are trained with."""
    kind = head.kind or ("binary" if head.units == 1 else "categorical")
    floor, gradient = _measured(head, kind, head.applied)
    fitting = getattr(import_heavy("keras").activations, FITTING[kind])
    chance, plain_gradient = _measured(head, kind, fitting, at_start=True)
    ratio = plain_gradient / gradient if gradient else np.inf
    chain = " then ".join(head.names)
    message = (
        f"{chain} ({', '.join(head.layers)}): with {head.units} classes the loss cannot fall under "
        f"{floor:.3f}, where chance is {chance:.3f}, and its gradient is {ratio:.0f} times smaller "
        f"at the start. Keep one: {_end(head, FITTING[kind])}."
    )
    costs = floor > 0.01 * chance
    if not costs:
        message = (
            f"{chain} ({', '.join(head.layers)}): two activations in a row; what the first cuts "
            f"off, the second cannot bring back. Keep one: {_end(head, FITTING[kind])}."
        )
    evidence = {
        "layers": head.layers,
        "activations": head.names,
        "n_classes": head.units,
        "chance": chance,
        "gradient_ratio": ratio,
        "floor_of_probabilities": _measured(head, kind, head.applied, renormalised=True)[0],
    }
    return Finding(
        "double_activation", "error" if costs else "warning", message, floor, chance, evidence
    )


def _measured(
    head: Head, kind: str, end: Any, *, at_start: bool = False, renormalised: bool = False
) -> tuple[float, float]:
    """Return the loss of the best scores, or of none at all, and the size of its gradient.

    The gradient is always that at the start, where all scores are small.
    """
    keras, tf = import_heavy("keras"), import_heavy("tensorflow")
    units = int(head.units or 1)
    classes = np.eye(units) if units > 1 else np.array([[0.0], [1.0]])
    dtype = head.last.output.dtype if head.last is not None else "float32"
    best = tf.constant(np.where(classes > 0, _BIG, -_BIG), dtype)
    small = np.random.default_rng(0).normal(0, _SMALL, classes.shape)
    start = tf.constant(small, dtype)
    own = head.kind is not None and not renormalised
    targets = np.arange(units) if own and kind == "sparse" else classes.astype("float32")

    def loss(scores: Any) -> Any:
        outputs = end(scores)
        if own:
            return head.losses(targets, outputs)
        # Keras computes from what went into the last activation, if it is told of that.
        outputs = tf.identity(outputs)
        measure = "binary_crossentropy" if kind == "binary" else "categorical_crossentropy"
        return tf.reduce_mean(getattr(keras.losses, measure)(classes.astype("float32"), outputs))

    with tf.GradientTape() as tape:
        tape.watch(start)
        begun = loss(start)
    gradient = tape.gradient(begun, start)
    size = 0.0 if gradient is None else float(tf.norm(gradient))
    return float(loss(tf.zeros_like(start) if at_start else best)), size


def _mismatch(head: Head) -> Iterator[Finding]:
    """Find a last activation that the loss does not expect."""
    kind = head.kind or "categorical"
    fitting, came = FITTING[kind], head.last_name
    loss = "binary cross-entropy" if kind == "binary" else "categorical cross-entropy"
    repair = f"End the network with {_end(head, fitting)}"
    severity: Any = "error"
    if came == ("linear" if head.from_logits else fitting):
        return
    if came == "linear":
        text = (
            f"The network ends without an activation, but its {loss} takes probabilities and cuts "
            f"off all other numbers. {repair}, or pass from_logits=True to the loss."
        )
    elif head.from_logits:
        # Keras then computes from what went into the activation, if it is told of that.
        severity = "warning" if came == fitting else "error"
        text = (
            f"The network ends with {came}, but its {loss} has from_logits=True and expects "
            "scores without an activation. Keep one of both."
        )
    elif {came, fitting} == {"softmax", "sigmoid"}:
        severity = "error" if head.units == 1 else "warning"
        text = (
            f"The network ends with {came}, but is trained by {loss}, which belongs to {fitting}: "
            "what is trained is not what is predicted. For one class a text take softmax and "
            "categorical cross-entropy; for two classes in one unit, or any number of labels a "
            "text, sigmoid and binary cross-entropy."
        )
    else:
        text = f"The network ends with {came}, which gives no probabilities. {repair}."
    evidence = {"activation": came, "loss": loss, "from_logits": head.from_logits}
    yield Finding("loss_activation", severity, text, evidence=evidence)


def _end(head: Head, activation: str) -> str:
    return _ENDS[activation].format(units=head.units)


def target_findings(head: Head, targets: Targets) -> Iterator[Finding]:
    """Find targets that do not fit the loss or the output."""
    kind, units = head.kind, head.units or 0
    text = ""
    if head.rank > 2:
        if targets.values.ndim >= head.rank - 1:  # for each word: beyond what is looked at here
            return
        text = (
            f"The output has {head.rank} axes, one prediction for each word, but y_sample has one "
            "target a text. Let the last recurrent layer return its last state only "
            "(return_sequences=False), or pool its states."
        )
    elif kind == "sparse" and not targets.are_numbers:
        text = (
            f"The loss takes class numbers, but y_sample has {targets.n_columns} columns. Take "
            "categorical_crossentropy, or y.argmax(axis=1)."
        )
    elif kind == "categorical" and targets.are_numbers and units > 1:
        text = (
            "The loss takes a column a class, but y_sample has one number a text. Take "
            "sparse_categorical_crossentropy, or keras.utils.to_categorical(y)."
        )
    elif kind == "binary" and targets.are_numbers and units > 1:
        text = (
            f"The loss compares each of {units} outputs with a target of its own, but y_sample has "
            "one number a text, which all of them would be compared with. For one class a text "
            'take softmax and "sparse_categorical_crossentropy".'
        )
    if text:
        yield Finding(
            "targets_shape",
            "error",
            text,
            evidence={"output": (None, units), "targets": targets.values.shape},
        )
        return
    yield from _class_findings(head, targets)


def _class_findings(head: Head, targets: Targets) -> Iterator[Finding]:
    """Find more classes than units, numbers beyond them, or units that no class has."""
    kind, units, values = head.kind, head.units or 0, targets.values
    n_classes = targets.n_classes
    evidence = {"units": units, "n_classes": n_classes}
    text = ""
    if not targets.are_numbers and n_classes != units:
        text = f"y_sample has {n_classes} columns, but the output {units} units."
    elif kind == "sparse" and (values.max() >= units or values.min() < 0):
        text = (
            f"y_sample has numbers from {values.min()} to {values.max()}, but {units} units stand "
            f"for 0 to {units - 1}. Number the classes from 0: numpy.unique(y, return_inverse=True)"
        )
    elif kind == "classes" and targets.are_numbers and n_classes > units:
        text = f"y_sample has {n_classes} classes, but the output {units} units."
    elif kind == "binary" and units == 1 and n_classes > 2:
        text = f"y_sample has {n_classes} classes, but a single unit tells two apart."
    elif kind == "binary" and (values.max() > 1 or values.min() < 0):
        text = (
            f"y_sample has numbers from {values.min()} to {values.max()}, but binary cross-entropy "
            "takes 0 and 1."
        )
    if text:
        text = text if text.endswith(".") else f"{text}."
        yield Finding("n_classes", "error", text, n_classes, units, evidence)
    elif not targets.one_each and kind in ("categorical", "classes"):
        yield Finding(
            "several_labels",
            "error",
            "Some rows of y_sample have several labels, or none, but the loss "
            "shares one probability among all classes. Take sigmoid and binary_crossentropy.",
            float(np.mean(values.sum(axis=-1) != 1)),
            0.0,
        )
    elif units > max(n_classes, 2) and targets.are_numbers:
        yield Finding(
            "unused_units",
            "info",
            f"The output has {units} units, y_sample {n_classes} classes: fine if it lacks some.",
            n_classes,
            units,
            evidence,
        )


def compile_findings(model: Any) -> Iterator[Finding]:
    """Find a model that is not compiled, or learns at a rate that nothing is learned at."""
    if not getattr(model, "compiled", False):
        yield Finding(
            "not_compiled",
            "info",
            "The model is not compiled, so its loss and its optimizer were not looked at.",
        )
        return
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    if optimizer is None:
        return
    rate = float(np.asarray(optimizer.learning_rate))
    kind = type(optimizer).__name__.removeprefix("Paced")
    most = _LARGE_RATES.get(kind.upper() if kind.lower() == "sgd" else kind, _LARGE_RATE)
    low = rate < _SMALL_RATE and not _is_planned(optimizer)
    if rate > most or low:
        yield Finding(
            "learning_rate",
            "warning",
            f"{kind} has a learning rate of {rate:g}, at which a network "
            + ("hardly moves." if low else "jumps about and unlearns.")
            + (" Try 0.01." if kind.lower() == "sgd" else " Try 0.001."),
            rate,
            _SMALL_RATE if low else most,
        )


def _is_planned(optimizer: Any) -> bool:
    """Whether a schedule sets the learning rate, which may begin or end low."""
    return isinstance(optimizer.get_config().get("learning_rate"), dict)
