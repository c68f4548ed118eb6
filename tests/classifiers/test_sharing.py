"""Fits of one architecture share a trainer; nobody may notice but by the time it takes."""

import functools
import pickle
import threading
import warnings

import numpy as np
import pytest
from sklearn.base import clone

from sk_textnn import (
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    LSTMClassifier,
    TokenSequences,
    TopKLoss,
)
from sk_textnn._optional import import_heavy
from sk_textnn.classifiers import _sharing
from sk_textnn.classifiers._scikeras import make_optimizer
from sk_textnn.losses import CrossEntropyLoss
from sk_textnn.networks import InputSpec, build_network, cnn_features
from sk_textnn.networks._optimizers import OPTIMIZERS
from sk_textnn.training import TrainedNetwork

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
    "lstm": LSTMClassifier(units=4, n_buckets=16, recurrent_dropout=0.1, word_dropout=0.1, **FAST),
    "cnn": CNNClassifier(filters=4, kernel_sizes=(1, 2), channels=2, **FAST),
    "cnn_lstm": CNNLSTMClassifier(filters=4, units=3, kernel_sizes=(2,), **FAST),
    "averaging": AveragingClassifier(n_buckets=16, **FAST),
}
# Not in the oldest supported version of Keras.
SCHEDULE_FREE = pytest.mark.skipif(
    "schedulefreeadamw" not in OPTIMIZERS, reason="this Keras has no such optimizer"
)


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
        {"optimizer": "adafactor"},  # it looks at whole tables
        pytest.param(  # it begins with what the weights are
            {"optimizer": "schedulefreeadamw"}, marks=SCHEDULE_FREE
        ),
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


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_begins_anew(optimizer):
    params = {"spec": InputSpec(4, n_ids=6), "body": cnn_features, "body_params": {"filters": 2}}
    params |= {"n_classes": 3, "multilabel": False}
    first, second = (
        TrainedNetwork(build_network, params, build_network(**params, seed=seed)) for seed in (0, 1)
    )
    trainer = _sharing.LentTrainer(first, optimizer, CrossEntropyLoss())
    trainer.begin(first.model)
    for variable in first.model.optimizer.variables:  # as if it had trained
        variable.assign(variable + 1)
    trainer.begin(second.model)
    fresh = make_optimizer(optimizer)
    fresh.build(second.model.trainable_variables)
    found = first.model.optimizer.variables
    assert len(found) == len(fresh.variables) > 1
    for variable, expected in zip(found, fresh.variables, strict=True):
        np.testing.assert_array_equal(variable, expected)


def test_numbers_that_are_equal_may_mean_different_things(none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False, epochs=1)
    one, all_of_them = TopKLoss(k=1), TopKLoss(k=1.0)
    first = clone(clf).set_params(loss=one).fit(X, Y)
    second = clone(clf).set_params(loss=all_of_them).fit(X, Y)
    assert len(none_idle) == 2
    assert second.history_["loss"] != first.history_["loss"]
    assert second.history_ == _alone(second).fit(X, Y).history_


def test_settings_of_keras_count(none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False, epochs=1)
    before = keras.config.epsilon()
    clone(clf).fit(X, Y)
    try:
        keras.config.set_epsilon(1e-3)
        clone(clf).fit(X, Y)
    finally:
        keras.config.set_epsilon(before)
    assert len(none_idle) == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_several_labels_a_text(dtype, none_idle):
    labels = np.stack([Y > 0, Y > 1], axis=1).astype(int)
    clf = clone(NETWORKS["cnn"]).set_params(dtype=dtype, early_stopping=False)
    clone(clf).set_params(random_state=1).fit(_rows(29), labels)
    shared, alone = clone(clf).fit(X, labels), _alone(clf).fit(X, labels)
    assert len(none_idle) == 1
    np.testing.assert_array_equal(shared.predict_proba(X), alone.predict_proba(X))


def test_vectors_that_come_with_the_words(none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False)
    clone(clf).fit(X, Y)
    words = TokenSequences.from_lists(X).with_vectors(RNG.normal(size=(30, 8)).astype("float32"))
    shared, alone = clone(clf).fit(words, Y), _alone(clf).fit(words, Y)
    assert len(none_idle) == 1
    np.testing.assert_array_equal(shared.predict_proba(words), alone.predict_proba(words))


