"""Findings about the end of a network: activations, loss, targets, optimizer."""

import re

import numpy as np
import pytest

from sk_textnn import lint_model
from sk_textnn._optional import import_heavy

keras = import_heavy("keras")
layers = keras.layers
CATEGORICAL, SPARSE = "categorical_crossentropy", "sparse_categorical_crossentropy"
BINARY = "binary_crossentropy"


def _model(*end, loss=None, optimizer="adam", size=5):
    model = keras.Sequential([keras.Input((size,)), *end])
    if loss is not None:
        model.compile(optimizer, loss)
    return model


def _dense(units, activation=None):
    return layers.Dense(units, activation=activation)


def _found(model, cause, y=None, size=5):
    X = None if y is None else np.random.default_rng(0).normal(size=(len(y), size))
    return [each for each in lint_model(model, X, y) if each.cause == cause]


@pytest.mark.parametrize("loss", [CATEGORICAL, SPARSE, BINARY])
@pytest.mark.parametrize("n_classes", [3, 7])
@pytest.mark.parametrize("second", ["sigmoid", "softmax"])
def test_the_floor_is_what_keras_reports_for_perfect_scores(loss, n_classes, second):
    head = [layers.Activation("softmax"), layers.Activation(second)]
    model = _model(_dense(n_classes), *head, loss=loss)
    (finding,) = _found(model, "double_activation")
    scores = np.where(np.eye(n_classes) > 0, 1e3, -1e3)
    y = np.arange(n_classes) if loss == SPARSE else np.eye(n_classes)
    end = _model(*head, loss=loss, size=n_classes)
    assert finding.value == pytest.approx(end.evaluate(scores, y, verbose=0), rel=1e-5)
    assert finding.severity == "error"
    assert finding.evidence["activations"] == ["softmax", second]


def test_the_floor_and_the_gradient_by_hand():
    n = 7
    head = (_dense(n, "softmax"), layers.Activation("sigmoid"))
    (finding,) = _found(_model(*head, loss=CATEGORICAL), "double_activation")
    # Keras sees the probabilities that went into the sigmoid, and takes a softmax of them.
    assert finding.value == pytest.approx(np.log(np.e + n - 1) - 1, abs=1e-5)
    assert finding.evidence["gradient_ratio"] == pytest.approx(n, rel=1e-3)
    sigmoid = 1 / (1 + np.exp(-1))
    floor = np.log(1 + (n - 1) * 0.5 / sigmoid)
    assert finding.evidence["floor_of_probabilities"] == pytest.approx(floor, abs=1e-5)
    (finding,) = _found(_model(*head), "double_activation")  # not compiled
    assert finding.value == pytest.approx(floor, abs=1e-5)
    slope = 1 - 1 / (1 + np.exp(-1 / n))
    assert finding.evidence["gradient_ratio"] == pytest.approx(n / slope, rel=1e-3)


def test_a_sigmoid_of_a_sigmoid_in_one_unit():
    head = (_dense(1, "sigmoid"), layers.Activation("sigmoid"))
    (finding,) = _found(_model(*head, loss=BINARY), "double_activation")
    assert finding.value > 0.3
    assert finding.threshold == pytest.approx(np.log(2), rel=1e-4)


def test_relu_before_softmax_costs_no_floor_but_is_told():
    model = _model(_dense(4, "relu"), layers.Softmax(), loss=CATEGORICAL)
    (finding,) = _found(model, "double_activation")
    assert finding.severity == "warning"
    assert finding.value < 0.01


@pytest.mark.parametrize(
    "end",
    [
        [_dense(4, "softmax")],
        [_dense(4), layers.Activation("softmax")],
        [_dense(4, "linear"), layers.Softmax()],
        [_dense(4), layers.BatchNormalization(), layers.Activation("softmax")],
        [_dense(6, "relu"), layers.Dropout(0.5), _dense(4, "softmax"), layers.Reshape((4,))],
    ],
)
def test_one_activation_is_right_wherever_it_stands(end):
    report = lint_model(_model(*end, loss=CATEGORICAL))
    assert report.causes() == []


def test_an_operation_without_a_layer():
    inputs = keras.Input((5,))
    outputs = keras.ops.sigmoid(_dense(3, "softmax")(inputs))
    (finding,) = _found(keras.Model(inputs, outputs), "double_activation")
    assert finding.evidence["activations"] == ["softmax", "sigmoid"]


def _from_logits(kind):
    return getattr(keras.losses, kind)(from_logits=True)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "severity", "words"),
    [
        (3, "softmax", BINARY, "warning", "what is trained is not what is predicted"),
        (3, "sigmoid", CATEGORICAL, "warning", "what is trained is not what is predicted"),
        (1, "sigmoid", CATEGORICAL, "error", "what is trained is not"),
        (3, None, CATEGORICAL, "error", "from_logits=True"),
        (3, None, SPARSE, "error", "without an activation"),
        (1, None, BINARY, "error", 'Dense\\(1, activation="sigmoid"\\)'),
        (3, "tanh", CATEGORICAL, "error", "gives no probabilities"),
        (3, "relu", keras.losses.CategoricalCrossentropy(), "error", "gives no probabilities"),
        (3, "softmax", _from_logits("CategoricalCrossentropy"), "warning", "Keep one"),
        (3, "sigmoid", _from_logits("SparseCategoricalCrossentropy"), "error", "Keep one"),
        (3, "softmax", CATEGORICAL, None, ""),
        (3, "softmax", keras.losses.SparseCategoricalCrossentropy(), None, ""),
        (3, "softmax", keras.losses.categorical_focal_crossentropy, None, ""),
        (3, "sigmoid", BINARY, None, ""),
        (1, "sigmoid", keras.losses.BinaryFocalCrossentropy(), None, ""),
        (3, None, _from_logits("SparseCategoricalCrossentropy"), None, ""),
        (3, None, "mse", None, ""),
        (3, "softmax", lambda y_true, y_pred: keras.ops.mean(y_pred), None, ""),
    ],
)
def test_activation_and_loss(units, activation, loss, severity, words):
    found = _found(_model(_dense(units, activation), loss=loss), "loss_activation")
    assert [each.severity for each in found] == ([severity] if severity else [])
    assert all(re.search(words, each.message) for each in found)


