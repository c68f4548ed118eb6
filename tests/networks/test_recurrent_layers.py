"""LSTM and GRU against Keras's own, with the same weights and the same dropout."""

import numpy as np
import pytest

from sk_textnn import keras_objects
from sk_textnn.networks import InputSpec, build_network, recurrent_features
from sk_textnn.networks import _recurrent_layers as layers
from sk_textnn.networks._distinct_words import DistinctWords
from sk_textnn.networks._recurrent import pool_words
from sk_textnn.networks._seeds import seeded_initializer

keras, tf = layers.keras, layers.tf
RNG = np.random.default_rng(0)
SIZE, UNITS = 3, 2
STEPS = RNG.normal(size=(5, 4, SIZE))
WORDS = RNG.integers(0, 6, size=(5, 4))
TABLE = RNG.normal(size=(6, SIZE))
UPSTREAM = RNG.normal(size=(5, 4, UNITS))
# No padding, at the end, at the start, in between, and nothing else.
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)
START = {"kernel_initializer": "glorot_uniform", "recurrent_initializer": "orthogonal", "seed": 3}
DROPOUT = {"recurrent_dropout": 0.4}
every_cell = pytest.mark.parametrize("cell", ["LSTM", "GRU"])
every_output = pytest.mark.parametrize("every_state", [True, False], ids=["every", "last"])


def _pair(cell, **params):
    """Return our layer and Keras's, with the same weights, none of them as at the start."""
    pair = [getattr(module, cell)(UNITS, **START | params) for module in (layers, keras.layers)]
    for layer in pair:
        layer.build((None, None, SIZE))
    rng = np.random.default_rng(1)
    for weights in zip(*(layer.trainable_variables for layer in pair), strict=True):
        value = rng.normal(size=weights[0].shape)
        for weight in weights:
            weight.assign(value)
    return pair


def _run(layer, x, number=None, mask=None, training=True):
    """Return the states of a step of training, or not, and the gradients: of inputs, of weights.

    With `number`, inputs are the words that it numbers.
    """
    x = tf.cast(x, layer.dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        steps = x if number is None else DistinctWords(x, number).at_each_step()
        states = layer(steps, mask=mask, training=training)
        if isinstance(layer, keras.layers.RNN) and layer.return_sequences and layer.go_backwards:
            states = states[:, ::-1]  # Keras leaves them in the order in which they were read
        upstream = UPSTREAM if layer.return_sequences else UPSTREAM[:, 0]
        total = tf.reduce_sum(states * upstream)
    weights = [weight.value for weight in layer.trainable_variables]
    return [states, *map(tf.convert_to_tensor, tape.gradient(total, [x, *weights]))]


def _compare(found, expected, atol=1e-5):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)


@every_cell
@every_output
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize(
    ("mask", "dropout"), [(None, {}), (MASK, DROPOUT)], ids=["plain", "mask and dropout"]
)
def test_states_and_gradients_are_those_of_keras(cell, every_state, backwards, dropout, mask):
    pair = _pair(cell, return_sequences=every_state, go_backwards=backwards, **dropout)
    mask = None if mask is None else tf.constant(mask)
    _compare(*(_run(layer, STEPS, mask=mask) for layer in pair))


@every_cell
def test_prediction_has_a_gradient_too(cell):
    pair = _pair(cell, **DROPOUT)
    _compare(*(_run(layer, STEPS, mask=tf.constant(MASK), training=False) for layer in pair))


@every_cell
def test_double_precision(cell):
    pair = _pair(cell, return_sequences=True, dtype="float64")
    found, expected = (_run(layer, STEPS, mask=tf.constant(MASK)) for layer in pair)
    assert {array.dtype for array in found} == {tf.float64}
    _compare(found, expected, atol=1e-12)


@every_cell
def test_words_are_projected_once_with_the_same_outcome(cell):
    pair = _pair(cell, return_sequences=True, go_backwards=True, **DROPOUT)
    _compare(*(_run(layer, TABLE, WORDS, tf.constant(MASK)) for layer in pair))


@pytest.mark.parametrize(
    ("cell", "words"), [("LSTM", False), ("GRU", True)], ids=["steps", "words"]
)
def test_a_graph_may_know_neither_texts_nor_steps(cell, words):
    ours, theirs = _pair(cell, return_sequences=not words, go_backwards=not words, **DROPOUT)
    signature = [
        tf.TensorSpec([None, SIZE] if words else [None, None, SIZE], tf.float32),
        tf.TensorSpec([None, None], tf.int32),
        tf.TensorSpec([None, None], tf.bool),
    ]
    graph = tf.function(
        lambda x, ids, mask: _run(ours, x, ids if words else None, mask), input_signature=signature
    )
    x, number = (TABLE, WORDS) if words else (TABLE[WORDS], None)
    found = graph(x.astype("float32"), WORDS.astype("int32"), MASK)
    _compare(found, _run(theirs, x, number, tf.constant(MASK)))


@every_cell
def test_only_training_drops_anew_each_time(cell):
    (layer, theirs), (plain, _) = _pair(cell, **DROPOUT), _pair(cell)
    np.testing.assert_array_equal(layer(STEPS), plain(STEPS))
    np.testing.assert_array_equal(layer(STEPS, training=False), plain(STEPS, training=True))
    for _ in range(2):
        _compare([layer(STEPS, training=True)], [theirs(STEPS, training=True)])
    first, second = (layer(STEPS, training=True).numpy() for _ in range(2))
    assert not np.allclose(first, second, atol=1e-3)


