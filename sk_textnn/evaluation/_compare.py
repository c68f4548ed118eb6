"""Candidates and baselines on the same folds, and a verdict."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any, Literal

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer_names
from sklearn.model_selection import StratifiedKFold, check_cv, cross_validate
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples

from .._validation import check_texts, kind_of
from ..baselines import make_tfidf_baselines
from ._comparison import Comparison

__all__ = ["compare"]


def compare(
    candidates: Any,
    X: Any,
    y: Any,
    *,
    baselines: Mapping[str, Any] | Literal["tfidf"] | None = "tfidf",
    cv: Any = 5,
    scoring: str | Callable[..., float] = "accuracy",
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = None,
    alpha: float = 0.05,
) -> Comparison:
    """Cross-validate candidates and baselines on the same folds, and say who wins.

    Each model is compared with the best baseline by the corrected resampled t-test of Nadeau and
    Bengio. The baselines run first. A model that cannot be fitted or scored, such as one without
    ``predict_proba`` where `scoring` needs it, is left out, and the verdict says why.

    Parameters
    ----------
    candidates : estimator or dict of str to estimator
        The models in question; they are cloned, never fitted themselves.
    X : sequence of length n_samples
        Raw texts; with other `baselines` than ``"tfidf"`` whatever all models take.
    y : array-like of shape (n_samples,)
        Labels.
    baselines : "tfidf", dict of str to estimator or None, default="tfidf"
        What to beat. ``"tfidf"`` means `make_tfidf_baselines`; with None the candidates are only
        ranked.
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
        With the attributes `scores`, `table`, `errors`, `best_candidate`, `best_baseline`,
        `outcome` and `verdict`; printing it shows the table and the verdict.

    Raises
    ------
    ValueError
        If an argument cannot be used; nothing has been fitted then.
    RuntimeError
        If every baseline failed, before a candidate is fitted, or if every candidate failed; the
        message says how each of them did.

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
    if not isinstance(alpha, Real) or not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, such as 0.05, not {alpha!r}.")
    _check_scoring(scoring)
    check_random_state(random_state)
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
    n_rows, n_labels = _count_rows(X, "X"), _count_rows(y, "y")
    if n_rows != n_labels:
        raise ValueError(
            f"X has {n_rows} rows, but y has {n_labels} labels; pass one label for each row."
        )
    splits = _draw_splits(cv, y, random_state)

    # The baselines first: they are cheap, and show what is wrong with the data or the score.
    results, errors = {}, {}
    for role, models in (("baseline", baselines), ("candidate", candidates)):
        found, failed = _cross_validate_all(role, models, X, y, splits, scoring, n_jobs)
        results |= found
        errors |= failed
    nothing = np.full(len(splits), np.nan)
    roles = dict.fromkeys(candidates, "candidate") | dict.fromkeys(baselines, "baseline")
    return Comparison.from_scores(
        {name: results[name]["test_score"] if name in results else nothing for name in roles},
        roles=roles,
        fit_seconds={name: result["fit_time"].mean() for name, result in results.items()},
        score_seconds={name: result["score_time"].mean() for name, result in results.items()},
        test_to_train_ratio=float(np.mean([len(test) / len(train) for train, test in splits])),
        scoring=scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score"),
        alpha=alpha,
        errors=errors,
    )


def _check_models(models: Any, argument: str) -> dict[str, Any]:
    """Return the models by name; a single one gets the name of its class."""
    if not isinstance(models, Mapping):
        if not hasattr(models, "fit"):
            raise ValueError(
                f"{argument} must be an estimator or a dict of estimators, but {kind_of(models)} "
                "came; name each model, such as {'lstm': LSTMClassifier()}."
            )
        last = models.steps[-1][1] if hasattr(models, "steps") else models
        models = {type(last).__name__: models}
    for name, model in models.items():
        if isinstance(model, type):
            raise ValueError(
                f"{argument} must hold estimators, but {name!r} is the class {model.__name__}: "
                f"pass an instance, such as {model.__name__}()."
            )
        if not hasattr(model, "fit") or not hasattr(model, "get_params"):
            raise ValueError(
                f"{argument} must hold estimators, but {name!r} is {kind_of(model)}, which has no "
                "fit or no get_params."
            )
    return {str(name): model for name, model in models.items()}


