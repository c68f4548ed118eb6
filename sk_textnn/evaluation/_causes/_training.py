"""Causes that the course of training shows."""

from typing import Any

import numpy as np

from .._findings import Finding
from ._context import Context
from ._training_facts import Training

# Shares of the loss of chance: ln(number of classes) for even classes, less for uneven ones.
NO_FALL = 0.97  # the noise of an epoch's mean was under .01 of it, with a thousand texts
JUMP = 0.15  # from one epoch to the next; with usual rates, none of over .05 was seen
STARTS_HIGH = 1.2  # mean of the first epoch; weights at random start at 1.0
SLOW = 0.1  # all that was gained in all epochs
STILL_FALLS = 0.01  # by an epoch
FAR_FROM_FIT = 0.8
# The rates that suit differ by some three times between networks, not by ten.
FAR_RATE = 8.0
FEW_EPOCHS = 3  # a trend needs three points
# More than differences by chance; baselines of TF-IDF have such a gap on small data, too.
GAP = 0.2
MANY_EPOCHS = 30  # the cap that did well on real texts
LONG_PATIENCE = 5


def learning_rate_too_high(context: Context) -> Finding | None:
    """Find a loss that jumps or starts above that of chance."""
    training, chance = context.training, context.chance_loss
    if training is None:
        return None
    loss = training.loss
    finite = bool(np.isfinite(loss).all())
    jump = float(np.diff(loss).max(initial=0)) / chance if finite else np.inf
    # Weights at random know nothing of the class shares yet.
    start = float(loss[0] / np.log(len(context.classes))) if finite else np.inf
    far = _rate_ratio(training) >= FAR_RATE
    signs = [
        name
        for name, found in {
            "not finite": not finite,
            "jumps": jump > JUMP,
            "starts above chance": start > STARTS_HIGH,
            "far above the usual rate, and the result poor": far and context.loses(),
        }.items()
        if found
    ]
    if not signs or _rate_ratio(training) < 1:
        return None
    decisive = not finite or context.failed or (far and context.loses())
    return Finding(
        "learning_rate_too_high",
        "error" if decisive else "warning",
        f"The learning rate {_rate(training)} is too high: the training loss "
        f"{'; '.join(signs)}. Lower it.",
        max(jump, start) if finite else None,
        JUMP if jump > JUMP else STARTS_HIGH,
        {"loss": loss.round(4).tolist(), "signs": signs},
        _at_rate(context, _lower_rate(training)),
    )


def learning_rate_too_low(context: Context) -> Finding | None:
    """Find a loss that falls steadily and hardly at all."""
    training, chance = context.training, context.chance_loss
    if training is None or len(training.loss) < FEW_EPOCHS or not _is_low(training):
        return None
    loss = training.loss
    fall = float(loss[0] - loss[-1]) / chance
    slow = fall < SLOW and loss[-1] > FAR_FROM_FIT * chance
    unfinished = _still_falls(training, chance) and _ended_at_cap(training)
    if not (slow or unfinished):
        return None
    return Finding(
        "learning_rate_too_low",
        "error" if context.loses() or slow else "warning",
        f"In {len(loss)} epochs the training loss fell by {fall:.1%} of that of chance: the "
        f"learning rate {_rate(training)} is too low. Raise it.",
        fall,
        SLOW,
        {"loss": loss.round(4).tolist()},
        _at_rate(context, training.usual_rate),
    )


def underfitting(context: Context) -> Finding | None:
    """Find training that ended while the loss was still falling."""
    training, chance = context.training, context.chance_loss
    # At a rate far from the usual, that is what to change.
    if training is None or _is_low(training) or _rate_ratio(training) >= FAR_RATE:
        return None
    loss = training.loss
    capped = _ended_at_cap(training) and _still_falls(training, chance)
    short = len(loss) < FEW_EPOCHS and training.best_epoch == len(loss) - 1
    stopped = not _ended_at_cap(training) and loss[-1] > FAR_FROM_FIT * chance
    if not (capped or short or stopped):
        return None
    last = float(loss[-1]) / chance
    decisive = last > FAR_FROM_FIT and context.loses()
    change = context.change("clf", patience=LONG_PATIENCE) if stopped else {}
    if not stopped:
        epochs = max(MANY_EPOCHS, 3 * training.epochs)
        change = context.change("clf", epochs=epochs, early_stopping=True)
    return Finding(
        "underfitting",
        "error" if decisive else "warning",
        f"Training ended after {len(loss)} of {training.epochs} epochs with a loss of {last:.0%} "
        "of that of chance, and was not done. Train for more epochs, with early stopping.",
        last,
        FAR_FROM_FIT,
        {"loss": loss.round(4).tolist(), "epochs_until_best": training.best_epoch + 1},
        change,
    )


