"""Word vectors for the words of a vocabulary: trained on the texts, or read from a file."""

import os
from numbers import Integral
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from ..exceptions import TextInputError
from ..sequences import PADDING_ID, UNKNOWN_ID, TokenSequences, Vocabulary
from ._gensim import train_word2vec
from ._vectors import look_up_vectors, read_vectors

# Words of the texts whose vectors are looked up at once for output="max".
_CHUNK_WORDS = 100_000


def _gives_documents(embedder: "Word2VecEmbedder") -> bool:
    return embedder.output != "sequences"


class Word2VecEmbedder(TransformerMixin, BaseEstimator):
    """Give every word a vector: word2vec trained on the texts, or pretrained ones.

    For the networks (``output="sequences"``) the table of vectors is attached to the sequences,
    without copying them; a network starts from it. For any other estimator the vectors of a
    text's words are combined to one vector a text.

    Parameters
    ----------
    vector_size : int, default=100
        Size of the vectors trained here. With `vectors` the size is theirs.
    window : int, default=5
        Farthest distance of the words predicted from each other, in words.
    min_count : int, default=1
        Words that occur less often in the texts are not trained but filled in as `missing` says.
    sg : {0, 1}, default=1
        1 trains by skip-gram, 0 by continuous bag of words: faster, worse for rare words.
    negative : int, default=5
        Noise words drawn for each word, at least 1.
    epochs : int, default=5
        Passes of word2vec over the texts.
    vectors : path, gensim KeyedVectors or None, default=None
        Pretrained vectors: a file of word2vec (text or binary), GloVe (text) or fastText (.vec),
        plain or gzip, or vectors loaded already. None: vectors are trained on the texts.
    missing : {"random", "mean", "train"}, default="random"
        How words are filled in that `vectors` lack: at random with the same spread, by the mean
        of the words found, or trained on the texts and scaled to the same mean norm.
    ignore_case : bool, default=True
        Whether a word that `vectors` lack is looked up in lower, title, upper and any other
        case, in this order.
    output : {"sequences", "mean", "tfidf", "max"}, default="sequences"
        What `transform` returns: the sequences with the table attached, or an array with one
        vector a text: the mean of its words' vectors, their mean weighted by TF-IDF, or their
        maximum in each dimension.
    random_state : int, RandomState instance or None, default=None
        Of the training and of the vectors filled in.

    Attributes
    ----------
    vectors_ : ndarray of float32 of shape (n_ids, vector_size)
        The vector of each id: zeros for the padding, for the unknown word the mean of all words.
    vocabulary_ : Vocabulary
        The words behind the ids.
    coverage_ : float
        Share of the vocabulary's words that have a vector, not one filled in.
    occurrence_coverage_ : float
        The same share among the words of the texts passed to `fit`, each as often as it occurs;
        unknown words count as without.
    missing_words_ : dict of str to int
        How often each word without a vector occurs in these texts, the most frequent first.
    idf_ : ndarray of shape (n_ids,)
        Inverse document frequencies, ``ln((1 + n_texts) / (1 + n_texts_with_word)) + 1``.

    See Also
    --------
    TextTokenizer : Makes the sequences.

    Notes
    -----
    A vocabulary word found in no case, and the words trained on the texts, depend on the texts
    passed to `fit` only: in cross-validation, on the training fold.

    References
    ----------
    Mikolov, T. et al. (2013). Distributed representations of words and phrases and their
    compositionality. NeurIPS.

    Examples
    --------
    >>> from sk_textnn import TextTokenizer, Word2VecEmbedder
    >>> X = TextTokenizer().fit_transform(["a dog barks", "a cat purrs"])
    >>> Word2VecEmbedder(vector_size=8, random_state=0).fit_transform(X)
    TokenSequences(2 texts, 6 words, shape (2, 3, 8), float32, vocabulary of 7 ids)
    >>> Word2VecEmbedder(vector_size=8, output="mean", random_state=0).fit_transform(X).shape
    (2, 8)
    """

    _parameter_constraints: dict = {  # noqa: RUF012  (scikit-learn's habit)
        "vector_size": [Interval(Integral, 1, None, closed="left")],
        "window": [Interval(Integral, 1, None, closed="left")],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "sg": [Interval(Integral, 0, 1, closed="both")],
        "negative": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "vectors": [str, os.PathLike, HasMethods(["__getitem__"]), None],
        "missing": [StrOptions({"random", "mean", "train"})],
        "ignore_case": ["boolean"],
        "output": [StrOptions({"sequences", "mean", "tfidf", "max"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        vector_size=100,
        window=5,
        min_count=1,
        sg=1,
        negative=5,
        epochs=5,
        vectors=None,
        missing="random",
        ignore_case=True,
        output="sequences",
        random_state=None,
    ):
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.sg = sg
        self.negative = negative
        self.epochs = epochs
        self.vectors = vectors
        self.missing = missing
        self.ignore_case = ignore_case
        self.output = output
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Train or read the vectors of the vocabulary's words.

        Parameters
        ----------
        X : TokenSequences
            With a vocabulary, as :class:`TextTokenizer` makes them.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        TextInputError
            If X is anything else.
        FileNotFoundError, VectorFileError
            If `vectors` is a path and there is no such file, or none of word vectors.
        ValueError
            If no word of the vocabulary has a vector.
        """
        vocabulary = _check_vocabulary(X)
        counts = np.bincount(X.truncated_ids(), minlength=len(vocabulary))
        rng = check_random_state(self.random_state)
        if self.vectors is None:
            found = self._train(X, vocabulary, self.vector_size, rng)
            if not found:
                raise ValueError(
                    f"None of the {len(vocabulary.words):,} words occurs min_count="
                    f"{self.min_count} times in the texts. Lower min_count, or pass vectors."
                )
        else:
            found = self._look_up(vocabulary)
            if not found:
                raise ValueError(
                    f"None of the {len(vocabulary.words):,} words of the texts is among the "
                    f"pretrained vectors, neither {', '.join(vocabulary.words[:3])} nor any other. "
                    "Check that both are of the same language and letter case."
                )
        table, known = self._fill(found, X, vocabulary, rng)
        n_texts_with = _document_counts(X, len(vocabulary))

        self.vectors_ = table
        self.vocabulary_ = vocabulary
        self.coverage_ = float(known[UNKNOWN_ID + 1 :].mean())
        self.occurrence_coverage_ = float(counts[known].sum() / max(counts[UNKNOWN_ID:].sum(), 1))
        without = np.flatnonzero(~known)
        without = without[without > UNKNOWN_ID]
        without = without[np.argsort(-counts[without], kind="stable")]
        self.missing_words_ = {str(vocabulary.word(i)): int(counts[i]) for i in without}
        self.idf_ = np.log((1 + len(X)) / (1 + n_texts_with)) + 1
        return self

    def transform(self, X):
        """Attach the vectors to the sequences, or combine them to one vector a text.

        Parameters
        ----------
        X : TokenSequences
            From the tokenizer that the embedder was fitted behind.

        Returns
        -------
        TokenSequences, or ndarray of float32 of shape (n_samples, vector_size)
            As `output` says. Unknown words do not count in a text's vector; a text of unknown
            words alone gets zeros.
        """
        check_is_fitted(self)
        if _check_vocabulary(X) != self.vocabulary_:
            raise TextInputError(
                f"X comes from another tokenizer: its vocabulary has {len(X.vocabulary)} ids, the "
                f"one seen in fit {len(self.vocabulary_)}, or other words. Transform the texts "
                "with the tokenizer that this embedder was fitted behind."
            )
        if self.output == "sequences":
            return X.with_vectors(self.vectors_)
        ids, offsets = _known_words(X)
        if self.output == "max":
            return self._maximum(ids, offsets)
        return self._weighted_mean(ids, offsets)

    @available_if(_gives_documents)
    def get_feature_names_out(self, input_features=None):
        """Return the names of a text vector's dimensions.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str of shape (vector_size,)
        """
        check_is_fitted(self)
        size = self.vectors_.shape[1]
        return np.array([f"word2vec{number}" for number in range(size)], dtype=object)

    def _train(
        self, X: TokenSequences, vocabulary: Vocabulary, size: int, rng: np.random.RandomState
    ) -> dict[str, np.ndarray]:
        return train_word2vec(
            X,
            vocabulary,
            vector_size=size,
            window=self.window,
            min_count=self.min_count,
            sg=self.sg,
            negative=self.negative,
            epochs=self.epochs,
            seed=int(rng.randint(2**31 - 1)),
        )

    def _look_up(self, vocabulary: Vocabulary) -> dict[str, np.ndarray]:
        """Return the pretrained vector of each word of the vocabulary that has one."""
        source, words = self.vectors, vocabulary.words
        if isinstance(source, str | os.PathLike):
            vectors, found = read_vectors(source, words, ignore_case=self.ignore_case)
        elif hasattr(source, "key_to_index"):
            vectors, found = look_up_vectors(source, words, ignore_case=self.ignore_case)
        else:
            raise TextInputError(
                f"vectors is a {type(source).__name__}, but a path or gensim KeyedVectors were "
                "expected. Of a gensim Word2Vec model pass model.wv."
            )
        return {words[row]: vectors[row] for row in np.flatnonzero(found)}

    def _fill(
        self,
        found: dict[str, np.ndarray],
        X: TokenSequences,
        vocabulary: Vocabulary,
        rng: np.random.RandomState,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the whole table, and which of its rows hold a vector that was found."""
        size = len(next(iter(found.values())))
        table = np.zeros((len(vocabulary), size), dtype=np.float32)
        known = np.zeros(len(vocabulary), dtype=bool)
        for word, vector in found.items():
            table[vocabulary.index[word]] = vector
            known[vocabulary.index[word]] = True
        lacking = np.flatnonzero(~known[UNKNOWN_ID + 1 :]) + UNKNOWN_ID + 1
        if self.missing == "mean":
            table[lacking] = table[known].mean(axis=0)
        else:
            table[lacking] = rng.normal(0, table[known].std(), size=(len(lacking), size))
        if self.missing == "train" and self.vectors is not None and len(lacking):
            trained = self._train(X, vocabulary, size, rng)
            norm = np.mean([np.linalg.norm(vector) for vector in trained.values()] or [1])
            scale = np.linalg.norm(table[known], axis=1).mean() / norm
            for row in lacking:
                word = vocabulary.word(row)
                if word in trained:
                    table[row] = trained[word] * scale
        table[UNKNOWN_ID] = table[UNKNOWN_ID + 1 :].mean(axis=0)
        return table, known

    def _weighted_mean(self, ids: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        weights = self.idf_[ids] if self.output == "tfidf" else np.ones(len(ids))
        shape = (len(offsets) - 1, len(self.vectors_))
        words = sparse.csr_array((weights.astype(np.float32), ids, offsets), shape=shape)
        total = np.asarray(words.sum(axis=1)).reshape(-1, 1)
        return words @ self.vectors_ / np.where(total == 0, 1, total)

    def _maximum(self, ids: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        out = np.zeros((len(offsets) - 1, self.vectors_.shape[1]), dtype=np.float32)
        rows = np.flatnonzero(np.diff(offsets))
        n_chunks = max(1, len(ids) // _CHUNK_WORDS)
        for part in np.array_split(rows, n_chunks):
            if len(part):
                start, stop = offsets[part[0]], offsets[part[-1] + 1]
                vectors = self.vectors_[ids[start:stop]]
                out[part] = np.maximum.reduceat(vectors, offsets[part] - start, axis=0)
        return out

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        return tags


def _check_vocabulary(X: Any) -> Vocabulary:
    """Return the vocabulary of the sequences, or say what is missing before this step."""
    if not isinstance(X, TokenSequences) or X.vocabulary is None:
        came = "without a vocabulary" if isinstance(X, TokenSequences) else type(X).__name__
        raise TextInputError(
            f"X is {came}, but TokenSequences with a vocabulary were expected. Put TextTokenizer "
            "before Word2VecEmbedder."
        )
    if not len(X):
        raise TextInputError("X has no texts; pass at least one.")
    return X.vocabulary


def _known_words(X: TokenSequences) -> tuple[np.ndarray, np.ndarray]:
    """Return the known words' ids of all texts, one after the other, and the texts' offsets."""
    ids = X.truncated_ids()
    known = ids > UNKNOWN_ID
    before = np.concatenate([[0], np.cumsum(known)])
    ends = np.concatenate([[0], np.cumsum(X.lengths)])
    return ids[known], before[ends]


def _document_counts(X: TokenSequences, n_ids: int) -> np.ndarray:
    """Count for each id the texts it occurs in."""
    ids = X.truncated_ids()
    texts = np.repeat(np.arange(len(X)), X.lengths)
    pairs = np.unique(texts * np.int64(n_ids) + ids)
    counts = np.bincount(pairs % n_ids, minlength=n_ids)
    counts[PADDING_ID] = 0
    return counts
