"""What a search will cost, told before it is begun."""

import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state, indexable

from ._carry_out import make_plan
from ._drive import make_candidate
from ._plans import Candidate, draw, outline
from ._tasks import FoldData, Task, can_pause, run_task, split_steps, steps_key

N_PROBED = 8  # candidates that are tried
START = 6.0  # seconds until a worker process has loaded TensorFlow


@dataclass(frozen=True)
class SearchCost:
    """What a search will cost, made by `estimate_cost`.

    Parameters
    ----------
    seconds : float
        From begin to end, with as many processes as `n_jobs` says, the fit to all rows included.
    core_seconds : float
        Of all processes together.
    memory : float or None
        Bytes of all processes together; None, where the system does not tell.
    n_fits : int
        Fits of a candidate on a fold, whole or for some epochs.
    probe_seconds : float
        What it took to estimate this.

    Examples
    --------
    >>> from sk_textnn.search import SearchCost
    >>> print(SearchCost(90.0, 170.0, 2.5e9, 12, 3.0))
    about 1.5 minutes, 2.5 GB for 12 fits
    """

    seconds: float
    core_seconds: float
    memory: float | None
    n_fits: int
    probe_seconds: float

    def __str__(self) -> str:
        memory = "" if self.memory is None else f", {self.memory / 1e9:.1f} GB"
        return f"about {self.seconds / 60:.1f} minutes{memory} for {self.n_fits} fits"


class _Probe(NamedTuple):
    """Seconds that a candidate takes: of each row, but for those until its graph is traced."""

    candidate: Candidate
    pauses: bool
    tracing: float
    steps: float
    epoch: float
    score: float


def estimate_cost(
    search: Any, X: Any, y: Any = None, *, groups: Any = None, n_rows: int = 500
) -> SearchCost:
    """Estimate what a search will cost, from a short probe.

    Parameters
    ----------
    search : ArchitectureSearchCV
        It is left as it is.
    X : sequence of str of length n_samples
        Or what else its estimator takes.
    y : array-like of shape (n_samples,), default=None
        Target of each row.
    groups : array-like of shape (n_samples,), default=None
        For folds that go by groups, as given to the search's `fit`.
    n_rows : int, default=500
        Rows on which some candidates are tried; more make it more exact.

    Returns
    -------
    SearchCost
        What all of it will take.

    Raises
    ------
    ValueError
        If none of the candidates that are tried can be trained.

    See Also
    --------
    ArchitectureSearchCV : The search.

    Notes
    -----
    Some candidates are trained for two epochs on a few rows, and one of them whole, on a fold: for
    nothing else tells after how many epochs networks stop. What differs from this is that the
    survivors of halving need not cost what the average candidate does, and that some stop earlier.

    Examples
    --------
    >>> from sk_textnn import ArchitectureSearchCV, make_text_classifier
    >>> from sk_textnn.datasets import make_text_classification
    >>> from sk_textnn.search import estimate_cost
    >>> texts, labels = make_text_classification(60, random_state=0, return_X_y=True)
    >>> search = ArchitectureSearchCV(
    ...     make_text_classifier("averaging", random_state=0).set_params(clf__epochs=3),
    ...     {"clf__max_ngram": [1, 2]},
    ...     n_iter=2,
    ...     cv=2,
    ... )
    >>> cost = estimate_cost(search, texts, labels)
    >>> cost.n_fits
    4
    """
    start = time.perf_counter()
    X, y = indexable(X, y)
    estimators, spaces = search._estimators_and_spaces()
    cv = check_cv(search.cv, y, classifier=is_classifier(next(iter(estimators.values()))))
    folds = list(cv.split(X, y, groups))
    candidates = draw(spaces, search.n_iter, search.random_state)
    rng = check_random_state(search.random_state)
    few = [np.sort(rng.permutation(part)[:n_rows]) for part in folds[0]]
    data = FoldData(X, y, [folds[0], (few[0], few[1])], search._get_scorers()[0], {}, {}, True)
    some = [candidates[number] for number in rng.permutation(len(candidates))[:N_PROBED]]
    probes = _probe_each(data, estimators, some)
    n_train, n_test = len(folds[0][0]), len(folds[0][1])
    n_epochs = _epochs_of_whole(data, estimators, probes, n_train, n_test)
    n_jobs = effective_n_jobs(search.n_jobs)
    n_traced = 1 / len(folds)  # these share a graph, as one process trains all of a candidate
    tracing = float(np.median([probe.tracing for probe in probes]))
    rounds = _rounds(search, candidates, estimators, n_epochs)
    each = []
    for probe in probes:
        seconds = 0.0
        for share, epochs in rounds if probe.pauses else [(1.0, 1.0)]:
            n_scored = epochs if search.strategy == "halving" else 1.0  # after each, or at the end
            trained = epochs * n_train * probe.epoch + n_scored * n_test * probe.score
            seconds += share * (tracing * n_traced + trained)
        each.append(seconds)
    steps = float(np.mean([probe.steps for probe in probes]))
    core_seconds = len(candidates) * len(folds) * sum(each) / len(some)
    core_seconds += _n_steps(candidates, estimators) * len(folds) * n_train * steps
    refit = 0.0
    if search.refit:
        mean_epoch = float(np.mean([probe.epoch for probe in probes]))
        refit = (n_train + n_test) * (n_epochs * mean_epoch + steps)
    memory = _resident()
    n_processes = 1 if n_jobs == 1 else n_jobs + 1
    start_up = 0.0 if n_jobs == 1 else START
    return SearchCost(
        seconds=core_seconds / n_jobs + start_up + refit,
        core_seconds=core_seconds + start_up * n_jobs + refit,
        memory=None if memory is None else memory * n_processes,
        n_fits=round(sum(share for share, _ in rounds) * len(candidates)) * len(folds),
        probe_seconds=time.perf_counter() - start,
    )


