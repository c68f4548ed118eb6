"""One candidate on one fold: fitted whole, or epoch by epoch with waiting in between."""

import json
import time
from math import isnan, nan
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn
from imblearn.pipeline import Pipeline as OtherPipeline
from joblib import Memory
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.metrics import check_scoring
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.class_weight import compute_sample_weight

from sk_textnn import AveragingClassifier, LSTMClassifier
from sk_textnn.search import _tasks
from sk_textnn.search._tasks import (
    FoldData,
    Outcome,
    Task,
    can_pause,
    drop_checkpoints,
    last_step,
    run_task,
)
from tests.search.scripted import Scripted, Twice, Whole, read

X = np.arange(1, 13).reshape(-1, 1)
Y = np.array([0, 1] * 6)
HALVES = [(np.arange(6), np.arange(6, 12)), (np.arange(6, 12), np.arange(6))]
CURVE = (0.1, 0.5, 0.3, 0.4)


def _data(estimator=None, *, y=Y, scoring=None, fit_params=None, score_params=None, raises=False):
    scorer = scoring if callable(scoring) else check_scoring(estimator or Whole(), scoring)
    return FoldData(X, y, HALVES, scorer, fit_params or {}, score_params or {}, raises)


def _curve(outcome):
    return [scores["score"] for scores in outcome.by_epoch]


def test_whole():
    outcome = run_task(_data(), Whole(CURVE, epochs=3), Task(0, 1), None)
    assert outcome.scores == {"score": 0.3}
    assert outcome.by_epoch == []
    assert outcome.error == ""
    assert outcome.fit_seconds >= 0
    assert outcome.score_seconds >= 0


def test_fitted_and_scored_on_the_rows_of_the_fold(tmp_path):
    seen = []

    def score(estimator, X, y):
        seen.append((estimator, X.ravel().tolist(), y.tolist()))
        return 1.0

    run_task(_data(scoring=score), Whole(), Task(0, 0), None)
    run_task(_data(scoring=score), Scripted(epochs=2), Task(0, 1, 1), str(tmp_path))
    assert [rows for _, rows, _ in seen] == [[*range(7, 13)], [*range(1, 7)]]
    assert [labels for _, _, labels in seen] == [[0, 1] * 3] * 2


def test_without_targets():
    class Mean(BaseEstimator):
        def fit(self, X, y=None):
            self.mean_ = X.mean()
            return self

        def score(self, X, y=None):
            return self.mean_

    assert run_task(_data(y=None), Mean(), Task(0, 0), None).scores == {"score": 3.5}


def test_epoch_by_epoch_with_waiting_in_between(tmp_path):
    log = str(tmp_path / "log")
    clf = Scripted(CURVE, log=log)
    for epochs in (1, 3, 4):
        outcome = run_task(_data(), clf, Task(7, 0, epochs), str(tmp_path))
        assert _curve(outcome) == [*CURVE[:epochs]]
        assert outcome.scores == {"score": CURVE[epochs - 1]}
    assert read(log) == [f"epoch  {epoch} 21" for epoch in (1, 2, 3, 4)]
    assert not hasattr(clf, "n_epochs_")


def test_seconds_are_those_of_all_epochs(tmp_path):
    class Slow(Scripted):
        def partial_fit(self, *args, **kwargs):
            time.sleep(0.02)
            return super().partial_fit(*args, **kwargs)

        def score(self, X, y):
            time.sleep(0.01)
            return 1.0

    for epochs in (1, 2, 3, 4):
        outcome = run_task(_data(), Slow(), Task(0, 0, epochs), str(tmp_path))
        assert outcome.fit_seconds >= 0.02 * epochs
        assert outcome.score_seconds >= 0.01 * epochs
    assert outcome.fit_seconds < 1


SPENT = [0]


class Busy(Scripted):
    def _learn(self, *args):
        SPENT[0] += 10
        super()._learn(*args)

    def score(self, X, y):
        SPENT[0] += 1
        return super().score(X, y)


def test_processor_time_is_that_of_all_epochs_and_scores(tmp_path, monkeypatch):
    clock = SimpleNamespace(
        perf_counter=time.perf_counter, process_time=lambda: SPENT[0], time_ns=time.time_ns
    )
    monkeypatch.setattr(_tasks, "time", clock)
    for epochs in (1, 2, 4):
        outcome = run_task(_data(), Busy(epochs=4), Task(0, 0, epochs), str(tmp_path))
        assert outcome.cpu_seconds == 11 * epochs
    assert run_task(_data(), Busy(epochs=4), Task(0, 0), None).cpu_seconds == 41
    failed = Busy(epochs=4, error=ValueError, error_at=3)
    assert run_task(_data(), failed, Task(0, 0), None).cpu_seconds == 30


