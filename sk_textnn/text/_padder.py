"""The step that sets how many words of each text a network reads."""

import re
from collections.abc import Iterable
from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from .._validation import check_parameters
from ..exceptions import TextInputError
from ..sequences import TokenSequences
from ._output import SequenceOutputMixin

__all__ = ["SequencePadder"]

_PERCENT = re.compile(r"p(\d+(?:\.\d+)?)")


class SequencePadder(SequenceOutputMixin, TransformerMixin, BaseEstimator):
    """Give all sequences one width: pad the shorter ones, cut the longer ones.

    Sequences stay ragged: they only learn the width that they are padded to when a network
    reads them, so nothing is copied and memory does not grow with the width.

    Parameters
    ----------
    maxlen : int, float, str or None, default=None
        Width in words. None: the longest sequence seen in `fit`. A float above 0 and up to 1,
        or a string such as ``"p95"`` or ``"p99.5"``: the smallest width that cuts none of that
        share, or of that percentage, of the sequences seen in `fit`.
    padding : {"pre", "post"}, default="pre"
        Whether zeros fill a shorter sequence before or after its words.
    truncating : {"pre", "post", "head_tail"}, default="pre"
        Where a longer sequence is cut: at its beginning, at its end, or in its middle, so that
        the first ``ceil(maxlen / 2)`` and the last ``floor(maxlen / 2)`` words are kept.

    Attributes
    ----------
    maxlen_ : int
        The width.
    truncated_share_ : float
        Share of the words seen in `fit` that this width cuts off.
    n_features_in_ : int
        Columns of the array seen in `fit`; only if it was a 2-D array.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of these columns; only if they all were strings.

    See Also
    --------
    TextTokenizer : The step before.
    TokenSequences.pad : What this step calls.

    References
    ----------
    .. [1] `Keras, pad_sequences
       <https://keras.io/api/data_loading/timeseries/#pad_sequences-function>`_
    .. [2] C. Sun, X. Qiu, Y. Xu, X. Huang: How to Fine-Tune BERT for Text Classification?
       CCL 2019 (cutting the middle of long texts).

    Examples
    --------
    >>> import numpy as np
    >>> from sk_textnn import SequencePadder
    >>> padder = SequencePadder(maxlen=3)
    >>> X = padder.fit_transform([[2, 3], [4, 5, 6, 7], [8, 9]])
    >>> np.asarray(X)
    array([[0, 2, 3],
           [5, 6, 7],
           [0, 8, 9]], dtype=int32)
    >>> padder.truncated_share_
    0.125
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "maxlen": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
            str,
            None,
        ],
        "padding": [StrOptions({"pre", "post"})],
        "truncating": [StrOptions({"pre", "post", "head_tail"})],
    }

    def __init__(
        self,
        *,
        maxlen: int | float | str | None = None,
        padding: Literal["pre", "post"] = "pre",
        truncating: Literal["pre", "post", "head_tail"] = "pre",
    ) -> None:
        self.maxlen = maxlen
        self.padding = padding
        self.truncating = truncating

    @check_parameters
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the width.

        Parameters
        ----------
        X : TokenSequences, list of id lists or array-like of int of shape (n_samples, n_columns)
            Zeros are padding wherever they stand.
        y : None
            Ignored.

        Returns
        -------
        SequencePadder
            This padder.

        Raises
        ------
        TextInputError
            If a row is not a list of word ids; the row is named.
        ValueError
            If there are no rows, or `maxlen` is a string that is no percentage.
        """
        share = _share_of(self.maxlen)
        sequences = self._read(X, reset=True)
        if not len(sequences):
            raise ValueError("Found array with 0 sample(s), while a minimum of 1 is required.")
        if share is None:
            self.maxlen_ = int(self.maxlen)  # type: ignore[arg-type]  # an int
        else:
            lengths = np.diff(sequences.offsets)
            self.maxlen_ = max(1, int(np.quantile(lengths, share, method="inverted_cdf")))
        self.truncated_share_ = _truncated_share(sequences, self.maxlen_)
        return self

    def transform(self, X: Any) -> TokenSequences | np.ndarray:
        """Return the sequences with the width learned.

        Parameters
        ----------
        X : TokenSequences, list of id lists or array-like of int of shape (n_samples, n_columns)
            An array needs as many columns as the one seen in `fit`, if that was an array.

        Returns
        -------
        TokenSequences or ndarray of int32, of shape (n_samples, maxlen_)
            An array if X is one, else sequences that share the ids of X.
        """
        check_is_fitted(self)
        sequences = self._read(X, reset=False).pad(
            self.maxlen_, padding=self.padding, truncating=self.truncating
        )
        return sequences if _is_ragged(X) else np.asarray(sequences)

    def truncated_share(self, X: Any) -> float:
        """Return the share of the words of X that `transform` cuts off.

        Parameters
        ----------
        X : TokenSequences, list of id lists or array-like of int of shape (n_samples, n_columns)
            As in `transform`.

        Returns
        -------
        float
            From 0, nothing is cut off, to 1.
        """
        check_is_fitted(self)
        return _truncated_share(self._read(X, reset=False), self.maxlen_)

    @property
    def _n_features_out(self) -> int:
        return self.maxlen_

    def _read(self, X: Any, *, reset: bool) -> TokenSequences:
        """Return X as sequences; with `reset`, remember the columns of an array, or forget them."""
        if not _is_ragged(X):
            array = validate_data(self, X, reset=reset)
            if array.dtype.kind != "u" and array.min() < 0:
                raise TextInputError(
                    "Negative values in data passed to SequencePadder: it expects word ids, "
                    "non-negative integers with 0 for padding. Pass what TextTokenizer returns."
                )
            return TokenSequences.from_padded(array)
        sequences = X if isinstance(X, TokenSequences) else TokenSequences.from_lists(X)
        if reset:
            for name in ("n_features_in_", "feature_names_in_"):
                self.__dict__.pop(name, None)
        return sequences

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _is_ragged(X: Any) -> bool:
    """Whether X holds one sequence a row; otherwise it is read as an array with columns."""
    if isinstance(X, TokenSequences | list | tuple):
        return True
    one_column = getattr(X, "ndim", 2) == 1 and X.dtype.kind == "O"
    return one_column and all(isinstance(row, Iterable) for row in X)


def _share_of(maxlen: Any) -> float | None:
    """Return the share of sequences that must stay whole; None if maxlen is a width."""
    if maxlen is None:
        return 1.0
    if isinstance(maxlen, str):
        found = _PERCENT.fullmatch(maxlen)
        percent = float(found[1]) if found else 0.0
        if not 0 < percent <= 100:
            raise ValueError(
                f"maxlen={maxlen!r} is no percentage of sequences; write 'p95' for the width "
                "that keeps 95 % of them whole, or pass an integer."
            )
        return percent / 100
    return None if isinstance(maxlen, Integral) else float(maxlen)


def _truncated_share(sequences: TokenSequences, maxlen: int) -> float:
    lengths = np.diff(sequences.offsets)
    return float(np.maximum(lengths - maxlen, 0).sum() / max(1, lengths.sum()))
