"""Runs tasks on a cluster of Dask; imported only where joblib is to use one.

Not by joblib: where workers die it would wait forever, and it would send the data in each round.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from distributed import KilledWorker, WorkerPlugin, as_completed, get_worker

from ._tasks import FoldData, Outcome, Task, run_task

ARRIVES = 20.0  # seconds within which an outcome is here, if it is anywhere


class Held(WorkerPlugin):
    """Keeps the data in each worker, also in one that comes later or has been started again."""

    def __init__(self, data: FoldData):
        self.data = data


class Cluster:
    """The workers of a cluster, with the data of a search.

    Parameters
    ----------
    backend : joblib's of Dask
    data : FoldData
    """

    def __init__(self, backend: Any, data: FoldData):
        self._backend = backend
        self._name = f"sk_textnn {uuid.uuid4().hex}"
        self._backend.client.register_plugin(Held(data), name=self._name)

    def run(
        self, work: Iterator[tuple[Any, Sequence[Task]]], checkpoints: str, ended: str
    ) -> Iterator[tuple[Task, Outcome]]:
        """Yield what comes of tasks as they end; of one of which workers died, the error given."""
        client = self._backend.client
        running: dict[Any, tuple[Any, Task]] = {}
        done: Any = as_completed()  # type: ignore[no-untyped-call]  # Dask has no types for it

        def begin(estimator: Any, tasks: Sequence[Task]) -> None:
            (task,) = tasks
            args = (self._name, estimator, task, checkpoints)
            future = client.submit(_run, *args, pure=False, **self._backend.submit_kwargs)
            running[future] = estimator, task
            done.add(future)

        try:
            with self._backend.retrieval_context():  # inside a task of Dask others may run
                for each in islice(work, self._backend.effective_n_jobs(-1)):
                    begin(*each)
                for future in done:
                    estimator, task = running.pop(future)
                    try:
                        wait = None if future.status == "error" else ARRIVES
                        outcome = future.result(timeout=wait)
                    except KilledWorker:  # as often as the cluster allows
                        outcome = Outcome(error=ended)
                    except TimeoutError:
                        if wait is None:  # it is the candidate's own
                            raise
                        client.cancel([future])  # its worker died before anybody had the outcome
                        begin(estimator, [task])
                        continue
                    yield task, outcome
                    for each in islice(work, 1):
                        begin(*each)
        finally:
            if running:
                client.cancel(list(running))

    def close(self) -> None:
        """Let the workers forget the data."""
        with suppress(Exception):  # there may be no cluster any more
            self._backend.client.unregister_worker_plugin(self._name)


def _run(name: str, estimator: Any, task: Task, checkpoints: str) -> Outcome:
    """Run a task in a worker."""
    held: Any = get_worker().plugins[name]
    return run_task(held.data, estimator, task, checkpoints)
