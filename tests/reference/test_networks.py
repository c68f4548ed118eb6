"""The published networks: layer by layer, and what each repair does to them."""

import math

import numpy as np
import pytest

from sk_textnn import CrossEntropyLoss
from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec
from sk_textnn.reference import minimal_lstm
from sk_textnn.reference._settings import MODELS
from sk_textnn.training import TrainedNetwork

keras = import_heavy("keras")
EMOTIONS = ("emotion_cnn", "emotion_lstm", "emotion_cnn_lstm")
every_model = pytest.mark.parametrize("name", MODELS)
every_mask = pytest.mark.parametrize("masked", [False, True], ids=["published", "masked"])

# As the questions name them; a list in a list is a branch.
TABLE = "Embedding 40 8 RandomUniform"
LAYERS = {
    "job_lstm_1": [
        TABLE,
        "SpatialDropout1D 0.2",
        "LSTM 100 0.2 0.2",
        "Dense 30 softmax GlorotUniform",
    ],
    "job_lstm_2": [
        TABLE,
        "LSTM 100 0.0 0.0",
        "Dropout 0.5",
        "Dense 128 relu HeUniform",
        "Dropout 0.5",
        "Dense 64 relu HeUniform",
        "Dropout 0.5",
        "Dense 30 softmax GlorotUniform",
    ],
    "job_lstm_3": [
        f"{TABLE} frozen",
        "SpatialDropout1D 0.4",
        "LSTM 100 0.4 0.4",
        "Dense 128 sigmoid RandomNormal 0.039",
        "BatchNormalization",
        "Dense 64 sigmoid RandomNormal 0.55",
        "BatchNormalization",
        "Dense 32 sigmoid RandomNormal 0.55",
        "BatchNormalization",
        "Dense 30 softmax GlorotUniform",
    ],
    "minimal_lstm": [TABLE, "LSTM 7 0.0 0.0", "Dense 30 softmax GlorotUniform"],
    "emotion_cnn": [
        *[
            [TABLE, f"Conv1D 100 {size} same relu GlorotUniform", "GlobalMaxPooling1D"]
            for size in (2, 6)
        ],
        "Concatenate",
        "Dropout 0.6",
        "Dense 270 relu GlorotUniform",
        "Dropout 0.6",
        "Dense 30 softmax RandomUniform",
        "Activation sigmoid",
    ],
    "emotion_lstm": [
        f"{TABLE} frozen",
        "LSTM 120 0.0 0.0",
        "Dropout 0.5",
        "Dense 550 elu GlorotUniform",
        "Dropout 0.5",
        "Dense 30 softmax RandomUniform",
        "Activation sigmoid",
    ],
    "emotion_cnn_lstm": [
        *[
            [
                TABLE,
                f"Conv1D 100 {size} same relu GlorotUniform",
                "MaxPooling1D 2 2",
                "Dropout 0.6",
                "LSTM 80 0.0 0.0",
            ]
            for size in (2, 3, 6)
        ],
        "Concatenate",
        "Dropout 0.6",
        "Dense 270 relu GlorotUniform",
        "Dropout 0.6",
        "Dense 30 softmax RandomUniform",
        "Activation sigmoid",
    ],
}
SHOWN = {
    "Embedding": ("input_dim", "output_dim"),
    "SpatialDropout1D": ("rate",),
    "Dropout": ("rate",),
    "LSTM": ("units", "dropout", "recurrent_dropout"),
    "Dense": ("units", "activation"),
    "Conv1D": ("filters", "kernel_size", "padding", "activation"),
    "MaxPooling1D": ("pool_size", "strides"),
    "Activation": ("activation",),
}


def _build(name, *, n_classes=30, masked=False, seed=3, spec=None, **options):
    spec = spec or InputSpec(8, 40, masked)
    known = {"multilabel": False, "seed": seed, "dtype": "float32"}
    return MODELS[name].network(spec, n_classes=n_classes, **{**known, **options})


def _moved(name, **options):
    """Return a network as if trained; a normalization stays as it began."""
    model = _build(name, n_classes=7, **options)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if not isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([w + rng.normal(0, 0.1, w.shape) for w in layer.get_weights()])
    return model


def _told(layer):
    """Return a layer in words."""
    kind, config = type(layer).__name__, layer.get_config()
    words = [kind]
    for name in SHOWN.get(kind, ()):
        value = config[name]
        words.append(value[0] if isinstance(value, tuple | list) else value)
    for name in ("embeddings_initializer", "kernel_initializer"):
        initializer = getattr(layer, name, None)
        if initializer is not None and kind != "LSTM":
            words.append(type(initializer).__name__)
            if words[-1] == "RandomNormal":
                words.append(initializer.get_config()["stddev"])
    if not layer.trainable:
        words.append("frozen")
    return " ".join(map(str, words))


def _path(tensor):
    """Return the layers on the way from the input to a tensor, branches as lists."""
    layer = tensor._keras_history.operation
    if isinstance(layer, keras.layers.InputLayer):
        return []
    if isinstance(layer, keras.layers.Concatenate):
        return [*(_path(branch) for branch in layer.input), "Concatenate"]
    return [*_path(layer.input), _told(layer)]


def _tables(model):
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Embedding)]


@every_model
def test_layers_are_those_published(name):
    model = _build(name)
    assert _path(model.outputs[0]) == LAYERS[name]
    assert not any(table.mask_zero for table in _tables(model))


