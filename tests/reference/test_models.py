"""The reference models as pipelines: settings, single repairs, training."""

from functools import cache

import numpy as np
import pytest
from sklearn.base import clone

from sk_textnn import reference
from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec
from sk_textnn.reference._settings import MODELS

FAULTS = {
    "job_lstm_1": ["mask", "width"],
    "job_lstm_2": ["mask", "width"],
    "job_lstm_3": ["mask", "table", "width"],
    "minimal_lstm": ["mask", "width"],
    "emotion_cnn": ["head", "mask", "table", "width"],
    "emotion_lstm": ["head", "mask", "width"],
    "emotion_cnn_lstm": ["head", "mask", "table", "width"],
}
JOBS = [name for name in FAULTS if not name.startswith("emotion")]
EMOTIONS = [name for name in FAULTS if name.startswith("emotion")]
EPOCHS_AND_BATCHES = {
    **dict.fromkeys(JOBS, (50, 100)),
    "emotion_cnn": (15, 64),
    "emotion_lstm": (20, 60),
    "emotion_cnn_lstm": (20, 64),
}
TEXTS = ["what a joy", "so sad today", "joy and joy and joy", "a sad end of the day"] * 10
LABELS = np.array(["joy", "sadness"] * 20)
every_model = pytest.mark.parametrize("name", FAULTS)
both_forms = pytest.mark.parametrize("as_published", [True, False], ids=["published", "repaired"])


def _make(name, **options):
    return getattr(reference, name)(**{"random_state": 0, **options})


def _settings(pipeline):
    return {
        f"{name}__{key}": value
        for name, step in pipeline.steps
        for key, value in step.get_params(deep=False).items()
    }


def _small(name, **options):
    """Return a pipeline that is trained in a moment."""
    pipeline = _make(name, **options).set_params(clf__epochs=1, clf__early_stopping=False)
    if options.get("as_published") and not options.get("repairs"):
        pipeline.set_params(pad__maxlen=8)
    if name == "emotion_cnn_lstm" and not options.get("as_published"):
        pipeline.set_params(clf__kernel_sizes=(2,))
    if "embed" in pipeline.named_steps:
        pipeline.set_params(embed__vector_size=8)
    return pipeline


def _tables(pipeline):
    embedding = import_heavy("keras").layers.Embedding
    return [layer for layer in pipeline["clf"].model_.layers if isinstance(layer, embedding)]


@every_model
@both_forms
def test_steps(name, as_published):
    steps = list(_make(name, as_published=as_published).named_steps)
    assert steps == ["tokens", "pad", *(["embed"] if name in EMOTIONS else []), "clf"]


@every_model
def test_settings_as_published(name):
    pipeline = _make(name, as_published=True)
    epochs, batch_size = EPOCHS_AND_BATCHES[name]
    expected = {
        "tokens__num_words": None,
        "pad__maxlen": 3000 if name in JOBS else 179,
        "pad__padding": "pre" if name in JOBS else "post",
        "pad__truncating": "pre",
        "clf__build_fn": MODELS[name].network,
        "clf__build_params": None,
        "clf__masked": False,
        "clf__optimizer": "dense_adam" if name in JOBS else "rmsprop",
        "clf__learning_rate": 0.001,
        "clf__loss": "cross_entropy",
        "clf__batch_size": batch_size,
        "clf__epochs": epochs,
        "clf__label_smoothing": 0.0,
        "clf__embedding_learning_rate": None,
        "clf__frozen_epochs": 0,
        "clf__early_stopping": False,
        "clf__batch_by_length": False,
        "clf__class_weight": None,
        "clf__random_state": 0,
    }
    if name in JOBS:
        expected["clf__embedding_dim"] = 80
    else:
        expected |= {"embed__vector_size": 300, "embed__vectors": None, "embed__random_state": 0}
    settings = _settings(pipeline)
    assert {key: settings[key] for key in expected} == expected


@pytest.mark.parametrize(("name", "fault"), [(n, fault) for n in FAULTS for fault in FAULTS[n]])
def test_a_repair_changes_one_thing(name, fault):
    published = _settings(_make(name, as_published=True))
    repaired = _settings(_make(name, as_published=True, repairs={fault}))
    changed = {key: value for key, value in repaired.items() if value != published[key]}
    assert (
        changed
        == {
            "head": {"clf__build_params": {"repair_head": True}},
            "mask": {"clf__masked": True},
            "table": {"clf__build_params": {"repair_table": True}},
            "width": {"pad__maxlen": "p95"},
        }[fault]
    )


