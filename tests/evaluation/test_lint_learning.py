"""Findings about where a network begins to learn."""

import numpy as np
import pytest

from sk_textnn import lint_model
from sk_textnn._optional import import_heavy

keras = import_heavy("keras")
layers = keras.layers
X = np.random.default_rng(0).normal(size=(64, 20)).astype("float32")
Y = np.arange(64) % 3


def _dense(units=32, activation="relu", deviation=None, **options):
    if deviation is not None:
        options["kernel_initializer"] = keras.initializers.RandomNormal(0, deviation, seed=0)
    else:
        options.setdefault("kernel_initializer", keras.initializers.GlorotUniform(seed=0))
    return layers.Dense(units, activation=activation, **options)


def _model(*hidden, **options):
    end = _dense(3, "softmax", name="classes")
    model = keras.Sequential([keras.Input((20,), name="X"), *hidden, end])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def _causes(model, *sample):
    return [each.cause for each in lint_model(model, *sample)]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("sample", [(), (X, Y)], ids=["weights", "sample"])
def test_activations_at_their_ends(activation, sample):
    wide = _model(_dense(activation=activation, deviation=2.0, name="wide"))
    (finding,) = lint_model(wide, *sample)
    assert (finding.cause, finding.severity) == ("saturated", "warning")
    assert finding.message.startswith("wide")
    assert finding.value > finding.threshold
    assert _causes(_model(_dense(activation=activation)), *sample) == []


def test_wide_weights_behind_a_normalization_count_although_nothing_varies_yet():
    quiet = layers.Rescaling(1e-6)
    stack = (layers.BatchNormalization(), _dense(activation="sigmoid", deviation=2.0))
    assert _causes(_model(quiet, *stack), X, Y) == ["saturated"]
    assert "saturated" not in _causes(_model(quiet, stack[1]), X, Y)


def test_weights_that_training_made_wide_are_not_blamed():
    layer = _dense(activation="tanh")
    model = _model(layer)
    layer.set_weights([np.random.default_rng(0).normal(0, 2.0, (20, 32)), np.zeros(32)])
    assert _causes(model) == []


def test_relus_that_no_text_wakes():
    asleep = _dense(bias_initializer=keras.initializers.Constant(-50.0), name="asleep")
    report = lint_model(_model(asleep), X, Y)
    assert {"dead_relu", "dead_gradient"} <= set(report.causes())
    (finding,) = (each for each in report if each.cause == "dead_relu")
    assert finding.evidence["share"] == {"asleep": 1.0}


def test_a_layer_without_any_gradient():
    model = _model(_dense(name="first"), _dense(kernel_initializer="zeros", name="zeros"))
    (finding,) = (each for each in lint_model(model, X, Y) if each.cause == "dead_gradient")
    assert finding.severity == "error"
    assert any("first" in layer for layer in finding.evidence["gradients"])
    assert not any("classes" in layer for layer in finding.evidence["gradients"])


def test_gradients_that_vanish_and_explode():
    deep = _model(*(_dense(activation="sigmoid", name=f"hidden_{n}") for n in range(16)))
    (finding,) = (each for each in lint_model(deep, X, Y) if each.cause == "vanishing_gradient")
    assert any("hidden_0" in layer for layer in finding.evidence["gradients"])
    assert not any("hidden_15" in layer for layer in finding.evidence["gradients"])
    wild = _model(*(_dense(deviation=3.0) for _ in range(4)))
    assert "exploding_gradient" in _causes(wild, X, Y)
    assert _causes(_model(*(_dense() for _ in range(4))), X, Y) == []


def test_a_gradient_needs_no_targets():
    assert "dead_gradient" in _causes(_model(_dense(kernel_initializer="zeros")), X)


def test_a_network_that_has_learned_may_be_saturated():
    keras.utils.set_random_seed(0)
    model = _model(_dense(activation="tanh", deviation=2.0))
    assert "saturated" in _causes(model, X, Y)
    model.optimizer.learning_rate = 0.02
    model.fit(X, Y, epochs=60, verbose=0)
    assert _causes(model, X, Y) == []


def test_numbers_that_are_none():
    layer = _dense()
    model = _model(layer)
    layer.set_weights([np.full((20, 32), np.nan), np.zeros(32)])
    assert _causes(model, X, Y) == ["not_finite"]


def test_numbers_that_are_none_and_reach_no_output():
    layer = _dense()
    model = _model(layer, layers.Activation(keras.ops.nan_to_num))  # as relu on some processors
    layer.set_weights([np.full((20, 32), np.nan), np.zeros(32)])
    assert _causes(model, X, Y) == ["not_finite"]


def test_nothing_to_train():
    model = _model()
    model.trainable = False
    assert "nothing_trains" in _causes(model, X, Y)


@pytest.mark.parametrize(
    ("hidden", "severity"),
    [
        ([_dense(16, None), layers.Dropout(0.1), _dense(8)], "warning"),
        ([_dense(16, None), layers.BatchNormalization(), _dense(8)], "warning"),
        ([_dense(4, None), _dense(8)], "info"),
        ([_dense(16, None), layers.Activation("relu"), _dense(8)], None),
        ([_dense(16, None), layers.BatchNormalization(), layers.ReLU(), _dense(8)], None),
        ([_dense(16), _dense(8)], None),
    ],
)
def test_layers_with_nothing_between(hidden, severity):
    found = [each for each in lint_model(_model(*hidden)) if each.cause == "no_nonlinearity"]
    assert [each.severity for each in found] == ([severity] if severity else [])


def test_a_softmax_inside():
    assert _causes(_model(_dense(16, "softmax"))) == ["hidden_softmax"]
