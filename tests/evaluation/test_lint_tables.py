"""Findings about tables of word vectors."""

import numpy as np
import pytest

from sk_textnn import lint_model
from sk_textnn._optional import import_heavy
from sk_textnn.keras_objects import WordEmbedding
from sk_textnn.networks import InputSpec, build_network, cnn_features

keras = import_heavy("keras")
layers = keras.layers
INITIALIZERS = ["uniform", "random_normal", "truncated_normal", "glorot_uniform", "he_normal"]


def _model(*tables):
    ids = keras.Input((None,), dtype="int32")
    pooled = [layers.GlobalMaxPooling1D()(table(ids)) for table in tables]
    x = pooled[0] if len(pooled) == 1 else layers.Concatenate()(pooled)
    return keras.Model(ids, layers.Dense(3, activation="softmax")(x))


def _frozen(initializer="uniform", n_words=300, **options):
    return layers.Embedding(
        n_words, 8, embeddings_initializer=initializer, trainable=False, name="words", **options
    )


def _found(model, start, X=None):
    return [each for each in lint_model(model, X) if each.cause.startswith(start)]


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_frozen_noise_is_found_whatever_drew_it(initializer):
    (finding,) = _found(_model(_frozen(initializer)), "frozen")
    assert finding.cause == "frozen_random_embedding"
    assert finding.severity == "warning"
    assert finding.evidence["layer"] == "words"
    assert finding.value > finding.threshold


def test_a_row_of_zeros_for_the_padding_changes_nothing():
    table = _frozen()
    model = _model(table)
    weights = table.get_weights()[0]
    weights[0] = 0
    table.set_weights([weights])
    assert len(_found(model, "frozen_random")) == 1


@pytest.mark.parametrize("scale", [0.02, 0.0289, 0.3])
def test_pretrained_vectors_are_frozen_rightly(scale):
    table = _frozen()
    model = _model(table)
    # Of the deviation of what is drawn, too, but normal.
    table.set_weights([np.random.default_rng(0).normal(0, scale, (300, 8))])
    assert _found(model, "frozen") == []


def test_vectors_given_as_initializer():
    vectors = np.random.default_rng(0).normal(0, 0.3, (300, 8))
    assert _found(_model(_frozen(keras.initializers.Constant(vectors))), "frozen") == []


def test_trained_tables_may_be_random():
    assert _found(_model(layers.Embedding(300, 8)), "frozen") == []


def test_a_frozen_table_of_zeros_is_an_error():
    (finding,) = _found(_model(_frozen("zeros")), "frozen")
    assert (finding.cause, finding.severity) == ("frozen_constant_embedding", "error")


def test_a_second_channel_is_no_copy_and_its_noise_is_an_aside():
    spec = InputSpec(8, 300)
    model = build_network(spec, body=cnn_features, n_classes=3, channels=2)
    report = lint_model(model)
    assert [(each.cause, each.severity) for each in report] == [
        ("frozen_random_embedding", "info"),
        ("not_compiled", "info"),
    ]


def test_copies_and_what_is_none():
    (finding,) = _found(_model(layers.Embedding(9, 4), layers.Embedding(9, 2)), "duplicate")
    assert finding.value == pytest.approx((36 + 18) / (36 + 18 + 21))
    assert finding.evidence["parameters"] == 54
    shared = layers.Embedding(9, 4)
    assert _found(_model(shared, shared), "duplicate") == []
    assert _found(_model(layers.Embedding(9, 4), _frozen(n_words=9)), "duplicate") == []


@pytest.mark.parametrize("kind", [layers.Embedding, WordEmbedding])
def test_ids_beyond_the_table(kind):
    model = _model(kind(10, 4, name="words"))
    X = np.array([[1, 2, 12], [3, 9, 0]])
    (finding,) = _found(model, "ids_out", X)
    assert (finding.severity, finding.value, finding.threshold) == ("error", 12, 9)
    assert finding.evidence == {"layer": "words", "share": 1 / 6}
    assert "input_dim=13" in finding.message
    X[0, 2] = 9
    assert _found(model, "ids_out", X) == []


def test_a_single_row_of_many_is_looked_at():
    X = np.ones((5000, 3), int)
    X[4321, 1] = 10
    assert len(_found(_model(layers.Embedding(10, 4)), "ids_out", X)) == 1


def test_negative_ids():
    (finding,) = _found(_model(layers.Embedding(10, 4)), "negative", np.array([[-1, -1, 4]]))
    assert (finding.severity, finding.value) == ("error", -1)


def test_ids_that_a_layer_made():
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(10, 4)(ids * 2)
    model = keras.Model(ids, layers.GlobalMaxPooling1D()(x))
    (finding,) = _found(model, "ids_out", np.array([[1, 6]]))
    assert finding.value == 12
