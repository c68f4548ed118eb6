"""Worker processes: each computes on the threads it is granted, and two are faster than one."""

import os
import time

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from sklearn.model_selection import cross_val_score

from sk_textnn import LSTMClassifier, TokenSequences
from sk_textnn._optional import import_heavy


def threads(unpickled):
    """Return on how many threads TensorFlow computes here."""
    found = import_heavy("tensorflow").config.threading
    return found.get_intra_op_parallelism_threads(), found.get_inter_op_parallelism_threads()


@pytest.mark.parametrize(
    ("granted", "argument"),
    [(1, None), (3, None), (1, import_heavy("keras").callbacks.History)],
    ids=["one", "three", "whose argument loads Keras"],
)
def test_a_worker_computes_on_the_threads_that_joblib_grants(granted, argument, monkeypatch):
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    before = threads(None)
    with parallel_config("loky", inner_max_num_threads=granted):
        found = Parallel(n_jobs=2)(delayed(threads)(argument) for _ in range(2))
    assert found == [(granted, granted)] * 2
    assert threads(None) == before


@pytest.mark.slow
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two cores")
def test_two_workers_on_two_cores_are_faster_than_one():
    rng = np.random.default_rng(0)
    X = TokenSequences.from_lists([rng.integers(2, 2000, size=40) for _ in range(2000)])
    y = np.arange(len(X)) % 2
    clf = LSTMClassifier(epochs=3, early_stopping=False, random_state=0)

    def seconds(n_jobs):
        start = time.perf_counter()
        with parallel_config("loky", inner_max_num_threads=1):
            cross_val_score(clf, X, y, cv=4, n_jobs=n_jobs, error_score="raise")
        return time.perf_counter() - start

    # In processes that have started and traced the training; the one may use all cores.
    one, two = ([seconds(n_jobs) for _ in range(2)][1] for n_jobs in (1, 2))
    print(f"four fits: {one:.1f} s by one worker, {two:.1f} s by two")
    assert two < one
