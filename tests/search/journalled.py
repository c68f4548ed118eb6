"""A search whose trained epochs can be counted, also by processes that are killed."""

import os
import pickle
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
from joblib.externals.loky import get_reusable_executor
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedKFold

from sk_textnn import ArchitectureSearchCV
from sk_textnn.search._plans import draw

TEXTS = [f"text {number}" for number in range(12)]
LABELS = ["a", "b"] * 6
LEVELS = [0.4, 0.1, 0.7, 0.2, 0.6, 0.3, 0.5, 0.15]  # one for each candidate: they tell them apart
CV = StratifiedKFold(3)
N_TASKS, N_EPOCHS = 33, 39  # of the search below: 6, 3 and 2 candidates; 1, 1 and 2 more epochs


def rows_of(texts):
    """Return a number that tells a fold by its texts."""
    return sum(int(text.split()[1]) for text in texts)


def _write(log, line):
    """Add a line to a file, as whole as those of other processes."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)


class Journalled(ClassifierMixin, BaseEstimator):
    """Scores by its level and its epochs, and writes a line for each epoch that it has trained.

    A file beside its log, with the ending "trap", makes it do something bad once: what and after
    how many lines.
    """

    def __init__(self, level=0.5, epochs=4, seconds=0.0, log=None):
        self.level = level
        self.epochs = epochs
        self.seconds = seconds
        self.log = log

    def fit(self, X, y):
        for _ in range(self.epochs):
            self.partial_fit(X, y, classes=np.unique(y))
        return self

    def partial_fit(self, X, y, classes=None):
        if classes is not None:
            self.classes_ = np.asarray(classes)
            self.n_epochs_ = 0
        time.sleep(self.seconds)
        if self.log is not None:
            self._spring()
            _write(self.log, f"{self.level} {rows_of(X)} {self.n_epochs_ + 1} {os.getpid()}\n")
        self.n_epochs_ += 1
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))

    def score(self, X, y):
        return self.level + 0.01 * self.n_epochs_ + 0.001 * (rows_of(X) % 7)

    def _spring(self):
        trap = Path(f"{self.log}.trap")
        try:
            what, after = trap.read_text().split()
            if len(lines(self.log)) < int(after):
                return
            trap.unlink()
        except FileNotFoundError:  # there is none, or it has just sprung in another process
            return
        if what == "interrupt":
            raise KeyboardInterrupt
        os.kill(os.getpid(), signal.SIGKILL)


class Deadly(Journalled):
    """Ends its process if its level is the highest, as the system does if memory runs out."""

    def partial_fit(self, X, y, classes=None):
        if self.level == max(LEVELS):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().partial_fit(X, y, classes)


class Counted(list):
    """Texts that write a line whenever they are sent, and wherever they are loaded."""

    def __init__(self, texts, log):
        super().__init__(texts)
        self.log = log

    def __reduce__(self):
        _write(self.log, "sent\n")
        return _load, (list(self), self.log)


def _load(texts, log):
    _write(log, "loaded\n")
    return Counted(texts, log)


def make_search(log=None, *, seconds=0.0, estimator=Journalled, **params):
    """Return a search by halving with N_TASKS tasks of N_EPOCHS epochs together."""
    return ArchitectureSearchCV(
        estimator(seconds=seconds, log=log),
        {"level": LEVELS},
        **{"n_iter": 6, "cv": CV, "factor": 2, "refit": False, "random_state": 0} | params,
    )


def lines(log):
    """Return a tuple of level, fold, epoch and process for each epoch trained, in their order."""
    folds = [rows_of(TEXTS[row] for row in train) for train, _ in CV.split(TEXTS, LABELS)]
    words = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [(float(w[0]), folds.index(int(w[1])), int(w[2]), int(w[3])) for w in words]


def levels():
    """Return the level of each candidate, by its number."""
    return [candidate.params["level"] for candidate in draw({"": {"level": LEVELS}}, 6, 0)]


def results_of(search):
    """Return `cv_results_` without times, in a form that can be compared."""
    return {
        name: np.asarray(values).tolist()
        for name, values in search.cv_results_.items()
        if not name.endswith("_time")
    }


def run(file, log, results, **params):
    """Search, and write the results to a file: for a process of its own."""
    tempfile.tempdir = str(log.parent)  # one that is killed leaves what it has there
    search = make_search(log, **{"journal": file} | params).fit(TEXTS, LABELS)
    results.write_bytes(pickle.dumps(results_of(search)))
    # Or a process that multiprocessing has started would wait until its workers are idle too long.
    get_reusable_executor().shutdown()
