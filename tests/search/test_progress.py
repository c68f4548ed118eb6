"""What is shown of a search while it runs: to a terminal, to a file, to nobody."""

import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from sk_textnn.search import _progress
from sk_textnn.search._plans import Candidate, Round
from sk_textnn.search._progress import Progress
from sk_textnn.search._tasks import Outcome, Task
from tests.search.scripted import LABELS, NINE, ROWS, Scripted, curves, make_search

NOW = [0.0]
ROUNDS = [Round(3, 1), Round(1, 2)]
CANDIDATES = [
    Candidate("", {"clf__units": 32, "clf__dropout": 0.123456}),
    Candidate("", {"clf__units": 64, "clf__dropout": 0.2}),
    Candidate("cnn", {"clf__kernel_sizes": (2, 3), "embed": "[bold]"}),
]
TASKS = [Task(candidate, fold, 1) for candidate in range(3) for fold in range(2)]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that stands still, unless it is moved."""
    NOW[0] = 0.0
    monkeypatch.setattr(_progress, "time", SimpleNamespace(monotonic=lambda: NOW[0]))


def shown(progress):
    """Return the table as text."""
    file = io.StringIO()
    Console(file=file, width=100).print(progress._table())
    return file.getvalue()


def outcome(score, n_epochs=1, error="", **more):
    return Outcome({"a": 0.0, "quality": score} | more, 2.0, 0.1, [{}] * n_epochs, error)


def make_progress(verbose=0, metric="quality"):
    progress = Progress(verbose, ROUNDS, 2, metric)
    progress.begin(0, CANDIDATES, TASKS)
    return progress


def end(progress, task, outcome, seconds=10.0):
    NOW[0] += seconds
    progress.done(task, outcome)


def test_the_best_that_is_done_on_all_folds_is_on_top():
    progress = make_progress()
    end(progress, TASKS[0], outcome(0.5))
    assert "best so far" not in shown(progress)
    for task, score in zip(TASKS[1:], (0.7, 0.6, 0.8, 0.9), strict=False):
        end(progress, task, outcome(score))
    table = shown(progress)
    assert "best so far: candidate 1, 0.7000" in table
    rows = re.findall(r"│ +(\d) │ +(\d) │ +(\d) │ ([\d.]+) │ (.*?) +│", table)
    assert rows == [
        ("1", "2", "1", "0.7000", "units=64 dropout=0.2"),
        ("0", "2", "1", "0.6000", "units=32 dropout=0.123"),
        ("2", "1", "1", "0.9000", "cnn kernel_sizes=(2, 3) embed=[bold]"),
    ]


def test_time_left_is_that_of_later_rounds_too():
    progress = make_progress()
    assert "left" not in shown(progress)
    end(progress, TASKS[0], outcome(0.5))
    # 5 more of an epoch in this round, and a candidate for two epochs on two folds in the next.
    assert "round 1 of 2, 1 of 6 fits, about 90 s left" in shown(progress)
    for task in TASKS[1:]:
        end(progress, task, outcome(0.5))
    assert "6 of 6 fits, about 40 s left" in shown(progress)
    progress.begin(1, CANDIDATES, [Task(0, 0, 3), Task(0, 1, 3)])
    end(progress, Task(0, 0, 3), outcome(0.6, 3), 7200.0)
    table = shown(progress)
    assert "round 2 of 2, 1 of 2 fits, about 2.0 h left" in table
    assert re.search(r"│ +0 │ +2 │ +3 │ 0.5500", table)
    end(progress, Task(0, 1, 3), outcome(0.6, 3), 800.0)
    assert "2 of 2 fits" in shown(progress)
    assert "left" not in shown(progress)


def test_failures_are_counted_and_come_last():
    progress = make_progress(metric="quality")
    for task, score in zip(TASKS[:4], (np.nan, np.nan, 0.2, 0.2), strict=True):
        end(progress, task, outcome(score, error="" if score == 0.2 else "too large"))
    table = shown(progress)
    assert "4 of 6 fits, 2 failed" in table
    assert "best so far: candidate 1, 0.2000" in table
    assert table.index("0.2000 │") < table.index("nan")


def test_without_the_score_that_was_asked_for_the_first_is_shown():
    progress = make_progress(metric="score")
    end(progress, TASKS[0], Outcome({"first": 0.25}))
    end(progress, TASKS[1], Outcome(error="no score at all"))
    assert "nan" in shown(progress)
    end(progress, TASKS[1], Outcome({"first": 0.75}))
    assert "0.5000" in shown(progress)


def test_a_live_table_on_a_terminal_which_is_gone_at_the_end(monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", screen)
    progress = make_progress(verbose=2)
    end(progress, TASKS[0], outcome(0.5))
    progress.close()
    assert "0.5000" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")  # the last that was written erases it
    assert "candidate 0, fold 0" not in screen.getvalue()  # no lines besides


@pytest.mark.parametrize("verbose", [0, 1])
def test_quiet_where_there_is_no_terminal(verbose, capsys):
    make_search(Scripted(), curves(*NINE), n_iter=9, verbose=verbose).fit(ROWS, LABELS)
    assert capsys.readouterr() == ("", "")


def test_lines_where_there_is_no_terminal(capsys):
    progress = make_progress(verbose=2)
    end(progress, TASKS[0], outcome(0.5))
    end(progress, TASKS[1], outcome(np.nan, error="too large"))
    assert capsys.readouterr().out.splitlines() == [
        "[round 1 of 2, 1 of 6 fits, about 90 s left] candidate 0, fold 0: score 0.5, 2.0 s",
        "[round 1 of 2, 2 of 6 fits, 1 failed, about 80 s left] candidate 0, fold 1: "
        "failed: too large, 2.0 s",
    ]


@pytest.mark.parametrize(
    ("strategy", "n_rounds", "n_fits"), [("halving", 3, 26), ("random", 1, 18), ("tpe", 3, 18)]
)
def test_rounds_and_fits_are_those_that_come(strategy, n_rounds, n_fits, capsys):
    search = make_search(Scripted(epochs=100), curves(*NINE), n_iter=9, strategy=strategy)
    search.set_params(verbose=2, refit=False).fit(ROWS, LABELS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == n_fits
    for number, line in enumerate(lines):
        assert f"of {n_rounds}, " in line
        assert ("left" in line) == (number < n_fits - 1)
