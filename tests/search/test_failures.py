"""What a search survives: failures, interruptions, the end of its time."""

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, RandomizedSearchCV

from sk_textnn.search import _carry_out, _runner
from sk_textnn.search._plans import draw
from tests.search.scripted import (
    LABELS,
    NINE,
    ROWS,
    Scripted,
    Whole,
    as_table,
    curves,
    make_search,
)


@pytest.mark.parametrize("strategy", ["random", "halving", "tpe"])
def test_failures(strategy):
    space = curves((0.1,), (0.2,), (0.3,), (np.nan,), error=None, log=None)
    space[0]["error"], space[1]["error"] = [MemoryError], [RuntimeError]
    search = make_search(Scripted(), space, n_iter=4, strategy=strategy)
    if strategy == "tpe":
        search.set_params(n_iter=12, random_state=3)
    with pytest.warns(FitFailedWarning, match="fits failed; see failures_") as told:
        search.fit(ROWS, LABELS)
    (warning,) = [each for each in told if each.category is FitFailedWarning]
    assert warning.filename == __file__
    assert "MemoryError: as told" in str(warning.message)
    assert search.best_params_["name"] == "c"
    by_name = search.failures_.groupby("name")["error"].unique().map(list).to_dict()
    assert by_name == {
        "a": ["MemoryError: as told"],
        "b": ["RuntimeError: as told"],
        "d": ["score is not a number"],
    }
    assert set(search.failures_["fold"]) == {0, 1}
    assert {"name", "curve", "fold", "error"} <= set(search.failures_)


def test_no_failures():
    search = make_search(Whole(), {"curve": NINE}, n_iter=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search.fit(ROWS, LABELS)
    assert search.failures_.empty
    assert [*search.failures_] == ["fold", "error"]


def test_a_failure_on_one_fold():
    class Half(Scripted):
        def partial_fit(self, X, y, classes=None):
            if X[0] == 1 and self.name == "b":
                raise ValueError("not these")
            return super().partial_fit(X, y, classes)

    search = make_search(Half(), curves((0.1,), (0.5,), (0.2,)), n_iter=3, error_score=-1)
    with pytest.warns(FitFailedWarning, match="1 of 8 fits failed"):
        search.fit(ROWS, LABELS)
    row = search.results_.set_index(["param_name", "iter"]).loc[("b", 0)]
    assert row[["split0_test_score", "split1_test_score"]].tolist() == [0.5, -1]
    assert search.best_params_["name"] == "c"


def test_a_second_score_that_fails_does_not_spoil_the_first():
    def fails(estimator, X, y):
        if estimator.name == "b":
            raise ValueError("no such thing")
        return 0.25

    scoring = {"good": lambda e, X, y: e.score(X, y), "bad": fails}
    space = curves((0.1,), (0.5,), (0.2,))
    search = make_search(Scripted(), space, n_iter=3, scoring=scoring, refit="good", error_score=-1)
    with pytest.warns(FitFailedWarning, match="bad: ValueError: no such thing"):
        search.fit(ROWS, LABELS)
    assert search.best_params_["name"] == "b"
    assert search.best_score_ == 0.5
    assert search.results_["n_resources"].tolist() == [1, 1, 1, 3]
    assert search.cv_results_["mean_test_bad"].tolist().count(-1) == 2
    everything = make_search(Whole(), space, n_iter=3, scoring=scoring, refit="good")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = everything.set_params(strategy="random").fit(ROWS, LABELS)
        expected = RandomizedSearchCV(
            Whole(), space, n_iter=3, scoring=scoring, refit="good", cv=KFold(2), random_state=0
        ).fit(ROWS, LABELS)
    pd.testing.assert_frame_equal(as_table(found.cv_results_), as_table(expected.cv_results_))


@pytest.mark.parametrize("strategy", ["random", "halving", "tpe"])
def test_all_fail(strategy):
    space = {"error": [ValueError, TypeError], "curve": NINE}
    search = make_search(Scripted(), space, n_iter=6, strategy=strategy)
    with pytest.raises(ValueError, match=r"All fits failed(.|\n)*of them: TypeError: as told"):
        search.fit(ROWS, LABELS)
    with pytest.raises(TypeError, match="All fits failed"):
        search.set_params(param_distributions={"error": [TypeError]}).fit(ROWS, LABELS)
    search.set_params(param_distributions={"error": [TypeError]})
    several = {"scoring": ["accuracy", "balanced_accuracy"], "refit": "accuracy"}
    with pytest.raises(TypeError, match="All fits failed"):
        clone(search).set_params(**several).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match="score is not a number"):
        search.set_params(param_distributions={"curve": [(np.nan,)]}).fit(ROWS, LABELS)
    assert not [name for name in vars(search) if name.endswith("_")]


