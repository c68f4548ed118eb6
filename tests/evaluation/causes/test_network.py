"""Faults in how a network is built, scripted and in Keras models."""

import math

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.evaluation._causes._network import (
    double_activation,
    duplicate_tables,
    frozen_random_embedding,
    no_mask,
    padding,
)
from sk_textnn.evaluation._causes._network_facts import Network, loss_floor, read_network
from tests.evaluation.causes.scripted import make_context, make_words, one_class

UNMASKED = {"unmasked": ("lstm",), "reads_end": True, "reads_padding": True, "padding": "post"}


def test_the_floor_of_the_published_head():
    """For 7 classes the loss cannot go under 1.630, as measured by training."""
    assert loss_floor(("softmax", "sigmoid"), 7) == pytest.approx(1.630, abs=5e-4)
    assert loss_floor(("softmax", "softmax"), 7) == pytest.approx(math.log(1 + 6 / math.e))
    assert loss_floor(("sigmoid", "softmax"), 2) == pytest.approx(math.log(1 + 1 / math.e))


@pytest.mark.parametrize("names", [(), ("softmax",), ("sigmoid",), ("relu", "softmax")])
def test_a_single_squashing_has_no_floor(names):
    assert loss_floor(names, 7) is None


def test_double_activation():
    found = double_activation(make_context(network=Network(("softmax", "sigmoid"))))
    assert found.severity == "error"
    assert found.value == pytest.approx(-math.log(0.7311 / (0.7311 + 2 * 0.5)), abs=1e-3)
    assert double_activation(make_context()) is None
    assert double_activation(make_context(network=None)) is None


def test_no_mask_decides_where_the_model_failed():
    words = make_words(lengths=5, maxlen=50)
    works = no_mask(make_context(network=Network(**UNMASKED), words=words))
    assert (works.severity, works.value) == ("warning", pytest.approx(0.9))
    failed = no_mask(one_class(network=Network(**UNMASKED), words=words))
    assert failed.severity == "error"
    assert "at which the text is forgotten" in failed.message
    assert failed.suggestion == {"clf__masked": True}


@pytest.mark.parametrize(
    ("changes", "lengths"), [({}, 18), ({"reads_padding": False}, 5), ({"unmasked": ()}, 5)]
)
def test_no_mask_is_no_fault_without_padding(changes, lengths):
    network = Network(**{**UNMASKED, **changes})
    assert no_mask(one_class(network=network, words=make_words(lengths=lengths))) is None


def test_tables_that_are_copies():
    network = Network(n_tables=2, table_size=90, n_parameters=200)
    found = duplicate_tables(make_context(network=network))
    assert (found.severity, found.value) == ("warning", 0.9)
    assert found.message.startswith("2 tables of word vectors are trained beside each other, which")


@pytest.mark.parametrize(
    "network",
    [
        None,
        Network(n_tables=1, table_size=190, n_parameters=200),
        Network(n_tables=2, table_size=40, n_parameters=200),
    ],
)
def test_tables_that_are_none_or_small(network):
    assert duplicate_tables(make_context(network=network)) is None


def test_frozen_random_vectors():
    network = Network(frozen=("embedding",), given_vectors=False)
    found = frozen_random_embedding(make_context(network=network))
    assert found.severity == "warning"
    assert found.suggestion == {"clf__trainable_embedding": True}
    assert frozen_random_embedding(one_class(network=network)).severity == "error"
    given = Network(frozen=("embedding",), given_vectors=True)
    assert frozen_random_embedding(make_context(network=given)) is None
    assert frozen_random_embedding(make_context()) is None


def test_padding_that_is_read_at_full_cost():
    words = make_words(lengths=5, maxlen=50)
    found = padding(make_context(network=Network(reads_padding=True), words=words))
    assert found.value == pytest.approx(0.9)
    assert found.suggestion == {"pad__maxlen": "p95"}
    assert padding(make_context(network=Network(reads_padding=False), words=words)) is None
    assert padding(make_context(network=Network(reads_padding=True))) is None


class Fitted:
    """What is read of a classifier, around a model."""

    frozen_epochs = 0

    def __init__(self, model):
        self.model_ = model


def _keras_network(*layers, mask=False, trainable=True):
    keras = import_heavy("keras")
    table = keras.layers.Embedding(9, 4, mask_zero=mask, trainable=trainable)
    model = keras.Sequential([keras.Input((None,), dtype="int32"), table, *layers])
    return read_network(Fitted(model), "post")


def test_a_keras_model_is_read():
    layers = import_heavy("keras").layers
    head = [layers.Dense(3, "softmax"), layers.Dropout(0.1), layers.Activation("sigmoid")]
    network = _keras_network(layers.LSTM(2, name="reader"), *head, trainable=False)
    assert network.activations == ("softmax", "sigmoid")
    assert network.unmasked == ("reader",)
    assert network.reads_end
    assert len(network.frozen) == 1
    assert network.n_trainable == network.n_parameters - 9 * 4
    masked = _keras_network(layers.LSTM(2), layers.Dense(3, "softmax"), mask=True)
    assert (masked.activations, masked.unmasked, masked.frozen) == (("softmax",), (), ())


def test_two_tables_of_one_shape():
    keras = import_heavy("keras")
    ids = keras.Input((None,), dtype="int32")
    tables = [keras.layers.Embedding(9, 4)(ids), keras.layers.Embedding(9, 4)(ids)]
    frozen = keras.layers.Embedding(9, 4, trainable=False)(ids)
    pooled = [keras.layers.GlobalMaxPooling1D()(x) for x in [*tables, frozen]]
    answer = keras.layers.Dense(3, "softmax")(keras.layers.Concatenate()(pooled))
    network = read_network(Fitted(keras.Model(ids, answer)), "post")
    assert (network.n_tables, network.table_size) == (2, 9 * 4)
    only_frozen = _keras_network(keras.layers.GlobalMaxPooling1D(), trainable=False)
    assert (only_frozen.n_tables, only_frozen.table_size) == (1, 0)


def test_convolution_and_pooling_lose_the_mask():
    layers = import_heavy("keras").layers
    body = [layers.Conv1D(3, 2, padding="same"), layers.MaxPooling1D(2), layers.GRU(2, name="late")]
    assert _keras_network(*body, layers.Dense(3, "softmax"), mask=True).unmasked == ("late",)


def test_a_dense_layer_between_two_activations_is_no_fault():
    layers = import_heavy("keras").layers
    network = _keras_network(
        layers.GlobalMaxPooling1D(), layers.Dense(4, "sigmoid"), layers.Dense(3, "softmax")
    )
    assert network.activations == ("softmax",)
    assert not np.any(network.unmasked)


def test_what_is_no_network_is_not_read():
    assert read_network(object(), "pre") is None
