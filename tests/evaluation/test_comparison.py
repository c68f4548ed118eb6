"""The verdict says what the numbers say, in each case there is."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest

from sk_textnn.evaluation import Comparison, corrected_resampled_ttest

BASE = np.array([0.60, 0.61, 0.60, 0.61, 0.61])
AHEAD = np.array([0.02, 0.03, 0.01, 0.02, 0.03])  # mean .022, p = .017 in 5 folds
ROLES = {"cnn": "candidate", "lstm": "candidate", "tfidf": "baseline", "majority": "baseline"}


def make(cnn, base=BASE, *, fit=(30.0, 2.0), **more):
    scores = {"cnn": np.asarray(cnn), "tfidf": np.asarray(base)}
    for name, values in more.pop("others", {}).items():
        scores[name] = np.asarray(values)
    return Comparison.from_scores(
        scores,
        roles={name: ROLES[name] for name in scores},
        fit_seconds={"cnn": fit[0], "tfidf": fit[1]},
        **{"test_to_train_ratio": 1 / 4, **more},
    )


def numbers_agree(comparison):
    """Every number in the verdict's main sentence is the table's."""
    row = comparison.row(comparison.best_candidate)
    base = comparison.row(comparison.best_baseline)
    for number in (f"{row['mean']:.3f} against {base['mean']:.3f}", f"{row['difference']:+.3f}"):
        assert number in comparison.verdict
    if comparison.outcome != "untested":
        assert f"{row['ci_low']:+.3f} to {row['ci_high']:+.3f}" in comparison.verdict
        shown = re.search(r"p (<|=) ([0-9.]+\d)", comparison.verdict)
        assert float(shown[2]) == pytest.approx(max(row["p_value"], 0.001), abs=6e-4)
        is_clear = row["p_value"] < comparison.alpha
        assert is_clear == (comparison.outcome != "no clear difference")
    return True


def test_wins():
    comparison = make(BASE + AHEAD)
    assert comparison.outcome == "wins"
    assert comparison.verdict.startswith("cnn wins against the best baseline, tfidf: accuracy")
    assert "15 times as long to fit (30.0 s against 2.0 s a fold)" in comparison.verdict
    assert "weak" not in comparison.verdict
    assert numbers_agree(comparison)


def test_loses():
    comparison = make(BASE - AHEAD, fit=(1.0, 2.5))
    assert comparison.outcome == "loses"
    assert comparison.verdict.startswith("cnn loses against the best baseline, tfidf: ")
    assert "The baseline takes 2.5 times as long to fit (2.5 s against 1.0 s" in comparison.verdict
    assert numbers_agree(comparison)


@pytest.mark.parametrize("sign", [1, -1])
def test_no_clear_difference(sign):
    comparison = make(BASE + sign * np.array([0.02, -0.03, 0.01, 0.02, 0.03]))
    assert comparison.outcome == "no clear difference"
    assert comparison.verdict.startswith("No clear difference between cnn and the best baseline")
    assert numbers_agree(comparison)


def test_alpha_moves_the_verdict_and_the_interval():
    scores = BASE + AHEAD
    strict = make(scores, alpha=0.01)
    assert strict.outcome == "no clear difference"
    assert "99 % interval" in strict.verdict
    assert numbers_agree(strict)


def test_few_folds_are_called_weak_with_the_difference_they_can_see():
    comparison = make([0.64, 0.62, 0.63], BASE[:3], test_to_train_ratio=0.5)
    row = comparison.row("cnn")
    half = (row["ci_high"] - row["ci_low"]) / 2
    assert f"With 3 folds the test is weak: here only a difference of more than {half:.3f}" in (
        comparison.verdict
    )
    assert numbers_agree(comparison)


def test_equal_scores():
    comparison = make(BASE[:3], BASE[:3])
    assert comparison.outcome == "no clear difference"
    assert "p = 1.000" in comparison.verdict
    assert "more than" not in comparison.verdict


def test_what_cannot_be_tested_is_not_called():
    same = make(np.full(5, 0.9), np.full(5, 0.5))
    assert same.outcome == "untested"
    assert "cannot be tested" in same.verdict
    assert "the same in every fold" in same.verdict
    assert numbers_agree(same)
    single = make([0.9], [0.5])
    assert single.outcome == "untested"
    assert "one fold only" in single.verdict


def test_missing_scores():
    failed = make([0.9, np.nan, 0.9, 0.9, 0.9], others={"lstm": BASE + AHEAD / 4})
    assert failed.best_candidate == "lstm"
    assert np.isnan(failed.row("cnn")["mean"])
    assert failed.table["name"].tolist()[-1] == "cnn"
    assert "cnn has no score on 1 of 5 folds and is left out." in failed.verdict

    nothing = make(np.full(5, np.nan))
    assert nothing.outcome == "untested"
    assert nothing.best_candidate is None
    assert "No candidate has a score on every fold" in nothing.verdict

    alone = make(BASE, np.full(5, np.nan))
    assert alone.outcome == "untested"
    assert alone.best_baseline is None
    assert "no baseline has a score" in alone.verdict


def test_errors_are_kept_in_full_and_shortened_in_the_verdict():
    error = "ValueError: no\nmemory. " + "x " * 400
    scores = {"cnn": np.full(5, np.nan), "lstm": BASE, "tfidf": BASE}
    roles = {**ROLES, "lstm": "candidate"}
    comparison = Comparison.from_scores(
        scores, roles=roles, test_to_train_ratio=1 / 4, errors={"cnn": error}
    )
    assert comparison.errors == {"cnn": error}
    assert "cnn is left out: ValueError: no memory. x x" in comparison.verdict
    assert len(comparison.verdict) < 600
    assert make(BASE).errors == {}


def test_the_reference_is_the_best_baseline_and_the_best_candidate_is_judged():
    comparison = make(BASE + 0.001, others={"lstm": BASE + AHEAD, "majority": BASE / 3})
    assert comparison.best_baseline == "tfidf"
    assert comparison.best_candidate == "lstm"
    assert comparison.table["name"].tolist() == ["lstm", "cnn", "tfidf", "majority"]
    majority = comparison.row("majority")
    test = corrected_resampled_ttest(BASE / 3 - BASE, 1 / 4)
    assert majority["difference"] == pytest.approx(test.difference)
    assert majority["p_value"] == pytest.approx(test.p_value)
    reference = comparison.row("tfidf")
    assert reference["difference"] == 0
    assert np.isnan(reference["p_value"])


def test_table():
    comparison = make(BASE + AHEAD)
    assert comparison.table.columns.tolist() == [
        *["name", "role", "mean", "std", "fit_seconds", "score_seconds"],
        *["difference", "ci_low", "ci_high", "p_value"],
    ]
    row = comparison.row("cnn")
    assert row["std"] == pytest.approx(np.std(comparison.scores["cnn"], ddof=1))
    assert np.isnan(row["score_seconds"])  # it was not given
    assert comparison.scores.shape == (5, 2)


def test_p_value_shown_on_its_side_of_alpha():
    test = corrected_resampled_ttest(AHEAD, 1 / 4)
    comparison = make(BASE + AHEAD, alpha=test.p_value - 1e-5)
    assert comparison.outcome == "no clear difference"
    shown = float(re.search(r"p = ([0-9.]+\d)", comparison.verdict)[1])
    assert shown > comparison.alpha


def test_shown_as_text_and_html():
    comparison = make(BASE + AHEAD, scoring="f1 <macro>")
    assert str(comparison) == repr(comparison)
    assert comparison.verdict in str(comparison)
    assert re.search(r"tfidf +baseline +0\.606 .*reference", str(comparison))
    shown = comparison._repr_html_()
    assert "f1 &lt;macro&gt;" in shown
    assert "<macro>" not in shown
    assert pickle.loads(pickle.dumps(comparison)).verdict == comparison.verdict


def test_scores_may_be_a_table_which_is_not_changed():
    scores = pd.DataFrame({"cnn": BASE + 0.01, "tfidf": BASE}, index=list("abcde"))
    before = scores.copy()
    comparison = Comparison.from_scores(scores, roles=ROLES, test_to_train_ratio=1 / 4)
    assert comparison.outcome == "untested"  # ahead by the same .01 in every fold
    pd.testing.assert_frame_equal(scores, before)


def test_what_it_refuses():
    with pytest.raises(ValueError, match="The role of 'cnn' must be"):
        Comparison.from_scores({"cnn": [1, 2]}, roles={}, test_to_train_ratio=1)
    with pytest.raises(ValueError, match="same folds"):
        make([0.1, 0.2])
    with pytest.raises(ValueError, match="same folds"):
        Comparison.from_scores({}, roles={}, test_to_train_ratio=1)
