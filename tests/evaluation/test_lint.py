"""The linter on whole models: the reference models, our classifiers, what is left as it was."""

import random
from functools import cache

import numpy as np
import pytest
from sklearn.base import clone

from sk_textnn import (
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    CrossEntropyLoss,
    GRUClassifier,
    LSTMClassifier,
    TextTokenizer,
    lint_model,
    reference,
)
from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec
from sk_textnn.reference._settings import MODELS

keras = import_heavy("keras")
layers = keras.layers
N_CLASSES, N_WORDS, WIDTH = 7, 60, 20
KNOWN = {"n_classes": N_CLASSES, "multilabel": False, "seed": 3, "dtype": "float32"}
# What the network shows of the faults that the questions name, and what else is found in it.
PUBLISHED = {
    "job_lstm_1": {"no_mask": "warning"},
    "job_lstm_2": {"no_mask": "warning"},
    "job_lstm_3": {
        "no_mask": "warning",
        "frozen_random_embedding": "warning",
        "saturated": "warning",
    },
    "minimal_lstm": {"no_mask": "warning"},
    "emotion_cnn": {
        "double_activation": "error",
        "duplicate_tables": "warning",
        "padding_pooled": "info",
    },
    "emotion_lstm": {"double_activation": "error", "no_mask": "error"},
    "emotion_cnn_lstm": {
        "double_activation": "error",
        "no_mask": "error",
        "duplicate_tables": "warning",
    },
}
every_model = pytest.mark.parametrize("name", MODELS)


@cache
def _sample(padding="post"):
    """Return texts of 2 to 6 words in rows of 20, and a class for each."""
    rng = np.random.default_rng(0)
    X = np.zeros((42, WIDTH), dtype=int)
    for row in X:
        length = rng.integers(2, 7)
        place = slice(length) if padding == "post" else slice(WIDTH - length, None)
        row[place] = rng.integers(1, N_WORDS, length)
    return X, np.arange(42) % N_CLASSES


def _with_vectors(model):
    """Give all tables vectors that no initializer drew, as word2vec does."""
    vectors = np.random.default_rng(0).normal(0.1, 0.3, size=(N_WORDS, 8))
    for layer in model.layers:
        if isinstance(layer, layers.Embedding):
            layer.set_weights([vectors])
    return model


def _published(name, *, masked=False, **repairs):
    model = MODELS[name].network(InputSpec(8, N_WORDS, masked), **KNOWN, **repairs)
    if name.startswith("emotion"):
        _with_vectors(model)
    model.compile(optimizer="rmsprop", loss=CrossEntropyLoss())
    return model


def _repaired(name):
    classifier = MODELS[name].classifier(random_state=0, **MODELS[name].repaired)
    build, parameters = classifier._network(N_CLASSES)
    model = build(spec=InputSpec(8, N_WORDS), **KNOWN, **parameters)
    if name.startswith("emotion"):
        _with_vectors(model)
    model.compile(optimizer="adam", loss=CrossEntropyLoss())
    return model


def _grave(report):
    return {each.cause: each.severity for each in report if each.severity != "info"}


@every_model
def test_every_fault_of_the_published_models_is_found_and_nothing_else(name):
    X, y = _sample(MODELS[name].padding)
    report = lint_model(_published(name), X, y)
    expected = PUBLISHED[name]
    found = {each.cause: each.severity for each in report}
    assert {cause: found.get(cause) for cause in expected} == expected
    assert _grave(report).keys() <= expected.keys()


@every_model
def test_most_of_it_is_found_without_a_sample(name):
    report = lint_model(_published(name))
    assert set(PUBLISHED[name]) <= set(report.causes())


@every_model
def test_nothing_is_found_in_the_repaired_models(name):
    model = _repaired(name)
    assert _grave(lint_model(model, *_sample())) == {}
    assert _grave(lint_model(model)) == {}


def test_the_floor_of_the_published_head_is_that_of_the_question():
    report = lint_model(_published("emotion_lstm"))
    (finding,) = (each for each in report if each.cause == "double_activation")
    assert finding.value == pytest.approx(1.630, abs=5e-4)
    assert finding.threshold == pytest.approx(np.log(7), abs=1e-5)
    assert finding.evidence["gradient_ratio"] == pytest.approx(15.08, abs=0.02)
    assert finding.evidence["layers"] == ["dense_2", "activation_1"]


