"""Trainers that are lent from fit to fit: one architecture's training is traced only once.

The trainer of an earlier fit is given the new network's first weights, trains, and hands its last
ones over. Nothing else of a fit is left in it, and no bit of a result depends on whether there
was one. Vocabularies differ from fold to fold; so its tables have some rows more than any of them.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from threading import Lock
from typing import Any

import numpy as np

from .._optional import import_heavy
from .._tracing import let_go_of_kernels
from ..training import TrainedNetwork, architecture, rounded_up, with_words
from ._dropout_rate import DropoutRate
from ._scikeras import Trainer, loss_key, make_metrics, make_optimizer

# Of what is kept: a graph takes some 10 to 30 MB, its variables whatever they take.
_MOST = 8
_MOST_BYTES = 2**28
_idle: list[tuple[Hashable, "LentTrainer"]] = []  # the one used last at the end
_lock = Lock()


@contextmanager
def shared_trainer(
    network: TrainedNetwork, optimizer: str, loss: Any, state: list[np.ndarray] | None = None
) -> Iterator["LentTrainer"]:
    """Lend a trainer of a network's architecture, and let the network have what it trained.

    Parameters
    ----------
    network : TrainedNetwork
        One of those that are `alike`.
    optimizer : str
        Keras's name of it.
    loss : keras.losses.Loss
        One of ours.
    state : list of ndarray or None, default=None
        Where the training of the network stopped, see :meth:`Trainer.state`; None: it
        starts anew.

    Yields
    ------
    LentTrainer
        Begins with the network's weights. If an error is raised, the network keeps these.
    """
    n_ids = network.params["spec"].n_ids
    if n_ids is not None and optimizer.lower() == "adam":  # others may look at rows of nothing
        n_ids = int(rounded_up(n_ids))
    params = with_words(network.params, n_ids)
    rate = params.get("dropout", 0.0)
    alike = {**params, "dropout": rate > 0}
    key = architecture(network.build, alike), optimizer, loss_key(loss)
    trainer = _take(key)
    if trainer is None:
        model = network.build(**params)
        trainer = LentTrainer(TrainedNetwork(network.build, params, model), optimizer, loss)
    trainer.begin(network.model, state)
    if rate:
        trainer.dropout_rate.assign(rate)
    yield trainer
    trainer.hand_over(network)
    _keep(key, trainer)


class LentTrainer(Trainer):
    """A trainer for the networks of many fits, one after the other.

    Parameters
    ----------
    network : TrainedNetwork
        Its own, like all of these, but with as many words as any, or more.
    optimizer, loss
        As of any trainer.
    """

    is_lent = True
    _kept_state: list[np.ndarray] | None = None

    @cached_property
    def dropout_rate(self) -> DropoutRate:
        """Of its network, whose layers would else have that of the first fit."""
        return DropoutRate(self.network.model)

    @property
    def n_bytes(self) -> int:
        """Memory of weights and optimizer."""
        model = self.compiled_model()
        return _n_bytes([*model.variables, *model.optimizer.variables])

    def begin(self, model: Any, state: list[np.ndarray] | None = None) -> None:
        """Begin with the weights of a model that is like the network, but for some words."""
        self._kept_state = None
        own = self.compiled_model()
        for variable, value in zip(own.variables, model.variables, strict=True):
            _assign(variable, value.value)
        for variable, value in zip(own.optimizer.variables, self._first_state(), strict=True):
            variable.assign(import_heavy("tensorflow").broadcast_to(value, variable.shape))
        for variable, value in zip(self._state_variables(), state or [], strict=bool(state)):
            _assign(variable, value)

    def kept_for(self, network: TrainedNetwork) -> Trainer:
        """Return a trainer of the network that can go on where this one is, which others need."""
        loss = type(self.loss).from_config(self.loss.get_config())
        self._kept_state = self._state_for(network)
        return Trainer(network, self.optimizer, loss, self._kept_state)

    def _state_for(self, network: TrainedNetwork) -> list[np.ndarray]:
        """Return the state of dropout and optimizer, of as many words as the network has."""
        own = self.compiled_model()
        n_rows = {
            variable.path.replace("/", "_") + "_": theirs.shape[0]
            for variable, theirs in zip(own.variables, network.model.variables, strict=True)
            if variable.shape != theirs.shape
        }
        state = []
        for variable in self._state_variables():
            name = variable.path.partition("/")[2]  # begins with that of the weight it belongs to
            n = next((n for table, n in n_rows.items() if name.startswith(table)), None)
            state.append(variable.numpy() if n is None else variable.numpy()[:n])
        return state

    def _first_state(self) -> list[Any]:
        """Return what the optimizer's variables begin with: each a number, or as many as it has."""
        if all(np.ndim(value) == 0 for value in self._start):
            return self._start
        fresh = make_optimizer(self.optimizer)  # it begins with what the weights are
        fresh.build(self.compiled_model().trainable_variables)
        return [variable.value for variable in fresh.variables]

    @cached_property
    def _start(self) -> list[Any]:
        """What they began with at first, a number where all are the same."""
        values = [variable.numpy() for variable in self.compiled_model().optimizer.variables]
        return [v.flat[0] if (v == v.flat[0]).all() else v for v in values]

    def hand_over(self, network: TrainedNetwork) -> None:
        """Give the weights to the network that the first ones came from."""
        own = self.compiled_model()
        for variable, value in zip(network.model.weights, own.weights, strict=True):
            variable.assign(value[: variable.shape[0]] if variable.shape else value)
        network.compile_later(
            partial(
                _compile,
                optimizer=self.optimizer,
                learning_rate=float(own.optimizer.learning_rate),
                loss=type(self.loss).from_config(self.loss.get_config()),
                multilabel=self.network.params["multilabel"],
                history=(own.history.epoch, own.history.history),
                state=self._kept_state,
            )
        )


