"""Tasks are run once, here or in other processes, whatever happens to these."""

import threading
import time
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning

from sk_textnn.search import _runner
from sk_textnn.search._journal import Journal, open_journal
from sk_textnn.search._runner import Runner
from sk_textnn.search._tasks import FoldData, Outcome, Task
from sk_textnn.search._workers import ENDED
from tests.search.journalled import (
    CV,
    LABELS,
    LEVELS,
    N_EPOCHS,
    TEXTS,
    Counted,
    Deadly,
    Journalled,
    levels,
    lines,
    make_search,
    results_of,
)

TASKS = [Task(candidate, fold, 1) for candidate in range(2) for fold in range(3)]


class Watched(Journal):
    """A journal in memory that also tells which claims have neither been released nor recorded."""

    def __init__(self):
        super().__init__()
        self.claims = []

    def claim(self, task):
        claimed = super().claim(task)
        if claimed:
            self.claims.append(task)
        return claimed

    def release(self, task):
        if task in self.claims:
            self.claims.remove(task)

    def record(self, task, outcome):
        super().record(task, outcome)
        self.claims.remove(task)


def score(estimator, X, y, **params):
    return estimator.score(X, y)


@pytest.fixture
def make_runner(tmp_path):
    """A function that returns a runner, and a list that what is done is added to."""

    def make_runner(journal=None, *, scorer=score, raises=False, deadline=None):
        data = FoldData(TEXTS, LABELS, list(CV.split(TEXTS, LABELS)), scorer, {}, {}, raises)
        done = []
        (tmp_path / "checkpoints").mkdir()
        runner = Runner(
            data,
            journal or Watched(),
            tmp_path,
            str(tmp_path / "checkpoints"),
            in_parts=True,
            n_jobs=None,
            deadline=deadline,
            on_done=lambda task, outcome: done.append((task, outcome)),
        )
        return runner, done

    return make_runner


@pytest.fixture
def estimators(tmp_path):
    return {
        number: Journalled(level, log=tmp_path / "log") for number, level in enumerate((0.1, 0.2))
    }


@pytest.fixture(scope="module")
def in_one_process():
    """The results of the search in this process."""
    return results_of(make_search().fit(TEXTS, LABELS))


def test_each_task_is_run_once(make_runner, estimators, tmp_path):
    runner, done = make_runner()
    outcomes = runner.run(estimators, TASKS[:4])
    assert list(outcomes) == TASKS[:4]
    assert done == list(outcomes.items())
    assert runner.run(estimators, TASKS[:4]) == outcomes
    assert list(runner.run(estimators, TASKS)) == TASKS
    assert len(lines(tmp_path / "log")) == len(TASKS)
    assert not runner.journal.claims
    assert runner.stopped_by == ""


def test_after_the_deadline_nothing_begins(make_runner, estimators, tmp_path):
    runner, done = make_runner(deadline=time.monotonic() + 0.5)
    runner.run(estimators, TASKS[:1])
    time.sleep(0.5)
    assert list(runner.run(estimators, TASKS)) == TASKS[:1]
    assert runner.stopped_by == "time"
    assert len(done) == len(lines(tmp_path / "log")) == 1


def test_it_waits_for_what_others_are_at(make_runner, estimators, tmp_path):
    others = open_journal(tmp_path / "journal.db", {"data": "1"})
    assert others.claim(TASKS[1])
    own = open_journal(tmp_path / "journal.db", {"data": "1"})
    runner, done = make_runner(own)
    later = threading.Timer(1.0, lambda: others.record(TASKS[1], Outcome({"score": 0.77})))
    later.start()
    outcomes = runner.run(estimators, TASKS)
    assert list(outcomes) == TASKS
    assert outcomes[TASKS[1]].scores == {"score": 0.77}
    assert TASKS[1] not in dict(done)
    later.join()
    own.close()
    others.close()


def test_it_waits_no_longer_than_it_may(make_runner, estimators, tmp_path):
    journal = Watched()
    journal.claim = lambda task: False
    runner, _ = make_runner(journal, deadline=time.monotonic() + 0.5)
    assert runner.run(estimators, TASKS) == {}
    assert runner.stopped_by == "time"


