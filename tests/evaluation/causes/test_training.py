"""Faults that the course of training shows, scripted."""

import numpy as np
import pytest

from sk_textnn.evaluation._causes._training import (
    CAUSES,
    learning_rate_too_high,
    learning_rate_too_low,
    not_learning,
    overfitting,
    underfitting,
)
from sk_textnn.evaluation._causes._training_facts import read_training
from tests.evaluation.causes.scripted import (
    FALLING,
    ScriptedClassifier,
    make_context,
    make_steps,
    make_training,
    mostly,
    one_class,
    proba_of,
)

CHANCE = np.log(3)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_a_healthy_course_and_none_at_all(cause):
    assert cause(make_context()) is None
    assert cause(make_context(training=None)) is None


@pytest.mark.parametrize(
    ("loss", "sign"),
    [
        ([1.0, 0.8, 0.7, 1.1, 0.6], "jumps"),
        ([4.0, 1.2, 1.1, 1.0, 1.0], "starts above chance"),
        ([1.0, np.nan, np.nan], "not finite"),
    ],
)
def test_learning_rate_too_high(loss, sign):
    facts = {
        "training": make_training(loss, learning_rate=0.02),
        "steps": make_steps(learning_rate=0.02),
    }
    found = learning_rate_too_high(make_context(**facts))
    assert sign in found.message
    assert found.suggestion["clf__learning_rate"] == 0.002
    assert learning_rate_too_high(one_class(**facts)).severity == "error"


def test_the_usual_rate_is_lowered_too_if_the_loss_jumps():
    found = learning_rate_too_high(make_context(training=make_training([1.0, 0.5, 0.9, 0.4])))
    assert found.severity == "warning"
    # It is 0.002 already, so only a tenth of it can help.
    assert found.suggestion["clf__learning_rate"] == pytest.approx(0.0002)


def test_uneven_classes_begin_above_what_their_shares_give():
    """At ln 3, where knowing the shares alone would give half of it."""
    uneven = np.array(["a"] * 270 + ["b"] * 20 + ["c"] * 10)
    training = make_training([CHANCE, 0.5, 0.4, 0.39])
    context = make_context(y_train=uneven, training=training)
    assert context.chance_loss < 0.5 * CHANCE
    assert learning_rate_too_high(context) is None


def test_a_high_rate_is_no_fault_where_the_result_is_good():
    training = make_training(learning_rate=0.1)
    assert learning_rate_too_high(make_context(training=training)) is None
    still = make_training(np.full(5, CHANCE), learning_rate=0.1)
    assert learning_rate_too_high(one_class(training=still)).severity == "error"


def test_learning_rate_too_low():
    slow = np.linspace(CHANCE, 0.98 * CHANCE, 10)
    found = learning_rate_too_low(
        one_class(training=make_training(slow, learning_rate=1e-5, epochs=10))
    )
    assert found.severity == "error"
    assert found.value == pytest.approx(0.02, abs=1e-3)
    low = one_class(
        steps=make_steps(learning_rate=1e-5),
        training=make_training(slow, learning_rate=1e-5, epochs=10),
    )
    assert learning_rate_too_low(low).suggestion == {"clf__learning_rate": 0.002}
    assert learning_rate_too_low(one_class(training=make_training(slow, epochs=10))) is None


def test_stopped_at_the_cap_while_the_loss_falls():
    training = make_training([1.09, 1.05, 1.0], epochs=3)
    found = underfitting(one_class(training=training))
    assert found.severity == "error"
    assert found.suggestion == {"clf__early_stopping": True}  # and 30 epochs, which it has
    assert underfitting(make_context(training=training)).severity == "warning"
    far = make_training([1.09, 1.05, 1.0], epochs=3, learning_rate=0.1)
    assert underfitting(one_class(training=far)) is None  # the rate is to blame
    level = make_training([0.5, 0.4, 0.4, 0.4], epochs=4)
    assert underfitting(make_context(training=level)) is None


def test_stopped_by_patience_before_anything_was_learned():
    found = underfitting(one_class(training=make_training([1.09, 1.08, 1.08], best_epoch=0)))
    assert found.suggestion == {"clf__patience": 5}


def test_validation_counts_where_there_is_some():
    rising = np.array([1.0, 1.0, 1.1, 1.2])
    training = make_training(FALLING[:4], validation=rising, best_epoch=0, epochs=4)
    assert underfitting(make_context(training=training)) is None


def test_not_learning_is_a_loss_at_chance():
    found = not_learning(one_class())
    assert (found.severity, found.value) == ("error", pytest.approx(1.0))
    falls = one_class(training=make_training(np.linspace(CHANCE, 0.9 * CHANCE, 5)))
    assert not_learning(falls) is None


def test_overfitting_is_decisive_if_probabilities_are_worse_than_none():
    context = make_context()
    guess = mostly(context.y_test, 0.5)
    facts = {"predicted_train": context.y_train, "predicted_test": guess}
    mild = overfitting(make_context(**facts, proba_test=proba_of(guess, sure=0.5)))
    assert (mild.severity, mild.value) == ("warning", pytest.approx(0.5))
    assert mild.suggestion == {}
    sure = {**facts, "proba_test": proba_of(guess, sure=0.999)}
    worse = overfitting(make_context(**sure, training=make_training(early_stopping=False)))
    assert worse.evidence["epochs_until_best"] == worse.evidence["n_epochs"]
    assert worse.severity == "error"
    assert worse.suggestion == {"clf__early_stopping": True, "clf__dropout": 0.5}
    assert overfitting(make_context(**sure)).severity == "warning"


def test_the_plain_cross_entropy_is_read_beside_another_loss():
    clf = ScriptedClassifier(optimizer="sgd")
    clf.best_epoch_ = 0
    clf.history_ = {
        "loss": [9.0, 8.0],
        "cross_entropy": [1.0, 0.5],
        "val_cross_entropy": [1.1, 1.2],
    }
    training = read_training(clf)
    assert training.loss.tolist() == [1.0, 0.5]
    assert training.validation.tolist() == [1.1, 1.2]
    assert (training.best_epoch, training.epochs, training.usual_rate) == (0, 30, 0.05)
    assert read_training(ScriptedClassifier()) is None
