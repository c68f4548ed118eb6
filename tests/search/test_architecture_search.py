"""The search as a scikit-learn estimator, and what it has in common with a random search."""

import pickle
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, RandomizedSearchCV, cross_val_score
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import Pipeline, make_pipeline

from sk_textnn import ArchitectureSearchCV
from sk_textnn.datasets import make_text_classification
from tests.search.scripted import (
    LABELS,
    NINE,
    ROWS,
    Scripted,
    Twice,
    Whole,
    as_table,
    curves,
    make_search,
    read,
)

TEXTS, CLASSES = make_text_classification(40, random_state=0, return_X_y=True)
TEXTS = pd.Series(TEXTS, index=range(100, 140))
TFIDF = Pipeline([("tfidf", TfidfVectorizer()), ("clf", LogisticRegression())])
SPACE = {"tfidf__ngram_range": [(1, 1), (1, 2)], "clf__C": loguniform(0.1, 10)}


def _best_of_second(results):
    return int(np.argmax(results["mean_test_b"]))


def _first(results):
    return 0


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"scoring": "neg_log_loss"},
        {"scoring": "accuracy", "refit": "accuracy"},
        {"refit": False},
        {"refit": _first},
        {"scoring": ["accuracy", "neg_log_loss"], "refit": "neg_log_loss"},
        {"scoring": {"a": "accuracy", "b": "neg_log_loss"}, "refit": _best_of_second},
        {"scoring": ("accuracy", "f1_macro"), "refit": False},
        {"scoring": lambda e, X, y: float(e.predict_proba(X).max())},
        {"scoring": lambda e, X, y: {"a": e.score(X, y), "b": len(X)}, "refit": "a"},
        {"scoring": lambda e, X, y: {"a": e.score(X, y), "b": len(X)}, "refit": _best_of_second},
        {"scoring": lambda e, X, y: {"a": e.score(X, y), "b": len(X)}, "refit": False},
        {"cv": [(np.arange(30), np.arange(30, 40))]},
        {"n_iter": 1, "cv": 3},
    ],
    ids=lambda params: ", ".join(params),
)
def test_random_is_scikit_learns(params):
    params = {"n_iter": 4, "cv": 2, "random_state": 0, **params}
    found = ArchitectureSearchCV(TFIDF, SPACE, strategy="random", **params).fit(TEXTS, CLASSES)
    expected = RandomizedSearchCV(TFIDF, SPACE, **params).fit(TEXTS, CLASSES)
    assert [*found.cv_results_] == [*expected.cv_results_]
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))
    for name, value in found.cv_results_.items():
        assert type(value) is type(expected.cv_results_[name])
    for name in ("best_index_", "best_score_", "best_params_", "multimetric_", "n_splits_"):
        assert hasattr(found, name) == hasattr(expected, name)
        assert getattr(found, name, None) == getattr(expected, name, None)
    for name in ("best_estimator_", "refit_time_", "predict", "predict_proba", "classes_"):
        assert hasattr(found, name) == hasattr(expected, name)
    assert type(found.scorer_) is type(expected.scorer_)
    if found.refit:
        assert found.refit_time_ > 0
        new = ["a text", "another"]
        np.testing.assert_array_equal(found.predict_proba(new), expected.predict_proba(new))
    if found.refit is True or isinstance(found.refit, str):
        assert found.score(TEXTS, CLASSES) == expected.score(TEXTS, CLASSES)


def test_random_with_dicts_of_which_each_has_its_parameters():
    space = [{"clf__C": [1, 2]}, {"tfidf__min_df": [1, 2], "clf__fit_intercept": [False]}]
    params = {"n_iter": 3, "cv": 2, "random_state": 1}
    found = ArchitectureSearchCV(TFIDF, space, strategy="random", **params).fit(TEXTS, CLASSES)
    expected = RandomizedSearchCV(TFIDF, space, **params).fit(TEXTS, CLASSES)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))


@pytest.mark.parametrize("scoring", [None, ["accuracy", "f1_macro"]])
@pytest.mark.parametrize("error_score", [np.nan, -1.0, 0])
def test_random_fails_as_scikit_learns(error_score, scoring):
    space = {"error": [None, ValueError], "curve": [(0.1,), (0.4,)]}
    params = {"n_iter": 4, "cv": KFold(2), "random_state": 0, "error_score": error_score}
    params |= {"scoring": scoring, "refit": "f1_macro" if scoring else True}
    with pytest.warns(FitFailedWarning, match="4 of 8 fits failed; see failures_"):
        found = ArchitectureSearchCV(Whole(), space, strategy="random", **params).fit(ROWS, LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = RandomizedSearchCV(Whole(), space, **params).fit(ROWS, LABELS)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))
    assert found.best_index_ == expected.best_index_


