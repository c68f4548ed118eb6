"""Candidates and baselines on the same folds, and a verdict."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, check_cv, cross_validate
from sklearn.utils import check_random_state

from .._validation import check_texts
from ..baselines import make_tfidf_baselines
from ._comparison import Comparison

__all__ = ["compare"]


def compare(
    candidates: Any,
    X: Any,
    y: Any,
    *,
    baselines: Any = "tfidf",
    cv: Any = 5,
    scoring: Any = "accuracy",
    n_jobs: int | None = None,
    random_state: Any = None,
    alpha: float = 0.05,
) -> Comparison:
    """Cross-validate candidates and baselines on the same folds, and say who wins.

    Each model is compared with the best baseline by the corrected resampled t-test of Nadeau and
    Bengio.

    Parameters
    ----------
    candidates : estimator or dict of str to estimator
        The models in question; they are cloned, never fitted themselves.
    X : sequence of length n_samples
        Raw texts; with other `baselines` than ``"tfidf"`` whatever all models take.
    y : array-like of shape (n_samples,)
        Labels.
    baselines : "tfidf", dict of str to estimator or None, default="tfidf"
        What to beat. ``"tfidf"`` means `make_tfidf_baselines`.
    cv : int, splitter or iterable of (train, test), default=5
        An int means shuffled stratified folds. Folds are drawn once, for all models.
    scoring : str or callable, default="accuracy"
        One score, of which more is better, as in scikit-learn.
    n_jobs : int or None, default=None
        Folds that are fitted at the same time.
    random_state : int, RandomState instance or None, default=None
        Draws the folds, and is passed to the ``"tfidf"`` baselines.
    alpha : float, default=0.05
        Level of significance of the verdict.

    Returns
    -------
    Comparison
        With the attributes `scores`, `table`, `best_candidate`, `best_baseline`, `outcome` and
        `verdict`; printing it shows the table and the verdict.

    Raises
    ------
    RuntimeError
        If a model cannot be fitted or scored; the message names it.

    See Also
    --------
    sk_textnn.make_tfidf_baselines : The baselines.
    sk_textnn.evaluation.Comparison : The result.

    Notes
    -----
    The best candidate and the best baseline are chosen on the folds they are compared on. With
    many candidates this flatters the best of them: see
    `sk_textnn.evaluation.nested_selection`.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import HashingVectorizer
    >>> from sklearn.linear_model import Perceptron
    >>> from sklearn.pipeline import make_pipeline
    >>> from sk_textnn import compare
    >>> from sk_textnn.datasets import make_text_classification
    >>> texts, labels = make_text_classification(300, random_state=0, return_X_y=True)
    >>> model = make_pipeline(HashingVectorizer(), Perceptron())
    >>> result = compare({"perceptron": model}, texts, labels, random_state=0)
    >>> result.best_candidate, list(result.scores.columns)[:2]
    ('perceptron', ['perceptron', 'majority'])
    """
    candidates = _check_models(candidates, "candidates")
    if not candidates:
        raise ValueError("candidates is empty, but at least one model was expected.")
    if isinstance(baselines, str):
        if baselines != "tfidf":
            raise ValueError(
                f"baselines must be 'tfidf', a dict of estimators or None, not {baselines!r}."
            )
        X = check_texts(X)
        baselines = make_tfidf_baselines(random_state=random_state)
    baselines = {} if baselines is None else _check_models(baselines, "baselines")
    both = sorted(set(candidates) & set(baselines))
    if both:
        raise ValueError(f"{both[0]!r} names a candidate and a baseline; rename one of them.")
    if not isinstance(scoring, str) and not callable(scoring):
        raise ValueError(
            f"scoring must be one score, a string or a callable, not {type(scoring).__name__}."
        )

    splits = _draw_splits(cv, X, y, random_state)
    results = {
        name: _cross_validate(name, model, X, y, splits, scoring, n_jobs)
        for name, model in {**candidates, **baselines}.items()
    }
    return Comparison.from_scores(
        {name: result["test_score"] for name, result in results.items()},
        roles=dict.fromkeys(candidates, "candidate") | dict.fromkeys(baselines, "baseline"),
        fit_seconds={name: result["fit_time"].mean() for name, result in results.items()},
        score_seconds={name: result["score_time"].mean() for name, result in results.items()},
        test_to_train_ratio=float(np.mean([len(test) / len(train) for train, test in splits])),
        scoring=scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score"),
        alpha=alpha,
    )


def _check_models(models: Any, argument: str) -> dict[str, Any]:
    """Return the models by name; a single one gets the name of its class."""
    if not isinstance(models, Mapping):
        last = models.steps[-1][1] if hasattr(models, "steps") else models
        models = {type(last).__name__: models}
    for name, model in models.items():
        if not hasattr(model, "fit") or isinstance(model, type):
            raise ValueError(
                f"{argument} must hold estimators by name, but {name!r} is {model!r}, which has "
                "no fit or is a class: pass an instance, such as LSTMClassifier()."
            )
    return {str(name): model for name, model in models.items()}


def _draw_splits(cv: Any, X: Any, y: Any, random_state: Any) -> list[tuple[Any, Any]]:
    """Draw the folds once, with their rows as arrays of numbers."""
    if isinstance(cv, int | np.integer):
        seed = check_random_state(random_state).randint(2**31 - 1)
        splitter: Any = StratifiedKFold(cv, shuffle=True, random_state=seed)
    else:
        splitter = check_cv(list(cv) if isinstance(cv, Iterable) else cv, y, classifier=True)
    rows = np.arange(len(y))
    splits = [(rows[train], rows[test]) for train, test in splitter.split(rows, y)]
    if any(len(train) == 0 or len(test) == 0 for train, test in splits) or not splits:
        raise ValueError("cv gives no folds, or a fold without rows; pass another cv.")
    return splits


def _cross_validate(
    name: str, model: Any, X: Any, y: Any, splits: list, scoring: Any, n_jobs: int | None
) -> dict[str, np.ndarray]:
    try:
        return cross_validate(
            clone(model), X, y, cv=splits, scoring=scoring, n_jobs=n_jobs, error_score="raise"
        )
    except Exception as error:
        raise RuntimeError(
            f"The model {name!r} failed in cross-validation with {type(error).__name__}: {error}"
        ) from error