@pytest.mark.parametrize(
    ("name", "total", "trainable"),
    [
        ("emotion_cnn", 5_755_167, 5_755_167),
        ("emotion_lstm", 3_001_887, 272_487),
        ("emotion_cnn_lstm", 8_759_227, 8_759_227),
    ],
)
def test_parameters_are_as_many_as_published(name, total, trainable):
    model = _build(name, n_classes=7, spec=InputSpec(300, 9098, masked=False))
    assert model.count_params() == total
    assert sum(math.prod(weights.shape) for weights in model.trainable_weights) == trainable


@pytest.mark.parametrize(("n_classes", "units"), [(30, 7), (4, 1), (2, 1)])
def test_minimal_lstm_has_a_quarter_of_the_classes_as_units(n_classes, units):
    assert _build("minimal_lstm", n_classes=n_classes).layers[1].units == units


def _seeds(config):
    """Yield every seed in a configuration, those of initializers too."""
    for key, value in config.items():
        if key == "seed":
            yield value
        elif isinstance(value, dict):
            yield from _seeds(value)


@every_mask
@every_model
def test_all_that_is_random_has_a_seed_of_its_own(name, masked):
    model = _build(name, masked=masked)
    seeds = [seed for layer in model.layers for seed in _seeds(layer.get_config())]
    assert None not in seeds
    assert len(seeds) == len(set(seeds)) >= 5


@every_mask
@every_model
def test_the_seed_decides_all_weights_and_the_state_of_the_dropout(name, masked):
    first, again, other = (_build(name, masked=masked, seed=seed) for seed in (3, 3, 4))
    for one, same, changed in zip(first.variables, again.variables, other.variables, strict=True):
        np.testing.assert_array_equal(one, same)
        if one.name in ("kernel", "recurrent_kernel", "embeddings", "seed_generator_state"):
            assert not np.array_equal(one, changed), one.path


@every_model
def test_padding_changes_the_published_network_and_not_the_masked_one(name):
    ids = np.random.default_rng(1).integers(2, 40, size=(4, 2))
    behind = np.pad(ids, ((0, 0), (0, 9)))  # as in all batches for a network with a mask
    padded = behind if MODELS[name].padding == "post" else np.pad(ids, ((0, 0), (9, 0)))
    published = _moved(name)
    assert np.abs(published(padded) / published(ids) - 1).max() > 1e-3
    masked = _moved(name, masked=True)
    np.testing.assert_allclose(masked(ids), masked(behind), atol=1e-6)


@every_model
def test_the_mask_costs_no_parameter(name):
    published, masked = (_build(name, masked=masked).weights for masked in (False, True))
    assert [w.shape for w in published] == [w.shape for w in masked]


def test_the_mask_of_the_cnn_lstm_goes_through_convolution_and_pooling():
    model = _build("emotion_cnn_lstm", masked=True)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("MaskedConv1D") == kinds.count("MaskedMaxPooling1D") == 3
    assert "Conv1D" not in kinds


@pytest.mark.parametrize("name", EMOTIONS)
def test_a_sigmoid_after_the_softmax_keeps_the_loss_up(name):
    """Of a network that is as sure of the right class as can be."""
    ids = np.full((1, 4), 2)
    losses = []
    for repairs in ({}, {"repair_head": True}):
        model = _build(name, n_classes=7, **repairs)
        (softmax,) = (layer for layer in model.layers if getattr(layer, "units", None) == 7)
        softmax.set_weights([softmax.kernel.numpy() * 0, np.array([99.0] + [0.0] * 6)])
        losses.append(float(CrossEntropyLoss()([0], model(ids))))
    assert losses[0] == pytest.approx(1.630, abs=5e-4)
    assert losses[1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", EMOTIONS)
def test_the_head_alone_is_repaired(name):
    path, repaired = (_path(_build(name, **how).outputs[0]) for how in ({}, {"repair_head": True}))
    assert repaired == path[:-1]


@pytest.mark.parametrize(("name", "n_branches"), [("emotion_cnn", 2), ("emotion_cnn_lstm", 3)])
def test_branches_have_tables_of_their_own_until_they_share_one(name, n_branches):
    own, shared = _build(name), _build(name, repair_table=True)
    assert len(_tables(own)) == n_branches
    assert len(_tables(shared)) == 1
    assert _path(shared.outputs[0]) == LAYERS[name]
    assert own.count_params() - shared.count_params() == (n_branches - 1) * 40 * 8


@pytest.mark.parametrize("name", EMOTIONS)
def test_every_table_begins_with_the_vectors(name):
    model = _build(name)
    vectors = np.random.default_rng(0).normal(size=(40, 8)).astype("float32")
    TrainedNetwork(MODELS[name].network, {}, model).set_vectors(vectors)
    for table in _tables(model):
        np.testing.assert_array_equal(table.embeddings, vectors)


def test_the_random_table_of_the_third_job_lstm_is_thawed():
    path = _path(_build("job_lstm_3", repair_table=True).outputs[0])
    assert path == [TABLE, *LAYERS["job_lstm_3"][1:]]


def test_float64():
    assert {w.dtype for w in _build("emotion_cnn_lstm", dtype="float64").weights} == {"float64"}


@every_model
def test_several_labels_a_text_are_refused(name):
    with pytest.raises(ValueError, match=r"one class a text only\. Pass .*as_published=False"):
        _build(name, multilabel=True)


@every_model
def test_vectors_in_place_of_word_ids_are_refused(name):
    with pytest.raises(ValueError, match=r"vectors of size 5, .*Pass word ids.*as_published=False"):
        _build(name, spec=InputSpec(5))


def test_a_classifier_hands_the_refusal_on():
    X = np.random.default_rng(0).normal(size=(8, 4, 5))
    with pytest.raises(ValueError, match="X holds vectors of size 5, but"):
        minimal_lstm(as_published=True)["clf"].fit(X, [0, 1] * 4)
