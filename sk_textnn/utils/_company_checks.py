"""Checks of an estimator in the company of scikit-learn's model selection and pipelines."""

import tempfile
import zlib
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold, check_cv
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

from ..sequences import TokenSequences
from ._answers import answers, assert_same, rows_of
from ._corpus import Reads, make_corpus
from ._failure import failure, no_error
from ._fitting import fitted_once, fresh, other_params

_BUCKETS = 64


def check_stratified_folds(name: str, estimator: Any, reads: Reads) -> None:
    """What predicts classes is tagged so: an integer `cv` makes stratified folds."""
    corpus = make_corpus(estimator, reads)
    y = np.sort(corpus.y)  # plain folds would then miss a class
    kind = get_tags(estimator).estimator_type
    predicts = hasattr(estimator, "predict")
    if is_classifier(estimator) != predicts or (kind == "classifier") != predicts:
        expected = "'classifier'" if predicts else "'transformer' or None"
        raise failure(name, "the tag estimator_type", repr(kind), expected)
    if not predicts:
        return
    cv = check_cv(2, y, classifier=is_classifier(estimator))
    if not isinstance(cv, StratifiedKFold):
        raise failure(name, "cv=2", type(cv).__name__, "StratifiedKFold")
    classes = getattr(fitted_once(estimator, reads), "classes_", None)
    if classes is None or list(classes) != sorted(set(y)):
        raise failure(name, "classes_ after fit", repr(classes), repr(sorted(set(y))))


def check_pipeline_memory(name: str, estimator: Any, reads: Reads) -> None:
    """In a Pipeline with `memory` it answers as without, also where steps come from the cache."""
    corpus, pipeline = make_corpus(estimator, reads), _pipeline(estimator)
    predicts, is_last = hasattr(estimator, "predict"), not isinstance(estimator, Pipeline)
    plain = fitted_once(estimator, reads) if predicts else clone(pipeline).fit(corpus.X, corpus.y)
    expected = answers(plain, corpus.X)
    times = ["fit in a Pipeline with memory"]
    if not (predicts and is_last):  # the last step is never cached
        times.append("fit again, with steps from the cache")
    with tempfile.TemporaryDirectory() as folder:
        for done in times:
            cached = clone(pipeline).set_params(memory=folder)
            with no_error(name, done):
                cached.fit(corpus.X, corpus.y)
            assert_same(name, done, answers(cached, corpus.X), expected)


def check_randomized_search(name: str, estimator: Any, reads: Reads) -> None:
    """`RandomizedSearchCV` with two processes fits and scores it."""
    corpus = make_corpus(estimator, reads)
    predicts = hasattr(estimator, "predict")
    model = fresh(estimator) if predicts else _pipeline(estimator)
    candidates = _candidates(model)
    search = RandomizedSearchCV(
        model,
        candidates,
        n_iter=2 if candidates else 1,
        cv=2,
        scoring="accuracy",
        n_jobs=2,
        error_score="raise",
        refit=False,
        random_state=0,
    )
    done = f"RandomizedSearchCV(n_jobs=2) over {candidates}"
    with no_error(name, done):
        search.fit(corpus.X, corpus.y)
    scores = search.cv_results_["mean_test_score"]
    if not np.isfinite(scores).all():
        raise failure(name, done, f"the scores {scores}", "finite scores")


def as_table(X: Any) -> Any:
    """Make one row of numbers a text from whatever a text transformer returns."""
    if isinstance(X, TokenSequences) and X.vectors is not None:
        return np.array([row.sum(axis=0) for row in rows_of(X)])
    kind = getattr(getattr(X, "dtype", None), "kind", "")
    if isinstance(X, TokenSequences | list | tuple) or kind in ("O", "U"):
        return np.array([_counts(row) for row in rows_of(X)])
    return X


def _counts(row: np.ndarray) -> np.ndarray:
    """Count the words of a text, or the items of a list, by a hash that is the same anywhere."""
    words = " ".join(map(str, row.ravel())).split()
    buckets = [zlib.crc32(word.encode(errors="replace")) % _BUCKETS for word in words]
    return np.bincount(np.array(buckets, dtype=int), minlength=_BUCKETS)


def _pipeline(estimator: Any) -> Pipeline:
    """Return the estimator in a Pipeline that classifies, or itself if it is one."""
    model = fresh(estimator)
    if not hasattr(estimator, "predict"):
        classifier = LogisticRegression(max_iter=1000)
        steps = [("step", model), ("table", FunctionTransformer(as_table)), ("clf", classifier)]
    elif isinstance(model, Pipeline):
        return model
    else:
        steps = [("same", FunctionTransformer()), ("clf", model)]
    return Pipeline(steps)


def _candidates(model: Any) -> dict[str, list[Any]]:
    """Return two values of a random state, else of a number, if there is such a parameter."""
    params, others = model.get_params(), other_params(model)
    if not others:
        return {}
    key = min(others, key=lambda key: (not key.endswith("random_state"), key))
    return {key: [params[key], others[key]]}
