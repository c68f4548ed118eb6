"""Labelled texts from CSV and JSON lines; every fault of a file is one clear message."""

from collections import Counter
from collections.abc import Iterable
from os import PathLike
from typing import Any, Literal, overload

import numpy as np
from sklearn.utils import Bunch

from ..exceptions import DataFileError
from ._files import Cells, plural, read_columns, value_kind

__all__ = ["check_labels", "load_csv", "load_texts"]


@overload
def load_csv(
    path: str | PathLike[str],
    *,
    text: str = ...,
    label: str = ...,
    encoding: str = ...,
    return_X_y: Literal[False] = ...,
) -> Bunch: ...


@overload
def load_csv(
    path: str | PathLike[str],
    *,
    text: str = ...,
    label: str = ...,
    encoding: str = ...,
    return_X_y: Literal[True],
) -> tuple[list[str], np.ndarray]: ...


def load_csv(
    path: str | PathLike[str],
    *,
    text: str = "text",
    label: str = "label",
    encoding: str = "utf-8",
    return_X_y: bool = False,
) -> Bunch | tuple[list[str], np.ndarray]:
    """Read labelled texts from a CSV, TSV or JSON lines file, plain or gzip-compressed.

    What the file is, is told from its suffix and, failing that, its content. CSV fields are
    parted by commas, or by semicolons or tabs where the header has no comma; a field that holds
    a separator or a line break stands in double quotes. Nothing is taken for a missing value:
    the text ``"NA"`` stays a text. Spaces around a label are dropped. Further columns are ignored.

    Parameters
    ----------
    path : str or path-like
        The file.
    text : str, default="text"
        Column, or JSON key, that holds the texts.
    label : str, default="label"
        Column, or JSON key, that holds the labels.
    encoding : str, default="utf-8"
        How the file's characters are written as bytes; a byte order mark is dropped.
    return_X_y : bool, default=False
        Return ``(texts, labels)`` instead of the Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes:

        texts : list of str of length n_samples
            The texts.
        labels : ndarray of str of shape (n_samples,)
            Their labels.
        DESCR : str
            What the file holds, in words.

    (texts, labels) : tuple of (list of str, ndarray of str of shape (n_samples,))
        In place of the Bunch, if ``return_X_y`` is True.

    Raises
    ------
    DataFileError
        If the file cannot be read as labelled texts. The message is one line that names the
        fault, the place (lines are counted from 1, the header included) and the remedy.

    See Also
    --------
    load_texts : The same without labels.
    check_labels : Tells whether each label has rows enough for cross-validation.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sk_textnn.datasets import load_csv
    >>> path = pathlib.Path(tempfile.mkdtemp(), "pets.csv")
    >>> _ = path.write_text("text,label\\nit barks,dog\\nit purrs,cat\\na bark,dog\\na purr,cat\\n")
    >>> load_csv(path).labels
    array(['dog', 'cat', 'dog', 'cat'], dtype='<U3')
    """
    if text == label:
        raise DataFileError(
            f"The texts and the labels were both asked for from the column {text!r} of {path}; "
            "name two different columns."
        )
    rows = read_columns(path, [text, label], encoding)
    texts = _check_texts(rows, text, path)
    labels = _check_cells(rows, label, path, "labels")
    check_labels(labels, min_count=2, source=str(path))
    if return_X_y:
        return texts, labels
    n_classes = len(set(labels.tolist()))
    descr = f"{len(texts):,} texts with {n_classes:,} labels from {path}."
    return Bunch(texts=texts, labels=labels, DESCR=descr)


