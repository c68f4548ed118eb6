"""Weights of texts on their way through pipelines, searches and cross-validation."""

import numpy as np
import pytest
import sklearn
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, cross_validate


@pytest.fixture
def weights(corpus):
    """Nothing for the texts of class_2, so that a network that gets them cannot know it."""
    return np.where(corpus.labels == "class_2", 0.0, 1.0)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def check_class_2_is_unknown(pipeline, corpus):
    predicted = pipeline.predict(corpus.new_texts)
    assert set(predicted) == {"class_0", "class_1"}
    others = corpus.new_labels != "class_2"
    assert np.mean(predicted[others] == corpus.new_labels[others]) > 0.8


def test_a_pipeline_passes_weights_by_the_name_of_the_step(network, fitted, corpus, weights):
    assert set(fitted.predict(corpus.new_texts)) == {"class_0", "class_1", "class_2"}
    network.fit(corpus.texts, corpus.labels, clf__sample_weight=weights)
    check_class_2_is_unknown(network, corpus)


def test_a_search_passes_weights_by_the_name_of_the_step(network, corpus, weights):
    search = GridSearchCV(network, {"clf__epochs": [5]}, cv=2, error_score="raise")
    search.fit(corpus.texts, corpus.labels, clf__sample_weight=weights)
    check_class_2_is_unknown(search, corpus)
    assert search.best_score_ < 0.75  # in the folds class_2, 19 of 60 texts, was unknown too


@pytest.mark.usefixtures("routing")
def test_weights_are_routed_through_a_pipeline(network, corpus, weights):
    network["clf"].set_fit_request(sample_weight=True)
    network.fit(corpus.texts, corpus.labels, sample_weight=weights)
    check_class_2_is_unknown(network, corpus)


@pytest.mark.usefixtures("routing")
def test_weights_are_routed_through_a_search_to_fit_and_score(network, corpus, weights):
    network["clf"].set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    search = GridSearchCV(network, {"clf__epochs": [5]}, cv=2, error_score="raise")
    search.fit(corpus.texts, corpus.labels, sample_weight=weights)
    check_class_2_is_unknown(search, corpus)
    assert search.best_score_ > 0.75  # class_2 weighs nothing in the score


@pytest.mark.usefixtures("routing")
def test_weights_are_routed_through_cross_validation_to_fit_alone(network, corpus, weights):
    network["clf"].set_fit_request(sample_weight=True)
    found = cross_validate(
        network,
        corpus.texts,
        corpus.labels,
        cv=2,
        scoring=get_scorer("accuracy").set_score_request(sample_weight=False),
        params={"sample_weight": weights},
        return_estimator=True,
        error_score="raise",
    )
    for pipeline in found["estimator"]:
        assert set(pipeline.predict(corpus.new_texts)) == {"class_0", "class_1"}
    assert found["test_score"].max() < 0.75


@pytest.mark.usefixtures("routing")
def test_weights_that_nobody_asked_for_are_refused(network, corpus, weights):
    with pytest.raises(UnsetMetadataPassedError, match=r"CNNClassifier\.set_fit_request"):
        network.fit(corpus.texts, corpus.labels, sample_weight=weights)
