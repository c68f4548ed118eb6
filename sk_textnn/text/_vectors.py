"""Word vectors from files and from gensim's KeyedVectors: only the words that are wanted."""

import gzip
import io
import os
import re
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from .._validation import kind_of
from ..exceptions import VectorFileError
from ._wanted import WantedVectors

__all__ = ["find_vectors", "look_up_vectors", "read_vectors"]

_CHUNK = 1 << 22  # bytes; a row of 300 numbers as text has some 3,000
_LONGEST_LINE = 1 << 20
_LONGEST_WORD = 1 << 16
_LARGEST_SIZE = 100_000
_SAMPLE_LINES = 100

_HEADER = re.compile(rb"(\d+)[ \t]+(\d+)[ \t\r]*\n")
_NO_TEXT = re.compile(rb"[^\t\r\n -~]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_FORMATS = "word2vec text or binary, GloVe text or fastText .vec, plain or gzip"
_OTHER_KINDS = {
    b"PK\x03\x04": "a zip archive: unpack it",
    b"BZh91AY": "compressed with bzip2: unpack it",
    b"\xfd7zXZ": "compressed with xz: unpack it",
    b"\xba\x16\x4f\x2f": "a whole fastText model: pass the .vec file that belongs to it",
    b"\x80": "a Python pickle: if gensim saved it, pass gensim.models.KeyedVectors.load(path)",
}


def find_vectors(
    source: Any, words: Sequence[str], *, ignore_case: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Take the vectors of some words from a file or from KeyedVectors, of one word at least.

    Parameters
    ----------
    source : str, path-like or KeyedVectors
        See :func:`read_vectors` and :func:`look_up_vectors`.
    words : sequence of str of length n_words
    ignore_case : bool, default=True

    Returns
    -------
    vectors : ndarray of float32 of shape (n_words, vector_size)
    found : ndarray of bool of shape (n_words,)

    Raises
    ------
    VectorFileError
        If the source has none of the words.
    """
    if isinstance(source, str | os.PathLike):
        name = f"the file {os.fspath(source)}"
        vectors, found = read_vectors(source, words, ignore_case=ignore_case)
    elif hasattr(source, "key_to_index") and hasattr(source, "__getitem__"):
        name = "the KeyedVectors"
        vectors, found = look_up_vectors(source, words, ignore_case=ignore_case)
    else:
        advice = " Pass its attribute wv." if hasattr(source, "wv") else ""
        raise InvalidParameterError(
            "The 'vectors' parameter of Word2VecEmbedder must be the path of a file of word "
            f"vectors, gensim's KeyedVectors, or None. Got {kind_of(source)} instead.{advice}"
        )
    if not found.any():
        raise VectorFileError(
            f"None of the {len(words):,} words of the vocabulary ({', '.join(words[:5])}, ...) "
            f"is in {name}. Is it of the same language, and is the text split into words?"
        )
    return vectors, found


def read_vectors(
    path: str | os.PathLike[str], words: Sequence[str], *, ignore_case: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Read the vectors of some words from a file, once, as a stream.

    Memory grows with the number of words asked for, not with the file. Whether the file is
    text or binary, plain or gzip, and whether it has a header line, is seen from its content.

    Parameters
    ----------
    path : str or path-like
        A file in word2vec text or binary format, GloVe text or fastText .vec, plain or gzip.
        ``~`` is the home folder. Spaces or tabs may stand between the numbers of text.
    words : sequence of str of length n_words
        The words wanted.
    ignore_case : bool, default=True
        Whether a word that the file lacks takes the vector of its lower-case form, else of
        its Title form, its UPPER form, or any other in which only the case differs.

    Returns
    -------
    vectors : ndarray of float32 of shape (n_words, vector_size)
        Zeros for words that are not in the file.
    found : ndarray of bool of shape (n_words,)

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    VectorFileError
        If the file is none of these formats, damaged or incomplete; it says where.

    Warns
    -----
    UserWarning
        If words of the file are not UTF-8, so that they cannot be found.
    """
    name = os.path.expanduser(os.fspath(path))
    if not os.path.exists(name):
        raise FileNotFoundError(f"There is no file of word vectors {name}: check the path.")
    if os.path.isdir(name):
        raise VectorFileError(f"{name} is a folder; a file was expected: {_FORMATS}.")
    wanted = WantedVectors(words, ignore_case)
    with open(name, "rb", buffering=_CHUNK) as raw:
        stream: Any = raw
        assert isinstance(raw, io.BufferedReader)
        if raw.peek(2)[:2] == b"\x1f\x8b":
            stream = io.BufferedReader(gzip.GzipFile(fileobj=raw), _CHUNK)
        try:
            _read_stream(stream, name, wanted)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise VectorFileError(
                f"{name} is incomplete or damaged: its gzip data cannot be unpacked "
                f"({str(error).rstrip('.')}). Download it again."
            ) from error
    if wanted.n_not_utf8:
        warnings.warn(
            f"{name} holds {wanted.n_not_utf8:,} words that are not UTF-8; they count as missing. "
            "If these are the words with accents, write the file anew as UTF-8, for example with "
            "iconv -f LATIN1 -t UTF-8.",
            stacklevel=2,
        )
    return wanted.result()


def look_up_vectors(
    keyed_vectors: Any, words: Sequence[str], *, ignore_case: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Take the vectors of some words from gensim's KeyedVectors.

    Parameters
    ----------
    keyed_vectors : KeyedVectors
        Or anything that has `key_to_index` and gives a word's vector by ``[word]``.
    words : sequence of str of length n_words
        The words wanted.
    ignore_case : bool, default=True
        As in :func:`read_vectors`.

    Returns
    -------
    vectors : ndarray of float32 of shape (n_words, vector_size)
    found : ndarray of bool of shape (n_words,)
    """
    wanted = WantedVectors(words, ignore_case)
    for key in keyed_vectors.key_to_index:
        if isinstance(key, str) and (rows := wanted.rows(key)):
            vector = np.asarray(keyed_vectors[key], dtype=np.float32)
            if wanted.vectors is None:
                wanted.set_size(vector.size)
            wanted.put(rows, vector)
    if wanted.vectors is None:  # not one word: the width is still of interest
        wanted.set_size(int(getattr(keyed_vectors, "vector_size", 0)))
    return wanted.result()


def _read_stream(stream: Any, path: str, wanted: WantedVectors) -> None:
    start = stream.peek(8)
    if not start:
        raise VectorFileError(f"{path} is empty; word vectors were expected: {_FORMATS}.")
    for magic, kind in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise VectorFileError(f"{path} is {kind}. Expected was: {_FORMATS}.")
    line = stream.readline(_LONGEST_LINE)
    header = _HEADER.fullmatch(line)
    if header is None:
        _read_text(_lines(stream, line), path, wanted)
        return
    n_rows, size = int(header[1]), int(header[2])
    if not (n_rows > 0 and 0 < size <= _LARGEST_SIZE):
        raise VectorFileError(
            f"{path}, line 1 is {_shown(line)}; the number of words and the width of their "
            f"vectors, at most {_LARGEST_SIZE:,}, were expected."
        )
    sample = stream.read(_LONGEST_WORD + 32 * size)
    if _is_binary(sample, size):
        _read_binary(stream, sample, path, wanted, n_rows, size)
    else:
        _read_text(_lines(stream, line + sample + stream.readline()), path, wanted, n_rows, size)


def _is_binary(sample: bytes, size: int) -> bool:
    """Tell from the bytes after the header whether numbers are written as bytes or as text."""
    sample = sample.replace(b"\t", b" ")
    fields = sample.partition(b"\n")[0].rstrip().rsplit(b" ", size)
    if len(fields) > size and _first_no_number(fields[1:]) is None:
        return False
    numbers = sample.partition(b" ")[2][: max(4, 2 * size - 1)]  # text takes more
    return _CONTROL.search(sample) is not None or _NO_TEXT.search(numbers) is not None


def _lines(stream: Any, head: bytes) -> Iterator[bytes]:
    """Yield lines, those already read first, with spaces for tabs; long ones come in pieces."""
    for source in (io.BytesIO(head), stream):
        while line := source.readline(_LONGEST_LINE):
            yield line.replace(b"\t", b" ")


def _read_text(
    lines: Iterator[bytes],
    path: str,
    wanted: WantedVectors,
    n_rows: int | None = None,
    size: int | None = None,
) -> None:
    """Read rows of text; the numbers of a word that is not wanted are counted, not parsed."""
    if n_rows is None or size is None:
        first = list(islice(lines, _SAMPLE_LINES))
        size = _most_common_size(first)
        for number, line in enumerate(first, start=1):
            if line.strip():
                _parse_row(line.rstrip(), size, path, number)
        lines, said = chain(first, lines), "as the first lines have"
    else:
        next(lines)
        said = "as line 1 says"
    wanted.set_size(size)
    seen = 0
    for number, line in enumerate(lines, start=1 if n_rows is None else 2):
        row = line.rstrip()
        if row.count(b" ") < size:
            if not row:
                continue
            raise VectorFileError(
                f"{path}, line {number} is {_shown(row)}, with {row.count(b' ')} numbers after "
                f"the word; {size} were expected, {said}."
            )
        seen += 1
        if wanted.may_begin(wanted.decode(row[: row.find(b" ")])):
            word, vector = _parse_row(row, size, path, number)
            if rows := wanted.rows(word):
                wanted.put(rows, vector)
    if n_rows is not None and seen < n_rows:
        raise VectorFileError(
            f"{path} ends after {seen:,} words, but its line 1 announces {n_rows:,}: the file is "
            "incomplete. If it was shortened on purpose, correct its line 1."
        )


def _most_common_size(lines: list[bytes]) -> int:
    """Find the width of a file without header; words with spaces are the exception."""
    counts = Counter(line.rstrip().count(b" ") for line in lines if line.strip())
    return max(counts, key=lambda size: (counts[size], -size), default=0) or 1


def _parse_row(row: bytes, size: int, path: str, number: int) -> tuple[str, np.ndarray]:
    """Split a row from the right, for a word may hold spaces, and check its numbers."""
    word, *fields = row.rsplit(b" ", size)
    if len(fields) == size:
        bad = _first_no_number(fields)
        if bad is None and b" " in word and _first_no_number(word.split(b" ")[1:]) is None:
            bad = row  # more numbers than expected
        if bad is None:
            with np.errstate(over="ignore"):
                vector = np.array([float(field) for field in fields], dtype=np.float32)
            if np.isfinite(vector).all():
                return word.decode("utf-8", "replace"), vector
            bad = fields[int(np.argmin(np.isfinite(vector)))]
    else:
        bad = row
    raise VectorFileError(
        f"{path}, line {number} holds {_shown(bad)} where a word and {size} numbers were expected. "
        f"Is it a file of word vectors ({_FORMATS})?"
    )


def _first_no_number(fields: list[bytes]) -> bytes | None:
    for field in fields:
        try:
            float(field)
        except ValueError:
            return field
    return None


def _read_binary(
    stream: Any, sample: bytes, path: str, wanted: WantedVectors, n_rows: int, size: int
) -> None:
    """Read rows of a word, a space and the numbers as 4-byte floats, a large piece at a time."""
    wanted.set_size(size)
    data, position, width = sample, 0, 4 * size
    for number in range(1, n_rows + 1):
        space = data.find(b" ", position)
        if space < 0 or space + 1 + width > len(data):
            data = data[position:] + stream.read(_CHUNK + width)
            position, space = 0, data.find(b" ")
            if space < 0 or space + 1 + width > len(data):
                raise VectorFileError(
                    f"{path} ends within word {number:,}, but its line 1 announces {n_rows:,} "
                    "words: the file is incomplete or damaged. Download it again."
                )
        if space - position > _LONGEST_WORD:
            raise VectorFileError(
                f"{path}, word {number:,}, is {space - position:,} bytes long, "
                f"{_shown(data[position:space])}: the file is damaged, or not in word2vec format."
            )
        word = wanted.decode(data[position:space].lstrip(b"\n"))
        position = space + 1 + width
        if rows := wanted.rows(word):
            vector = np.frombuffer(data, dtype="<f4", count=size, offset=space + 1)
            if not np.isfinite(vector).all():
                raise VectorFileError(
                    f"{path}, word {number:,} ({word!r}) has a vector that is not finite: "
                    f"the file is damaged, or its vectors are not {size} 4-byte floats."
                )
            wanted.put(rows, vector)


def _shown(data: bytes) -> str:
    text = data[:40].decode("utf-8", "replace").strip()
    return repr(text + "..." if len(data) > 40 else text)
