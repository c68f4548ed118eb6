"""What a search trains next, given what came of it so far.

A plan is a generator. It yields rounds: lists of candidates, each with the number of epochs that
it shall have trained when the round is over (None: as many as it wants). It is sent their mean
scores, NaN for one that failed, and goes on. TPE may propose what it has proposed before.
"""

import warnings
from collections.abc import Generator, Mapping, Sequence
from math import ceil, floor, log
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import ParameterSampler
from sklearn.utils import check_random_state

from .._optional import import_heavy
from ._optuna_space import as_trial_params, suggest_params

Space = Mapping[str, Any] | Sequence[Mapping[str, Any]]
AT_ONCE = 4  # candidates that TPE proposes before it hears of the first: enough for some workers


class Candidate(NamedTuple):
    """What is searched among.

    Attributes
    ----------
    name : str
        Of the estimator; empty, where there is only one.
    params : dict
        For its `set_params`.
    """

    name: str
    params: dict[str, Any]


class Step(NamedTuple):
    """A candidate, and how many epochs it shall have in all."""

    candidate: Candidate
    epochs: int | None = None


Plan = Generator[list[Step], list[float], None]


class Round(NamedTuple):
    """How many candidates are in a round, and how many epochs more they train."""

    n_candidates: int
    epochs: int


def draw(spaces: Mapping[str, Space], n_iter: int, random_state: Any) -> list[Candidate]:
    """Draw candidates at random, as many of each estimator as of any other.

    A space that is smaller is tried as a whole, and its share goes to the others.
    """
    seed = check_random_state(random_state).randint(2**31 - 1) if len(spaces) > 1 else random_state
    drawn: dict[str, list[Candidate]] = {}
    left = n_iter
    by_size = sorted(spaces, key=lambda name: _size(spaces[name], n_iter))
    for number, name in enumerate(by_size):
        share = ceil(left / (len(spaces) - number))
        with warnings.catch_warnings():  # that the space is smaller
            warnings.simplefilter("ignore")
            sampler = ParameterSampler(spaces[name] or {}, share, random_state=seed)
            drawn[name] = [Candidate(name, params) for params in sampler]
        left -= len(drawn[name])
    return [candidate for name in spaces for candidate in drawn[name]]


def _size(space: Space, n_most: int) -> int:
    return len(ParameterSampler(space or {}, n_most))


def all_at_once(candidates: Sequence[Candidate]) -> Plan:
    """Train every candidate to its end."""
    yield [Step(candidate) for candidate in candidates]


def halving(
    candidates: Sequence[Candidate], *, factor: float, min_epochs: int, max_epochs: int
) -> Plan:
    """Train all for a few epochs, the best of them for more, and so on.

    The best `1 / factor` goes on, for `factor` times as many epochs in all; the best ones first,
    so that they are among the results, if the search is stopped.
    """
    n_rounds = 1 + floor(log(max(len(candidates), 1), factor) + 1e-9)
    left, epochs = list(candidates), float(min_epochs)
    for number in range(n_rounds):
        scores = yield [Step(candidate, min(max_epochs, floor(epochs))) for candidate in left]
        if epochs >= max_epochs or number == n_rounds - 1:
            return
        left = [left[row] for row in best(scores, ceil(len(left) / factor))]
        if not left:
            return
        epochs *= factor


def outline(plan: Plan) -> list[Round]:
    """Return the rounds of a plan, if nothing fails; it is used up then."""
    rounds: list[Round] = []
    before = 0
    steps = next(plan)
    while True:
        epochs = steps[0].epochs or 1
        rounds.append(Round(len(steps), epochs - before))
        before = epochs
        try:
            steps = plan.send([0.0] * len(steps))
        except StopIteration:
            return rounds


def best(scores: Sequence[float], n: int) -> list[int]:
    """Return the rows with the best scores, the best first; of equal ones, the first."""
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")[:n]  # NaN comes last
    return [int(row) for row in order if np.isfinite(scores[row])]


def tpe(spaces: Mapping[str, Space], *, n_iter: int, random_state: Any) -> Plan:
    """Train every candidate to its end, and draw the next ones near the best so far."""
    optuna: Any = import_heavy("optuna")
    seed = int(check_random_state(random_state).randint(2**31 - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
    study = _quietly(optuna, lambda: optuna.create_study(direction="maximize", sampler=sampler))
    for n_before in range(0, n_iter, AT_ONCE):
        trials = [study.ask() for _ in range(min(AT_ONCE, n_iter - n_before))]
        scores = yield [Step(_suggest(trial, spaces)) for trial in trials]
        for trial, score in zip(trials, scores, strict=True):
            failed = not np.isfinite(score)
            state = optuna.trial.TrialState.FAIL if failed else None
            study.tell(trial, None if failed else score, state=state)


def _suggest(trial: Any, spaces: Mapping[str, Space]) -> Candidate:
    """Let a trial choose an estimator, if there are several, and its parameters."""
    name = next(iter(spaces))
    if len(spaces) > 1:
        name = trial.suggest_categorical("estimator", list(spaces))
        trial = _Named(trial, name)
    return Candidate(name, suggest_params(trial, spaces[name] or {}))


def as_trial(
    candidate: Candidate, spaces: Mapping[str, Space]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a trial that suggested a candidate would have drawn, and from what.

    Nothing, where that cannot be told: it is for those who look at trials, not for the search.
    """
    try:
        params, drawn_from = as_trial_params(candidate.params, spaces[candidate.name] or {})
    except Exception:  # whatever comparing values of others raises
        return {}, {}
    if len(spaces) == 1:
        return params, drawn_from
    names = _categorical(list(spaces))
    return (
        {"estimator": candidate.name, **{_of(candidate.name, k): v for k, v in params.items()}},
        {"estimator": names, **{_of(candidate.name, k): v for k, v in drawn_from.items()}},
    )


def _categorical(choices: list[str]) -> Any:
    return import_heavy("optuna.distributions").CategoricalDistribution(choices)


def _of(estimator: str, name: str) -> str:
    """Return the name of an estimator's parameter, where others may have one of that name."""
    return f"{estimator}: {name}"


class _Named:
    """A trial whose parameters bear the name of an estimator: others have the same ones."""

    def __init__(self, trial: Any, name: str):
        self._trial = trial
        self._name = name

    def suggest_categorical(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._trial.suggest_categorical(_of(self._name, name), *args, **kwargs)

    def suggest_float(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._trial.suggest_float(_of(self._name, name), *args, **kwargs)

    def suggest_int(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._trial.suggest_int(_of(self._name, name), *args, **kwargs)


def _quietly(optuna: Any, work: Any) -> Any:
    """Do something without what Optuna would log of it."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        return work()
    finally:
        optuna.logging.set_verbosity(level)