@pytest.mark.parametrize("strategy", ["random", "halving", "tpe"])
def test_errors_may_end_the_search(strategy, temp):
    space = {"error": [None, ValueError]}
    search = make_search(Scripted(), space, strategy=strategy, n_iter=4, error_score="raise")
    with pytest.raises(ValueError, match=r"^as told$"):
        search.fit(ROWS, LABELS)
    assert not hasattr(search, "cv_results_")
    assert list(temp.iterdir()) == []


def test_random_with_groups_and_weights():
    given = {"groups": np.arange(40) % 5, "sample_weight": np.arange(40) % 3 + 0.5}
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    params = {"n_iter": 3, "cv": GroupKFold(3), "scoring": "accuracy", "random_state": 0}
    space = {"C": loguniform(0.01, 10)}
    found = ArchitectureSearchCV(LogisticRegression(), space, strategy="random", **params)
    expected = RandomizedSearchCV(LogisticRegression(), space, **params)
    for search in (found, expected):
        search.fit(numbers, CLASSES, **given)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))
    np.testing.assert_array_equal(found.best_estimator_.coef_, expected.best_estimator_.coef_)
    unweighted = clone(found).fit(numbers, CLASSES, groups=given["groups"])
    assert not as_table(unweighted.cv_results_).equals(as_table(found.cv_results_))


def test_random_with_metadata_that_is_routed():
    given = {"groups": np.arange(40) % 5, "sample_weight": np.arange(40) % 3 + 0.5}
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    with sklearn.config_context(enable_metadata_routing=True):
        clf = LogisticRegression().set_fit_request(sample_weight=True)
        scoring = get_scorer("accuracy").set_score_request(sample_weight=True)
        params = {"n_iter": 3, "cv": GroupKFold(3), "scoring": scoring, "random_state": 0}
        space = {"C": loguniform(0.01, 10)}
        found = ArchitectureSearchCV(clf, space, strategy="random", **params)
        expected = RandomizedSearchCV(clf, space, **params)
        for search in (found, expected):
            search.fit(numbers, CLASSES, **given)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))


def test_random_without_targets():
    params = {"n_iter": 3, "cv": KFold(2), "random_state": 0}
    space = {"bandwidth": loguniform(0.1, 10)}
    found = ArchitectureSearchCV(KernelDensity(), space, strategy="random", **params).fit(ROWS)
    expected = RandomizedSearchCV(KernelDensity(), space, **params).fit(ROWS)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))
    assert not hasattr(found, "predict")


def test_functions_that_cannot_be_imported():
    """As those of a notebook; neither the steps' memory nor a process may mind."""
    words = TfidfVectorizer(tokenizer=lambda text: text.split(), token_pattern=None)
    pipeline = Pipeline([("tfidf", words), ("clf", LogisticRegression())])
    search = make_search(
        pipeline,
        {"clf__C": [1, 2]},
        n_iter=2,
        strategy="random",
        scoring=lambda estimator, X, y: estimator.score(X, y),
    )
    assert search.fit(TEXTS, CLASSES).failures_.empty


def test_pickles_and_clones():
    search = ArchitectureSearchCV(TFIDF, SPACE, n_iter=2, cv=2, random_state=0)
    search.fit(TEXTS, CLASSES)
    twin = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(twin.predict_proba(TEXTS), search.predict_proba(TEXTS))
    pd.testing.assert_frame_equal(twin.results_, search.results_)
    again = clone(search)
    with pytest.raises(NotFittedError):
        again.predict(TEXTS)
    pd.testing.assert_frame_equal(
        as_table(again.fit(TEXTS, CLASSES).cv_results_), as_table(search.cv_results_)
    )
    several = ArchitectureSearchCV({"tfidf": TFIDF}, {"tfidf": {"clf__C": [1, 2]}}, n_iter=2, cv=2)
    copied = clone(several)
    assert copied.estimator["tfidf"] is not TFIDF
    assert pickle.loads(pickle.dumps(copied.fit(TEXTS, CLASSES))).predict(TEXTS).shape == (40,)


def test_parameters_of_parameters():
    search = ArchitectureSearchCV(TFIDF, SPACE)
    assert search.get_params()["estimator__clf__C"] == 1.0
    search = clone(search).set_params(estimator__clf__C=3, n_iter=2)
    assert search.estimator["clf"].C == 3
    assert TFIDF["clf"].C == 1.0
    assert set(search.get_params(deep=False)) == {
        *("estimator", "param_distributions", "n_iter", "cv", "scoring", "refit", "strategy"),
        *("resource", "factor", "min_resources", "journal", "checkpoint_dir", "time_budget"),
        *("n_jobs", "random_state", "error_score", "verbose"),
    }


