"""Comparing models: the same folds for all, nothing fitted from outside, failures named."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from sk_textnn import compare
from sk_textnn.datasets import make_text_classification
from sk_textnn.exceptions import TextInputError


def skip_grams(text):
    words = text.split()
    return [f"{a} {d} {b}" for d in (2, 3) for a, b in zip(words, words[d:], strict=False)]


def order_model():
    return make_pipeline(CountVectorizer(analyzer=skip_grams), LogisticRegression())


def word_model():
    return make_pipeline(CountVectorizer(), LogisticRegression())


class FailingClassifier(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        raise ZeroDivisionError("no luck")


@pytest.fixture(scope="module")
def data():
    return make_text_classification(600, random_state=0, return_X_y=True)


def test_a_model_that_reads_order_wins_and_one_that_counts_words_does_not(data):
    wins = compare({"order": order_model()}, *data, random_state=0)
    assert wins.outcome == "wins"
    assert wins.scores.shape == (5, 5)
    assert set(wins.table["role"]) == {"candidate", "baseline"}
    assert (wins.table["fit_seconds"] > 0).all()
    assert (wins.table["score_seconds"] > 0).all()
    not_wins = compare({"words": word_model()}, *data, random_state=0)
    assert not_wins.outcome != "wins"


def test_scores_are_those_of_cross_val_score_on_the_same_folds(data):
    texts, labels = data
    cv = StratifiedKFold(4, shuffle=True, random_state=3)
    result = compare(
        {"a": word_model(), "b": word_model()},
        *data,
        baselines={"majority": DummyClassifier()},
        cv=cv,
        scoring="f1_macro",
    )
    expected = cross_val_score(word_model(), texts, labels, cv=cv, scoring="f1_macro")
    np.testing.assert_allclose(result.scores["a"], expected)
    np.testing.assert_allclose(result.scores["b"], expected)
    assert "f1_macro" in result.verdict


@pytest.mark.parametrize(
    "cv",
    [
        StratifiedKFold(3, shuffle=True),  # draws other folds whenever it is asked
        RepeatedStratifiedKFold(n_splits=3, n_repeats=2),
        iter([(np.arange(300), np.arange(300, 600)), (np.arange(300, 600), np.arange(300))]),
    ],
)
def test_folds_are_drawn_once(data, cv):
    result = compare({"a": word_model(), "b": word_model()}, *data, baselines=None, cv=cv)
    np.testing.assert_allclose(result.scores["a"], result.scores["b"])


def test_test_to_train_ratio_comes_from_the_folds(data):
    models = {"order": order_model()}
    base = {"words": word_model()}
    five = compare(models, *data, baselines=base, cv=5, random_state=0)
    difference = five.scores["order"] - five.scores["words"]
    half = 2.776445 * np.sqrt((1 / 5 + 1 / 4) * difference.var(ddof=1))
    assert five.row("order")["ci_low"] == pytest.approx(difference.mean() - half, rel=1e-4)


def test_repeatable_and_n_jobs(data):
    texts, labels = data
    runs = [
        compare(word_model(), texts, labels, cv=3, random_state=1, n_jobs=n_jobs)
        for n_jobs in (None, 2)
    ]
    assert runs[0].scores.equals(runs[1].scores)
    other = compare(word_model(), texts, labels, cv=3, random_state=2)
    assert not runs[0].scores.equals(other.scores)


def test_a_single_estimator_is_named_and_not_fitted(data):
    model = word_model()
    result = compare(model, *data, baselines=None, cv=3)
    assert result.best_candidate == "LogisticRegression"
    with pytest.raises(NotFittedError):
        check_is_fitted(model[-1])


def test_a_failing_model_is_left_out_and_named(data):
    models = {"bad": FailingClassifier(), "good": word_model()}
    result = compare(models, *data, baselines={"ill": FailingClassifier(), "b": word_model()}, cv=3)
    assert result.errors == dict.fromkeys(["bad", "ill"], "ZeroDivisionError: no luck")
    assert result.best_candidate == "good"
    assert result.best_baseline == "b"
    assert result.scores["bad"].isna().all()
    assert result.scores[["good", "b"]].notna().all(axis=None)
    assert result.row("bad")[["mean", "fit_seconds", "p_value"]].isna().all()
    for name in ("bad", "ill"):
        assert f"{name} is left out: ZeroDivisionError: no luck." in str(result)


def test_models_without_predict_proba_are_left_out_where_the_score_needs_it(data):
    result = compare(word_model(), *data, cv=3, scoring="neg_log_loss", random_state=0)
    assert result.errors == dict.fromkeys(["tfidf_linear_svm", "nb_svm"], "no predict_proba")
    assert result.best_baseline in {"majority", "tfidf_logistic_regression"}
    assert result.outcome != "untested"
    assert "tfidf_linear_svm is left out: no predict_proba." in result.verdict


def test_where_every_candidate_failed_all_are_named(data):
    models = {"bad": FailingClassifier(), "worse": FailingClassifier(), "svm": LinearSVC()}
    message = (
        r"Every candidate failed: 'bad', 'worse' with ZeroDivisionError: no luck; "
        r"'svm' with ValueError: "
    )
    with pytest.raises(RuntimeError, match=message) as caught:
        compare(models, *data, cv=3, baselines={"b": word_model()})
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_where_every_baseline_failed_no_candidate_is_fitted(data):
    def never(text):
        raise AssertionError("a candidate was fitted")

    model = make_pipeline(CountVectorizer(analyzer=never), LogisticRegression())
    with pytest.raises(RuntimeError, match=r"Every baseline failed: 'b' with .* No candidate was"):
        compare(model, *data, baselines={"b": FailingClassifier()})


def test_without_baselines_the_candidates_are_ranked(data):
    models = {"words": word_model(), "order": order_model()}
    result = compare(models, *data, baselines=None, cv=3, random_state=0)
    assert result.best_candidate == "order"
    assert result.outcome == "untested"
    assert "no baseline was given, so the candidates are only ranked." in result.verdict
    assert "every fold" not in result.verdict


def test_scoring_must_give_one_number(data):
    def two(model, X, y):
        return {"a": 1.0, "b": 2.0}

    with pytest.raises(RuntimeError, match="must return one number"):
        compare(DummyClassifier(), *data, baselines=None, scoring=two)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidates": {}}, "candidates is empty"),
        ({"candidates": {"a": LogisticRegression}}, r"'a' is the class .* pass an instance"),
        ({"candidates": [DummyClassifier()]}, "or a dict of estimators, but list came"),
        ({"candidates": {"a": "lstm"}}, "'a' is str, which has no fit"),
        ({"candidates": {"a": None}}, "no fit"),
        ({"candidates": {"majority": DummyClassifier()}}, "'majority' names a candidate and a"),
        ({"baselines": "tf-idf"}, "baselines must be 'tfidf'"),
        ({"scoring": ["accuracy", "f1"]}, "scoring must be one score"),
        ({"baselines": [DummyClassifier()]}, "baselines must be an estimator or a dict"),
        ({"scoring": "acuracy"}, r"no scoring 'acuracy'. Did you mean 'accuracy'"),
        ({"scoring": "zzz"}, r"no scoring 'zzz'. sklearn.metrics.get_scorer_names"),
        ({"scoring": accuracy_score}, r"accuracy_score is a metric: pass .*make_scorer"),
        ({"scoring": None}, "scoring must be one score"),
        ({"alpha": 0}, "alpha must lie between 0 and 1"),
        ({"alpha": 1.0}, "alpha must lie between 0 and 1"),
        ({"alpha": "5 %"}, "alpha must lie between 0 and 1"),
        ({"random_state": "x"}, "'x' cannot be used to seed"),
        ({"cv": []}, "no folds"),
        ({"cv": 1}, "cv must be at least 2 folds, not 1"),
        ({"cv": 2.5}, r"cv must be a number of folds, .* not 2\.5"),
        ({"cv": "5"}, "cv must be a number of folds"),
        ({"cv": 500}, "cv cannot split these rows and labels"),
        ({"cv": [([0, 1], [9999])]}, "cv cannot split these rows and labels"),
        ({"y": None}, "y must hold one row a sample, .* but None came"),
        ({"y": "labels"}, "y must hold one row a sample, .* but str came"),
        ({"y": [0, 1]}, "X has 600 rows, but y has 2 labels"),
        ({"y": np.linspace(0, 1, 600)}, "cv cannot split these rows and labels: .*continuous"),
        ({"X": None, "baselines": None}, "X must hold one row a sample"),
    ],
)
def test_what_it_refuses_before_any_fit(data, change, message):
    X, y = data
    arguments = {"candidates": {"a": FailingClassifier()}, "X": X, "y": y, **change}
    with pytest.raises(ValueError, match=message) as caught:
        compare(**arguments)
    assert len(str(caught.value)) < 300


def test_the_text_baselines_need_texts():
    with pytest.raises(TextInputError, match="Row 0 is"):
        compare(DummyClassifier(), [[1, 2], [3, 4]] * 10, [0, 1] * 10)
