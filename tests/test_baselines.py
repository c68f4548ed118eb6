"""The baselines: they run on raw texts, are strong, and NB-SVM is what its source says."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from sk_textnn.baselines import NaiveBayesSVMClassifier, make_tfidf_baselines
from sk_textnn.datasets import load_csv, make_text_classification
from sk_textnn.exceptions import TextInputError

NAMES = ["majority", "tfidf_logistic_regression", "tfidf_linear_svm", "nb_svm"]


@parametrize_with_checks([NaiveBayesSVMClassifier()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_each_learns_from_raw_texts_without_a_warning(name, n_classes):
    data = make_text_classification(
        300, n_classes=n_classes, order_share=0, label_noise=0, random_state=0
    )
    model = clone(make_tfidf_baselines(random_state=0)[name])
    assert is_classifier(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(data.texts[:200], data.labels[:200])
        accuracy = model.score(data.texts[200:], data.labels[200:])
    if name == "majority":
        assert accuracy < 0.6
    else:
        assert accuracy > 0.9
    if name in NAMES[:2]:
        np.testing.assert_allclose(model.predict_proba(data.texts[:5]).sum(axis=1), 1)


def test_names_and_repeatability():
    texts, labels = make_text_classification(150, random_state=0, return_X_y=True)
    first, again = make_tfidf_baselines(random_state=3), make_tfidf_baselines(random_state=3)
    assert list(first) == NAMES
    for name in NAMES:
        assert (
            first[name].fit(texts, labels).predict(texts).tolist()
            == again[name].fit(texts, labels).predict(texts).tolist()
        )


def test_words_of_one_letter_count():
    texts, labels = ["I b", "you b", "I c", "you c"] * 3, ["me", "it", "me", "it"] * 3
    for name in NAMES[1:]:
        assert make_tfidf_baselines()[name].fit(texts, labels).predict(["I d"]) == ["me"]


# NB-SVM.


@pytest.fixture(scope="module")
def counts():
    rng = np.random.RandomState(0)
    y = rng.randint(3, size=120)
    X = (rng.rand(120, 15) < 0.2 + 0.5 * (np.arange(15) % 3 == y[:, None])).astype(float)
    return X, y


def test_weights_follow_the_source(counts):
    X, y = counts
    model = NaiveBayesSVMClassifier(C=0.5, alpha=2, beta=0.3, random_state=0).fit(X, y)
    p, q = 2 + X[y == 1].sum(axis=0), 2 + X[y != 1].sum(axis=0)
    ratio = np.log((p / np.abs(p).sum()) / (q / np.abs(q).sum()))
    svm = LinearSVC(C=0.5, dual=False).fit(X * ratio, y == 1)
    w = svm.coef_[0]
    mean_magnitude = np.abs(w).sum() / len(w)
    expected = (X * ratio) @ (0.7 * mean_magnitude + 0.3 * w) + svm.intercept_
    np.testing.assert_allclose(model.decision_function(X)[:, 1], expected, atol=5e-3)


def test_beta_one_is_the_svm_and_beta_zero_ranks_like_naive_bayes(counts):
    X, y = counts
    y = y == 0
    p, q = 1 + X[y].sum(axis=0), 1 + X[~y].sum(axis=0)
    ratio = np.log(p / p.sum()) - np.log(q / q.sum())
    bayes = NaiveBayesSVMClassifier(beta=0).fit(X, y)
    assert np.corrcoef(bayes.coef_[0], ratio)[0, 1] == pytest.approx(1)
    svm = LinearSVC(dual=False).fit(X * ratio, y)
    full = NaiveBayesSVMClassifier(beta=1).fit(X, y)
    np.testing.assert_allclose(
        full.decision_function(X), svm.decision_function(X * ratio), atol=1e-2
    )


def test_sparse_and_dense_agree(counts):
    X, y = counts
    dense = NaiveBayesSVMClassifier(random_state=0).fit(X, y)
    for kind in (sparse.csr_matrix, sparse.csr_array, sparse.coo_array):
        other = NaiveBayesSVMClassifier(random_state=0).fit(kind(X), y)
        np.testing.assert_allclose(other.coef_, dense.coef_, atol=1e-3)
        assert (other.predict(kind(X)) == dense.predict(X)).all()


def test_bad_input_changes_nothing(counts):
    X, y = counts
    model = NaiveBayesSVMClassifier().fit(X, y)
    before = model.coef_
    with pytest.raises(ValueError, match="Negative values"):
        model.fit(-X, y)
    with pytest.raises(ValueError, match="one class only"):
        model.fit(X, np.ones(len(y)))
    with pytest.raises(ValueError, match="one class only: 'a'"):
        model.fit(X, np.full(len(y), "a"))
    with pytest.raises(ValueError, match="beta"):
        NaiveBayesSVMClassifier(beta=2).fit(X, y)
    assert model.coef_ is before


# Strength.


def test_strong_on_isear():
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA, the folder of real corpora, is not set")
    data = load_csv(Path(folder, "isear.csv.gz"))
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    accuracy = {
        name: cross_val_score(model, data.texts, data.labels, cv=cv).mean()
        for name, model in make_tfidf_baselines(random_state=0).items()
    }
    assert accuracy["majority"] < 0.16
    assert accuracy["tfidf_logistic_regression"] > 0.585
    assert accuracy["tfidf_linear_svm"] > 0.59
    assert accuracy["nb_svm"] > 0.575


@pytest.mark.parametrize("name", NAMES[1:])
def test_features_have_names(name):
    steps = make_tfidf_baselines()[name][:-1].fit(["good film", "bad film"])
    assert any("good" in feature for feature in steps.get_feature_names_out())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["tfidf_logistic_regression", "nb_svm"])
def test_no_warning_where_tables_are_wanted(name):
    with config_context(transform_output="pandas"):
        model = make_tfidf_baselines()[name].fit(["good film", "bad film"], ["good", "bad"])
        assert model.predict(["good"]) == ["good"]


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_row_that_is_no_text_is_named(name):
    with pytest.raises(TextInputError, match="Row 2 is None"):
        make_tfidf_baselines()[name].fit(["good", "bad", None], [1, 0, 1])
