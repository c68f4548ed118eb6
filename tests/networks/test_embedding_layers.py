import numpy as np
import pytest

from sk_textnn.networks import _embedding_layers as layers

keras, tf = layers.keras, layers.tf
IDS = np.random.default_rng(0).integers(2, 50, size=(60, 30)).astype("int32")
IDS[:, 25:] = 0
IDS[7] = 0  # a text of padding alone
VECTORS = np.random.default_rng(1).normal(size=(60, 30, 4))


def _in_graph(layer, like, **kwargs):
    """Call a layer in a graph that knows neither the number of texts nor their length."""
    shape = [None, None, *like.shape[2:]]
    signature = [tf.TensorSpec(shape, like.dtype)]
    return tf.function(lambda x: layer(x, **kwargs), input_signature=signature)


def test_an_embedding_gives_one_gradient_a_word():
    """The sum over its occurrences, where Keras hands over each."""
    ids, upstream = np.array([[3, 1, 3], [1, 4, 3]]), np.arange(12.0).reshape(2, 3, 2)
    gradients = {}
    for layer in (layers.WordEmbedding(6, 2, mask_zero=True), keras.layers.Embedding(6, 2)):
        with tf.GradientTape() as tape:
            out = layer(ids)
            total = tf.reduce_sum(out * tf.cast(upstream, out.dtype))
        np.testing.assert_array_equal(out, layer.embeddings.numpy()[ids])
        gradients[type(layer).__name__] = tape.gradient(total, layer.embeddings.value)
    ours, theirs = gradients["WordEmbedding"], gradients["Embedding"]
    assert sorted(ours.indices.numpy()) == [1, 3, 4]
    assert len(theirs.indices) == 6
    np.testing.assert_allclose(tf.convert_to_tensor(ours), tf.convert_to_tensor(theirs))