def _probe_each(
    data: FoldData, estimators: dict[str, Any], candidates: list[Candidate]
) -> list[_Probe]:
    """Probe candidates; those that fail cost a search next to nothing, and are left out."""
    probes, errors = [], []
    for candidate in candidates:
        try:
            probes.append(_probe(data, candidate, make_candidate(estimators, candidate)))
        except Exception as error:  # a search would go on, too
            errors.append(error)
    if not probes:
        raise ValueError(
            f"None of the {len(candidates)} candidates that were tried could be trained, so that "
            f"there is nothing to estimate from. The first failed with {errors[0]!r}."
        ) from errors[0]
    return probes


def _probe(data: FoldData, candidate: Candidate, estimator: Any) -> _Probe:
    """Train a candidate for two epochs on a few rows, the second fold of the data."""
    n_train, n_test = (len(rows) for rows in data.folds[1])
    if not can_pause(estimator):
        outcome = run_task(data, estimator, Task(0, 1), None)
        fit, score = outcome.fit_seconds / n_train, outcome.score_seconds / n_test
        return _Probe(candidate, False, 0.0, 0.0, fit, score)
    with tempfile.TemporaryDirectory() as folder:
        X, y, _ = data.part(estimator, 1, test=False)
        steps, clf = split_steps(clone(estimator))
        begun = time.perf_counter()
        Xt = X if steps is None else steps.fit_transform(X, y)
        prepared = time.perf_counter()
        clf.partial_fit(Xt, y, **({"classes": np.unique(y)} if np.ndim(y) == 1 else {}))
        first = time.perf_counter()
        clf.partial_fit(Xt, y)
        second = time.perf_counter()
        once, twice = (run_task(data, estimator, Task(0, 1, n), folder) for n in (1, 2))
    epoch, score = second - first, twice.score_seconds - once.score_seconds
    # The first epoch traces the graph that trains, the first score the one that predicts.
    tracing = max(0.0, first - prepared - epoch) + max(0.0, once.score_seconds - score)
    return _Probe(
        candidate, True, tracing, (prepared - begun) / n_train, epoch / n_train, score / n_test
    )


def _epochs_of_whole(
    data: FoldData, estimators: dict[str, Any], probes: list[_Probe], n_train: int, n_test: int
) -> float:
    """Fit the candidate in the middle whole, on a fold; return how many epochs it took."""
    pausing = sorted((probe for probe in probes if probe.pauses), key=lambda probe: probe.epoch)
    if not pausing:
        return 1.0
    chosen = pausing[len(pausing) // 2]
    outcome = run_task(data, make_candidate(estimators, chosen.candidate), Task(0, 0), None)
    seconds = outcome.fit_seconds - n_train * chosen.steps
    return max(1.0, seconds / (n_train * chosen.epoch))


def _rounds(
    search: Any, candidates: list[Candidate], estimators: dict[str, Any], n_epochs: float
) -> list[tuple[float, float]]:
    """Return for each round which share of the candidates is in it, and for how many epochs."""
    if search.strategy != "halving":
        return [(1.0, n_epochs)]
    rounds = outline(make_plan(search, estimators, {}, candidates))
    return [(each.n_candidates / len(candidates), float(each.epochs)) for each in rounds]


def _n_steps(candidates: list[Candidate], estimators: dict[str, Any]) -> int:
    """Return how many different steps before the last candidates have: equal ones are shared."""
    different: set[Any] = set()
    for number, candidate in enumerate(candidates):
        made = make_candidate(estimators, candidate)
        if isinstance(made, Pipeline) and can_pause(made):  # others are timed whole
            different.add(steps_key(made) or number)
    return len(different)


def _resident() -> float | None:
    """Return the greatest size that this process has had, in bytes."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return float(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
