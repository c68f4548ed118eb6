"""Symptoms: collapse, calibration, the baseline, seeds."""

import numpy as np
import pytest

from sk_textnn.evaluation._causes._predictions import (
    CAUSES,
    baseline,
    collapse,
    miscalibration,
    seeds,
)
from tests.evaluation.causes.scripted import (
    labels,
    make_context,
    mostly,
    one_class,
    proba_of,
    with_texts,
)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_a_healthy_model(cause):
    assert cause(make_context()) is None


def test_one_class():
    found = collapse(one_class())
    assert (found.severity, found.value) == ("error", pytest.approx(0))
    assert found.evidence["predicted"] == {"a": 150}


@pytest.mark.parametrize(("others", "severity"), [(4, "error"), (20, "warning"), (60, None)])
def test_nearly_one_class(others, severity):
    context = one_class()
    context.predicted_test[:others] = ["b", "c"] * (others // 2)
    found = collapse(context)
    assert (found and found.severity) == severity


def test_a_test_of_one_class_is_no_collapse():
    assert (
        collapse(make_context(y_test=np.full(150, "a"), predicted_test=np.full(150, "a"))) is None
    )


def test_a_failure_is_one_class_or_guessing_but_no_rare_positives():
    assert one_class().failed
    assert make_context(predicted_test=labels(150, seed=7)).failed
    assert not make_context().failed
    assert not make_context(predicted_test=mostly(make_context().y_test, 0.6)).failed


@pytest.mark.parametrize("sure", [0.999, 0.4])
def test_probabilities_that_do_not_come_true(sure):
    context = make_context()
    context.proba_test = proba_of(context.predicted_test, sure=sure)
    found = miscalibration(context)
    assert found.value == pytest.approx(abs(sure - 0.85), abs=0.01)
    # Only the overconfident are helped by stopping early.
    assert found.suggestion == ({"clf__early_stopping": True} if sure > 0.85 else {})


def test_few_texts_are_no_proof():
    context = make_context(
        y_test=labels(12), predicted_test=mostly(labels(12), 0.75), proba_test=None
    )
    context.proba_test = proba_of(context.predicted_test, sure=0.9)
    assert miscalibration(context) is None


def test_the_baseline_is_better_as_good_or_worse():
    better = baseline(with_texts())
    assert (better.severity, better.value) == ("warning", pytest.approx(0.15, abs=0.01))
    assert better.evidence["low"] > 0.08
    y_test = make_context().y_test
    as_good = with_texts(predicted_test=mostly(y_test, 1.0))
    assert baseline(as_good).severity == "info"
    as_good.training = None
    assert baseline(as_good) is None
    noise = with_texts(texts_test=["nothing known"] * 150)
    assert baseline(noise) is None


def test_seeds_that_differ():
    assert seeds(make_context(seed_scores=(0.86, 0.84))) is None
    found = seeds(make_context(seed_scores=(0.4, 0.6)))
    assert found.value == pytest.approx(np.std([0.85, 0.4, 0.6], ddof=1), abs=0.01)
    assert "0.400 to 0.853" in found.message
