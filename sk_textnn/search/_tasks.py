"""The unit of work of a search: one candidate on one fold, in whatever process."""

import json
import pickle
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from joblib import hash as content_hash
from joblib import wrap_non_picklable_objects
from sklearn import get_config
from sklearn.base import clone, is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.metadata_routing import process_routing
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.validation import _check_method_params

Scores = dict[str, float]
RESOURCE = "epochs"


class Task(NamedTuple):
    """What is done at once, and found again by.

    Attributes
    ----------
    candidate : int
    fold : int
    epochs : int or None
        How many it shall have trained in all; None: as many as it wants, in one `fit`.
    """

    candidate: int
    fold: int
    epochs: int | None = None

    def __str__(self) -> str:
        return f"{self.candidate}-{self.fold}-{self.epochs or 'all'}"


@dataclass
class Outcome:
    """What came of a task.

    Parameters
    ----------
    scores : dict of str to float
        On the test part of the fold, in the end; empty, if there was an error.
    fit_seconds, score_seconds : float
        Those of earlier tasks that this one went on from included.
    by_epoch : list of dict
        The scores after each epoch; empty, if it was trained by one `fit`.
    error : str
        Why there are no scores.
    cpu_seconds : float
        Processor time of the process meanwhile, fits and scores together, on all its threads.
    """

    scores: Scores = field(default_factory=dict)
    fit_seconds: float = 0.0
    score_seconds: float = 0.0
    by_epoch: list[Scores] = field(default_factory=list)
    error: str = ""
    cpu_seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it in the form that `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Make it of what `as_json` returned."""
        return cls(**value)


@dataclass
class FoldData:
    """All that the tasks of a search have in common; made once, and sent once to each process.

    Parameters
    ----------
    X, y : as given to `fit`
    folds : list of (train, test) row numbers
    scorer : callable
        ``scorer(estimator, X, y, **params)``; returns a number or a dict of them.
    fit_params, score_params : dict
        Passed on, cut to the rows where they have one entry a row.
    raises : bool
        Whether an error ends the search, instead of being kept as an outcome.
    """

    X: Any
    y: Any
    folds: list[tuple[np.ndarray, np.ndarray]]
    scorer: Callable[..., Any]
    fit_params: dict[str, Any]
    score_params: dict[str, Any]
    raises: bool

    def part(self, estimator: Any, fold: int, *, test: bool) -> tuple[Any, Any, dict[str, Any]]:
        """Return X and y of one side of a fold, and what is passed on with them."""
        train_rows, test_rows = self.folds[fold]
        rows = test_rows if test else train_rows
        others = train_rows if test else None  # for pairwise data
        X, y = _safe_split(estimator, self.X, self.y, rows, others)
        given = self.score_params if test else self.fit_params
        return X, y, _check_method_params(self.X, params=given, indices=rows)

    def score(self, estimator: Any, fold: int) -> tuple[Scores, str]:
        """Return the scores of a fitted estimator on the test part of a fold, and what is wrong."""
        X, y, params = self.part(estimator, fold, test=True)
        scores = (
            self.scorer(estimator, X, **params)
            if y is None
            else (self.scorer(estimator, X, y, **params))
        )
        if not isinstance(scores, Mapping):
            scores = {"score": scores}
        # Of several scores, one that raised is a traceback.
        faults = {
            name: f"{name}: {score.strip().splitlines()[-1]}"
            for name, score in scores.items()
            if isinstance(score, str)
        }
        scores = {n: np.nan if n in faults else float(score) for n, score in scores.items()}
        for name, score in scores.items():
            if not np.isfinite(score):
                faults.setdefault(name, f"{name} is not a number")
        return scores, "; ".join(faults.values())


def run_task(data: FoldData, estimator: Any, task: Task, checkpoints: str | None) -> Outcome:
    """Fit a candidate on a fold, or go on with it, and score it.

    Parameters
    ----------
    data : FoldData
    estimator : estimator
        The candidate, not fitted, with its parameters set.
    task : Task
    checkpoints : str or None
        Folder where what is trained for some epochs waits to go on.

    Returns
    -------
    Outcome
    """
    start, cpu = time.perf_counter(), time.process_time()
    try:
        if task.epochs is None or not can_pause(estimator):
            return _run_whole(data, estimator, task, cpu)
        return _run_epochs(data, estimator, task, Path(str(checkpoints)), cpu)
    except Exception as error:  # whatever a candidate raises must not lose the others
        if data.raises:
            raise
        message = f"{type(error).__name__}: {error}"
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        return Outcome(fit_seconds=seconds, error=message, cpu_seconds=cpu)


def run_once(
    data: FoldData, estimator: Any, task: Task, checkpoints: str, *, keep: bool
) -> Outcome:
    """Run a task, or return the outcome that was kept.

    Parameters
    ----------
    data : FoldData
    estimator : estimator
    task : Task
    checkpoints : str
    keep : bool
        Whether the outcome is told to nobody yet, so that it would be lost with this process.
        What is trained for some epochs waits in its checkpoint anyway.

    Returns
    -------
    Outcome
    """
    path = Path(checkpoints) / f"{task}.json"
    with suppress(OSError, ValueError):
        return Outcome.from_json(json.loads(path.read_text()))
    outcome = run_task(data, estimator, task, checkpoints)
    if keep and (task.epochs is None or not can_pause(estimator)):
        _write(path, json.dumps(outcome.as_json()).encode())
    return outcome


def _run_whole(data: FoldData, estimator: Any, task: Task, cpu: float) -> Outcome:
    """Fit a candidate by its own `fit`."""
    X, y, params = data.part(estimator, task.fold, test=False)
    fitted = clone(estimator)
    start = time.perf_counter()
    fitted.fit(X, **params) if y is None else fitted.fit(X, y, **params)
    middle = time.perf_counter()
    scores, fault = data.score(fitted, task.fold)
    end, cpu = time.perf_counter(), time.process_time() - cpu
    return Outcome(scores, middle - start, end - middle, error=fault, cpu_seconds=cpu)


def _run_epochs(
    data: FoldData, estimator: Any, task: Task, checkpoints: Path, cpu: float
) -> Outcome:
    """Train a candidate until it has so many epochs, from where it waited if it did."""
    start = time.perf_counter()
    X, y, params = data.part(estimator, task.fold, test=False)
    steps, clf = split_steps(clone(estimator))
    Xt = X if steps is None else steps.fit_transform(X, y)
    extra = _of_last_step(params, estimator)
    if isinstance(how := getattr(clf, "class_weight", None), str) and how == "balanced":
        # By all rows, as `partial_fit` cannot know that these are all.
        extra["sample_weight"] = _balanced(y, extra.get("sample_weight"))
        clf.set_params(class_weight=None)
    before = _load(checkpoints, task)
    if before is None:
        outcome, n_before = Outcome(), 0
    else:
        clf, outcome, n_before = before
    fitted = clf if steps is None else Pipeline([*steps.steps[:-1], (steps.steps[-1][0], clf)])
    one_class_each = is_classifier(clf) and np.ndim(y) == 1
    classes = {"classes": np.unique(y)} if one_class_each and not n_before else {}
    scoring = 0.0
    for _ in range(n_before, task.epochs or 0):
        clf.partial_fit(Xt, y, **extra, **classes)
        classes = {}
        begun = time.perf_counter()
        outcome.scores, outcome.error = data.score(fitted, task.fold)
        outcome.by_epoch.append(outcome.scores)
        scoring += time.perf_counter() - begun
    outcome.fit_seconds += time.perf_counter() - start - scoring
    outcome.score_seconds += scoring
    outcome.cpu_seconds += time.process_time() - cpu
    _save(checkpoints, task, (clf, outcome, task.epochs))
    return outcome


def last_step(estimator: Any) -> Any:
    """Return what of a candidate is trained in epochs."""
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def can_pause(estimator: Any) -> bool:
    """Whether a candidate can be trained epoch by epoch."""
    if isinstance(estimator, Pipeline) and type(estimator) is not Pipeline:
        return False  # it may do more, such as change the number of rows
    last = last_step(estimator)
    return hasattr(last, "partial_fit") and hasattr(last, RESOURCE)


def split_steps(estimator: Any) -> tuple[Pipeline | None, Any]:
    """Return the steps before the last, as a pipeline that keeps what they learn; and that one."""
    if not isinstance(estimator, Pipeline):
        return None, estimator
    # With an end that does nothing, the memory also holds what the last of them learned.
    steps = [*estimator.steps[:-1], (estimator.steps[-1][0], "passthrough")]
    return Pipeline(steps, memory=estimator.memory), estimator[-1]


def steps_key(pipeline: Pipeline) -> str | None:
    """Return what is equal if the steps before the last are; None if nothing can tell."""
    try:
        return str(content_hash(pipeline.steps[:-1]))
    except Exception:  # whatever pickles raise, such as that of a lambda
        return None


def _balanced(y: Any, sample_weight: Any) -> np.ndarray:
    """Return the weights of rows by which all classes weigh the same, of each label if several."""
    y = y.toarray() if hasattr(y, "toarray") else np.asarray(y)
    weights = np.ones(len(y)) if sample_weight is None else np.array(sample_weight, dtype=float)
    rows = np.flatnonzero(weights)
    before = weights[rows]
    for column in y[rows].reshape(len(rows), -1).T:
        classes, codes = np.unique(column, return_inverse=True)
        each = compute_class_weight("balanced", classes=classes, y=column, sample_weight=before)
        weights[rows] *= each[codes]
    return weights


def _of_last_step(params: dict[str, Any], estimator: Any) -> dict[str, Any]:
    """Return what `fit` was given for the last step; others take nothing."""
    if not isinstance(estimator, Pipeline):
        return params
    last = estimator.steps[-1][0]
    if get_config()["enable_metadata_routing"]:
        given = dict(process_routing(estimator, "fit", **params)[last].fit)
        others = [name for name in params if name not in given]
    else:
        prefix = f"{last}__"
        given = {name.removeprefix(prefix): value for name, value in params.items()}
        others = [name for name in params if not name.startswith(prefix)]
    if others:
        raise ValueError(
            f"fit was given {', '.join(others)}, but where training goes on epoch by epoch only "
            f"the last step can be given anything: pass {last}__sample_weight, or leave it out."
        )
    return given


def _path(checkpoints: Path, task: Task) -> Path:
    return checkpoints / f"{task}.pickle"


def _save(checkpoints: Path, task: Task, value: Any) -> None:
    """Keep a checkpoint."""
    try:
        content = pickle.dumps(value)
    except Exception:  # it holds what a notebook defines
        content = pickle.dumps(wrap_non_picklable_objects(value, keep_wrapper=False))
    _write(_path(checkpoints, task), content)


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all."""
    part = path.with_suffix(f".{time.time_ns()}")
    part.write_bytes(content)
    part.replace(path)


def _load(checkpoints: Path, task: Task) -> Any:
    """Return the checkpoint with the most epochs up to those of a task; None: there is none.

    What is lost, such as on another machine, is trained again, with the same result.
    """
    found = sorted(
        (int(path.stem.rpartition("-")[2]), path)
        for path in checkpoints.glob(f"{task.candidate}-{task.fold}-*.pickle")
    )
    usable = [path for epochs, path in found if epochs <= (task.epochs or 0)]
    with warnings.catch_warnings(), suppress(Exception):  # as lost as one that there is not
        warnings.simplefilter("ignore")
        return pickle.loads(usable[-1].read_bytes())
    return None


def drop_checkpoints(checkpoints: str, candidate: int) -> None:
    """Delete what waits of a candidate that will not go on."""
    for path in Path(checkpoints).glob(f"{candidate}-*"):  # also of a save that was interrupted
        path.unlink(missing_ok=True)
