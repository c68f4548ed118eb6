"""Checks of what an estimator does with all sorts of texts, and with what is none."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..sequences import TokenSequences
from ._answers import answering_methods, answers, assert_same, assert_sound
from ._corpus import Reads, make_corpus
from ._failure import failure, no_error, tell
from ._fitting import fitted, fitted_once, fresh

_WRONG_ROW = 23  # a number that no message holds by chance
_WRONG_VALUES = (None, float("nan"), 5, b"bytes", ["a", "list"])
_LONG = 10_000
_UNICODE = (
    "😀 👩‍👩‍👧 🇩🇪",
    "مرحبا بالعالم",
    "שלום עולם",
    "e\u0301te\u0301 n\u0303 \u0301",  # combining marks, the last one alone
    "nul\x00inside \x00",
    "zero\u200bwidth \u2028 \ufeffmark",
    "ﬁ ǅ ß İ",  # lower case of another length
    "语言 言語",
)


def check_single_string_is_refused(name: str, estimator: Any, reads: Reads) -> None:
    """A single string is no list of texts: all methods raise ValueError or TypeError."""
    corpus = make_corpus(estimator, reads)
    # As many characters as labels: read one by one they would be taken for texts.
    text = " ".join(corpus.texts)[: len(corpus.y)]
    _assert_refused(name, _calls(estimator, reads), "a single string", text)


def check_wrong_rows_are_named(name: str, estimator: Any, reads: Reads) -> None:
    """None, NaN, int, bytes or a list among the texts: the error names the row by its position.

    Passed to every method, in a list and in a pandas Series whose index is none of positions. An
    estimator of TokenSequences, which have no such rows, refuses raw texts instead.
    """
    corpus, calls = make_corpus(estimator, reads), _calls(estimator, reads)
    if reads == "sequences":
        _assert_refused(name, calls, "raw texts", corpus.texts)
        return
    for value in _WRONG_VALUES:
        rows: list[Any] = list(corpus.texts)
        rows[_WRONG_ROW] = value
        for X in (rows, _series(rows)):
            what = f"a {type(X).__name__} whose row {_WRONG_ROW} is {value!r}"
            _assert_refused(name, calls, what, X, row=_WRONG_ROW)


def check_pandas_series(name: str, estimator: Any, reads: Reads) -> None:
    """Series of texts and of labels, whatever their index, are read by position, like lists."""
    corpus = make_corpus(estimator, reads)
    expected = answers(fitted_once(estimator, reads), corpus.X)
    X = _series(corpus.X) if reads == "texts" else corpus.X
    done = "fit and answer, with a pandas Series whose index begins at 1000"
    with no_error(name, done):
        got = answers(fresh(estimator).fit(X, _series(corpus.y)), X)
    for method, output in got.items():  # of the same type, or a table with the index of X
        if hasattr(output, "iloc"):
            got[method], expected[method] = np.asarray(output), np.asarray(expected[method])
    assert_same(name, done, got, expected, rows=range(len(corpus.y)))


def check_unseen_words(name: str, estimator: Any, reads: Reads) -> None:
    """Texts with words that `fit` never saw, or with no others, are answered."""
    corpus, model = make_corpus(estimator, reads), fitted(estimator, reads)
    unseen = ["xylophone quux", "grault", corpus.texts[0] + " xylophone"]
    assert_sound(name, "unseen words", model, corpus.like(unseen))


def check_empty_and_one_word_texts(name: str, estimator: Any, reads: Reads) -> None:
    """Texts of one word, of blanks or of nothing are answered, and may be among those of `fit`."""
    corpus, model = make_corpus(estimator, reads), fitted(estimator, reads)
    short = ["", " ", "\n\t", "rain", ".", "a"]
    assert_sound(name, "short texts", model, corpus.like(short))
    for text in short:
        assert_sound(name, f"the text {text!r} alone", model, corpus.like([text]))
    if reads == "sequences":
        sequences = TokenSequences.from_lists([[], [2, 3]], vocabulary=corpus.X.vocabulary)
        assert_sound(name, "a sequence without ids", model, sequences)
    X = corpus.like([*short, *corpus.texts[len(short) :]])
    _assert_learns(name, "short texts among those of fit", estimator, X, corpus.y)


def check_long_texts(name: str, estimator: Any, reads: Reads) -> None:
    """A text of 10,000 words is learned from and answered."""
    corpus = make_corpus(estimator, reads, n_samples=12)
    words = " ".join(corpus.texts).split()
    long = " ".join(np.resize(words, _LONG))
    X = corpus.like([long, *corpus.texts[1:]])
    done = "a text of 10,000 words among those of fit"
    model = _assert_learns(name, done, estimator, X, corpus.y)
    assert_sound(name, "a text of 10,000 words alone", model, corpus.like([long]))


def check_unicode(name: str, estimator: Any, reads: Reads) -> None:
    """Emoji, right-to-left writing, combining marks and NUL are learned from and answered."""
    corpus = make_corpus(estimator, reads)
    texts = [f"{text} {_UNICODE[row % len(_UNICODE)]}" for row, text in enumerate(corpus.texts)]
    corpus = type(corpus)(texts, corpus.y, reads)
    model = _assert_learns(name, "fit with Unicode texts", estimator, corpus.X, corpus.y)
    assert_sound(name, "Unicode texts", model, corpus.like(_UNICODE))
    for text in _UNICODE:
        assert_sound(name, f"the text {text!r} alone", model, corpus.like([text]))


def _assert_learns(name: str, done: str, estimator: Any, X: Any, y: Any) -> Any:
    """Fit, and return the fitted estimator if it answers the same texts."""
    with no_error(name, done):
        model = fresh(estimator).fit(X, y)
    assert_sound(name, done, model, X)
    return model


def _series(values: Any) -> Any:
    import pandas as pd

    return pd.Series(list(values), index=range(1000, 1000 + len(values)), dtype=object)


def _calls(estimator: Any, reads: Reads) -> dict[str, Callable[[Any], Any]]:
    """Return `fit` and the methods that answer, ready to be called with X."""
    y, model = make_corpus(estimator, reads).y, fitted(estimator, reads)
    calls = {method: getattr(model, method) for method in answering_methods(model)}
    return {"fit": lambda X: fresh(estimator).fit(X, y), **calls}


def _assert_refused(
    name: str, calls: dict[str, Callable[[Any], Any]], what: str, X: Any, row: int | None = None
) -> None:
    """Raise unless each method refuses X, and names the row if there is one."""
    for method, call in calls.items():
        error = _error_of(call, X)
        named = row is None or re.search(rf"(?<!\d){row}(?!\d)", str(error))
        if not isinstance(error, ValueError | TypeError) or not named:
            wanted = "a ValueError or TypeError"
            if row is not None:
                wanted += f" that names the row {row}"
            raise failure(name, f"{what} passed to {method}", tell(error), wanted)


def _error_of(call: Callable[[Any], Any], X: Any) -> Exception | None:
    try:
        call(X)
    except Exception as error:  # an estimator of others may raise anything
        return error
    return None
