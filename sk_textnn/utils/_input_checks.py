"""Checks of what an estimator does with all sorts of texts, and with what is none."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..sequences import TokenSequences
from ._answers import assert_sound, failure, first_method, fitted, fresh, no_error
from ._corpus import Reads, make_corpus

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
    """A single string is no list of texts: `fit` and `predict` raise ValueError or TypeError."""
    corpus = make_corpus(reads)
    # As many characters as labels: read one by one they would be taken for texts.
    text = " ".join(corpus.texts)[: len(corpus.y)]
    for done, call in _calls(estimator, reads, "a single string"):
        error = _error_of(call, text)
        if not isinstance(error, ValueError | TypeError):
            raise failure(name, done, _tell(error), "a ValueError or TypeError")


def check_wrong_rows_are_named(name: str, estimator: Any, reads: Reads) -> None:
    """None, NaN, int, bytes or a list among the texts: the error names the row by its index.

    An estimator of TokenSequences, which have no such rows, refuses raw texts instead.
    """
    corpus = make_corpus(reads)
    if reads == "sequences":
        for done, call in _calls(estimator, reads, "raw texts"):
            error = _error_of(call, corpus.texts)
            if not isinstance(error, ValueError | TypeError):
                raise failure(name, done, _tell(error), "a ValueError or TypeError")
        return
    import pandas as pd

    for value in _WRONG_VALUES:
        rows: list[Any] = list(corpus.texts)
        rows[_WRONG_ROW] = value
        for X in (rows, pd.Series(rows, dtype=object)):
            what = f"a {type(X).__name__} whose row {_WRONG_ROW} is {value!r}"
            for done, call in _calls(estimator, reads, what):
                error = _error_of(call, X)
                named = re.search(rf"(?<!\d){_WRONG_ROW}(?!\d)", str(error))
                if not isinstance(error, ValueError | TypeError) or not named:
                    wanted = f"a ValueError or TypeError that names the row {_WRONG_ROW}"
                    raise failure(name, done, _tell(error), wanted)


def check_unseen_words(name: str, estimator: Any, reads: Reads) -> None:
    """Texts with words that `fit` never saw, or with no others, are answered."""
    corpus, model = make_corpus(reads), fitted(estimator, reads)
    unseen = ["xylophone quux", "grault", corpus.texts[0] + " xylophone"]
    assert_sound(name, "unseen words", model, corpus.like(unseen))


def check_empty_and_one_word_texts(name: str, estimator: Any, reads: Reads) -> None:
    """Texts of one word, of blanks or of nothing are answered, and may be among those of `fit`."""
    corpus, model = make_corpus(reads), fitted(estimator, reads)
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
    corpus = make_corpus(reads, n_samples=12)
    words = " ".join(corpus.texts).split()
    long = " ".join(np.resize(words, _LONG))
    X = corpus.like([long, *corpus.texts[1:]])
    done = "a text of 10,000 words among those of fit"
    model = _assert_learns(name, done, estimator, X, corpus.y)
    assert_sound(name, "a text of 10,000 words alone", model, corpus.like([long]))


def check_unicode(name: str, estimator: Any, reads: Reads) -> None:
    """Emoji, right-to-left writing, combining marks and NUL are learned from and answered."""
    corpus = make_corpus(reads)
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


def _calls(estimator: Any, reads: Reads, what: str) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return `fit` and the method that answers, each with what is said of its call."""
    y = make_corpus(reads).y
    method = first_method(estimator)
    return [
        (f"{what} passed to fit", lambda X: fresh(estimator).fit(X, y)),
        (f"{what} passed to {method}", getattr(fitted(estimator, reads), method)),
    ]


def _error_of(call: Callable[[Any], Any], X: Any) -> Exception | None:
    try:
        call(X)
    except Exception as error:
        return error
    return None


def _tell(error: Exception | None) -> str:
    return "no error" if error is None else f"{type(error).__name__}: {error}"
