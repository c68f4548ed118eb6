"""Each layer against loops over the real steps of each text."""

import numpy as np
import pytest

from sk_textnn.networks import _pooling_layers as layers
from sk_textnn.networks._distinct_words import DistinctWords

keras, tf = layers.keras, layers.tf
RNG = np.random.default_rng(0)
STEPS = RNG.normal(size=(5, 7, 3)) - 0.5
MASK = RNG.random((5, 7)) < 0.5  # real steps need not be neighbours
MASK[1] = False  # a text of padding alone
MASK[2] = np.arange(7) < 3
MASK[3] = True
NOISE = np.where(MASK[:, :, None], STEPS, 1e6 * RNG.normal(size=STEPS.shape))


def _maximum(steps, real, layer):
    return steps[real].max(axis=0) if real.any() else np.zeros(3)


def _mean(steps, real, layer):
    return steps[real].mean(axis=0) if real.any() else np.zeros(3)


def _attention(steps, real, layer):
    kernel, context, bias = (w.numpy() for w in (layer.kernel, layer.context, layer.bias))
    weights = [np.exp(np.tanh(step @ kernel + bias) @ context[:, 0]) for step in steps[real]]
    return sum((w * s for w, s in zip(weights, steps[real], strict=True)), np.zeros(3)) / (
        sum(weights) or 1
    )


def _pools(steps, real, layer):
    size = layer.pool_size
    return [
        _maximum(steps[start : start + size], real[start : start + size], layer)
        for start in range(0, len(steps), size)
    ]


LAYERS = {
    "max": (layers.MaskedGlobalMaxPooling1D, {}, _maximum),
    "mean": (layers.MaskedGlobalAveragePooling1D, {}, _mean),
    "attention": (layers.AttentionPooling1D, {"seed": 3}, _attention),
    "pools of 1": (layers.MaskedMaxPooling1D, {"pool_size": 1}, _pools),
    "pools of 2": (layers.MaskedMaxPooling1D, {}, _pools),
    "pools of 3": (layers.MaskedMaxPooling1D, {"pool_size": 3}, _pools),
    "pools of 9": (layers.MaskedMaxPooling1D, {"pool_size": 9}, _pools),
}
every_layer = pytest.mark.parametrize(
    ("make", "params", "expect"), LAYERS.values(), ids=LAYERS.keys()
)


def _built(make, params, dtype):
    layer = make(dtype=dtype, **params)
    layer.build((None, None, 3))
    rng = np.random.default_rng(1)
    for weight in layer.weights:  # the bias is zero at first
        weight.assign(rng.normal(size=weight.shape))
    return layer


@every_layer
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_are_those_of_the_real_steps(make, params, expect, dtype):
    layer = _built(make, params, dtype)
    tolerance = {"rtol": 1e-5, "atol": 1e-6} if dtype == "float32" else {"rtol": 1e-12}
    expected = [expect(steps, real, layer) for steps, real in zip(STEPS, MASK, strict=True)]
    out = layer(NOISE.astype(dtype), mask=tf.constant(MASK))
    assert out.dtype == dtype
    np.testing.assert_allclose(out, expected, **tolerance)
    np.testing.assert_array_equal(out[1], np.zeros_like(out[1]))
    everything = [expect(steps, np.full(7, True), layer) for steps in STEPS]
    np.testing.assert_allclose(layer(STEPS.astype(dtype)), everything, **tolerance)


@every_layer
def test_padding_changes_nothing(make, params, expect):
    """In a graph that knows neither the number of texts nor their length."""
    layer = _built(make, params, "float32")
    signature = [tf.TensorSpec([None, None, 3], "float32"), tf.TensorSpec([None, None], "bool")]
    call = tf.function(lambda x, mask: layer(x, mask=mask), input_signature=signature)
    text = STEPS[:1].astype("float32")
    alone = call(text, np.full((1, 7), True)).numpy()
    wide = np.concatenate([text, np.full((1, 4, 3), 99, dtype="float32")], axis=1)
    mask = np.arange(11)[None] < 7
    with_others = np.concatenate([mask, ~mask])
    padded = call(np.repeat(wide, 2, axis=0), with_others).numpy()[:1]
    if expect is _pools:
        assert not padded[:, alone.shape[1] :].any()
        padded = padded[:, : alone.shape[1]]
    np.testing.assert_allclose(padded, alone, rtol=1e-6)
    assert call(wide[:0], mask[:0]).shape[0] == 0


@every_layer
@pytest.mark.parametrize("masked", [True, False])
def test_gradients_are_finite_and_pass_by_padding(make, params, expect, masked):
    layer = _built(make, params, "float32")
    inputs = tf.constant(NOISE if masked else STEPS, dtype="float32")
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        total = tf.reduce_sum(layer(inputs, mask=tf.constant(MASK) if masked else None) ** 2)
    for_inputs, *for_weights = tape.gradient(total, [inputs, *layer.trainable_variables])
    for gradient in (for_inputs, *for_weights):
        assert np.isfinite(gradient).all()
        assert np.any(gradient)
    if masked:
        assert not for_inputs.numpy()[~MASK].any()


