"""Where tasks run: in this process, in others of this machine, or on a cluster."""

import os
import pickle
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, effective_n_jobs, wrap_non_picklable_objects
from joblib.parallel import get_active_backend

from ._tasks import FoldData, Outcome, Task, run_once

ENDED = "The process that trained it was ended from outside, probably as memory ran out."
LOOK = 1.0  # seconds between two looks at whether the process that is worked for lives

# An estimator, not fitted, and what to do with it, one after the other in one process.
Work = tuple[Any, Sequence[Task]]
Done = tuple[Task, Outcome]


class WorkersLost(Exception):
    """Worker processes ended, and with them what they were at: some task is to blame."""


class Workers:
    """Runs tasks where joblib's configuration says.

    Parameters
    ----------
    data : FoldData
        Reaches each process once.
    folder : Path
        For the data, where worker processes of this machine read them.
    checkpoints : str
        Folder where what is trained for some epochs waits to go on.
    n_jobs : int or None
        Processes.
    """

    def __init__(self, data: FoldData, folder: Path, checkpoints: str, n_jobs: int | None):
        self._data = data
        self._folder = folder
        self._checkpoints = checkpoints
        self._n_jobs = n_jobs
        self._cluster: Any = None

    @property
    def n_processes(self) -> int:
        """Processes of this machine that tasks run in beside this one; 1: there are none."""
        backend, _ = get_active_backend()
        return effective_n_jobs(self._n_jobs) if type(backend).__name__ == "LokyBackend" else 1

    def run(
        self, work: Iterable[Work], *, n_jobs: int | None = None, deadline: float | None = None
    ) -> Iterator[Done]:
        """Yield what comes of tasks as they end.

        Parameters
        ----------
        work : iterable of (estimator, sequence of Task)
            The next is asked for when there is a worker for it, maybe in another thread. More
            than one task only where `n_processes` is more than 1.
        n_jobs : int or None
            Other than for other tasks.
        deadline : float or None
            When no task begins any more, by :func:`time.monotonic`, but the first of each work.

        Raises
        ------
        WorkersLost
        """
        backend, _ = get_active_backend()
        if type(backend).__name__ == "DaskDistributedBackend":
            if self._cluster is None:
                from ._cluster import Cluster

                self._cluster = Cluster(backend, self._data)
            yield from self._cluster.run(iter(work), self._checkpoints, ENDED)
            return
        n_jobs = n_jobs or self._n_jobs
        in_others = type(backend).__name__ == "LokyBackend" and effective_n_jobs(n_jobs) > 1
        data = self._file() if in_others else self._data
        parallel = Parallel(
            n_jobs=n_jobs, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1
        )
        calls = (
            delayed(_run)(data, estimator, tasks, self._checkpoints, deadline)
            for estimator, tasks in work
        )
        try:
            for done in parallel(calls):
                yield from done
        except BrokenProcessPool as error:
            raise WorkersLost from error

    def run_alone(self, estimator: Any, task: Task) -> Outcome:
        """Run a task that may be to blame for the end of processes, while nothing else runs."""
        try:
            ((_, outcome),) = self.run([(estimator, [task])], n_jobs=2)  # 1 would be this process
        except WorkersLost:
            return Outcome(error=ENDED)
        return outcome

    def close(self) -> None:
        """Let other machines forget the data."""
        if self._cluster is not None:
            self._cluster.close()

    def _file(self) -> Path:
        path = self._folder / "data.pickle"
        if not path.exists():
            # The score may be of a notebook, where workers cannot import it.
            scorer: Any = wrap_non_picklable_objects(self._data.scorer, keep_wrapper=False)
            with path.open("wb") as file:
                pickle.dump(replace(self._data, scorer=scorer), file)
        return path


_loaded: dict[Path, FoldData] = {}  # in a worker process: the data of the search it is at


def _run(
    data: FoldData | Path,
    estimator: Any,
    tasks: Sequence[Task],
    checkpoints: str,
    deadline: float | None,
) -> list[Done]:
    """Run tasks in a worker, until the time is over."""
    if isinstance(data, Path):
        _end_with_parent()
        if data not in _loaded:
            _loaded.clear()
            with data.open("rb") as file:
                _loaded[data] = pickle.load(file)
        data = _loaded[data]
    done: list[Done] = []
    for task in tasks:
        if done and deadline is not None and time.monotonic() > deadline:
            break
        outcome = run_once(data, estimator, task, checkpoints, keep=len(tasks) > 1)
        done.append((task, outcome))
    return done


@cache
def _end_with_parent() -> None:
    """End this worker soon after the process that it works for: else it would train on.

    That one was killed; had it ended by itself, it would have ended its workers.
    """
    parent = parent_process()

    def watch() -> None:
        while parent is not None and os.getppid() == parent.pid:
            time.sleep(LOOK)
        os._exit(1)

    if os.name == "posix":  # elsewhere the number of a dead parent stays
        threading.Thread(target=watch, daemon=True).start()