def test_single_repairs_take_single_findings_away():
    X, y = _sample()
    head = lint_model(_published("emotion_cnn_lstm", repair_head=True), X, y)
    assert set(_grave(head)) == {"no_mask", "duplicate_tables"}
    rest = lint_model(_published("emotion_cnn_lstm", masked=True, repair_table=True), X, y)
    assert set(_grave(rest)) == {"double_activation"}


def test_the_share_of_duplicate_tables():
    model = MODELS["emotion_cnn"].network(InputSpec(300, 9098, False), **KNOWN)
    (finding,) = (each for each in lint_model(model) if each.cause == "duplicate_tables")
    assert finding.value == pytest.approx(2 * 9098 * 300 / 5_755_167)
    assert finding.evidence["saved"] == 9098 * 300


@pytest.mark.parametrize("name", ["emotion_cnn", "job_lstm_1"])
def test_a_fitted_pipeline(name):
    texts = ["what a joy", "so sad today", "joy and joy and joy", "a sad end of the day"] * 5
    labels = np.array(["joy", "sadness"] * 10)
    pipeline = getattr(reference, name)(random_state=0)
    pipeline.set_params(clf__epochs=1, clf__early_stopping=False)
    if "embed" in pipeline.named_steps:
        pipeline.set_params(embed__vector_size=8, clf__filters=4)
    pipeline.fit(texts, labels)
    sequences = pipeline[:-1].transform(texts)
    assert _grave(lint_model(pipeline["clf"].model_, sequences, labels)) == {}


def _restless():
    """Return a model with everything that running it in training changes."""
    model = keras.Sequential(
        [
            keras.Input((6,), batch_size=8, dtype="int32"),
            layers.Embedding(9, 4),
            layers.SpatialDropout1D(0.2),
            layers.LSTM(3, stateful=True, dropout=0.2),
            layers.Dense(4, activation="relu", activity_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    X = rng.integers(0, 9, (8, 6))
    model.fit(X, np.arange(8) % 2, batch_size=8, verbose=0)
    model(X)  # so that it has losses, which are numbers
    return model


def _global_seeds():
    return random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002  # the old one


def test_the_model_and_the_process_stay_as_they_were():
    model = _restless()
    states = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    before = [each.numpy() for each in states]
    losses = [float(each) for each in model.losses]
    attributes = {name: id(value) for name, value in vars(model).items()}
    number = int(layers.Dense(1).name.rpartition("_")[2])
    seeds = _global_seeds()
    report = lint_model(model, np.random.default_rng(1).integers(0, 9, (8, 6)), np.arange(8) % 2)
    assert "stateful" in report.causes()
    for state, value in zip(states, before, strict=True):
        np.testing.assert_array_equal(state.numpy(), value)
    assert losses
    assert [float(each) for each in model.losses] == losses
    assert {name: id(value) for name, value in vars(model).items()} == attributes
    assert _global_seeds() == seeds
    assert int(layers.Dense(1).name.rpartition("_")[2]) == number + 1


def _classifier(*end, words=N_WORDS, **embedding):
    head = end or (layers.Dense(3, activation="softmax"),)
    table = layers.Embedding(words, 4, **embedding)
    return keras.Sequential(
        [keras.Input((None,), dtype="int32"), table, layers.GlobalMaxPooling1D(), *head]
    )


def test_what_is_no_model():
    pipeline = reference.minimal_lstm()
    with pytest.raises(TypeError, match=r"keras_model is Pipeline; .* pipeline\[-1\]\.model_"):
        lint_model(pipeline)


def test_models_whose_layers_cannot_be_seen():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(ValueError, match=r"Own with a call of its own, .* keras\.Model\(inputs"):
        lint_model(Own())
    with pytest.raises(ValueError, match=r"with no input yet, .* Begin it with keras\.Input"):
        lint_model(keras.Sequential([layers.Dense(1)]))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[1, 2], [3]], r"rows of different lengths; .*pad_sequences"),
        ([1, 2], r"X_sample is \(2,\), but the input .* of shape \(None, None\)"),
        ([["a", "b"]], "X_sample holds str"),
        (np.empty((0, 3), int), "expected was one or more"),
    ],
)
def test_samples_that_the_model_does_not_read(X, message):
    with pytest.raises(ValueError, match=message):
        lint_model(_classifier(), X)


def test_as_many_targets_as_texts():
    with pytest.raises(ValueError, match="X_sample has 2 rows, y_sample 3; expected"):
        lint_model(_classifier(), [[1], [2]], [0, 1, 2])


