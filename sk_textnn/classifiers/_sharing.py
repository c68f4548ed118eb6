"""Trainers that are lent from fit to fit: one architecture's training is traced only once.

The trainer of an earlier fit is given the new network's first weights, trains, and hands its last
ones over. Nothing else of a fit is left in it, and no bit of a result depends on whether there
was one. Vocabularies differ from fold to fold; so its tables have some rows more than any of them.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ..training import TrainedNetwork, architecture, frozen, rounded_up, with_words
from ._scikeras import Trainer

_MOST_BYTES = 2**28  # of all that are kept
_idle: list[tuple[Hashable, Trainer]] = []
_lock = Lock()


@contextmanager
def shared_trainer(network: TrainedNetwork, optimizer: str, loss: Any) -> Iterator[Trainer]:
    """Lend a trainer of a network's architecture, and let the network have what it trained.

    Parameters
    ----------
    network : TrainedNetwork
        One of those that are `alike`.
    optimizer : str
        Keras's name of it.
    loss : keras.losses.Loss
        One of ours.

    Yields
    ------
    Trainer
        Begins with the network's weights. If an error is raised, the network keeps these.
    """
    n_ids = network.params["spec"].n_ids
    if n_ids is not None and optimizer.lower() == "adam":  # others may look at rows of nothing
        n_ids = int(rounded_up(n_ids))
    params = with_words(network.params, n_ids)
    how = optimizer, type(loss), frozen(loss.get_config())
    key = architecture(network.build, params), how
    trainer = _take(key)
    if trainer is None:
        model = network.build(**params)
        trainer = Trainer(TrainedNetwork(network.build, params, model), optimizer, loss)
    trainer.begin(network.model)
    yield trainer
    trainer.hand_over(network.model)
    _keep(key, trainer)


def is_ours(loss: Any) -> bool:
    """Whether a loss computes nothing but what its `get_config` tells."""
    from ..losses import LOSSES

    return type(loss) in LOSSES.values()


def _take(key: Hashable) -> Trainer | None:
    """Return an idle trainer, which is nobody else's from now on."""
    with _lock:
        for number, (theirs, trainer) in enumerate(_idle):
            if theirs == key:
                del _idle[number]
                return trainer
    return None


def _keep(key: Hashable, trainer: Trainer) -> None:
    """Keep a trainer for other fits; let go of those that were idle longest, if it is too much."""
    with _lock:
        _idle.append((key, trainer))
        while sum(each.n_bytes for _, each in _idle) > _MOST_BYTES:
            del _idle[0]