def _compile(
    model: Any,
    *,
    optimizer: str,
    learning_rate: float,
    loss: Any,
    multilabel: bool,
    history: Any,
    state: list[np.ndarray] | None,
) -> None:
    """Compile a model for those who go on by Keras.

    Its optimizer has not begun, unless there is a state, such as `kept_for` returns.
    """
    begun = make_optimizer(optimizer)
    begun.learning_rate = learning_rate
    begun.build(model.trainable_variables)  # or a saved model would lack its variables
    n_variables = len(begun.variables)
    for variable, value in zip(begun.variables, (state or [])[-n_variables:], strict=bool(state)):
        variable.assign(value)
    metrics = make_metrics(loss, multilabel=multilabel)
    model.compile(optimizer=begun, loss=loss, weighted_metrics=metrics, jit_compile=False)
    model.history = import_heavy("keras").callbacks.History()
    model.history.set_model(model)
    model.history.epoch, model.history.history = history


def _assign(variable: Any, value: Any) -> None:
    """Assign a value that may have fewer rows; the others become zero."""
    tf = import_heavy("tensorflow")
    spare = [(0, more - n) for more, n in zip(variable.shape, value.shape, strict=True)]
    variable.assign(tf.pad(value, spare) if any(map(sum, spare)) else value)


def is_small(network: TrainedNetwork) -> bool:
    """Whether its trainer might be kept: most optimizers have two numbers for each weight."""
    return 3 * _n_bytes(network.model.variables) <= _MOST_BYTES


def _n_bytes(variables: list[Any]) -> int:
    return sum(int(np.prod(v.shape)) * np.dtype(v.dtype).itemsize for v in variables)


def is_ours(loss: Any) -> bool:
    """Whether a loss computes nothing but what its `get_config` tells."""
    from ..losses import LOSSES

    return type(loss) in LOSSES.values()


def _take(key: Hashable) -> LentTrainer | None:
    """Return an idle trainer, which is nobody else's from now on."""
    with _lock:
        for number, (theirs, trainer) in enumerate(_idle):
            if theirs == key:
                del _idle[number]
                return trainer
    return None


def _keep(key: Hashable, trainer: LentTrainer) -> None:
    """Keep a trainer for other fits; let go of those that were idle longest, if it is too much."""
    with _lock:
        _idle.append((key, trainer))
        while len(_idle) > _MOST or sum(each.n_bytes for _, each in _idle) > _MOST_BYTES:
            del _idle[0]
            let_go_of_kernels()
