"""The loss as a parameter of a classifier."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sk_textnn import (
    AveragingClassifier,
    CrossEntropyLoss,
    FocalLoss,
    TokenSequences,
    TopKLoss,
)
from sk_textnn._optional import import_heavy
from tests.custom_networks import Backwards

keras = import_heavy("keras")
rng = np.random.default_rng(0)
N = 24
VECTORS = rng.normal(size=(9, 4)).astype("float32")
VECTORS[0] = 0
ROWS = [list(rng.integers(1, 9, size=rng.integers(1, 5))) for _ in range(N)]
X = TokenSequences.from_lists(ROWS).with_vectors(VECTORS)
Y = np.arange(N) % 3
LABELS = rng.integers(2, size=(N, 3))
WEIGHTS = rng.uniform(0.5, 2, size=N)
FAST = {"epochs": 1, "batch_size": N, "early_stopping": False, "random_state": 0}
STILL = {"learning_rate": 1e-12, "dtype": "float64"}  # so that numbers stay comparable


def _clf(loss="cross_entropy", **params):
    bare = {"max_ngram": 1, "dropout": 0, "spatial_dropout": 0}
    return AveragingClassifier(loss=loss, **{**bare, **FAST, **params})


def _table(y):
    """Targets with a column a class."""
    return np.eye(3)[y] if y.ndim == 1 else y


# What each loss is of a text, from its probabilities: the definitions.


def _cross_entropy(y, p):
    if y.ndim == 1:
        return -np.log(p[np.arange(N), y])
    return -np.where(y, np.log(p), np.log(1 - p)).mean(axis=1)


def _worst(k):
    def of_each(y, p):
        losses = _cross_entropy(y, p)
        return np.where(losses >= np.sort(losses)[-k], losses * N / k, 0)

    return of_each


def _focal(y, p):
    known = p[np.arange(N), y][:, None] if y.ndim == 1 else np.where(y, p, 1 - p)
    return ((1 - known) * -np.log(known)).mean(axis=1)


def _smoothed(y, p):
    if y.ndim == 1:
        return 0.9 * _cross_entropy(y, p) - 0.1 * np.log(p).mean(axis=1)
    target = 0.9 * y + 0.05
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean(axis=1)


def _squared_error(y, p):
    return ((_table(y) - p) ** 2).mean(axis=1)


DEFINITIONS = {
    "plain": ({"loss": "cross_entropy"}, _cross_entropy),
    "plain loss": ({"loss": CrossEntropyLoss()}, _cross_entropy),
    "smoothed": ({"label_smoothing": 0.1}, _smoothed),
    "smoothed loss": ({"loss": CrossEntropyLoss(label_smoothing=0.1)}, _smoothed),
    "top_k": ({"loss": "top_k"}, _worst(16)),
    "top 4": ({"loss": TopKLoss(k=4)}, _worst(4)),
    "top quarter": ({"loss": TopKLoss(k=0.25)}, _worst(6)),
    "focal": ({"loss": FocalLoss(gamma=1)}, _focal),
    "of Keras": ({"loss": keras.losses.MeanSquaredError()}, _squared_error),
}


@pytest.mark.parametrize("multilabel", [False, True], ids=["classes", "labels"])
@pytest.mark.parametrize("name", DEFINITIONS)
def test_history_holds_the_weighted_loss_and_beside_it_the_cross_entropy(name, multilabel):
    params, of_each = DEFINITIONS[name]
    y, weights, class_weight = Y, WEIGHTS, {0: 3, 1: 1, 2: 0.5}
    if multilabel:
        y, class_weight = LABELS, [{0: 1, 1: 2}, {0: 1, 1: 1}, {0: 3, 1: 1}]
    clf = _clf(**params, **STILL, class_weight=class_weight)
    clf.fit(X, y, sample_weight=weights)
    if multilabel:
        factors = [[each[label] for label in (0, 1)] for each in class_weight]
        weights = weights * np.prod([np.take(f, y[:, i]) for i, f in enumerate(factors)], axis=0)
    else:
        weights = weights * np.take([3, 1, 0.5], y)
    p = clf.predict_proba(X)
    expected = np.average(of_each(y, p), weights=weights)
    assert clf.history_["loss"] == pytest.approx([expected], rel=1e-6)
    plain = np.average(_cross_entropy(y, p), weights=weights)
    if name.startswith("plain"):
        assert set(clf.history_) == {"loss", "accuracy"}
        assert expected == plain
    else:
        assert set(clf.history_) == {"loss", "accuracy", "cross_entropy"}
        assert clf.history_["cross_entropy"] == pytest.approx([plain], rel=1e-5)
        assert abs(expected - plain) > 0.002


def test_early_stopping_watches_the_cross_entropy_on_validation_texts():
    clf = _clf(Backwards(), epochs=9, patience=2, learning_rate=0.1, validation_fraction=0.25)
    clf.set_params(early_stopping=True, refit=False).fit(X, Y)
    history = clf.history_
    names = {"loss", "accuracy", "cross_entropy"}
    assert set(history) == names | {f"val_{name}" for name in names}
    assert history["val_loss"] == sorted(history["val_loss"], reverse=True)
    assert clf.best_epoch_ == np.argmin(history["val_cross_entropy"]) == 0
    assert len(history["loss"]) == 3
    first = clone(clf).set_params(epochs=1).fit(X, Y)
    np.testing.assert_array_equal(clf.predict_proba(X), first.predict_proba(X))


def test_the_plain_loss_is_watched_itself():
    clf = _clf(epochs=2, validation_fraction=0.25, early_stopping=True, refit=False).fit(X, Y)
    assert set(clf.history_) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert clf.best_epoch_ == np.argmin(clf.history_["val_loss"])


@pytest.mark.parametrize(
    "loss", [TopKLoss(k=4, warmup_epochs=1), keras.losses.MeanSquaredError()], ids=["ours", "other"]
)
def test_the_loss_that_was_passed_is_left_as_it_is(loss):
    given, before = copy.deepcopy(loss.get_config()), joblib.hash(loss)
    clf = _clf(loss, epochs=2, warm_start=True).fit(X, Y)
    assert clf.loss is clf.get_params()["loss"] is loss
    assert clf.model_.loss is not loss
    assert (loss.get_config(), joblib.hash(loss)) == (given, before)
    for other in (clone(clf), pickle.loads(pickle.dumps(clf)), copy.deepcopy(clf)):
        assert type(other.loss) is type(loss)
        assert other.loss is not loss
        assert other.loss.get_config() == given
    expected = clf.fit(X, Y).predict_proba(X)  # two epochs more, as the copy that was fitted
    np.testing.assert_array_equal(other.fit(X, Y).predict_proba(X), expected)


class Unregistered(keras.losses.Loss):
    """Keras would make copies and pickles of it that are not it."""

    def call(self, y_true, y_pred):
        return keras.losses.categorical_crossentropy(y_true, y_pred)


def test_a_loss_that_copies_would_lose_is_refused():
    with pytest.raises(TypeError, match=r"(?s)Unregistered.*register_keras_serializable"):
        _clf(Unregistered()).fit(X, Y)


def test_set_params():
    clf = _clf().set_params(loss="focal", label_smoothing=0.1).fit(X, Y)
    assert (type(clf.model_.loss), clf.model_.loss.gamma) == (FocalLoss, 2)
    assert clf.model_.loss.label_smoothing == 0.1
    assert type(clf.set_params(loss="top_k").fit(X, Y).model_.loss) is TopKLoss


def test_a_search_over_losses():
    losses = ["cross_entropy", TopKLoss(k=4)]
    search = GridSearchCV(_clf(), {"loss": losses}, cv=2, error_score="raise").fit(X, Y)
    assert list(search.cv_results_["param_loss"]) == losses
    assert search.best_params_["loss"] in losses
    kind = [CrossEntropyLoss, TopKLoss][search.best_index_]
    assert type(search.best_estimator_.model_.loss) is kind


def test_warm_up_ends_within_a_fit():
    loss = TopKLoss(k=4, warmup_epochs=2)
    clf = _clf(loss, **STILL, validation_fraction=0.25).set_params(epochs=3, batch_size=6)
    history = clf.set_params(early_stopping=True, refit=False).fit(X, Y).history_
    for name in ("", "val_"):
        worst = np.array(history[f"{name}loss"]) - history[f"{name}cross_entropy"]
        np.testing.assert_allclose(worst[:2], 0, atol=1e-6)
        assert worst[2] > 0.05


def test_warm_up_goes_on_in_parts_and_in_copies():
    clf = _clf(TopKLoss(k=4, warmup_epochs=2), **STILL)
    for _ in range(3):
        clf = pickle.loads(pickle.dumps(clf.partial_fit(X, Y, classes=[0, 1, 2])))
    worst = np.array(clf.history_["loss"]) - clf.history_["cross_entropy"]
    np.testing.assert_allclose(worst[:2], 0, atol=1e-6)
    assert worst[2] > 0.05


def test_another_loss_begins_with_a_new_optimizer():
    clf = _clf("cross_entropy", learning_rate=0.01)
    steps = []
    for loss in ("cross_entropy", CrossEntropyLoss(), "focal", FocalLoss(2), FocalLoss(1)):
        before = clf.predict_proba(X) if steps else None
        clf.set_params(loss=loss).partial_fit(X, Y, classes=[0, 1, 2])
        steps.append(int(clf.model_.optimizer.iterations))
        if before is not None:  # the network is that of before
            assert 0 < np.abs(clf.predict_proba(X) - before).max() < 0.1
    assert steps == [1, 2, 1, 2, 1]
    assert len(clf.history_["loss"]) == 5
    np.testing.assert_array_equal(np.isnan(clf.history_["cross_entropy"]), [1, 1, 0, 0, 0])


@pytest.mark.parametrize(
    ("params", "y", "error", "message"),
    [
        ({"loss": "topk"}, Y, ValueError, "no loss 'topk'. Did you mean 'top_k'"),
        ({"loss": TopKLoss}, Y, TypeError, r"loss is the class TopKLoss; .*Pass an instance"),
        ({"loss": None}, Y, ValueError, "The 'loss' parameter of AveragingClassifier"),
        ({"loss": keras.losses.mean_squared_error}, Y, ValueError, "The 'loss' parameter"),
        (
            {"loss": keras.losses.Poisson(), "label_smoothing": 0.1},
            Y,
            ValueError,
            "label_smoothing=0.1 came beside Poisson",
        ),
        (
            {"loss": keras.losses.SparseCategoricalCrossentropy()},
            LABELS,
            ValueError,
            "takes one class a text, but y has a column for each of several labels",
        ),
        ({"loss": keras.losses.Dice()}, Y, ValueError, r"Dice gives losses of shape \(\)"),
        ({"label_smoothing": 1}, Y, ValueError, "The 'label_smoothing' parameter"),
    ],
    ids=lambda value: "",
)
def test_wrong_losses(params, y, error, message):
    clf = _clf(**params)
    with pytest.raises(error, match=message):
        clf.fit(X, y)
    assert not hasattr(clf, "classes_")
