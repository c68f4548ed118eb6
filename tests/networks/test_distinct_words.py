"""Which networks know how few different words there are: results are tested with the layers."""

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import (
    InputSpec,
    _convolution_layers,
    _pooling_layers,
    _recurrent_layers,
    averaging_features,
    build_network,
    cnn_features,
    cnn_lstm_features,
    recurrent_features,
)
from sk_textnn.networks._distinct_words import distinct_words
from sk_textnn.networks._embedding_layers import (
    NGramEmbedding,
    NGramIds,
    SpatialDropout1D,
    WordEmbedding,
)
from sk_textnn.training import words_told

keras, tf = import_heavy("keras"), import_heavy("tensorflow")
TEXTS = np.array([[5, 7, 2, 5], [4, 2, 0, 0], [5, 5, 7, 0], [0, 0, 0, 0]])
IDS = InputSpec(3, n_ids=10)


def pairs_of_words(words, vectors, **params):
    pairs = NGramIds(2, 16)(words)
    return recurrent_features(words, NGramEmbedding(17, 3, mask_zero=True)(pairs), **params)


RECURRENT, CNN = {"body": recurrent_features}, {"body": cnn_features}
AVERAGING = {"body": averaging_features}
CASES = {  # whether the first layers know the words when they train, and when they predict
    "recurrent": (RECURRENT, True, True),
    "cnn": (CNN, True, True),
    "word dropout": (RECURRENT | {"word_dropout": 0.5}, True, True),
    "spatial dropout": (RECURRENT | {"spatial_dropout": 0.2}, False, True),
    "spatial dropout, cnn": (CNN | {"spatial_dropout": 0.2}, False, True),
    "averaging": (AVERAGING | {"spatial_dropout": 0.2}, True, True),
    "two tables": (CNN | {"channels": 2}, False, False),
    "n-grams": (RECURRENT | {"body_params": {"max_ngram": 2}}, False, False),
    "pairs of words": ({"body": pairs_of_words}, True, True),
    "steps that are vectors": (CNN | {"spec": InputSpec(3)}, False, False),
}


@pytest.fixture
def known(monkeypatch):
    """Of each layer that asks for the words in turn, whether it got them."""
    known = []

    def asked(vectors, **params):
        words = distinct_words(vectors, **params)
        known.append(words is not None)
        return words

    for module in (_convolution_layers, _pooling_layers, _recurrent_layers):
        monkeypatch.setattr(module, "distinct_words", asked)
    return known


@pytest.mark.parametrize(("params", "in_training", "later"), CASES.values(), ids=CASES)
def test_words_are_known_until_their_vectors_are_changed(params, in_training, later, known):
    params = {"spec": IDS, "n_classes": 2} | params
    model = build_network(**params)
    texts = np.eye(10, 3)[TEXTS] if params["spec"].n_ids is None else TEXTS
    for training, expected in ((True, in_training), (False, later)):
        known.clear()
        with words_told(model):
            tf.function(model)(texts, training=training)
        assert known
        assert set(known) == {expected}


def test_what_a_convolution_found_is_no_word(known):
    model = build_network(IDS, body=cnn_lstm_features, n_classes=2)
    known.clear()
    with words_told(model):
        tf.function(model)(TEXTS)
    assert known == [True] * 3 + [False] * 3


def test_words_are_told_only_where_it_is_asked_for(known):
    model = build_network(IDS, body=cnn_features, n_classes=2)
    with pytest.raises(KeyError), words_told(model):
        raise KeyError
    known.clear()
    tf.function(model)(TEXTS)
    assert set(known) == {False}


def test_a_table_gives_each_word_once():
    table = WordEmbedding(10, 3)
    table.tells_words = True

    @tf.function
    def looked_up():
        vectors = table(TEXTS)
        assert distinct_words(vectors * 2) is None
        return vectors, distinct_words(vectors)

    vectors, words = looked_up()
    assert words.vectors.shape == (5, 3)
    np.testing.assert_array_equal(vectors, table.embeddings.numpy()[TEXTS])
    np.testing.assert_array_equal(words.vectors.numpy()[words.number], vectors)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spatial_dropout_is_the_same_where_words_are_known(dtype):
    table = WordEmbedding(10, 64, dtype=dtype)
    results = []
    for told in (True, False):
        table.tells_words = told
        layer = SpatialDropout1D(0.5, seed=3, dtype=dtype)
        with tf.GradientTape() as tape:
            out = layer(table(TEXTS), training=True)
            squares = out**2
        gradient = tape.gradient(squares, table.embeddings.value)
        results.append((out, tf.convert_to_tensor(gradient)))
        assert (distinct_words(out, factor=True) is not None) == told
        assert distinct_words(out) is None
    known, unknown = results
    for each, expected in zip(known, unknown, strict=True):
        np.testing.assert_array_equal(each, expected)
    dropped = (known[0].numpy() == 0).all(axis=1)  # the same dimensions in a whole text
    np.testing.assert_array_equal(dropped, (known[0].numpy() == 0).any(axis=1))
    assert 0.3 < dropped.mean() < 0.7  # 256 draws


LAYERS = [
    _convolution_layers.MaskedConv1DPooling(4, 2, pooling="mean", seed=0),
    _recurrent_layers.GRU(
        4, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", seed=0
    ),
]


@pytest.mark.parametrize("how", [tf.function, lambda function: function], ids=["graph", "eager"])
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_the_gradient_of_each_step_can_be_asked_for(layer, how):
    """As for saliency."""
    table, rng = WordEmbedding(10, 3), np.random.default_rng(0)
    table.build()
    if not layer.built:
        layer.build((None, None, 3))
    for each in (table, layer):
        each.set_weights([rng.normal(size=weight.shape) for weight in each.weights])

    @how
    def saliency():
        vectors = table(TEXTS)
        with tf.GradientTape() as tape:
            tape.watch(vectors)
            total = tf.reduce_sum(layer(vectors)[0])
        return vectors, total, tape.gradient(total, vectors)

    vectors, total, gradient = saliency()
    found, changed = gradient[0, 3, 0], vectors.numpy()
    changed[0, 3, 0] += 0.01  # the second time that this word is there
    expected = (tf.reduce_sum(layer(changed)[0]) - total) / 0.01
    assert abs(expected) > 0.01
    np.testing.assert_allclose(found, expected, rtol=0.05)
