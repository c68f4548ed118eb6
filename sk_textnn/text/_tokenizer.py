"""The step from texts to word ids."""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise, repeat
from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._validation import check_parameters, check_texts
from ..sequences import PADDING_ID, UNKNOWN_ID, TokenSequences, Vocabulary
from ._counting import (
    choose_words,
    count_words,
    fill_empty,
    flatten,
    keep_ids,
    n_processes,
    number_words,
    offsets_of,
    weighted_table,
)
from ._output import SequenceOutputMixin, index_of
from ._splitting import Splitter, make_splitter

__all__ = ["TextTokenizer"]

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
_MODES = ("binary", "count", "tfidf", "freq")


class TextTokenizer(SequenceOutputMixin, TransformerMixin, BaseEstimator):
    """Turn texts into sequences of word ids, by the rules of the Keras tokenizer.

    Ids go by how often a word occurs in the texts seen in `fit`, the most frequent word first,
    words of one frequency by first appearance: 0 is padding, 1 the unknown word, 2 the most
    frequent word. These are the ids of ``tensorflow.keras.preprocessing.text.Tokenizer`` with
    its `oov_token` set.

    Parameters
    ----------
    num_words : int or None, default=None
        Rows an embedding of the ids needs at most, the padding and the unknown word included:
        every id is below it, so ``num_words - 2`` words get an id of their own. None: all.
    filters : str, default=all ASCII punctuation except ``'``, tab and newline
        Characters that end a word as `split` does.
    lower : bool, default=True
        Whether to make the texts lower case first.
    split : str, default=" "
        What stands between words.
    char_level : bool, default=False
        Whether every character, white space included, is a word. `filters` and `split` are not
        used then.
    oov_token : str or None, default="[UNK]"
        Name of the unknown word, id 1. None: unknown words are left out of the sequences (the
        default of Keras); ids begin at 2 all the same.
    min_df : int or float, default=1
        Only words in at least so many texts (int), or in that share of the texts (float), get
        an id.
    max_df : int or float, default=1.0
        Only words in at most so many texts, or in that share of the texts, get an id.
    strip_accents : {"ascii", "unicode"}, callable or None, default=None
        Remove accents after making the texts lower case, as in
        :class:`~sklearn.feature_extraction.text.CountVectorizer`.
    tokenizer : callable, str, re.Pattern or None, default=None
        Another way to find the words, in place of `filters` and `split`: a function from a text
        to the list of its words, or a regular expression whose matches (whose group, if it has
        one) are the words.
    n_jobs : int or None, default=None
        Processes that cut texts into words; None: 1, -1: one for each core. Ids are the same.
        They take seconds to start, and the texts have to be sent to them: worth it for tens of
        millions of words, or a slow `tokenizer`. None of them gets less than 1,000 texts.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The words that have an id; ``len(vocabulary_)`` is the number of rows of an embedding.
    word_index_ : dict of str to int
        The ids of these words and, unless None, of `oov_token`.
    word_counts_ : dict of str to int
        How often each word occurs in the texts seen in `fit`, in order of first appearance:
        all words, whether they have an id or not.
    word_docs_ : dict of str to int
        In how many texts each word occurs, likewise.
    document_count_ : int
        Number of texts seen in `fit`.

    See Also
    --------
    SequencePadder : The next step, which sets the width.
    TokenSequences : What `transform` returns.

    Notes
    -----
    Differences from the Keras tokenizer:

    - A text that has no word, or none left with ``oov_token=None``, becomes one unknown word
      instead of an empty sequence.
    - `word_index_` holds the words that have an id, not those beyond `num_words`.
    - A word of the texts equal to `oov_token` is the unknown word; Keras gives the name to the
      word and leaves the unknown words to whichever id that is.
    - With ``oov_token=None`` ids begin at 2, not 1, and `num_words` counts the unused id too.

    References
    ----------
    .. [1] `Keras, tf.keras.preprocessing.text.Tokenizer
       <https://www.tensorflow.org/api_docs/python/tf/keras/preprocessing/text/Tokenizer>`_

    Examples
    --------
    >>> from sk_textnn import TextTokenizer
    >>> tokenizer = TextTokenizer().fit(["The cat sat.", "The dog sat, too!"])
    >>> tokenizer.word_index_
    {'[UNK]': 1, 'the': 2, 'sat': 3, 'cat': 4, 'dog': 5, 'too': 6}
    >>> X = tokenizer.transform(["The bird sat", ""])
    >>> X
    TokenSequences(2 texts, 4 words, shape (2, 3), int32, vocabulary of 7 ids)
    >>> tokenizer.sequences_to_texts(X)
    ['the [UNK] sat', '[UNK]']
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "num_words": [Interval(Integral, 3, None, closed="left"), None],
        "filters": [str],
        "lower": ["boolean"],
        "split": [str],
        "char_level": ["boolean"],
        "oov_token": [str, None],
        "min_df": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="both"),
        ],
        "max_df": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="both"),
        ],
        "strip_accents": [StrOptions({"ascii", "unicode"}), callable, None],
        "tokenizer": [callable, str, re.Pattern, None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = "[UNK]",
        min_df: int | float = 1,
        max_df: int | float = 1.0,
        strip_accents: Literal["ascii", "unicode"] | Callable[[str], str] | None = None,
        tokenizer: Callable[[str], Iterable[str]] | str | re.Pattern[str] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.min_df = min_df
        self.max_df = max_df
        self.strip_accents = strip_accents
        self.tokenizer = tokenizer
        self.n_jobs = n_jobs

    @check_parameters
    def fit(self, X: Iterable[str], y: Any = None) -> Self:
        """Learn the vocabulary.

        Parameters
        ----------
        X : iterable of str of length n_samples
            The texts.
        y : None
            Ignored.

        Returns
        -------
        TextTokenizer
            This tokenizer.

        Raises
        ------
        TextInputError
            If a row is not a string.
        ValueError
            If no word is left to get an id.
        """
        self._learn(X)
        return self

    @check_parameters
    def fit_transform(self, X: Iterable[str], y: Any = None) -> TokenSequences:
        """Learn the vocabulary and return the ids of the same texts, reading them once.

        Parameters
        ----------
        X : iterable of str of length n_samples
            The texts.
        y : None
            Ignored.

        Returns
        -------
        TokenSequences of shape (n_samples, longest)
            No row is empty: a text without a word is one unknown word.

        Raises
        ------
        TextInputError
            If a row is not a string.
        ValueError
            If no word is left to get an id.
        """
        return self._sequences(*self._learn(X), index=index_of(X))

    def transform(self, X: Iterable[str]) -> TokenSequences:
        """Return the ids of the words of each text.

        Parameters
        ----------
        X : iterable of str of length n_samples
            The texts.

        Returns
        -------
        TokenSequences of shape (n_samples, longest)
            No row is empty: a text without a word is one unknown word.

        Raises
        ------
        TextInputError
            If a row is not a string.
        """
        check_is_fitted(self)
        return self._sequences(*self._look_up(X), index=index_of(X))

    def sequences_to_texts(self, X: Any) -> list[str]:
        """Write ids out as words, with spaces between them unless these are characters.

        Parameters
        ----------
        X : TokenSequences, array-like of int of shape (n_samples, maxlen) or list of id lists
            Padding is left out, and so are unknown words if they have no name.

        Returns
        -------
        list of str of length n_samples
            The words of each row.

        Raises
        ------
        ValueError
            If an id is not in the vocabulary; the row is named.
        """
        check_is_fitted(self)
        if not isinstance(X, TokenSequences):
            is_rows = isinstance(X, list | tuple)
            X = TokenSequences.from_lists(X) if is_rows else TokenSequences.from_padded(X)
        ids, offsets = X.truncated_ids(), offsets_of(X.lengths)
        if len(ids) and ids.max() >= len(self.vocabulary_):
            row = np.searchsorted(offsets[1:], ids.argmax(), side="right")
            raise ValueError(
                f"Row {row} holds the id {ids.max()}, but the vocabulary's ids end at "
                f"{len(self.vocabulary_) - 1}. Pass sequences made by this tokenizer."
            )
        names = ["", self.vocabulary_.oov_token or "", *self.vocabulary_.words]
        words = list(map(names.__getitem__, ids.tolist()))
        separator = "" if self.char_level else " "
        bounds = pairwise(offsets.tolist())
        return [separator.join(filter(None, words[start:stop])) for start, stop in bounds]

    inverse_transform = sequences_to_texts  # what scikit-learn calls it

    def texts_to_matrix(
        self,
        texts: Iterable[str],
        mode: Literal["binary", "count", "tfidf", "freq"] = "binary",
        *,
        sparse: bool = False,
    ) -> Any:
        """Return one row a text and one column an id, as the Keras tokenizer does.

        Parameters
        ----------
        texts : iterable of str of length n_samples
            The texts.
        mode : {"binary", "count", "tfidf", "freq"}, default="binary"
            What stands in a column: 1 if the word occurs; how often it occurs; that, as
            ``1 + log(count)``, times ``log(1 + n_texts / (1 + texts with the word))``; its
            share of the words of the text.
        sparse : bool, default=False
            Whether to return a sparse array, which a large vocabulary needs to fit in memory.

        Returns
        -------
        ndarray or scipy.sparse.csr_array of float64 of shape (n_samples, n_ids)
            A text without words is a row of zeros.

        Raises
        ------
        TextInputError
            If a row is not a string.
        ValueError
            If there is no such mode.
        """
        check_is_fitted(self)
        if mode not in _MODES:
            raise ValueError(f"mode must be one of {_MODES}, not {mode!r}.")
        ids, offsets = self._look_up(texts)
        docs = np.array([0, 0, *map(self.word_docs_.__getitem__, self.vocabulary_.words)])
        idf = np.log(1 + self.document_count_ / (1 + docs))
        table = weighted_table(ids, offsets, mode, idf)
        return table if sparse else table.toarray()

    def _splitter(self) -> Splitter:
        return make_splitter(
            filters=self.filters,
            lower=self.lower,
            split=self.split,
            char_level=self.char_level,
            strip_accents=self.strip_accents,
            tokenizer=self.tokenizer,
        )

    def _learn(self, X: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Set the fitted attributes; return the ids and offsets of the texts."""
        split = self._splitter()
        texts = check_texts(X)
        if not texts:
            raise ValueError("No texts came (0 rows), but at least one is needed to learn words.")
        # Each word gets its number of first appearance, so that the texts are read only once.
        seen, numbers, offsets = number_words(texts, split, self.n_jobs)
        if not seen:
            raise ValueError(
                f"None of the {len(texts)} texts has a word: they are empty, or filters, split "
                "or tokenizer leave nothing of them. Pass other texts, or change these parameters."
            )
        words = list(seen)
        counts, docs = count_words(numbers, offsets, len(words))
        ignored = None if self.oov_token is None else seen.get(self.oov_token)
        chosen = choose_words(counts, docs, len(texts), self.min_df, self.max_df, ignored)
        if self.num_words is not None:
            chosen = chosen[: self.num_words - UNKNOWN_ID - 1]
        known = [words[number] for number in chosen]
        self.vocabulary_ = Vocabulary(known, oov_token=self.oov_token)
        unknown = {} if self.oov_token is None else {self.oov_token: UNKNOWN_ID}
        self.word_index_ = unknown | self.vocabulary_.index
        self.word_counts_ = dict(zip(words, counts.tolist(), strict=True))
        self.word_docs_ = dict(zip(words, docs.tolist(), strict=True))
        self.document_count_ = len(texts)
        to_id = np.full(len(words), self._id_of_others(), dtype=np.int32)
        to_id[chosen] = np.arange(UNKNOWN_ID + 1, len(self.vocabulary_))
        ids = to_id[numbers]
        return keep_ids(ids, offsets, ids != PADDING_ID)

    def _id_of_others(self) -> int:
        return PADDING_ID if self.vocabulary_.oov_token is None else UNKNOWN_ID

    def _look_up(self, X: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the ids of the texts' words and the offsets of the texts, empty rows included."""
        get, others = self.vocabulary_.index.get, repeat(self._id_of_others())
        texts, split = check_texts(X), self._splitter()
        if n_processes(texts, self.n_jobs) == 1:
            ids, offsets = flatten(texts, split, lambda words: map(get, words, others))
        else:
            seen, numbers, offsets = number_words(texts, split, self.n_jobs)
            ids = np.fromiter(map(get, seen, others), dtype=np.int32)[numbers]
        return keep_ids(ids, offsets, ids != PADDING_ID)

    def _sequences(self, ids: np.ndarray, offsets: np.ndarray, *, index: Any) -> TokenSequences:
        return TokenSequences(*fill_empty(ids, offsets), vocabulary=self.vocabulary_, index=index)

    @property
    def _n_features_out(self) -> int:
        check_is_fitted(self)
        return 1  # a text becomes one sequence

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
