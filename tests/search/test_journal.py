"""Journals: what is recorded stays, what is claimed is run once, and nothing else gets in."""

import math
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import optuna
import pytest
from sklearn.model_selection import KFold

from sk_textnn import ArchitectureSearchCV, CNNClassifier
from sk_textnn.search import _journal
from sk_textnn.search._journal import open_journal
from sk_textnn.search._tasks import Outcome, Task
from tests.search.journalled import (
    LABELS,
    LEVELS,
    N_EPOCHS,
    N_TASKS,
    TEXTS,
    Journalled,
    lines,
    make_search,
    results_of,
)

SEARCH = {"data": "1", "folds": "2", "n_iter": "3"}
TASK = Task(0, 1, 3)
OUTCOME = Outcome({"a": 0.1 + 0.2, "b": 1 / 3}, 1.5, 0.5, [{"a": 0.0, "b": 1e-300}])


@pytest.fixture
def journal(tmp_path):
    """A function that opens a journal as often as wanted, each time as another process would."""
    opened = []

    def journal(where="journal.db", search=SEARCH):
        name = where if "://" in where else tmp_path / where
        opened.append(open_journal(name, search))
        return opened[-1]

    yield journal
    for each in opened:
        each.close()


@pytest.fixture
def impatient(monkeypatch):
    """It is tried only twice to open a database."""
    monkeypatch.setattr(_journal, "ATTEMPTS", 2)
    monkeypatch.setattr(_journal, "PAUSE", 0.0)


def trials(path):
    """Return the trials in a journal."""
    url = f"sqlite:///{path}"
    (study,) = optuna.get_all_study_summaries(url)
    return optuna.load_study(study_name=study.study_name, storage=url).trials


