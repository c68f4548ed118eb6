"""One experiment with the layers and sizes of an LSTM, judged on validation folds."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.utils import check_consistent_length, column_or_1d

from .._validation import check_texts, kind_of
from ._jobs import minimal_lstm


@dataclass(frozen=True)
class Experiment:
    """What an experiment found on validation folds.

    Made by :func:`run_experiment`.

    Parameters
    ----------
    parameters : dict of str to object
        Layers, sizes, loss, batch size and epochs, none of them left open.
    accuracy : tuple of float
        Share of the texts predicted rightly, of each fold.
    macro_f1 : tuple of float
        Mean F1 of the classes, of each fold.
    n_predicted : tuple of int
        Number of different classes that were predicted, in each fold. One is a collapse.
    n_classes : int
        Number of classes there are.
    seconds : float
        What all folds took.
    pipeline : Pipeline
        Not fitted; to fit on all training texts, if the experiment convinced.

    See Also
    --------
    run_experiment : Makes it.

    Examples
    --------
    >>> from sk_textnn.reference import Experiment, minimal_lstm
    >>> experiment = Experiment({}, (0.5, 0.7), (0.4, 0.6), (1, 2), 2, 9.0, minimal_lstm())
    >>> print(f"{experiment.mean_accuracy:.2f} {experiment.mean_macro_f1:.2f}")
    0.60 0.50
    """

    parameters: dict[str, Any]
    accuracy: tuple[float, ...]
    macro_f1: tuple[float, ...]
    n_predicted: tuple[int, ...]
    n_classes: int
    seconds: float
    pipeline: Pipeline = field(repr=False)

    @property
    def mean_accuracy(self) -> float:
        """Mean of `accuracy` over the folds."""
        return float(np.mean(self.accuracy))

    @property
    def mean_macro_f1(self) -> float:
        """Mean of `macro_f1` over the folds."""
        return float(np.mean(self.macro_f1))


def run_experiment(
    texts: Iterable[str],
    labels: Any,
    *,
    lstm_layers: int = 1,
    lstm_size: int | None = None,
    dense_layers: int = 0,
    dense_size: int | None = None,
    loss: Any = "cross_entropy",
    batch_size: int = 32,
    epochs: int = 30,
    cv: Any = 3,
    random_state: int | None = None,
) -> Experiment:
    """Try one architecture of LSTM on validation folds.

    Its default is the smallest, with which to begin; whatever is added should raise the score of
    the folds.

    Parameters
    ----------
    texts : sequence of str of length n_samples
        Training texts. Keep those of the test set apart.
    labels : array-like of shape (n_samples,)
        Class of each text.
    lstm_layers : int, default=1
        LSTM layers, each reading the states of the one before.
    lstm_size : int or None, default=None
        Units of each; None: a quarter of the number of classes, at least 1.
    dense_layers : int, default=0
        Hidden layers behind them, with tanh.
    dense_size : int or None, default=None
        Units of each; None: a quarter of the number of classes, at least 1. Not used without
        hidden layers.
    loss : {"cross_entropy", "focal", "top_k"} or keras.losses.Loss, default="cross_entropy"
        What training minimizes; against imbalance practitioners advise ``TopKLoss(k=16)`` with
        batches of 128 to 512.
    batch_size : int, default=32
        Texts in a training step.
    epochs : int, default=30
        Passes over the training texts at most, as training stops early.
    cv : int, splitter or iterable of (train, validation), default=3
        An int means shuffled stratified folds in which no text is on both sides.
    random_state : int or None, default=None
        Of the folds and the network.

    Returns
    -------
    Experiment
        With the attributes `parameters`, `accuracy`, `macro_f1`, `n_predicted`, `seconds` and
        `pipeline`.

    Raises
    ------
    TextInputError
        If a row is not a text.
    ValueError
        If a number of layers or a size is too small, the labels are not one class a text, or the
        folds cannot be made.

    See Also
    --------
    experiment_space : Many such architectures, for a random search.
    sk_textnn.compare : Compares pipelines with TF-IDF on the same folds.

    Notes
    -----
    Of practitioners' advice: one function for one experiment, so that all are run alike. Theirs
    chose by the test set; here it is never seen. Job advertisements are published repeatedly: a
    text that stood on both sides would reward a network for learning texts by heart.

    Examples
    --------
    >>> from sk_textnn.reference import run_experiment
    >>> texts = ["nurse for a clinic", "welder for a plant", "nurse wanted", "plant welder"] * 5
    >>> labels = ["health", "industry", "health", "industry"] * 5
    >>> experiment = run_experiment(
    ...     texts, labels, lstm_size=4, dense_layers=1, dense_size=4, epochs=2, cv=2, random_state=0
    ... )
    >>> experiment.parameters["lstm_size"], experiment.n_classes, len(experiment.accuracy)
    (4, 2, 2)
    >>> experiment.pipeline["clf"].dense_units
    (4,)
    """
    texts, labels = check_texts(texts), _check_labels(labels)
    check_consistent_length(texts, labels)
    n_classes = len(np.unique(labels))
    quarter = max(1, n_classes // 4)
    lstm_layers = _check("lstm_layers", lstm_layers, least=1)
    lstm_size = quarter if lstm_size is None else _check("lstm_size", lstm_size, least=1)
    dense_layers = _check("dense_layers", dense_layers, least=0)
    dense_size = quarter if dense_size is None else _check("dense_size", dense_size, least=1)
    pipeline = minimal_lstm(random_state=random_state).set_params(
        clf__n_layers=lstm_layers,
        clf__units=lstm_size,
        clf__dense_units=(dense_size,) * dense_layers,
        clf__loss=loss,
        clf__batch_size=batch_size,
        clf__epochs=epochs,
    )
    parameters = {
        "lstm_layers": lstm_layers,
        "lstm_size": lstm_size,
        "dense_layers": dense_layers,
        # Experiments that do the same look the same.
        "dense_size": dense_size if dense_layers else None,
        "loss": loss,
        "batch_size": batch_size,
        "epochs": epochs,
    }
    folds = cv
    if isinstance(cv, Integral):
        folds = _make_folds(texts, labels, int(cv), random_state)
    start = time.perf_counter()
    found = cross_validate(pipeline, texts, labels, scoring=_score, cv=folds, error_score="raise")
    return Experiment(
        parameters=parameters,
        accuracy=tuple(found["test_accuracy"].tolist()),
        macro_f1=tuple(found["test_macro_f1"].tolist()),
        n_predicted=tuple(found["test_n_predicted"].tolist()),
        n_classes=n_classes,
        seconds=time.perf_counter() - start,
        pipeline=pipeline,
    )


def _check(name: str, number: Any, *, least: int) -> int:
    if not isinstance(number, Integral) or isinstance(number, bool) or number < least:
        came = kind_of(number)
        raise ValueError(
            f"{name} is {came}; expected was an integer of at least {least}. Pass {least} or more."
        )
    return int(number)


def _check_labels(labels: Any) -> np.ndarray:
    shape = np.shape(labels)
    if len(shape) != 1 and shape[1:] != (1,):
        came = f"of shape {shape}" if shape else kind_of(labels)
        raise ValueError(
            f"labels is {came}; expected was an array of shape (n_samples,). Pass the class of "
            "each text."
        )
    return column_or_1d(labels)


def _make_folds(
    texts: list[str], labels: np.ndarray, n_folds: int, random_state: int | None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows of both sides of each fold, with equal texts on the same."""
    # As objects: an array of strings gives each text the room of the longest.
    different, groups = np.unique(np.array(texts, dtype=object), return_inverse=True)
    if len(different) < n_folds:
        raise ValueError(
            f"cv={n_folds} came with {len(different)} different texts; expected was a text or more "
            "a fold. Pass more texts, or fewer folds."
        )
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=random_state)
    return list(folds.split(texts, labels, groups=groups))


def _score(pipeline: Pipeline, texts: list[str], labels: np.ndarray) -> dict[str, float]:
    predicted = pipeline.predict(texts)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        "macro_f1": float(f1_score(labels, predicted, average="macro")),
        "n_predicted": len(np.unique(predicted)),
    }
