"""How a network was trained, read from the fitted classifier."""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

USUAL_RATES = {"sgd": 0.05}  # of plain gradient descent; others take the classifier's default
USUAL_RATE = 0.001  # Keras's default of Adam and RMSprop


@dataclass(frozen=True)
class Training:
    """How a network was trained.

    Attributes
    ----------
    loss : ndarray of shape (n_epochs,)
        Cross-entropy on the training texts, with dropout.
    validation : ndarray of shape (n_epochs,) or None
        The same on those spared.
    best_epoch : int
        From 0.
    epochs : int
        Most epochs that were allowed.
    early_stopping : bool
    learning_rate : float or None
    usual_rate : float
    last_rows_validate : float
        Share of the rows that are taken from the end to validate, as Keras does.
    """

    loss: np.ndarray
    validation: np.ndarray | None = None
    best_epoch: int = 0
    epochs: int = 30
    early_stopping: bool = True
    learning_rate: float | None = None
    usual_rate: float = USUAL_RATE
    last_rows_validate: float = 0.0


def read_training(clf: Any) -> Training | None:
    """Read it; None of a classifier that has no history."""
    history = getattr(clf, "history_", None)
    history = getattr(history, "history", history)
    if not isinstance(history, dict) or not history.get("loss"):
        return None
    # With another loss than the cross-entropy, that is reported beside it.
    loss = np.asarray(history.get("cross_entropy", history["loss"]), dtype=float)
    validation = history.get("val_cross_entropy", history.get("val_loss"))
    params = clf.get_params()
    rate = params.get("learning_rate", params.get("optimizer__learning_rate"))
    return Training(
        loss=loss,
        validation=None if validation is None else np.asarray(validation, dtype=float),
        best_epoch=int(getattr(clf, "best_epoch_", len(loss) - 1)),
        epochs=int(params.get("epochs", len(loss))),
        early_stopping=bool(params.get("early_stopping", False)),
        learning_rate=None if rate is None else float(rate),
        usual_rate=_usual_rate(clf, str(params.get("optimizer", ""))),
        last_rows_validate=float(
            params.get("fit__validation_split") or params.get("validation_split") or 0
        ),
    )


def _usual_rate(clf: Any, optimizer: str) -> float:
    if optimizer in USUAL_RATES:
        return USUAL_RATES[optimizer]
    known = inspect.signature(type(clf).__init__).parameters.get("learning_rate")
    default = None if known is None else known.default
    return float(default) if isinstance(default, float) else USUAL_RATE
