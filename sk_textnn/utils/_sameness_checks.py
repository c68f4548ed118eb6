"""Checks that a text's answer depends on nothing but the text."""

import pickle
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ..sequences import TokenSequences
from ._answers import answers, assert_same, assert_same_padding
from ._corpus import Corpus, Reads, make_corpus, take
from ._failure import no_error
from ._fitting import fitted, fitted_once, fresh
from ._process import fit_and_answer, in_another_process
from ._watched import watched_fit

_MORE_PADDING = 9


def check_padding_independence(name: str, estimator: Any, reads: Reads) -> None:
    """More padding, padding on the other side, other company, order or batches: same answers.

    Padding is that of TokenSequences, or of a Pipeline's step with a parameter `maxlen` or
    `padding`; batches are those that a parameter `batch_by_length` rules.
    """
    corpus, model = make_corpus(estimator, reads), fitted(estimator, reads)
    expected = answers(model, corpus.X)
    rows = range(len(corpus.y))
    for done, got, wanted in _paddings(model, corpus):
        assert_same(name, done, got, wanted, rows=rows)
    for key, value in model.get_params().items():
        if key.rpartition("__")[2] == "batch_by_length":
            other = deepcopy(model).set_params(**{key: not value})
            assert_same(name, f"{key}={not value}", answers(other, corpus.X), expected, rows=rows)
    _assert_company_is_ignored(name, model, corpus)
    _assert_order_is_ignored(name, model, corpus)


def check_row_order_independence(name: str, estimator: Any, reads: Reads) -> None:
    """Rows in another order get the same answers."""
    _assert_order_is_ignored(name, fitted(estimator, reads), make_corpus(estimator, reads))


def check_batch_independence(name: str, estimator: Any, reads: Reads) -> None:
    """A text alone, or among few or much longer others, gets the same answer."""
    _assert_company_is_ignored(name, fitted(estimator, reads), make_corpus(estimator, reads))


def check_determinism_in_one_process(name: str, estimator: Any, reads: Reads) -> None:
    """Two fits with the same `random_state` answer the same, bit for bit."""
    corpus = make_corpus(estimator, reads)
    expected = answers(fitted_once(estimator, reads), corpus.X, labels=True)
    got = watched_fit(estimator, reads).answers
    assert_same(name, "fit again with the same random_state", got, expected, exact=True)


def check_determinism_across_processes(name: str, estimator: Any, reads: Reads) -> None:
    """Two fits with the same `random_state`, in two processes, answer the same, bit for bit."""
    corpus = make_corpus(estimator, reads)
    expected = answers(fitted_once(estimator, reads), corpus.X, labels=True)
    done = "fit in another process"
    with no_error(name, done):
        got = in_another_process(fit_and_answer, fresh(estimator), corpus.X, corpus.y)
    assert_same(name, done, got, expected, exact=True)


def check_pickle_across_processes(name: str, estimator: Any, reads: Reads) -> None:
    """A fitted estimator can be pickled, and answers the same in another process."""
    # Not a copy: what pickling loses is lost by copying too.
    corpus, model = make_corpus(estimator, reads), fitted_once(estimator, reads)
    expected = answers(model, corpus.X)
    with no_error(name, "pickle after fit"):
        copy = pickle.loads(pickle.dumps(model))
    assert_same(name, "pickle after fit", answers(copy, corpus.X), expected)
    with no_error(name, "unpickled in another process"):
        got = in_another_process(answers, model, corpus.X)
    assert_same(name, "unpickled in another process", got, expected)


def _assert_order_is_ignored(name: str, model: Any, corpus: Corpus) -> None:
    expected = answers(model, corpus.X)
    shuffled = np.random.RandomState(0).permutation(len(corpus.y))
    reverse = np.arange(len(corpus.y))[::-1]
    for done, order in (("rows reversed", reverse), ("rows shuffled", shuffled)):
        got = answers(model, take(corpus.X, order))
        assert_same(name, done, got, expected, rows=order)


def _assert_company_is_ignored(name: str, model: Any, corpus: Corpus) -> None:
    expected = answers(model, corpus.X)
    for rows in ([0], [1], [2], range(3, 12)):
        got, done = answers(model, take(corpus.X, rows)), f"rows {list(rows)} alone"
        assert_same_padding(name, done, got, expected)
        assert_same(name, done, got, expected, rows=rows)
    X = corpus.like([*corpus.texts, " ".join(corpus.texts)])
    got, done = answers(model, X), "a long text among the others"
    assert_same_padding(name, done, got, expected)
    got = {method: output[: len(corpus.y)] for method, output in got.items()}
    assert_same(name, done, got, expected, rows=range(len(corpus.y)))


def _paddings(model: Any, corpus: Corpus) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield what was padded how, the answers to it, and the answers they must equal."""
    if isinstance(corpus.X, TokenSequences):
        expected = answers(model, corpus.X)
        width = corpus.X.shape[1] + _MORE_PADDING
        for side in ("pre", "post"):
            padded = corpus.X.pad(width, padding=side)
            yield f"X padded to {width}, {side}", answers(model, padded), expected
    if isinstance(model, Pipeline):
        # No text has more steps than characters, so nothing is cut.
        width = max(map(len, corpus.texts))
        base, *others = (
            _padded_anew(model, corpus.X, params)
            for params in (
                {"maxlen": width, "padding": "pre"},
                {"maxlen": width + _MORE_PADDING, "padding": "pre"},
                {"maxlen": width, "padding": "post"},
            )
        )
        expected = answers(base, corpus.X)
        yield "more padding in the Pipeline", answers(others[0], corpus.X), expected
        yield "padding after the words in the Pipeline", answers(others[1], corpus.X), expected


def _padded_anew(pipeline: Pipeline, X: Any, params: dict[str, Any]) -> Pipeline:
    """Return a copy of a fitted Pipeline of which only the padding step is fitted anew."""
    copy = deepcopy(pipeline)
    for _, step in copy.steps[:-1]:
        if not hasattr(step, "transform"):
            continue
        known = {key: value for key, value in params.items() if key in step.get_params()}
        if "maxlen" in known or step.get_params().get("padding") in ("pre", "post"):
            step.set_params(**known).fit(X)
        X = step.transform(X)
    return copy
