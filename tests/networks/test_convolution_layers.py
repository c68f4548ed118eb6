"""The convolutions against loops over each text's windows; initial weights; saved networks."""

import numpy as np
import pytest

from sk_textnn.networks import _convolution_layers as layers
from sk_textnn.networks import _embedding_layers, _pooling_layers
from sk_textnn.networks._distinct_words import DistinctWords
from sk_textnn.networks._seeds import seeded_initializer

keras, tf = layers.keras, layers.tf
RNG = np.random.default_rng(0)
N_WORDS = np.array([0, 1, 2, 3, 4, 6, 8])
MASK = np.arange(8) < N_WORDS[:, None]
STEPS = RNG.normal(size=(7, 8, 2))
NOISE = np.where(MASK[:, :, None], STEPS, 1e3 * RNG.normal(size=STEPS.shape))
TOLERANCE = {
    "float32": {"rtol": 1e-5, "atol": 1e-5},
    "float64": {"rtol": 1e-12, "atol": 1e-12},
}


def _built(make, *args, **params):
    layer = make(*args, seed=0, **params)
    layer.build((None, None, 2))
    bias = np.random.default_rng(1).normal(size=layer.filters)
    layer.convolution.bias.assign(bias)  # zero at first
    return layer


def _windows(steps, layer):
    """Values of each filter in the windows within the steps: (windows, filters)."""
    size = layer.kernel_size
    kernel, bias = (weight.numpy() for weight in layer.convolution.weights)
    starts = range(len(steps) - size + 1)
    values = [np.einsum("kd,kdf->f", steps[start : start + size], kernel) for start in starts]
    return np.reshape(values, (-1, layer.filters)) + bias


def _real_windows(text, layer):
    """The same in the windows that hold a word, with zeros beside the text."""
    around = layer.kernel_size - 1 if len(text) else 0
    return _windows(np.pad(text, ((around, around), (0, 0))), layer)


def _relu(values):
    return np.maximum(values, 0)


def _max(text, layer):
    return _relu(_real_windows(text, layer)).max(axis=0, initial=0)


def _mean(text, layer):
    windows = _real_windows(text, layer)
    return _relu(windows).sum(axis=0) / max(len(windows), 1)


def _k_max(text, layer):
    out = np.zeros((layer.filters, layer.k))
    for filter_, values in enumerate(_real_windows(text, layer).T):
        largest_first = sorted(range(len(values)), key=lambda place: -values[place])
        chosen = sorted(largest_first[: layer.k])
        out[filter_, : len(chosen)] = _relu(values[chosen])
    return out.ravel()


POOLINGS = [("max", {}, _max), ("mean", {}, _mean)]
POOLINGS += [("k_max", {"k": k}, _k_max) for k in (1, 3, 20)]
every_pooling = pytest.mark.parametrize(("pooling", "params", "expect"), POOLINGS)


@every_pooling
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kernel_size", [1, 3])
def test_pooling_sees_real_windows_only(pooling, params, expect, kernel_size, dtype):
    layer = _built(layers.MaskedConv1DPooling, 4, kernel_size, pooling, dtype=dtype, **params)
    texts = [steps[real] for steps, real in zip(STEPS, MASK, strict=True)]
    expected = np.array([expect(text, layer) for text in texts])
    out = layer(NOISE.astype(dtype), mask=tf.constant(MASK))
    assert out.dtype == dtype
    assert out.shape == layer.compute_output_shape((7, 8, 2))
    np.testing.assert_allclose(out, expected, **TOLERANCE[dtype])
    assert not out.numpy()[0].any()  # padding alone
    for text, row in zip(texts[1:], expected[1:], strict=True):
        np.testing.assert_allclose(layer(text[None].astype(dtype))[0], row, **TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 10])
@pytest.mark.parametrize("activation", ["relu", None])
def test_convolution_takes_padding_for_zeros(kernel_size, dtype, activation):
    layer = _built(layers.MaskedConv1D, 4, kernel_size, activation, dtype=dtype)
    out = layer(NOISE.astype(dtype), mask=tf.constant(MASK))
    assert out.dtype == dtype
    assert np.isfinite(out).all()
    before, behind = (kernel_size - 1) // 2, kernel_size // 2
    for steps, real, values in zip(STEPS, MASK, out.numpy(), strict=True):
        filled = np.pad(steps[real], ((before, behind), (0, 0)))
        expected = _windows(filled, layer)[: real.sum()]
        if activation:
            expected = _relu(expected)
        np.testing.assert_allclose(values[real], expected, **TOLERANCE[dtype])
        if real.any():
            alone = layer(steps[real][None].astype(dtype))[0]
            np.testing.assert_allclose(alone, expected, **TOLERANCE[dtype])


