"""From a file to the cells of the columns asked for; every fault names its place."""

import csv
import difflib
import gzip
import io
import json
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..exceptions import DataFileError

__all__ = ["Cells", "plural", "read_columns", "value_kind"]

_GZIP_MAGIC = b"\x1f\x8b"
_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with zstandard",
    b"SQLite": "an SQLite database",
    b"%PDF": "a PDF document",
}
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_TAB_SUFFIXES = (".tsv", ".tab")
# The csv module refuses fields above a limit that is global: it is lifted under this lock.
_CSV_LIMIT_LOCK = threading.Lock()


class Cells(NamedTuple):
    """One column's cells a list, and the line of the file on which each row begins."""

    columns: dict[str, list[Any]]
    lines: list[int]


def read_columns(path: Any, names: Sequence[str], encoding: str) -> Cells:
    """Read the named columns of a CSV, TSV or JSON lines file, or raise DataFileError."""
    path = _check_path(path)
    content = _decode(_read_bytes(path), path, encoding)
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    start = content.lstrip()[:1]
    if suffix.lower() in _JSON_SUFFIXES or start == "{":
        if start == "[":
            raise DataFileError(
                f"{path} holds one JSON array, but one JSON object a line was expected: write it "
                "anew, with pandas as table.to_json(path, orient='records', lines=True)."
            )
        return _read_json_lines(content, names, path)
    return _read_csv(content, names, path, tabs=suffix.lower() in _TAB_SUFFIXES)


def _check_path(path: Any) -> Path:
    path = Path(path)
    if not path.exists():
        raise DataFileError(
            f"There is no file {path}: check the path; relative ones start from {Path.cwd()}."
        )
    if path.is_dir():
        raise DataFileError(f"{path} is a directory, but a CSV or JSON lines file was expected.")
    return path


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataFileError(
            f"{path} cannot be read ({error.strerror}): check its permissions."
        ) from error
    if raw.startswith(_GZIP_MAGIC):
        try:
            raw = gzip.decompress(raw)
        except (EOFError, OSError, zlib.error) as error:
            raise DataFileError(
                f"{path} is a gzip file that is cut off or damaged ({error}): copy or download "
                "it again."
            ) from error
    for magic, kind in _OTHER_FORMATS.items():
        if raw.startswith(magic):
            raise DataFileError(
                f"{path} is {kind}, but CSV or JSON lines, plain or gzip, was expected: save it "
                "as CSV."
            )
    if not raw.removeprefix(_UTF8_BOM).strip():
        raise DataFileError(
            f"{path} is empty, but a header and rows were expected: check that it was written."
        )
    return raw


def _decode(raw: bytes, path: Path, encoding: str) -> str:
    try:
        content = raw.decode(encoding)
    except LookupError as error:
        raise DataFileError(
            f"There is no encoding {encoding!r}: use 'utf-8', 'latin-1' or another that Python "
            "knows."
        ) from error
    except UnicodeError as error:
        position = getattr(error, "start", 0)
        line = raw.count(b"\n", 0, position) + 1
        other = "utf-16" if raw.startswith(_UTF16_BOMS) else "cp1252"
        if other == encoding or encoding.lower() not in ("utf-8", "utf8"):
            other = "utf-8"
        raise DataFileError(
            f"{path} is not written in {encoding}: line {line}, byte {position} (0x"
            f"{raw[position : position + 1].hex()}) does not fit. Give the encoding it is "
            f'written in, perhaps encoding="{other}".'
        ) from error
    if "\0" in content:
        raise DataFileError(
            f"{path} holds zero bytes, so it is no text in {encoding}: give the encoding it is "
            'written in, perhaps encoding="utf-16", or save it as CSV.'
        )
    return content.removeprefix("\ufeff")


