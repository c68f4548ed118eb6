"""Where the outcomes of a search are kept: in memory, or in a database that survives it."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import joblib

from .._optional import import_heavy
from ._plans import Candidate, Space, as_trial
from ._tasks import Outcome, Scores, Task

BEAT = 5.0  # seconds between two signs of life
DEAD_AFTER = 60.0  # seconds without one; enough for the clocks of two machines to differ
LOCKED = 60.0  # seconds to wait while others write to a file
ATTEMPTS, PAUSE = 5, 0.2  # to open a database: several processes may be making it
PREFIX = "sk_textnn "  # of the names of our studies


class Journal:
    """Keeps outcomes in memory."""

    def __init__(self) -> None:
        self._outcomes: dict[Task, Outcome] = {}

    def outcomes(self) -> dict[Task, Outcome]:
        """Return all that there are by now."""
        return self._outcomes

    def introduce(self, candidates: Sequence[Candidate], spaces: Mapping[str, Space]) -> None:
        """Hear what the candidates are, by their numbers: for those who look into a journal."""

    def claim(self, task: Task) -> bool:
        """Whether this process shall run a task: nobody else does, and nobody has."""
        return task not in self._outcomes

    def release(self, task: Task) -> None:
        """Leave a claimed task, of which there is no outcome, to others."""

    def record(self, task: Task, outcome: Outcome) -> None:
        """Keep the outcome of a claimed task."""
        self._outcomes[task] = outcome

    def close(self) -> None:
        """Tell others that this process is no longer at work."""


class StoredJournal(Journal):
    """Keeps outcomes in a database by Optuna, which several processes may share.

    A claim is a trial that runs; the outcome becomes an attribute of it. Of two claims of one task
    the older one counts, as the database numbers them in turn, unless whose it is shows no sign of
    life any more. So that Optuna's dashboard and pictures show the search, a trial also has the
    candidate's parameters, its score, and that after each epoch.

    Parameters
    ----------
    url : str
        Of a database, as SQLAlchemy takes it.
    search : dict of str to str
        What the search is, by what of it: its data, its folds and so on.
    metric : str
        Of the scores the one that a trial has; the first, if there is none of this name.

    Raises
    ------
    OSError
        If the database cannot be read and written.
    ValueError
        If it holds another search.
    """

    def __init__(self, url: str, search: Mapping[str, str], metric: str):
        super().__init__()
        self._metric = metric
        self._candidates: list[dict[str, Any]] = []  # what trials have of them, by their numbers
        self._optuna: Any = import_heavy("optuna")
        self._storage, self._study = _open(self._optuna, url, search)
        self._study_id = self._storage.get_study_id_from_name(self._study.study_name)
        self._owner = f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}"
        self._claims: dict[Task, int] = {}
        self._read: set[int] = set()  # numbers of the trials whose outcomes are known
        self._closed = threading.Event()
        self._beat()
        self._running()  # ends what those who died have left
        self._heart = threading.Thread(target=self._live, daemon=True)
        self._heart.start()

    def outcomes(self) -> dict[Task, Outcome]:
        for trial in self._study.get_trials(deepcopy=False):
            if trial.number not in self._read and "outcome" in trial.user_attrs:
                task = _task(trial.user_attrs["task"])
                self._outcomes.setdefault(task, _outcome(trial))
                self._read.add(trial.number)  # last: two threads may be at it
        return self._outcomes

    def introduce(self, candidates: Sequence[Candidate], spaces: Mapping[str, Space]) -> None:
        for candidate in candidates[len(self._candidates) :]:
            params, drawn_from = as_trial(candidate, spaces)
            # Some values are numbers of choices there: these are for people.
            told = {name: str(value) for name, value in candidate.params.items()}
            self._candidates.append(
                {"params": params, "distributions": drawn_from, "user_attrs": {"candidate": told}}
            )

    def claim(self, task: Task) -> bool:
        if task in self._claims:  # but what should have run it broke off
            return True
        if self._claims_of(task) or task in self.outcomes():
            return False
        self._add(task)
        claims = self._claims_of(task)
        mine = next((each for each in claims if each.user_attrs["owner"] == self._owner), None)
        if mine is None:
            return False
        if mine is claims[0] and task not in self.outcomes():
            self._claims[task] = mine.number
            return True
        self._end(mine.number)
        return False

    def release(self, task: Task) -> None:
        if task in self._claims:
            self._end(self._claims.pop(task))

    def record(self, task: Task, outcome: Outcome) -> None:
        if task in self.outcomes():  # of one that was thought dead; for all, the first counts
            return self.release(task)
        number = self._claims[task]
        try:
            for epoch, scores in enumerate(outcome.by_epoch, start=1):
                score = self._score_of(scores)
                self._storage.set_trial_intermediate_value(self._id(number), epoch, score)
            self._storage.set_trial_user_attr(self._id(number), "outcome", outcome.as_json())
            self._end(number, outcome)
        except self._optuna.exceptions.UpdateFinishedTrialError:  # others thought this one dead
            self._add(task, outcome)
        super().record(task, outcome)
        del self._claims[task]

    def close(self) -> None:
        self._closed.set()
        self._heart.join()
        with suppress(Exception):  # or they find out later
            self._study.set_user_attr(f"alive {self._owner}", 0.0)
        self._storage.engine.dispose()

    def _add(self, task: Task, outcome: Outcome | None = None) -> None:
        """Add a claim, or an outcome without one."""
        known = self._candidates[task.candidate] if task.candidate < len(self._candidates) else {}
        attrs = {"task": str(task), "owner": self._owner, **known.get("user_attrs", {})}
        states = self._optuna.trial.TrialState
        state, score = states.RUNNING, None
        if outcome is not None:
            attrs["outcome"] = outcome.as_json()
            score = self._score(outcome)
            state = states.FAIL if score is None else states.COMPLETE
        trial = self._optuna.trial.create_trial(
            **{**known, "state": state, "value": score, "user_attrs": attrs}
        )
        self._study.add_trial(trial)

    def _end(self, number: int, outcome: Outcome | None = None) -> None:
        """End a claim, with its outcome if there is one."""
        score = None if outcome is None else self._score(outcome)
        states = self._optuna.trial.TrialState
        state, values = (states.FAIL, None) if score is None else (states.COMPLETE, [score])
        with suppress(self._optuna.exceptions.UpdateFinishedTrialError):  # others did
            self._storage.set_trial_state_values(self._id(number), state, values)

    def _score(self, outcome: Outcome) -> float | None:
        """Return the score of a trial; none of a failure."""
        return None if outcome.error or not outcome.scores else self._score_of(outcome.scores)

    def _score_of(self, scores: Scores) -> float:
        return scores.get(self._metric, next(iter(scores.values())))

    def _id(self, number: int) -> int:
        return int(self._storage.get_trial_id_from_study_id_trial_number(self._study_id, number))

    def _running(self) -> list[Any]:
        """Return the claims of those who live, the oldest first; end those of others."""
        states = (self._optuna.trial.TrialState.RUNNING,)
        trials = self._study.get_trials(deepcopy=False, states=states)
        if not trials:
            return []
        beats = self._study.user_attrs
        living = []
        for trial in trials:
            if self._is_alive(trial.user_attrs["owner"], beats):
                living.append(trial)
            else:
                self._end(trial.number, _outcome(trial) if "outcome" in trial.user_attrs else None)
        return living

    def _claims_of(self, task: Task) -> list[Any]:
        return [trial for trial in self._running() if trial.user_attrs["task"] == str(task)]

    def _is_alive(self, owner: str, beats: Mapping[str, float]) -> bool:
        """Whether a process that claimed something is still at it."""
        if owner == self._owner:
            return True
        host, pid, _ = owner.rsplit(" ", 2)
        if host == socket.gethostname() and not _process_exists(int(pid)):
            return False
        return time.time() - beats.get(f"alive {owner}", 0.0) < DEAD_AFTER

    def _live(self) -> None:
        while not self._closed.wait(BEAT):
            with suppress(Exception):  # a database that does not answer now may do so next time
                self._beat()

    def _beat(self) -> None:
        self._study.set_user_attr(f"alive {self._owner}", time.time())


def open_journal(
    journal: str | os.PathLike[str] | None, search: Mapping[str, str], metric: str = "score"
) -> Journal:
    """Return a journal: in memory, in an SQLite file at a path, or in the database at a URL."""
    if journal is None:
        return Journal()
    where = os.fspath(journal)
    if "://" not in where:
        import_heavy("optuna")  # or the error would name what Optuna brings
        url = import_heavy("sqlalchemy").URL.create("sqlite", database=str(Path(where).absolute()))
        where = url.render_as_string().replace("{", "{{").replace("}", "}}")  # Optuna fills them
    return StoredJournal(where, search, metric)


def _open(optuna: Any, url: str, search: Mapping[str, str]) -> tuple[Any, Any]:
    """Return a storage, and in it the study of a search; make what there is not."""
    faults = (
        import_heavy("sqlalchemy").exc.SQLAlchemyError,
        optuna.exceptions.StorageInternalError,
    )
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        for _ in range(ATTEMPTS - 1):
            with suppress(*faults):
                return _connect(optuna, url, search)
            time.sleep(PAUSE)
        return _connect(optuna, url, search)
    except faults as fault:
        reason = getattr(fault.__cause__ or fault, "orig", None) or fault
        raise OSError(
            f"The journal {_shown(url)} cannot be read and written: {reason}. Pass the path of an "
            "SQLite file, or of one to be made in a folder that there is, or the URL of a database."
        ) from fault
    finally:
        optuna.logging.set_verbosity(level)


def _connect(optuna: Any, url: str, search: Mapping[str, str]) -> tuple[Any, Any]:
    """Do what `_open` does, but others who do it too may get in the way."""
    options = {"connect_args": {"timeout": LOCKED}} if url.startswith("sqlite") else {}
    storage = optuna.storages.RDBStorage(url, engine_kwargs=options)
    try:
        # Two searches that begin at once cannot mix: each has a study of its own.
        name = f"{PREFIX}{joblib.hash(dict(search))}"
        there = optuna.get_all_study_summaries(storage, include_best_trial=False)
        ours = {
            study.study_name: study.user_attrs.get("search", {})
            for study in there
            if study.study_name.startswith(PREFIX)
        }
        if ours and name not in ours:
            known = next(iter(ours.values()))
            other = [what for what in search if known.get(what) != search[what]]
            raise ValueError(
                f"The journal {_shown(url)} is of a search with other {_listed(other)}. Go on with "
                "what it was begun with, or pass another journal."
            )
        study = optuna.create_study(
            study_name=name, storage=storage, direction="maximize", load_if_exists=True
        )
        study.set_user_attr("search", dict(search))
    except BaseException:
        storage.engine.dispose()
        raise
    return storage, study


def _shown(url: str) -> str:
    """Return the path of a file, or a URL without its password."""
    sqlalchemy: Any = import_heavy("sqlalchemy")
    try:
        parsed = sqlalchemy.make_url(url)
    except sqlalchemy.exc.ArgumentError:
        return url
    is_file = parsed.drivername.startswith("sqlite")
    return str(parsed.database if is_file else parsed.render_as_string())


def _process_exists(pid: int) -> bool:
    if os.name == "nt":  # there it would be sent a signal
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True


def _outcome(trial: Any) -> Outcome:
    return Outcome.from_json(trial.user_attrs["outcome"])


def _task(text: str) -> Task:
    candidate, fold, epochs = text.split("-")
    return Task(int(candidate), int(fold), None if epochs == "all" else int(epochs))


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
