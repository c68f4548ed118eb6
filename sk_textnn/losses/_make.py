"""From what a classifier's parameter `loss` says to the loss it is trained by."""

import difflib
from typing import Any, Self

from .._validation import kind_of
from ._base import CrossEntropyBase, Loss, keras, one_hot, read_targets, registered
from ._cross_entropy import CrossEntropyLoss
from ._focal import FocalLoss
from ._top_k import TopKLoss


@registered
class _ForeignLoss(Loss):
    """A loss that is not ours, with the targets it wants, and a number for each example."""

    def __init__(
        self,
        loss: Any,
        one_hot: bool = True,
        name: str = "foreign",
        reduction: str | None = "mean_with_sample_weight",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.loss = loss
        self.one_hot = one_hot

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if self.one_hot:
            y_true = one_hot(*read_targets(y_true, y_pred, multilabel=False))
        losses = self.loss.call(y_true, y_pred)
        if not losses.shape.is_compatible_with([None]):
            raise ValueError(
                f"{type(self.loss).__name__} gives losses of shape {tuple(losses.shape)}; expected "
                "was one number for each text, or no weight could act. Let its call average over "
                "the last axis only; some losses of Keras do with axis=-1."
            )
        return losses

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "loss": keras.saving.serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        loss = keras.saving.deserialize_keras_object(config["loss"])
        return cls(**{**config, "loss": loss})


LOSSES = {"cross_entropy": CrossEntropyLoss, "focal": FocalLoss, "top_k": TopKLoss}
_NAMES = ", ".join(map(repr, LOSSES))


def make_loss(loss: Any, *, label_smoothing: float, multilabel: bool, dtype: str) -> Any:
    """Return a new loss for a classifier, whatever its parameter names.

    Parameters
    ----------
    loss : {"cross_entropy", "focal", "top_k"} or keras.losses.Loss
        A loss is left as it is, and built anew from its `get_config`.
    label_smoothing : float
        Above 0, it takes the place of the loss's own.
    multilabel : bool
        Whether targets have a column a label.
    dtype : str
        Type to compute in.

    Returns
    -------
    keras.losses.Loss
        Takes class numbers of shape (batch,), or with `multilabel` 0 and 1 of shape
        (batch, n_labels); gives the weighted mean.

    Raises
    ------
    TypeError
        If `loss` is neither a string nor a loss, or cannot be built anew.
    ValueError
        If there is no loss of this name, or another's loss cannot have what is asked.
    """
    if isinstance(loss, str):
        loss = _named(loss)
    if not isinstance(loss, keras.losses.Loss):
        came = f"the class {loss.__name__}" if isinstance(loss, type) else kind_of(loss)
        raise TypeError(
            f"loss is {came}; expected was one of {_NAMES}, or a keras.losses.Loss. Pass an "
            "instance, such as TopKLoss(k=16)."
        )
    ours: dict[str, Any] = {"reduction": "mean_with_sample_weight", "dtype": dtype}
    if isinstance(loss, CrossEntropyBase):
        smoothing = label_smoothing or loss.label_smoothing
        ours |= {"multilabel": multilabel, "label_smoothing": smoothing}
        return type(loss).from_config({**loss.get_config(), **ours})
    name = type(loss).__name__
    is_sparse = name.startswith("Sparse")
    if label_smoothing:
        raise ValueError(
            f"label_smoothing={label_smoothing} came beside {name}, which is not a loss of "
            f"sk_textnn. Set it in the loss itself: {name}(label_smoothing=...), if it has that."
        )
    if is_sparse and multilabel:
        raise ValueError(
            f"{name} takes one class a text, but y has a column for each of several labels. "
            "Pass keras.losses.BinaryCrossentropy(), or one of " + _NAMES + "."
        )
    return _ForeignLoss(_rebuilt(loss), not (is_sparse or multilabel), name=loss.name, **ours)


def _named(name: str) -> Any:
    """Return the loss of a name, with its defaults."""
    if name not in LOSSES:
        close = difflib.get_close_matches(name, LOSSES, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        raise ValueError(
            f"There is no loss {name!r}. {hint}Pass one of {_NAMES}, or a keras.losses.Loss."
        )
    return LOSSES[name]()


def _rebuilt(loss: Any) -> Any:
    """Return a loss like this one, so that training leaves the user's alone."""
    kind = type(loss)
    is_kerass = kind.__module__.split(".")[0] == "keras"
    if not is_kerass and ">" not in keras.saving.get_registered_name(kind):
        raise TypeError(
            f"{kind.__name__} is unknown to Keras, which could not copy or load it. Decorate the "
            "class by @keras.saving.register_keras_serializable()."
        )
    try:
        return kind.from_config(loss.get_config())
    except TypeError as error:
        raise TypeError(
            f"{kind.__name__} cannot be built anew from its get_config: {error}. Let its "
            "get_config return all arguments of its constructor."
        ) from error