@every_model
def test_repairs_add_up(name):
    together = _settings(_make(name, as_published=True, repairs=FAULTS[name]))
    assert together["clf__masked"]
    assert together["pad__maxlen"] == "p95"
    flags = {f"repair_{fault}": True for fault in FAULTS[name] if fault in ("head", "table")}
    assert together["clf__build_params"] == (flags or None)


def test_a_single_repair_needs_no_set_and_none_changes_nothing():
    def settings(repairs):
        return _settings(_make("emotion_lstm", as_published=True, repairs=repairs))

    assert settings("mask") == settings({"mask"}) == settings(["mask"])
    assert settings(set()) == settings(None)


@every_model
def test_faults_that_a_model_has_not(name):
    wrong = {"head", "mask", "table", "width"} - set(FAULTS[name]) or {"heat"}
    with pytest.raises(ValueError, match="repairs names") as caught:
        _make(name, as_published=True, repairs={"mask", *wrong})
    assert f"names {sorted(wrong)}, but what can be repaired in {name}" in str(caught.value)
    assert str(FAULTS[name]) in str(caught.value)


def test_faults_that_are_no_names():
    with pytest.raises(ValueError, match=r"repairs names \[3, None\]"):
        _make("emotion_cnn", as_published=True, repairs=[None, 3, "mask"])


@every_model
@pytest.mark.parametrize("value", ["repaired", 1, 0, None])
def test_a_form_that_is_no_bool(name, value):
    with pytest.raises(
        ValueError, match=r"as_published is .* was a bool\. Pass True for"
    ) as caught:
        _make(name, as_published=value)
    assert f"is {value!r}; " in str(caught.value)


@pytest.mark.parametrize("value", [True, False])
def test_a_form_that_is_a_bool_of_numpy(value):
    one, other = (_make("minimal_lstm", as_published=form) for form in (value, np.bool_(value)))
    assert repr(one) == repr(other)


@every_model
@pytest.mark.parametrize("repairs", [{"mask"}, set()])
def test_what_is_repaired_already_takes_no_repairs(name, repairs):
    with pytest.raises(ValueError, match=r"came with as_published=False, .*as_published=True"):
        _make(name, repairs=repairs)


@every_model
def test_settings_repaired(name):
    pipeline = _make(name)
    classifier = pipeline["clf"]
    assert pipeline["pad"].maxlen == ("p95" if name in JOBS else None)
    assert classifier.early_stopping
    assert classifier.optimizer == "adam"
    assert classifier.trainable_embedding == (name != "emotion_lstm")
    assert classifier.random_state == 0
    if name != "emotion_cnn":
        assert classifier.pooling == "last"


DROPOUTS = {
    "job_lstm_1": {"spatial_dropout": 1 - 0.8 * 0.8, "recurrent_dropout": 0.2},
    "job_lstm_2": {"dropout": 0.5},
    "job_lstm_3": {"spatial_dropout": 1 - 0.6 * 0.6, "recurrent_dropout": 0.4},
    "minimal_lstm": {},
    "emotion_cnn": {"dropout": 0.6},
    "emotion_lstm": {"dropout": 0.5},
    "emotion_cnn_lstm": {"dropout": 0.6, "branch_dropout": 0.6},
}


@every_model
def test_the_repaired_model_drops_as_much_as_published(name):
    parameters = _make(name)["clf"].get_params()
    rates = {key: rate for key, rate in parameters.items() if key.endswith("dropout") and rate}
    assert rates == pytest.approx(DROPOUTS[name])


def _shapes(model):
    return sorted(tuple(weights.shape) for weights in model.weights)


def _trained_shapes(model):
    return sorted(tuple(weights.shape) for weights in model.trainable_weights)


def _units(model):
    """Return the kinds of recurrent layers, and what follows the hidden and output layers.

    A sigmoid behind is none of these.
    """
    layers = [layer for layer in model.layers if hasattr(layer, "units")]
    dense = import_heavy("keras").layers.Dense
    return [
        layer.activation.__name__ if isinstance(layer, dense) else type(layer).__name__
        for layer in layers
    ]


