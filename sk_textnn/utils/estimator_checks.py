"""Checks for text estimators, in the manner of scikit-learn's own.

scikit-learn's checks make tables of numbers, so an estimator of texts skips nearly all of them.
These make texts, or TokenSequences.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Literal

from sklearn import config_context

from . import _company_checks as company
from . import _input_checks as inputs
from . import _sameness_checks as sameness
from . import _state_checks as state
from ._corpus import Reads, what_it_reads

__all__ = ["check_text_estimator", "parametrize_with_text_checks"]

# Each called with the name to use in messages, the estimator, and what it reads.
_CHECKS: tuple[Callable[..., None], ...] = (
    state.check_constructor_is_explicit,
    inputs.check_single_string_is_refused,
    inputs.check_wrong_rows_are_named,
    inputs.check_unseen_words,
    inputs.check_empty_and_one_word_texts,
    inputs.check_long_texts,
    inputs.check_unicode,
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
) -> Any:
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
        If a class came instead of an instance.
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
    for estimator in estimators:
        expected = {} if expected_failed_checks is None else expected_failed_checks(estimator)
        for check in _checks_of(estimator, reads):
            reason = expected.get(_name_of(check))
            marks = () if reason is None else (pytest.mark.xfail(reason=reason),)
            cases.append(pytest.param(estimator, check, marks=marks))
    return pytest.mark.parametrize(("estimator", "check"), cases, ids=_id_of)


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
        If a class came instead of an instance.
    ValueError
        If `reads` is none of these.
    AssertionError
        If a check fails, and `on_fail` is ``"raise"``: what was done, what came, what was
        expected. An error of the first `fit`, on which all checks build, is raised as it is.

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
        except Exception as error:
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
    if isinstance(estimator, type):
        raise TypeError(
            f"The class {estimator.__name__} came where an estimator was expected. "
            f"Pass an instance, such as {estimator.__name__}()."
        )
    if reads not in (None, "texts", "sequences"):
        raise ValueError(f"reads must be 'texts', 'sequences' or None, not {reads!r}.")
    for check in _CHECKS:
        needs_transform = check is state.check_fit_transform_is_fit_and_transform
        if not needs_transform or hasattr(estimator, "transform"):
            name = type(estimator).__name__
            yield partial(check, name, reads=reads or what_it_reads(estimator))


def _name_of(check: Any) -> str:
    return check.func.__name__


def _id_of(value: Any) -> str:
    """Name a check by its function, an estimator by its parameters, as far as they fit."""
    if isinstance(value, partial):
        return _name_of(value)
    with config_context(print_changed_only=True):
        shown = re.sub(r"\s|at 0x\w+", "", str(value))
    return shown if len(shown) <= _LONGEST_ID else shown[:_LONGEST_ID] + "..."
