"""A diagnosis of fitted models: what is wrong comes first, and nothing is where nothing is."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sk_textnn import TextTokenizer, diagnose, make_text_classifier
from sk_textnn.datasets import make_text_classification
from sk_textnn.reference import emotion_lstm


@pytest.fixture(scope="module")
def data():
    """Texts whose words tell the label, in two parts, as `diagnose` takes them."""
    texts, labels = make_text_classification(
        450, order_share=0.0, label_noise=0.0, random_state=0, return_X_y=True
    )
    return texts[:300], labels[:300], texts[300:], labels[300:]


def _counted(**params):
    return make_pipeline(CountVectorizer(**params), LogisticRegression())


def _errors(report):
    return [finding.cause for finding in report if finding.severity == "error"]


def _no_letters(texts):
    return [text.replace("a", "") for text in texts]


def test_a_healthy_network(data):
    pipeline = make_text_classifier("averaging", random_state=0)
    pipeline.set_params(embed="passthrough", clf__learning_rate=0.02, clf__embedding_dim=16)
    report = diagnose(pipeline.fit(data[0], data[1]), *data)
    assert _errors(report) == []
    assert (pipeline.predict(data[2]) == data[3]).mean() > 0.9
    assert report.subject == "AveragingClassifier"


@pytest.fixture(scope="module")
def published(data):
    pipeline = emotion_lstm(as_published=True, random_state=0)
    pipeline.set_params(embed__vector_size=8, embed__epochs=1, pad__maxlen=100, clf__epochs=2)
    return pipeline.fit(data[0], data[1])


def test_the_published_lstm_collapses_for_its_head_and_its_mask(published, data):
    report = diagnose(published, *data)
    assert report.causes()[:2] == ["double_activation", "no_mask"]
    (collapse,) = [finding for finding in report if finding.cause == "collapse"]
    assert collapse.severity == "error"
    assert collapse.evidence["reasons"][:2] == ["double_activation", "no_mask"]
    assert "not_learning" in report.causes()


def test_what_is_suggested_is_the_repair(published, data):
    repaired = diagnose(published, *data).apply(published)
    assert repaired["clf"].build_params == {"repair_head": True}
    assert repaired["clf"].masked
    assert repaired["pad"].maxlen == "p95"
    with pytest.raises(NotFittedError):
        repaired.predict(data[2])
    assert published["clf"].build_params is None


def test_what_is_no_network_is_looked_at_too(data):
    report = diagnose(_counted().fit(data[0], data[1]), *data)
    assert _errors(report) == []
    texts = [f"{text} zzz" for text in data[2]]
    changed = diagnose(_counted().fit(data[0], data[1]), *data[:2], texts, data[3])
    assert changed.causes()[0] == "different_texts"


def test_words_are_counted_behind_the_steps_before_the_tokenizer(data):
    """And a tokenizer that knows few words is the reason for what a linear model fails at."""
    pipeline = make_pipeline(
        FunctionTransformer(_no_letters),
        "passthrough",
        TextTokenizer(num_words=6),
        FunctionTransformer(np.asarray),
        LogisticRegression(max_iter=2000),
    )
    X_train, X_test = ([f"{text} a" for text in part] for part in (data[0], data[2]))
    pipeline.fit(X_train, data[1])
    report = diagnose(pipeline, X_train, data[1], X_test, data[3])
    assert report.causes()[0] == "unknown_words"
    assert report.suggest() == {"texttokenizer__num_words": None}


def test_numbers_in_place_of_texts(data):
    rng = np.random.RandomState(0)
    X = rng.normal(size=(450, 4))
    y = np.where(X[:, 0] > 0, "yes", "no")
    model = LogisticRegression().fit(X[:300], y[:300])
    report = diagnose(model, X[:300], y[:300], X[300:], y[300:])
    assert _errors(report) == []
    assert "baseline" not in report.causes()


def test_one_class_without_a_network(data):
    search = GridSearchCV(_counted(), {"logisticregression__C": [1e-9]}, cv=2)
    y = np.where(data[1] == "class_0", "rare", "frequent")
    y_test = np.where(data[3] == "class_0", "rare", "frequent")
    report = diagnose(search.fit(data[0], y), data[0], y, data[2], y_test)
    assert report.causes()[0] == "collapse"
    assert "No reason was found" in report[0].message


class Lucky(ClassifierMixin, BaseEstimator):
    """Learns with an even seed only."""

    def __init__(self, random_state=0):
        self.random_state = random_state

    def fit(self, X, y):
        self.model_ = _counted().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        predicted = self.model_.predict(X)
        return predicted if self.random_state % 2 == 0 else np.roll(predicted, 1)


def test_other_seeds_are_fitted_if_asked_for(data):
    model = Lucky().fit(data[0], data[1])
    assert "seeds" not in diagnose(model, *data).causes()
    report = diagnose(model, *data, n_seeds=2)
    (found,) = [finding for finding in report if finding.cause == "seeds"]
    lucky, unlucky, again = found.evidence["accuracies"]
    assert lucky == again > 2 * unlucky
    with pytest.raises(ValueError, match="n_seeds needs a parameter random_state"):
        diagnose(GaussianNB().fit([[0], [1]], [0, 1]), [[0], [1]], [0, 1], [[1]], [1], n_seeds=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_seeds": -1}, "n_seeds must be a number of fits"),
        ({"cv": 1}, "cv must be a number of folds"),
        ({"y_test": [[0, 1]] * 150}, "y_test has 2 columns"),
        ({"y_train": []}, "y_train is empty"),
        ({"y_test": ["class_0"]}, "inconsistent numbers of samples"),
    ],
)
def test_what_cannot_be_used_is_refused(data, options, message):
    given = dict(zip(("X_train", "y_train", "X_test", "y_test"), data, strict=True))
    with pytest.raises(ValueError, match=message):
        diagnose(_counted(), **{**given, **options})


def test_an_estimator_that_is_not_fitted(data):
    with pytest.raises(NotFittedError):
        diagnose(_counted(), *data)
