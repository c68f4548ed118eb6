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


def test_early_stopping_keeps_the_best():
    stopping = early_stopping(4)
    assert (stopping.patience, stopping.restore_best_weights) == (4, True)


def test_runs_of_tensorboard_never_share_a_folder(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(lambda _: tensorboard(tmp_path, "Network"), range(12)))
    assert len({log.log_dir for log in logs}) == 12
    assert {path.name for path in tmp_path.iterdir()} == {f"Network-{n}" for n in range(1, 13)}