@every_model
def test_the_repaired_model_has_the_layers_of_the_published_one(name):
    """As many weights of the same shapes, if the table is shared and trained in both."""
    size = 300 if name in EMOTIONS else 80
    known = {"n_classes": 7, "multilabel": False, "seed": 0, "dtype": "float32"}
    spec = InputSpec(size, 9098)
    build, parameters = _make(name)["clf"]._network(7)
    repaired = build(spec=spec, **known, **parameters)
    flags = {"repair_table": True} if "table" in FAULTS[name] else {}
    published = MODELS[name].network(spec, **known, **flags)
    for tell in (_shapes, _trained_shapes, _units):
        assert tell(repaired) == tell(published)


@cache
def _fitted(name, as_published):
    return _small(name, as_published=as_published).fit(TEXTS, LABELS)


@every_model
@both_forms
def test_it_is_trained_and_predicts(name, as_published):
    pipeline = _fitted(name, as_published)
    probabilities = pipeline.predict_proba([*TEXTS[:4], "never seen", ""])
    assert probabilities.shape == (6, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert set(pipeline.predict(TEXTS)) <= {"joy", "sadness"}
    assert pipeline["clf"].input_kind_.spec.masked == (not as_published)
    assert len(pipeline["clf"].history_["loss"]) == 1


@pytest.mark.parametrize(
    ("name", "as_published"), [("emotion_lstm", True), ("minimal_lstm", False)]
)
def test_the_same_random_state_gives_the_same_predictions(name, as_published):
    """With and without dropout and vectors that are trained."""
    first = _fitted(name, as_published)
    one, same = (p.predict_proba(TEXTS) for p in (first, clone(first).fit(TEXTS, LABELS)))
    np.testing.assert_array_equal(one, same)
    assert len(np.unique(one)) > 4


@every_model
def test_the_published_network_reads_the_padding_on_its_side(name):
    pipeline = _fitted(name, True)
    rows = np.asarray(pipeline[:-1].transform(TEXTS[:1]))
    if name in EMOTIONS:  # these are word vectors
        rows = np.asarray(pipeline[:2].transform(TEXTS[:1]))
    outputs, turned = (np.asarray(pipeline["clf"].model_(ids)) for ids in (rows, rows[:, ::-1]))
    zeros = rows[0, :5] if name in JOBS else rows[0, -5:]
    np.testing.assert_array_equal(zeros, 0)
    probabilities = pipeline.predict_proba(TEXTS[:1])
    np.testing.assert_allclose(probabilities, outputs / outputs.sum(), rtol=1e-5)
    assert not np.allclose(probabilities, turned / turned.sum(), rtol=1e-5)


@pytest.mark.parametrize("name", EMOTIONS)
@both_forms
def test_vectors_are_passed_on(name, as_published):
    embedder = _make(name, as_published=as_published, vectors="vectors.txt")["embed"]
    assert embedder.vectors == "vectors.txt"
    assert embedder.random_state == 0


@pytest.mark.parametrize("name", ["minimal_lstm", "emotion_lstm"])
def test_behind_the_mask_no_side_and_no_width_matters(name):
    pipeline = _small(name, as_published=True, repairs={"mask", "width"}).fit(TEXTS, LABELS)
    probabilities = pipeline.predict_proba(TEXTS)
    side = pipeline["pad"].padding
    pipeline["pad"].set_params(padding="post" if side == "pre" else "pre").maxlen_ = 30
    np.testing.assert_allclose(pipeline.predict_proba(TEXTS), probabilities, atol=1e-5)


def test_all_repairs_together_are_trained():
    faults = FAULTS["emotion_cnn"]
    pipeline = _small("emotion_cnn", as_published=True, repairs=faults).fit(TEXTS, LABELS)
    assert len(_tables(pipeline)) == 1
    assert pipeline["pad"].maxlen_ == 6
    outputs = pipeline["clf"].model_(np.asarray(pipeline[:2].transform(TEXTS[:2])))
    np.testing.assert_allclose(np.sum(outputs, axis=1), 1, rtol=1e-5)
