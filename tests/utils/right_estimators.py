"""Text estimators that are right, each of another kind."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

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
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Right(ClassifierMixin, NaiveBayes):
    """Right in everything."""


class RefusesByType(Right):
    """Another `size` is an error of its own kind."""

    def __init__(self, alpha=1.0, random_state=None, size=2):
        super().__init__(alpha, random_state)
        self.size = size

    def fit(self, X, y):
        if self.size != 2:
            raise TypeError("size must be 2")
        return super().fit(X, y)


class TwoClasses(Right):
    """Knows two classes only, and says so."""

    def fit(self, X, y):
        if len(set(y)) > 2:
            raise ValueError("two classes, please")
        return super().fit(X, y)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class HoldsItself(Right):
    """What it learned includes a method of its own."""

    def fit(self, X, y):
        super().fit(X, y)
        self.scorer_ = self._scores
        return self


class Cleaner(TransformerMixin, _ReadsTexts):
    """Texts in, texts out; learns nothing."""

    def fit(self, X, y=None):
        check_texts(X)
        return self

    def transform(self, X):
        return [text.strip().lower() for text in check_texts(X)]


class Splitter(Cleaner):
    """An array of lists of words."""

    def transform(self, X):
        rows = self._read(X)
        table = np.empty(len(rows), dtype=object)
        table[:] = rows
        return table


class Numbers(Counts):
    """A list of lists of numbers."""

    def transform(self, X):
        check_is_fitted(self)
        return [[self.vocabulary_.get(word, -1) for word in words] for words in self._read(X)]


class Untagged(ClassifierMixin, BaseEstimator):
    """Reads texts, but has no tag that says so."""

    def fit(self, X, y):
        self.model_ = Right().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        check_is_fitted(self)
        return self.model_.predict(X)