def not_learning(context: Context) -> Finding | None:
    """Find a training loss that stays where it began."""
    training, chance = context.training, context.chance_loss
    if training is None:
        return None
    least = float(np.nanmin(training.loss)) / chance if np.isfinite(training.loss).any() else np.inf
    # Networks learn in the second training, on all texts, what they did not in the first.
    learned = context.accuracy_train > max(context.counts) / context.counts.sum() + GAP
    if least < NO_FALL or learned:
        return None
    return Finding(
        "not_learning",
        "error",
        f"The training loss stays at {least:.0%} of {chance:.3f}, that of guessing by the class "
        "shares: nothing is learned.",
        least,
        NO_FALL,
        {"loss": training.loss.round(4).tolist(), "chance_loss": chance},
    )


def overfitting(context: Context) -> Finding | None:
    """Find a network that knows its training texts much better than others."""
    if context.training is None:
        return None
    gap = context.accuracy_train - context.accuracy_test
    if gap < GAP:
        return None
    test_loss = _log_loss(context)
    worse = test_loss is not None and test_loss > context.chance_loss
    stops = context.training.early_stopping
    network = context.network
    per_row = network.n_trainable / len(context.y_train) if network is not None else None
    change = context.change("clf", early_stopping=True) if worse else {}
    clf = context.steps.get("clf")
    if worse and getattr(getattr(clf, "estimator", None), "dropout", 1.0) < 0.5:
        change |= context.change("clf", dropout=0.5)
    loss = "" if test_loss is None else f" Its test loss is {test_loss:.2f}"
    loss += f", that of chance {context.chance_loss:.2f}." if loss else ""
    return Finding(
        "overfitting",
        "error" if worse and not stops else "warning",
        f"{context.accuracy_train:.0%} of the training texts are predicted rightly, but "
        f"{context.accuracy_test:.0%} of the test texts.{loss} Stop early, drop more, or take "
        "fewer units or more texts.",
        gap,
        GAP,
        {
            "epochs_until_best": context.training.best_epoch + 1,
            "n_epochs": len(context.training.loss),
            "test_loss": test_loss,
            "trainable_parameters_per_row": per_row,
            "tables": network and network.n_tables,
        },
        change,
    )


def _rate(training: Training) -> str:
    if training.learning_rate is None:
        return ""
    return f"{training.learning_rate:g} (usual is {training.usual_rate:g})"


def _rate_ratio(training: Training) -> float:
    """Return the learning rate as a multiple of the usual one; 1 if it is not known."""
    return 1.0 if training.learning_rate is None else training.learning_rate / training.usual_rate


def _at_rate(context: Context, rate: float) -> dict[str, Any]:
    """Return the change to another rate, with epochs enough for it."""
    epochs = max(MANY_EPOCHS, context.training.epochs if context.training is not None else 0)
    return context.change("clf", learning_rate=rate, embedding_learning_rate=None, epochs=epochs)


def _is_low(training: Training) -> bool:
    return _rate_ratio(training) <= 1 / FAR_RATE


def _lower_rate(training: Training) -> float:
    if _rate_ratio(training) > 2:
        return training.usual_rate
    return (training.learning_rate or training.usual_rate) / 10


def _ended_at_cap(training: Training) -> bool:
    return len(training.loss) >= training.epochs


def _still_falls(training: Training, chance: float) -> bool:
    """Tell whether the last epochs gained, on texts spared for validation if there are some."""
    loss = training.loss if training.validation is None else training.validation
    recent = loss[-FEW_EPOCHS:]
    if len(recent) < 2 or training.best_epoch < len(loss) - 1:
        return False
    return bool((recent[0] - recent[-1]) / (len(recent) - 1) > STILL_FALLS * chance)


def _log_loss(context: Context) -> float | None:
    """Return the cross-entropy on the test texts, of classes that the model knows."""
    if context.proba_test is None:
        return None
    columns = {label: column for column, label in enumerate(context.classes.tolist())}
    rows = [row for row, label in enumerate(context.y_test.tolist()) if label in columns]
    chosen = context.proba_test[rows, [columns[context.y_test.tolist()[row]] for row in rows]]
    return float(-np.log(np.clip(chosen, 1e-7, 1)).mean()) if rows else None


CAUSES = (
    learning_rate_too_high,
    learning_rate_too_low,
    underfitting,
    not_learning,
    overfitting,
)