def open_files():
    """Return what this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    return {os.path.realpath(each) for each in folder.iterdir()} if folder.exists() else set()


def test_in_memory():
    kept = open_journal(None, {})
    assert kept.claim(TASK)
    kept.record(TASK, OUTCOME)
    assert kept.outcomes() == {TASK: OUTCOME}
    assert not kept.claim(TASK)
    assert kept.claim(Task(0, 1, 9))


def test_a_claim_is_one_process_s_until_it_is_released(journal):
    one, other = journal(), journal()
    assert one.claim(TASK)
    assert one.claim(TASK)  # still its own
    assert not other.claim(TASK)
    assert other.claim(Task(0, 1, 9))
    one.release(TASK)
    one.release(TASK)
    assert other.claim(TASK)
    assert not one.claim(TASK)


def test_what_is_recorded_is_done(journal, tmp_path):
    one, other = journal(), journal()
    failure = Outcome({"a": math.nan}, error="out of memory")
    for task, outcome in ((TASK, OUTCOME), (Task(2, 0, None), failure)):
        assert one.claim(task)
        one.record(task, outcome)
    for each in (one, other, journal()):
        assert not each.claim(TASK)
        assert each.outcomes()[TASK] == OUTCOME
        assert each.outcomes()[Task(2, 0, None)].error == "out of memory"
        assert math.isnan(each.outcomes()[Task(2, 0, None)].scores["a"])
    done, failed = trials(tmp_path / "journal.db")
    assert (done.state.name, done.value) == ("COMPLETE", OUTCOME.scores["a"])
    assert (failed.state.name, failed.value) == ("FAIL", None)


def test_of_many_at_once_only_one_runs_a_task(journal):
    n_others, tasks = 4, [Task(number, 0) for number in range(8)]
    at_once = threading.Barrier(n_others)

    def claim_all(_):
        at_once.wait()
        mine = journal()  # also the database is made by all at once
        return [task for task in tasks if mine.claim(task)]

    with ThreadPoolExecutor(n_others) as pool:
        claimed = list(pool.map(claim_all, range(n_others)))
    assert sorted(task for each in claimed for task in each) == tasks


def test_the_claims_of_a_process_that_died_are_free(journal, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 2**22 + 1)  # more than there can be
        dead = journal()
    assert dead.claim(TASK)
    living = journal()
    assert living.claim(TASK)
    dead.record(TASK, OUTCOME)  # it lives, after all
    assert living.outcomes() == {TASK: OUTCOME}
    living.record(TASK, Outcome({"a": 0.9}))
    assert journal().outcomes() == {TASK: OUTCOME}
    assert "RUNNING" not in {trial.state.name for trial in trials(tmp_path / "journal.db")}


def test_an_outcome_of_a_process_that_died_then(journal, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 2**22 + 1)
        dead = journal()
    dead.claim(TASK)
    monkeypatch.setattr(dead, "_end", lambda *args: None)
    dead.record(TASK, OUTCOME)
    assert journal().outcomes() == {TASK: OUTCOME}
    (trial,) = trials(tmp_path / "journal.db")
    assert (trial.state.name, trial.value) == ("COMPLETE", OUTCOME.scores["a"])


def test_a_process_elsewhere_lives_while_it_gives_signs_of_it(journal, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(_journal.socket, "gethostname", lambda: "a machine elsewhere")
        patch.setattr(os, "getpid", lambda: 2**22 + 1)
        far = journal()
    assert far.claim(TASK)
    near = journal()
    assert not near.claim(TASK)
    monkeypatch.setattr(_journal, "DEAD_AFTER", 0.0)
    assert near.claim(TASK)


def test_signs_of_life_go_on_after_an_error(journal, monkeypatch):
    monkeypatch.setattr(_journal, "BEAT", 0.01)
    errors = iter([OSError("the database is down")] * 3)
    beats = []

    def beat(self):
        beats.append(time.time())
        for error in errors:
            raise error

    living = journal()
    monkeypatch.setattr(_journal.StoredJournal, "_beat", beat)
    end = time.monotonic() + 10
    while len(beats) < 5 and time.monotonic() < end:
        time.sleep(0.01)
    assert len(beats) >= 5
    assert living.claim(TASK)


def test_nothing_stays_after_the_end(tmp_path):
    threads = set(threading.enumerate())
    path = tmp_path / "journal.db"
    kept = open_journal(path, SEARCH)
    kept.claim(TASK)
    kept.close()
    with pytest.raises(ValueError, match="of a search with other"):
        open_journal(path, {"data": "2"})
    assert set(threading.enumerate()) == threads
    assert os.path.realpath(path) not in open_files()
    assert open_journal(path, SEARCH).claim(TASK)
    path.unlink()


@pytest.mark.parametrize("name", ["with space", "größe €", "100%20", "{0}", "what?", "a#b", "x;y"])
def test_names_of_files(name, journal, tmp_path):
    kept = journal(name)
    kept.claim(TASK)
    kept.record(TASK, OUTCOME)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert journal(name).outcomes() == {TASK: OUTCOME}


def test_a_file_by_its_url(journal, tmp_path):
    kept = journal()
    kept.claim(TASK)
    kept.record(TASK, OUTCOME)
    assert journal(f"sqlite:///{tmp_path}/journal.db").outcomes() == {TASK: OUTCOME}


def test_another_search_is_refused(journal, tmp_path):
    journal()
    message = f"The journal {tmp_path}/journal.db is of a search with other data and n_iter. Go on"
    with pytest.raises(ValueError, match=message):
        journal(search={**SEARCH, "data": "7", "n_iter": "8"})
    with pytest.raises(ValueError, match="with other data, folds and n_iter"):
        journal(search={"data": "7", "folds": "8", "n_iter": "9"})
    journal()


def test_what_is_no_place_for_a_journal(journal, tmp_path, impatient):
    (tmp_path / "corrupt.db").write_bytes(b"dear diary, " * 500)
    (tmp_path / "folder").mkdir()
    journal().close()
    read_only = f"sqlite:///file:{tmp_path}/journal.db?mode=ro&uri=true"
    for where, why in (
        ("missing/journal.db", "unable to open database file"),
        ("folder", "unable to open database file"),
        ("corrupt.db", "file is not a database"),
        (read_only, "readonly database"),
        ("nothing://journal", "Can't load plugin"),
    ):
        with pytest.raises(OSError, match=rf"^The journal .* cannot be read and written: .*{why}"):
            journal(where)
    assert (tmp_path / "corrupt.db").read_bytes() == b"dear diary, " * 500


def test_passwords_are_not_shown():
    assert _journal._shown("mysql+pymysql://me:secret@host/db") == "mysql+pymysql://me:***@host/db"


@pytest.mark.parametrize(
    ("what", "data", "params"),
    [
        ("data", [*TEXTS[:-1], "text 99"], {}),
        ("folds", TEXTS, {"cv": KFold(4)}),
        ("estimators", TEXTS, {"seconds": 0.001}),
        ("param_distributions", TEXTS, {"param_distributions": {"level": [0.5, 0.6]}}),
        ("n_iter", TEXTS, {"n_iter": 5}),
        ("scoring", TEXTS, {"scoring": "accuracy"}),
        ("factor", TEXTS, {"factor": 3}),
        ("random_state", TEXTS, {"random_state": 1}),
    ],
)
def test_a_search_is_refused_by_the_journal_of_another(what, data, params, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "shared.db"
    if not path.exists():
        make_search(journal=path).fit(TEXTS, LABELS)
    other = make_search(journal=path, seconds=params.pop("seconds", 0.0)).set_params(**params)
    with pytest.raises(ValueError, match=f"is of a search with other {what}\\. Go on with"):
        other.fit(data, LABELS)


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)])
def test_a_search_that_would_draw_other_candidates_each_time(random_state, tmp_path):
    search = make_search(journal=tmp_path / "journal.db", random_state=random_state)
    with pytest.raises(ValueError, match="A journal needs a random_state that is a number, not"):
        search.fit(TEXTS, LABELS)
    assert not (tmp_path / "journal.db").exists()


@pytest.mark.parametrize(
    ("strategy", "journal"), [("random", "{}/journal of ä.db"), ("tpe", "sqlite:///{}/journal.db")]
)
def test_a_search_that_is_done_is_only_read(strategy, journal, tmp_path):
    log = tmp_path / "log"
    params = {"strategy": strategy, "journal": journal.format(tmp_path)}
    first = make_search(log, **params).fit(TEXTS, LABELS)
    n_lines = len(lines(log))
    again = make_search(log, **{**params, "random_state": np.int64(0)}).fit(TEXTS, LABELS)
    assert len(lines(log)) == n_lines
    assert results_of(again) == results_of(first)
    assert (
        again.cv_results_["mean_fit_time"].tolist() == first.cv_results_["mean_fit_time"].tolist()
    )
    assert results_of(make_search(strategy=strategy).fit(TEXTS, LABELS)) == results_of(first)


def test_ctrl_c(tmp_path):
    log, journal = tmp_path / "log", tmp_path / "journal.db"
    threads = set(threading.enumerate())
    (tmp_path / "log.trap").write_text("interrupt 5")
    with pytest.warns(UserWarning, match="interrupted: the results are of 1 candidates"):
        stopped = make_search(log, journal=journal).fit(TEXTS, LABELS)
    assert len(stopped.cv_results_["params"]) == 1
    assert set(threading.enumerate()) == threads
    assert os.path.realpath(journal) not in open_files()
    assert {trial.state.name for trial in trials(journal)} == {"COMPLETE", "FAIL"}

    search = make_search(log, journal=journal).fit(TEXTS, LABELS)
    assert results_of(search) == results_of(make_search().fit(TEXTS, LABELS))
    trained = lines(log)
    assert len(trained) == len({epoch[:3] for epoch in trained}) == N_EPOCHS
    assert sum("outcome" in trial.user_attrs for trial in trials(journal)) == N_TASKS


def test_nothing_is_printed(tmp_path):
    root = Path(__file__).parents[2]
    code = f"""
