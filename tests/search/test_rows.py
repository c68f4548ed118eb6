"""What counts of a candidate's scores."""

from math import isnan, nan

import pytest

from sk_textnn.search._plans import Candidate
from sk_textnn.search._rows import Row, as_costs, as_fold_results
from sk_textnn.search._tasks import Outcome

CANDIDATE = Candidate("", {"C": 1})


def _by_epoch(*curve, name="score"):
    scores = [{name: score} for score in curve]
    return Outcome(scores[-1], fit_seconds=2.0, score_seconds=1.0, by_epoch=scores)


def _whole(score, name="score"):
    return Outcome({name: score}, fit_seconds=2.0, score_seconds=1.0)


FAILED = Outcome(fit_seconds=3.0, error="ValueError: as told")


def _row(*outcomes, patience=None, metric="score"):
    return Row(CANDIDATE, 0, list(outcomes), patience, metric)


def test_without_early_stopping_the_last_epoch_counts():
    row = _row(_by_epoch(0.1, 0.9, 0.5), _by_epoch(0.2, 0.8, 0.4))
    assert (row.n_epochs, row.epoch) == (3, 3)
    assert row.scores(1) == {"score": 0.4}
    assert row.mean == pytest.approx(0.45)
    assert not row.is_done


def test_with_early_stopping_the_best_epoch_does():
    row = _row(_by_epoch(0.1, 0.9, 0.5), _by_epoch(0.2, 0.3, 0.8), patience=2)
    assert (row.n_epochs, row.epoch) == (3, 3)  # best in mean, not on one fold
    row = _row(_by_epoch(0.1, 0.9, 0.5), _by_epoch(0.2, 0.8, 0.4), patience=2)
    assert (row.n_epochs, row.epoch) == (3, 2)
    assert [row.scores(fold)["score"] for fold in (0, 1)] == [0.9, 0.8]
    assert row.mean == pytest.approx(0.85)


def test_of_equal_epochs_the_first():
    assert _row(_by_epoch(0.1, 0.5, 0.5), patience=9).epoch == 2


@pytest.mark.parametrize(
    ("curve", "patience", "expected"),
    [
        ((0.9, 0.8), 2, False),
        ((0.9, 0.8, 0.7), 2, True),
        ((0.9, 0.8, 0.7), None, False),
        ((0.7, 0.8, 0.9), 1, False),
        ((0.9,), 1, False),
    ],
)
def test_patience(curve, patience, expected):
    assert _row(_by_epoch(*curve), patience=patience).is_done is expected


def test_what_was_fitted_whole_is_done():
    row = _row(_whole(0.5), _whole(0.7), patience=3)
    assert (row.n_epochs, row.epoch, row.is_done) == (0, 0, True)
    assert row.mean == pytest.approx(0.6)
    assert row.scores(0) == {"score": 0.5}


def test_an_epoch_without_a_number_is_not_the_best():
    row = _row(_by_epoch(0.3, nan, 0.2), _by_epoch(0.3, 0.9, 0.2), patience=5)
    assert row.epoch == 1
    assert row.mean == pytest.approx(0.3)


def test_a_failed_fold_leaves_the_scores_of_the_others():
    row = _row(_by_epoch(0.3, 0.9, 0.2), FAILED, patience=1)
    assert isnan(row.mean)
    assert row.scores(1) == {}
    assert row.n_epochs == 3
    assert row.scores(0) == {"score": 0.9}


def test_all_folds_failed():
    row = _row(FAILED, FAILED, patience=1)
    assert isnan(row.mean)
    assert (row.n_epochs, row.epoch) == (0, 0)
    assert row.scores(0) == row.scores(1) == {}


def test_a_second_score_that_is_no_number_spares_the_first():
    one = Outcome({"accuracy": 0.5, "auc": nan}, error="auc is not a number")
    row = _row(one, Outcome({"accuracy": 0.7, "auc": 0.9}), metric="accuracy")
    assert row.mean == pytest.approx(0.6)
    assert row.scores(0) == {"accuracy": 0.5}
    assert isnan(_row(one, one, metric="auc").mean)


def test_the_metric_may_have_another_name():
    """A function that returns a dict of scores is known by it only afterwards."""
    outcome = Outcome({"quality": 0.5, "epochs": 3.0})
    assert _row(outcome).mean == 0.5
    assert _row(outcome, metric="epochs").mean == 3.0
    row = _row(_by_epoch(0.1, 0.9, 0.5, name="quality"), patience=2)
    assert (row.epoch, row.mean) == (2, 0.9)


def test_parameters_name_the_estimator_where_there_are_several():
    assert _row(_whole(1.0)).params == {"C": 1}
    assert Row(Candidate("svm", {"C": 1}), 0, [], None, "score").params == {
        "estimator": "svm",
        "C": 1,
    }


def test_fold_results():
    rows = [_row(_by_epoch(0.1, 0.9), FAILED, patience=2), _row(_whole(0.5), _whole(0.6))]
    assert as_fold_results(rows, ["score"], -1.0) == [
        {"fit_time": 2.0, "score_time": 1.0, "test_scores": {"score": 0.9}},
        {"fit_time": 3.0, "score_time": 0.0, "test_scores": {"score": -1.0}},
        {"fit_time": 2.0, "score_time": 1.0, "test_scores": {"score": 0.5}},
        {"fit_time": 2.0, "score_time": 1.0, "test_scores": {"score": 0.6}},
    ]


def test_costs_of_candidates():
    """Of rounds the last has all; of equal candidates each is counted."""
    first, twin = Candidate("svm", {"C": 1}), Candidate("svm", {"C": 1})

    def outcome(seconds, n_epochs, error=""):
        return Outcome({}, seconds, seconds / 10, [{}] * n_epochs, error, cpu_seconds=seconds * 2)

    rows = [
        Row(first, 0, [outcome(1.0, 1), outcome(2.0, 1)], None, "score"),
        Row(twin, 0, [outcome(5.0, 0), outcome(5.0, 0)], None, "score"),
        Row(first, 1, [outcome(3.0, 3), outcome(0.5, 0, "failed later on")], None, "score"),
    ]
    params = {"estimator": "svm", "C": 1}
    names = ("params", "n_epochs", "fit_seconds", "score_seconds", "cpu_seconds")
    assert as_costs(rows) == [
        dict(zip(names, (params, 3, 5.0, 0.5, 10.0), strict=True)),
        dict(zip(names, (params, 0, 10.0, 1.0, 20.0), strict=True)),
    ]
