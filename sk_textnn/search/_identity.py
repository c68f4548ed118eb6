"""What a search is: so that a journal is not gone on with by another one."""

from collections.abc import Callable, Mapping
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import joblib
import numpy as np
import scipy.sparse

from .. import __version__

NO_MATTER = ("memory", "n_jobs", "verbose")  # parameters that leave the results as they are


def identity(
    *, X: Any, y: Any, given: Any, folds: Any, estimators: Any, spaces: Any, how: Any
) -> dict[str, str]:
    """Return what two searches must have in common to share a journal, in words and hashes.

    Parameters
    ----------
    X, y : as given to `fit`
    given : dict, or sequence of dict
        What else `fit` was given.
    folds : list of (train, test) row numbers
    estimators : dict of str to estimator
    spaces : dict of str to param_distributions
    how : dict of str to object
        The search's other parameters by their names.

    Returns
    -------
    dict of str to str

    Raises
    ------
    TypeError
        If something cannot be told from another one.
    """
    parts: dict[str, Callable[[], Any]] = {
        "data": lambda: [_content(X), _content(y), _plain(given)],
        "folds": lambda: folds,
        "estimators": lambda: _plain(estimators),
        "param_distributions": lambda: _plain(spaces),
        **{name: partial(_plain, value) for name, value in how.items()},
        "version of sk_textnn": lambda: __version__,
    }
    return {name: _hash(name, part) for name, part in parts.items()}


def _hash(name: str, part: Callable[[], Any]) -> str:
    try:
        return str(joblib.hash(part()))
    except Exception as error:  # whatever pickling something strange raises
        raise TypeError(
            f"A journal must know its search again, but there is something in its {name} that "
            f"cannot be pickled: {error}. Search without a journal, or define it in a module."
        ) from error


def _content(data: Any) -> Any:
    """Return data as they are; a sparse matrix without what it learns of itself in use."""
    if not scipy.sparse.issparse(data):
        return data
    rows = data.tocsr(copy=True)
    rows.sum_duplicates()
    return rows.shape, rows.data, rows.indices, rows.indptr


def _plain(value: Any) -> Any:
    """Return what can be pickled, and is the same in all processes, also after use."""
    if isinstance(value, Mapping):
        return sorted([joblib.hash(_plain(key)), joblib.hash(_plain(value[key]))] for key in value)
    if isinstance(value, set | frozenset):
        return sorted(joblib.hash(_plain(each)) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, type):
        return _name(value)
    if hasattr(value, "get_params"):
        params = value.get_params(deep=False)
        return _kind(value), _plain({k: v for k, v in params.items() if k not in NO_MATTER})
    if hasattr(value, "rvs"):  # what it draws tells a distribution, whatever it is made of
        rng = np.random.RandomState(0)
        draws = [_plain(value.rvs(random_state=rng)) for _ in range(20)]
        return draws, _plain([getattr(value, "args", ()), getattr(value, "kwds", {})])
    if hasattr(value, "get_config"):  # Keras's; it numbers the names
        config = value.get_config()
        return _kind(value), _plain({k: v for k, v in config.items() if k != "name"})
    return _function(value) if callable(value) else value


def _function(value: Any) -> Any:
    """Return what tells functions apart, and other things that can be called."""
    if isinstance(value, partial):
        return _plain([value.func, value.args, value.keywords])
    if isinstance(value, MethodType):
        return _plain([value.__func__, value.__self__])
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        held = [each for each in cells if each is not value]
        return (
            _name(value),
            _code(value.__code__),
            _plain([value.__defaults__, value.__kwdefaults__, held]),
        )
    return _kind(value), getattr(value, "__name__", ""), _plain(getattr(value, "__dict__", {}))


def _code(code: CodeType) -> Any:
    """Return what a function does, without where it stands in its file."""
    inner = [_code(each) if isinstance(each, CodeType) else _plain(each) for each in code.co_consts]
    return code.co_code, code.co_names, inner


def _kind(value: Any) -> str:
    return _name(type(value))


def _name(value: Any) -> str:
    return f"{value.__module__}.{value.__qualname__}"
