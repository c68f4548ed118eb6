"""Every body in its frame: what is built, and that padding changes nothing."""

from functools import cache, partial
from itertools import compress

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import (
    InputSpec,
    averaging_features,
    build_network,
    cnn_features,
    cnn_lstm_features,
    recurrent_features,
)

keras, tf = import_heavy("keras"), import_heavy("tensorflow")
IDS = InputSpec(8, n_ids=20)
SMALL = {
    averaging_features: {"n_buckets": 16},
    cnn_features: {"filters": 4, "kernel_sizes": (2, 3)},
    cnn_lstm_features: {"filters": 4, "kernel_sizes": (2, 3), "units": 3, "pooling": "last"},
    recurrent_features: {"units": 3, "bidirectional": False},
}
FAMILIES = {
    "averaging": (averaging_features, {}),
    "cnn": (cnn_features, {}),
    "cnn_lstm": (cnn_lstm_features, {}),
    "recurrent": (recurrent_features, {}),
}
NETWORKS = {
    **FAMILIES,
    **{f"averaging {n}": (averaging_features, {"max_ngram": n}) for n in (1, 3)},
    "cnn k_max": (cnn_features, {"pooling": "k_max", "k": 2}),
    "cnn mean": (cnn_features, {"pooling": "mean"}),
    "cnn one size": (cnn_features, {"kernel_sizes": (2,)}),
    "cnn same sizes": (cnn_features, {"kernel_sizes": (2, 2)}),
    "cnn_lstm pools of 1": (cnn_lstm_features, {"pool_size": 1, "branch_dropout": 0.5}),
    "cnn_lstm pools of 3": (cnn_lstm_features, {"pool_size": 3, "bidirectional": True}),
    "cnn_lstm shared": (
        cnn_lstm_features,
        {"shared_lstm": True, "pooling": "mean", "recurrent_dropout": 0.2},
    ),
    **{
        f"{cell} {pooling}": (recurrent_features, {"cell": cell, "pooling": pooling})
        for cell in ("lstm", "gru")
        for pooling in ("last", "max", "mean", "attention")
        if (cell, pooling) != ("lstm", "max")  # which "recurrent" is
    },
    "lstm with n-grams": (recurrent_features, {"max_ngram": 3, "n_buckets": 16}),
    "lstm last both ways": (
        recurrent_features,
        {"pooling": "last", "bidirectional": True, "recurrent_dropout": 0.5},
    ),
    "gru attention both ways twice": (
        recurrent_features,
        {"cell": "gru", "pooling": "attention", "bidirectional": True, "n_layers": 2},
    ),
}
every_network = pytest.mark.parametrize("name", NETWORKS)
every_family = pytest.mark.parametrize("name", FAMILIES)


def _build(name, spec=IDS, seed=1, **frame):
    body, params = NETWORKS[name]
    frame = {"n_classes": 3, **frame}
    return build_network(spec, body=body, body_params=SMALL[body] | params, seed=seed, **frame)


@cache
def _network(name, spec=IDS, **frame):
    """Return a network as if trained, no bias zero, and the weights it began with."""
    model = _build(name, spec, **frame)
    weights = model.get_weights()
    rng = np.random.default_rng(0)
    model.set_weights([w + rng.normal(size=w.shape, scale=0.5) for w in weights])
    return model, weights


def _moved(name, spec=IDS, **frame):
    return _network(name, spec, **frame)[0]


def _n_weights(model):
    return sum(int(np.prod(weight.shape)) for weight in model.weights)


def _texts(dtype="int32", size=None):
    """Texts of several lengths, the last of padding alone."""
    lengths = (4, 1, 7, 0)
    rng = np.random.default_rng(0)
    if size is None:
        return [rng.integers(1, 20, size=n).astype(dtype) for n in lengths]
    return [rng.normal(size=(n, size)).astype(dtype) for n in lengths]


