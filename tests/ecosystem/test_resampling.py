"""imbalanced-learn's sampler in its pipeline: before, within and after the steps of texts."""

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline, make_pipeline
from sklearn.linear_model import LogisticRegression

from sk_textnn import SequencePadder, TextTokenizer, Word2VecEmbedder
from sk_textnn.exceptions import TextInputError


@pytest.fixture
def rare(corpus):
    """The texts to fit, with five of class_2 left, in a table as the sampler wants one."""
    of_class = np.flatnonzero(corpus.labels == "class_2")
    rows = np.setdiff1d(np.arange(60), of_class[5:])
    return pd.DataFrame({"text": corpus.texts}).iloc[rows], corpus.labels[rows]


def test_a_column_of_texts_is_resampled_before_the_network(network, corpus, rare):
    sampler = RandomOverSampler(random_state=0)
    pipeline = Pipeline([("sampler", sampler), *network.steps]).fit(*rare)
    assert pipeline["tokens"].document_count_ == 3 * 22  # as many of each as of the largest
    assert pipeline.score(pd.DataFrame({"text": corpus.new_texts}), corpus.new_labels) > 0.6
    drawn, labels = sampler.fit_resample(*rare)
    expected = network.fit(drawn["text"], labels).predict_proba(corpus.new_texts)
    # Nothing is resampled in prediction, and a list of texts is as good as a table there.
    np.testing.assert_array_equal(pipeline.predict_proba(corpus.new_texts), expected)


def test_ids_are_resampled_between_padder_and_network(classifier, corpus, rare):
    frame, labels = rare
    classifier.set_params(epochs=20)  # its word vectors begin at random
    pipeline = make_pipeline(
        TextTokenizer(), SequencePadder(), RandomOverSampler(random_state=0), classifier
    ).fit(frame["text"], labels)
    assert len(pipeline["randomoversampler"].sample_indices_) == 3 * 22
    assert pipeline.predict_proba(corpus.new_texts).shape == (60, 3)
    assert pipeline.score(corpus.new_texts, corpus.new_labels) > 0.6


@pytest.mark.parametrize("sampler", [RandomOverSampler, SMOTE])
def test_document_vectors_are_resampled_like_any_table(corpus, rare, sampler):
    frame, labels = rare
    pipeline = make_pipeline(
        TextTokenizer(),
        Word2VecEmbedder(vector_size=8, output="mean", random_state=0),
        sampler(random_state=0, **({} if sampler is RandomOverSampler else {"k_neighbors": 2})),
        LogisticRegression(C=100),
    ).fit(frame["text"], labels)
    assert pipeline.score(corpus.new_texts, corpus.new_labels) > 0.6


def test_an_array_of_ids_before_the_word_vectors_is_refused_with_the_way_out(rare):
    frame, labels = rare
    pipeline = make_pipeline(
        TextTokenizer(), RandomOverSampler(), Word2VecEmbedder(), LogisticRegression()
    )
    with pytest.raises(TextInputError, match=r"ndarray came .*resample the texts"):
        pipeline.fit(frame["text"], labels)