@pytest.mark.parametrize("estimator", [Whole(), {"one": Whole()}], ids=["one", "dict"])
def test_how_it_is_shown(estimator):
    search = make_search(estimator, {}, n_iter=3)
    assert "n_iter=3" in repr(search)
    assert "ArchitectureSearchCV" in search._repr_html_()
    search.fit(ROWS, LABELS)
    assert "ArchitectureSearchCV" in search._repr_html_()
    assert sklearn.utils.get_tags(search).estimator_type == "classifier"


@pytest.mark.parametrize(
    "params",
    [
        {"n_iter": 0},
        {"factor": 1},
        {"min_resources": 0},
        {"strategy": "grid"},
        {"resource": "n_samples"},
        {"time_budget": 0},
        {"estimator": 3},
        {"param_distributions": "C"},
        {"error_score": "ignore"},
        {"random_state": "none"},
    ],
    ids=str,
)
def test_wrong_parameters(params):
    search = make_search(Whole(), {"curve": NINE}).set_params(**params)
    (name,) = params
    with pytest.raises(ValueError, match=f"The '{name}' parameter of ArchitectureSearchCV"):
        search.fit(ROWS, LABELS)


@pytest.mark.parametrize("strategy", ["random", "halving", "tpe"])
def test_nested_cross_validation(strategy):
    search = ArchitectureSearchCV(TFIDF, SPACE, n_iter=3, cv=2, strategy=strategy, random_state=0)
    scores = cross_val_score(search, TEXTS, CLASSES, cv=2)
    assert scores.shape == (2,)
    assert np.isfinite(scores).all()
    assert not hasattr(search, "cv_results_")
    pipeline = make_pipeline(Twice(), make_search(Scripted(), {"curve": NINE}, n_iter=3))
    assert pipeline.fit(ROWS, LABELS).predict(ROWS).shape == (24,)


def test_the_random_state_decides():
    def drawn(**params):
        search = make_search(Whole(), {"epochs": range(1, 1000)}, n_iter=4, refit=False, **params)
        return search.fit(ROWS, LABELS).results_["param_epochs"].tolist()

    assert drawn(random_state=1) == drawn(random_state=1) != drawn(random_state=2)
    state = np.random.RandomState(0)
    assert drawn(random_state=state) != drawn(random_state=state)
    assert drawn(random_state=np.random.RandomState(0)) == drawn(random_state=0)
    assert drawn(random_state=None) != drawn(random_state=None)


def test_a_small_space_is_tried_as_a_whole():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = make_search(Whole(), {"epochs": [1, 2]}, n_iter=10, strategy="random").fit(
            ROWS, LABELS
        )
    assert len(search.results_) == 2
    assert len(make_search(Whole(), {}, n_iter=10).fit(ROWS, LABELS).results_) == 1


def test_results_are_a_table():
    search = make_search(Scripted(), curves(*NINE, epochs=5), n_iter=9).fit(ROWS, LABELS)
    table = pd.DataFrame(search.cv_results_)
    pd.testing.assert_frame_equal(search.results_, table)
    assert len(table) == 13
    assert {len(column) for column in search.cv_results_.values()} == {13}
    assert (table["mean_fit_time"] > 0).all()
    assert table["params"].map(type).unique().tolist() == [dict]
    assert not hasattr(make_search(Whole(), {}), "results_")


def test_processes_make_no_difference(tmp_path):
    def score(estimator, X, y):  # which no process can import
        return estimator.score(X, y) + X.sum() / 1e4

    log = str(tmp_path / "log")
    pipeline = Pipeline([("twice", Twice()), ("clf", Scripted(epochs=100, log=log))])
    space = {"clf__curve": NINE, "twice__factor": [2, 3]}
    for strategy in ("halving", "tpe"):
        search = make_search(pipeline, space, n_iter=9, scoring=score, strategy=strategy)
        one = clone(search).fit(ROWS, LABELS)
        n_lines = len(read(log))
        two = search.set_params(n_jobs=2).fit(ROWS, LABELS)
        pd.testing.assert_frame_equal(as_table(one.cv_results_), as_table(two.cv_results_))
        assert one.best_index_ == two.best_index_
        lines = read(log)
        assert Counter(lines[:n_lines]) == Counter(lines[n_lines:])
        (tmp_path / "log").unlink()


class _Slight(BaseEstimator):
    """The least that scikit-learn asks for."""

    def fit(self, X, y):
        return self

    def score(self, X, y):
        return 1.0


def test_the_least_estimator():
    search = make_search(_Slight(), {}).fit(ROWS, LABELS)
    assert search.best_score_ == 1
    assert not hasattr(search, "predict")
