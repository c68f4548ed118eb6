"""The step from word ids to word vectors, or to document vectors."""

from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._validation import check_parameters, kind_of, only_if
from ..exceptions import TextInputError
from ..sequences import PADDING_ID, UNKNOWN_ID, TokenSequences, Vocabulary
from ._counting import count_words, offsets_of
from ._documents import max_vectors, mean_vectors, without_unknown
from ._output import TolerantOutputMixin, with_index
from ._training import train_vectors
from ._vectors import find_vectors

__all__ = ["Word2VecEmbedder"]

_FIRST_WORD = UNKNOWN_ID + 1


def _gives_documents(embedder: "Word2VecEmbedder") -> bool:
    return embedder.output != "sequences"


class Word2VecEmbedder(TolerantOutputMixin, TransformerMixin, BaseEstimator):
    """Give each word of the vocabulary a vector, trained on the texts or read from a file.

    Parameters
    ----------
    vector_size : int, default=100
        Width of the vectors trained on the texts. Not used with `vectors`, which have a width
        of their own.
    window : int, default=5
        Greatest distance, in words, between a word and those it is trained to predict.
    min_count : int, default=1
        Words that occur less often in the texts are not trained, see `missing`.
    sg : {0, 1}, default=1
        1: skip-gram, 0: continuous bag of words (CBOW). CBOW is faster and on a few thousand
        texts much worse.
    negative : int, default=5
        Noise words drawn for each word in training.
    epochs : int, default=10
        Passes over the texts in training.
    alpha : float, default=0.05
        Learning rate at the start, from which it falls linearly. Twice gensim's default: few
        texts are learned from in fewer epochs.
    vectors : str, path-like, KeyedVectors or None, default=None
        Pretrained vectors: a file in word2vec text or binary, GloVe text or fastText .vec
        format, plain or gzip, of which only the words of the vocabulary are kept; or gensim's
        KeyedVectors (or anything with `key_to_index` that gives a vector by ``[word]``). None:
        word2vec is trained on the texts passed to `fit`. In a search a path is the better
        choice: scikit-learn copies KeyedVectors for each candidate.
    missing : {"random", "mean", "train"}, default="random"
        What vector a word gets that `vectors` lack, or that is too rare to be trained.
        "random": drawn from normal distributions with the mean and the spread that the found
        vectors have in each dimension. "mean": the mean of the found vectors. "train": trained
        on the texts among the found vectors, which stay as they are, and scaled to the mean
        length of these; words too rare for that, and without `vectors` all missing words, are
        drawn at random.
    ignore_case : bool, default=True
        Whether a word that `vectors` lack takes the vector of its lower-case form, else of its
        Title form, its UPPER form, or any other in which only the case differs.
    output : {"sequences", "mean", "tfidf", "max"}, default="sequences"
        What `transform` returns. "sequences": TokenSequences with the vectors attached, for the
        networks. Otherwise one vector a text, for any estimator: the mean of its words'
        vectors, their mean weighted by TF-IDF, or the greatest value in each dimension.
    random_state : int, RandomState instance or None, default=None
        Of the training and of random vectors. An int gives the same vectors, bit for bit, in
        every process.

    Attributes
    ----------
    vectors_ : ndarray of float32 of shape (len(vocabulary_), vector_size)
        The vector of each id. Row 0, the padding, is zero; row 1, the unknown word, is the mean
        of the vectors found.
    vocabulary_ : Vocabulary
        The words, as they came with the sequences.
    coverage_ : float
        Share of the vocabulary's words whose vector was found in `vectors` (or trained).
    occurrence_coverage_ : float
        Share of the running words of the texts, as cut by the padder, whose vector was found.
        Unknown words count as not found.
    idf_ : ndarray of float32 of shape (len(vocabulary_),)
        ``log((1 + n_samples) / (1 + df)) + 1`` for each id, `df` being the number of texts with
        it; what ``output="tfidf"`` weighs by.

    See Also
    --------
    TextTokenizer : Makes the sequences.
    SequencePadder : Sets their width.

    Notes
    -----
    Training uses the whole texts, the document vectors what the padder has left of them.
    Document vectors leave out unknown words; a text that has no others gets the vector of the
    unknown word. TF-IDF weights need no norm, for the weighted mean divides by their sum.

    References
    ----------
    Mikolov, Chen, Corrado, Dean: Efficient estimation of word representations in vector space,
    2013. Řehůřek, Sojka: Software framework for topic modelling with large corpora, 2010 (gensim).
    Kim: Convolutional neural networks for sentence classification, 2014 (random vectors with
    the spread of the pretrained ones).

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from sk_textnn import TextTokenizer, Word2VecEmbedder
    >>> texts = ["what a joy", "so sad today", "joy and joy", "a sad end"]
    >>> embedder = Word2VecEmbedder(vector_size=8, random_state=0)
    >>> make_pipeline(TextTokenizer(), embedder).fit_transform(texts)
    TokenSequences(4 texts, 12 words, shape (4, 3, 8), float32, vocabulary of 10 ids)
    >>> embedder.set_params(output="mean")
    Word2VecEmbedder(output='mean', random_state=0, vector_size=8)
    >>> make_pipeline(TextTokenizer(), embedder).fit_transform(texts).shape
    (4, 8)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "vector_size": [Interval(Integral, 1, None, closed="left")],
        "window": [Interval(Integral, 1, None, closed="left")],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "sg": [Options(Integral, {0, 1})],
        "negative": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "vectors": "no_validation",
        "missing": [StrOptions({"random", "mean", "train"})],
        "ignore_case": ["boolean"],
        "output": [StrOptions({"sequences", "mean", "tfidf", "max"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        vector_size: int = 100,
        window: int = 5,
        min_count: int = 1,
        sg: Literal[0, 1] = 1,
        negative: int = 5,
        epochs: int = 10,
        alpha: float = 0.05,
        vectors: Any = None,
        missing: Literal["random", "mean", "train"] = "random",
        ignore_case: bool = True,
        output: Literal["sequences", "mean", "tfidf", "max"] = "sequences",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.sg = sg
        self.negative = negative
        self.epochs = epochs
        self.alpha = alpha
        self.vectors = vectors
        self.missing = missing
        self.ignore_case = ignore_case
        self.output = output
        self.random_state = random_state

    @check_parameters
    def fit(self, X: TokenSequences, y: Any = None) -> Self:
        """Train or read the vectors of the vocabulary's words.

        Parameters
        ----------
        X : TokenSequences of length n_samples
            As a :class:`TextTokenizer` makes them; X is not changed.
        y : None
            Ignored.

        Returns
        -------
        Word2VecEmbedder
            The fitted embedder.

        Raises
        ------
        TextInputError
            If X is no TokenSequences with a vocabulary, or has no texts or no words.
        FileNotFoundError
            If `vectors` is the path of no file.
        VectorFileError
            If it is the path of a file that cannot be read as word vectors, or has none of the
            words.
        """
        vocabulary = _check_sequences(X)
        if len(X) == 0 or not vocabulary.words:
            came = "no texts" if len(X) == 0 else "a vocabulary without words"
            raise TextInputError(f"{came} came, but word vectors are of the words of texts.")
        random_state = check_random_state(self.random_state)
        seed = int(random_state.randint(np.iinfo(np.int32).max))
        if self.vectors is None:
            vectors, found = self._train(X, seed, int(self.vector_size))
        else:
            vectors, found = find_vectors(
                self.vectors, vocabulary.words, ignore_case=self.ignore_case
            )
        mean = vectors[found].mean(axis=0)
        if not found.all():
            self._fill(vectors, found, X, seed, random_state)

        ids = X.truncated_ids()
        counts, in_texts = count_words(ids, offsets_of(X.lengths), len(vocabulary))
        counts[PADDING_ID] = 0
        self.idf_ = (np.log((1 + len(X)) / (1 + in_texts)) + 1).astype(np.float32)
        self.vectors_ = np.vstack([np.zeros_like(mean), mean, vectors])
        self.vocabulary_ = vocabulary
        self.coverage_ = float(found.mean())
        n_found = counts[_FIRST_WORD:][found].sum()
        self.occurrence_coverage_ = float(n_found / max(1, counts.sum()))
        self._missing_counts = {
            vocabulary.words[row]: int(counts[_FIRST_WORD + row]) for row in np.flatnonzero(~found)
        }
        return self

    def transform(self, X: TokenSequences) -> TokenSequences | np.ndarray:
        """Attach the vectors to the sequences, or make one vector a text, as `output` says.

        Parameters
        ----------
        X : TokenSequences of length n_samples
            From the same tokenizer as those of `fit`.

        Returns
        -------
        TokenSequences or ndarray of float32 of shape (n_samples, vector_size)
            Sequences share the ids of X and the vectors of this embedder.

        Raises
        ------
        TextInputError
            If X is no TokenSequences with a vocabulary.
        ValueError
            If X has another vocabulary than the sequences of `fit`.
        """
        check_is_fitted(self)
        if _check_sequences(X) != self.vocabulary_:
            raise ValueError(
                f"X has another vocabulary ({X.vocabulary!r}) than the sequences seen in fit "
                f"({self.vocabulary_!r}): they come from another tokenizer. Use the one fitted "
                "together with this embedder, best in one Pipeline."
            )
        if self.output == "sequences":
            return X.with_vectors(self.vectors_)
        ids, offsets = without_unknown(X)
        if self.output == "max":
            documents = max_vectors(ids, offsets, self.vectors_)
        else:
            weights = self.idf_ if self.output == "tfidf" else None
            documents = mean_vectors(ids, offsets, self.vectors_, weights)
        return with_index(documents, X.index, self)

    def coverage_report(self, n_missing: int = 10) -> dict[str, Any]:
        """Tell how much of the vocabulary and of the texts has a vector, and what has not.

        Parameters
        ----------
        n_missing : int, default=10
            How many of the missing words to list, the most frequent ones first.

        Returns
        -------
        dict
            ``n_words`` and ``n_found`` of the vocabulary, ``coverage``,
            ``occurrence_coverage`` and ``missing_words``, a dict from word to the number of its
            occurrences.
        """
        check_is_fitted(self)
        missing = sorted(self._missing_counts.items(), key=lambda item: -item[1])
        n_words = len(self.vocabulary_.words)
        return {
            "n_words": n_words,
            "n_found": n_words - len(missing),
            "coverage": self.coverage_,
            "occurrence_coverage": self.occurrence_coverage_,
            "missing_words": dict(missing[:n_missing]),
        }

    @only_if(_gives_documents)
    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name the columns of the document vectors; not there with ``output="sequences"``.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str of shape (vector_size,)
            ``word2vec0``, ``word2vec1``, ...
        """
        check_is_fitted(self)
        return np.array([f"word2vec{i}" for i in range(self.vectors_.shape[1])], dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        return tags

    def _train(
        self,
        X: TokenSequences,
        seed: int,
        size: int,
        fixed: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        return train_vectors(
            X,
            seed=seed,
            fixed=fixed,
            vector_size=size,
            window=int(self.window),
            min_count=int(self.min_count),
            sg=int(self.sg),
            negative=int(self.negative),
            epochs=int(self.epochs),
            alpha=float(self.alpha),
        )

    def _fill(
        self,
        vectors: np.ndarray,
        found: np.ndarray,
        X: TokenSequences,
        seed: int,
        random_state: np.random.RandomState,
    ) -> None:
        """Give the words that were not found a vector, in place."""
        known = vectors[found]
        mean, open_rows = known.mean(axis=0), ~found
        if self.missing == "mean":
            vectors[open_rows] = mean
            return
        if self.missing == "train" and self.vectors is not None:
            trained, done = self._train(X, seed, vectors.shape[1], (vectors, found))
            done &= open_rows
            if done.any():
                length = np.linalg.norm(trained[done], axis=1).mean()
                scale = np.linalg.norm(known, axis=1).mean() / max(length, 1e-12)
                vectors[done] = trained[done] * scale
            open_rows &= ~done
        shape = (int(open_rows.sum()), vectors.shape[1])
        vectors[open_rows] = random_state.normal(mean, known.std(axis=0), size=shape)


def _check_sequences(X: Any) -> Vocabulary:
    """Return the vocabulary of X if it is TokenSequences with one, or say what to do."""
    advice = "Put a TextTokenizer before the Word2VecEmbedder."
    if not isinstance(X, TokenSequences):
        raise TextInputError(
            f"{kind_of(X)} came where TokenSequences were expected. {advice} No step between them "
            "may make an array of them, as samplers do: resample the texts."
        )
    if X.vocabulary is None:
        raise TextInputError(
            f"TokenSequences without a vocabulary came, so that no word has a name. {advice}"
        )
    if len(X.ids) and not 0 <= X.ids.min() <= X.ids.max() < len(X.vocabulary):
        raise TextInputError(
            f"X holds ids from {X.ids.min()} to {X.ids.max()}, but its vocabulary has the ids "
            f"from 0 to {len(X.vocabulary) - 1}. {advice}"
        )
    return X.vocabulary
