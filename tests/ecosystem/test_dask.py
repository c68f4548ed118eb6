"""A search on a cluster of Dask: two worker processes, as there may be hundreds on machines."""

import os

import dask
import joblib
import pytest
from distributed import Client, LocalCluster
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import cross_val_score

from sk_textnn.search._runner import Runner
from sk_textnn.search._workers import ENDED
from tests.search.journalled import (
    CV,
    LABELS,
    LEVELS,
    N_EPOCHS,
    TEXTS,
    Counted,
    Deadly,
    lines,
    make_search,
    results_of,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Two worker processes; a task that ends one of them is not tried again."""
    settings = {"distributed.scheduler.allowed-failures": 0}
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    options["local_directory"] = tmp_path_factory.mktemp("dask")
    with (
        dask.config.set(settings),
        LocalCluster(**options, silence_logs="CRITICAL") as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def in_one_process():
    """The results of the search in this process."""
    return results_of(make_search().fit(TEXTS, LABELS))


def test_results_are_the_same_and_data_are_sent_once(client, tmp_path, in_one_process):
    log = tmp_path / "log"
    with joblib.parallel_config("dask"):
        search = make_search(log, seconds=0.02).fit(Counted(TEXTS, tmp_path / "sent"), LABELS)
    assert results_of(search) == in_one_process
    trained = lines(log)
    assert len(trained) == len({epoch[:3] for epoch in trained}) == N_EPOCHS
    assert len({pid for *_, pid in trained} - {os.getpid()}) == 2
    assert sorted((tmp_path / "sent").read_text().split()) == ["loaded"] * 2 + ["sent"]


def test_with_a_journal_after_ctrl_c(client, tmp_path, in_one_process, monkeypatch):
    log, params = tmp_path / "log", {"journal": tmp_path / "journal.db"}
    keep = Runner._keep

    def interrupt(self, task, outcome):
        if task.candidate == 2:
            raise KeyboardInterrupt
        keep(self, task, outcome)

    with joblib.parallel_config("dask"):
        monkeypatch.setattr(Runner, "_keep", interrupt)
        with pytest.warns(UserWarning, match="interrupted"):
            make_search(log, **params).fit(TEXTS, LABELS)
        monkeypatch.setattr(Runner, "_keep", keep)
        search = make_search(log, **params).fit(TEXTS, LABELS)
        n_lines = len(lines(log))
        again = make_search(log, **params).fit(TEXTS, LABELS)
    assert results_of(again) == results_of(search) == in_one_process
    assert len(lines(log)) == n_lines <= N_EPOCHS + 3  # one was not kept; two may have run


def test_a_candidate_that_ends_its_worker_is_a_failure(client, tmp_path):
    train, test = next(CV.split(TEXTS, LABELS))
    params = {"strategy": "random", "cv": [(train, test)]}
    with joblib.parallel_config("dask"), pytest.warns(FitFailedWarning, match=ENDED):
        search = make_search(tmp_path / "log", estimator=Deadly, **params).fit(TEXTS, LABELS)
    assert search.failures_.to_dict("records") == [
        {"level": max(LEVELS), "fold": 0, "error": ENDED}
    ]
    expected = make_search(**params).fit(TEXTS, LABELS).cv_results_["mean_test_score"]
    scores = search.cv_results_["mean_test_score"]
    assert sum(scores == expected) == len(scores) - 1


def test_nested_in_one_call(client):
    search = make_search(n_iter=2).set_params(refit=True)
    expected = cross_val_score(search, TEXTS, LABELS, cv=2, error_score="raise")
    with joblib.parallel_config("dask"):
        scores = cross_val_score(search, TEXTS, LABELS, cv=2, error_score="raise")
    assert scores.tolist() == expected.tolist()
