"""What all families share: word vectors before the body, hidden layers behind it."""

import inspect
from itertools import pairwise

import numpy as np
import pytest

from sk_textnn import (
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    GRUClassifier,
    LSTMClassifier,
    NetworkClassifier,
    TokenSequences,
)
from sk_textnn._optional import import_heavy
from sk_textnn.classifiers._base import BaseNetworkClassifier
from sk_textnn.classifiers._family import ACTIVATIONS, FamilyClassifier, check_sizes, n_units
from tests.custom_networks import Backwards

keras = import_heavy("keras")
ROWS, Y = [[2, 3, 4], [5, 3], [2, 4], [5, 5, 3]] * 6, [0, 1] * 12
X = TokenSequences.from_lists(ROWS)
VECTORS = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
VECTORS[0] = 0
FAST = {"embedding_dim": 4, "early_stopping": False, "epochs": 1, "random_state": 0}
SMALL = {
    AveragingClassifier: {"n_buckets": 9},
    CNNClassifier: {"filters": 3, "kernel_sizes": (1,)},
    CNNLSTMClassifier: {"filters": 3, "kernel_sizes": (1,), "units": 2},
    GRUClassifier: {"units": 2, "bidirectional": False, "max_ngram": 1},
    LSTMClassifier: {"units": 2, "bidirectional": False, "n_buckets": 9},
}


class Tables(keras.callbacks.Callback):
    """Keeps the word vectors and the output layer: at the start, and after each epoch."""

    def on_train_begin(self, logs=None):
        self.words, self.outputs = [], []
        self._keep()

    def on_epoch_end(self, epoch, logs=None):
        self._keep()

    def _keep(self):
        self.words.append(self.model.get_layer("embedding").get_weights()[0])
        self.outputs.append(self.model.get_layer("probabilities").get_weights()[0])


def _clf(**params):
    """Word vectors and an output layer, nothing else; one batch an epoch."""
    bare = {"max_ngram": 1, "dropout": 0, "spatial_dropout": 0, "callbacks": Tables}
    return AveragingClassifier(**{**FAST, **bare, **params})


def _moved(tables):
    """Whether each epoch changed them."""
    return [not np.array_equal(*pair) for pair in pairwise(tables)]


def _words(clf):
    return clf.model_.get_layer("embedding").get_weights()[0]


# Around the body.


def test_every_constructor_has_the_shared_parameters_in_the_same_order():
    names = [list(inspect.signature(kind).parameters) for kind in SMALL]
    shared = names[0][names[0].index("dense_units") :]
    assert {*shared} == {*FamilyClassifier._parameter_constraints}
    for each in names:
        assert each[-len(shared) :] == shared
    training = [name for name in shared if name in BaseNetworkClassifier._parameter_constraints]
    assert list(inspect.signature(NetworkClassifier).parameters)[3:] == training


@pytest.mark.parametrize("kind", SMALL, ids=lambda kind: kind.__name__)
def test_shared_parameters_reach_every_network(kind):
    clf = kind(
        dense_units=[5, 6],
        dense_activation="tanh",
        dense_initializer="he_uniform",
        batch_normalization=True,
        dropout=0.1,
        word_dropout=0.2,
        spatial_dropout=0.3,
        trainable_embedding=False,
        **SMALL[kind],
        **FAST,
    ).fit(X, Y)
    named = {layer.name: layer for layer in clf.model_.layers}
    dense = [named["dense_1"], named["dense_2"]]
    assert [layer.units for layer in dense] == [5, 6]
    assert {layer.activation for layer in dense} == {keras.activations.tanh}
    assert {type(layer.kernel_initializer).__name__ for layer in dense} == {"HeUniform"}
    assert {"normalization_1", "normalization_2"} <= set(named)
    rates = {name: layer.rate for name, layer in named.items() if name.startswith("dropout")}
    assert rates == {"dropout_1": 0.1, "dropout_2": 0.1, "dropout": 0.1}
    assert (named["word_dropout"].rate, named["spatial_dropout"].rate) == (0.2, 0.3)
    assert not named["embedding"].trainable


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_known_to_keras(activation):
    assert keras.activations.get(activation).__name__ == activation


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dense_units": 5}, "The 'dense_units' parameter of AveragingClassifier"),
        ({"dense_units": (0,)}, r"dense_units must be integers of at least 1, not \(0,\)"),
        ({"dense_activation": "softplus"}, "The 'dense_activation' parameter"),
        ({"dense_initializer": "he"}, "dense_initializer must be .*, not 'he'"),
        ({"batch_normalization": 2}, "The 'batch_normalization' parameter"),
        ({"dropout": 1}, "The 'dropout' parameter"),
        ({"word_dropout": 1.0}, "The 'word_dropout' parameter"),
        ({"spatial_dropout": -0.1}, "The 'spatial_dropout' parameter"),
        ({"frozen_epochs": -1}, "The 'frozen_epochs' parameter"),
        ({"frozen_epochs": 1.5}, "The 'frozen_epochs' parameter"),
        ({"embedding_learning_rate": 0}, "The 'embedding_learning_rate' parameter"),
    ],
)
def test_wrong_parameters(wrong, message):
    with pytest.raises(ValueError, match=message):
        _clf(**wrong).fit(X, Y)


# The word vectors.


