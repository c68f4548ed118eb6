"""Texts and labels in the containers of pandas and polars."""

from importlib.util import find_spec

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.model_selection import cross_val_score, train_test_split

SHIFTED = range(100, 160)
TEXTS = {
    "pandas": lambda texts: pd.Series(texts),
    "pandas index": lambda texts: pd.Series(texts, index=SHIFTED[: len(texts)]),
    "pandas object": lambda texts: pd.Series(texts, dtype=object),
    "pandas string": lambda texts: pd.Series(texts, dtype="string"),
    "pandas category": lambda texts: pd.Series(texts, dtype="category"),
    "polars": lambda texts: pl.Series(texts),
    "polars categorical": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "array of objects": lambda texts: np.array(texts, dtype=object),
    "array": lambda texts: np.array(texts),
}
LABELS = {
    "pandas": lambda labels: pd.Series(labels, index=SHIFTED[::-1]),
    "pandas string": lambda labels: pd.Series(labels, dtype="string"),
    "pandas category": lambda labels: pd.Series(labels, dtype="category"),
    "polars": lambda labels: pl.Series(labels.tolist()),
    "polars categorical": lambda labels: pl.Series(labels.tolist(), dtype=pl.Categorical),
    "polars enum": lambda labels: pl.Series(
        labels.tolist(), dtype=pl.Enum(["class_2", "class_0", "class_1"])
    ),
    "list": lambda labels: labels.tolist(),
}
if find_spec("pyarrow"):
    TEXTS["pandas pyarrow"] = lambda texts: pd.Series(texts, dtype="string[pyarrow]")
    LABELS["pandas pyarrow"] = lambda labels: pd.Series(labels, dtype="string[pyarrow]")


@pytest.mark.parametrize("container", TEXTS)
def test_texts_in_any_container_are_the_same_texts(network, fitted, corpus, container):
    read = TEXTS[container]
    vectors = network[:-1].fit_transform(read(corpus.texts))
    np.testing.assert_array_equal(vectors, fitted[:-1].transform(corpus.texts))
    proba = fitted.predict_proba(read(corpus.new_texts))
    np.testing.assert_array_equal(proba, fitted.predict_proba(corpus.new_texts))
    np.testing.assert_array_equal(fitted.predict_proba(read(corpus.new_texts)[:1]), proba[:1])


@pytest.mark.parametrize("container", LABELS)
def test_labels_in_any_container_are_the_same_labels(network, fitted, corpus, container):
    y = LABELS[container](corpus.labels)
    texts = pd.Series(corpus.texts, index=SHIFTED)
    network.fit(texts, y)
    assert network.classes_.tolist() == ["class_0", "class_1", "class_2"]
    expected = fitted.predict_proba(corpus.new_texts)
    np.testing.assert_array_equal(network.predict_proba(corpus.new_texts), expected)
    assert network.predict(corpus.new_texts).tolist() == fitted.predict(corpus.new_texts).tolist()
    assert network.score(texts, y) == fitted.score(corpus.texts, corpus.labels)


@pytest.mark.parametrize("container", ["pandas index", "polars"])
def test_series_are_split_by_position(network, corpus, container):
    texts, labels = TEXTS[container](corpus.texts), TEXTS[container](corpus.labels.tolist())
    parts = train_test_split(texts, labels, stratify=labels, test_size=0.4, random_state=0)
    assert {type(part) for part in parts} == {type(texts)}
    X_train, X_test, y_train, y_test = parts
    plain = train_test_split(
        corpus.texts, corpus.labels, stratify=corpus.labels, test_size=0.4, random_state=0
    )
    assert list(X_test) == plain[1]
    network.set_params(clf__epochs=8).fit(X_train, y_train)
    assert network.score(X_test, y_test) > 0.6
    assert network.predict(X_test).tolist() == network.predict(plain[1]).tolist()


def test_series_are_cross_validated_as_lists_are(network, corpus):
    network.set_params(clf__epochs=1)
    expected, pandas, polars = (
        cross_val_score(network, texts, labels, cv=2, scoring="neg_log_loss", error_score="raise")
        for texts, labels in [
            (corpus.texts, corpus.labels),
            (pd.Series(corpus.texts, index=SHIFTED), pd.Series(corpus.labels, index=SHIFTED)),
            (pl.Series(corpus.texts), pl.Series(corpus.labels.tolist())),
        ]
    )
    np.testing.assert_array_equal(pandas, expected)
    np.testing.assert_array_equal(polars, expected)
