"""Who wins, and that choosing is paid for."""

import numpy as np
import pytest

from sk_textnn.cli._errors import CommandError
from sk_textnn.cli._outcome import judge
from sk_textnn.cli._trials import Fold, Trial, choose_per_fold

LABELS = np.array(["a", "b"] * 6)
SPLITS = [(np.setdiff1d(np.arange(12), rows), rows) for rows in np.split(np.arange(12), 3)]


def trial(role, name, scores, number=0, says="a"):
    folds = [Fold(score, 1.0, 0.1, np.array([says] * 4)) for score in scores]
    return Trial(role, name, None, number, {"clf__n": number} if number else {}, folds)


def test_a_network_is_scored_by_what_the_other_folds_chose():
    trials = [
        trial("baseline", "tfidf", [0.6, 0.6, 0.6]),
        trial("network", "cnn", [0.9, 0.5, 0.6], 1, says="a"),
        trial("network", "cnn", [0.6, 0.7, 0.6], 2, says="b"),
    ]
    outcome = judge(trials, SPLITS, LABELS, "accuracy")
    cnn = next(row for row in outcome.rows if row.role == "network")
    assert cnn.name == "cnn (best of 2)"
    # Without fold 0 candidate 2 is better (.65 to .55), without the others candidate 1.
    assert cnn.mean == pytest.approx(np.mean([0.6, 0.5, 0.6]))
    assert cnn.plain_mean == pytest.approx(np.mean([0.9, 0.5, 0.6]))
    assert outcome.network.number == 1
    assert outcome.network_predicted.tolist() == ["b"] * 4 + ["a"] * 8
    assert not outcome.network_wins
    assert outcome.winner.name == "tfidf"
    assert "tfidf" in outcome.verdict


def test_the_choice_is_that_of_nested_selection():
    from sk_textnn.evaluation import nested_selection

    scores = np.random.RandomState(0).rand(5, 4)
    chosen = choose_per_fold(scores)
    assert nested_selection(scores) == pytest.approx(scores[chosen, np.arange(4)])


def test_a_trial_without_a_score_is_left_out():
    trials = [
        trial("baseline", "tfidf", [0.6, 0.6, 0.5]),
        trial("baseline", "broken", [0.9, np.nan, 0.9]),
        trial("network", "cnn", [0.8, 0.8, 0.7], 1),
        trial("network", "cnn", [np.nan] * 3, 2),
    ]
    outcome = judge(trials, SPLITS, LABELS, "accuracy")
    assert [row.name for row in outcome.rows] == ["cnn", "tfidf"]
    assert outcome.network_wins
    assert outcome.winner.title == "cnn 1"


def test_where_all_fail_the_first_reason_is_told():
    broken = trial("network", "cnn", [np.nan] * 3, 1)
    broken.folds[0].error = "ValueError: no words"
    with pytest.raises(CommandError, match="no words"):
        judge([trial("baseline", "tfidf", [0.6] * 3), broken], SPLITS, LABELS, "accuracy")
