"""A search that is killed and begun again loses nothing; two of them share the work."""

import multiprocessing
import os
import pickle
import random
import signal
import time
from collections import Counter

import optuna
import pytest

from sk_textnn.search._journal import DEAD_AFTER
from tests.search.journalled import (
    LABELS,
    N_EPOCHS,
    N_TASKS,
    TEXTS,
    levels,
    lines,
    make_search,
    results_of,
    run,
)

# Processes that are new, but for what they import.
NEW = multiprocessing.get_context("forkserver")
NEW.set_forkserver_preload(["optuna", "tests.search.journalled"])


@pytest.fixture(scope="module")
def undisturbed():
    """The results of the search in one go."""
    return results_of(make_search().fit(TEXTS, LABELS))


@pytest.fixture
def start(tmp_path):
    """A function that starts the search in a process."""
    processes = []

    def start(name, *, seconds=0.05, **params):
        files = [tmp_path / "journal.db", tmp_path / "log", tmp_path / f"{name}.pickle"]
        process = NEW.Process(target=run, args=files, kwargs={"seconds": seconds} | params)
        process.start()
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()


def recorded(journal):
    """Return the outcomes in a journal: candidate, fold, and epochs as a number or "all"."""
    url = f"sqlite:///{journal}"
    try:
        (study,) = optuna.get_all_study_summaries(url)
        trials = optuna.load_study(study_name=study.study_name, storage=url).trials
    except ValueError:  # there is none yet
        return set()
    done = (trial.user_attrs["task"] for trial in trials if "outcome" in trial.user_attrs)
    words = (task.split("-") for task in done)
    return {tuple(int(each) if each.isdigit() else each for each in task) for task in words}


def finish(process):
    """Wait for a search to end by itself."""
    process.join(60)
    assert process.exitcode == 0


def kill(process):
    """End a process as nothing can prevent, and wait until it has ended."""
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(("n_jobs", "n_kills"), [(1, 5), (2, 1)])
def test_killed_at_any_moment(n_jobs, n_kills, start, tmp_path, undisturbed):
    journal, log = tmp_path / "journal.db", tmp_path / "log"
    rng, seconds = random.Random(n_jobs), 0.05 * n_jobs**2  # so that it is not done before
    before = []  # what was recorded, and how many lines had been written, when it was killed
    for _ in range(n_kills):
        process = start("killed", n_jobs=n_jobs, seconds=seconds)
        n_lines = len(lines(log)) + rng.randint(2, 5) * n_jobs
        wait_for(lambda n_lines=n_lines: len(lines(log)) >= n_lines)
        if n_jobs > 1:  # a worker tells of all folds of a candidate together
            wait_for(lambda: recorded(journal))
        time.sleep(rng.uniform(0.0, 0.05))
        kill(process)
        workers = {pid for *_, pid in lines(log)} - {process.pid}
        wait_for(lambda workers=workers: not any(map(is_alive, workers)))
        before.append((recorded(journal), len(lines(log))))
    finish(start("last", seconds=seconds))

    assert pickle.loads((tmp_path / "last.pickle").read_bytes()) == undisturbed
    assert len(recorded(journal)) == N_TASKS
    assert before[-1][0]  # or nothing would have been tested
    numbers = {level: number for number, level in enumerate(levels())}
    for tasks, n_lines in before:
        for level, fold, epoch, _ in lines(log)[n_lines:]:
            done = [e for number, f, e in tasks if (number, f) == (numbers[level], fold)]
            assert epoch > max(done, default=0)
    assert list(tmp_path.glob("journal.db.checkpoints/*")) == []


@pytest.mark.parametrize("url", [False, True])
def test_killed_before_workers_told_of_what_was_done(url, start, tmp_path):
    """Each has the three folds of a candidate, of four epochs, at once: two of them are done.

    With a URL, they have one fold each, as checkpoints are gone with the process.
    """
    log = tmp_path / "log"
    params = {"strategy": "random"}
    if url:
        params["journal"] = f"sqlite:///{tmp_path}/other.db"
    process = start("killed", n_jobs=2, **params)
    wait_for(lambda: len(lines(log)) >= 2 * 9)
    workers = {pid for *_, pid in lines(log)}
    assert process.pid not in workers
    send(signal.SIGSTOP, workers)  # so that it is known what they were at
    if url:
        n_done = sum(trained == 4 for trained in Counter(e[:2] for e in lines(log)).values())
        wait_for(lambda: len(recorded(tmp_path / "other.db")) >= n_done - len(workers))
    kill(process)
    send(signal.SIGCONT, workers)
    wait_for(lambda: not any(map(is_alive, workers)))
    finish(start("last", **params))
    found = pickle.loads((tmp_path / "last.pickle").read_bytes())
    assert found == results_of(make_search(strategy="random").fit(TEXTS, LABELS))
    n_epochs = Counter(epoch[:2] for epoch in lines(log))
    assert len(n_epochs) == 6 * 3
    assert sum(trained > 4 for trained in n_epochs.values()) <= 2  # what the workers were at
    assert list(tmp_path.glob("journal.db.checkpoints/*")) == []


def test_two_share_the_work(start, tmp_path, undisturbed):
    both = [start(name) for name in ("one", "other")]
    for process in both:
        finish(process)
    for name in ("one", "other"):
        assert pickle.loads((tmp_path / f"{name}.pickle").read_bytes()) == undisturbed
    trained = lines(tmp_path / "log")
    assert len(trained) == len({epoch[:3] for epoch in trained}) == N_EPOCHS
    shares = Counter(pid for *_, pid in trained)
    assert set(shares) == {process.pid for process in both}
    assert min(shares.values()) > N_EPOCHS / 5


def test_what_one_leaves_another_takes_over(start, tmp_path, undisturbed):
    one, other = start("one"), start("other")
    log = tmp_path / "log"
    wait_for(lambda: {one.pid, other.pid} <= {pid for *_, pid in lines(log)})
    kill(one)
    begun = time.monotonic()
    finish(other)
    assert time.monotonic() - begun < DEAD_AFTER / 2  # that it is gone is seen, not only guessed
    assert pickle.loads((tmp_path / "other.pickle").read_bytes()) == undisturbed
    trained = Counter(epoch[:3] for epoch in lines(log))
    assert len(trained) == N_EPOCHS
    assert sum(trained.values()) <= N_EPOCHS + 2  # a task has two epochs at most


def send(signal_number, pids):
    for pid in pids:
        os.kill(pid, signal_number)


def wait_for(condition, seconds=20):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(pid):
    """Whether there is a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
