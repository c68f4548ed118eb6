"""Callbacks, TensorBoard and the progress bar as parameters."""

import pickle
import sys
import threading

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sk_textnn import CNNClassifier, LSTMClassifier
from sk_textnn._optional import import_heavy

keras = import_heavy("keras")
ROWS = [[2, 3], [4, 5, 6], [2, 7, 3], [5, 4]] * 10
Y = ["low", "high"] * 20
FAST = {"embedding_dim": 4, "epochs": 3, "random_state": 0, "early_stopping": False}


def _cnn(**params):
    return CNNClassifier(filters=4, kernel_sizes=(1, 2), **{**FAST, **params})


class Recorder(keras.callbacks.Callback):
    """Writes down which epochs it saw."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(epoch)


class StopAfterOne(keras.callbacks.Callback):
    """Stops the training after its first epoch."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = True


@pytest.mark.parametrize(
    "callbacks",
    [Recorder(), Recorder, [Recorder()], (Recorder,), lambda: Recorder()],
    ids=["instance", "class", "list", "tuple", "function"],
)
def test_instances_and_factories(callbacks):
    clf = _cnn(callbacks=callbacks).fit(ROWS, Y)
    assert [callback.epochs for callback in clf.callbacks_] == [[0, 1, 2]]
    assert clf.callbacks is callbacks
    clf.fit(ROWS, Y)
    assert clf.callbacks_[0].epochs == [0, 1, 2]  # nothing of the fit before


def test_the_instance_passed_is_left_alone():
    recorder = Recorder()
    clf = _cnn(callbacks=[recorder]).fit(ROWS, Y)
    assert recorder.epochs == []
    assert recorder.model is None
    copied = clone(clf)
    assert [type(callback) for callback in copied.callbacks] == [Recorder]
    assert len(copied.fit(ROWS, Y).callbacks_[0].epochs) == 3


def test_epochs_count_on():
    clf = _cnn(callbacks=Recorder, warm_start=True).fit(ROWS, Y).fit(ROWS, Y)
    assert clf.callbacks_[0].epochs == [3, 4, 5]


def test_callbacks_act_on_the_training():
    clf = _cnn(callbacks=[StopAfterOne()]).fit(ROWS, Y)
    assert len(clf.history_["loss"]) == 1
    stops = keras.callbacks.EarlyStopping(monitor="loss", patience=0, min_delta=10)
    assert len(_cnn(callbacks=[stops]).fit(ROWS, Y).history_["loss"]) == 2


def test_a_pickle_does_without_what_callbacks_hold():
    with open(__file__) as unpicklable:

        class Holder(keras.callbacks.Callback):
            def __init__(self):
                super().__init__()
                self.file = unpicklable

        clf = _cnn(callbacks=None).fit(ROWS, Y)
        clf.callbacks_ = [Holder()]
        copied = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(copied.predict_proba(ROWS), clf.predict_proba(ROWS))
    copied = pickle.loads(pickle.dumps(_cnn(callbacks=[keras.callbacks.TerminateOnNaN()])))
    assert len(copied.fit(ROWS, Y).callbacks_) == 1


