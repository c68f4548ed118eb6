"""Text estimators that are wrong in one thing each, and two that are right."""

import copy
import os
import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sk_textnn import TokenSequences
from sk_textnn._validation import check_texts


class _ReadsTexts(BaseEstimator):
    def _read(self, X):
        return [text.split() for text in check_texts(X)]

    def _learn_words(self, texts):
        words = sorted({word for words in texts for word in words})
        self.vocabulary_ = {word: column for column, word in enumerate(words)}

    def _count(self, texts):
        table = np.zeros((len(texts), len(self.vocabulary_)))
        for row, words in enumerate(texts):
            for word in words:
                if word in self.vocabulary_:
                    table[row, self.vocabulary_[word]] += 1
        return table

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


class Counts(TransformerMixin, _ReadsTexts):
    """Right: one column a word."""

    def __init__(self, lower=None):
        self.lower = lower

    def _read(self, X):
        texts = check_texts(X)
        return super()._read(texts if self.lower is None else map(self.lower, texts))

    def fit(self, X, y=None):
        self._learn_words(self._read(X))
        self.width_ = len(self.vocabulary_)
        return self

    def transform(self, X):
        check_is_fitted(self)
        return self._count(self._read(X))[:, : self.width_]


class NaiveBayes(_ReadsTexts):
    """Right, but for the tags of a classifier."""

    def __init__(self, alpha=1.0, random_state=None):
        self.alpha = alpha
        self.random_state = random_state

    def fit(self, X, y):
        texts = self._read(X)
        self._learn_words(texts)
        self.classes_, targets = np.unique(y, return_inverse=True)
        counts = np.eye(len(self.classes_))[targets].T @ self._count(texts) + self.alpha
        self.weights_ = np.log(counts / counts.sum(axis=1, keepdims=True))
        return self

    def _scores(self, X):
        check_is_fitted(self)
        return self._count(self._read(X)) @ self.weights_.T

    def predict_proba(self, X):
        scores = self._scores(X)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Right(ClassifierMixin, NaiveBayes):
    """Right in everything."""


class AnyKeywords(Right):
    def __init__(self, **options):
        super().__init__(**options)


class FittedClone(Right):
    def __sklearn_clone__(self):
        return copy.deepcopy(self)


class WritesInParameter(Right):
    def __init__(self, alpha=1.0, random_state=None, options=None):
        super().__init__(alpha, random_state)
        self.options = options

    def fit(self, X, y):
        self.options["n_texts"] = len(X)
        return super().fit(X, y)


class ReplacesParameter(Right):
    def fit(self, X, y):
        self.alpha = np.float64(self.alpha)
        return super().fit(X, y)


class ReadsParameterLate(Right):
    def _scores(self, X):
        return super()._scores(X) * self.alpha


class KeepsWords(Right):
    """Its smoothing counts the words of earlier fits."""

    def _learn_words(self, texts):
        before = getattr(self, "vocabulary_", {})
        super()._learn_words([*texts, list(before)])


class OtherFitTransform(Counts):
    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X) / len(X)


class LearnsInTransform(Counts):
    def transform(self, X):
        for words in self._read(X):
            for word in words:
                self.vocabulary_.setdefault(word, len(self.vocabulary_))
        return super().transform(X)


class Prints(Right):
    def predict_proba(self, X):
        os.write(1, b"100%")  # as C code does, past sys.stdout
        return super().predict_proba(X)


class Warns(Right):
    def fit(self, X, y):
        warnings.warn("few texts", stacklevel=1)
        return super().fit(X, y)


class ReadsLetters(Right):
    def _read(self, X):
        return super()._read(list(X))


class NamesNoRow(Right):
    def _read(self, X):
        if isinstance(X, str) or not all(isinstance(text, str) for text in X):
            raise ValueError("Texts must be strings.")
        return super()._read(X)


class KnowsAllWords(Right):
    def _count(self, texts):
        for words in texts:
            for word in words:
                self.vocabulary_[word]
        return super()._count(texts)


class NeedsWords(Right):
    def _read(self, X):
        texts = super()._read(X)
        if not all(texts):
            raise ValueError("empty text")
        return texts


class Underflows(Right):
    def predict_proba(self, X):
        with np.errstate(invalid="ignore"):
            products = np.exp(self._scores(X))
            return products / products.sum(axis=1, keepdims=True)


class Ascii(Right):
    def _read(self, X):
        return super()._read([text.encode("ascii").decode() for text in check_texts(X)])


class NoMask(ClassifierMixin, BaseEstimator):
    """Reads TokenSequences; padding counts among a text's words."""

    def fit(self, X, y):
        self._refuse_others(X)
        self.classes_, targets = np.unique(y, return_inverse=True)
        self.width_ = X.shape[1]
        rng = np.random.RandomState(0)
        self.vectors_ = rng.normal(size=(len(X.vocabulary), 8))
        means = self._means(X)
        self.centres_ = np.array([means[targets == c].mean(axis=0) for c in set(targets)])
        return self

    def _refuse_others(self, X):
        if not isinstance(X, TokenSequences):
            raise TypeError(f"TokenSequences were expected, not {type(X).__name__}.")

    def _means(self, X):
        padded = np.asarray(X if X.maxlen else X.pad(self.width_))
        return self.vectors_[padded].mean(axis=1)

    def decision_function(self, X):
        check_is_fitted(self)
        self._refuse_others(X)
        return self._means(X) @ self.centres_.T

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]


class AsksForBatches(Right):
    def __init__(self, alpha=1.0, random_state=None, batch_by_length=True):
        super().__init__(alpha, random_state)
        self.batch_by_length = batch_by_length

    def _scores(self, X):
        return super()._scores(X) * (1.1 if self.batch_by_length else 1)


class CountsRows(Right):
    def _scores(self, X):
        scores = super()._scores(X)
        return scores + 0.1 * np.eye(len(self.classes_))[0] * np.arange(len(scores))[:, None]


class NormsBatch(Right):
    def _scores(self, X):
        scores = super()._scores(X)
        return scores - scores.mean(axis=0)


class Unseeded(Right):
    def fit(self, X, y):
        super().fit(X, y)
        self.weights_ += np.random.default_rng().normal(scale=1e-9, size=self.weights_.shape)
        return self


class HashesWords(Right):
    def fit(self, X, y):
        super().fit(X, y)
        self.weights_ += np.array([hash(word) % 1000 for word in self.vocabulary_]) * 1e-11
        return self


class KeepsLambda(Right):
    def fit(self, X, y):
        self.lookup_ = lambda word: self.vocabulary_[word]
        return super().fit(X, y)


class PicklesFittedOnly(Right):
    def __getstate__(self):
        check_is_fitted(self)
        return super().__getstate__()
