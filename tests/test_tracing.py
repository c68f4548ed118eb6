"""Graphs that are traced leave nothing behind."""

from contextlib import suppress

import numpy as np
import pytest

from sk_textnn import CNNClassifier, LSTMClassifier
from sk_textnn._optional import import_heavy
from sk_textnn._tracing import custom_gradient, gradients_let_go

X = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3]] * 5
Y = ["good", "bad", "good", "bad"] * 5


def registered():
    """Return the names of the gradients that TensorFlow keeps."""
    registry = import_heavy("tensorflow.python.framework.ops").gradient_registry
    return {name for name in registry.list() if name.startswith("CustomGradient")}


def square():
    """Return a function that squares, with a gradient that shows that it is ours."""
    return custom_gradient(lambda x: (x * x, lambda upstream: 100 * upstream * x))


@pytest.mark.parametrize(
    ("clf", "warm_start"),
    [
        (LSTMClassifier(units=3, n_layers=2), False),
        (LSTMClassifier(units=5, bidirectional=False), True),
        (CNNClassifier(filters=3), False),
    ],
)
def test_no_gradient_stays_after_a_fit_and_a_prediction(clf, warm_start):
    before = registered()
    clf.set_params(warm_start=warm_start, epochs=1, embedding_dim=4, validation_fraction=0.2)
    clf.set_params(random_state=0).fit(X, Y).predict(X)
    assert registered() == before


def test_a_model_that_was_trained_can_be_trained_by_others():
    tf = import_heavy("tensorflow")
    clf = LSTMClassifier(units=3, epochs=1, early_stopping=False, random_state=0).fit(X, Y)
    model, ids = clf.model_, tf.constant([[2, 3, 4]])

    @tf.function
    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(ids)[:, 0])
        return tape.gradient(loss, model.trainable_variables)

    kernels = [g.numpy() for g in gradients() if not isinstance(g, tf.IndexedSlices)]
    assert kernels
    assert any(np.abs(kernel).max() > 0 for kernel in kernels)


def test_gradients_are_kept_outside_and_let_go_inside():
    tf = import_heavy("tensorflow")

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = square()(x)
        return tape.gradient(y, x)

    x = tf.constant(2.0)
    before = registered()
    assert gradient(x) == 200  # eager: there is no graph to be kept
    assert registered() == before
    assert tf.function(gradient)(x) == 200
    outside = registered() - before
    assert len(outside) == 1
    traced = tf.function(gradient)
    with suppress(KeyError), gradients_let_go():
        with gradients_let_go():
            assert traced(x) == 200
        assert tf.function(gradient)(x) == 200
        raise KeyError
    assert registered() == before | outside
    assert traced(x) == 200  # what was traced goes on
    tf.function(gradient)(x)
    assert len(registered() - before) == 2
