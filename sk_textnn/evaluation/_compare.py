"""Candidates and baselines on the same folds, and a verdict."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _num_samples

from .._validation import check_texts, kind_of
from ..baselines import make_tfidf_baselines
from ._bootstrap import bootstrap_differences
from ._comparison import Comparison
from ._folds import Fold, LacksMethod, run_fold
from ._scoring import check_scoring

__all__ = ["compare"]

_Score = str | Callable[..., float]


def compare(
    candidates: Any,
    X: Any,
    y: Any,
    *,
    baselines: Mapping[str, Any] | Literal["auto"] | None = "auto",
    cv: Any = 5,
    scoring: _Score | Sequence[_Score] | Mapping[str, _Score] = "accuracy",
    alpha: float = 0.05,
    rope: float = 0.01,
    n_resamples: int = 1000,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> Comparison:
    """Cross-validate candidates and baselines on the same folds, and say who wins.

    Each model is compared with the best baseline by the corrected resampled t-test of Nadeau and
    Bengio, with Holm's correction for all of these comparisons, and by the Bayesian correlated
    t-test; on a single split by McNemar's test, if the score is accuracy. The baselines run
    first. A model that cannot be fitted or scored, such as one without ``predict_proba`` where
    `scoring` needs it, is left out, and the verdict says why.

    Parameters
    ----------
    candidates : estimator or dict of str to estimator
        The models in question; they are cloned, never fitted themselves. A search is run anew in
        each fold, on its training rows only (nested cross-validation).
    X : sequence of length n_samples
        Raw texts; with other `baselines` than ``"auto"`` whatever all models take.
    y : array-like of shape (n_samples,)
        Labels.
    baselines : "auto", dict of str to estimator or None, default="auto"
        What to beat. ``"auto"`` means `make_tfidf_baselines`; with None the candidates are only
        ranked.
    cv : int, splitter or iterable of (train, test), default=5
        An int means shuffled stratified folds. Folds are drawn once, for all models.
    scoring : str, callable, list of str, or dict of str to str or callable, default="accuracy"
        One score or several, of which more is better, as in scikit-learn. The first decides, the
        others are in the table. Each model predicts a fold once for all of them.
    alpha : float, default=0.05
        Level of significance of the verdict.
    rope : float, default=0.01
        Region of practical equivalence: differences in score up to this count as none in
        practice.
    n_resamples : int, default=1000
        Resamples of the texts for the interval that is drawn from them, of each candidate; 0 for
        none.
    n_jobs : int or None, default=None
        Folds that are fitted at the same time.
    random_state : int, RandomState instance or None, default=None
        Draws the folds and the resamples, and is passed to the ``"auto"`` baselines.

    Returns
    -------
    Comparison
        With the attributes `table_`, `verdict_`, `outcome_`, `per_class_`, `scores`,
        `predictions` and more; printing it shows the table and the verdict, and it has methods
        `plot` and `to_html`.

    Raises
    ------
    ValueError
        If an argument cannot be used; nothing has been fitted then.
    RuntimeError
        If every baseline failed, before a candidate is fitted, or if every candidate failed; the
        message says how each of them did.

    Warns
    -----
    UserWarning
        If a candidate has no interval over texts, or one of a part of the resamples; it says why.

    See Also
    --------
    sk_textnn.make_tfidf_baselines : The baselines.
    sk_textnn.evaluation.Comparison : The result.

    Notes
    -----
    The best candidate and the best baseline are chosen on the folds they are compared on. With
    many candidates this flatters the best of them: give a search over them as one candidate, or
    see `sk_textnn.evaluation.nested_selection`.

    The size is that of the pickle of the model fitted on the first fold, of a search that of its
    best estimator.

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
    >>> result.best_candidate_, list(result.scores.columns)[:2]
    ('perceptron', ['perceptron', 'majority'])
    """
    candidates = _check_models(candidates, "candidates")
    if not candidates:
        raise ValueError("candidates is empty, but at least one model was expected.")
    _check_numbers(alpha, rope, n_resamples)
    scorers = check_scoring(scoring)
    rng = check_random_state(random_state)
    if isinstance(baselines, str):
        if baselines != "auto":
            raise ValueError(
                f"baselines must be 'auto', a dict of estimators or None, not {baselines!r}."
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
    splits = _draw_splits(cv, X, y, rng)

    # The baselines first: they are cheap, and show what is wrong with the data or the score.
    folds: dict[str, list[Fold]] = {}
    errors: dict[str, str] = {}
    for role, models in (("baseline", baselines), ("candidate", candidates)):
        found, failed = _run_all(role, models, X, y, splits, scorers, n_jobs)
        folds |= found
        errors |= failed
    roles = dict.fromkeys(candidates, "candidate") | dict.fromkeys(baselines, "baseline")
    first, *others = scorers
    predictions, labels = _predictions(folds, y, splits)
    return Comparison.from_scores(
        _scores(folds, roles, first, len(splits)),
        roles=roles,
        fit_seconds=_means(folds, "fit_seconds"),
        predict_seconds=_means(folds, "predict_seconds"),
        size_bytes={name: of_model[0].size_bytes for name, of_model in folds.items()},
        test_to_train_ratio=float(np.mean([len(test) / len(train) for train, test in splits])),
        scoring=first,
        alpha=alpha,
        rope=rope,
        errors=errors,
        other_scores={name: _scores(folds, roles, name, len(splits)) for name in others},
        predictions=predictions,
        labels=labels,
        bootstrap=_bootstrap(folds, roles, y, splits, scorers, n_resamples, alpha, rng),
    )


def _check_numbers(alpha: Any, rope: Any, n_resamples: Any) -> None:
    if not isinstance(alpha, Real) or not 0 < float(alpha) < 1:
        raise ValueError(f"alpha must lie between 0 and 1, such as 0.05, not {alpha!r}.")
    if not isinstance(rope, Real) or not 0 <= float(rope) < np.inf:
        raise ValueError(f"rope must be a difference in score, at least 0, not {rope!r}.")
    if not isinstance(n_resamples, Integral) or n_resamples < 0:
        raise ValueError(f"n_resamples must be a number, 0 for no interval, not {n_resamples!r}.")


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


def _draw_splits(cv: Any, X: Any, y: Any, rng: np.random.RandomState) -> list[tuple[Any, Any]]:
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
            seed = rng.randint(2**31 - 1)
            splitter: Any = StratifiedKFold(cv, shuffle=True, random_state=seed)
        else:
            splitter = check_cv(list(cv) if isinstance(cv, Iterable) else cv, y, classifier=True)
        splits = [(rows[train], rows[test]) for train, test in splitter.split(X, y)]
    except (IndexError, TypeError, ValueError) as error:
        raise ValueError(f"cv cannot split these rows and labels: {error}") from error
    if any(len(train) == 0 or len(test) == 0 for train, test in splits) or not splits:
        raise ValueError("cv gives no folds, or a fold without rows; pass another cv.")
    return splits


def _run_all(
    role: str,
    models: dict[str, Any],
    X: Any,
    y: Any,
    splits: list[tuple[Any, Any]],
    scorers: Mapping[str, Any],
    n_jobs: Any,
) -> tuple[dict[str, list[Fold]], dict[str, str]]:
    """Return what each model did on each fold, and why the others failed; raise if all did."""
    results: dict[str, list[Fold]] = {}
    errors: dict[str, str] = {}
    cause = None
    for name, model in models.items():
        try:
            results[name] = Parallel(n_jobs=n_jobs)(
                delayed(run_fold)(model, X, y, split, scorers, weigh=number == 0)
                for number, split in enumerate(splits)
            )
        except Exception as error:  # whatever it is, the other models are worth having
            cause = cause or error
            lacks = isinstance(error, LacksMethod)
            errors[name] = str(error) if lacks else f"{type(error).__name__}: {error}"
    if models and not results:
        raise RuntimeError(_all_failed(role, errors)) from cause
    return results, errors


def _all_failed(role: str, errors: Mapping[str, str]) -> str:
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
    return f"Every {role} failed: {told}.{advice}"


# From folds to what the comparison takes.


def _scores(
    folds: Mapping[str, list[Fold]], names: Iterable[str], metric: str, n_folds: int
) -> dict[str, list[float]]:
    nothing = [np.nan] * n_folds
    return {
        name: [fold.scores[metric] for fold in folds[name]] if name in folds else nothing
        for name in names
    }


def _means(folds: Mapping[str, list[Fold]], what: str) -> dict[str, float]:
    return {
        name: float(np.mean([getattr(fold, what) for fold in of_model]))
        for name, of_model in folds.items()
    }


def _predictions(
    folds: Mapping[str, list[Fold]], y: Any, splits: list[tuple[Any, Any]]
) -> tuple[pd.DataFrame | None, pd.Series | None]:
    """Return predictions and labels by fold and row; None if there are several labels a row."""
    y = np.asarray(y)
    if y.ndim > 1:
        return None, None
    tests = [test for _, test in splits]
    fold = np.repeat(np.arange(len(tests)), [len(test) for test in tests])
    index = pd.MultiIndex.from_arrays([fold, np.concatenate(tests)], names=["fold", "row"])
    answers = {
        # raveled, as some libraries predict a column
        name: np.concatenate([np.ravel(fold.answers["predict"]) for fold in of_model])
        for name, of_model in folds.items()
    }
    labels = pd.Series(y[index.get_level_values("row")], index=index, name="label")
    return pd.DataFrame(answers, index=index), labels


def _bootstrap(
    folds: Mapping[str, list[Fold]],
    roles: Mapping[str, str],
    y: Any,
    splits: list[tuple[Any, Any]],
    scorers: Mapping[str, Any],
    n_resamples: int,
    alpha: float,
    rng: np.random.RandomState,
) -> dict[str, tuple[float, float]]:
    """Return intervals of the candidates' differences to the best baseline."""
    metric, scorer = next(iter(scorers.items()))
    means = {
        name: np.mean([fold.scores[metric] for fold in of_model])
        for name, of_model in folds.items()
        if roles[name] == "baseline"
    }
    means = {name: mean for name, mean in means.items() if not np.isnan(mean)}
    if not means or not n_resamples:
        return {}
    reference = max(means, key=lambda name: means[name])
    return bootstrap_differences(
        {name: of for name, of in folds.items() if roles[name] == "candidate" or name == reference},
        reference,
        np.asarray(y),
        [test for _, test in splits],
        scorer,
        metric=metric,
        n_resamples=n_resamples,
        alpha=alpha,
        rng=rng,
    )
