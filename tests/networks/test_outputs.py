import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import class_output, draw_seeds

keras = import_heavy("keras")
X = np.random.default_rng(0).normal(size=(6, 5))


def _end(*, seed=1, **params):
    features = keras.Input((5,), dtype=params.get("dtype"))
    return keras.Model(features, class_output(features, seeds=draw_seeds(seed), **params))


def _names(model):
    return [layer.name for layer in model.layers[1:]]


def test_one_layer_at_least():
    model = _end(n_classes=3)
    assert _names(model) == ["probabilities"]
    kernel, bias = model.get_weights()
    assert kernel.shape == (5, 3)
    assert not bias.any()
    scores = np.exp(X @ kernel)
    np.testing.assert_allclose(model(X), scores / scores.sum(axis=1, keepdims=True), rtol=1e-4)


def test_labels_have_a_probability_each():
    model = _end(n_classes=3, multilabel=True)
    (kernel, _) = model.get_weights()
    np.testing.assert_allclose(model(X), 1 / (1 + np.exp(-X @ kernel)), rtol=1e-4)


def test_dropout_before_each_layer_and_a_normalization_behind_each_hidden_one():
    model = _end(n_classes=3, dense_units=(4, 2), dropout=0.3, batch_normalization=True)
    hidden = [[f"dropout_{n}", f"dense_{n}", f"normalization_{n}"] for n in (1, 2)]
    assert _names(model) == [*hidden[0], *hidden[1], "dropout", "probabilities"]
    dropouts = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert [layer.rate for layer in dropouts] == [0.3] * 3
    assert len({layer.seed for layer in dropouts}) == 3
    normalizations = 4 * 4 + 4 * 2
    assert model.count_params() == (5 + 1) * 4 + (4 + 1) * 2 + normalizations + (2 + 1) * 3


def test_hidden_layers_alone():
    assert _names(_end(n_classes=3, dense_units=[4, 2])) == ["dense_1", "dense_2", "probabilities"]


@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
def test_hidden_layers_have_the_activation(activation):
    model = _end(n_classes=3, dense_units=(4, 4), dense_activation=activation)
    activations = [layer.activation for layer in model.layers[1:]]
    wanted = keras.activations.get(activation)
    assert activations == [wanted, wanted, keras.activations.softmax]


def test_hidden_layers_have_the_initializer():
    model = _end(n_classes=3, dense_units=(4, 4), dense_initializer="he_uniform")
    names = [type(layer.kernel_initializer).__name__ for layer in model.layers[1:]]
    assert names == ["HeUniform", "HeUniform", "GlorotUniform"]
    assert not _end(n_classes=3, dense_units=(4,), dense_initializer="zeros").get_weights()[0].any()


def test_weights_come_from_the_seed():
    model, again, other = (_end(seed=s, n_classes=4, dense_units=(4, 4)) for s in (1, 1, 2))
    for weight, copy in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, copy)
    kernels = [*model.get_weights()[2::2], *other.get_weights()[2::2]]
    assert len({kernel.tobytes() for kernel in kernels}) == 4


def test_double_precision():
    model = _end(
        n_classes=3, dense_units=(4,), dropout=0.5, batch_normalization=True, dtype="float64"
    )
    assert {weight.dtype for weight in model.weights} == {"float64"}
    assert model(X).dtype == "float64"
