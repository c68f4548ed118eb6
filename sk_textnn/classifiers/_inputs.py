"""What the classifiers accept as X, and how it becomes sequences for the networks."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_array

from .._validation import kind_of
from ..exceptions import TextInputError
from ..networks import InputSpec
from ..sequences import UNKNOWN_ID, TokenSequences, Vocabulary
from ..training import PaddedSequences, StepSequences

_MANY_IDS = 10_000_000
_EXPECTED = (
    "TokenSequences, a padded 2-D array of ids, a list of id lists, or a 3-D array of vectors"
)


@dataclass(frozen=True)
class InputKind:
    """What `fit` saw, so that `predict` reads the same kind in the same way.

    Attributes
    ----------
    spec : InputSpec
        What the network reads.
    vocabulary : Vocabulary or None
        The words behind the ids, if they came with the sequences.
    embedding_dim : int or None
        The parameter that sized the word vectors; None where X brought vectors.
    """

    spec: InputSpec
    vocabulary: Vocabulary | None = None
    embedding_dim: int | None = None


def read_sequences(
    X: Any, kind: InputKind | None, estimator: Any
) -> tuple[TokenSequences | StepSequences, InputKind, bool]:
    """Turn X into sequences that batches are cut from.

    Parameters
    ----------
    X : TokenSequences, array-like or list of lists
    kind : InputKind or None
        What `fit` saw; None within `fit`.
    estimator : estimator
        Its `embedding_dim` is the size of word vectors where X brings none, its `dtype` that of
        steps that are vectors, its `masked` whether padding is skipped; error messages name it.

    Returns
    -------
    sequences : TokenSequences or StepSequences
    kind : InputKind
    is_table : bool
        Whether X was a 2-D array, whose columns are counted as features.

    Raises
    ------
    TextInputError, ValueError
        If X is none of the kinds accepted, or another kind than in `fit`.
    """
    sequences = _read_ids(X)
    is_table = sequences is None
    if sequences is None:
        array = check_array(X, allow_nd=True, estimator=estimator, input_name="X")
        if array.ndim > 3:
            raise TextInputError(f"X has {array.ndim} dimensions; expected were {_EXPECTED}.")
        holds_ids = _holds_ids(array)
        is_ids = array.ndim == 2 and (kind.spec.n_ids is not None if kind else holds_ids)
        if kind is None and array.dtype.kind == "i" and not holds_ids:
            warnings.warn(
                "X holds negative integers, so it is read as numbers, not as word ids. If it holds "
                "ids, pad with 0, not with a negative number.",
                stacklevel=5,
            )
        if not is_ids:
            return *_read_steps(array, kind, estimator), array.ndim == 2
        if not holds_ids:
            raise TextInputError(
                "X holds fractions or negative numbers, but fit saw ids: non-negative integers. "
                "Pass ids, or fit again."
            )
        # For a network that reads the padding, it stays on its side.
        with_words = array[(array != 0).any(axis=1)]
        padding = "pre" if (with_words[:, :1] == 0).any() else "post"
        sequences = TokenSequences.from_padded(array, padding=padding)
    if kind is None:
        kind = _ids_kind(sequences, estimator.embedding_dim, estimator.masked)
        return sequences, kind, is_table
    if kind.spec.n_ids is None:
        raise TextInputError(
            f"X holds word ids, but fit saw vectors of size {kind.spec.vector_size}. "
            "Pass what fit saw, or fit again."
        )
    return _known_ids(sequences, kind), kind, is_table


def kind_of_rows(
    kind: InputKind, sequences: TokenSequences | StepSequences, rows: np.ndarray
) -> InputKind:
    """Return the kind as if only these rows had come: ids in others have no word vector."""
    if kind.spec.n_ids is None or kind.vocabulary is not None or len(rows) == len(sequences):
        return kind
    assert isinstance(sequences, TokenSequences)
    return _ids_kind(sequences[rows], kind.spec.vector_size, kind.spec.masked)


def _read_ids(X: Any) -> TokenSequences | None:
    """Return X as ids if its type says so: TokenSequences, or rows of integers; else None."""
    if isinstance(X, TokenSequences | list | tuple) and not len(X):
        raise ValueError("Found array with 0 sample(s): X has no texts; pass at least one.")
    if isinstance(X, TokenSequences):
        return X
    if hasattr(X, "to_list"):  # Series of pandas and polars
        X = X.to_list()
    if isinstance(X, list | tuple) or getattr(X, "ndim", None) == 1:
        return _read_rows(list(X))
    if not hasattr(X, "__array__") and not issparse(X):  # which check_array refuses better
        raise TextInputError(f"X is {kind_of(X)}; expected were {_EXPECTED}.")
    return None


def _read_rows(rows: list[Any]) -> TokenSequences | None:
    """Return rows of integers as ids; None for what may still be a table of numbers."""
    if rows and _is_text(rows[0]):
        raise TextInputError(
            "X holds texts, but this classifier reads word ids. Put TextTokenizer before it, "
            "or use make_text_classifier, which does."
        )
    are_rows = [isinstance(row, list | tuple | np.ndarray) for row in rows]
    if not any(are_rows):
        return None
    if not all(are_rows):
        number = are_rows.index(False)
        raise TextInputError(
            f"Row {number} is {kind_of(rows[number])}, not a list of ids as others are. Pass a "
            "list of integers for each text."
        )
    is_table = len(set(map(len, rows))) == 1
    if is_table and not _holds_integers(rows):
        return None
    return TokenSequences.from_lists(rows)


def _is_text(row: Any) -> bool:
    """Whether a row is a text, or a list of words."""
    if isinstance(row, list | tuple | np.ndarray) and len(row):
        row = row[0]
    return isinstance(row, str | bytes)


def _holds_integers(rows: list[Any]) -> bool:
    """Whether rows of one length hold non-negative integers only."""
    array = np.asarray(rows)
    return array.ndim == 2 and array.dtype.kind in "iu" and _holds_ids(array)


def _holds_ids(array: np.ndarray) -> bool:
    """Whether every number is a non-negative integer, whatever the dtype."""
    if array.dtype.kind == "u":
        return True
    return bool((array >= 0).all() and (array.dtype.kind == "i" or (array % 1 == 0).all()))


def as_read(
    sequences: TokenSequences | StepSequences, kind: InputKind
) -> TokenSequences | StepSequences | PaddedSequences:
    """Return what batches are cut from: with the padding, for a network that reads it."""
    if isinstance(sequences, TokenSequences) and not kind.spec.masked:
        return PaddedSequences(sequences)
    return sequences


def _ids_kind(sequences: TokenSequences, embedding_dim: int, masked: bool) -> InputKind:
    if sequences.vocabulary is not None:
        n_ids = len(sequences.vocabulary)
    else:
        n_ids = int(sequences.ids.max(initial=UNKNOWN_ID)) + 1
    if sequences.vectors is not None:
        if len(sequences.vectors) < n_ids:
            raise TextInputError(
                f"X holds the id {n_ids - 1}, but its table of vectors has only "
                f"{len(sequences.vectors)} rows. Attach a row for every id."
            )
        n_ids, vector_size = sequences.vectors.shape
        spec = InputSpec(vector_size, n_ids=n_ids, masked=masked)
        return InputKind(spec, sequences.vocabulary)
    if n_ids > _MANY_IDS and n_ids > 100 * len(sequences.ids):
        raise TextInputError(
            f"X holds the id {n_ids - 1}, so the table of word vectors would need {n_ids:,} rows "
            f"for {len(sequences.ids):,} words. Number the words from 2 on, as TextTokenizer does."
        )
    spec = InputSpec(embedding_dim, n_ids=n_ids, masked=masked)
    return InputKind(spec, sequences.vocabulary, embedding_dim)


def _known_ids(sequences: TokenSequences, kind: InputKind) -> TokenSequences:
    """Check the vocabulary; without one, ids that fit never saw are unknown words."""
    theirs = sequences.vocabulary
    if theirs is not None and kind.vocabulary is not None and theirs != kind.vocabulary:
        raise TextInputError(
            f"X comes from another tokenizer: its vocabulary has {len(theirs)} ids, the one seen "
            f"in fit {len(kind.vocabulary)}, or other words. Transform the texts with the "
            "tokenizer that this classifier was fitted behind."
        )
    n_ids = kind.spec.n_ids
    assert n_ids is not None
    if sequences.ids.max(initial=0) < n_ids:
        return sequences
    ids = np.where(sequences.ids < n_ids, sequences.ids, UNKNOWN_ID)
    return TokenSequences(
        ids,
        sequences.offsets,
        maxlen=sequences.maxlen,
        padding=sequences.padding,
        truncating=sequences.truncating,
    )


def _read_steps(
    array: np.ndarray, kind: InputKind | None, estimator: Any
) -> tuple[StepSequences, InputKind]:
    """Read vectors, or single numbers, as the steps of a sequence."""
    vector_size = 1 if array.ndim == 2 else array.shape[2]
    masked = estimator.masked if kind is None else kind.spec.masked
    spec = InputSpec(vector_size, masked=masked and array.ndim == 3)
    if kind is not None and kind.spec != spec:
        saw = "word ids" if kind.spec.n_ids is not None else f"vectors of {kind.spec.vector_size}"
        raise TextInputError(
            f"X is an array of shape {array.shape}, but fit saw {saw}. "
            "Pass what fit saw, or fit again."
        )
    array = array.astype(estimator.dtype, copy=False)
    read = StepSequences.from_padded if spec.masked else StepSequences.from_series
    return read(array), InputKind(spec)
