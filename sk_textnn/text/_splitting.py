"""One text to its words: the rules of the Keras tokenizer, cut as fast as plain Python can."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sklearn.feature_extraction.text import strip_accents_ascii, strip_accents_unicode

from ..exceptions import TextInputError

__all__ = ["Splitter", "make_splitter"]

Splitter = Callable[[str], Sequence[str]]
"""Returns the words of one text, or its characters."""

_ASCII = 128


def make_splitter(
    *,
    filters: str,
    lower: bool,
    split: str,
    char_level: bool,
    strip_accents: str | Callable[[str], str] | None,
    tokenizer: Any,
) -> Splitter:
    """Return the function that cuts one text into words; see `TextTokenizer` for the parameters."""
    if char_level and tokenizer is not None:
        raise ValueError(
            "Both char_level=True and a tokenizer were set, but texts are cut either into "
            "characters or by the tokenizer; set only one of them."
        )
    if not split:
        raise ValueError("split is the empty string; for single characters set char_level=True.")
    cut: Splitter
    if char_level:
        cut = _itself
    elif tokenizer is None:
        cut = _separator_splitter(filters, split)
    elif callable(tokenizer):
        cut = _checked(tokenizer)
    else:
        cut = _pattern_splitter(tokenizer)
    accents = _accent_stripper(strip_accents)
    if accents is None:
        return (lambda text: cut(text.lower())) if lower else cut
    return lambda text: cut(accents(text.lower() if lower else text))


def _itself(text: str) -> str:
    return text  # a string is a sequence of its characters


def _separator_splitter(filters: str, split: str) -> Splitter:
    """Turn every character of `filters` into `split`, cut there, drop what is empty."""
    blank = _blanker(filters, split)
    if split != " ":
        return lambda text: [word for word in blank(text).split(split) if word]

    def words(text: str) -> list[str]:
        text = blank(text)
        # `split()` is twice as fast as `split(" ")` but also cuts at other white space, none of
        # which is printable.
        if text.isprintable():
            return text.split()
        return [word for word in text.split(" ") if word]

    return words


@lru_cache
def _blanker(filters: str, split: str) -> Callable[[str], str]:
    table = str.maketrans(dict.fromkeys(filters, split))
    if len(split) > 1:
        return lambda text: text.translate(table)
    # For ASCII texts a table that knows every character beats one that knows the filters only;
    # other texts are translated so slowly that one `replace` a filter is several times faster.
    ascii_table = "".join(table.get(code, chr(code)) for code in range(_ASCII))
    filters = "".join(dict.fromkeys(filters))

    def blank(text: str) -> str:
        if text.isascii():
            return text.translate(ascii_table)
        for character in filters:
            text = text.replace(character, split)
        return text

    return blank


def _pattern_splitter(pattern: str | re.Pattern[str]) -> Splitter:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"tokenizer={pattern!r} is not a valid regular expression: {error}."
        ) from error
    if isinstance(compiled.pattern, bytes):
        raise ValueError("tokenizer is a pattern of bytes; compile it from a str.")
    if compiled.groups > 1:
        raise ValueError(
            f"tokenizer={compiled.pattern!r} has {compiled.groups} groups, but at most one, the "
            "word, is allowed; write the others as (?:...)."
        )
    return lambda text: [word for word in compiled.findall(text) if word]


def _checked(tokenizer: Callable[[str], Iterable[str]]) -> Splitter:
    """Return the tokenizer with a check: letters or numbers for words go unnoticed otherwise."""

    def words(text: str) -> list[str]:
        found = tokenizer(text)
        if isinstance(found, str | bytes) or not isinstance(found, Iterable):
            raise TextInputError(
                f"The tokenizer returned {type(found).__name__} for the text {text[:30]!r}, but "
                "a list of words was expected."
            )
        found = list(found)
        for kind in set(map(type, found)):
            if not issubclass(kind, str):
                raise TextInputError(
                    f"The tokenizer returned a list with {kind.__name__} in it for the text "
                    f"{text[:30]!r}, but a list of strings was expected."
                )
        return [word for word in found if word]

    return words


def _accent_stripper(strip_accents: Any) -> Callable[[str], str] | None:
    if strip_accents == "ascii":
        return strip_accents_ascii
    if strip_accents == "unicode":
        return strip_accents_unicode
    if strip_accents is None:
        return None

    def stripped(text: str) -> str:
        found = strip_accents(text)
        if not isinstance(found, str):
            raise TextInputError(
                f"The function strip_accents returned {type(found).__name__} for the text "
                f"{text[:30]!r}, but a string was expected."
            )
        return found

    return stripped
