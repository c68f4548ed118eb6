"""set_output and feature names where TokenSequences pass between the steps."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union

from sk_textnn import (
    SequencePadder,
    TextTokenizer,
    TokenSequences,
    Word2VecEmbedder,
    make_text_classifier,
)

TEXTS = ["what a joy", "so sad today", "joy and joy", "a sad end"]
EMBEDDER = Word2VecEmbedder(output="mean", vector_size=3, epochs=1, random_state=0)


def with_texts(step):
    """The step, and what it reads."""
    return (
        step,
        TEXTS if isinstance(step, TextTokenizer) else TextTokenizer().fit_transform(TEXTS),
    )


@pytest.mark.parametrize(
    "step",
    [TextTokenizer(), SequencePadder(), clone(EMBEDDER).set_params(output="sequences")],
    ids=lambda step: type(step).__name__,
)
@pytest.mark.parametrize("container", ["pandas", "polars", "default", None])
def test_token_sequences_stay_what_they_are(step, container):
    step, X = with_texts(clone(step))
    assert step.set_output(transform=container) is step
    assert isinstance(step.fit_transform(X), TokenSequences)
    with sklearn.config_context(transform_output=container or "default"):
        again = clone(step)
        assert isinstance(again.fit_transform(X), TokenSequences)
        assert isinstance(again.transform(X), TokenSequences)


def test_padded_arrays_stay_arrays():
    padder = SequencePadder(maxlen=2).set_output(transform="pandas")
    got = padder.fit_transform(np.array([[0, 2, 3], [4, 5, 6]]))
    assert type(got) is np.ndarray
    assert got.tolist() == [[2, 3], [5, 6]]


def test_a_pipeline_passes_set_output_on():
    make_text_classifier().set_output(transform="pandas")
    plain = make_pipeline(TextTokenizer(), SequencePadder(), clone(EMBEDDER)).fit(TEXTS)
    table = clone(plain).set_output(transform="pandas").fit_transform(TEXTS)
    assert list(table.columns) == ["word2vec0", "word2vec1", "word2vec2"]
    np.testing.assert_array_equal(table, plain.transform(TEXTS))


@pytest.mark.parametrize("padders", [[], [SequencePadder()]])
def test_unions_and_column_transformers_name_document_vectors(padders):
    documents = make_pipeline(TextTokenizer(), *padders, EMBEDDER)
    union = make_union(clone(documents), TfidfVectorizer()).fit(TEXTS)
    names = union.get_feature_names_out()
    assert names[:4].tolist() == [
        "pipeline__word2vec0",
        "pipeline__word2vec1",
        "pipeline__word2vec2",
        "tfidfvectorizer__and",
    ]
    assert len(names) == union.transform(TEXTS).shape[1]
    columns = ColumnTransformer([("text", clone(documents), "text")])
    table = columns.set_output(transform="pandas").fit_transform(pd.DataFrame({"text": TEXTS}))
    assert table.columns.tolist() == [f"text__word2vec{i}" for i in range(3)]


def test_feature_names():
    assert TextTokenizer().fit(TEXTS).get_feature_names_out().tolist() == ["texttokenizer0"]
    padder = SequencePadder(maxlen=2).fit([[2, 3, 4]])
    assert padder.get_feature_names_out().tolist() == ["sequencepadder0", "sequencepadder1"]


class Shouting(TextTokenizer):
    def transform(self, X):
        return super().transform([text.upper() for text in X])


def test_subclasses_are_not_wrapped_either():
    with sklearn.config_context(transform_output="pandas"):
        assert isinstance(Shouting().fit(TEXTS).transform(TEXTS), TokenSequences)


@pytest.mark.parametrize("output", ["mean", "tfidf", "max"])
@pytest.mark.parametrize("to_container", [pd.Series, pd.Series.to_frame])
def test_tables_of_document_vectors_keep_the_labels_of_the_rows(output, to_container):
    texts = to_container(pd.Series(TEXTS, index=[30, 10, 20, 40], name="text"))
    embedder = clone(EMBEDDER).set_params(output=output)
    documents = make_pipeline(TextTokenizer(), SequencePadder(), embedder).fit(texts)
    expected = documents.transform(texts)
    assert type(expected) is np.ndarray
    for table in (
        clone(documents).set_output(transform="pandas").fit_transform(texts),
        documents.set_output(transform="pandas").transform(texts),
    ):
        assert table.columns.tolist() == ["word2vec0", "word2vec1", "word2vec2"]
        assert table.index.tolist() == [30, 10, 20, 40]
        np.testing.assert_array_equal(table, expected)
    assert documents.transform(TEXTS).index.tolist() == [0, 1, 2, 3]


def test_names_of_a_step_that_is_not_fitted_are_refused():
    for step in (TextTokenizer(), SequencePadder(), EMBEDDER):
        with pytest.raises(NotFittedError):
            step.get_feature_names_out()
