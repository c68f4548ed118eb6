"""The verdict says what the numbers say, in each case there is."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import classification_report

from sk_textnn import ComparisonDisplay
from sk_textnn.evaluation import (
    Comparison,
    bayesian_correlated_ttest,
    corrected_resampled_ttest,
    holm_correction,
)

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
    row = comparison.row(comparison.best_candidate_)
    base = comparison.row(comparison.best_baseline_)
    for number in (f"{row['mean']:.3f} against {base['mean']:.3f}", f"{row['difference']:+.3f}"):
        assert number in comparison.verdict_
    if comparison.outcome_ != "untested":
        assert f"{row['ci_low']:+.3f} to {row['ci_high']:+.3f}" in comparison.verdict_
        shown = re.search(r"p (<|=) ([0-9.]+\d)", comparison.verdict_)
        assert float(shown[2]) == pytest.approx(max(row["p_value"], 0.001), abs=6e-4)
        is_clear = row["p_value"] < comparison.alpha
        assert is_clear == (comparison.outcome_ != "no clear difference")
    return True


def test_wins():
    comparison = make(BASE + AHEAD)
    assert comparison.outcome_ == "wins"
    assert comparison.verdict_.startswith("cnn wins against the best baseline, tfidf: accuracy")
    assert "15 times as long to fit (30.0 s against 2.0 s a fold)" in comparison.verdict_
    assert "weak" not in comparison.verdict_
    assert numbers_agree(comparison)


def test_loses():
    comparison = make(BASE - AHEAD, fit=(1.0, 2.5))
    assert comparison.outcome_ == "loses"
    assert comparison.verdict_.startswith("cnn loses against the best baseline, tfidf: ")
    assert "The baseline takes 2.5 times as long to fit (2.5 s against 1.0 s" in comparison.verdict_
    assert numbers_agree(comparison)


@pytest.mark.parametrize("sign", [1, -1])
def test_no_clear_difference(sign):
    comparison = make(BASE + sign * np.array([0.02, -0.03, 0.01, 0.02, 0.03]))
    assert comparison.outcome_ == "no clear difference"
    assert comparison.verdict_.startswith("No clear difference between cnn and the best baseline")
    assert numbers_agree(comparison)


def test_alpha_moves_the_verdict_and_the_interval():
    scores = BASE + AHEAD
    strict = make(scores, alpha=0.01)
    assert strict.outcome_ == "no clear difference"
    assert "99 % interval" in strict.verdict_
    assert numbers_agree(strict)


def test_few_folds_are_called_weak_with_the_difference_they_can_see():
    comparison = make([0.64, 0.62, 0.63], BASE[:3], test_to_train_ratio=0.5)
    row = comparison.row("cnn")
    half = (row["ci_high"] - row["ci_low"]) / 2
    assert f"With 3 folds the test is weak: here only a difference of more than {half:.3f}" in (
        comparison.verdict_
    )
    assert numbers_agree(comparison)


def test_equal_scores():
    comparison = make(BASE[:3], BASE[:3])
    assert comparison.outcome_ == "no clear difference"
    assert "p = 1.000" in comparison.verdict_
    assert "would have been clear" not in comparison.verdict_


def test_what_cannot_be_tested_is_not_called():
    same = make(np.full(5, 0.9), np.full(5, 0.5))
    assert same.outcome_ == "untested"
    assert "cannot be tested" in same.verdict_
    assert "the same in every fold" in same.verdict_
    assert numbers_agree(same)
    single = make([0.9], [0.5])
    assert single.outcome_ == "untested"
    assert "one fold only" in single.verdict_


def test_missing_scores():
    failed = make([0.9, np.nan, 0.9, 0.9, 0.9], others={"lstm": BASE + AHEAD / 4})
    assert failed.best_candidate_ == "lstm"
    assert np.isnan(failed.row("cnn")["mean"])
    assert failed.table_["name"].tolist()[-1] == "cnn"
    assert "cnn has no score on 1 of 5 folds and is left out." in failed.verdict_

    nothing = make(np.full(5, np.nan))
    assert nothing.outcome_ == "untested"
    assert nothing.best_candidate_ is None
    assert "No candidate has a score on every fold" in nothing.verdict_

    alone = make(BASE, np.full(5, np.nan))
    assert alone.outcome_ == "untested"
    assert alone.best_baseline_ is None
    assert "no baseline has a score" in alone.verdict_


def test_errors_are_kept_in_full_and_shortened_in_the_verdict():
    error = "ValueError: no\nmemory. " + "x " * 400
    scores = {"cnn": np.full(5, np.nan), "lstm": BASE, "tfidf": BASE}
    roles = {**ROLES, "lstm": "candidate"}
    comparison = Comparison.from_scores(
        scores, roles=roles, test_to_train_ratio=1 / 4, errors={"cnn": error}
    )
    assert comparison.errors == {"cnn": error}
    assert "cnn is left out: ValueError: no memory. x x" in comparison.verdict_
    assert len(comparison.verdict_) < 800
    assert make(BASE).errors == {}


def test_the_reference_is_the_best_baseline_and_the_best_candidate_is_judged():
    comparison = make(BASE + 0.001, others={"lstm": BASE + AHEAD, "majority": BASE / 3})
    assert comparison.best_baseline_ == "tfidf"
    assert comparison.best_candidate_ == "lstm"
    assert comparison.table_["name"].tolist() == ["lstm", "cnn", "tfidf", "majority"]
    majority = comparison.row("majority")
    test = corrected_resampled_ttest(BASE / 3 - BASE, 1 / 4)
    assert majority["difference"] == pytest.approx(test.difference)
    assert majority["p_value"] == pytest.approx(test.p_value)
    reference = comparison.row("tfidf")
    assert reference["difference"] == 0
    assert np.isnan(reference["p_value"])


def test_table():
    comparison = make(BASE + AHEAD)
    assert comparison.table_.columns.tolist() == [
        *["name", "role", "mean", "std", "fit_seconds", "predict_seconds", "size_bytes"],
        *["difference", "ci_low", "ci_high", "p_value", "p_holm"],
        *["p_better", "p_equivalent", "p_worse", "boot_low", "boot_high"],
    ]
    row = comparison.row("cnn")
    assert row["std"] == pytest.approx(np.std(comparison.scores["cnn"], ddof=1))
    assert np.isnan(row["predict_seconds"])  # it was not given
    assert comparison.scores.shape == (5, 2)


def test_p_value_shown_on_its_side_of_alpha():
    test = corrected_resampled_ttest(AHEAD, 1 / 4)
    comparison = make(BASE + AHEAD, alpha=test.p_value - 1e-5)
    assert comparison.outcome_ == "no clear difference"
    shown = float(re.search(r"p = ([0-9.]+\d)", comparison.verdict_)[1])
    assert shown > comparison.alpha


def test_shown_as_text_and_html():
    comparison = make(BASE + AHEAD, scoring="f1 <macro>")
    assert str(comparison) == repr(comparison)
    assert comparison.verdict_ in str(comparison)
    assert re.search(r"tfidf +baseline +0\.606 .*reference", str(comparison))
    shown = comparison._repr_html_()
    assert "f1 &lt;macro&gt;" in shown
    assert "<macro>" not in shown
    assert pickle.loads(pickle.dumps(comparison)).verdict_ == comparison.verdict_


def test_scores_may_be_a_table_which_is_not_changed():
    scores = pd.DataFrame({"cnn": BASE + 0.01, "tfidf": BASE}, index=list("abcde"))
    before = scores.copy()
    comparison = Comparison.from_scores(scores, roles=ROLES, test_to_train_ratio=1 / 4)
    assert comparison.outcome_ == "untested"  # ahead by the same .01 in every fold
    pd.testing.assert_frame_equal(scores, before)


def test_what_it_refuses():
    with pytest.raises(ValueError, match="The role of 'cnn' must be"):
        Comparison.from_scores({"cnn": [1, 2]}, roles={}, test_to_train_ratio=1)
    with pytest.raises(ValueError, match="same folds"):
        make([0.1, 0.2])
    with pytest.raises(ValueError, match="same folds"):
        Comparison.from_scores({}, roles={}, test_to_train_ratio=1)


def test_all_comparisons_with_the_best_baseline_are_corrected_and_decide():
    test = corrected_resampled_ttest(AHEAD, 1 / 4)
    others = {"lstm": BASE + AHEAD[::-1], "majority": BASE + np.array([0, 0.01, -0.01, 0, 0]) - 0.1}
    comparison = make(BASE + AHEAD, others=others)
    rows = comparison.table_
    tested = rows[rows["name"] != "tfidf"]
    assert tested["p_holm"].tolist() == holm_correction(tested["p_value"]).tolist()
    assert comparison.row("tfidf")[["p_value", "p_holm"]].isna().all()
    assert comparison.row("cnn")["p_value"] == pytest.approx(test.p_value)
    assert comparison.row("cnn")["p_holm"] == pytest.approx(2 * test.p_value)
    assert comparison.outcome_ == "wins"
    assert f"p = {test.p_value:.3f} by the corrected resampled t-test, after Holm's" in (
        comparison.verdict_
    )
    assert f"for 3 comparisons p = {2 * test.p_value:.3f}" in comparison.verdict_
    strict = make(BASE + AHEAD, others=others, alpha=1.5 * test.p_value)
    assert strict.outcome_ == "no clear difference"


def test_probabilities_are_those_of_the_bayesian_test_with_this_region():
    comparison = make(BASE + AHEAD, rope=0.02)
    expected = bayesian_correlated_ttest(AHEAD, 1 / 4, 0.02)
    found = comparison.row("cnn")[["p_better", "p_equivalent", "p_worse"]]
    assert found.tolist() == pytest.approx(list(expected))
    assert comparison.row("tfidf")[["p_better", "p_worse"]].isna().all()
    assert f"differ by no more than 0.02 is {100 * expected.p_equivalent:.0f} %" in (
        comparison.verdict_
    )


def test_no_clear_difference_is_called_equal_only_where_it_is():
    unclear = make(BASE + np.array([0.02, -0.03, 0.01, 0.02, 0.03]))
    assert "That does not show that they are equal." in unclear.verdict_
    assert "equally good" not in unclear.verdict_
    near = make(BASE + np.array([0.001, -0.001, 0.001, 0, -0.001]))
    assert near.outcome_ == "no clear difference"
    assert "for most purposes they are equally good." in near.verdict_
    assert "does not show" not in near.verdict_
    small = make(BASE + np.array([0.004, 0.005, 0.004, 0.005, 0.005]))
    assert small.outcome_ == "wins"
    assert "the difference is too small to matter" in small.verdict_


def test_the_best_of_several_is_said_to_be_flattered():
    assert "best of 2 candidates" in make(BASE + AHEAD, others={"lstm": BASE}).verdict_
    assert "flatters" not in make(BASE + AHEAD).verdict_


def predicted(cnn, tfidf, labels, folds=None, rows=None):
    """Predictions as from_scores takes them."""
    folds = [0] * len(labels) if folds is None else folds
    rows = range(len(labels)) if rows is None else rows
    index = pd.MultiIndex.from_arrays([folds, rows], names=["fold", "row"])
    frame = pd.DataFrame({"cnn": cnn, "tfidf": tfidf}, index=index)
    return {"predictions": frame, "labels": pd.Series(labels, index=index)}


def test_a_single_split_is_judged_by_mcnemar():
    # 9 texts only cnn gets right, 1 only tfidf, 5 both: p = 2 * (1 + 10) / 1024.
    answers = predicted([1] * 9 + [0] + [1] * 5, [0] * 9 + [1] * 6, [1] * 15)
    comparison = make([14 / 15], [6 / 15], **answers)
    row = comparison.row("cnn")
    assert (row["only_right"], row["only_wrong"]) == (9, 1)
    assert row["p_value"] == pytest.approx(22 / 1024)
    assert comparison.test_ == "McNemar's exact test"
    assert comparison.outcome_ == "wins"
    assert "cnn alone is right on 9 and tfidf alone on 1 (p = 0.021" in comparison.verdict_
    assert "One split compares these two fitted models" in comparison.verdict_
    assert np.isnan(row["p_equivalent"])
    other = make([0.9], [0.5], scoring="f1_macro", **answers)
    assert other.outcome_ == "untested"  # the test is of accuracy
    assert other.row("cnn")["only_right"] == 9


def test_with_several_folds_the_t_test_decides():
    folds, rows = [0, 0, 1, 1], [0, 1, 2, 3]
    comparison = make([1, 1], [0.5, 0.4], **predicted(["a"] * 4, ["b"] * 4, ["a"] * 4, folds, rows))
    assert comparison.test_ == "corrected resampled t-test"
    assert "only_right" not in comparison.table_
    assert make([0.9], [0.5]).test_ is None


def test_classes():
    labels = ["b", "a", "a", "b", "c", "c"]
    answers = ["b", "a", "b", "b", "a", "c"]
    comparison = make([0.6], [0.6], **predicted(answers, labels, labels))
    report = classification_report(labels, answers, output_dict=True)
    found = comparison.per_class_.query("name == 'cnn'").set_index("label")
    for label in "abc":
        expected = report[label]
        assert found.loc[label, "precision"] == pytest.approx(expected["precision"])
        assert found.loc[label, "recall"] == pytest.approx(expected["recall"])
        assert found.loc[label, "f1"] == pytest.approx(expected["f1-score"])
        assert found.loc[label, "support"] == expected["support"]
    assert (comparison.per_class_.query("name == 'tfidf'")["f1"] == 1).all()


def test_a_text_that_is_tested_twice_supports_its_class_once():
    answers = predicted(list("aabb"), list("abab"), list("abab"), [0, 0, 1, 1], [0, 1, 0, 1])
    comparison = make([0.5, 0.5], [1, 1], **answers)
    assert comparison.per_class_["support"].tolist() == [1] * 4
    assert make(BASE).per_class_ is None


def test_numbers_are_not_classes():
    values = [0.5, 1.5, 2.25]
    assert make([0.5], [0.6], **predicted(values, values, values)).per_class_.empty


def test_further_scores_sizes_and_intervals_are_shown():
    comparison = make(
        BASE + AHEAD,
        other_scores={"f1_macro": {"cnn": BASE, "tfidf": BASE / 2}},
        size_bytes={"cnn": 2_340_000},
        bootstrap={"cnn": (0.015, 0.029)},
    )
    assert comparison.row("cnn")["mean_f1_macro"] == pytest.approx(BASE.mean())
    assert comparison.other_scores["f1_macro"].shape == (5, 2)
    shown = str(comparison)
    assert "0.303" in shown
    assert "2.34 MB" in shown
    assert "+0.015 to +0.029" in shown
    assert "predict s" not in shown  # it was not measured


def test_page_is_whole_and_escaped():
    names = {"<b>cnn</b>": "candidate", "tf & idf": "baseline"}
    comparison = Comparison.from_scores(
        dict(zip(names, (BASE + AHEAD, BASE), strict=True)), roles=names, test_to_train_ratio=1 / 4
    )
    page = comparison.to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert "<b>cnn" not in page
    assert "&lt;b&gt;cnn&lt;/b&gt; wins against the best baseline, tf &amp; idf" in page
    assert page.count("<svg") == 1
    assert re.search(r'(src|href)="(?!#)', page) is None  # nothing is fetched
    assert "<h2>" not in page
    with_classes = make([0.6], [0.6], **predicted(["<i>"], ["<i>"], ["<i>"])).to_html()
    assert "&lt;i&gt;" in with_classes
    assert "<i>" not in with_classes


def test_page_without_matplotlib_has_no_picture(monkeypatch):
    monkeypatch.setattr("sk_textnn.evaluation._comparison_page.find_spec", lambda name: None)
    assert "<svg" not in make(BASE + AHEAD).to_html()


def test_plot():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    display = make(BASE + AHEAD, alpha=0.1).plot(ax=ax)
    assert isinstance(display, ComparisonDisplay)
    assert display.ax_ is ax
    assert "90 % intervals" in ax.get_xlabel()
