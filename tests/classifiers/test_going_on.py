"""Training that goes on: partial_fit and warm_start."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from sk_textnn import CNNClassifier, LSTMClassifier, TokenSequences, Vocabulary
from sk_textnn._optional import import_heavy
from sk_textnn.exceptions import TextInputError

keras = import_heavy("keras")
ROWS = [[2, 3], [4, 5, 6], [2, 7, 3], [5, 4]] * 10
Y = np.array(["low", "high"] * 20)
CLASSES = ["high", "low"]
FAST = {"embedding_dim": 8, "epochs": 3, "learning_rate": 0.03, "random_state": 0}


def _cnn(**params):
    params = {"early_stopping": False, **FAST, **params}
    return CNNClassifier(filters=4, kernel_sizes=(1, 2), **params)


def _lstm(**params):
    return LSTMClassifier(units=4, recurrent_dropout=0.1, early_stopping=False, **FAST, **params)


def test_partial_fit_learns_from_parts():
    clf = _cnn()
    for _ in range(8):
        for part in (slice(0, 20), slice(20, 40)):
            assert clf.partial_fit(ROWS[part], Y[part], classes=CLASSES) is clf
    assert clf.score(ROWS, Y) == 1
    assert len(clf.history_["loss"]) == 16
    assert clf.best_epoch_ == 15
    np.testing.assert_array_equal(clf.classes_, CLASSES)


@pytest.mark.parametrize("make", [_cnn, _lstm], ids=["cnn", "lstm"])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda clf: pickle.loads(pickle.dumps(clf))])
def test_a_copy_goes_on_as_the_original_would(make, copied):
    """The optimizer's state and the dropout's seeds come along, not the weights alone."""
    straight, broken = make(), make()
    for _ in range(3):
        straight.partial_fit(ROWS, Y, classes=CLASSES)
        broken = copied(broken.partial_fit(ROWS, Y, classes=CLASSES))
    np.testing.assert_array_equal(broken.predict_proba(ROWS), straight.predict_proba(ROWS))
    assert broken.history_ == straight.history_


def test_epochs_by_parts_learn_as_epochs_of_one_fit():
    """Same first weights, and the optimizer goes on: only the order of the rows differs."""
    whole = _cnn(batch_size=40, dropout=0, spatial_dropout=0).fit(ROWS, Y)
    parts = clone(whole)
    for _ in range(3):
        parts.partial_fit(ROWS, Y, classes=CLASSES)
    np.testing.assert_allclose(parts.predict_proba(ROWS), whole.predict_proba(ROWS), atol=1e-5)


def test_partial_fit_after_fit_goes_on():
    clf = _cnn(early_stopping=True).fit(ROWS, Y)
    before = clf.predict_proba(ROWS)
    twin = pickle.loads(pickle.dumps(clf)).partial_fit(ROWS, Y)
    after = clf.partial_fit(ROWS, Y).predict_proba(ROWS)
    assert 0 < np.abs(after - before).max() < 0.5
    np.testing.assert_array_equal(twin.predict_proba(ROWS), after)
    assert len(clf.history_["loss"]) == len(clf.history_["val_loss"]) == 4
    assert np.isnan(clf.history_["val_loss"][-1])


def test_fit_after_partial_fit_starts_anew():
    clf = _cnn().partial_fit(ROWS, Y, classes=["high", "low", "middle"]).fit(ROWS, Y)
    np.testing.assert_array_equal(clf.classes_, CLASSES)
    np.testing.assert_array_equal(clf.predict_proba(ROWS), _cnn().fit(ROWS, Y).predict_proba(ROWS))


def test_a_part_may_lack_classes():
    clf = _cnn().partial_fit(ROWS[:1], Y[:1], classes=["high", "low", "middle"])
    assert clf.predict_proba(ROWS).shape == (40, 3)


def test_classes_may_be_a_set():
    clf = _cnn().partial_fit(ROWS, Y, classes={"low", "high"})
    np.testing.assert_array_equal(clf.classes_, CLASSES)


def test_partial_fit_with_weights():
    weights = (Y == "low").astype(float)
    clf = _cnn(class_weight={"low": 2, "high": 1})
    for _ in range(5):
        clf.partial_fit(ROWS, Y, classes=CLASSES, sample_weight=weights)
    assert set(clf.predict(ROWS)) == {"low"}


def test_partial_fit_with_a_table_of_labels():
    table = np.column_stack([Y == "low", Y == "high", np.ones(40)]).astype(int)
    clf = _cnn()
    for _ in range(10):
        clf.partial_fit(ROWS, table)
    np.testing.assert_array_equal(clf.predict(ROWS), table)
    with pytest.raises(ValueError, match="2 labels, any number a text, but training began with 3"):
        clf.partial_fit(ROWS, table[:, :2])
    for classes in (CLASSES, None):
        with pytest.raises(ValueError, match="one class a text, but training began with 3 labels"):
            clf.partial_fit(ROWS, Y, classes=classes)
    with pytest.raises(ValueError, match="classes names 4, but y has a column for each of 3"):
        _cnn().partial_fit(ROWS, table, classes=range(4))


@pytest.mark.parametrize(
    ("params", "y", "classes", "message"),
    [
        ({}, Y, None, "classes must be passed on the first call"),
        ({}, Y, ["low"], "at least two classes"),
        ({}, Y, ["low", "middle"], r"y holds \['high'\], but the classes are \['low', 'middle'\]"),
        ({"class_weight": "balanced"}, Y, CLASSES, "needs all texts at once"),
        ({"class_weight": {"low": 0, "high": 0}}, Y, CLASSES, "No row has a weight above 0"),
    ],
)
def test_wrong_first_parts(params, y, classes, message):
    clf = _cnn(**params)
    with pytest.raises(ValueError, match=message):
        clf.partial_fit(ROWS, y, classes=classes)
    assert not hasattr(clf, "classes_")


def test_wrong_later_parts():
    clf = _cnn().partial_fit(ROWS, Y, classes=CLASSES)
    expected = clf.predict_proba(ROWS)
    with pytest.raises(ValueError, match=r"differs from the first call.*\['high', 'low'\]"):
        clf.partial_fit(ROWS, Y, classes=["high", "low", "middle"])
    with pytest.raises(ValueError, match=r"y holds \['other'\]"):
        clf.partial_fit(ROWS, np.where(Y == "low", "other", "high"))
    with pytest.raises(TextInputError, match="fit saw ids"):
        clf.partial_fit(np.full((40, 3), 0.5), Y)
    np.testing.assert_array_equal(clf.predict_proba(ROWS), expected)


def test_words_beyond_the_first_part():
    """With a vocabulary all its words have a vector; without one, later ids are unknown."""
    clf = _cnn().partial_fit([[2], [3]] * 5, ["a", "b"] * 5, classes=["a", "b"])
    clf.partial_fit([[2, 90], [3, 90]] * 5, ["a", "b"] * 5)
    np.testing.assert_array_equal(clf.predict_proba([[90]]), clf.predict_proba([[1]]))
    words = Vocabulary(["red", "blue", "green"])
    first, second = (
        TokenSequences.from_lists(rows, vocabulary=words) for rows in ([[2], [3]] * 5, [[4]] * 5)
    )
    clf = _cnn().partial_fit(first, ["a", "b"] * 5, classes=["a", "b"])
    clf.partial_fit(second, ["a"] * 5)
    assert clf.model_.get_layer("embedding").input_dim == 5


def test_columns_of_arrays_are_held():
    X = np.random.default_rng(0).normal(size=(40, 3))
    clf = _cnn().partial_fit(X, Y, classes=CLASSES)
    assert clf.n_features_in_ == 3
    with pytest.raises(ValueError, match=r"X has 4 features.*expecting 3"):
        clf.partial_fit(np.ones((40, 4)) / 2, Y)


def test_warm_start_goes_on():
    clf = _cnn(warm_start=True, early_stopping=True).fit(ROWS, Y)
    network, loss = clf.network_, clf.history_["val_loss"][-1]
    twin = pickle.loads(pickle.dumps(clf)).fit(ROWS, Y)
    clf.fit(ROWS, Y)
    assert clf.network_ is network
    assert len(clf.history_["loss"]) == 6
    assert clf.history_["val_loss"][3] < loss  # of the same validation rows
    assert clf.best_epoch_ == np.argmin(clf.history_["val_loss"])
    np.testing.assert_array_equal(twin.predict_proba(ROWS), clf.predict_proba(ROWS))


def test_warm_start_takes_other_training_parameters():
    clf = _cnn(warm_start=True).fit(ROWS, Y)
    clf.set_params(optimizer="sgd", learning_rate=1e-9, batch_size=7, epochs=1)
    before = clf.predict_proba(ROWS)
    np.testing.assert_allclose(clf.fit(ROWS, Y).predict_proba(ROWS), before, atol=1e-6)
    assert len(clf.history_["loss"]) == 4


def test_warm_start_refuses_another_network_or_other_classes():
    clf = _cnn(warm_start=True).fit(ROWS, Y)
    expected = clf.predict_proba(ROWS)
    with pytest.raises(ValueError, match="built with filters=4, but now came filters=5"):
        clf.set_params(filters=5).fit(ROWS, Y)
    with pytest.raises(ValueError, match="with embedding_dim=8, but now came embedding_dim=9"):
        clf.set_params(filters=4, embedding_dim=9).fit(ROWS, Y)
    clf.set_params(embedding_dim=8)
    with pytest.raises(ValueError, match=r"y holds \['middle'\].*start anew"):
        clf.fit(ROWS, np.where(Y == "low", "middle", Y))
    np.testing.assert_array_equal(clf.predict_proba(ROWS), expected)
    clf.set_params(warm_start=False, filters=5).fit(ROWS, Y)
    assert len(clf.history_["loss"]) == 3


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_errors_undo_what_was_trained(error):
    class Fails(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise error("in the middle")

    clf, undisturbed = (_cnn(warm_start=True, batch_size=8).fit(ROWS, Y) for _ in range(2))
    expected, history = clf.predict_proba(ROWS), copy.deepcopy(clf.history_)
    with pytest.raises(error, match="in the middle"):
        clf.set_params(callbacks=Fails).fit(ROWS, Y)
    np.testing.assert_array_equal(clf.predict_proba(ROWS), expected)
    assert clf.history_ == history
    for each in (clf, undisturbed):
        each.set_params(callbacks=None).fit(ROWS, Y)
    np.testing.assert_array_equal(clf.predict_proba(ROWS), undisturbed.predict_proba(ROWS))


def test_divergence_is_undone():
    clf = _cnn(optimizer="sgd").partial_fit(ROWS, Y, classes=CLASSES)
    expected = clf.predict_proba(ROWS)
    with pytest.raises(ValueError, match="Training diverged"):
        clf.set_params(learning_rate=1e30).partial_fit(ROWS, Y)
    np.testing.assert_array_equal(clf.predict_proba(ROWS), expected)


def test_a_plain_fit_is_pickled_without_the_optimizer():
    plain, going_on = _cnn().fit(ROWS, Y), _cnn(warm_start=True).fit(ROWS, Y)
    n_weights = sum(weights.nbytes for weights in plain.model_.get_weights())
    assert len(pickle.dumps(going_on)) - len(pickle.dumps(plain)) > 2 * n_weights  # Adam's moments
