"""Checks of parameters and fitted state: who may change them, and when."""

import inspect
from typing import Any

import joblib
from sklearn.base import clone

from ._answers import answers, assert_same
from ._corpus import Reads, make_corpus, make_other_corpus
from ._failure import failure, no_error, tell
from ._fitting import fitted, fitted_once, fitted_state, fresh, other_params
from ._holders import holds_estimator
from ._process import in_another_process, listen


def check_constructor_is_explicit(name: str, estimator: Any, reads: Reads) -> None:
    """The constructor names every parameter and only keeps it, and `get_params` gives it back."""
    constructor = type(estimator).__init__
    given: dict[str, Any] = {}
    parameters = list(inspect.signature(constructor).parameters.values())[1:]
    for parameter in [] if constructor is object.__init__ else parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise failure(name, "the constructor's signature", str(parameter), "named parameters")
        given[parameter.name] = object()
    try:
        made = type(estimator)(**given)
    except Exception as error:  # an estimator of others may raise anything
        done = "constructor called with objects of no meaning"
        raise failure(name, done, tell(error), "that it only assigns them") from error
    got = made.get_params(deep=False)
    if got.keys() != given.keys():
        raise failure(name, "get_params", f"the names {sorted(got)}", f"{sorted(given)}")
    for key, value in given.items():
        if got[key] is not value or getattr(made, key, None) is not value:
            raise failure(name, f"parameter {key!r} passed", "another object", "the same object")
    copy = clone(estimator)
    for key, value in _own_params(estimator).items():
        kept = _own_params(copy)[key]
        if not _same_value(kept, value):
            raise failure(name, f"clone with {key}={value!r}", f"{kept!r}", "the same value")


def check_clone_refits_the_same(name: str, estimator: Any, reads: Reads) -> None:
    """A clone of a fitted estimator is not fitted, and answers the same once it is."""
    corpus, model = make_corpus(estimator, reads), fitted_once(estimator, reads)
    copy = clone(model)
    left = fitted_state(copy).keys() - fitted_state(clone(estimator)).keys()
    if copy is model or left:
        raise failure(name, "clone after fit", f"a clone with {sorted(left)}", "one not fitted")
    expected = answers(model, corpus.X)
    assert_same(name, "fit of a clone", answers(copy.fit(corpus.X, corpus.y), corpus.X), expected)


def check_fit_keeps_parameters(name: str, estimator: Any, reads: Reads) -> None:
    """`fit` replaces no parameter, nor anything inside one."""
    corpus, model = make_corpus(estimator, reads), fresh(estimator)
    before = _own_params(model)
    hashes = {key: _hash(value) for key, value in before.items()}
    shown = {key: repr(value) for key, value in before.items()}
    model.fit(corpus.X, corpus.y)
    after = _own_params(model)
    for key, value in before.items():
        if key not in after or after[key] is not value or _hash(after[key]) != hashes[key]:
            came = f"{key}={after.get(key)!r}"
            raise failure(name, "fit", came, f"{key}={shown[key]}, the very object")


def check_set_params_waits_for_fit(name: str, estimator: Any, reads: Reads) -> None:
    """`set_params` after `fit` changes no answer and nothing fitted before the next `fit`.

    Tried with numeric parameters and random states. Fitted attributes that hold the estimator,
    such as its bound methods, change with it and are left out.
    """
    corpus, model = make_corpus(estimator, reads), fitted(estimator, reads)
    expected, state = answers(model, corpus.X), _hashes(model)
    changes = other_params(model)
    model.set_params(**changes)
    done = f"set_params({_listed(changes)}) after fit"
    params = model.get_params()
    for key, value in changes.items():
        if params[key] is not value:
            raise failure(name, done, f"{key}={params[key]!r} from get_params", repr(value))
    changed = [
        key
        for key, value in _hashes(model).items()
        if value != state.get(key) and not holds_estimator(fitted_state(model)[key], model)
    ]
    if changed:
        raise failure(name, done, f"other {changed}", "the fitted attributes as they were")
    assert_same(name, done, answers(model, corpus.X), expected)

    chosen, new = _fit_with_others(estimator, changes, corpus)
    old = fitted(estimator, reads).set_params(**chosen).fit(corpus.X, corpus.y)
    done = f"fit after set_params({_listed(chosen)})"
    assert_same(name, done, answers(old, corpus.X), answers(new, corpus.X))