ONE_HOT = np.eye(3)[[0, 1, 2, 0]]


@pytest.mark.parametrize(
    ("units", "activation", "loss", "y", "cause"),
    [
        (3, "softmax", CATEGORICAL, [0, 1, 2, 0], "targets_shape"),
        (3, "softmax", CATEGORICAL, ["a", "b", "c", "a"], "targets_shape"),
        (3, "softmax", SPARSE, ONE_HOT, "targets_shape"),
        (3, "sigmoid", BINARY, [0, 1, 2, 0], "targets_shape"),
        (2, "softmax", CATEGORICAL, ONE_HOT, "n_classes"),
        (3, "softmax", SPARSE, [1, 2, 3, 1], "n_classes"),
        (3, "softmax", SPARSE, [-1, 0, 1, 1], "n_classes"),
        (1, "sigmoid", BINARY, [0, 1, 2, 0], "n_classes"),
        (1, "sigmoid", BINARY, [-1, 1, 1, -1], "n_classes"),
        (3, "softmax", CATEGORICAL, [[1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], "several_labels"),
        (9, "softmax", SPARSE, [0, 1, 2, 0], "unused_units"),
        (3, "softmax", CATEGORICAL, ONE_HOT, None),
        (3, "softmax", SPARSE, [0, 1, 2, 0], None),
        (3, "softmax", SPARSE, [[0], [1], [2], [0]], None),
        (3, "sigmoid", BINARY, [[1, 1, 0], [0, 0, 0], [0, 0, 1], [1, 0, 0]], None),
        (1, "sigmoid", BINARY, [0, 1, 1, 0], None),
        (1, "sigmoid", BINARY, [[0], [1], [1], [0]], None),
    ],
)
def test_targets_that_fit_and_that_do_not(units, activation, loss, y, cause):
    model = _model(_dense(units, activation), loss=loss)
    X = np.random.default_rng(0).normal(size=(4, 5))
    assert lint_model(model, X, y).causes() == ([cause] if cause else [])


def test_a_prediction_for_each_word_where_targets_are_one_a_text():
    model = keras.Sequential([keras.Input((6, 2)), layers.LSTM(3, return_sequences=True)])
    model.add(_dense(2, "softmax"))
    model.compile("adam", SPARSE)
    causes = lint_model(model, np.ones((4, 6, 2)), [0, 1, 0, 1]).causes()
    assert "targets_shape" in causes
    causes = lint_model(model, np.ones((4, 6, 2)), np.ones((4, 6), int)).causes()
    assert "targets_shape" not in causes


def test_a_single_unit_with_softmax():
    (finding,) = _found(_model(_dense(1, "softmax"), loss=CATEGORICAL), "single_unit_softmax")
    assert finding.severity == "error"
    inputs = keras.Input((6, 4))
    weights = _dense(1, "softmax")(inputs)  # meant as attention, and even for every word
    pooled = keras.ops.sum(weights * inputs, axis=1)
    model = keras.Model(inputs, _dense(3, "softmax")(pooled))
    (finding,) = _found(model, "single_unit_softmax")
    assert finding.evidence["layer"].startswith("dense")


def test_dropout_behind_the_probabilities():
    (finding,) = _found(_model(_dense(3, "softmax"), layers.Dropout(0.5)), "dropout_on_output")
    assert finding.severity == "error"


def test_outputs_have_a_loss_each():
    inputs = keras.Input((5,))
    ends = [layers.Dense(3, activation="softmax", name=name)(inputs) for name in ("a", "b")]
    model = keras.Model(inputs, ends)
    for losses in ([CATEGORICAL, BINARY], {"a": CATEGORICAL, "b": BINARY}):
        model.compile("adam", losses)
        assert len(_found(model, "loss_activation")) == 1


@pytest.mark.parametrize(
    ("optimizer", "is_found"),
    [
        (keras.optimizers.Adam(0.001), False),
        (keras.optimizers.Adam(1.0), True),
        (keras.optimizers.RMSprop(1e-9), True),
        (keras.optimizers.SGD(0.5), False),
        (keras.optimizers.SGD(50.0), True),
        (keras.optimizers.Adadelta(1.0), False),
        (keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.0, 9)), False),
    ],
)
def test_learning_rates(optimizer, is_found):
    model = _model(_dense(3, "softmax"), loss=CATEGORICAL, optimizer=optimizer)
    assert len(_found(model, "learning_rate")) == is_found


def test_a_model_that_is_not_compiled():
    (finding,) = lint_model(_model(_dense(3, "softmax")))
    assert (finding.cause, finding.severity) == ("not_compiled", "info")
