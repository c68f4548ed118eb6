"""Comparing models: the same folds for all, nothing fitted from outside, failures named."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
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


def test_a_failing_model_is_named(data):
    models = {"good": word_model(), "bad": FailingClassifier()}
    with pytest.raises(RuntimeError, match=r"'bad' failed .* ZeroDivisionError: no luck") as caught:
        compare(models, *data, cv=3)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidates": {}}, "candidates is empty"),
        ({"candidates": {"a": LogisticRegression}}, "'a' is .* pass an instance"),
        ({"candidates": {"a": None}}, "no fit"),
        ({"candidates": {"majority": DummyClassifier()}}, "'majority' names a candidate and a"),
        ({"baselines": "tf-idf"}, "baselines must be 'tfidf'"),
        ({"scoring": ["accuracy", "f1"]}, "scoring must be one score"),
        ({"cv": []}, "no folds"),
    ],
)
def test_what_it_refuses(data, change, message):
    texts, labels = data
    arguments = {"candidates": {"a": DummyClassifier()}, **change}
    with pytest.raises(ValueError, match=message):
        compare(arguments.pop("candidates"), texts, labels, **arguments)


def test_the_text_baselines_need_texts():
    with pytest.raises(TextInputError, match="Row 0 is"):
        compare(DummyClassifier(), [[1, 2], [3, 4]] * 10, [0, 1] * 10)