def _check_scoring(scoring: Any) -> None:
    """Refuse what is no score before a model is fitted for it."""
    if isinstance(scoring, str):
        names = get_scorer_names()
        if scoring not in names:
            close = difflib.get_close_matches(scoring.lower(), names, n=3)
            hint = f"Did you mean {' or '.join(map(repr, close))}?"
            raise ValueError(
                f"scikit-learn has no scoring {scoring!r}. "
                + (hint if close else "sklearn.metrics.get_scorer_names() lists what there is.")
            )
    elif not callable(scoring):
        raise ValueError(
            f"scoring must be one score, a string or a callable, not {type(scoring).__name__}."
        )
    elif inspect.isfunction(scoring) and scoring.__module__.startswith("sklearn.metrics."):
        raise ValueError(
            f"scoring takes a callable (model, X, y), but {scoring.__name__} is a metric: pass "
            f"sklearn.metrics.make_scorer({scoring.__name__}), or the name of the score."
        )


def _count_rows(values: Any, argument: str) -> int:
    try:
        if isinstance(values, str):
            raise TypeError
        return _num_samples(values)
    except TypeError:
        raise ValueError(
            f"{argument} must hold one row a sample, such as a list or an array, but "
            f"{kind_of(values)} came."
        ) from None


def _draw_splits(cv: Any, y: Any, random_state: Any) -> list[tuple[Any, Any]]:
    """Draw the folds once, with their rows as arrays of numbers."""
    count = isinstance(cv, int | np.integer)
    if isinstance(cv, str) or not (
        count or cv is None or hasattr(cv, "split") or isinstance(cv, Iterable)
    ):
        raise ValueError(
            "cv must be a number of folds, a splitter or an iterable of (train, test) rows, not "
            f"{cv!r}."
        )
    if count and cv < 2:
        raise ValueError(f"cv must be at least 2 folds, not {cv!r}.")
    rows = np.arange(len(y))
    try:
        if count:
            seed = check_random_state(random_state).randint(2**31 - 1)
            splitter: Any = StratifiedKFold(cv, shuffle=True, random_state=seed)
        else:
            splitter = check_cv(list(cv) if isinstance(cv, Iterable) else cv, y, classifier=True)
        splits = [(rows[train], rows[test]) for train, test in splitter.split(rows, y)]
    except (IndexError, TypeError, ValueError) as error:
        raise ValueError(f"cv cannot split these rows and labels: {error}") from error
    if any(len(train) == 0 or len(test) == 0 for train, test in splits) or not splits:
        raise ValueError("cv gives no folds, or a fold without rows; pass another cv.")
    return splits


def _cross_validate_all(
    role: str,
    models: dict[str, Any],
    X: Any,
    y: Any,
    splits: list[tuple[Any, Any]],
    scoring: Any,
    n_jobs: Any,
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, str]]:
    """Return what each model gave, and why the others failed; raise if all did."""
    results: dict[str, dict[str, np.ndarray]] = {}
    errors: dict[str, str] = {}
    cause = None
    for name, model in models.items():
        try:
            result = cross_validate(
                clone(model), X, y, cv=splits, scoring=scoring, n_jobs=n_jobs, error_score="raise"
            )
            if "test_score" not in result:
                raise TypeError("scoring must return one number, but it returned a dict.")
            results[name] = result
        except Exception as error:  # whatever it is, the other models are worth having
            cause = cause or error
            errors[name] = f"{type(error).__name__}: {error}"
            if "predict_proba" in str(error) and not hasattr(model, "predict_proba"):
                errors[name] = "no predict_proba"
    if models and not results:
        alike: dict[str, list[str]] = {}
        for name, words in errors.items():
            alike.setdefault(words.rstrip("."), []).append(repr(name))
        told = "; ".join(f"{', '.join(names)} with {words}" for words, names in alike.items())
        advice = ""
        if role == "baseline":
            advice = (
                " No candidate was fitted: pass another scoring or other baselines, or "
                "baselines=None to rank the candidates only."
            )
        raise RuntimeError(f"Every {role} failed: {told}.{advice}") from cause
    return results, errors
