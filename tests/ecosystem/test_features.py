"""Document vectors beside other features: unions, columns of tables, names, output."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from sk_textnn import SequencePadder, TextTokenizer, Word2VecEmbedder

DOCUMENTS = make_pipeline(
    TextTokenizer(),
    SequencePadder(),
    Word2VecEmbedder(vector_size=8, output="mean", random_state=0),
)
WIDEST = clone(DOCUMENTS).set_params(word2vecembedder__output="max")
VECTORS = [f"word2vec{column}" for column in range(8)]


def frame_of(texts):
    return pd.DataFrame({"text": texts, "length": [float(len(text)) for text in texts]})


def test_document_vectors_and_tfidf_in_one_union(corpus):
    union = FeatureUnion([("vectors", clone(DOCUMENTS)), ("tfidf", TfidfVectorizer())])
    model = make_pipeline(union, LogisticRegression()).fit(corpus.texts, corpus.labels)
    assert model.score(corpus.new_texts, corpus.new_labels) > 0.9
    names = union.get_feature_names_out().tolist()
    assert names[:8] == [f"vectors__{name}" for name in VECTORS]
    assert len(names) == 8 + len(union["tfidf"].vocabulary_) == model[-1].n_features_in_
    got = union.transform(corpus.new_texts[:2]).toarray()
    np.testing.assert_array_equal(got[:, :8], union["vectors"].transform(corpus.new_texts[:2]))


@pytest.mark.parametrize(
    ("container", "table"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)]
)
def test_document_vectors_become_a_table_of_either_library(corpus, container, table):
    documents = clone(DOCUMENTS).fit(corpus.texts)
    plain = documents.transform(corpus.new_texts)
    found = documents.set_output(transform=container).transform(corpus.new_texts)
    assert isinstance(found, table)
    assert list(found.columns) == VECTORS
    np.testing.assert_array_equal(found.to_numpy(), plain)


def test_a_union_of_document_vectors_is_a_table_with_names(corpus):
    union = FeatureUnion([("mean", clone(DOCUMENTS)), ("max", clone(WIDEST))])
    plain = clone(union).fit_transform(corpus.texts)
    found = union.set_output(transform="pandas").fit_transform(corpus.texts)
    names = [f"{kind}__{name}" for kind in ("mean", "max") for name in VECTORS]
    assert found.columns.tolist() == names == union.get_feature_names_out().tolist()
    np.testing.assert_array_equal(found, plain)
    model = LogisticRegression(C=100).fit(found, corpus.labels)
    assert model.feature_names_in_.tolist() == names
    assert model.score(union.transform(corpus.new_texts), corpus.new_labels) > 0.5


def test_a_pandas_table_keeps_the_labels_of_the_rows(corpus):
    """Else a table of them and of other columns would have rows of different texts."""
    frame = frame_of(corpus.texts).sample(frac=1, random_state=0)
    columns = ColumnTransformer(
        [("text", clone(DOCUMENTS), "text"), ("length", "passthrough", ["length"])]
    )
    plain = columns.fit_transform(frame)
    found = columns.set_output(transform="pandas").fit_transform(frame)
    np.testing.assert_array_equal(found, plain)
    assert found.index.tolist() == frame.index.tolist() != list(range(60))
    assert columns.transform(frame[40:])["text__word2vec0"].tolist() == plain[40:, 0].tolist()


def test_a_text_column_and_a_number_go_through_a_column_transformer(corpus):
    columns = ColumnTransformer(
        [("text", clone(DOCUMENTS), "text"), ("length", "passthrough", ["length"])]
    ).set_output(transform="pandas")
    frame, new_frame = frame_of(corpus.texts), frame_of(corpus.new_texts)
    model = make_pipeline(columns, LogisticRegression(max_iter=1000)).fit(frame, corpus.labels)
    names = [*(f"text__{name}" for name in VECTORS), "length__length"]
    assert model[-1].feature_names_in_.tolist() == names
    assert columns.get_feature_names_out().tolist() == names
    assert model.feature_names_in_.tolist() == ["text", "length"]
    assert model.n_features_in_ == 2
    np.testing.assert_array_equal(columns.transform(new_frame)["length__length"], new_frame.length)
    assert model.score(new_frame, corpus.new_labels) > 0.5


def test_a_column_transformer_hands_the_network_its_column(network, fitted, corpus):
    """What it passes on has two dimensions, whether one column was chosen or more."""
    columns = ColumnTransformer([("text", "passthrough", ["text"])])
    model = Pipeline([("columns", columns), *network.steps])
    model.fit(frame_of(corpus.texts), corpus.labels)
    np.testing.assert_array_equal(
        model.predict_proba(frame_of(corpus.new_texts)), fitted.predict_proba(corpus.new_texts)
    )


def test_features_are_counted_and_named_where_there_are_columns(classifier, fitted, corpus):
    X = fitted[:2].transform(corpus.texts)
    names = [f"word{position}" for position in range(X.shape[1])]
    frame = pd.DataFrame(np.asarray(X), columns=names)
    classifier.set_params(epochs=1).fit(frame, corpus.labels)
    assert classifier.n_features_in_ == len(names)
    assert classifier.feature_names_in_.tolist() == names
    with pytest.raises(ValueError, match="feature names"):
        classifier.predict(frame[names[::-1]])
    assert not hasattr(fitted, "n_features_in_")
    assert not hasattr(fitted["clf"], "n_features_in_")