def test_a_pool_is_real_if_one_of_its_steps_is():
    layer = layers.MaskedMaxPooling1D(3)
    expected = [[row[start : start + 3].any() for start in (0, 3, 6)] for row in MASK]
    np.testing.assert_array_equal(layer.compute_mask(STEPS, tf.constant(MASK)), expected)
    assert layer.compute_mask(STEPS, None) is None


ONE, OTHER = STEPS[:, :4], STEPS[:, 4:]


def _means_together(steps, real):
    return np.stack([_mean(*each, None) for each in zip(steps, real, strict=True)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sequences_share_one_mean(dtype):
    layer = layers.MaskedAverageOfSequences(dtype=dtype)
    sequences = [NOISE[:, :4].astype(dtype), NOISE[:, 4:].astype(dtype)]
    masks = [tf.constant(MASK[:, :4]), tf.constant(MASK[:, 4:])]
    out = layer(sequences, mask=masks)
    assert out.dtype == dtype
    rtol = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(out, _means_together(STEPS, MASK), rtol=rtol)
    # All steps are real of a sequence without a mask.
    sequences = [ONE.astype(dtype), NOISE[:, 4:].astype(dtype)]
    real = np.concatenate([np.ones((5, 4), bool), MASK[:, 4:]], axis=1)
    out = layer(sequences, mask=[None, masks[1]])
    np.testing.assert_allclose(out, _means_together(STEPS, real), rtol=rtol)
    out = layer([ONE.astype(dtype), OTHER.astype(dtype)])
    np.testing.assert_allclose(out, STEPS.mean(axis=1), rtol=rtol)


@pytest.mark.parametrize("factor", [None, np.array([[2.0, 0, 1]] * 5)[:, None]])
def test_words_known_have_the_mean_of_their_vectors(factor):
    """And the same gradients; in a graph that knows neither the number of texts nor a length."""
    layer = layers.MaskedAverageOfSequences(dtype="float64")
    number = RNG.integers(4, size=(5, 4))
    signature = [tf.TensorSpec([None, 3], "float64"), tf.TensorSpec([None, None], "int32")]

    @tf.function(input_signature=signature)
    def result(vectors, number):
        results = []
        for change in (lambda steps: steps, tf.identity):  # after which they are not known
            with tf.GradientTape() as tape:
                tape.watch(vectors)
                steps = change(DistinctWords(vectors, number, factor).at_each_step())
                mean = layer([steps, OTHER], mask=[MASK[:, :4], MASK[:, 4:]])
                squares = mean**2
            results.append((mean, tf.convert_to_tensor(tape.gradient(squares, vectors))))
        return results

    known, unknown = result(RNG.normal(size=(4, 3)), number.astype("int32"))
    for each, expected in zip(known, unknown, strict=True):
        assert np.any(each)
        np.testing.assert_allclose(each, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n_steps", [0, 4])
@pytest.mark.parametrize("graph", [True, False])
def test_words_of_which_none_is_real_have_no_gradient(n_steps, graph):
    """As n-grams of texts of one word: there is none, or only the padding."""
    layer = layers.MaskedAverageOfSequences()
    number, mask = tf.zeros((5, n_steps), tf.int32), tf.zeros((5, n_steps), tf.bool)

    def result(vectors):
        with tf.GradientTape() as tape:
            tape.watch(vectors)
            steps = DistinctWords(vectors, number).at_each_step()
            mean = layer([steps, OTHER.astype("float32")], mask=[mask, MASK[:, 4:]])
        return mean, tape.gradient(mean, vectors)

    result = tf.function(result) if graph else result
    for _ in range(20):
        tf.fill((4, 3), np.nan) + 1  # what a gradient that nobody writes would be made of
        mean, gradient = result(tf.ones((4, 3)))
        np.testing.assert_allclose(mean, _means_together(OTHER, MASK[:, 4:]), rtol=1e-5)
        np.testing.assert_array_equal(tf.convert_to_tensor(gradient), np.zeros((4, 3)))


def test_only_pools_pass_a_mask_on():
    masked = keras.layers.Masking()(keras.Input((None, 3)))
    fixed = keras.layers.Masking()(keras.Input((7, 3)))
    for make, params, expect in LAYERS.values():
        layer = make(**params)
        out = layer(masked)
        if expect is _pools:
            n_pools = -(-7 // layer.pool_size)
            assert layer(fixed).shape == (None, n_pools, 3)
            assert out._keras_mask.shape == (None, None)
        else:
            assert out.shape == (None, 3)
            assert getattr(out, "_keras_mask", None) is None


def test_attention_begins_by_its_seed():
    first, again, other = (layers.AttentionPooling1D(seed=seed) for seed in (1, 1, 2))
    for layer in (first, again, other):
        layer.build((None, None, 3))
    # The same draws in another size would be a multiple.
    kernel, context = first.kernel.numpy().ravel()[:3], first.context.numpy().ravel()
    assert not np.allclose(kernel / kernel[0], context / context[0])
    np.testing.assert_array_equal(first.kernel, again.kernel)
    np.testing.assert_array_equal(first.context, again.context)
    assert not np.allclose(first.kernel, other.kernel)
    assert not np.allclose(first.context, other.context)


@every_layer
def test_configuration_makes_the_same_layer(make, params, expect):
    layer = make(dtype="float64", **params)
    again = make.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert params.items() <= layer.get_config().items()
    assert again.compute_dtype == "float64"
