"""The end of a network: its last activations, its loss, and the targets that it is given."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..._optional import import_heavy
from ._layer_walk import DROPOUTS, Step

# What a loss wants to be told, by its name without the family it belongs to.
_KINDS = {
    "categorical_crossentropy": "categorical",
    "categorical_focal_crossentropy": "categorical",
    "sparse_categorical_crossentropy": "sparse",
    "binary_crossentropy": "binary",
    "binary_focal_crossentropy": "binary",
}
FITTING = {"categorical": "softmax", "sparse": "softmax", "classes": "softmax", "binary": "sigmoid"}


@dataclass
class Head:
    """What there is behind the last weights of a network.

    Attributes
    ----------
    activations : list of Step
        Those that change the numbers, the last one last.
    dropouts : list of Step
        Layers of dropout behind an activation.
    last : Step or None
        The step that gives the output.
    units : int or None
        Size of the output.
    rank : int
        Axes of the output.
    loss : Any
        As it was passed to `compile`; None if it was not.
    """

    activations: list[Step]
    dropouts: list[Step]
    last: Step | None
    units: int | None
    rank: int
    loss: Any = None
    from_logits: bool = field(init=False)
    kind: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.from_logits = bool(getattr(self.loss, "from_logits", False))
        self.kind = kind_of_loss(self.loss)

    @property
    def names(self) -> list[str]:
        """The names of the activations, those that change nothing left out."""
        return [step.activation_name for step in self.activations]

    @property
    def layers(self) -> list[str]:
        """The names of the layers that apply them."""
        return [step.name for step in self.activations]

    @property
    def last_name(self) -> str:
        """The name of the last activation; "linear" without one."""
        return self.names[-1] if self.activations else "linear"

    def applied(self, scores: Any) -> Any:
        """Apply the activations to what the last weights give."""
        for step in self.activations:
            scores = step.activation(scores)
        return scores

    def losses(self, targets: Any, outputs: Any) -> Any:
        """Return the mean loss, as Keras computes it in training."""
        keras = import_heavy("keras")
        loss = keras.losses.get(self.loss) if isinstance(self.loss, str) else self.loss
        return keras.ops.mean(loss(targets, outputs))


def read_head(output: Any, made_by: Any, loss: Any) -> Head:
    """Collect what there is behind the last weights.

    Parameters
    ----------
    output : Tensor
    made_by : Step or int
        What made it.
    loss : Any
        Of this output.

    Returns
    -------
    Head
    """
    activations: list[Step] = []
    dropouts: list[Step] = []
    waiting: list[Step] = []
    last = made_by if isinstance(made_by, Step) else None
    for step in [] if last is None else [last, *last.before()]:
        if step.activation is not None:
            activations.insert(0, step)
            dropouts += waiting
            waiting = []
        elif step.kind in DROPOUTS:
            waiting.append(step)
        if step.has_kernel or not (step.hands_on or step.activation is not None):
            break
    return Head(activations, dropouts, last, output.shape[-1], len(output.shape), loss)


def kind_of_loss(loss: Any) -> str | None:
    """Tell what targets a loss takes: "categorical", "sparse", "binary", "classes", or unknown.

    "classes" are both of the first two: the losses of this package take them.
    """
    if type(loss).__module__.startswith("sk_textnn.losses"):
        if hasattr(loss, "loss"):  # another's, in the form that the classifiers want
            return "classes" if kind_of_loss(loss.loss) != "binary" else "binary"
        return "binary" if getattr(loss, "multilabel", False) else "classes"
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return _KINDS.get(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())


def loss_of(model: Any, number: int) -> Any:
    """Return the loss of one output, as it was passed to `compile`."""
    loss = getattr(model, "loss", None)
    if isinstance(loss, dict):
        names = getattr(model, "output_names", [])
        return loss.get(names[number]) if number < len(names) else None
    if isinstance(loss, list | tuple):
        return loss[number] if number < len(loss) else None
    return loss


@dataclass
class Targets:
    """What a sample of targets shows.

    Attributes
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_columns)
        As they came; words numbered in the order of the alphabet.
    classes : ndarray
        Different values that there are, sorted.
    """

    values: np.ndarray
    classes: np.ndarray

    @property
    def n_columns(self) -> int:
        """Columns of a table; 1 for one number a text."""
        return 1 if self.values.ndim == 1 else self.values.shape[-1]

    @property
    def are_numbers(self) -> bool:
        """Whether they are one number a text."""
        return self.n_columns == 1

    @property
    def n_classes(self) -> int:
        """Different classes that there are, or columns."""
        return len(self.classes) if self.are_numbers else self.n_columns

    @property
    def one_each(self) -> bool:
        """Whether each text has exactly one class."""
        return self.are_numbers or bool(np.allclose(self.values.sum(axis=-1), 1))

    def for_loss(self, head: Head) -> np.ndarray | None:
        """Return them in the form that a loss takes; None if they cannot be brought into it."""
        units = head.units or 0
        if not self.are_numbers:
            if self.n_columns != units:
                return None
            return self.values.argmax(axis=1) if head.kind == "sparse" else self.values
        numbers = np.searchsorted(self.classes, self.values)
        if len(self.classes) > max(units, 2):
            return None
        if head.kind == "binary" and units == 1:
            return numbers[:, None]
        if head.kind in ("sparse", "classes"):
            return numbers
        return np.eye(units)[numbers]


def read_targets(y: Any) -> Targets:
    """Return targets as an array of numbers."""
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.dtype.kind not in "biuf":
        values = np.unique(values, return_inverse=True)[1].reshape(values.shape)
    return Targets(values, np.unique(values))
