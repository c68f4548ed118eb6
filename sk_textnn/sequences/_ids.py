"""Reserved ids, and the checks of what claims to be ids."""

from typing import Any

import numpy as np

from ..exceptions import TextInputError

PADDING_ID = 0
"""Fills the rows of a dense array; never a word."""
UNKNOWN_ID = 1
"""Stands for every word that is not in the vocabulary."""

PADDING_SIDES = ("pre", "post")
TRUNCATING_SIDES = ("pre", "post", "head_tail")
_LARGEST_ID = np.iinfo(np.int32).max


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return where each text begins and ends in the array of all, from the texts' lengths."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def check_ragged(ids: Any, offsets: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of all texts and their offsets as int32 and int64, or say what is wrong."""
    ids, offsets = np.asarray(ids), np.asarray(offsets)
    if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
        raise TextInputError(
            f"ids are an array of shape {ids.shape} and dtype {ids.dtype}, but a flat array of "
            "integers was expected. For rows of ids use TokenSequences.from_lists or from_padded."
        )
    if ids.size and not 0 < ids.min() <= ids.max() <= _LARGEST_ID:
        raise TextInputError(
            f"ids hold numbers from {ids.min()} to {ids.max()}, but words have ids from 1 to "
            f"{_LARGEST_ID}. To leave out zeros use TokenSequences.from_lists or from_padded."
        )
    if offsets.ndim != 1 or not offsets.size or offsets.dtype.kind not in "iu":
        raise TextInputError(
            f"offsets are an array of shape {offsets.shape} and dtype {offsets.dtype}, but a flat "
            "array of integers was expected, one more than there are texts."
        )
    if offsets[0] != 0 or offsets[-1] != len(ids) or (np.diff(offsets) < 0).any():
        raise TextInputError(
            f"offsets go from {offsets[0]} to {offsets[-1]}, but they must rise from 0 to the "
            f"number of ids, {len(ids)}."
        )
    return ids.astype(np.int32, copy=False), offsets.astype(np.int64, copy=False)


def check_vectors(vectors: Any) -> np.ndarray:
    """Return a table of word vectors as float32, or say what is wrong with it."""
    vectors = np.asarray(vectors)
    if vectors.ndim != 2 or vectors.dtype.kind != "f" or not np.isfinite(vectors).all():
        raise ValueError(
            f"vectors are an array of shape {vectors.shape} and dtype {vectors.dtype}, but finite "
            "numbers of shape (n_ids, vector_size) were expected."
        )
    return vectors.astype(np.float32, copy=False)


def check_maxlen_sides(maxlen: int | None, padding: str, truncating: str) -> None:
    """Raise ValueError unless the width and the two sides are among the known ones."""
    if maxlen is not None and (not isinstance(maxlen, int | np.integer) or maxlen < 1):
        raise ValueError(f"maxlen must be None or an integer of at least 1, not {maxlen!r}.")
    if padding not in PADDING_SIDES:
        raise ValueError(f"padding must be one of {PADDING_SIDES}, not {padding!r}.")
    if truncating not in TRUNCATING_SIDES:
        raise ValueError(f"truncating must be one of {TRUNCATING_SIDES}, not {truncating!r}.")


def check_id_row(row: Any, position: int) -> np.ndarray:
    """Return one text's ids as int32, or raise and name its row."""
    expected = "a list of non-negative integers, the ids of one text, was expected"
    if isinstance(row, str | bytes):
        raise TextInputError(
            f"Row {position} is the text {row[:30]!r}, but {expected}. "
            "Put a TextTokenizer before this step."
        )
    try:
        array = np.asarray(row)
    except ValueError as error:
        raise TextInputError(f"Row {position} is nested, but {expected}.") from error
    if array.size == 0 and array.ndim == 1:
        return np.empty(0, dtype=np.int32)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise TextInputError(
            f"Row {position} is {type(row).__name__} of shape {array.shape} and dtype "
            f"{array.dtype}, but {expected}."
        )
    if array.min() < 0 or array.max() > _LARGEST_ID:
        wrong = array.min() if array.min() < 0 else array.max()
        raise TextInputError(
            f"Row {position} holds the id {wrong}, but {expected}, none above {_LARGEST_ID}."
        )
    return array.astype(np.int32, copy=False)


def check_id_array(array: np.ndarray) -> np.ndarray:
    """Return a padded array of ids as int32, or raise and name the row that holds no ids."""
    expected = "a 2-D array of non-negative integers, 0 for padding, was expected"
    if array.ndim != 2 or not array.shape[1] or array.dtype.kind not in "iuf":
        raise TextInputError(
            f"An array of shape {array.shape} and dtype {array.dtype} came, but {expected}. "
            "For lists of different lengths use TokenSequences.from_lists."
        )
    wrong = (array < 0) | (array > _LARGEST_ID)
    if array.dtype.kind == "f":
        wrong |= array != np.floor(array)  # NaN is unequal to itself
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise TextInputError(
            f"Row {row} holds {array[row, column]}, but {expected}, none above {_LARGEST_ID}."
        )
    return array.astype(np.int32, copy=False)