def test_an_interrupted_fit_keeps_the_last_one(monkeypatch, none_idle):
    clf = clone(NETWORKS["cnn"]).fit(X, Y)
    before = clf.predict_proba(X)

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(_sharing.LentTrainer, "hand_over", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clf.set_params(random_state=1).fit(X, Y)
    assert none_idle == []
    np.testing.assert_array_equal(clf.predict_proba(X), before)


def test_the_model_can_be_trained_on_by_keras():
    shared = clone(NETWORKS["cnn"]).set_params(early_stopping=False).fit(X, Y)
    clone(shared).set_params(random_state=1).fit(X, Y)
    alone = _alone(shared).fit(X, Y)
    ours, theirs = shared.model_, alone.model_
    assert type(ours.optimizer) is type(theirs.optimizer)
    assert float(ours.optimizer.learning_rate) == float(theirs.optimizer.learning_rate)
    assert ours.loss.get_config() == theirs.loss.get_config()
    assert ours.history.model is ours
    assert ours.history.epoch == theirs.history.epoch == [0, 1]
    assert ours.history.history == theirs.history.history
    batch = np.array([[2, 3], [4, 5]]), np.array([0, 1])
    assert set(ours.train_on_batch(*batch, return_dict=True)) == {"loss", "accuracy"}
    assert ours.optimizer.iterations == 1


@pytest.mark.parametrize("again", [clone, _alone], ids=["lent", "alone"])
def test_a_saved_model_has_all_that_keras_wants(again, tmp_path):
    model = again(NETWORKS["cnn"]).fit(X, Y).model_
    model.save(tmp_path / "model.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert len(loaded.optimizer.variables) == len(model.optimizer.variables) > 2


def test_large_networks_are_trained_in_place(monkeypatch, none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False, epochs=1)
    expected = clone(clf).fit(X, Y)
    ((_, trainer),) = none_idle
    monkeypatch.setattr(_sharing, "_MOST_BYTES", trainer.n_bytes // 2)
    built = []
    build = TrainedNetwork.__init__
    monkeypatch.setattr(
        TrainedNetwork, "__init__", lambda self, *args, **kw: built.append(build(self, *args, **kw))
    )
    found = clone(clf).fit(X, Y)
    assert len(built) == 1
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))


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


@pytest.mark.parametrize("rate", [0.3, 1 / 7])  # 1 / (1 - 1 / 7) is no round number
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rates_of_dropout_share_a_graph(rate, dtype, none_idle):
    clf = CNNClassifier(filters=4, kernel_sizes=(2,), dense_units=(4,), dtype=dtype, **FAST)
    clone(clf).set_params(dropout=0.6).fit(X, Y)
    clf.set_params(dropout=rate)
    shared, alone = clone(clf).fit(X, Y), _alone(clf).fit(X, Y)
    assert len(none_idle) == 1
    np.testing.assert_array_equal(shared.predict_proba(X), alone.predict_proba(X))
    assert shared.history_ == alone.history_
    rates = [layer.rate for layer in shared.model_.layers if layer.name.startswith("dropout")]
    assert rates == [rate, rate]
    clone(clf).set_params(dropout=0.0).fit(X, Y)
    assert len(none_idle) == 2  # without dropout nothing is drawn


def test_what_differs_shares_nothing(none_idle):
    clf = clone(NETWORKS["cnn"])
    changes = [
        {},
        {"filters": 3},
        {"spatial_dropout": 0.1},
        {"optimizer": "sgd"},
        {"label_smoothing": 0.1},
    ]
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


@pytest.mark.parametrize("name", ["tensorboard_dir", "callbacks"])
def test_what_others_can_get_hold_of_is_not_lent(name, tmp_path, none_idle):
    value = {"tensorboard_dir": tmp_path, "callbacks": keras.callbacks.History}[name]
    clone(NETWORKS["cnn"]).set_params(**{name: value}).fit(X, Y)
    assert none_idle == []


def test_a_fit_that_fails_spoils_no_other(none_idle):
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False)
    with pytest.raises(ValueError, match="diverged"):
        clone(clf).set_params(optimizer="adam", learning_rate=1e30, epochs=5).fit(X, Y)
    assert none_idle == []
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
    clf = clone(NETWORKS["cnn"]).set_params(early_stopping=False, epochs=1)
    clone(clf).fit(X, Y)
    ((_, trainer),) = none_idle
    weights = sum(weight.nbytes for weight in trainer.network.model.get_weights())
    assert 2 * weights < trainer.n_bytes < 4 * weights  # Adam has two numbers for each it trains
    monkeypatch.setattr(_sharing, "_MOST", 2)
    for size in (3, 4):
        clone(clf).set_params(kernel_sizes=(1, size)).fit(X, Y)
    assert len(none_idle) == 2
    assert trainer not in [each for _, each in none_idle]
    monkeypatch.setattr(_sharing, "_MOST_BYTES", 2 * trainer.n_bytes)
    clone(clf).set_params(filters=100).fit(X, Y)  # too much by itself: it displaces no other
    assert len(none_idle) == 2
    clone(clf).fit(X, Y)
    assert len(none_idle) == 1


def test_keras_may_be_cleared_in_between():
    clone(NETWORKS["cnn"]).fit(X, Y)
    keras.backend.clear_session()
    shared = clone(NETWORKS["cnn"]).fit(X, Y)
    np.testing.assert_array_equal(
        shared.predict_proba(X), _alone(NETWORKS["cnn"]).fit(X, Y).predict_proba(X)
    )


