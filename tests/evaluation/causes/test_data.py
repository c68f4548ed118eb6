"""Faults in texts and labels."""

import numpy as np
import pytest

from sk_textnn.evaluation._causes._data import (
    CAUSES,
    audited,
    imbalance,
    label_noise,
    rare_classes,
)
from tests.evaluation.causes.scripted import (
    CLASSES,
    labels,
    make_context,
    make_steps,
    make_training,
    mostly,
    texts_of,
    with_texts,
)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_sound_data_and_no_texts(cause):
    assert cause(with_texts()) is None
    assert cause(make_context()) is None


def _causes(context):
    return {finding.cause: finding.severity for finding in audited(context)}


def test_a_sound_split():
    assert _causes(with_texts()) == {}
    assert _causes(make_context()) == {}


def _uneven(**changes):
    y = np.array(["a"] * 270 + ["b"] * 20 + ["c"] * 10)
    y = np.random.RandomState(0).permutation(y)
    return make_context(
        y_train=y, y_test=y[:150], predicted_test=np.full(150, "a"), proba_test=None, **changes
    )


def test_imbalance_with_rare_classes_never_predicted():
    found = imbalance(_uneven())
    assert (found.severity, found.value) == ("error", 27.0)
    assert found.evidence["never_predicted"] == ["b", "c"]
    assert found.suggestion == {"clf__class_weight": "balanced"}
    assert imbalance(_uneven(steps=make_steps(class_weight="balanced"))) is None


def test_imbalance_is_no_fault_if_rare_classes_are_found():
    context = _uneven()
    context.predicted_test = context.y_test
    found = imbalance(context)
    assert (found.severity, found.suggestion) == ("info", {})


def test_too_few_rows_for_the_folds():
    y = labels(300)
    y[y == "c"] = "a"
    y[:3] = "c"
    found = rare_classes(make_context(y_train=y))
    assert (found.value, found.threshold) == (3.0, 5.0)
    assert rare_classes(make_context(y_train=y, cv=3)) is None


@pytest.mark.parametrize("make", [make_context, with_texts])
def test_a_class_that_is_in_the_test_only(make):
    y_test = labels(150)
    y_test[:20] = "d"
    assert _causes(make(y_test=y_test))["classes_missing_in_train"] == "error"


def test_test_texts_among_those_of_training():
    context = with_texts()
    context.texts_test[:70] = [f"  {text.upper()}" for text in context.texts_train[:70]]
    assert _causes(context)["duplicates_across"] == "error"


def test_one_text_with_two_labels():
    context = with_texts()
    rows = [np.flatnonzero(context.y_train == label)[:10] for label in "ab"]
    for one, other in zip(*rows, strict=True):
        context.texts_train[other] = context.texts_train[one]
    assert _causes(context)["conflicting_labels"] == "warning"


def test_labels_that_were_changed_are_found():
    context = with_texts()
    true = context.y_train
    noisy = mostly(true, 0.6)
    context = with_texts(y_train=noisy, texts_train=texts_of(true))
    found = label_noise(context)
    assert found.value == pytest.approx(0.4, abs=0.2)
    rows = found.evidence["rows"]
    assert (noisy[rows] != true[rows]).mean() > 0.9


def test_nothing_is_doubted_by_a_model_that_knows_nothing():
    texts = [f"word{row % 7} more{row % 5}" for row in range(300)]
    assert label_noise(with_texts(texts_train=texts)) is None


def test_test_texts_of_another_kind():
    context = with_texts()
    context.texts_test = [f"sincerely yours {text}" for text in context.texts_test]
    assert "different_texts" in _causes(context)


@pytest.mark.parametrize("make", [make_context, with_texts])
def test_rows_in_order_matter_where_the_last_ones_validate(make):
    y = np.repeat(CLASSES, 100)
    assert _causes(make(y_train=y)) == {"ordered_rows": "info"}
    training = make_training(last_rows_validate=0.2)
    assert _causes(make(y_train=y, training=training)) == {"ordered_rows": "error"}
    assert _causes(make(training=training)) == {}
