"""Pipelines that look like the real ones from outside and are fitted in milliseconds."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.pipeline import Pipeline

from sk_textnn.sequences import TokenSequences, Vocabulary


class Words(TransformerMixin, BaseEstimator):
    """Texts to ids."""

    def fit(self, X, y=None):
        self.vocabulary_ = Vocabulary(sorted({word for text in X for word in text.split()}))
        return self

    def transform(self, X):
        index = self.vocabulary_.index
        rows = [[index.get(word, 1) for word in text.split()] for text in X]
        return TokenSequences.from_lists(rows, vocabulary=self.vocabulary_)


class Pad(TransformerMixin, BaseEstimator):
    """Cuts to three words."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X.pad(3)


class Embed(TransformerMixin, BaseEstimator):
    """Does nothing."""

    def __init__(self, vectors=None):
        self.vectors = vectors

    def fit(self, X, y=None):
        self.vectors_ = np.zeros((len(X.vocabulary), 4))
        self.coverage_, self.occurrence_coverage_ = 0.5, 0.75
        return self

    def coverage_report(self, n_missing=10):
        return {"missing_words": {"<moo>": 3}}

    def transform(self, X):
        return X


class CountingClassifier(ClassifierMixin, BaseEstimator):
    """Naive Bayes over the ids, with a history as networks have."""

    def __init__(self, alpha=1.0, blind=False, fail=False):
        self.alpha = alpha
        self.blind = blind
        self.fail = fail

    def _counts(self, X):
        return np.stack([np.bincount(row[row > 0], minlength=self.n_ids_) for row in np.asarray(X)])

    def fit(self, X, y):
        if self.fail:
            raise RuntimeError("told to <fail>")
        self.n_ids_ = len(X.vocabulary)
        self.classes_ = np.unique(y)
        counts = self._counts(X)
        per_class = np.stack([counts[y == name].sum(axis=0) for name in self.classes_])
        shares = self.alpha + (0 if self.blind else 1) * per_class
        self.weights_ = np.log(shares / shares.sum(axis=1, keepdims=True))
        self.history_ = {
            "loss": [1.0, 0.7, 0.5],
            "val_loss": [1.1, 0.8, 0.9],
            "accuracy": [0.3, 0.6, 0.8],
            "val_accuracy": [0.3, 0.6, 0.5],
        }
        return self

    def predict_proba(self, X):
        logits = self._counts(X) @ self.weights_.T
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def make_fake_classifier(network, *, vectors=None, random_state=None, memory=None):
    steps = [("tokens", Words()), ("pad", Pad()), ("embed", Embed(vectors))]
    return Pipeline([*steps, ("clf", CountingClassifier())], memory=memory)


@pytest.fixture
def fake_networks(monkeypatch):
    """Make the command use the fast pipelines."""
    import sk_textnn.classifiers
    import sk_textnn.search

    space = {"clf__alpha": [0.1, 1.0, 10.0]}
    monkeypatch.setattr(sk_textnn.classifiers, "make_text_classifier", make_fake_classifier)
    monkeypatch.setattr(
        sk_textnn.search,
        "search_space",
        lambda network, pretrained=False: [dict(space)],
        raising=False,
    )
    return space


@pytest.fixture
def pets(tmp_path):
    """A file of sixty texts about three animals."""
    animals = {"dog": "barks", "cat": "purrs", "cow": "moos"}
    lines = ["text,label,note"]
    for row in range(20):
        for name, sound in animals.items():
            told = sound if row % 5 else "is quiet"
            lines.append(f"the {'old' if row % 2 else 'young'} one {told} at {row},{name},x")
    path = tmp_path / "pets.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