def check_second_fit_forgets_first(name: str, estimator: Any, reads: Reads) -> None:
    """A second `fit`, with other texts and classes, leaves nothing of the first."""
    other, twice = make_other_corpus(reads), fitted(estimator, reads)
    once = fresh(estimator).fit(other.X, other.y)
    twice.fit(other.X, other.y)
    left = sorted(fitted_state(twice).keys() ^ fitted_state(once).keys())
    done = "fit a second time, with other texts"
    if left:
        raise failure(name, done, f"{left} differ", "the attributes of a first fit")
    hashes, wanted = _hashes(twice), _hashes(once)
    got, expected = (answers(model, other.X, labels=True) for model in (twice, once))
    assert_same(name, done, got, expected)
    left = [key for key, value in hashes.items() if value != wanted[key]]
    if left:  # not what differs in any two fits, such as times
        again = _hashes(fresh(estimator).fit(other.X, other.y))
        left = [key for key in left if again[key] == wanted[key]]
    if left:
        raise failure(name, done, f"other {left}", "the values of a first fit")


def check_fit_transform_is_fit_and_transform(name: str, estimator: Any, reads: Reads) -> None:
    """`fit_transform` returns what `fit` and `transform` return, and leaves the same behind."""
    corpus, other = make_corpus(estimator, reads), make_other_corpus(reads)
    model, expected = fresh(estimator), fitted(estimator, reads)
    got = {"transform": model.fit_transform(corpus.X, corpus.y)}
    assert_same(name, "fit_transform", got, {"transform": expected.transform(corpus.X)})
    X = corpus.like(other.texts)
    assert_same(name, "transform after fit_transform", answers(model, X), answers(expected, X))


def check_answering_changes_nothing(name: str, estimator: Any, reads: Reads) -> None:
    """`predict` and `transform` learn nothing: neither words nor anything else."""
    corpus, other = make_corpus(estimator, reads), make_other_corpus(reads)
    model = fitted(estimator, reads)
    state, expected = _hashes(model), answers(model, corpus.X)
    done = "texts with unseen words answered"
    with no_error(name, done):
        answers(model, corpus.like(other.texts), labels=True)
    changed = [key for key, value in _hashes(model).items() if value != state.get(key)]
    if changed:
        raise failure(name, done, f"other {changed}", "the fitted attributes as they were")
    assert_same(name, done, answers(model, corpus.X), expected)


def check_quiet(name: str, estimator: Any, reads: Reads) -> None:
    """`fit`, `predict` and `transform` print nothing, from C code neither, and do not warn.

    All warnings count but those that Python does not show by default: DeprecationWarning,
    PendingDeprecationWarning, ImportWarning and ResourceWarning.
    """
    corpus = make_corpus(estimator, reads)
    done = "fit and answer in another process"
    with no_error(name, done):
        printed, warned = in_another_process(listen, fresh(estimator), corpus.X, corpus.y)
    if printed:
        raise failure(name, done, f"printed {printed.strip()!r}", "nothing printed")
    if warned:
        raise failure(name, done, "; ".join(warned), "no warning")


def _own_params(estimator: Any, prefix: str = "") -> dict[str, Any]:
    """Return the parameters, those of a Pipeline's or FeatureUnion's steps instead of the steps.

    Steps are fitted where they are, so they may change, and so may the list that holds them.
    """
    own: dict[str, Any] = {}
    for key, value in estimator.get_params(deep=False).items():
        if isinstance(value, list) and value and all(_is_step(part) for part in value):
            for step, part, *_ in value:
                if hasattr(part, "get_params"):
                    own |= _own_params(part, f"{prefix}{step}__")
        else:
            own[prefix + key] = value
    return own


def _is_step(part: Any) -> bool:
    return isinstance(part, tuple) and len(part) > 1 and isinstance(part[0], str)


def _hash(value: Any) -> str | None:
    """Hash a value by what is in it; None if that cannot be pickled."""
    try:
        return joblib.hash(value)
    except Exception:  # pickling runs code of any kind
        return None


def _hashes(estimator: Any) -> dict[str, str | None]:
    return {key: _hash(value) for key, value in fitted_state(estimator).items()}


def _same_value(one: Any, other: Any) -> bool:
    return one is other or _hash(one) == _hash(other)


def _listed(params: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in params.items())


def _fit_with_others(
    estimator: Any, changes: dict[str, Any], corpus: Any
) -> tuple[dict[str, Any], Any]:
    """Fit a clone with all changes or, if they are not allowed, with the first one that is."""
    attempts = [changes, *({key: value} for key, value in changes.items())]
    for chosen in attempts:
        try:
            return chosen, fresh(estimator).set_params(**chosen).fit(corpus.X, corpus.y)
        except (ValueError, TypeError):
            continue
    return {}, fresh(estimator).fit(corpus.X, corpus.y)