def test_vectors_that_came_stay_if_not_trained():
    clf = _clf(trainable_embedding=False).fit(X.with_vectors(VECTORS), Y)
    np.testing.assert_array_equal(_words(clf), VECTORS)
    assert _moved(clf.callbacks_[0].outputs) == [True]


def test_word_dropout_trains_the_vector_of_unknown_words():
    known, with_unknown = (
        (_words(_clf(word_dropout=rate).fit(X.with_vectors(VECTORS), Y)) != VECTORS).any(axis=1)
        for rate in (0.0, 0.5)
    )
    np.testing.assert_array_equal(np.flatnonzero(known), [2, 3, 4, 5])
    np.testing.assert_array_equal(np.flatnonzero(with_unknown), [1, 2, 3, 4, 5])


def test_words_are_dropped_in_training_only():
    clf = _clf(word_dropout=0.99).fit(X.with_vectors(VECTORS), Y)
    known, unknown = clf.predict_proba([[2, 3], [1, 1]])
    assert np.abs(known - unknown).min() > 0.01


# "adamw" shrinks weights beside its step; "ftrl" divides by the learning rate.
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "ftrl", "sgd"])
def test_word_vectors_are_frozen_at_first(optimizer):
    clf = _clf(frozen_epochs=2, epochs=4, optimizer=optimizer).fit(X, Y)
    assert _moved(clf.callbacks_[0].words) == [False, False, True, True]
    assert _moved(clf.callbacks_[0].outputs) == [True] * 4


def test_frozen_epochs_are_counted_over_all_trainings():
    clf = _clf(frozen_epochs=3, epochs=2, warm_start=True)
    moved = [_moved(clf.fit(X, Y).callbacks_[0].words) for _ in range(2)]
    assert moved == [[False, False], [False, True]]
    assert _moved(clf.partial_fit(X, Y).callbacks_[0].words) == [True]
    clf = _clf(frozen_epochs=1)
    moved = [_moved(clf.partial_fit(X, Y, classes=[0, 1]).callbacks_[0].words) for _ in range(2)]
    assert moved == [[False], [True]]


def test_early_stopping_keeps_no_epoch_from_before_the_thaw():
    clf = _clf(loss=Backwards(), frozen_epochs=2, epochs=9, learning_rate=0.1, patience=2)
    clf.set_params(early_stopping=True, refit=False).fit(X, Y)
    losses = clf.history_["val_cross_entropy"]
    assert losses == sorted(losses)  # the first epoch was the best of all
    assert (clf.best_epoch_, len(losses)) == (2, 5)
    np.testing.assert_array_equal(_words(clf), clf.callbacks_[0].words[3])


def test_early_stopping_without_a_thaw_keeps_the_last_epoch():
    clf = _clf(loss=Backwards(), frozen_epochs=9, epochs=3, patience=1)
    clf.set_params(early_stopping=True, refit=False).fit(X, Y)
    assert (clf.best_epoch_, len(clf.history_["loss"])) == (2, 3)
    expected = clf.callbacks_[0].outputs[3]
    np.testing.assert_array_equal(clf.model_.get_layer("probabilities").get_weights()[0], expected)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_word_vectors_learn_at_a_rate_of_their_own(optimizer):
    slow, fast = (
        _clf(optimizer=optimizer, embedding_learning_rate=rate).fit(X, Y).callbacks_[0]
        for rate in (None, 0.02)
    )
    steps = [after - before for before, after in (slow.words, fast.words)]
    assert np.abs(steps[0]).max() > 0
    np.testing.assert_allclose(steps[1], 10 * steps[0], atol=1e-7)
    np.testing.assert_array_equal(*(each.outputs[1] for each in (slow, fast)))


# Sizes.


@pytest.mark.parametrize("sizes", [(3, 4), [3, 4], np.array([3, 4]), (np.int64(3), 4)])
def test_sizes_become_a_tuple_of_ints(sizes):
    checked = check_sizes("sizes", sizes)
    assert checked == (3, 4)
    assert {type(size) for size in checked} == {int}


def test_there_may_have_to_be_a_size():
    assert check_sizes("sizes", (), least=0) == ()
    with pytest.raises(ValueError, match=r"sizes must be .*at least one of them, not \(\)"):
        check_sizes("sizes", ())


@pytest.mark.parametrize(
    "sizes", [(0,), (-1, 3), (2.5,), (2.0,), ("3",), [[3]], (None,), {8: 1}, [True]]
)
@pytest.mark.parametrize("least", [0, 1])
def test_wrong_sizes(sizes, least):
    example = r"\(64,\)" if least == 0 else r"\(3, 4, 5\)"
    with pytest.raises(ValueError, match=f"sizes must be .*Pass a sequence such as {example}"):
        check_sizes("sizes", sizes, least=least)


@pytest.mark.parametrize(
    ("units", "n_classes", "expected"),
    [
        (5, 3, 5),
        (np.int64(5), 3, 5),
        (0.25, 8, 2),
        (0.25, 9, 2),
        (0.25, 3, 1),
        (1.0, 3, 3),
        (np.float32(0.5), 6, 3),
        (0.29, 100, 29),  # of which the product is 28.999999999999996
    ],
)
def test_units_may_be_a_share_of_the_classes(units, n_classes, expected):
    found = n_units(units, n_classes)
    assert (found, type(found)) == (expected, int)
