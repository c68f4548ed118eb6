"""Findings about masks: where they are lost, and what cannot bear them."""

import numpy as np
import pytest

from sk_textnn import lint_model
from sk_textnn._optional import import_heavy
from sk_textnn.keras_objects import LSTM as OurLSTM
from sk_textnn.keras_objects import MaskedConv1D, MaskedConv1DPooling, MaskedMaxPooling1D

keras = import_heavy("keras")
layers = keras.layers
BEHIND = np.array([[3, 4, 0, 0, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0, 0, 0], [6, 7, 8, 0, 0, 0, 0, 0]])
BEFORE = BEHIND[:, ::-1].copy()
FULL = np.arange(1, 17).reshape(2, 8)


def _ours(units=3):
    return OurLSTM(units, kernel_initializer="zeros", recurrent_initializer="zeros", seed=0)


def _model(*middle, mask_zero=True, width=None):
    ids = keras.Input((width,), dtype="int32")
    x = layers.Embedding(20, 4, mask_zero=mask_zero, name="words")(ids)
    for layer in middle:
        x = layer(x)
    return keras.Model(ids, layers.Dense(3, activation="softmax", name="classes")(x))


def _lstm(**options):
    return layers.LSTM(3, **{"name": "lstm", **options})


def _one(report, cause):
    (finding,) = (each for each in report if each.cause == cause)
    return finding