WORDS = np.random.default_rng(3).integers(0, 5, size=(7, 8)).astype("int32")
TABLE = np.random.default_rng(4).normal(size=(5, 2))


def _with_gradients(layer, at_each_step, mask):
    table = tf.constant(TABLE)
    with tf.GradientTape() as tape:
        tape.watch(table)
        out = layer(at_each_step(table), mask=mask)
        # Of random signs, and of each output another one.
        loss = tf.reduce_sum(out * tf.random.stateless_normal(out.shape, [1, 2], dtype="float64"))
    gradients = tape.gradient(loss, [table, *layer.trainable_variables])
    return [out, *map(tf.convert_to_tensor, gradients)]


LAYERS = [(layers.MaskedConv1D, {"activation": "tanh", "initializer": "he_normal"})]
LAYERS += [
    (layers.MaskedConv1DPooling, {"pooling": pooling, **params}) for pooling, params, _ in POOLINGS
]
every_layer = pytest.mark.parametrize(("make", "params"), LAYERS)


@every_layer
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("kernel_size", [1, 2, 5])
def test_words_that_come_several_times_are_multiplied_once(make, params, masked, kernel_size):
    layer = _built(make, 4, kernel_size, dtype="float64", **params)
    mask = tf.constant(MASK) if masked else None
    once = _with_gradients(layer, lambda x: DistinctWords(x, WORDS).at_each_step(), mask)
    each = _with_gradients(layer, lambda x: tf.gather(x, WORDS), mask)
    for ours, theirs in zip(once, each, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@every_layer
def test_sizes_may_be_unknown(make, params):
    layer = _built(make, 4, 3, dtype="float64", **params)
    signature = [tf.TensorSpec([None, None, 2], "float64"), tf.TensorSpec([None, None], "bool")]
    call = tf.function(lambda x, mask: layer(x, mask=mask), input_signature=signature)
    for n_texts, n_steps in ((7, 8), (3, 2), (0, 4)):
        x, mask = NOISE[:n_texts, :n_steps], MASK[:n_texts, :n_steps]
        expected = layer(tf.constant(x), mask=tf.constant(mask))
        np.testing.assert_allclose(call(x, mask), expected, rtol=1e-12, atol=1e-12)
    out = layer(keras.layers.Masking(dtype="float64")(keras.Input((None, 2), dtype="float64")))
    assert out.shape == layer.compute_output_shape((None, None, 2))
    assert hasattr(out, "_keras_mask") == isinstance(layer, layers.MaskedConv1D)


@every_layer
@pytest.mark.parametrize("masked", [True, False])
def test_gradients_are_finite_and_pass_by_padding(make, params, masked):
    layer = _built(make, 4, 3, dtype="float64", **params)
    inputs = tf.constant(NOISE if masked else STEPS)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        out = layer(inputs, mask=tf.constant(MASK) if masked else None)
        if masked and len(out.shape) == 3:  # what is on padding, no layer behind it looks at
            out = out[MASK]
        total = tf.reduce_sum(out**2)
    for_inputs, *for_weights = tape.gradient(total, [inputs, *layer.trainable_variables])
    for gradient in (for_inputs, *for_weights):
        assert np.isfinite(gradient).all()
        assert np.any(gradient)
    if masked:
        assert not for_inputs.numpy()[~MASK].any()


@every_layer
def test_configuration_makes_the_same_layer(make, params):
    layer = _built(make, 4, 3, dtype="float64", **params)
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    expected = {"filters": 4, "kernel_size": 3, "seed": 0, **params}
    assert expected.items() <= layer.get_config().items()
    assert again.compute_dtype == "float64"
    again.build((None, None, 2))
    kernel = layer.convolution.kernel.numpy()
    np.testing.assert_array_equal(again.convolution.kernel.numpy(), kernel)


def test_kernels_begin_by_name_and_seed():
    def kernel(make, **params):
        layer = make(4, 3, **params)
        layer.build((None, None, 2))
        return layer.convolution.kernel.numpy()

    for make in (layers.MaskedConv1D, layers.MaskedConv1DPooling):
        expected = keras.initializers.GlorotUniform(seed=5)((3, 2, 4)).numpy()
        np.testing.assert_array_equal(kernel(make, seed=5), expected)
        assert not np.allclose(kernel(make, seed=6), expected)
        assert (kernel(make, seed=5, initializer="ones") == 1).all()


def test_unknown_pooling_is_refused():
    with pytest.raises(ValueError, match=r"one of \['max', 'k_max', 'mean'\], not 'kmax'"):
        layers.MaskedConv1DPooling(4, 3, "kmax", seed=0)


@pytest.mark.parametrize(
    ("name", "kind", "seeded"),
    [
        ("glorot_uniform", "GlorotUniform", True),
        ("orthogonal", "Orthogonal", True),
        ("variance_scaling", "VarianceScaling", True),
        ("uniform", "RandomUniform", True),
        ("normal", "RandomNormal", True),
        ("zeros", "Zeros", False),
        ("one", "Ones", False),
        ("constant", "Constant", False),
    ],
)
def test_initializers_get_a_seed_if_they_take_one(name, kind, seeded):
    initializer = seeded_initializer(name, 8)
    assert type(initializer) is getattr(keras.initializers, kind)
    assert getattr(initializer, "seed", None) == (8 if seeded else None)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("glorot_unifrom", r"'glorot_unifrom'\. Did you mean 'glorot_uniform'\?$"),
        ("HeNormal", r"'HeNormal'\. Did you mean 'he_normal'\?$"),
        ("initializer", r"not 'initializer'\."),
        ("xyz", r"'zeros'\], not 'xyz'\.$"),
        (["zeros"], r"not \['zeros'\]"),
        (None, r"not None\."),
    ],
)
def test_unknown_initializers_are_refused(name, hint):
    with pytest.raises(ValueError, match=rf"initializer must be one of \[.*{hint}"):
        seeded_initializer(name, 8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_saved_network_of_all_layers_loads_again(tmp_path, dtype):
    embeddings, pools = _embedding_layers, _pooling_layers
    ids = keras.Input((None,), dtype="int32")
    embed = {"mask_zero": True, "dtype": dtype}
    words = embeddings.WordEmbedding(9, 4, **embed)(embeddings.WordDropout(0.2, 1, seed=1)(ids))
    words = embeddings.StepDropout(0.2, seed=2, dtype=dtype)(words)
    pairs = embeddings.WordEmbedding(31, 4, **embed)(embeddings.NGramIds(2, 30)(ids))
    near = layers.MaskedConv1D(4, 3, "tanh", initializer="he_uniform", seed=3, dtype=dtype)(words)
    near = pools.MaskedMaxPooling1D(3, dtype=dtype)(near)
    parts = [
        pools.MaskedGlobalMaxPooling1D(dtype=dtype)(near),
        pools.MaskedGlobalAveragePooling1D(dtype=dtype)(pairs),
        pools.AttentionPooling1D(seed=4, dtype=dtype)(words),
        *(
            layers.MaskedConv1DPooling(4, 2, pooling, seed=5, dtype=dtype, **params)(words)
            for pooling, params, _ in POOLINGS
        ),
    ]
    model = keras.Model(ids, keras.layers.Concatenate(dtype=dtype)(parts))
    texts = np.array([[2, 3, 4, 5, 6, 7, 8], [8, 8, 2, 0, 0, 0, 0], [0] * 7], dtype="int32")
    expected = model(texts).numpy()
    assert expected.dtype == dtype
    assert np.isfinite(expected).all()
    assert expected[:2].any()
    np.testing.assert_allclose(model(texts[1:2, :3])[0], expected[1], rtol=1e-5, atol=1e-7)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(texts), expected)
    assert [type(layer).__name__ for layer in loaded.layers] == [
        type(layer).__name__ for layer in model.layers
    ]
    drawn = model(texts, training=True).numpy()
    assert not np.allclose(drawn, expected)
    np.testing.assert_array_equal(loaded(texts, training=True), drawn)
