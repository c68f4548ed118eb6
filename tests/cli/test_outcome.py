"""Who wins, and that choosing is paid for."""

import numpy as np
import pytest

from sk_textnn.cli._errors import CommandError
from sk_textnn.cli._outcome import judge
from sk_textnn.cli._trials import Fold, Trial

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


def test_predictions_come_from_the_candidates_that_are_scored():
    # On folds 1 and 2 both sum to 0.4, though not to the last bit: the first is to be chosen.
    trials = [
        trial("baseline", "tfidf", [0.1, 0.1, 0.1]),
        trial("network", "cnn", [0.1, 0.1, 0.3], 1, says="a"),
        trial("network", "cnn", [0.2, 0.1, 0.3], 2, says="b"),
    ]
    outcome = judge(trials, SPLITS, LABELS, "accuracy")
    cnn = next(row for row in outcome.rows if row.role == "network")
    assert cnn.mean == pytest.approx(np.mean([0.1, 0.1, 0.3]))
    assert outcome.network_predicted.tolist() == ["a"] * 4 + ["b"] * 8


def test_a_trial_without_a_score_is_left_out():
    trials = [
        trial("baseline", "tfidf", [0.6, 0.6, 0.5]),
        trial("baseline", "broken", [0.9, np.nan, 0.9]),
        trial("network", "cnn", [0.8, 0.8, 0.7], 1),
        trial("network", "cnn", [np.nan] * 3, 2),
    ]
    trials[1].folds[1].error = "AttributeError: no predict_proba"
    outcome = judge(trials, SPLITS, LABELS, "accuracy")
    assert [row.name for row in outcome.rows] == ["cnn", "tfidf"]
    (told,) = outcome.left_out
    assert told.startswith("The baseline broken is left out")
    assert "no predict_proba" in told
    assert outcome.network_wins
    assert outcome.winner.title == "cnn 1"


def test_where_all_fail_the_first_reason_is_told():
    broken = trial("network", "cnn", [np.nan] * 3, 1)
    broken.folds[0].error = "ValueError: no words"
    with pytest.raises(CommandError, match="no words"):
        judge([trial("baseline", "tfidf", [0.6] * 3), broken], SPLITS, LABELS, "accuracy")
