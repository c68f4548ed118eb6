"""The only file that knows SciKeras: it compiles and fits the networks.

SciKeras routes parameters to the optimizer and the loss, compiles the model and collects the
history. What it does to data (dense copies, encoders) and to the process (global seeds) is
bypassed: our batches go straight to Keras, and every layer brings its own seed.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np

from .._optional import import_heavy
from ..training import Feeder, LengthBatches, TrainedNetwork, frozen, words_told


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

        def _validate_data(
            self, X: Any = None, y: Any = None, reset: bool = False, y_numeric: bool = False
        ) -> tuple[Any, Any]:
            return X, y

    return BatchClassifier


class Trainer:
    """Trains a network, as often as wanted: the optimizer goes on where it stopped.

    A pickle holds the state of the optimizer and of the dropout beside the network, so that
    training goes on after it as it would have without.

    Parameters
    ----------
    network : TrainedNetwork
        Its model is trained in place.
    optimizer : str
        Keras's name of it.
    loss : keras.losses.Loss
        Made for this training; see :func:`sk_textnn.losses.make_loss`.
    state : list of ndarray or None, default=None
        Of optimizer and dropout, in a pickle; None: both start anew.
    """

    def __init__(
        self,
        network: TrainedNetwork,
        optimizer: str,
        loss: Any,
        state: list[np.ndarray] | None = None,
    ):
        self.network = network
        self.optimizer = optimizer
        self.loss = loss
        self._state = state
        self.rates: list[float] = []
        self._wrapper: Any = None

    @property
    def monitor(self) -> str:
        """What early stopping watches: the plain cross-entropy, whatever the loss."""
        return "val_loss" if _is_plain(self.loss) else "val_cross_entropy"

    def trains_by(self, *, optimizer: str, loss: Any) -> bool:
        """Whether this is how it trains, so that it may go on."""
        return self.optimizer == optimizer and loss_key(loss) == loss_key(self.loss)

    def run(
        self,
        batches: LengthBatches,
        validation_batches: LengthBatches | None,
        *,
        learning_rate: float,
        embedding_learning_rate: float,
        frozen_epochs: int,
        epochs: int,
        first_epoch: int,
        callbacks: list[Any],
        verbose: int,
        rates: list[float] | None = None,
    ) -> dict[str, list[float]]:
        """Fit the network to batches.

        Parameters
        ----------
        batches : LengthBatches
        validation_batches : LengthBatches or None
        learning_rate : float
        embedding_learning_rate : float
            Of the tables of word vectors.
        frozen_epochs : int
            Epochs, counted from the very first, in which these tables stay as they are.
        epochs : int
        first_epoch : int
            Epochs that were run before; callbacks count on from it.
        callbacks : list of keras.callbacks.Callback
        verbose : int
            Of :meth:`keras.Model.fit`.
        rates : list of float or None, default=None
            A learning rate for each epoch, such as `rates` of another training.

        Returns
        -------
        dict of str to list of float
            One number an epoch: loss and accuracy, and with a prefix ``val_`` on the validation
            batches.

        Raises
        ------
        ValueError
            If weights are no numbers any more.
        """
        model = self.compiled_model()
        model.optimizer.learning_rate = learning_rate
        pace = embedding_learning_rate / learning_rate
        callbacks = [_pacer(model.optimizer, pace, frozen_epochs), *callbacks]
        kept: list[float] = []
        callbacks.append(_rate_keeper(model.optimizer, rates, kept))
        if hasattr(self.loss, "callback"):  # it changes from epoch to epoch
            callbacks.append(self.loss.callback())
        wrapper = self._wrapper.set_params(epochs=epochs, verbose=verbose)
        self._set_callbacks(callbacks)
        vars(wrapper).pop("history_", None)
        feeding = self._feeder.feeding(batches, validation_batches)
        with words_told(model), feeding as (x, validation_data):
            wrapper.fit(x, None, validation_data=validation_data, initial_epoch=first_epoch)
        self._set_callbacks([])  # some hold as much as the network
        if not all(np.isfinite(weights).all() for weights in model.get_weights()):
            raise ValueError(
                f"Training diverged: after {len(wrapper.history_['loss'])} epochs there are "
                f"weights that are no numbers. Lower learning_rate={learning_rate}, or pass "
                "smaller sample_weight."
            )
        self.rates = kept
        return _numbers(wrapper.history_)

    def _set_callbacks(self, callbacks: list[Any]) -> None:
        self._wrapper.set_params(callbacks=callbacks)
        self._wrapper._initialize_callbacks()  # which fit does at its first call only

    def snapshot(self) -> list[np.ndarray]:
        """Return the weights and the state of optimizer and dropout, for `restore`."""
        model = self.compiled_model()
        return [variable.numpy() for variable in [*model.weights, *self._state_variables()]]

    def restore(self, snapshot: list[np.ndarray]) -> None:
        """Go back to where a snapshot was taken."""
        variables = [*self.compiled_model().weights, *self._state_variables()]
        for variable, value in zip(variables, snapshot, strict=True):
            variable.assign(value)

    @contextmanager
    def undone_by_errors(self) -> Iterator[None]:
        """Give the network its weights back, and the optimizer its state, if an error comes."""
        before = self.snapshot()
        try:
            yield
        except BaseException:
            self.restore(before)
            raise

    def compiled_model(self) -> Any:
        """Return the model, ready to be trained."""
        model = self.network.model
        if self._wrapper is None:
            self.network.predict_alone()
            self._wrapper = _wrap(model, self.optimizer, self.loss, self.network.params)
            self._feeder = Feeder(model)
            if self._state is not None:
                for variable, value in zip(self._state_variables(), self._state, strict=True):
                    variable.assign(value)
                self._state = None
        return model

    def _state_variables(self) -> list[Any]:
        """What training changes beside the weights: seeds of the dropout, and the optimizer."""
        model = self.network.model
        weights = {id(variable) for variable in model.weights}
        seeds = [variable for variable in model.variables if id(variable) not in weights]
        return [*seeds, *model.optimizer.variables]

    is_lent = False

    def kept_for(self, network: TrainedNetwork) -> "Trainer":
        """Return what another call may go on with; the network is the one that was trained."""
        return self

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun to train its network, so that another one may."""
        return self._wrapper is None

    def state(self) -> list[np.ndarray] | None:
        """Return what a trainer of the same network needs to go on; None: it starts anew."""
        if self._wrapper is None:
            return self._state
        return [variable.numpy() for variable in self._state_variables()]

    def __reduce__(self) -> tuple[Any, ...]:
        return Trainer, (self.network, self.optimizer, self.loss, self.state())


