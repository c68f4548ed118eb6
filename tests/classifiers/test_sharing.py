"""Fits of one architecture share a trainer; nobody may notice but by the time it takes."""

import functools
import threading

import numpy as np
import pytest
from sklearn.base import clone

from sk_textnn import (
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    LSTMClassifier,
    TopKLoss,
)
from sk_textnn._optional import import_heavy
from sk_textnn.classifiers import _sharing

keras = import_heavy("keras")
RNG = np.random.default_rng(0)
Y = RNG.integers(0, 3, 60)
FAST = {"embedding_dim": 8, "epochs": 2, "learning_rate": 0.03, "random_state": 0}


def _rows(n_words):
    """Texts of which the greatest id, and so the size of the vocabulary, is known."""
    rows = [RNG.integers(2, n_words, size) for size in RNG.integers(1, 9, 60)]
    return [[n_words - 1, *row] for row in rows]


X = _rows(30)
NETWORKS = {
    "lstm": LSTMClassifier(units=4, recurrent_dropout=0.1, word_dropout=0.1, **FAST),
    "cnn": CNNClassifier(filters=4, kernel_sizes=(1, 2), channels=2, **FAST),
    "cnn_lstm": CNNLSTMClassifier(filters=4, units=3, kernel_sizes=(2,), **FAST),
    "averaging": AveragingClassifier(n_buckets=16, **FAST),
}


@pytest.fixture(autouse=True)
def none_idle(monkeypatch):
    idle = []
    monkeypatch.setattr(_sharing, "_idle", idle)
    return idle


def _alone(clf):
    """A classifier whose trainer is its own, since somebody else could get hold of the model."""
    return clone(clf).set_params(callbacks=keras.callbacks.Callback)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_bit_depends_on_earlier_fits(name, none_idle):
    clf = NETWORKS[name]
    for n_words in (31, 29):  # other vocabularies, for which the tables are too large
        clone(clf).set_params(random_state=1).fit(_rows(n_words), Y)
    assert len(none_idle) == 1
    shared, alone = clone(clf).fit(X, Y), _alone(clf).fit(X, Y)
    np.testing.assert_array_equal(shared.predict_proba(X), alone.predict_proba(X))
    assert shared.history_ == alone.history_
    for ours, theirs in zip(shared.model_.get_weights(), alone.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "adagrad"},  # its state begins with other numbers than zero
        {"optimizer": "adafactor"},  # it looks at whole tables
        {"loss": TopKLoss(k=2, warmup_epochs=1)},  # it knows the epoch
        {"frozen_epochs": 1},
        {"early_stopping": False},
        {"dense_units": (3,), "batch_normalization": True},
    ],
    ids=lambda params: next(iter(params)),
)
def test_no_parameter_is_carried_over(params, none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(**params)
    clone(clf).set_params(random_state=1, learning_rate=0.5).fit(_rows(29), Y)
    assert len(none_idle) == 1
    np.testing.assert_array_equal(
        clone(clf).fit(X, Y).predict_proba(X), _alone(clf).fit(X, Y).predict_proba(X)
    )


def test_training_is_traced_once(monkeypatch):
    from sk_textnn.networks._recurrent_layers import LSTM

    traced = []
    call = LSTM.call

    @functools.wraps(call)  # Keras looks at its signature
    def counted(self, *args, **kwargs):
        traced.append(self.name)
        return call(self, *args, **kwargs)

    monkeypatch.setattr(LSTM, "call", counted)
    clf = clone(NETWORKS["lstm"]).set_params(units=5)  # of which there is no graph yet
    clf.fit(X, Y).predict(X)
    assert traced
    traced.clear()
    for n_words in (31, 29):
        clone(clf).set_params(learning_rate=0.01).fit(_rows(n_words), Y).predict(X)
    assert not traced


def test_what_differs_shares_nothing(none_idle):
    clf = clone(NETWORKS["cnn"])
    changes = [{}, {"filters": 3}, {"dropout": 0.1}, {"optimizer": "sgd"}, {"label_smoothing": 0.1}]
    for number, params in enumerate(changes, start=1):
        clone(clf).set_params(**params).fit(X, Y)
        assert len(none_idle) == number


def test_later_fits_leave_a_fitted_network_alone():
    first = clone(NETWORKS["cnn"]).fit(X, Y)
    model, before = first.model_, first.predict_proba(X)
    second = clone(first).set_params(random_state=1).fit(X, Y)
    assert second.model_ is not model
    assert first.model_ is model
    np.testing.assert_array_equal(first.predict_proba(X), before)
    assert (second.predict_proba(X) != before).any()


@pytest.mark.parametrize("name", ["warm_start", "tensorboard_dir", "callbacks"])
def test_what_others_can_get_hold_of_is_not_lent(name, tmp_path, none_idle):
    value = {"tensorboard_dir": tmp_path, "callbacks": keras.callbacks.History}.get(name, True)
    clone(NETWORKS["cnn"]).set_params(**{name: value}).fit(X, Y)
    assert none_idle == []


def test_a_fit_that_fails_spoils_no_other():
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False)
    with pytest.raises(ValueError, match="diverged"):
        clone(clf).set_params(optimizer="adam", learning_rate=1e30, epochs=5).fit(X, Y)
    np.testing.assert_array_equal(
        clone(clf).fit(X, Y).predict_proba(X), _alone(clf).fit(X, Y).predict_proba(X)
    )


def test_threads_do_not_meet(none_idle):
    clf = NETWORKS["cnn"]
    expected = [
        clone(clf).set_params(random_state=seed).fit(X, Y).predict_proba(X) for seed in (0, 1)
    ]
    found = {}

    def fit(seed):
        fitted = clone(clf).set_params(random_state=seed).fit(X, Y)
        found[seed] = fitted.predict_proba(X)

    threads = [threading.Thread(target=fit, args=(seed,)) for seed in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal([found[0], found[1]], expected)


def test_only_so_much_is_kept(monkeypatch, none_idle):
    clone(NETWORKS["cnn"]).fit(X, Y)
    ((_, trainer),) = none_idle
    one = trainer.n_bytes
    weights = sum(weight.nbytes for weight in trainer.network.model.get_weights())
    assert 2 * weights < one < 4 * weights  # Adam has two numbers for each weight that is trained
    monkeypatch.setattr(_sharing, "_MOST_BYTES", int(2.5 * one))
    for size in (2, 3, 1):
        clone(NETWORKS["cnn"]).set_params(kernel_sizes=(1, size)).fit(X, Y)
    assert len(none_idle) == 2
    monkeypatch.setattr(_sharing, "_MOST_BYTES", 0)
    clone(NETWORKS["cnn"]).fit(X, Y)
    assert none_idle == []


def test_keras_may_be_cleared_in_between():
    clone(NETWORKS["cnn"]).fit(X, Y)
    keras.backend.clear_session()
    shared = clone(NETWORKS["cnn"]).fit(X, Y)
    np.testing.assert_array_equal(
        shared.predict_proba(X), _alone(NETWORKS["cnn"]).fit(X, Y).predict_proba(X)
    )