def test_word_dropout_replaces_words_in_training_only():
    layer = layers.WordDropout(0.3, 1, seed=4)
    np.testing.assert_array_equal(layer(IDS), IDS)
    out = layer(IDS, training=True)
    assert out.dtype == "int32"
    hit = out.numpy() != IDS
    assert (out.numpy()[hit] == 1).all()
    assert not hit[IDS == 0].any()
    assert hit[IDS != 0].mean() == pytest.approx(0.3, abs=0.04)  # 3.3 standard deviations
    every = layers.WordDropout(1.0, 1, seed=4)(IDS, training=True)
    np.testing.assert_array_equal(every, IDS != 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_step_dropout_zeroes_whole_steps_in_training_only(dtype):
    steps = VECTORS.astype(dtype)
    layer = layers.StepDropout(0.3, seed=4, dtype=dtype)
    np.testing.assert_array_equal(layer(steps), steps)
    steps = tf.constant(steps)
    with tf.GradientTape() as tape:
        tape.watch(steps)
        out = layer(steps, training=True)
    assert out.dtype == dtype
    hit = (out.numpy() == 0).all(axis=2)
    np.testing.assert_array_equal(out, np.where(hit[:, :, None], 0, steps))
    np.testing.assert_array_equal(tape.gradient(out, steps)[:, :, 0], ~hit)
    assert hit.mean() == pytest.approx(0.3, abs=0.04)


def test_step_dropout_keeps_the_mask():
    model = keras.Sequential([keras.layers.Masking(), layers.StepDropout(1.0, seed=0)])
    out = model(np.array([[[1.0], [2.0], [0.0]]]), training=True)
    np.testing.assert_array_equal(out, np.zeros((1, 3, 1)))
    np.testing.assert_array_equal(out._keras_mask, [[True, True, False]])


DROPOUTS = [
    (lambda seed, rate=0.5: layers.WordDropout(rate, 1, seed=seed), IDS),
    (lambda seed, rate=0.5: layers.StepDropout(rate, seed=seed), VECTORS.astype("float32")),
]


@pytest.mark.parametrize(("make", "inputs"), DROPOUTS)
def test_dropouts_draw_by_their_seed_and_anew_each_time(make, inputs):
    layer, again, other = make(3), make(3), make(4)
    assert [v.path for v in layer.non_trainable_variables] == [layer.seed_generator.state.path]
    first, second = (layer(inputs, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    in_graph = _in_graph(again, inputs, training=True)
    np.testing.assert_array_equal(in_graph(inputs), first)
    np.testing.assert_array_equal(in_graph(inputs), second)
    assert not np.array_equal(other(inputs, training=True), first)
    np.testing.assert_array_equal(make(3, rate=0.0)(inputs, training=True), inputs)


def _hash(words, n_buckets):
    """The same with Python's integers, which never overflow."""
    h = len(words)
    for word in words:
        h ^= int(word)
        for shift, factor in ((16, 0x27C52F95), (15, 0x6C353CE9)):
            h = (h ^ h >> shift) * factor % 2**32
        h ^= h >> 16
    return h % n_buckets + 1


@pytest.mark.parametrize(("n", "n_buckets"), [(1, 7), (2, 100), (3, 2**31 - 2)])
def test_ngrams_get_the_hash_of_their_words(n, n_buckets):
    rng = np.random.default_rng(n)
    ids = rng.integers(1, 2**31, size=(4, 6)).astype("int32")
    for length, row in zip((6, 3, 1, 0), ids, strict=True):
        row[length:] = 0
    ids[0, 2] = 0
    expected = np.zeros_like(ids)
    for row, start in np.ndindex(4, 6):
        words = ids[row, start : start + n]
        if len(words) == n and words.all():
            expected[row, start] = _hash(words, n_buckets)
    layer = layers.NGramIds(n, n_buckets)
    out = layer(ids)
    assert out.dtype == "int32"
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(_in_graph(layer, ids)(ids), expected)
    noisy, mask = np.where(ids == 0, 9, ids), tf.constant(ids != 0)
    np.testing.assert_array_equal(layer(noisy, mask=mask), expected)
    assert layer.compute_mask(noisy, mask) is None  # where words are, there need be no n-gram


def test_ngrams_do_not_depend_on_the_padding():
    layer = layers.NGramIds(3, 1000)
    text = np.array([[4, 8, 15, 16, 23]], dtype="int32")
    wide = layer(np.pad(text, ((0, 0), (0, 6)))).numpy()
    np.testing.assert_array_equal(wide[:, :5], layer(text))
    assert not wide[:, 3:].any()
    assert not layer(text[:, :2]).numpy().any()  # shorter than an n-gram


def test_ngrams_spread_evenly_over_the_buckets():
    """So many of each as chance gives, though the ids are small and next to each other."""
    n_buckets = 256
    pairs = np.stack(np.meshgrid(np.arange(1, 201), np.arange(1, 201)), axis=-1).reshape(-1, 2)
    buckets = layers.NGramIds(2, n_buckets)(pairs.astype("int32")).numpy()[:, 0]
    counts = np.bincount(buckets, minlength=n_buckets + 1)
    assert counts[0] == 0
    assert len(counts) == n_buckets + 1
    chi2 = ((counts[1:] - len(pairs) / n_buckets) ** 2).sum() / (len(pairs) / n_buckets)
    assert abs(chi2 - 255) < 4 * np.sqrt(2 * 255)
    grid = buckets.reshape(200, 200)
    assert (grid == grid.T).mean() < 0.02  # order matters: 1 of 200 is its own mirror image
    for row in grid:
        assert len(set(row)) == pytest.approx(256 * (1 - np.exp(-200 / 256)), abs=25)


def test_layers_of_ids_stay_ids_in_a_network():
    inputs = keras.Input((None,), dtype="int32")
    for layer in (layers.WordDropout(0.5, 1, seed=0), layers.NGramIds(2, 10)):
        out = layer(inputs)
        assert (out.dtype, out.shape) == ("int32", (None, None))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (layers.WordDropout(0.2, 1, seed=5), {"rate": 0.2, "replacement": 1, "seed": 5}),
        (layers.StepDropout(0.2, seed=5, dtype="float64"), {"rate": 0.2, "seed": 5}),
        (layers.NGramIds(2, 50), {"n": 2, "n_buckets": 50}),
        (layers.WordEmbedding(6, 2, mask_zero=True), {"input_dim": 6, "mask_zero": True}),
    ],
)
def test_configuration_makes_the_same_layer(layer, expected):
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert expected.items() <= layer.get_config().items()
    assert again.compute_dtype == layer.compute_dtype
