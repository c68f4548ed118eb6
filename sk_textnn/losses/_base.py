"""What all losses share: one number for each example, parameters that are checked."""

import inspect
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from .._optional import import_heavy
from .._validation import kind_of

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
ops = keras.ops
# Under a name of its own, so that keras.saving.load_model finds the loss in a saved network.
registered = keras.saving.register_keras_serializable("sk_textnn")


class Loss(keras.losses.Loss):
    """Base: a loss is its parameters, which its attributes are named after.

    Copies and pickles are built anew from them, so nothing of a training goes with them.
    """

    def get_config(self) -> dict[str, Any]:
        """Return the parameters.

        Returns
        -------
        dict of str to object
            What `from_config` takes.
        """
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_config, (self.get_config(),)

    def __repr__(self) -> str:
        parameters = inspect.signature(type(self)).parameters
        defaults = {name: parameter.default for name, parameter in parameters.items()}
        defaults["dtype"] = keras.config.floatx()
        values = {name: getattr(self, name) for name in parameters}
        shown = [f"{name}={value!r}" for name, value in values.items() if value != defaults[name]]
        return f"{type(self).__name__}({', '.join(shown)})"


class CrossEntropyBase(Loss):
    """Base: the cross-entropy of each example, which subclasses change."""

    def __init__(
        self, label_smoothing: float, multilabel: bool, name: str, reduction: str | None, dtype: Any
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        expected = "a number from 0 to below 1; pass 0.1, or 0.0 for no smoothing"
        check("label_smoothing", label_smoothing, Real, lambda share: 0 <= share < 1, expected)
        expected = "True or False; pass True for a column a label"
        check("multilabel", multilabel, bool, lambda _: True, expected)
        self.label_smoothing = float(label_smoothing)
        self.multilabel = bool(multilabel)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example.

        Parameters
        ----------
        y_true : array-like of shape (batch,), (batch, 1) or (batch, n_classes)
            Class numbers, or a probability for each class; with `multilabel` the latter only.
        y_pred : array-like of shape (batch, n_classes)
            Probabilities.

        Returns
        -------
        tensor of shape (batch,)
            Not reduced, and without weights.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        y_true, y_pred = read_targets(y_true, y_pred, self.multilabel)
        return self._losses(y_true, y_pred)

    def _losses(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example; y_true has a column a class, or is of shape (batch,)."""
        terms = self._terms(y_true, y_pred)
        return ops.mean(terms, axis=-1) if self.multilabel else terms

    def _terms(self, y_true: Any, y_pred: Any) -> Any:
        """Return the cross-entropy of each example; with `multilabel` of each of its labels."""
        if self.multilabel:
            measure = cross_entropy = ops.binary_crossentropy
            y_pred = _known_as("Sigmoid", y_pred)
        else:
            measure = cross_entropy = ops.categorical_crossentropy
            y_pred = _known_as("Softmax", y_pred)
            if len(y_true.shape) == 1:  # unlike one-hot rows, this refuses unknown classes
                measure = ops.sparse_categorical_crossentropy
        terms = measure(y_true, y_pred)
        if not self.label_smoothing:
            return terms
        even = cross_entropy(ops.ones_like(y_pred) * self._even(y_pred), y_pred)
        return (1 - self.label_smoothing) * terms + self.label_smoothing * even

    def _even(self, y_pred: Any) -> Any:
        """Return the target that tells nothing, which smoothing mixes in."""
        return 0.5 if self.multilabel else 1 / ops.cast(ops.shape(y_pred)[-1], y_pred.dtype)


def read_targets(y_true: Any, y_pred: Any, multilabel: bool) -> tuple[Any, Any]:
    """Return tensors of one type: y_true of shape (batch,), or of that of y_pred."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(ops.convert_to_tensor(y_true), y_pred.dtype)
    came, predicted = y_true.shape, y_pred.shape
    both = f"y_true has the shape {tuple(came)} and y_pred {tuple(predicted)}; expected "
    is_table = predicted.rank == 2 and came.is_compatible_with(predicted)
    if multilabel:
        if not is_table:
            raise ValueError(
                f"{both}were two tables of shape (batch, n_labels). Pass 0 or 1 for each label, "
                "or multilabel=False for one class an example."
            )
        return y_true, y_pred
    n_examples = predicted[:1]
    is_numbers = any(came.is_compatible_with(n_examples + rest) for rest in ([], [1]))
    if predicted.rank != 2 or predicted[1] == 1 or not (is_table or is_numbers):
        raise ValueError(
            f"{both}was y_pred of shape (batch, n_classes) with 2 classes or more, and y_true the "
            "same, or of shape (batch,). Pass class numbers or one-hot rows, or multilabel=True "
            "for labels of which an example may have any number."
        )
    return (y_true if is_table else ops.reshape(y_true, [-1])), y_pred


def _known_as(activation: str, y_pred: Any) -> Any:
    """Return y_pred, of which Keras sees only if this activation made it.

    It computes from what went into an activation, which is exact where probabilities round to 0;
    but it takes a sigmoid for a softmax, and its loss would be that of a network without one.
    """
    made_by = getattr(getattr(y_pred, "op", None), "type", None)
    return y_pred if made_by == activation else tf.identity(y_pred)


def one_hot(y_true: Any, y_pred: Any) -> Any:
    """Return a row a target, of the shape of y_pred; rows stay as they are."""
    if len(y_true.shape) == 2:
        return y_true
    return ops.one_hot(ops.cast(y_true, "int32"), ops.shape(y_pred)[-1], dtype=y_pred.dtype)


def check(
    name: str, value: Any, kind: type, is_allowed: Callable[[Any], bool], expected: str
) -> None:
    """Raise TypeError unless a parameter is of a kind, and ValueError unless it is allowed."""
    is_bool = isinstance(value, bool | np.bool_)
    if not (is_bool if kind is bool else isinstance(value, kind) and not is_bool):
        raise TypeError(f"{name} is {kind_of(value)}; expected was {expected}.")
    if not is_allowed(value):
        raise ValueError(f"{name}={value!r} came; expected was {expected}.")