def _check_padding(model, texts, atol):
    """Each text gives the same alone and with more padding among others."""
    wide = np.stack([np.pad(t, ((0, 9 - len(t)),) + ((0, 0),) * (t.ndim - 1)) for t in texts])
    together = model(wide).numpy()
    alone = [model(batch) for batch in (*(text[None] for text in texts[:-1]), wide[-1:, :1])]
    assert together.shape == (4, 3)
    np.testing.assert_allclose(together.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(together, np.concatenate(alone), atol=atol, rtol=0)
    assert np.abs(np.diff(together, axis=0)).max(axis=1).min() > 1e-3  # not all the same


@every_network
@pytest.mark.filterwarnings("ignore:You are using a softmax")  # over a single word
def test_padding_changes_nothing(name):
    _check_padding(_moved(name), _texts(), 1e-6)


@every_family
def test_padding_of_steps_that_are_vectors_changes_nothing(name):
    model = _moved(name, InputSpec(5))
    _check_padding(model, _texts("float32", 5), 1e-6)
    assert not [layer.name for layer in model.layers if "embedding" in layer.name]


@every_family
@pytest.mark.parametrize("spec", [InputSpec(1, masked=False), InputSpec(8, 20, masked=False)])
def test_without_a_mask_zeros_are_numbers(name, spec):
    size = [1] if spec.n_ids is None else []
    batches = [np.reshape(t, [1, -1, *size]) for t in ([3, 4, 2, 6], [3, 0, 4, 0, 2, 6], [0, 0])]
    bare, with_zeros, only_zeros = (_moved(name, spec)(batch) for batch in batches)
    assert not np.allclose(bare, with_zeros, atol=1e-3)
    assert np.isfinite(only_zeros).all()


@every_family
def test_double_precision(name):
    model = _moved(name, dtype="float64", dense_units=(5,), batch_normalization=True)
    assert {weight.dtype for weight in model.weights} == {"float64"}
    _check_padding(model, _texts(), 1e-13)  # no step of it is computed in less


@every_network
def test_weights_come_from_the_seed(name):
    (model, first), again, other = _network(name), _build(name), _build(name, seed=2)
    for weight, copy in zip(first, again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, copy)
    is_random = [weight.name != "bias" for weight in model.weights]
    first, others = (list(compress(weights, is_random)) for weights in (first, other.get_weights()))
    for number, weight in enumerate(first):  # each layer has a seed of its own
        for stranger in [*others, *first[:number]]:
            assert not np.array_equal(weight, stranger)


@every_network
def test_all_weights_learn_from_words_alone(name):
    model = _moved(name)
    ids = np.array([[5, 7, 2, 9, 3], [4, 2, 0, 0, 0]])
    with tf.GradientTape() as tape:
        loss = -tf.reduce_sum(tf.math.log(model(ids)[:, 0]))
    weights = model.trainable_variables
    assert len(weights) == len(model.weights)
    gradients = tape.gradient(loss, [weight.value for weight in weights])
    for weight, gradient in zip(weights, gradients, strict=True):
        gradient = tf.convert_to_tensor(gradient).numpy()
        assert np.isfinite(gradient).all()
        assert gradient.any(), weight.path
        if weight.name == "embeddings":
            assert not gradient[0].any(), weight.path


def _lstm(units, size):
    return 4 * units * (size + units + 1)


def _gru(units, size):
    return 3 * units * (size + units + 2)


CONVOLUTIONS = 4 * (2 * 8 + 1) + 4 * (3 * 8 + 1)
COUNTS = {
    "averaging 3": 2 * (16 + 1) * 8 + (8 + 1) * 3,
    "cnn k_max": CONVOLUTIONS + (2 * 2 * 4 + 1) * 3,
    "cnn_lstm": CONVOLUTIONS + 2 * _lstm(3, 4) + (2 * 3 + 1) * 3,
    "cnn_lstm pools of 3": CONVOLUTIONS + 2 * 2 * _lstm(3, 4) + (2 * 6 + 1) * 3,
    "cnn_lstm shared": CONVOLUTIONS + _lstm(3, 2 * 4) + (3 + 1) * 3,
    "recurrent": _lstm(3, 8) + (3 + 1) * 3,
    "gru attention both ways twice": (
        2 * _gru(3, 8) + 2 * _gru(3, 2 * 3) + (6 * 6 + 6 + 6) + (6 + 1) * 3
    ),
}


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_parameter_counts_are_those_of_the_formulae(name, count):
    assert _n_weights(_moved(name)) == 20 * 8 + count


def test_a_second_channel_is_read_beside_the_first():
    model = _build("cnn", channels=2)
    convolutions = 4 * (2 * 16 + 1) + 4 * (3 * 16 + 1)
    assert _n_weights(model) == 2 * 20 * 8 + convolutions + (8 + 1) * 3
    (frozen,) = model.non_trainable_weights
    assert frozen.path == "embedding_frozen/embeddings"
    np.testing.assert_array_equal(frozen, model.get_layer("embedding").embeddings)


@every_family
def test_only_the_word_vectors_are_frozen(name):
    model = _build(name, trainable_embedding=False)
    (frozen,) = model.non_trainable_weights
    assert frozen.path == "embedding/embeddings"
    assert len(model.trainable_weights) == len(_moved(name).weights) - 1


def test_everything_in_its_order():
    model = _build(
        "cnn_lstm pools of 1",
        word_dropout=0.1,
        spatial_dropout=0.2,
        channels=2,
        dense_units=(5,),
        batch_normalization=True,
        dropout=0.3,
        multilabel=True,
    )
    assert model.name == "cnn_lstm"
    names = [layer.name for layer in model.layers]
    expected = ["ids", "word_dropout", "embedding", "embedding_frozen", "channels"]
    expected += ["spatial_dropout", "windows_1_of_2", "windows_2_of_3"]
    expected += ["branch_dropout_1", "branch_dropout_2", "branch_1_lstm_1", "branch_2_lstm_1"]
    expected += ["texts", "dropout_1", "dense_1", "normalization_1", "dropout", "probabilities"]
    assert names == expected
    rates = {layer.name: layer.rate for layer in model.layers if hasattr(layer, "rate")}
    dropouts = {"word_dropout": 0.1, "spatial_dropout": 0.2, "dropout_1": 0.3, "dropout": 0.3}
    assert rates == {"branch_dropout_1": 0.5, "branch_dropout_2": 0.5, **dropouts}
    assert model.get_layer("probabilities").activation is keras.activations.sigmoid


def test_convolutions_get_their_parameters():
    layer = _moved("cnn k_max").get_layer("windows_2_of_3")
    assert (layer.filters, layer.kernel_size, layer.pooling, layer.k) == (4, 3, "k_max", 2)
    pools = [layer for layer in _moved("cnn_lstm pools of 3").layers if "pool" in layer.name]
    assert [(layer.name, layer.pool_size) for layer in pools] == [("pool_1", 3), ("pool_2", 3)]


def test_recurrent_dropout_reaches_every_direction():
    model = _moved("lstm last both ways")
    ways = [model.get_layer(name) for name in ("lstm_1", "lstm_1_backwards")]
    assert [layer.go_backwards for layer in ways] == [False, True]
    assert [layer.recurrent_dropout for layer in ways] == [0.5, 0.5]
    assert ways[0].seed != ways[1].seed
    assert _moved("cnn_lstm shared").get_layer("lstm_1").recurrent_dropout == 0.2


def test_the_last_state_is_that_after_the_last_word_each_way():
    """And the others are made of the states over the words."""
    every, last = (
        build_network(
            IDS,
            body=recurrent_features,
            body_params={"units": 3, "bidirectional": True, "pooling": pooling},
            n_classes=3,
        )
        for pooling in ("max", "last")
    )
    last.set_weights(every.get_weights())
    states, highest, final = (
        keras.Model(model.input, model.get_layer(name).output)
        for model, name in [
            (every, "lstm_1_both_ways"),
            (every, "max_over_words"),
            (last, "lstm_1_both_ways"),
        ]
    )
    ids = np.array([[5, 7, 2, 0, 0]])
    words = states(ids).numpy()[0, :3]
    np.testing.assert_allclose(highest(ids)[0], words.max(axis=0), rtol=1e-6)
    np.testing.assert_allclose(final(ids)[0], [*words[2, :3], *words[0, 3:]], rtol=1e-6)


def test_averages_are_those_of_words_and_ngrams():
    model = _moved("averaging 3")
    outputs = [
        model.get_layer(name).output
        for name in (
            "embedding",
            "vectors_of_2_words",
            "vectors_of_3_words",
            "mean_of_words_and_ngrams",
        )
    ]
    ids = np.array([[5, 7, 2, 9], [4, 0, 0, 0]])
    words, pairs, triples, mean = (
        out.numpy() for out in keras.Model(model.input, outputs)(ids, training=False)
    )
    expected = np.concatenate([words[0], pairs[0, :3], triples[0, :2]]).mean(axis=0)
    np.testing.assert_allclose(mean[0], expected, rtol=1e-5)
    np.testing.assert_allclose(mean[1], words[1, 0], rtol=1e-6)


@every_family
def test_a_saved_network_is_the_same_when_loaded(name, tmp_path):
    model = _moved(name)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    ids = np.array([[5, 7, 2, 9], [4, 2, 0, 0]])
    np.testing.assert_array_equal(loaded(ids), model(ids))


def _first_words(inputs, vectors, *, n_words=1, seeds, dtype):
    start = keras.initializers.GlorotUniform(next(seeds))
    x = keras.layers.Dense(4, kernel_initializer=start, dtype=dtype, name="each")(vectors)
    return keras.layers.GlobalMaxPooling1D(dtype=dtype, name="best")(x[:, :n_words])


@pytest.mark.parametrize("body", [_first_words, partial(_first_words)])
def test_a_body_may_be_anybodys(body):
    model = build_network(IDS, body=body, body_params={"n_words": 2}, n_classes=3, dtype="float64")
    assert _n_weights(model) == 20 * 8 + (8 + 1) * 4 + (4 + 1) * 3
    assert {weight.dtype for weight in model.weights} == {"float64"}
    long, short = model(np.array([[5, 7, 2, 9]])), model(np.array([[5, 7]]))
    np.testing.assert_array_equal(long, short)
