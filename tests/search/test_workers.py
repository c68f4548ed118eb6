"""What a worker does with the folds of a candidate; where workers are is in test_runner.py."""

import time

import pytest

from sk_textnn.search._tasks import FoldData, Task
from sk_textnn.search._workers import _run
from tests.search.journalled import CV, LABELS, TEXTS, Journalled, lines


@pytest.fixture
def work(tmp_path):
    """A function that runs folds of a candidate, each with an epoch."""
    data = FoldData(TEXTS, LABELS, list(CV.split(TEXTS, LABELS)), _score, {}, {}, False)
    estimator = Journalled(epochs=1, log=tmp_path / "log")

    def work(*folds, deadline=None):
        tasks = [Task(0, fold) for fold in folds]
        return dict(_run(data, estimator, tasks, str(tmp_path), deadline))

    return work


def _score(estimator, X, y):
    return estimator.score(X, y)


def test_what_was_done_but_not_told_is_not_done_again(work, tmp_path):
    done = work(0, 1, 2)
    assert [task.fold for task in done] == [0, 1, 2]
    assert work(0, 1, 2) == done
    assert work(1) == {Task(0, 1): done[Task(0, 1)]}
    assert len(lines(tmp_path / "log")) == 3


def test_what_is_told_at_once_is_not_kept(work, tmp_path):
    work(0)
    work(0)
    assert len(lines(tmp_path / "log")) == 2


def test_what_was_kept_badly_is_done_again(work, tmp_path):
    done = work(0, 1)
    (tmp_path / f"{Task(0, 0)}.json").write_text("{")
    assert work(0)[Task(0, 0)].scores == done[Task(0, 0)].scores
    assert len(lines(tmp_path / "log")) == 3


def test_after_the_deadline_no_other_fold_begins(work):
    assert [task.fold for task in work(0, 1, 2, deadline=time.monotonic() - 1)] == [0]
