"""Carries a search out: folders, journal, workers and plan, as the parameters say."""

import shutil
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from numbers import Integral
from pathlib import Path
from typing import Any

import joblib

from .._optional import import_heavy
from ._drive import Driver, make_candidate
from ._identity import identity
from ._journal import open_journal
from ._plans import (
    AT_ONCE,
    Candidate,
    Plan,
    Round,
    Space,
    all_at_once,
    draw,
    halving,
    outline,
    tpe,
)
from ._progress import Progress
from ._rows import Row
from ._runner import Runner
from ._tasks import RESOURCE, FoldData, Task, can_pause, last_step


def carry_out(
    asked: Any, data: FoldData, estimators: dict[str, Any], spaces: dict[str, Space], metric: str
) -> tuple[list[Row], str]:
    """Search as an `ArchitectureSearchCV` asks for.

    Parameters
    ----------
    asked : ArchitectureSearchCV
        Whose parameters say how; it is left as it is.
    data : FoldData
    estimators, spaces : dict
        Both by the names of the estimators.
    metric : str
        Of the scores the one that is to be raised.

    Returns
    -------
    rows : list of Row
        One for each candidate and round.
    stopped_by : str
        What ended it early, see `Runner`; empty, if nothing did.
    """
    deadline = None if asked.time_budget is None else time.monotonic() + asked.time_budget
    if asked.journal is not None and not isinstance(asked.random_state, Integral):
        raise ValueError(
            f"A journal needs a random_state that is a number, not {asked.random_state!r}: or "
            "each run would draw other candidates."
        )
    search = {} if asked.journal is None else _identity(asked, data, estimators, spaces, metric)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="sk_textnn_", ignore_cleanup_errors=True)
            )
        )
        journal = stack.enter_context(closing(open_journal(asked.journal, search, metric)))
        candidates = (
            None if asked.strategy == "tpe" else draw(spaces, asked.n_iter, asked.random_state)
        )
        rounds = _rounds(asked, estimators, candidates)
        progress = Progress(asked.verbose, rounds, len(data.folds), metric)
        stack.enter_context(closing(progress))
        checkpoints = _checkpoints(asked, folder, search, stack)
        runner = Runner(
            data,
            journal,
            folder,
            str(checkpoints),
            in_parts=asked.journal is None or checkpoints.parent != folder,
            n_jobs=asked.n_jobs,
            deadline=deadline,
            on_done=progress.done,
        )
        stack.enter_context(closing(runner))

        def begin(number: int, candidates: Sequence[Candidate], tasks: Sequence[Task]) -> None:
            journal.introduce(candidates, spaces)
            progress.begin(number, candidates, tasks)

        driver = Driver(
            estimators,
            runner,
            n_folds=len(data.folds),
            metric=metric,
            memory=joblib.Memory(folder / "steps", verbose=0),
            on_round=begin,
        )
        rows = driver.follow(make_plan(asked, estimators, spaces, candidates))
        if not runner.stopped_by:
            with suppress(OSError):  # another process that shares the journal did
                checkpoints.rmdir()
                if asked.checkpoint_dir is None:
                    checkpoints.parent.rmdir()
        return rows, runner.stopped_by


def make_plan(
    asked: Any,
    estimators: dict[str, Any],
    spaces: dict[str, Space],
    candidates: list[Candidate] | None,
) -> Plan:
    """Return the plan of the strategy, for candidates that were drawn; none: TPE draws them."""
    if candidates is None:
        return tpe(spaces, n_iter=asked.n_iter, random_state=asked.random_state)
    if asked.strategy == "random":
        return all_at_once(candidates)
    made = [make_candidate(estimators, candidate) for candidate in candidates]
    most = [getattr(last_step(each), RESOURCE) for each in made if can_pause(each)]
    return halving(
        candidates,
        factor=asked.factor,
        min_epochs=asked.min_resources,
        max_epochs=max(most, default=1),
    )


def _rounds(
    asked: Any, estimators: dict[str, Any], candidates: list[Candidate] | None
) -> list[Round]:
    """Return the rounds that there will be."""
    if candidates is None:
        begun = range(0, asked.n_iter, AT_ONCE)
        return [Round(min(AT_ONCE, asked.n_iter - n_before), 1) for n_before in begun]
    return outline(make_plan(asked, estimators, {}, candidates))


def _identity(
    asked: Any,
    data: FoldData,
    estimators: dict[str, Any],
    spaces: dict[str, Space],
    metric: str,
) -> dict[str, str]:
    """Return what this search is, for its journal."""
    names = ["strategy", "n_iter", "scoring"]
    if asked.strategy == "halving":
        names += ["factor", "min_resources"]
    how = {name: getattr(asked, name) for name in names}
    if asked.strategy == "tpe":  # what it draws depends on how good it finds what was before
        how |= {"refit": metric, "version of Optuna": import_heavy("optuna").__version__}
    return identity(
        X=data.X,
        y=data.y,
        given=(data.fit_params, data.score_params),
        folds=data.folds,
        estimators=estimators,
        spaces=spaces,
        how={**how, "random_state": int(asked.random_state)},
    )


def _checkpoints(asked: Any, folder: Path, search: dict[str, str], stack: ExitStack) -> Path:
    """Return the folder where candidates wait, after making it.

    It is this search's own, as candidates have numbers only.
    """
    chosen = asked.checkpoint_dir
    if chosen is None and asked.journal is not None and "://" not in str(asked.journal):
        chosen = f"{asked.journal}.checkpoints"
    parent = folder if chosen is None else Path(chosen)
    path = parent / f"search_{joblib.hash(search) if search else uuid.uuid4().hex}"
    path.mkdir(parents=True, exist_ok=True)
    if asked.journal is None:
        stack.callback(shutil.rmtree, path, ignore_errors=True)
    return path
