"""Checks for text estimators, in the manner of scikit-learn's own.

scikit-learn's checks make tables of numbers, so an estimator of texts skips nearly all of them.
These make texts, or TokenSequences.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Literal

from sklearn import config_context

from . import _answer_checks as answering
from . import _company_checks as company
from . import _input_checks as inputs
from . import _sameness_checks as sameness
from . import _state_checks as state
from . import _watched as watched
from ._corpus import Reads, refuse_what_is_not_checked, what_it_reads
from ._failure import Failure, failure, tell
from ._fitting import fitted_once

if TYPE_CHECKING:
    import pytest

__all__ = ["check_text_estimator", "parametrize_with_text_checks"]

# Each called with the name to use in messages, the estimator, and what it reads.
_CHECKS: tuple[Callable[..., None], ...] = (
    state.check_constructor_is_explicit,
    inputs.check_single_string_is_refused,
    inputs.check_wrong_rows_are_named,
    inputs.check_pandas_series,
    inputs.check_unseen_words,
    inputs.check_empty_and_one_word_texts,
    inputs.check_long_texts,
    inputs.check_unicode,
    answering.check_not_fitted,
    answering.check_predict_agrees_with_scores,
    state.check_clone_refits_the_same,
    state.check_fit_keeps_parameters,
    state.check_set_params_waits_for_fit,
    state.check_second_fit_forgets_first,
    state.check_fit_transform_is_fit_and_transform,
    state.check_answering_changes_nothing,
    state.check_quiet,
    sameness.check_padding_independence,
    sameness.check_row_order_independence,
    sameness.check_batch_independence,
    sameness.check_determinism_in_one_process,
    watched.check_data_is_left,
    watched.check_global_state_is_left,
    sameness.check_determinism_across_processes,
    sameness.check_pickle_across_processes,
    company.check_stratified_folds,
    company.check_pipeline_memory,
    company.check_randomized_search,
)
_LONGEST_ID = 100


def parametrize_with_text_checks(
    estimators: Iterable[Any],
    *,
    reads: Literal["texts", "sequences"] | None = None,
    expected_failed_checks: Callable[[Any], dict[str, str]] | None = None,
) -> "pytest.MarkDecorator":
    """Make a pytest decorator that runs every check on every text estimator.

    Parameters
    ----------
    estimators : iterable of estimators
        Transformers or classifiers of raw texts or of :class:`TokenSequences`, Pipelines
        included: instances, not fitted, with the smallest parameters that make sense. They are
        cloned, never changed.
    reads : {"texts", "sequences"} or None, default=None
        What all of them read. None: each is asked by scikit-learn's tags; raw texts if
        ``input_tags.string`` is set, of a Pipeline that of its first step.
    expected_failed_checks : callable or None, default=None
        Gets an estimator, returns a dict from names of checks to the reason why they fail:
        pytest marks them xfail.

    Returns
    -------
    pytest.MarkDecorator
        For a test with the arguments ``estimator`` and ``check``.

    Raises
    ------
    TypeError
        If a class came instead of an instance, or an estimator that is neither a transformer nor
        a classifier.
    ValueError
        If `reads` is none of these.

    See Also
    --------
    check_text_estimator : Runs all checks at once.
    sklearn.utils.estimator_checks.parametrize_with_checks : Those of scikit-learn; run both.

    Examples
    --------
    >>> from sk_textnn import TextTokenizer
    >>> from sk_textnn.utils.estimator_checks import parametrize_with_text_checks
    >>> @parametrize_with_text_checks([TextTokenizer()])
    ... def test_text_estimator(estimator, check):
    ...     check(estimator)
    """
    import pytest

    cases = []
    for position, estimator in enumerate(estimators):
        shown = _shown(estimator, position)
        expected = {} if expected_failed_checks is None else expected_failed_checks(estimator)
        for check in _checks_of(estimator, reads):
            reason = expected.get(_name_of(check))
            marks = () if reason is None else (pytest.mark.xfail(reason=reason),)
            case_id = f"{shown}-{_name_of(check)}"
            cases.append(pytest.param(estimator, check, marks=marks, id=case_id))
    return pytest.mark.parametrize(("estimator", "check"), cases)


def check_text_estimator(
    estimator: Any,
    *,
    reads: Literal["texts", "sequences"] | None = None,
    on_fail: Literal["raise"] | None = "raise",
) -> list[dict[str, Any]]:
    """Run every check on one text estimator.

    Parameters
    ----------
    estimator : estimator
        As in :func:`parametrize_with_text_checks`.
    reads : {"texts", "sequences"} or None, default=None
        What it reads; None: as scikit-learn's tags say.
    on_fail : "raise" or None, default="raise"
        Whether the first failure is raised, or all are returned.

    Returns
    -------
    list of dict
        One a check, with ``estimator``, ``check_name``, ``status``, which is ``"passed"`` or
        ``"failed"``, and ``exception``, which is None if it passed.

    Raises
    ------
    TypeError
        If a class came instead of an instance, or an estimator that is neither a transformer nor
        a classifier.
    ValueError
        If `reads` is none of these.
    AssertionError
        If a check fails, and `on_fail` is ``"raise"``: what was done, what came, what was
        expected. Errors of the estimator are its cause.

    See Also
    --------
    parametrize_with_text_checks : The same as a pytest decorator.

    Examples
    --------
    >>> from sk_textnn import TextTokenizer
    >>> from sk_textnn.utils.estimator_checks import check_text_estimator
    >>> results = check_text_estimator(TextTokenizer())
    >>> {result["status"] for result in results}
    {'passed'}
    """
    results = []
    for check in _checks_of(estimator, reads):
        caught: Exception | None = None
        try:
            check(estimator)
        except Exception as error:  # an estimator of others may raise anything
            if on_fail == "raise":
                raise
            caught = error
        results.append(
            {
                "estimator": estimator,
                "check_name": _name_of(check),
                "status": "passed" if caught is None else "failed",
                "exception": caught,
            }
        )
    return results


def _checks_of(estimator: Any, reads: Reads | None) -> Iterator[partial[None]]:
    """Yield the checks that mean something for an estimator, ready to be called with it."""
    refuse_what_is_not_checked(estimator)
    if reads not in (None, "texts", "sequences"):
        raise ValueError(f"reads must be 'texts', 'sequences' or None, not {reads!r}.")
    for check in _CHECKS:
        needs_transform = check is state.check_fit_transform_is_fit_and_transform
        if not needs_transform or hasattr(estimator, "transform"):
            name = type(estimator).__name__
            yield partial(_told(check), name, reads=reads or what_it_reads(estimator))


def _told(check: Callable[..., None]) -> Callable[..., None]:
    """Make every error of a check one that says what was done, what came, what was expected."""

    @wraps(check)
    def told(name: str, estimator: Any, reads: Reads) -> None:
        try:
            check(name, estimator, reads)
        except Exception as error:  # an estimator of others may raise anything
            # If even the first fit fails, that says more than what the check met.
            fitted_once(estimator, reads)
            if isinstance(error, Failure):
                raise
            raise failure(name, check.__name__, tell(error), "no error") from error

    return told


def _name_of(check: Any) -> str:
    return check.func.__name__


def _shown(estimator: Any, position: int) -> str:
    """Name an estimator by its parameters, as far as they fit, the same in every process."""
    if any(_holds_set(value) for value in estimator.get_params().values()):
        return f"{type(estimator).__name__}{position}"
    with config_context(print_changed_only=True):
        shown = re.sub(r"\s|at 0x\w+", "", str(estimator))
    return shown if len(shown) <= _LONGEST_ID else shown[:_LONGEST_ID] + "..."


def _holds_set(value: Any) -> bool:
    """Tell whether a value is shown in another order by each process, as sets of strings are."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(map(_holds_set, value))
    return isinstance(value, set | frozenset)
