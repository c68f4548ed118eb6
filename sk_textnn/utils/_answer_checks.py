"""Checks of when an estimator answers, and whether its methods say the same."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from ._answers import TOLERANCE, answering_methods, assert_same
from ._corpus import Reads, make_corpus
from ._failure import failure, tell
from ._fitting import fitted_once, fresh


def check_not_fitted(name: str, estimator: Any, reads: Reads) -> None:
    """Before `fit`, the methods that answer raise NotFittedError.

    What learns nothing may answer then, but must answer the same as after `fit`.
    """
    corpus, model = make_corpus(estimator, reads), fresh(estimator)
    for method in answering_methods(model):
        done = f"{method} before fit"
        try:
            with warnings.catch_warnings():  # older Pipelines warn first
                warnings.simplefilter("ignore")
                got = {method: getattr(model, method)(corpus.X)}
        except NotFittedError:
            continue
        except Exception as error:  # an estimator of others may raise anything
            raise failure(name, done, tell(error), "NotFittedError") from error
        expected = {method: getattr(fitted_once(estimator, reads), method)(corpus.X)}
        assert_same(name, done, got, expected)


def check_predict_agrees_with_scores(name: str, estimator: Any, reads: Reads) -> None:
    """`predict` answers a class with the highest score.

    Scores are those of `decision_function`, else of `predict_proba`, one a class, or of the second
    of two classes.
    """
    corpus, model = make_corpus(estimator, reads), fitted_once(estimator, reads)
    for method in ("decision_function", "predict_proba"):
        if hasattr(model, method) and hasattr(model, "predict"):
            break
    else:
        return
    classes, scores = np.asarray(model.classes_), np.asarray(getattr(model, method)(corpus.X))
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    if scores.shape != (len(corpus.y), len(classes)):
        return
    for row, (label, score) in enumerate(zip(model.predict(corpus.X), scores, strict=True)):
        best = score.max()
        if not (score[classes == label] >= best - TOLERANCE * max(1, abs(best))).any():
            done = f"predict and {method} for row {row}"
            raise failure(name, done, repr(label), f"{classes[score.argmax()]!r}, scored {best:g}")