@pytest.mark.parametrize("strategy", ["random", "halving"])
def test_interrupted(strategy):
    """The candidates that were done by then are the results."""
    space = curves((0.1,), (0.2,), (0.3,), (0.4,))
    drawn = [candidate.params["name"] for candidate in draw({"": space}, 4, 0)]
    for branch in space:
        if branch["name"] == [drawn[2]]:
            branch["error"] = [KeyboardInterrupt]
    search = make_search(Scripted(), space, n_iter=4, strategy=strategy)
    with pytest.warns(UserWarning, match="as it was interrupted: the results are of 2 ") as told:
        search.fit(ROWS, LABELS)
    assert told[0].filename == __file__
    assert search.results_["param_name"].tolist() == drawn[:2]
    assert search.best_params_["name"] == max(drawn[:2])
    assert search.predict(ROWS).shape == (24,)


def test_interrupted_in_a_later_round():
    space = curves((0.9,), (0.5,), (0.1,))
    space[0] |= {"error": [KeyboardInterrupt], "error_at": [2]}
    search = make_search(Scripted(), space, n_iter=3, refit=False)
    with pytest.warns(UserWarning, match="interrupted: the results are of 3 candidates"):
        search.fit(ROWS, LABELS)
    assert search.results_["n_resources"].tolist() == [1, 1, 1]
    assert search.best_params_["name"] == "a"


def test_interrupted_too_early():
    search = make_search(Scripted(error=KeyboardInterrupt), {"curve": NINE})
    with pytest.raises(ValueError, match="found nothing, as it was interrupted"):
        search.fit(ROWS, LABELS)
    assert not hasattr(search, "cv_results_")


NOW = [0.0]


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, unless something is scored."""
    NOW[0] = 0.0
    clock = SimpleNamespace(time=lambda: NOW[0], monotonic=lambda: NOW[0])
    monkeypatch.setattr(_runner, "time", clock)
    monkeypatch.setattr(_carry_out, "time", clock)


class Timed(Scripted):
    def score(self, X, y):
        NOW[0] += 1
        return super().score(X, y)


@pytest.mark.parametrize(
    ("strategy", "budget", "n_rows"),
    [("random", 5, 3), ("halving", 5, 3), ("halving", 19, 10), ("tpe", 9, 5)],
)
@pytest.mark.usefixtures("clock")
def test_time_is_over(strategy, budget, n_rows):
    search = make_search(Timed(), curves(*NINE), n_iter=9, factor=2, strategy=strategy)
    search.set_params(time_budget=budget)
    with pytest.warns(UserWarning, match="not complete, as time_budget is over"):
        search.fit(ROWS, LABELS)
    assert len(search.results_) == n_rows
    if n_rows > 9:
        assert search.best_params_["name"] == "i"  # the best go on first
    assert search.predict(ROWS).shape == (24,)


@pytest.mark.usefixtures("clock")
def test_time_that_suffices():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = make_search(Timed(), curves(*NINE), n_iter=9, time_budget=41).fit(ROWS, LABELS)
    assert len(search.results_) == 13
    assert NOW == [18 + 12 + 12]


def test_no_time_at_all():
    search = make_search(Scripted(), {"curve": NINE}, time_budget=1e-9)
    with pytest.raises(ValueError, match="found nothing, as time_budget is over"):
        search.fit(ROWS, LABELS)


@pytest.mark.parametrize("strategy", ["random", "halving"])
def test_a_search_that_failed_leaves_the_last_one(strategy):
    class Sometimes(Scripted):
        def fit(self, X, y):
            if self.name == "whole" and len(X) == 24:
                raise ValueError("not on all rows")
            return super().fit(X, y)

    search = make_search(Sometimes(), {"curve": NINE[:3]}, n_iter=3, strategy=strategy).fit(
        ROWS, LABELS
    )
    before = dict(vars(search))
    search.set_params(estimator=Scripted(error=ValueError))
    with pytest.raises(ValueError, match="All fits failed"):
        search.fit(ROWS, LABELS)
    search.set_params(estimator=Sometimes(name="whole"))
    with pytest.raises(ValueError, match="not on all rows"):
        search.fit(ROWS, LABELS)
    search.set_params(estimator=Sometimes(), refit=lambda results: 99)
    with pytest.raises(IndexError):
        search.fit(ROWS, LABELS)
    search.set_params(estimator=before["estimator"], refit=True)
    assert vars(search) == before


def test_a_second_fit_keeps_nothing_of_the_first():
    table = pd.DataFrame({"column": ROWS.ravel().astype(float)})
    search = make_search(LogisticRegression(), {"C": [1, 2]}, n_iter=2).fit(table, LABELS)
    assert search.feature_names_in_.tolist() == ["column"]
    assert search.n_features_in_ == 1
    search.fit(table.to_numpy(), LABELS)
    assert not hasattr(search, "feature_names_in_")
    search.set_params(refit=False).fit(table, LABELS)
    assert not hasattr(search, "refit_time_")
    assert not hasattr(search, "best_estimator_")
    search.set_params(scoring=["accuracy", "f1_macro"]).fit(table, LABELS)
    assert not [name for name in vars(search) if name.startswith("best_")]
