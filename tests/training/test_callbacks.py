"""What the classifiers' tests do not see of the callbacks."""

import concurrent.futures
from functools import partial

import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.training import early_stopping, fresh_callbacks, tensorboard

keras = import_heavy("keras")


def test_no_callbacks():
    assert fresh_callbacks(None) == []
    assert fresh_callbacks([]) == []


def test_factories_may_be_partial():
    make = partial(keras.callbacks.EarlyStopping, monitor="accuracy")
    first, second = fresh_callbacks([make, make])
    assert first is not second
    assert first.monitor == "accuracy"


def test_an_instance_that_was_trained_with_is_copied_with_what_it_holds():
    history = keras.callbacks.History()
    history.history = {"loss": [1.0]}
    (fresh,) = fresh_callbacks(history)
    fresh.history["loss"].append(0.5)
    assert history.history == {"loss": [1.0]}


def test_a_single_text_is_no_callback():
    with pytest.raises(TypeError, match=r"callbacks\[0\] is 'EarlyStopping'"):
        fresh_callbacks("EarlyStopping")


class _Counter:
    """A model whose weights are the number of its epoch."""

    stop_training = False

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.epoch = weights


def _stopped(losses, monitor="val_loss", **params):
    """Return the epoch in which training stopped, and that whose weights were kept."""
    stopping = early_stopping(2, monitor, **params)
    model = _Counter()
    stopping.set_model(model)
    stopping.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.epoch = epoch
        stopping.on_epoch_end(epoch, {"loss": -epoch, "val_accuracy": epoch, monitor: loss})
        if model.stop_training:
            break
    stopping.on_train_end()
    return epoch, model.epoch


@pytest.mark.parametrize(
    ("losses", "params", "expected"),
    [
        ([5, 4, 3, 4, 5, 6, 7], {}, (4, 2)),
        ([5, 4, 3, 4, 2, 4, 5, 1], {}, (6, 4)),
        ([5, 4, 4, 4, 1], {}, (3, 1)),  # as low is not lower
        ([5, 4, 3], {}, (2, 2)),  # no patience needed
        ([5, 4, 3, 4, 5, 6, 7], {"monitor": "val_cross_entropy"}, (4, 2)),
        ([1, 1, 5, 4, 5, 3, 6, 7, 2], {"start": 2}, (7, 5)),  # what was before does not count
    ],
)
def test_early_stopping_keeps_the_best(losses, params, expected):
    assert _stopped(losses, **params) == expected


def test_runs_of_tensorboard_never_share_a_folder(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(lambda _: tensorboard(tmp_path, "Network"), range(12)))
    assert len({log.log_dir for log in logs}) == 12
    assert {path.name for path in tmp_path.iterdir()} == {f"Network-{n}" for n in range(1, 13)}