def _part(clf):
    """Train for an epoch more."""
    return clf.partial_fit(X, Y, classes=[0, 1, 2])


def _assert_same(found, expected):
    for ours, theirs in zip(found.model_.get_weights(), expected.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    np.testing.assert_equal(found.history_, expected.history_)


def _pickled(clf):
    return pickle.loads(pickle.dumps(clf))


SMALL = CNNClassifier(filters=4, kernel_sizes=(1,), channels=2, early_stopping=False, **FAST)


@pytest.mark.parametrize("name", ["lstm", "averaging"])
def test_training_that_goes_on_shares_too(name, none_idle):
    """Between its parts others are trained, with more words or fewer, and it is pickled."""
    clf = NETWORKS[name]
    shared, alone = clone(clf), _alone(clf)
    for n_words in (31, 29):
        shared = _pickled(_part(shared))
        _part(alone)
        clone(clf).set_params(random_state=1).partial_fit(_rows(n_words), Y, classes=[0, 1, 2])
    assert len(none_idle) == 1
    _assert_same(shared, alone)


def test_warm_starts_share_too(none_idle):
    clf = clone(SMALL).set_params(warm_start=True)
    shared, alone = clone(clf), _alone(clf)
    for epochs, rate in ((1, 0.03), (2, 0.01), (1, 0.05)):
        for each in (shared, alone):
            each.set_params(epochs=epochs, learning_rate=rate).fit(X, Y)
        shared = _pickled(shared) if epochs == 2 else shared
        clone(clf).set_params(random_state=1).fit(_rows(29), Y)
    assert len(none_idle) == 1
    _assert_same(shared, alone)


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "adafactor", "embedding_learning_rate": 0.1},
        pytest.param(
            {
                "optimizer": "schedulefreeadamw",
                "loss": TopKLoss(k=2, warmup_epochs=1),  # it knows the epoch
                "frozen_epochs": 1,
                "dense_units": (3,),
                "batch_normalization": True,
                "dtype": "float64",
            },
            marks=SCHEDULE_FREE,
        ),
    ],
    ids=lambda params: params["optimizer"],
)
def test_nothing_is_forgotten_between_parts(params):
    clf = clone(SMALL).set_params(**params)
    shared, alone = clone(clf), _alone(clf)
    for _ in range(3):
        shared = _pickled(_part(shared))
        _part(clone(clf).set_params(random_state=1))
        _part(alone)
    _assert_same(shared, alone)


@pytest.mark.parametrize("before", [clone, _alone], ids=["shared", "alone"])
def test_another_optimizer_begins_anew(before):
    """With the dropout's first seeds, as a network that was pickled in between has no others."""
    clf = _part(before(SMALL))
    twin = _pickled(clf)
    for each in (clf, twin):
        _part(each.set_params(optimizer="sgd", callbacks=None))
        _part(clone(SMALL).set_params(optimizer="sgd", random_state=1))
        _part(each)
    np.testing.assert_array_equal(clf.predict_proba(X), twin.predict_proba(X))


def test_with_callbacks_and_without_in_turn():
    in_turn, alone = clone(SMALL), _alone(SMALL)
    for callbacks in (None, keras.callbacks.Callback, None):
        in_turn.set_params(callbacks=callbacks)
        _part(in_turn)
        _part(alone)
    _assert_same(_part(_pickled(in_turn)), _part(alone))


def test_an_interrupted_part_is_undone(monkeypatch, none_idle):
    clf, undisturbed = (_part(_part(clone(SMALL))) for _ in range(2))
    before, history = clf.predict_proba(X), dict(clf.history_)
    run = _sharing.LentTrainer.run

    def fails(self, *args, **kwargs):
        run(self, *args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_sharing.LentTrainer, "run", fails)
        with pytest.raises(KeyboardInterrupt):
            _part(clf)
    assert none_idle == []
    np.testing.assert_array_equal(clf.predict_proba(X), before)
    assert clf.history_ == history
    _assert_same(_part(_pickled(clf)), _part(undisturbed))
    _assert_same(_part(clf), undisturbed)


def test_a_copy_and_its_original_go_on_apart():
    clf = _part(clone(SMALL))
    expected = _part(_part(clone(SMALL)))
    _part(_part(_pickled(clf)))
    _assert_same(_part(clf), expected)


def test_weights_that_its_owner_changes_count():
    """Who goes on by Keras may also go on by parts."""
    shared, alone = clone(SMALL).fit(X, Y), _alone(SMALL).fit(X, Y)
    for clf in (shared, alone):
        for weight in clf.model_.trainable_variables:
            weight.assign(weight * 0.5)
        _part(_part(clf))
    _assert_same(shared, alone)