def test_an_instance_that_cannot_be_copied():
    class Holder(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

    clf = clone(_cnn(callbacks=[Holder()]))
    with pytest.raises(TypeError, match=r"callbacks\[0\], a Holder, cannot be copied.*a function"):
        clf.fit(ROWS, Y)
    assert isinstance(clf.set_params(callbacks=Holder).fit(ROWS, Y).callbacks_[0], Holder)


def test_what_callbacks_log():
    class Logs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["note"] = "text"
            logs["twice"] = 2 * logs["loss"]

    history = _cnn(callbacks=Logs).fit(ROWS, Y).history_
    assert set(history) == {"loss", "accuracy", "twice"}
    assert history["twice"] == pytest.approx([2 * loss for loss in history["loss"]])


def test_a_search_in_two_processes_copies_callbacks():
    search = GridSearchCV(
        _cnn(callbacks=[StopAfterOne(), lambda: Recorder()]),
        {"filters": [2, 4]},
        cv=2,
        n_jobs=2,
        error_score="raise",
    ).fit(ROWS, Y)
    assert len(search.best_estimator_.history_["loss"]) == 1
    search = GridSearchCV(_cnn(), {"callbacks": [None, [StopAfterOne]]}, cv=2).fit(ROWS, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize(
    ("callbacks", "error", "message"),
    [
        (["early"], TypeError, r"callbacks\[0\] is 'early'; expected was a keras.callbacks"),
        ([None], TypeError, r"callbacks\[0\] is None"),
        ([Recorder, lambda: 3], TypeError, r"callbacks\[1\] returned 3; expected was"),
        (7, ValueError, "The 'callbacks' parameter"),
    ],
)
def test_no_callbacks(callbacks, error, message):
    with pytest.raises(error, match=message):
        _cnn(callbacks=callbacks).fit(ROWS, Y)


def test_a_checkpoint_is_a_whole_model(tmp_path):
    """Keras finds our layers again in what its ModelCheckpoint saved."""
    for clf, name in [
        (_cnn(), "cnn"),
        (LSTMClassifier(units=4, **FAST), "max"),
        (LSTMClassifier(units=4, pooling="mean", **FAST), "mean"),
    ]:
        path = tmp_path / f"{name}.keras"
        clf.set_params(callbacks=keras.callbacks.ModelCheckpoint(path)).fit(ROWS, Y)
        ids = np.array([[2, 7, 3, 0], [5, 4, 0, 0]])
        np.testing.assert_allclose(
            keras.saving.load_model(path).predict(ids, verbose=0),
            clf.predict_proba(ids),
            atol=1e-6,
        )


def test_tensorboard(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = tmp_path / "logs" / "here"
    clf = _cnn(tensorboard_dir=folder, early_stopping=True)
    clf.fit(ROWS, Y)
    GridSearchCV(clf, {"filters": [2]}, cv=2, n_jobs=2, error_score="raise").fit(ROWS, Y)
    runs = sorted(path.name for path in folder.iterdir())
    assert runs == [f"CNNClassifier-{number}" for number in (1, 2, 3, 4)]
    events = EventAccumulator(str(folder / "CNNClassifier-1" / "validation"))
    events.Reload()
    assert "epoch_loss" in events.Tags()["tensors"]
    assert len(events.Tensors("epoch_loss")) == 3


def test_tensorboard_where_no_folder_can_be(tmp_path):
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere" / "at all")
    (tmp_path / "file").touch()
    for name in ("gone", "file"):
        with pytest.raises(FileExistsError, match=name):
            _cnn(tensorboard_dir=tmp_path / name).fit(ROWS, Y)


def test_tensorboard_not_installed(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(ImportError, match="pip install tensorboard"):
        _cnn(tensorboard_dir=str(tmp_path)).fit(ROWS, Y)
    assert list(tmp_path.iterdir()) == []


def test_silent_by_default(capfd):
    clf = _cnn(early_stopping=True).fit(ROWS, Y)
    clf.predict(ROWS)
    clf.partial_fit(ROWS, Y)
    assert capfd.readouterr() == ("", "")


def test_one_progress_bar_a_fit(capfd):
    _cnn(verbose=1).fit(ROWS, Y)
    printed = capfd.readouterr().out.splitlines()
    assert len(printed) == 1
    assert "CNNClassifier 3 epochs" in printed[0]
    assert "loss" in printed[0]
    _cnn(verbose=2).fit(ROWS, Y)
    assert capfd.readouterr().out.count("Epoch") == 3


def test_an_error_gives_the_terminal_back(capfd):
    class Fails(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        _cnn(verbose=True, callbacks=Fails).fit(ROWS, Y)
    assert "CNNClassifier" in capfd.readouterr().out
    _cnn(verbose=True).fit(ROWS, Y)  # a bar left behind would refuse another
    assert "3 epochs" in capfd.readouterr().out