@every_cell
def test_begins_with_the_weights_of_keras(cell):
    pair = []
    for module in (layers, keras.layers):
        kernel, recurrent = (keras.initializers.GlorotUniform(seed) for seed in (5, 6))
        layer = getattr(module, cell)(
            UNITS, kernel_initializer=kernel, recurrent_initializer=recurrent, seed=3
        )
        layer.build((None, None, SIZE))
        pair.append(layer)
    for one, other in zip(*(layer.trainable_variables for layer in pair), strict=True):
        assert (one.name, one.shape) == (other.name, other.shape)
        np.testing.assert_array_equal(one, other)


@every_cell
@every_output
def test_shape_and_mask_of_the_output(cell, every_state):
    layer = getattr(layers, cell)(UNITS, return_sequences=every_state, **START)
    for n_steps in (None, 7):
        x = keras.layers.Masking()(keras.Input((n_steps, SIZE)))
        out = layer(x)
        expected = (None, n_steps, UNITS) if every_state else (None, UNITS)
        assert out.shape == layer.compute_output_shape(x.shape) == expected
        assert getattr(out, "_keras_mask", None) is (x._keras_mask if every_state else None)


@every_cell
def test_configuration_makes_the_same_layer(cell):
    params = {"return_sequences": True, "go_backwards": True, **DROPOUT, "seed": 9}
    starts = {
        "kernel_initializer": keras.initializers.RandomNormal(seed=1),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=2),
    }
    kind = getattr(layers, cell)
    layer = kind(UNITS, **params, **starts, dtype="float64", name="reader")
    config = layer.get_config()
    again = kind.from_config(config)
    assert again.get_config() == config
    assert ({"units": UNITS, "name": "reader"} | params).items() <= config.items()
    assert again.compute_dtype == "float64"
    for each in (layer, again):
        each.build((None, None, SIZE))
    _compare(again.get_weights(), layer.get_weights(), atol=0)
    _compare([again(STEPS, training=True)], [layer(STEPS, training=True)], atol=0)


# Words that are in a text twice or in several texts, and a text of padding alone.
TEXTS = np.array([[5, 7, 2, 5], [4, 2, 0, 0], [5, 5, 7, 0], [0, 0, 0, 0]])
IDS = InputSpec(SIZE, n_ids=10)
BODY = {"units": UNITS, **DROPOUT}


def _keras_features(words, vectors, *, cell="lstm", n_layers=1, pooling="max", seeds, dtype):
    """Build what `recurrent_features` does of layers that are Keras's own."""
    x = vectors
    for number in range(1, n_layers + 1):
        ways = [
            getattr(keras.layers, cell.upper())(
                UNITS,
                return_sequences=number < n_layers or pooling != "last",
                go_backwards=backwards,
                kernel_initializer=seeded_initializer("glorot_uniform", next(seeds)),
                recurrent_initializer=seeded_initializer("orthogonal", next(seeds)),
                seed=next(seeds),
                **DROPOUT,
            )
            for backwards in (False, True)
        ]
        x = keras.layers.Bidirectional(ways[0], backward_layer=ways[1])(x)
    return x if pooling == "last" else pool_words(x, pooling, seeds=seeds, dtype=dtype)


NETWORKS = {
    "last": ({"pooling": "last"}, {}),
    "max, spatial dropout": ({"pooling": "max"}, {"spatial_dropout": 0.5}),
    "mean of two gru": ({"pooling": "mean", "cell": "gru", "n_layers": 2}, {}),
    "attention, word dropout": ({"pooling": "attention"}, {"word_dropout": 0.5}),
}


@pytest.mark.parametrize(("params", "frame"), NETWORKS.values(), ids=NETWORKS.keys())
def test_a_network_is_the_same_as_one_of_keras_layers(params, frame):
    """It begins with the same weights; and others give the same outputs and gradients."""
    frame = {"n_classes": 3, "dropout": 0.0, "seed": 4, **frame}
    models = [
        build_network(IDS, body=recurrent_features, body_params=BODY | params, **frame),
        build_network(IDS, body=_keras_features, body_params=params, **frame),
    ]
    _compare(*(model.get_weights() for model in models), atol=0)
    rng = np.random.default_rng(0)
    weights = [weight + rng.normal(size=weight.shape) for weight in models[0].get_weights()]
    found = []
    for model in models:
        model.set_weights(weights)
        with tf.GradientTape() as tape:
            out = model(TEXTS, training=True)
            total = tf.reduce_sum(out[:, 0] * np.array([1.0, -2.0, 3.0, -4.0]))
        variables = [weight.value for weight in model.trainable_variables]
        found.append([out, *map(tf.convert_to_tensor, tape.gradient(total, variables))])
    _compare(*found)


@every_cell
def test_a_saved_network_is_the_same_when_loaded(cell, tmp_path):
    params = BODY | {"cell": cell.lower(), "bidirectional": True}
    model = build_network(IDS, body=recurrent_features, body_params=params, n_classes=3)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer(f"{cell.lower()}_1")) is getattr(keras_objects, cell)
    for training in (False, True):
        outputs = (network(TEXTS, training=training) for network in (loaded, model))
        _compare(*([out] for out in outputs), atol=0)
