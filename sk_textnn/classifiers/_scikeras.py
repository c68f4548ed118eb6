"""The only file that knows SciKeras: it compiles and fits the networks.

SciKeras routes parameters to the optimizer and the loss, compiles the model and collects the
history. What it does to data (dense copies, encoders) and to the process (global seeds) is
bypassed: our batches go straight to Keras, and every layer brings its own seed.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from .._optional import import_heavy


class _AsIs:
    """Stands in for SciKeras's encoders: what comes in goes out."""

    def fit(self, data: Any) -> "_AsIs":
        return self

    def transform(self, data: Any) -> Any:
        return data


@cache
def _batch_classifier() -> type:
    """Return a KerasClassifier that takes ready batches where it expects X."""
    wrappers: Any = import_heavy("scikeras.wrappers")

    class BatchClassifier(wrappers.KerasClassifier):
        feature_encoder = _AsIs()
        target_encoder = _AsIs()

        def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
            return X, y

        def _ensure_compiled_model(self):
            super()._ensure_compiled_model()
            # Variables born in the first training step would make Keras trace it twice.
            self.model_.optimizer.build(self.model_.trainable_variables)

    return BatchClassifier


def train(
    build: Callable[..., Any],
    params: dict[str, Any],
    batches: Any,
    validation_batches: Any,
    *,
    vectors: np.ndarray | None,
    optimizer: str,
    learning_rate: float,
    epochs: int,
    patience: int,
    verbose: int,
) -> tuple[Any, dict[str, list[float]]]:
    """Build a network and fit it to batches of integer targets.

    Parameters
    ----------
    build : callable
        Returns the model, not compiled.
    params : dict
        Keyword arguments of `build`.
    batches : LengthBatches
    validation_batches : LengthBatches or None
        None: all epochs are run. Else training stops when the loss on these has not fallen for
        `patience` epochs, and the weights of the best epoch are restored.
    vectors : ndarray of shape (n_ids, vector_size) or None
        Word vectors that the embedding table starts from; None: its own random ones.
    optimizer : str
        Keras's name of it.
    learning_rate : float
    epochs : int
    patience : int
    verbose : int
        Of :meth:`keras.Model.fit`.

    Returns
    -------
    model : keras.Model
    history : dict of str to list of float
        One number an epoch: loss and accuracy, and with a prefix ``val_`` on the validation
        batches.
    """
    keras = import_heavy("keras")
    check_optimizer(optimizer)
    model = build(**params)
    if vectors is not None:
        model.get_layer("embedding").set_weights([vectors])
    callbacks = []
    if validation_batches is not None:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor="val_loss", patience=patience, restore_best_weights=True
            )
        )
    wrapper = _batch_classifier()(
        model=lambda: model,
        loss=keras.losses.SparseCategoricalCrossentropy(
            reduction="mean_with_sample_weight", dtype=params["dtype"]
        ),
        metrics=None,
        compile__weighted_metrics=["accuracy"],
        compile__jit_compile=False,  # would compile anew for every batch length
        optimizer=optimizer,
        optimizer__learning_rate=learning_rate,
        epochs=epochs,
        callbacks=callbacks,
        verbose=verbose,
        shuffle=False,  # the batches are shuffled already; Keras would use Python's global state
    )
    validation = None if validation_batches is None else validation_batches.to_tensorflow()
    with _without_retracing_warnings():
        wrapper.fit(batches.to_tensorflow(), None, validation_data=validation)
    if not all(np.isfinite(weights).all() for weights in model.get_weights()):
        raise ValueError(
            f"Training diverged: after {len(wrapper.history_['loss'])} epochs there are weights "
            f"that are no numbers. Lower learning_rate={learning_rate}, or pass smaller "
            "sample_weight."
        )
    history = {
        name: [float(value) for value in values] for name, values in wrapper.history_.items()
    }
    return model, history


def check_optimizer(name: str) -> None:
    """Raise ValueError unless Keras has an optimizer of this name."""
    optimizers: Any = import_heavy("keras").optimizers
    try:
        optimizers.get(name)
    except ValueError as error:
        known = [n for n, value in vars(optimizers).items() if isinstance(value, type)]
        names = ", ".join(sorted({n.lower() for n in known} - {"optimizer"}))
        raise ValueError(f"There is no optimizer {name!r}; Keras has {names}.") from error


@contextmanager
def _without_retracing_warnings() -> Iterator[None]:
    """Keep a warning off the screen that takes the training of several models for one."""
    logger = logging.getLogger("tensorflow")

    def keep(record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in record.getMessage()

    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)
