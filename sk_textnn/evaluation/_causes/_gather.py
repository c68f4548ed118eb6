"""Ask a fitted model once for all that the causes look at."""

from typing import Any

import numpy as np

from ..._validation import check_texts
from ...exceptions import TextInputError
from ...text._steps import input_of, text_steps
from ._context import Context, Step
from ._network_facts import read_network
from ._training_facts import read_training
from ._words import Words, count


def gather(
    estimator: Any, X_train: Any, y_train: np.ndarray, X_test: Any, y_test: np.ndarray
) -> Context:
    """Return the context of a fitted model."""
    steps = _steps(estimator)
    clf = steps["clf"].estimator
    pad = steps.get("pad")
    proba = estimator.predict_proba(X_test) if hasattr(estimator, "predict_proba") else None
    return Context(
        y_train=y_train,
        y_test=y_test,
        predicted_train=np.asarray(estimator.predict(X_train)),
        predicted_test=np.asarray(estimator.predict(X_test)),
        classes=np.asarray(estimator.classes_),
        proba_test=proba,
        texts_train=_texts(X_train),
        texts_test=_texts(X_test),
        steps=steps,
        words=_words(estimator, steps, X_train, X_test),
        training=read_training(clf),
        network=read_network(clf, "pre" if pad is None else pad.estimator.padding),
    )


def _steps(estimator: Any) -> dict[str, Step]:
    """Return the steps that are known, by what they are; the classifier is always one."""
    steps = {role: Step(*found) for role, found in text_steps(estimator).items()}
    named = getattr(estimator, "steps", None) or [("", estimator)]
    return {**steps, "clf": Step(*named[-1])}


def _texts(X: Any) -> list[str] | None:
    try:
        return check_texts(X)
    except TextInputError:
        return None


def _words(estimator: Any, steps: dict[str, Step], train: Any, test: Any) -> Words | None:
    """Count the words that the tokenizer gets from the steps before it."""
    if "tokens" not in steps:
        return None
    tokenizer = steps["tokens"].estimator
    train, test = (input_of(tokenizer, estimator, X) for X in (train, test))
    width = steps["pad"].estimator.maxlen_ if "pad" in steps else None
    return count(tokenizer, train, test, width)
