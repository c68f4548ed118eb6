import numpy as np
import pytest

from sk_textnn.networks import _layers

keras, tf = _layers.keras, _layers.tf
X = np.array([[[1.0, -5.0], [3.0, -2.0], [9.0, 9.0]]], dtype="float32")
FIRST_TWO = np.array([[True, True, False]])
NONE = np.array([[False, False, False]])


def test_max_pooling_skips_padding():
    layer = _layers.MaskedGlobalMaxPooling1D()
    np.testing.assert_array_equal(layer(X, mask=FIRST_TWO), [[3, -2]])
    np.testing.assert_array_equal(layer(X), [[9, 9]])
    np.testing.assert_array_equal(layer(X, mask=NONE), [[0, 0]])


def test_average_pooling_skips_padding():
    layer = _layers.MaskedGlobalAveragePooling1D()
    np.testing.assert_array_equal(layer(X, mask=FIRST_TWO), [[2, -3.5]])
    np.testing.assert_allclose(layer(X), X.mean(axis=1), rtol=1e-6)
    np.testing.assert_array_equal(layer(X, mask=NONE), [[0, 0]])


@pytest.mark.parametrize("n_words", [1, 2, 3, 5])
def test_convolution_sees_real_windows_only(n_words):
    rng = np.random.default_rng(n_words)
    words = rng.normal(size=(1, n_words, 2)).astype("float32")
    layer = _layers.MaskedConv1DMaxPooling(4, 3, seed=0)
    layer.build((None, None, 2))
    kernel, bias = (w.numpy() for w in layer.convolution.weights)
    filled = np.concatenate([words, np.zeros((1, max(3 - n_words, 0), 2))], axis=1)[0]
    windows = [
        np.einsum("kd,kdf->f", filled[start : start + 3], kernel) + bias
        for start in range(len(filled) - 2)
    ]
    expected = np.maximum(np.max(windows, axis=0), 0)
    np.testing.assert_allclose(layer(words)[0], expected, rtol=1e-5, atol=1e-6)
    noise = rng.normal(size=(1, 4, 2)).astype("float32")  # on padding: must not be seen
    padded = np.concatenate([words, noise], axis=1)
    mask = np.arange(n_words + 4)[None] < n_words
    np.testing.assert_allclose(layer(padded, mask=mask)[0], expected, rtol=1e-5, atol=1e-6)


def test_an_embedding_gives_one_gradient_a_word():
    """The sum over its occurrences, where Keras hands over each."""
    ids, upstream = np.array([[3, 1, 3], [1, 4, 3]]), np.arange(12.0).reshape(2, 3, 2)
    gradients = {}
    for layer in (_layers.WordEmbedding(6, 2, mask_zero=True), keras.layers.Embedding(6, 2)):
        with tf.GradientTape() as tape:
            out = layer(ids)
            total = tf.reduce_sum(out * tf.cast(upstream, out.dtype))
        np.testing.assert_array_equal(out, layer.embeddings.numpy()[ids])
        gradients[type(layer).__name__] = tape.gradient(total, layer.embeddings.value)
    ours, theirs = gradients["WordEmbedding"], gradients["Embedding"]
    assert sorted(ours.indices.numpy()) == [1, 3, 4]
    assert len(theirs.indices) == 6
    np.testing.assert_allclose(tf.convert_to_tensor(ours), tf.convert_to_tensor(theirs))