def _wrap(model: Any, optimizer: str, loss: Any, params: dict[str, Any]) -> Any:
    """Return SciKeras's wrapper around a model that it compiles."""

    def compiled(compile_kwargs: dict[str, Any]) -> Any:
        model.compile(**compile_kwargs)
        # Variables born in the first training step would make Keras trace it twice.
        model.optimizer.build(model.trainable_variables)
        return model

    wrapper = _batch_classifier()(
        model=compiled,
        loss=loss,
        metrics=None,
        compile__weighted_metrics=make_metrics(loss, multilabel=params["multilabel"]),
        compile__jit_compile=False,  # would compile anew for every batch length
        optimizer=make_optimizer(optimizer),
        warm_start=True,  # fit trains this model, whenever it is called
        shuffle=False,  # the batches are shuffled already; Keras would use Python's global state
    )
    return wrapper.initialize(None, None)


def loss_key(loss: Any) -> Hashable:
    """Return what is equal for losses that compute the same."""
    return type(loss), frozen(loss.get_config())


def make_optimizer(name: str) -> Any:
    """Return a new optimizer of a name."""
    from ..networks._optimizers import OPTIMIZERS

    return OPTIMIZERS[name.lower()]()


def make_metrics(loss: Any, *, multilabel: bool) -> list[Any]:
    """Return what is reported beside the loss."""
    metrics: Any = import_heavy("keras").metrics
    if multilabel:
        accuracy, cross_entropy = metrics.BinaryAccuracy, metrics.BinaryCrossentropy
    else:
        accuracy = metrics.SparseCategoricalAccuracy
        cross_entropy = metrics.SparseCategoricalCrossentropy
    return [accuracy("accuracy"), *([] if _is_plain(loss) else [cross_entropy("cross_entropy")])]


def _is_plain(loss: Any) -> bool:
    """Whether a loss is the cross-entropy and nothing else."""
    from ..losses import CrossEntropyLoss

    return isinstance(loss, CrossEntropyLoss) and not loss.label_smoothing


def _pacer(optimizer: Any, pace: float, frozen_epochs: int) -> Any:
    """Return a callback that lets word vectors learn at their pace, or not yet."""
    callbacks: Any = import_heavy("keras").callbacks

    def begin(epoch: int, logs: Any = None) -> None:
        optimizer.table_pace.assign(pace if epoch >= frozen_epochs else 0.0)

    return callbacks.LambdaCallback(on_epoch_begin=begin)


def _rate_keeper(optimizer: Any, rates: list[float] | None, kept: list[float]) -> Any:
    """Return a callback that keeps the learning rate of each epoch, after setting that of `rates`.

    It has to be the last of the callbacks, as others may change the rate.
    """
    callbacks: Any = import_heavy("keras").callbacks

    def begin(epoch: int, logs: Any = None) -> None:
        if rates is not None:
            optimizer.learning_rate = rates[epoch]
        kept.append(float(optimizer.learning_rate))

    return callbacks.LambdaCallback(on_epoch_begin=begin)


def _numbers(history: dict[str, list[Any]]) -> dict[str, list[float]]:
    """Return what is a number in each epoch: callbacks may log anything."""
    numbers = {}
    for name, values in history.items():
        with suppress(TypeError, ValueError):
            numbers[name] = [float(value) for value in values]
    return numbers


def check_optimizer(name: str) -> None:
    """Raise ValueError unless Keras has an optimizer of this name."""
    from ..networks._optimizers import OPTIMIZERS

    if name.lower() not in OPTIMIZERS:
        close = get_close_matches(name.lower(), OPTIMIZERS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        names = ", ".join(sorted(OPTIMIZERS))
        raise ValueError(f"optimizer must be one of {names}, not {name!r}.{hint}")
