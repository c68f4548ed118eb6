"""What the classifiers accept as X, and how it becomes sequences for the networks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from ..exceptions import TextInputError
from ..networks import InputSpec
from ..sequences import PADDING_ID, UNKNOWN_ID, TokenSequences, Vocabulary
from ..training import StepSequences

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
    """

    spec: InputSpec
    vocabulary: Vocabulary | None = None


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
        steps that are vectors; error messages name it.

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
        is_ids = array.ndim == 2 and (kind.spec.n_ids is not None if kind else _holds_ids(array))
        if not is_ids:
            return *_read_steps(array, kind, estimator.dtype), array.ndim == 2
        if not _holds_ids(array):
            raise TextInputError(
                "X holds fractions or negative numbers, but fit saw ids: non-negative integers. "
                "Pass ids, or fit again."
            )
        sequences = TokenSequences.from_padded(array.astype(np.int32))
    if kind is None:
        return sequences, _ids_kind(sequences, estimator.embedding_dim), is_table
    if kind.spec.n_ids is None:
        raise TextInputError(
            f"X holds word ids, but fit saw vectors of size {kind.spec.vector_size}. "
            "Pass what fit saw, or fit again."
        )
    return _known_ids(sequences, kind), kind, is_table


def _read_ids(X: Any) -> TokenSequences | None:
    """Return X as ids if its type says so: TokenSequences, or a list of lists of integers."""
    if isinstance(X, TokenSequences):
        if not len(X):
            raise ValueError("Found array with 0 sample(s): X has no texts; pass at least one.")
        return X
    if isinstance(X, str | bytes):
        raise TextInputError(f"X is a single text; expected were {_EXPECTED}.")
    if not isinstance(X, list | tuple) or not len(X):
        return None
    first = X[0]
    if isinstance(first, str):
        raise TextInputError(
            "X holds texts, but this classifier reads word ids. Put TextTokenizer before it, "
            "or use make_text_classifier, which does."
        )
    whole = int | np.integer
    if all(
        isinstance(row, list | tuple) and all(isinstance(token, whole) for token in row)
        for row in X
    ) and not any(token < 0 for row in X for token in row):
        real = [[token for token in row if token != PADDING_ID] for row in X]
        return TokenSequences.from_lists(real)
    return None


def _holds_ids(array: np.ndarray) -> bool:
    """Whether every number is a non-negative integer, whatever the dtype."""
    if array.dtype.kind == "u":
        return True
    return bool((array >= 0).all() and (array.dtype.kind == "i" or (array % 1 == 0).all()))


def _ids_kind(sequences: TokenSequences, embedding_dim: int) -> InputKind:
    if sequences.vocabulary is not None:
        n_ids = len(sequences.vocabulary)
    else:
        n_ids = int(sequences.ids.max(initial=UNKNOWN_ID)) + 1
    if sequences.vectors is not None:
        embedding_dim = sequences.vectors.shape[1]
    return InputKind(InputSpec(embedding_dim, n_ids=n_ids), sequences.vocabulary)


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
        truncating=sequences.truncating,
    )


def _read_steps(
    array: np.ndarray, kind: InputKind | None, dtype: str
) -> tuple[StepSequences, InputKind]:
    """Read vectors, or single numbers, as the steps of a sequence."""
    vector_size = 1 if array.ndim == 2 else array.shape[2]
    spec = InputSpec(vector_size, masked=array.ndim == 3)
    if kind is not None and kind.spec != spec:
        saw = "word ids" if kind.spec.n_ids is not None else f"vectors of {kind.spec.vector_size}"
        raise TextInputError(
            f"X is an array of shape {array.shape}, but fit saw {saw}. "
            "Pass what fit saw, or fit again."
        )
    array = array.astype(dtype, copy=False)
    read = StepSequences.from_series if array.ndim == 2 else StepSequences.from_padded
    return read(array), InputKind(spec)
