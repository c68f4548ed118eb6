"""Faults in texts and labels."""

import numpy as np
import pytest

from sk_textnn.evaluation._causes._data import (
    CAUSES,
    conflicting_labels,
    distribution_shift,
    duplicates,
    imbalance,
    label_noise,
    rare_classes,
    sorted_labels,
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
    assert imbalance(context) is None


def test_too_few_rows_for_the_folds():
    y = labels(300)
    y[y == "c"] = "a"
    y[:3] = "c"
    found = rare_classes(make_context(y_train=y))
    assert (found.value, found.threshold) == (3.0, 5.0)
    assert rare_classes(make_context(y_train=y, cv=3)) is None


def test_a_class_that_is_in_the_test_only():
    y_test = labels(150)
    y_test[0] = "d"
    found = rare_classes(make_context(y_test=y_test))
    assert found.evidence["only_in_test"] == ["d"]
    assert found.value == 0


@pytest.mark.parametrize(("share", "severity"), [(0.05, "warning"), (0.5, "error")])
def test_test_texts_among_those_of_training(share, severity):
    context = with_texts()
    n = round(share * 150)
    context.texts_test[:n] = [f"  {text.upper()}" for text in context.texts_train[:n]]
    found = duplicates(context)
    assert (found.severity, found.value) == (severity, pytest.approx(n / 150))


def test_one_text_with_two_labels():
    context = with_texts()
    rows = np.flatnonzero(context.y_train == "a")[:10], np.flatnonzero(context.y_train == "b")[:10]
    for one, other in zip(*rows, strict=True):
        context.texts_train[other] = context.texts_train[one]
    found = conflicting_labels(context)
    assert found.value == pytest.approx(20 / 300)
    assert set(found.evidence["rows"]) == set(np.concatenate(rows).tolist())


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
    found = distribution_shift(context)
    assert found.value > 0.9
    assert found.severity == "error"


def test_sorted_labels_matter_where_the_last_rows_validate():
    y = np.repeat(CLASSES, 100)
    assert sorted_labels(make_context(y_train=y)).severity == "info"
    training = make_training(last_rows_validate=0.2)
    assert sorted_labels(make_context(y_train=y, training=training)).severity == "error"
    assert sorted_labels(make_context(training=training)) is None