@pytest.mark.parametrize(
    "losing",
    [
        layers.Conv1D(4, 2, padding="same", name="loser"),
        layers.MaxPooling1D(2, name="loser"),
        layers.Reshape((8, 4), name="loser"),
        layers.Lambda(lambda x: x * 2, name="loser"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_the_layer_that_loses_the_mask_is_named(losing):
    model = _model(layers.SpatialDropout1D(0.1), losing, layers.Dropout(0.1), _lstm(), width=8)
    finding = _one(lint_model(model, BEHIND), "mask_lost")
    assert finding.evidence["lost_at"] == {"lstm": "loser"}
    assert type(losing).__name__ in finding.message
    assert finding.severity == "error"
    assert finding.value == pytest.approx(18 / 24)


def test_an_operation_loses_the_mask_too():
    model = _model(lambda x: x[:, ::2], _lstm())
    assert _one(lint_model(model), "mask_lost").evidence["lost_at"]["lstm"].startswith("get_item")


@pytest.mark.parametrize(
    "middle",
    [
        [_lstm()],
        [layers.SpatialDropout1D(0.1), layers.Dense(4, activation="relu"), _lstm()],
        [layers.LayerNormalization(), _lstm(return_sequences=True), layers.GRU(2)],
        [layers.Bidirectional(layers.LSTM(3))],
        [MaskedConv1D(4, 2, seed=0), MaskedMaxPooling1D(2), _lstm()],
        [MaskedConv1D(4, 2, seed=0), MaskedMaxPooling1D(2), _ours()],
        [layers.GlobalAveragePooling1D()],
        [_lstm(), layers.RepeatVector(3), layers.GRU(2, name="decoder")],
    ],
)
def test_masks_that_come_through(middle):
    report = lint_model(_model(*middle), BEHIND)
    assert {"mask_lost", "no_mask", "padding_pooled"} & set(report.causes()) == set()


def test_a_mask_that_is_passed_on_by_hand():
    ids = keras.Input((None,), dtype="int32")
    x = layers.Conv1D(4, 2, padding="same")(layers.Embedding(20, 4)(ids))
    x = layers.LSTM(3)(x, mask=keras.ops.not_equal(ids, 0))
    assert lint_model(keras.Model(ids, x), BEHIND).causes() == ["not_compiled"]


@pytest.mark.parametrize(
    "reader", [_lstm(), layers.Bidirectional(layers.GRU(2), name="lstm"), _ours()]
)
def test_a_table_without_mask(reader):
    model = _model(layers.Conv1D(4, 2, name="conv"), reader, mask_zero=False)
    finding = _one(lint_model(model), "no_mask")
    assert finding.severity == "warning"
    assert finding.evidence == {"tables": {reader.name: "words"}, "would_lose_it": ["conv"]}
    assert "conv would then lose the mask" in finding.message


@pytest.mark.parametrize(
    ("X", "severity"), [(BEHIND, "error"), (BEFORE, "warning"), (FULL, "info")]
)
def test_how_much_padding_there_is_and_where_decides(X, severity):
    finding = _one(lint_model(_model(_lstm(), mask_zero=False), X), "no_mask")
    assert finding.severity == severity
    assert finding.value == pytest.approx((X == 0).mean())


def test_masks_in_nested_models():
    steps = keras.Input((None, 4))
    convolution = layers.Conv1D(4, 2, padding="same", name="conv")(steps)
    inner = keras.Model(steps, layers.Dropout(0.1)(convolution), name="inner")
    finding = _one(lint_model(_model(inner, _lstm()), BEHIND), "mask_lost")
    assert finding.evidence["lost_at"] == {"lstm": "inner/conv"}
    kept = keras.Sequential([keras.Input((None, 4)), layers.Dropout(0.1)], name="kept")
    reader = keras.Sequential([keras.Input((None, 4)), _lstm()], name="reader")
    assert lint_model(_model(kept, reader), BEHIND).causes() == ["not_compiled"]
    finding = _one(lint_model(_model(kept, reader, mask_zero=False), BEHIND), "no_mask")
    assert finding.evidence["tables"] == {"reader/lstm": "words"}


@pytest.mark.parametrize(
    ("pool", "severity"),
    [(layers.GlobalAveragePooling1D(), "warning"), (layers.GlobalMaxPooling1D(), "info")],
)
def test_padding_weighs_more_in_a_mean_than_in_a_maximum(pool, severity):
    report = lint_model(_model(pool, mask_zero=False), BEHIND)
    assert _one(report, "padding_pooled").severity == severity


def _attention(add):
    """Return a small transformer, which adds what it found to what it read."""
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(20, 8, mask_zero=True)(ids)
    x = layers.LayerNormalization()(add(x, layers.MultiHeadAttention(2, 4, seed=0)(x, x)))
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(ids, layers.Dense(3, activation="softmax")(x))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_a_transformer_keeps_its_mask_if_a_layer_adds():
    y = [0, 1, 2]
    kept = _attention(lambda x, y: layers.Add()([x, y]))
    assert lint_model(kept, BEHIND, y).causes() == []
    report = lint_model(_attention(lambda x, y: x + y), BEHIND, y)
    assert report.causes() == ["padding_pooled"]
    assert "lost at add" in report[0].message


def test_vectors_without_a_table_may_have_no_padding():
    model = keras.Sequential([keras.Input((None, 2)), _lstm(), layers.Dense(2)])
    assert lint_model(model, np.ones((3, 5, 2))).causes() == ["not_compiled"]


@pytest.mark.parametrize(
    ("layer", "X", "is_found"),
    [
        (_lstm(), BEFORE, True),
        (layers.GRU(3), BEFORE, True),
        (layers.Bidirectional(layers.LSTM(3)), BEFORE, True),
        (_lstm(), BEHIND, False),
        (_lstm(use_cudnn=False), BEFORE, False),
        (_lstm(recurrent_dropout=0.1), BEFORE, False),
        (_lstm(activation="relu"), BEFORE, False),
        (layers.GRU(3, reset_after=False), BEFORE, False),
        (layers.SimpleRNN(3), BEFORE, False),
        (_ours(), BEFORE, False),
    ],
)
def test_padding_before_the_text_stops_cudnn(layer, X, is_found):
    causes = lint_model(_model(layer), X).causes()
    assert ("left_padding_cudnn" in causes) == is_found


def test_a_layer_of_ours_that_wants_the_words_first():
    pool = MaskedConv1DPooling(4, 2, seed=0, name="windows")
    finding = _one(lint_model(_model(pool), BEFORE), "left_padding")
    assert (finding.severity, finding.evidence) == ("error", {"layers": ["windows"]})
    assert "left_padding" not in lint_model(_model(pool), BEHIND).causes()


def test_rows_of_padding_alone():
    X = np.vstack([BEHIND, np.zeros((2, 8), int)])
    finding = _one(lint_model(_model(_lstm()), X), "empty_rows_cudnn")
    assert finding.value == 2
    assert lint_model(_model(_ours()), X).causes() == ["not_compiled"]
    assert "not_finite" in lint_model(_model(layers.GlobalAveragePooling1D()), X).causes()


def test_settings_of_recurrent_layers():
    model = _model(
        _lstm(recurrent_dropout=0.2, return_sequences=True), layers.GRU(2, activation="relu")
    )
    report = lint_model(model)
    assert _one(report, "recurrent_dropout").severity == "info"
    assert _one(report, "recurrent_dropout").evidence["layers"] == ["lstm"]
    assert len(_one(report, "unbounded_state").evidence["layers"]) == 1