def test_who_interrupts_its_waiting_is_heard(make_runner, estimators, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    journal = Watched()
    claim = journal.claim
    journal.claim = lambda task: task == TASKS[0] and claim(task)
    runner, _ = make_runner(journal)
    monkeypatch.setattr(_runner, "time", SimpleNamespace(sleep=interrupt))
    assert list(runner.run(estimators, TASKS)) == TASKS[:1]
    assert runner.stopped_by == "interrupt"


@pytest.mark.parametrize("where", ["scorer", "claim", "on_done"])
def test_who_interrupts_is_heard_and_no_claim_stays(where, make_runner, estimators):
    calls = []

    def interrupt(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return score(*args) if where == "scorer" else claim(*args) if where == "claim" else None

    runner, _ = make_runner(scorer=interrupt if where == "scorer" else score)
    claim = runner.journal.claim
    if where == "claim":
        runner.journal.claim = interrupt
    if where == "on_done":
        runner.on_done = interrupt
    outcomes = runner.run(estimators, TASKS)
    assert list(outcomes) == (TASKS[:2] if where == "on_done" else TASKS[:1])
    assert runner.stopped_by == "interrupt"
    assert not runner.journal.claims


def test_an_error_that_shall_be_raised_leaves_no_claim(make_runner, estimators):
    def fail(estimator, X, y):
        raise RuntimeError("no score")

    runner, _ = make_runner(scorer=fail, raises=True)
    with pytest.raises(RuntimeError, match="no score"):
        runner.run(estimators, TASKS)
    assert not runner.journal.claims


@pytest.mark.parametrize(
    ("config", "n_workers"),
    [
        ({}, 0),
        ({"backend": "threading", "n_jobs": 2}, 0),
        ({"backend": "loky", "n_jobs": 2}, 2),
    ],
    ids=["here", "threads", "processes"],
)
def test_results_do_not_depend_on_where(config, n_workers, tmp_path, in_one_process):
    homemade = type("Homemade", (Journalled,), {"__module__": "__main__"})  # nobody can import it
    log = tmp_path / "log"
    X = Counted(TEXTS, tmp_path / "sent")
    search = make_search(log, estimator=homemade, scoring=lambda e, X, y: e.score(X, y))
    with joblib.parallel_config(**config):
        search.fit(X, LABELS)
    assert results_of(search) == in_one_process
    trained = lines(log)
    assert len(trained) == len({epoch[:3] for epoch in trained}) == N_EPOCHS
    assert (tmp_path / "sent").exists() == bool(n_workers)
    if n_workers:  # in all rounds together
        assert (tmp_path / "sent").read_text() == "sent\n" + "loaded\n" * n_workers
    assert len({pid for *_, pid in trained}) == (n_workers or 1)


def test_the_folds_of_a_candidate_are_in_one_process(tmp_path):
    """For each process has to trace its graph; but no process waits for the last ones."""
    log = tmp_path / "log"
    make_search(log, strategy="random", seconds=0.02, n_jobs=2).fit(TEXTS, LABELS)
    processes = {}
    for level, *_, pid in lines(log):
        processes.setdefault(level, set()).add(pid)
    assert [len(processes[level]) for level in levels()[:5]] == [1] * 5
    assert len({pid for pids in processes.values() for pid in pids}) == 2


def test_a_candidate_that_ends_its_process_is_a_failure(tmp_path):
    train, test = next(CV.split(TEXTS, LABELS))
    params = {"strategy": "random", "cv": [(train, test)], "journal": tmp_path / "journal.db"}
    log = tmp_path / "log"
    search = make_search(log, estimator=Deadly, n_jobs=2, **params)
    with pytest.warns(FitFailedWarning, match=f"1 of 6 fits failed; see failures_.\n1.*{ENDED}"):
        search.fit(TEXTS, LABELS)
    assert search.failures_.to_dict("records") == [
        {"level": max(LEVELS), "fold": 0, "error": ENDED}
    ]
    alone = make_search(**params | {"journal": None}).fit(TEXTS, LABELS)
    for found, expected in zip(
        results_of(search)["params"], results_of(alone)["params"], strict=True
    ):
        assert found == expected
    scores = search.cv_results_["mean_test_score"]
    failed = np.array([each["level"] == max(LEVELS) for each in search.cv_results_["params"]])
    assert np.isnan(scores).tolist() == failed.tolist()
    assert scores[~failed].tolist() == alone.cv_results_["mean_test_score"][~failed].tolist()
    n_lines = len(lines(log))
    with pytest.warns(FitFailedWarning):  # which is in the journal, too
        make_search(log, estimator=Deadly, **params).fit(TEXTS, LABELS)
    assert len(lines(log)) == n_lines


def test_a_worker_that_is_ended_by_accident_costs_nothing(tmp_path, in_one_process):
    log = tmp_path / "log"
    (tmp_path / "log.trap").write_text("kill 4")
    search = make_search(log, n_jobs=2).fit(TEXTS, LABELS)
    assert not (tmp_path / "log.trap").exists()
    assert results_of(search) == in_one_process
    assert search.failures_.empty
