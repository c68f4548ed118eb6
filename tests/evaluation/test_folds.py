"""One fold: a clone is fitted, asked once, weighed; kept answers score as the model did."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted

from sk_textnn.evaluation._folds import KeptAnswers, run_fold, size_of

X, Y = make_classification(200, random_state=0)
SPLIT = (np.arange(150), np.arange(150, 200))


def test_scores_answers_and_times():
    model = LogisticRegression()
    scorers = {name: get_scorer(name) for name in ("roc_auc", "accuracy", "neg_log_loss")}
    fold = run_fold(model, X, Y, SPLIT, scorers)
    fitted = LogisticRegression().fit(X[:150], Y[:150])
    for name, scorer in scorers.items():
        assert fold.scores[name] == pytest.approx(scorer(fitted, X[150:], Y[150:]))
    assert set(fold.answers) == {"predict", "decision_function", "predict_proba"}
    assert fold.answers["predict"].tolist() == fitted.predict(X[150:]).tolist()
    assert fold.classes.tolist() == [0, 1]
    assert fold.fit_seconds > fold.predict_seconds > 0
    assert np.isnan(fold.size_bytes)
    with pytest.raises(NotFittedError):
        check_is_fitted(model)


def test_a_scorer_sees_the_model():
    def score(model, rows, labels):
        assert isinstance(model, Pipeline)
        assert len(model[-1].classes_) == 2
        assert model.predict(rows) is model.predict(rows)
        assert len(model.predict(rows[:3])) == 3
        assert not hasattr(model, "decision_function")
        return 1

    model = make_pipeline(DummyClassifier())
    fold = run_fold(model, X, Y, SPLIT, {"mine": score}, weigh=True)
    assert fold.scores == {"mine": 1.0}
    assert fold.size_bytes > 100


@pytest.mark.parametrize("name", ["accuracy", "f1_macro", "roc_auc", "neg_log_loss"])
def test_kept_answers_score_as_the_model_did(name):
    scorer = get_scorer(name)
    fold = run_fold(LogisticRegression(), X, Y, SPLIT, {name: scorer})
    kept = KeptAnswers(fold.answers, fold.classes)
    rows = np.arange(0, 50, 2)
    fitted = LogisticRegression().fit(X[:150], Y[:150])
    expected = scorer(fitted, X[150:][rows], Y[150:][rows])
    assert scorer(kept, rows, Y[150:][rows]) == pytest.approx(expected)


def test_what_was_not_kept_is_not_there():
    kept = KeptAnswers({"predict": Y}, np.array([0, 1]))
    with pytest.raises(AttributeError, match="predict_proba"):
        get_scorer("neg_log_loss")(kept, np.arange(200), Y)


def test_size():
    fitted = LogisticRegression().fit(X, Y)
    assert size_of(fitted) == len(pickle.dumps(fitted, protocol=5))
    large = {"weights": np.zeros(100_000)}  # written in one piece
    assert size_of(large) == len(pickle.dumps(large, protocol=5))
    search = GridSearchCV(LogisticRegression(), {"C": [1.0]}).fit(X, Y)
    assert size_of(search) == size_of(search.best_estimator_) == size_of(fitted)
    assert np.isnan(size_of(lambda: None))
