"""What a search will cost: of scripted seconds, the sum of what it will do."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from sk_textnn import ArchitectureSearchCV
from sk_textnn.search import SearchCost, _cost, _tasks, estimate_cost

NOW = [0.0]  # seconds that have passed: nothing waits for them
N_ROWS = 120
X = np.arange(2 * N_ROWS, dtype=float).reshape(N_ROWS, 2)
Y = np.tile(["a", "b"], N_ROWS // 2)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that only what is scripted moves."""
    scripted = SimpleNamespace(
        perf_counter=lambda: NOW[0], process_time=lambda: NOW[0], time_ns=time.time_ns
    )
    for module in (_cost, _tasks):
        monkeypatch.setattr(module, "time", scripted)


def spend(seconds):
    NOW[0] += seconds


class Sleeper(ClassifierMixin, BaseEstimator):
    """Takes `pace` seconds for each row and epoch, and `score_pace` for each row to predict."""

    def __init__(self, pace=1e-4, epochs=4, score_pace=0.0):
        self.pace = pace
        self.epochs = epochs
        self.score_pace = score_pace

    def fit(self, X, y):
        for _ in range(self.epochs):
            self.partial_fit(X, y, classes=np.unique(y))
        return self

    def partial_fit(self, X, y, classes=None):
        if classes is not None:
            self.classes_ = classes
        spend(self.pace * len(X))
        return self

    def predict(self, X):
        spend(self.score_pace * len(X))
        return np.full(len(X), self.classes_[0])


def search(strategy="random", **params):
    params = {"n_iter": 3, "cv": 2, "random_state": 0, "refit": False, **params}
    space = {"pace": [1e-4, 2e-4, 3e-4]}
    return ArchitectureSearchCV(Sleeper(), space, strategy=strategy, **params)


def test_random_search_trains_all_epochs():
    cost = estimate_cost(search(), X, Y)
    # Three paces of 2e-4 on average, two folds of 60 rows, four epochs.
    assert cost.core_seconds == pytest.approx(3 * 2 * 60 * 4 * 2e-4)
    assert cost.n_fits == 6
    assert cost.seconds == cost.core_seconds
    # Each pace for four epochs of all 60 rows, and the one in the middle to its end.
    assert cost.probe_seconds == pytest.approx(60 * (4 * (1 + 2 + 3) + 4 * 2) * 1e-4)


def test_halving_trains_what_its_rounds_say():
    cost = estimate_cost(search("halving"), X, Y)
    # All three for an epoch, then one of them for two more.
    assert cost.core_seconds == pytest.approx((3 + 2) * 2 * 60 * 2e-4)
    assert cost.n_fits == 2 * (3 + 1)


def slowly(X):
    spend(1e-3 * len(X))
    return X


# What cannot be pickled cannot be told apart, so that nothing of it is shared.
@pytest.mark.parametrize(("func", "n_times"), [(slowly, 1), (lambda X: slowly(X), 6)])
def test_steps_that_candidates_share_count_once_a_fold(func, n_times):
    def slow():
        steps = [("slow", FunctionTransformer(func)), ("sleeper", Sleeper(epochs=1))]
        return Pipeline(steps)

    space = {"sleeper__pace": [1e-4, 2e-4, 3e-4]}
    both = ArchitectureSearchCV(
        {"one": slow(), "other": slow()},
        {"one": space, "other": space},
        n_iter=6,
        cv=2,
        refit=False,
    )
    cost = estimate_cost(both, X, Y)
    to_fit, to_predict, trained = n_times * 2 * 60 * 1e-3, 6 * 2 * 60 * 1e-3, 6 * 2 * 60 * 2e-4
    assert cost.core_seconds == pytest.approx(to_fit + to_predict + trained)


