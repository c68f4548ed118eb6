"""Labels of every kind come back as they went in, as from scikit-learn's own classifiers."""

import numpy as np
import pytest

KINDS = {
    "strings": lambda labels: labels,
    "objects": lambda labels: labels.astype(object),
    "integers": lambda labels: np.array([int(label[-1]) * 7 - 3 for label in labels]),
    "booleans": lambda labels: labels == "class_0",
    "two strings": lambda labels: np.where(labels == "class_0", "yes", "no"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_come_back_as_they_went_in(network, tfidf, corpus, kind):
    y, y_new = (KINDS[kind](labels) for labels in (corpus.labels, corpus.new_labels))
    tfidf.fit(corpus.texts, y)
    network.fit(corpus.texts, y)
    np.testing.assert_array_equal(network.classes_, np.unique(y))
    assert network.classes_.dtype == tfidf.classes_.dtype == y.dtype
    predicted = network.predict(corpus.new_texts)
    assert predicted.dtype == tfidf.predict(corpus.new_texts).dtype
    assert predicted.shape == (60,)
    assert network.score(corpus.new_texts, y_new) == np.mean(predicted == y_new)
    assert network.score(corpus.new_texts, y_new) > max(
        0.6, np.unique(y, return_counts=True)[1].max() / 60
    )

    proba = network.predict_proba(corpus.new_texts)
    assert proba.shape == (60, len(network.classes_))
    assert ((proba >= 0) & (proba <= 1)).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    one = network.predict_proba(corpus.new_texts[:1])
    np.testing.assert_array_equal(one, proba[:1])
    np.testing.assert_array_equal(predicted, network.classes_[proba.argmax(axis=1)])
    assert network.predict(corpus.new_texts[:1]) == predicted[:1]
