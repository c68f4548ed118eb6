"""Text estimators that are wrong in one thing each."""

import copy
import os
import random
import warnings

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, ClusterMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sk_textnn import SequencePadder, TokenSequences
from sk_textnn._validation import check_texts
from tests.utils.right_estimators import Counts, Right


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
        check_is_fitted(self)
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
        check_is_fitted(self)
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


class RoundsInPickle(Right):
    def __getstate__(self):
        state = dict(super().__getstate__())
        if "weights_" in state:
            state["weights_"] = state["weights_"].round(1)
        return state


class CountsAllTexts(Right):
    """The answers are right, what it tells of the texts is not."""

    def fit(self, X, y):
        self.n_texts_ = getattr(self, "n_texts_", 0) + len(X)
        return super().fit(X, y)


class ChecksInPredictOnly(Right):
    def predict_proba(self, X):
        return super().predict_proba([text if isinstance(text, str) else "" for text in X])

    def predict(self, X):
        return super().predict(check_texts(X))


class NamesLabels(Right):
    def _read(self, X):
        if isinstance(X, pd.Series):
            for label, text in X.items():
                if not isinstance(text, str):
                    raise ValueError(f"row {label} is no text")
        return super()._read(X)


class ReadsByLabel(Right):
    def fit(self, X, y):
        return super().fit(X, [y[row] for row in range(len(y))])


class ReturnsNothing(Right):
    def fit(self, X, y):
        super().fit(X, y)


class Asserts(Right):
    def _read(self, X):
        texts = super()._read(X)
        assert all(texts), "no words"
        return texts


class SeedsAll(Right):
    def fit(self, X, y):
        check_random_state(None).seed(0)  # that of np.random
        random.seed(0)
        warnings.simplefilter("ignore")
        os.environ["N_TEXT_FITS"] = str(int(os.environ.get("N_TEXT_FITS", 0)) + 1)
        return super().fit(X, y)


class TakesTexts(Right):
    def predict_proba(self, X):
        scores = super().predict_proba(X)
        if isinstance(X, list):
            X[:] = [text + " " for text in X]
        return scores


class Mean(RegressorMixin, Counts):
    pass


class Groups(ClusterMixin, Counts):
    pass


class PadsToBatch(SequencePadder):
    def transform(self, X):
        return super().transform(X).pad(max(X.lengths))


class TakesLeast(Right):
    def predict(self, X):
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmin(axis=1)]


class AnswersUnfitted(Right):
    def predict_proba(self, X):
        if not hasattr(self, "weights_"):
            return np.full((len(X), 2), 0.5)
        return super().predict_proba(X)