def _read_csv(content: str, names: Sequence[str], path: Path, *, tabs: bool) -> Cells:
    # The csv module, not pandas: it knows on which line a row begins and stops at rows that are
    # too short or have a stray quote, where pandas fills in.
    header_line = content.lstrip("\r\n").partition("\n")[0]
    delimiter = "\t" if tabs else next((mark for mark in ",;\t" if mark in header_line), ",")
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    lines: list[int] = []
    begin = 1
    header: list[str] | None = None
    with _CSV_LIMIT_LOCK:
        limit = csv.field_size_limit(2**31 - 1)
        try:
            for fields in reader:
                line, begin = begin, reader.line_num + 1
                if not fields:
                    continue  # an empty line
                if header is None:
                    header = fields
                    positions = _find_columns(header, names, path)
                    cells: list[list[str]] = [[] for _ in names]
                    continue
                if len(fields) != len(header):
                    raise DataFileError(
                        f"{path}, line {line} has {plural(len(fields), 'field')}, but the "
                        f"header has {len(header)}: put a field that holds {delimiter!r} or a "
                        "line break in double quotes."
                    )
                lines.append(line)
                for column, position in zip(cells, positions, strict=True):
                    column.append(fields[position])
        except csv.Error as error:
            what = "a quote is opened and never closed"
            if "end of data" not in str(error):
                what = "text follows a closing quote"
            raise DataFileError(
                f"{path}, line {begin}: {what}. Put the whole field in double quotes and write a "
                "double quote inside it twice."
            ) from error
        finally:
            csv.field_size_limit(limit)
    if not lines:
        raise DataFileError(f"{path} has a header and no rows: check that it was written.")
    return Cells(dict(zip(names, cells, strict=True)), lines)


def _find_columns(header: list[str], names: Sequence[str], path: Path) -> list[int]:
    for name in names:
        if name not in header:
            raise DataFileError(_missing(f"{path} has no column", name, header, "columns"))
        if header.count(name) > 1:
            raise DataFileError(
                f"{path} has {header.count(name)} columns with the name {name!r}, but one was "
                "expected: rename or delete the others."
            )
    return [header.index(name) for name in names]


def _read_json_lines(content: str, names: Sequence[str], path: Path) -> Cells:
    columns: dict[str, list[Any]] = {name: [] for name in names}
    lines: list[int] = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, object_pairs_hook=_Pairs)
        except json.JSONDecodeError as error:
            raise DataFileError(
                f"{path}, line {number} is no JSON ({error.msg} at character {error.colno}), but "
                "one whole JSON object a line was expected: correct the line."
            ) from error
        except (RecursionError, ValueError) as error:
            what = (
                "is nested too deep"
                if isinstance(error, RecursionError)
                else ("holds a number of too many digits")
            )
            raise DataFileError(
                f"{path}, line {number} {what} to be read: correct or delete the line."
            ) from error
        if not isinstance(record, _Pairs):
            raise DataFileError(
                f"{path}, line {number} holds {value_kind(record)}, but a JSON object with "
                f"the keys {', '.join(map(repr, names))} was expected."
            )
        keys = [key for key, _ in record]
        for name in names:
            if name not in keys:
                raise DataFileError(
                    _missing(f"{path}, line {number} has no key", name, keys, "keys")
                )
            if keys.count(name) > 1:
                raise DataFileError(
                    f"{path}, line {number} has the key {name!r} {keys.count(name)} times, but "
                    "once was expected: rename or delete the others."
                )
            columns[name].append(record[keys.index(name)][1])
        lines.append(number)
    if not lines:
        raise DataFileError(f"{path} has no rows: check that it was written.")
    return Cells(columns, lines)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as a list of its pairs, so that a key that comes twice is seen."""


def _missing(what: str, name: str, there: list[str], plural: str) -> str:
    folded = {other.strip().casefold(): other for other in reversed(there)}
    close = difflib.get_close_matches(name.strip().casefold(), folded, n=1)
    hint = f" Did you mean {folded[close[0]]!r}?" if close else ""
    shown = ", ".join(map(repr, there[:10])) + (", ..." if len(there) > 10 else "")
    return f"{what} {name!r}; its {plural} are {shown or 'none'}.{hint or ' Name one of these.'}"


def value_kind(value: Any) -> str:
    """Name a JSON value's kind the way an error message should."""
    if isinstance(value, _Pairs):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return f"the text {value[:30]!r}" if isinstance(value, str) else f"the number {value!r}"


def plural(count: int, noun: str) -> str:
    """Write a number and its noun: ``1 row``, ``2 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