from tests.search.journalled import *
for strategy in "halving", "tpe":
    for _ in range(2):
        journal = {str(tmp_path)!r} + f"/{{strategy}}.db"
        make_search(journal=journal, strategy=strategy).fit(TEXTS, LABELS)
"""
    process = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout == ""
    assert process.returncode == 0


_left = {"scores": math.inf}  # until somebody interrupts


def _score(estimator, X, y):
    _left["scores"] -= 1
    if _left["scores"] == 0:
        raise KeyboardInterrupt
    return estimator.score(X, y)


def test_networks_go_on_after_ctrl_c(tmp_path):
    X = np.random.default_rng(0).integers(1, 9, size=(40, 5))
    y = (X == 1).any(axis=1)

    def search(**params):
        network = CNNClassifier(filters=4, embedding_dim=8, epochs=2, random_state=0)
        space = {"learning_rate": [0.01, 0.1]}
        fixed = {"n_iter": 2, "cv": 2, "factor": 2, "scoring": _score, "random_state": 0}
        return ArchitectureSearchCV(network, space, refit=False, **fixed, **params).fit(X, y)

    one_go = search()
    n_scores = 2 * 2 + 2  # two candidates on two folds, and one of them for another epoch
    _left["scores"] = n_scores  # in the second round, on the second fold
    with pytest.warns(UserWarning, match="interrupted"):
        search(journal=tmp_path / "journal.db")
    _left["scores"] = n_scores
    assert results_of(search(journal=tmp_path / "journal.db")) == results_of(one_go)
    assert _left["scores"] == n_scores - 1  # what was interrupted is all that was left
    _left["scores"] = math.inf


class _Levelled(Journalled):
    """Scores by its level, two ways, and remembers no epoch."""

    partial_fit = None

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self


def _two_scores(estimator, X, y):
    return {"up": estimator.level, "down": -estimator.level}


def test_what_tpe_draws_for_one_score_is_not_gone_on_with_for_another(tmp_path):
    params = {"strategy": "tpe", "scoring": _two_scores, "journal": tmp_path / "journal.db"}
    make_search(estimator=_Levelled, refit="up", **params).fit(TEXTS, LABELS)
    other = make_search(estimator=_Levelled, refit="down", **params)
    with pytest.raises(ValueError, match=r"is of a search with other refit\. Go on with"):
        other.fit(TEXTS, LABELS)


def test_optuna_shows_the_search(tmp_path):
    """Its dashboard and pictures read what its trials have: parameters, values, curves."""
    journal = tmp_path / "journal.db"
    search = make_search(journal=journal).fit(TEXTS, LABELS)
    found = trials(journal)
    assert {trial.params["level"] for trial in found} == set(search.results_["param_level"])
    last = max(found, key=lambda trial: trial.last_step)
    assert last.user_attrs["candidate"] == {"level": str(last.params["level"])}
    assert list(last.intermediate_values) == [1, 2, 3, 4]
    assert last.intermediate_values[4] == last.value
    url = f"sqlite:///{journal}"
    (study,) = optuna.get_all_study_summaries(url)
    study = optuna.load_study(study_name=study.study_name, storage=url)
    assert list(optuna.importance.get_param_importances(study)) == ["level"]


def test_optuna_tells_the_estimators_of_a_search_apart(tmp_path):
    estimators = {"one": Journalled(), "other": Journalled()}
    space = {"one": {"level": LEVELS}, "other": [{"level": LEVELS[:2]}, {"epochs": [2, 3]}]}
    params = {"journal": tmp_path / "journal.db", "scoring": _by_level, "refit": "level"}
    make_search(**params).set_params(estimator=estimators, param_distributions=space).fit(
        TEXTS, LABELS
    )
    found = trials(tmp_path / "journal.db")
    assert {trial.params["estimator"] for trial in found} == {"one", "other"}
    for trial in found:
        name = trial.params["estimator"]
        assert all(key.startswith((name, "estimator")) for key in trial.params)
        if f"{name}: level" in trial.params:
            assert trial.value == trial.params[f"{name}: level"]


def _by_level(estimator, X, y):
    return {"length": len(X), "level": estimator.level}
