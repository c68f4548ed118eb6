"""Meta-estimators of scikit-learn around the network, on raw texts where they let them in."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from sk_textnn import SequencePadder, TextTokenizer

BETTER_THAN_CHANCE = 0.6  # the largest class has .37 of the texts


def check_probabilities(model, X, y):
    """Rows sum to 1, one row too; predict and score follow from them."""
    proba = model.predict_proba(X)
    assert proba.shape == (len(y), 3)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(model.predict_proba(X[:1]), proba[:1], rtol=1e-5)
    np.testing.assert_array_equal(model.predict(X), model.classes_[proba.argmax(axis=1)])
    assert model.score(X, y) > BETTER_THAN_CHANCE


def test_soft_voting_averages_network_and_tfidf(network, tfidf, corpus):
    voting = VotingClassifier([("network", network), ("tfidf", tfidf)], voting="soft")
    voting.fit(corpus.texts, corpus.labels)
    check_probabilities(voting, corpus.new_texts, corpus.new_labels)
    members = [model.predict_proba(corpus.new_texts) for model in voting.estimators_]
    assert not np.allclose(*members, atol=0.05)
    np.testing.assert_allclose(
        voting.predict_proba(corpus.new_texts), np.mean(members, axis=0), rtol=1e-6
    )


def test_stacking_learns_from_the_probabilities_of_network_and_tfidf(network, tfidf, corpus):
    stacking = StackingClassifier(
        [("network", network), ("tfidf", tfidf)], final_estimator=LogisticRegression(C=10), cv=2
    ).fit(corpus.texts, corpus.labels)
    check_probabilities(stacking, corpus.new_texts, corpus.new_labels)
    assert stacking.stack_method_ == ["predict_proba", "predict_proba"]
    columns = np.hstack([model.predict_proba(corpus.new_texts) for model in stacking.estimators_])
    np.testing.assert_allclose(stacking.transform(corpus.new_texts), columns, rtol=1e-6)
    assert stacking.final_estimator_.coef_.shape == (3, 6)
    assert np.abs(stacking.final_estimator_.coef_[:, :3]).max() > 0.1  # the network has a say


@pytest.mark.parametrize("ensemble", [True, False])
def test_a_pipeline_is_calibrated(network, corpus, ensemble):
    calibrated = CalibratedClassifierCV(network, cv=2, ensemble=ensemble)
    calibrated.fit(corpus.texts, corpus.labels)
    assert len(calibrated.calibrated_classifiers_) == (2 if ensemble else 1)
    check_probabilities(calibrated, corpus.new_texts, corpus.new_labels)


def test_a_frozen_pipeline_is_calibrated_and_stays_what_it_is(fitted, corpus):
    before = fitted.predict_proba(corpus.texts)
    calibrated = CalibratedClassifierCV(FrozenEstimator(fitted), cv=2)
    calibrated.fit(corpus.new_texts, corpus.new_labels)
    assert calibrated.calibrated_classifiers_[0].estimator.estimator is fitted
    np.testing.assert_array_equal(fitted.predict_proba(corpus.texts), before)
    check_probabilities(calibrated, corpus.texts, corpus.labels)


def test_one_network_a_class_on_raw_texts(network, corpus):
    one_vs_rest = OneVsRestClassifier(network).fit(corpus.texts, corpus.labels)
    assert [model.classes_.tolist() for model in one_vs_rest.estimators_] == [[0, 1]] * 3
    check_probabilities(one_vs_rest, corpus.new_texts, corpus.new_labels)


def test_one_network_a_class_on_token_sequences(classifier, fitted, corpus):
    X, X_new = (fitted[:-1].transform(texts) for texts in (corpus.texts, corpus.new_texts))
    one_vs_rest = OneVsRestClassifier(classifier).fit(X, corpus.labels)
    assert len(one_vs_rest.estimators_) == 3
    check_probabilities(one_vs_rest, X_new, corpus.new_labels)


def test_bagging_takes_a_column_of_texts(network, corpus):
    """A list of texts is refused by bagging itself: it wants a 2-D X."""
    frame, new_frame = (pd.DataFrame({"text": t}) for t in (corpus.texts, corpus.new_texts))
    bagging = BaggingClassifier(network, n_estimators=2, random_state=0)
    bagging.fit(frame, corpus.labels)
    assert bagging.feature_names_in_.tolist() == ["text"]
    check_probabilities(bagging, new_frame, corpus.new_labels)
    first, second = bagging.estimators_
    assert first["clf"].random_state != second["clf"].random_state
    rows = bagging.estimators_samples_[0]
    assert first["tokens"].document_count_ == len(rows) == 60
    assert set(first["tokens"].vocabulary_) == {
        word for row in rows for word in corpus.texts[row].split()
    }


def test_bagging_inside_a_pipeline_shares_the_vocabulary(classifier, corpus):
    classifier.set_params(epochs=20)  # its word vectors begin at random
    bagging = BaggingClassifier(classifier, n_estimators=2, random_state=0)
    pipeline = make_pipeline(TextTokenizer(), SequencePadder(), bagging)
    pipeline.fit(corpus.texts, corpus.labels)
    assert bagging.n_features_in_ == pipeline["sequencepadder"].maxlen_
    check_probabilities(pipeline, corpus.new_texts, corpus.new_labels)