def test_several_inputs_by_order_or_name():
    ids = keras.Input((None,), dtype="int32", name="ids")
    extra = keras.Input((2,), name="extra")
    x = layers.GlobalMaxPooling1D()(layers.Embedding(9, 4)(ids))
    outputs = layers.Dense(3, activation="softmax")(layers.Concatenate()([x, extra]))
    model = keras.Model([ids, extra], outputs)
    X, more = np.full((4, 5), 9), np.zeros((4, 2))
    for sample in ([X, more], {"ids": X, "extra": more}):
        assert "ids_out_of_range" in lint_model(model, sample).causes()
    with pytest.raises(ValueError, match="ndarray, but the model has 2 inputs"):
        lint_model(model, X)
    with pytest.raises(ValueError, match=r"has \['ids'\], but the model's inputs are"):
        lint_model(model, {"ids": X})


def test_sequences_of_ours_are_padded_as_the_model_reads_them():
    texts = ["a b c", "a", "b c"]
    X = TextTokenizer().fit_transform(texts).pad(6, padding="pre")
    reads_padding = keras.Sequential(
        [keras.Input((None,), dtype="int32"), layers.Embedding(9, 4), layers.LSTM(2)]
    )
    (finding,) = (each for each in lint_model(reads_padding, X) if each.cause == "no_mask")
    assert finding.value == pytest.approx(12 / 18)
    assert "before the texts" in finding.message
    masked = keras.Sequential(
        [keras.Input((None,), dtype="int32"), layers.Embedding(9, 4, mask_zero=True)]
    )
    masked.add(layers.LSTM(2))
    assert "left_padding_cudnn" not in lint_model(masked, X).causes()
    assert "left_padding_cudnn" in lint_model(masked, np.asarray(X)).causes()


def test_the_report_names_the_model():
    model = _classifier()
    assert lint_model(model).subject == model.name


@pytest.mark.parametrize(
    "classifier",
    [
        LSTMClassifier(units=4, bidirectional=False, pooling="attention"),
        GRUClassifier(units=4, bidirectional=False, recurrent_dropout=0.2),
        CNNClassifier(filters=4, pooling="k_max", dense_units=(8,), dense_activation="tanh"),
        AveragingClassifier(n_buckets=50, max_ngram=3),
        CNNLSTMClassifier(filters=4, units=3, shared_lstm=True),
    ],
    ids=lambda classifier: type(classifier).__name__,
)
def test_no_false_alarm_at_classifiers_that_learned(classifier):
    X, y = _sample()
    model = clone(classifier).set_params(epochs=3, random_state=0).fit(X, y).model_
    for sample in ((), (X, y)):
        assert lint_model(model, *sample).causes() == []


def test_no_false_alarm_at_labels_and_vectors():
    X, y = _sample()
    labels = np.eye(3, dtype=int)[y % 3]
    labels[::4, 0] = 1
    model = LSTMClassifier(units=3, bidirectional=False, epochs=1).fit(X, labels).model_
    assert lint_model(model, X, labels).causes() == []
    steps = np.random.default_rng(0).normal(size=(*X.shape, 3)) * (X > 0)[..., None]
    model = LSTMClassifier(units=3, bidirectional=False, epochs=1).fit(steps, y).model_
    assert lint_model(model, steps, y).causes() == []


def test_texts_that_the_model_cuts_itself():
    cut = layers.TextVectorization(9, output_sequence_length=6)
    cut.adapt(["a joy", "so sad"])
    model = keras.Sequential([keras.Input((), dtype="string"), cut, layers.Embedding(9, 4)])
    model.add(layers.LSTM(3, name="lstm"))
    model.add(layers.Dense(2, activation="softmax"))
    report = lint_model(model, np.array(["a joy", "so sad", "joy"], dtype=object), [0, 1, 0])
    (finding,) = (each for each in report if each.cause == "no_mask")
    assert finding.value == pytest.approx(13 / 18)


def test_layers_that_fail():
    model = keras.Sequential([keras.Input((4,)), layers.Lambda(_broken, output_shape=(4,))])
    with pytest.raises(ValueError, match=r"(?s)fails on X_sample, of shape \(2, 4\): .*broken"):
        lint_model(model, np.ones((2, 4)))


def _broken(x):
    if not hasattr(x, "record_history"):  # built in symbols, it works
        raise RuntimeError("broken")
    return x