def load_texts(
    path: str | PathLike[str], *, text: str = "text", encoding: str = "utf-8"
) -> list[str]:
    """Read texts without labels, such as those to be classified; otherwise as `load_csv`.

    Parameters
    ----------
    path : str or path-like
        The file: CSV, TSV or JSON lines, plain or gzip-compressed.
    text : str, default="text"
        Column, or JSON key, that holds the texts.
    encoding : str, default="utf-8"
        How the file's characters are written as bytes; a byte order mark is dropped.

    Returns
    -------
    list of str of length n_samples
        The texts, in the order of the file.

    Raises
    ------
    DataFileError
        If the file cannot be read as texts.

    See Also
    --------
    load_csv : The same with labels.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sk_textnn.datasets import load_texts
    >>> path = pathlib.Path(tempfile.mkdtemp(), "pets.csv")
    >>> _ = path.write_text("text\\nit barks\\nit purrs\\n")
    >>> load_texts(path)
    ['it barks', 'it purrs']
    """
    return _check_texts(read_columns(path, [text], encoding), text, path)


def check_labels(labels: Iterable[Any], min_count: int = 2, *, source: str = "The data") -> None:
    """Raise unless there are two labels or more, each with enough rows.

    Parameters
    ----------
    labels : iterable of length n_samples
        The label of each text.
    min_count : int, default=2
        Rows that every label needs: the number of folds, for cross-validation.
    source : str, default="The data"
        What the message calls the origin of the labels.

    Raises
    ------
    DataFileError
        If there is one label only, or a label has fewer rows than `min_count`.

    Examples
    --------
    >>> from sk_textnn.datasets import check_labels
    >>> check_labels(["dog", "cat", "dog"], min_count=2)
    Traceback (most recent call last):
    ...
    sk_textnn.exceptions.DataFileError: The data has 1 row with the label 'cat', but every label \
needs at least 2 rows: add rows, or drop the label.
    """
    rows = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    counts = Counter(rows)
    if len(counts) < 2:
        only = f"only the label {rows[0]!r}" if rows else "no labels"
        raise DataFileError(
            f"{source} has {only}, but telling texts apart takes at least 2 labels: check which "
            "column holds the labels."
        )
    scarce = sorted((count, str(name)) for name, count in counts.items() if count < min_count)
    if scarce:
        count, name = scarce[0]
        more = f" (and {len(scarce) - 1} more such labels)" if len(scarce) > 1 else ""
        remedy = "add rows, or drop the label" if not more else "add rows, or drop these labels"
        if min_count > 2:
            remedy += ", or use fewer folds"
        raise DataFileError(
            f"{source} has {plural(count, 'row')} with the label {name!r}{more}, but every label "
            f"needs at least {min_count} rows: {remedy}."
        )


def _check_texts(rows: Cells, name: str, path: Any) -> list[str]:
    return _check_cells(rows, name, path, "texts").tolist()


def _check_cells(rows: Cells, name: str, path: Any, what: str) -> np.ndarray:
    """Return a column as strings, or say which cells are empty or of the wrong kind."""
    cells = rows.columns[name]
    empty = [row for row, cell in enumerate(cells) if cell is None or not str(cell).strip()]
    if empty:
        which = "that row" if len(empty) == 1 else "those rows"
        raise DataFileError(
            f"{path}: {len(empty):,} of {len(cells):,} {what} in the column {name!r} "
            f"{'is' if len(empty) == 1 else 'are'} empty, the first in line "
            f"{rows.lines[empty[0]]}: fill in or delete {which}."
        )
    allowed = str if what == "texts" else (str, int)  # JSON labels may be numbers: 0, 1, ...
    for row, cell in enumerate(cells):
        if not isinstance(cell, allowed):
            raise DataFileError(
                f"{path}, line {rows.lines[row]} holds {value_kind(cell)} as {name!r}, but a "
                "string was expected: write it in double quotes."
            )
        if isinstance(cell, str) and not _is_writable(cell):
            raise DataFileError(
                f"{path}, line {rows.lines[row]} holds half of a surrogate pair in {name!r}, which "
                "is no character: correct its escapes such as \\ud83d."
            )
    if what == "texts":
        return np.array(cells, dtype=object)
    return np.array([str(cell).strip() for cell in cells], dtype=str)


def _is_writable(cell: str) -> bool:
    """Whether a string can be encoded; JSON's escapes can spell one that cannot."""
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
