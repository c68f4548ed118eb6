"""A search space as Optuna sees it: candidates drawn by a trial, and finished ones told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._optional import import_heavy
from ._dimension import Dimension, make_dimension, same_values

__all__ = ["as_trial_params", "distributions", "suggest_params"]

# The parameter of a trial that says of which dict the others are.
_BRANCH = "branch"

Space = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def suggest_params(trial: Any, space: Space) -> dict[str, Any]:
    """Draw parameters from a search space through a trial of Optuna.

    Parameters
    ----------
    trial : optuna.trial.Trial or optuna.trial.FixedTrial
        Or what has its methods ``suggest_categorical``, ``suggest_float`` and ``suggest_int``.
    space : dict or list of dict
        ``param_distributions`` as scikit-learn takes them: for each parameter a list of values
        or a distribution of :mod:`scipy.stats`.

    Returns
    -------
    dict of str to object
        For the pipeline's `set_params`. An estimator in it is that of the space: clone it.

    Raises
    ------
    TypeError
        If a parameter has neither a list nor a distribution.
    ValueError
        If `space` has no dict.

    See Also
    --------
    sk_textnn.search_space : Spaces for all networks.

    Notes
    -----
    Of several dicts, the trial's parameter ``branch`` chooses one; the names of its parameters
    then begin with its number, as in ``1/clf__units``, for Optuna wants one distribution a name.
    Equal dicts share the number of the first, so that what a sampler learns of one it knows of all.

    A list of None, booleans, numbers and strings is drawn by value, another one by position.
    ``uniform``, ``loguniform`` and ``randint`` are Optuna's own; of other distributions the
    quantile is drawn, without the outermost millionth at both ends. Where there are none, of
    something with a method ``rvs`` only, it is a seed: right, but nothing a sampler can learn
    from.

    Examples
    --------
    >>> from optuna.trial import FixedTrial
    >>> from sk_textnn import search_space
    >>> from sk_textnn.search import suggest_params
    >>> trial = FixedTrial(
    ...     {
    ...         "clf__filters": 32,
    ...         "clf__kernel_sizes": 1,
    ...         "clf__dropout": 0.5,
    ...         "clf__learning_rate": 0.002,
    ...         "embed__vector_size": 50,
    ...         "pad__maxlen": "p95",
    ...     }
    ... )
    >>> suggest_params(trial, search_space("cnn", "small"))  # doctest: +NORMALIZE_WHITESPACE
    {'clf__dropout': 0.5, 'clf__filters': 32, 'clf__kernel_sizes': (2, 3),
     'clf__learning_rate': 0.002, 'embed__vector_size': 50, 'pad__maxlen': 'p95'}
    """
    branches = _branches(space)
    number = 0
    if len(branches) > 1:
        number = trial.suggest_categorical(_BRANCH, list(range(len(branches))))
    params = {}
    for name, label, dimension in _dimensions(branches, number):
        suggest = getattr(trial, f"suggest_{dimension.kind}")
        params[name] = dimension.read(suggest(label, **dimension.settings))
    return params


def distributions(space: Space, branch: int = 0) -> dict[str, Any]:
    """Return the distributions of a trial that draws from one dict of a space.

    Parameters
    ----------
    space : dict or list of dict
        As for `suggest_params`.
    branch : int, default=0
        Number of the dict.

    Returns
    -------
    dict of str to optuna.distributions.BaseDistribution
        By the names of the trial's parameters; without those of which nothing can be told.
    """
    branches = _branches(space)
    own = {
        label: _distribution(dimension.kind, dimension.settings)
        for _, label, dimension in _dimensions(branches, branch)
        if dimension.write is not None
    }
    if len(branches) == 1:
        return own
    numbers = {"choices": list(range(len(branches)))}
    return {_BRANCH: _distribution("categorical", numbers), **own}


def as_trial_params(
    params: Mapping[str, Any], space: Space, branch: int | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a trial would have drawn: so Optuna is told of candidates drawn elsewhere.

    Parameters
    ----------
    params : dict of str to object
        As drawn by `suggest_params` or by :class:`~sklearn.model_selection.ParameterSampler`.
    space : dict or list of dict
        From which they were drawn.
    branch : int or None, default=None
        Number of the dict; None: the first that they can be from.

    Returns
    -------
    params : dict of str to object
        The parameters of the trial.
    distributions : dict of str to optuna.distributions.BaseDistribution
        Theirs; both are for :func:`optuna.trial.create_trial`.

    Raises
    ------
    ValueError
        If the parameters are not from this space.
    """
    branches = _branches(space)
    numbers = range(len(branches)) if branch is None else [branch]
    fault = f"it has no dict with just the parameters {sorted(params)}"
    for number in numbers:
        if branches[number].keys() == params.keys():
            try:
                drawn = _written(params, branches, number)
            except ValueError as error:
                fault = str(error)
            else:
                return drawn, distributions(space, number)
    raise ValueError(
        f"These parameters are not from this search space: {fault}. Pass the space from which "
        "they were drawn."
    )


def _written(
    params: Mapping[str, Any], branches: list[dict[str, Any]], number: int
) -> dict[str, Any]:
    """Return the trial's parameters, if these can be from this dict."""
    drawn: dict[str, Any] = {_BRANCH: number} if len(branches) > 1 else {}
    for name, label, dimension in _dimensions(branches, number):
        if dimension.write is not None:
            try:
                drawn[label] = dimension.write(params[name])
            except (TypeError, ValueError):  # a TypeError: None, where a number was expected
                raise ValueError(f"{name} cannot be {params[name]!r}") from None
    return drawn


def _branches(space: Space) -> list[dict[str, Any]]:
    """Return the dicts of a space."""
    branches = [space] if isinstance(space, Mapping) else list(space)
    if not branches:
        raise ValueError("space must be a dict or a list of at least one, not an empty list.")
    return [dict(branch) for branch in branches]


def _dimensions(
    branches: list[dict[str, Any]], number: int
) -> Iterator[tuple[str, str, Dimension]]:
    """Yield name, name in the trial and dimension of each parameter, in a fixed order."""
    branch = branches[number]
    prefix = ""
    if len(branches) > 1:
        first = next(i for i, other in enumerate(branches) if _same_branch(other, branch))
        prefix = f"{first}/"
    for name, values in sorted(branch.items()):
        yield name, prefix + name, make_dimension(name, values)


def _distribution(kind: str, settings: dict[str, Any]) -> Any:
    """Return a distribution of Optuna."""
    kinds = import_heavy("optuna.distributions")
    return getattr(kinds, f"{kind.capitalize()}Distribution")(**settings)


def _same_branch(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two dicts have the same parameters with the same values."""
    return one is other or (
        one.keys() == other.keys() and all(same_values(one[name], other[name]) for name in one)
    )