@pytest.mark.parametrize("strategy", ["random", "halving"])
def test_what_cannot_pause_is_fitted_whole(strategy):
    class Whole(DummyClassifier):
        def fit(self, X, y):
            spend(1e-3 * len(X))
            return super().fit(X, y)

    space = {"random_state": [0, 1]}
    params = {"n_iter": 2, "cv": 2, "refit": False, "strategy": strategy}
    cost = estimate_cost(ArchitectureSearchCV(Whole(), space, **params), X, Y)
    assert cost.core_seconds == pytest.approx(2 * 2 * 60 * 1e-3)


def test_refit_counts_and_the_search_is_left_as_it_is():
    without = search()
    before = str(without.get_params())
    cost = estimate_cost(without, X, Y)
    assert str(without.get_params()) == before
    assert not hasattr(without, "cv_results_")
    more = estimate_cost(search(refit=True), X, Y)
    assert more.core_seconds > cost.core_seconds


@pytest.mark.parametrize(("strategy", "n_scored"), [("random", 3), ("halving", 5)])
def test_scores_are_of_each_epoch_in_halving_and_else_one_a_fit(strategy, n_scored):
    estimator = Sleeper(score_pace=1e-2)
    more = search(strategy).set_params(estimator=estimator)
    extra = (
        estimate_cost(more, X, Y).core_seconds - estimate_cost(search(strategy), X, Y).core_seconds
    )
    assert extra == pytest.approx(n_scored * 2 * 60 * 1e-2)


class Tracer(Sleeper):
    """Takes ten seconds more for the first score of all."""

    n_scored = 0

    def predict(self, X):
        spend(0.0 if type(self).n_scored else 10.0)
        type(self).n_scored += 1
        return super().predict(X)


def test_what_is_traced_in_the_first_score_does_not_grow_with_the_rows():
    slow = estimate_cost(search().set_params(estimator=Tracer(score_pace=1e-2)), X, Y, n_rows=10)
    fast = estimate_cost(search().set_params(estimator=Sleeper(score_pace=1e-2)), X, Y, n_rows=10)
    assert slow.core_seconds == pytest.approx(fast.core_seconds)  # in the median none is traced


def test_folds_by_groups():
    groups = np.arange(N_ROWS) % 3
    cost = estimate_cost(search(cv=GroupKFold(3)), X, Y, groups=groups)
    assert cost.n_fits == 9


class Touchy(Sleeper):
    """Fails at the pace that it is told."""

    def __init__(self, pace=1e-4, epochs=4, score_pace=0.0, fails=()):
        super().__init__(pace, epochs, score_pace)
        self.fails = fails

    def partial_fit(self, X, y, classes=None):
        if self.pace in self.fails:
            raise RuntimeError("as told")
        return super().partial_fit(X, y, classes)


def test_a_candidate_that_fails_costs_nothing():
    cost = estimate_cost(search().set_params(estimator=Touchy(fails=(3e-4,))), X, Y)
    # The paces 1e-4 and 2e-4, and of three candidates one that ends at once.
    assert cost.core_seconds == pytest.approx(2 * 60 * 4 * (1e-4 + 2e-4))


def test_nothing_to_estimate_from():
    failing = search().set_params(estimator=Touchy(fails=(1e-4, 2e-4, 3e-4)))
    with pytest.raises(ValueError, match=r"None of the 3 candidates .* RuntimeError\('as told'\)"):
        estimate_cost(failing, X, Y)


def test_processes_share_the_work_and_take_memory_each():
    one, two = (estimate_cost(search(n_jobs=n_jobs), X, Y) for n_jobs in (1, 2))
    assert two.seconds == pytest.approx(one.seconds / 2 + _cost.START)
    assert two.memory is None or two.memory > 2 * one.memory


def test_str_tells_minutes_memory_and_fits():
    cost = SearchCost(90.0, 180.0, 2.5e9, 12, 3.0)
    assert str(cost) == "about 1.5 minutes, 2.5 GB for 12 fits"
    assert str(SearchCost(90.0, 180.0, None, 12, 3.0)) == "about 1.5 minutes for 12 fits"