def test_folds_and_candidates_do_not_meet(tmp_path):
    log = str(tmp_path / "log")
    for candidate in (1, 11):
        for fold in (0, 1):
            run_task(_data(), Scripted(log=log), Task(candidate, fold, 1), str(tmp_path))
    assert read(log) == ["epoch  1 21", "epoch  1 57"] * 2
    drop_checkpoints(str(tmp_path), 1)
    run_task(_data(), Scripted(log=log), Task(11, 0, 2), str(tmp_path))
    run_task(_data(), Scripted(log=log), Task(1, 0, 2), str(tmp_path))
    assert read(log)[4:] == ["epoch  2 21", "epoch  1 21", "epoch  2 21"]


def test_what_is_lost_is_trained_again(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    clf = AveragingClassifier(embedding_dim=4, n_buckets=8, epochs=4, random_state=0)
    run_task(_data(clf), clf, Task(0, 0, 1), str(first))
    kept = run_task(_data(clf, scoring="neg_log_loss"), clf, Task(0, 0, 2), str(second))
    lost = run_task(_data(clf, scoring="neg_log_loss"), clf, Task(0, 0, 2), str(second))
    assert len(kept.by_epoch) == 2
    assert lost.by_epoch == kept.by_epoch


def test_what_cannot_be_read_is_trained_again(tmp_path):
    run_task(_data(), Scripted(CURVE), Task(0, 0, 1), str(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    assert _curve(run_task(_data(), Scripted(CURVE), Task(0, 0, 2), str(tmp_path))) == [0.1, 0.5]


def test_a_later_checkpoint_is_no_use(tmp_path):
    clf = Scripted(CURVE)
    run_task(_data(), clf, Task(0, 0, 3), str(tmp_path))
    assert _curve(run_task(_data(), clf, Task(0, 0, 2), str(tmp_path))) == [0.1, 0.5]


def test_the_latest_checkpoint_counts_as_a_number(tmp_path):
    log = str(tmp_path / "log")
    clf = Scripted(log=log)
    for epochs in (9, 10, 11):
        run_task(_data(), clf, Task(0, 0, epochs), str(tmp_path))
    assert len(read(log)) == 11


def test_a_save_that_was_interrupted(tmp_path, monkeypatch):
    def killed(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            run_task(_data(), Scripted(CURVE), Task(0, 0, 1), str(tmp_path))
    assert _curve(run_task(_data(), Scripted(CURVE), Task(0, 0, 2), str(tmp_path))) == [0.1, 0.5]
    assert len(list(tmp_path.iterdir())) == 2
    drop_checkpoints(str(tmp_path), 0)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_imported_waits_too(tmp_path):
    """As classes and functions of a notebook."""

    class Local(Scripted):
        pass

    clf = Local(CURVE).set_params(name=lambda: "a function")
    for epochs in (1, 2):
        outcome = run_task(_data(), clf, Task(0, 0, epochs), str(tmp_path))
    assert outcome.error == ""
    assert _curve(outcome) == [0.1, 0.5]


def test_the_scores_of_a_network_are_those_of_an_uninterrupted_run(tmp_path):
    clf = LSTMClassifier(
        units=2, embedding_dim=4, recurrent_dropout=0.1, learning_rate=0.05, random_state=0
    )
    data = _data(clf, scoring="neg_log_loss")
    for epochs in (1, 3):
        outcome = run_task(data, clf, Task(0, 0, epochs), str(tmp_path))
    straight, expected = sklearn.clone(clf), []
    for _ in range(3):
        straight.partial_fit(X[:6], Y[:6], classes=[0, 1])
        expected.append(data.scorer(straight, X[6:], Y[6:]))
    assert _curve(outcome) == expected
    assert len(set(expected)) == 3


@pytest.mark.parametrize("names", [("end", "clf", "last"), ("clf", "passthrough", "end")])
def test_steps_are_learned_once_whatever_their_names(names, tmp_path):
    log = str(tmp_path / "log")
    steps = [Twice(2, log=log), Twice(3, log=log), Scripted(CURVE)]
    pipeline = Pipeline([*zip(names, steps, strict=True)], memory=Memory(tmp_path, verbose=0))
    seen = []

    def score(estimator, X, y):
        seen.append(estimator)
        return estimator.score(X, y)

    for epochs in (1, 2):
        for fold in (0, 1):
            task = Task(0, fold, epochs)
            outcome = run_task(_data(scoring=score), pipeline, task, str(tmp_path))
    assert _curve(outcome) == [0.1, 0.5]
    assert sorted(read(log)) == sorted(["step 2 21", "step 2 57", "step 3 42", "step 3 114"])
    assert {type(estimator) for estimator in seen} == {Pipeline}
    assert [*seen[-1].named_steps] == [*names]
    assert seen[-1].predict(X).shape == (12,)
    assert not hasattr(pipeline[0], "n_features_in_")


def test_what_can_pause():
    for clf in (Scripted(), AveragingClassifier()):
        assert can_pause(clf)
        assert can_pause(make_pipeline(Twice(), clf))
        assert last_step(make_pipeline(Twice(), clf)) is clf
    for other in (Whole(), SGDClassifier(), LogisticRegression(), LinearRegression()):
        assert not can_pause(other)
        assert not can_pause(make_pipeline(Twice(), other))
        assert last_step(other) is other
    assert not can_pause(make_pipeline(Twice(), "passthrough"))


def test_pipelines_of_others_are_fitted_whole(tmp_path):
    """Their steps may do more than transform."""

    class Sampler(BaseEstimator):
        def fit_resample(self, X, y):
            return np.repeat(X, 2, axis=0), np.repeat(y, 2)

    log = str(tmp_path / "log")
    pipeline = OtherPipeline([("more", Sampler()), ("clf", Scripted(CURVE, epochs=2, log=log))])
    outcome = run_task(_data(), pipeline, Task(0, 0, 1), str(tmp_path))
    assert outcome.error == ""
    assert outcome.scores == {"score": 0.5}
    assert read(log) == ["fit  12"]


@pytest.mark.parametrize("weights", [None, np.array([1, 2, 0, 4, 1, 1] * 2)])
def test_balanced_classes_weigh_as_in_a_fit(weights, tmp_path):
    y = np.array(["1", "1", "1", "1", "2", "2"] * 2)  # numbers that are names
    clf = AveragingClassifier(
        embedding_dim=4, n_buckets=8, dropout=0, spatial_dropout=0, learning_rate=0.1
    ).set_params(class_weight="balanced", random_state=0)
    given = {} if weights is None else {"sample_weight": weights}
    data = _data(clf, y=y, scoring="neg_log_loss", fit_params=given)
    for epochs in (1, 2):
        outcome = run_task(data, clf, Task(0, 0, epochs), str(tmp_path))
    assert outcome.error == ""

    def by_fit(**params):
        other = sklearn.clone(clf).set_params(early_stopping=False, epochs=2, **params)
        other.fit(X[:6], y[:6], **{name: values[:6] for name, values in given.items()})
        return pytest.approx(data.scorer(other, X[6:], y[6:]), rel=1e-4)

    assert outcome.scores["score"] == by_fit()
    assert outcome.scores["score"] != by_fit(class_weight=None)


@pytest.mark.parametrize("form", [np.asarray, csr_array, lambda table: table.tolist()])
def test_balanced_labels_of_which_a_row_may_have_any_number(form, tmp_path):
    seen = []

    class Table(Scripted):
        def partial_fit(self, X, y, classes=None, sample_weight=None):
            seen.append((classes, self.class_weight, sample_weight.tolist()))
            return self

        def score(self, X, y):
            return 1.0

    table = np.column_stack([Y, np.arange(12) % 3 == 0]).astype(int)
    clf = Table(class_weight="balanced")
    outcome = run_task(_data(y=form(table)), clf, Task(0, 0, 1), str(tmp_path))
    assert outcome.error == ""
    expected = compute_sample_weight("balanced", table[:6])
    assert seen == [(None, None, pytest.approx(expected.tolist()))]


def test_a_regressor_has_no_classes(tmp_path):
    class Regressor(BaseEstimator):
        epochs = 2

        def partial_fit(self, X, y):
            self.fitted_ = True
            return self

        def score(self, X, y):
            return 0.5

    outcome = run_task(_data(y=Y / 7), Regressor(), Task(0, 0, 1), str(tmp_path))
    assert (outcome.error, outcome.scores) == ("", {"score": 0.5})


@pytest.mark.parametrize("epochs", [None, 1])
def test_weights_reach_fit_and_score(epochs, tmp_path):
    weights = {"sample_weight": np.arange(12.0)}
    seen = []

    def score(estimator, X, y, sample_weight):
        seen.append((estimator.weight_, sample_weight.tolist()))
        return 1.0

    data = _data(scoring=score, fit_params=weights, score_params=weights)
    assert run_task(data, Scripted(), Task(0, 0, epochs), str(tmp_path)).error == ""
    assert seen == [(15.0, [6, 7, 8, 9, 10, 11])]


def test_only_the_last_step_is_given_anything(tmp_path):
    pipeline = Pipeline([("twice", Twice()), ("clf", Scripted(CURVE))])
    given = {"clf__sample_weight": np.ones(12)}
    outcome = run_task(_data(fit_params=given), pipeline, Task(0, 0, 1), str(tmp_path))
    assert outcome.scores == {"score": 0.1}
    given["twice__something"] = 1
    outcome = run_task(_data(fit_params=given), pipeline, Task(1, 0, 1), str(tmp_path))
    assert outcome.error.startswith("ValueError: fit was given twice__something, but")
    assert "pass clf__sample_weight, or leave it out" in outcome.error


def test_metadata_that_is_routed(tmp_path):
    with sklearn.config_context(enable_metadata_routing=True):
        clf = Scripted().set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        pipeline = Pipeline([("twice", Twice()), ("clf", clf)])
        seen = []

        def score(estimator, X, y):
            seen.append(estimator[-1].weight_)
            return 1.0

        data = _data(scoring=score, fit_params={"sample_weight": np.arange(12.0)})
        outcome = run_task(data, pipeline, Task(0, 0, 1), str(tmp_path))
    assert outcome.error == ""
    assert seen == [15.0]


@pytest.mark.parametrize("epochs", [None, 1])
@pytest.mark.parametrize("error", [ValueError, MemoryError, RecursionError])
def test_what_a_candidate_raises_is_its_outcome(epochs, error, tmp_path):
    outcome = run_task(_data(), Scripted(error=error), Task(0, 0, epochs), str(tmp_path))
    assert outcome.error == f"{error.__name__}: as told"
    assert outcome.scores == {}
    with pytest.raises(error, match="as told"):
        run_task(_data(raises=True), Scripted(error=error), Task(0, 0, epochs), str(tmp_path))


@pytest.mark.parametrize("epochs", [None, 1])
def test_who_interrupts_is_heard(epochs, tmp_path):
    for error in (KeyboardInterrupt, SystemExit):
        with pytest.raises(error):
            run_task(_data(), Scripted(error=error), Task(0, 0, epochs), str(tmp_path))


def test_a_failure_later_on(tmp_path):
    clf = Scripted(CURVE, error=ValueError, error_at=3)
    assert run_task(_data(), clf, Task(0, 0, 2), str(tmp_path)).error == ""
    outcome = run_task(_data(), clf, Task(0, 0, 4), str(tmp_path))
    assert outcome.error == "ValueError: as told"
    assert outcome.scores == {}


@pytest.mark.parametrize("epochs", [None, 1])
@pytest.mark.parametrize("score", [nan, np.inf, np.float32(nan)])
def test_scores_that_are_no_numbers(epochs, score, tmp_path):
    outcome = run_task(_data(), Scripted([score]), Task(0, 0, epochs), str(tmp_path))
    assert outcome.error == "score is not a number"


@pytest.mark.parametrize("epochs", [None, 1])
def test_of_several_scores_one_may_fail(epochs, tmp_path):
    from sklearn.metrics._scorer import _MultimetricScorer

    def fails(estimator, X, y):
        raise ValueError("no such thing")

    scorers = {"good": check_scoring(Whole(), None), "bad": fails, "odd": lambda e, X, y: nan}
    scorer = _MultimetricScorer(scorers=scorers, raise_exc=False)
    data = _data(scoring=scorer)
    outcome = run_task(data, Scripted(CURVE, epochs=1), Task(0, 0, epochs), str(tmp_path))
    assert outcome.error == "bad: ValueError: no such thing; odd is not a number"
    assert outcome.scores["good"] == 0.1
    assert isnan(outcome.scores["bad"])
    assert isnan(outcome.scores["odd"])


def test_a_score_of_no_kind_is_an_error(tmp_path):
    outcome = run_task(_data(scoring=lambda e, X, y: None), Whole(), Task(0, 0), None)
    assert outcome.error.startswith("TypeError")


def test_outcomes_survive_json(tmp_path):
    outcome = run_task(_data(), Scripted(CURVE), Task(0, 0, 2), str(tmp_path))
    assert Outcome.from_json(json.loads(json.dumps(outcome.as_json()))) == outcome


def test_names_of_tasks():
    assert [str(Task(3, 1, 9)), str(Task(3, 1))] == ["3-1-9", "3-1-all"]
