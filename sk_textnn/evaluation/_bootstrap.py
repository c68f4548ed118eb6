"""How far would the difference of two models move with other test texts?"""

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

from ._folds import Fold, KeptAnswers

__all__ = ["bootstrap_differences", "repetitions_of"]

# From how often each of some texts was drawn to a model's score on them.
Weighted = Callable[[np.ndarray], float]


def bootstrap_differences(
    folds: Mapping[str, Sequence[Fold]],
    reference: str,
    y: np.ndarray,
    tests: Sequence[np.ndarray],
    scorer: Callable[..., float],
    *,
    metric: str,
    n_resamples: int,
    alpha: float,
    rng: np.random.RandomState,
) -> dict[str, tuple[float, float]]:
    """Return percentile intervals of the differences in score, with the texts drawn anew.

    Texts are drawn with replacement, the same for all models. A text brings all its out-of-fold
    predictions, one a repetition: repetitions do not count as more texts. The score is that of all
    texts of a repetition, or where it ranks by decision values that of a fold, as the scale of
    these differs from fit to fit; the means over these are compared.

    Parameters
    ----------
    folds : dict of str to sequence of Fold
        What each model did on each fold.
    reference : str
        The model from whose score the others' differ.
    y : ndarray of shape (n_samples, ...)
    tests : sequence of ndarray
        Test rows of each fold.
    scorer : callable
        The score, of a model, rows and labels.
    metric : str
        Its name.
    n_resamples : int
    alpha : float
        One minus the level of the intervals.
    rng : RandomState

    Returns
    -------
    dict of str to (float, float)
        Without the reference, and without models whose score does not follow from their answers,
        such as one that reads the texts too.

    Warns
    -----
    UserWarning
        If a model has no interval, or one of a part of the resamples only; it says why.
    """
    repetitions, each_fold = repetitions_of(tests), [[fold] for fold in range(len(tests))]
    for make, parts in (
        (_from_table, repetitions),
        (_from_counts, repetitions),
        (_from_labels, repetitions),
        (_from_probabilities, repetitions),
        (_from_answers, each_fold),
    ):
        rows = [np.concatenate([tests[fold] for fold in part]) for part in parts]
        scores: dict[str, list[Weighted]] = {}
        reasons: dict[str, str] = {}
        for name, of_model in folds.items():
            try:
                again = _again(make, of_model[0], y[tests[0]], scorer)
                ways = [
                    make(_join([of_model[fold] for fold in part], len(row)), y[row], scorer)
                    for part, row in zip(parts, rows, strict=True)
                ]
            except _NotThisWay as error:
                reasons[name] = str(error)
                continue
            if np.isclose(again, of_model[0].scores[metric]):
                scores[name] = ways
            else:
                reasons[name] = f"its {metric} does not follow from its answers alone"
        if reference in scores:
            break
    if reference not in scores:
        _warn(f"There are no intervals over texts: of {reference!r}, {reasons[reference]}.")
        return {}
    for name, reason in reasons.items():
        _warn(f"There is no interval over texts for {name!r}: {reason}.")
    draws, failures = _draw(scores, rows, len(y), n_resamples, rng)
    theirs = draws.pop(reference)
    ends = [100 * alpha / 2, 100 * (1 - alpha / 2)]
    intervals = {}
    for name, mine in draws.items():
        differences = (mine - theirs)[~np.isnan(mine - theirs)]
        if len(differences) < n_resamples:
            why = failures.get(name) or failures.get(reference) or "it is not a number"
            _warn(
                f"{len(differences)} of {n_resamples} resamples of texts make the interval of "
                f"{name!r}: in the others there is no {metric} ({why})."
            )
        if len(differences):
            low, high = np.percentile(differences, ends)
            intervals[name] = (float(low), float(high))
    return intervals


def repetitions_of(tests: Sequence[np.ndarray]) -> list[list[int]]:
    """Return the folds of each repetition: in it, no row is tested twice.

    Parameters
    ----------
    tests : sequence of ndarray
        Test rows of each fold.
    """
    parts: list[list[int]] = []
    seen: set[int] = set()
    for fold, rows in enumerate(tests):
        if not parts or not seen.isdisjoint(rows.tolist()):
            parts.append([])
            seen = set()
        parts[-1].append(fold)
        seen.update(rows.tolist())
    return parts


def _draw(
    scores: Mapping[str, Sequence[Weighted]],
    rows: Sequence[np.ndarray],
    n_rows: int,
    n_resamples: int,
    rng: np.random.RandomState,
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return each model's score in each resample, NaN if there is none, and an error if so."""
    texts = np.unique(np.concatenate(rows))
    draws = {name: np.empty(n_resamples) for name in scores}
    failures: dict[str, str] = {}
    for number in range(n_resamples):
        drawn = texts[rng.randint(len(texts), size=len(texts))]
        times = np.bincount(drawn, minlength=n_rows)
        drawn_parts = [part for part, row in enumerate(rows) if times[row].any()]
        for name, of_parts in scores.items():
            try:
                values = [of_parts[part](times[rows[part]]) for part in drawn_parts]
                draws[name][number] = np.mean(values)
            except _NotThisWay as error:  # as log loss where a class was not drawn
                draws[name][number] = np.nan
                failures.setdefault(name, str(error))
    return draws, failures


def _warn(words: str) -> None:
    warnings.warn(words, UserWarning, stacklevel=5)  # where `compare` was called


def _join(folds: Sequence[Fold], n_rows: int) -> Fold:
    """Return several folds as one, of which only the answers count: those that fit together.

    Where a class was missing in one, probabilities do not, and only labels are left.
    """
    names = set.intersection(*(set(fold.answers) for fold in folds))
    if not all(np.array_equal(fold.classes, folds[0].classes) for fold in folds):
        names = {"predict"}
    joined = {}
    for name in names:
        parts = [np.asarray(fold.answers[name]) for fold in folds]
        if all(part.ndim and part.shape[1:] == parts[0].shape[1:] for part in parts):
            joined[name] = np.concatenate(parts)
    answers = {name: answer for name, answer in joined.items() if len(answer) == n_rows}
    return Fold({}, np.nan, np.nan, answers, folds[0].classes, np.nan)


def _again(make: Callable[..., Weighted], fold: Fold, y: np.ndarray, scorer: Any) -> float:
    """Return the score of a fold by its answers: the model's own, or this way is not the one."""
    return make(_join([fold], len(y)), y, scorer)(np.ones(len(y), dtype=int))


# Ways from answers to a score, the fastest first.


class _NotThisWay(Exception):
    """A score does not follow in this way; the message says why."""


def _ask(metric: Callable[..., Any], *args: Any, **kwargs: Any) -> float:
    """Return a score; whatever the scorer raises, it then cannot be had in this way."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a class that was not drawn is no news
            return float(metric(*args, **kwargs))
    except Exception as error:  # a scorer raises what it likes if something it reads is not there
        raise _NotThisWay(f"{type(error).__name__}: {error}".rstrip(".")) from error


def _kept(fold: Fold, name: str) -> np.ndarray:
    if name not in fold.answers:
        raise _NotThisWay(f"there is no {name} that its folds have in common")
    return fold.answers[name]


def _labels(fold: Fold, y: np.ndarray) -> np.ndarray:
    predicted = _kept(fold, "predict")
    if predicted.ndim > 1 or y.ndim > 1:
        raise _NotThisWay("there is more than one label a text")
    return predicted


def _from_table(fold: Fold, y: np.ndarray, scorer: Any) -> Weighted:
    """Score by the confusion matrix, where a formula is known: a hundred times as fast."""
    options = getattr(scorer, "_kwargs", {})
    formula = _FORMULAS.get((getattr(scorer, "_score_func", None), options.get("average")))
    if formula is None or not set(options) <= {"average", "pos_label"}:
        raise _NotThisWay("there is no formula for the score")
    both = np.concatenate([y, _labels(fold, y)])
    classes, codes = np.unique(both, return_inverse=True)
    n_classes = len(classes)
    cell = codes[: len(y)] * n_classes + codes[len(y) :]

    def score(times: np.ndarray) -> float:
        counts = np.bincount(cell, weights=times, minlength=n_classes**2)
        return float(formula(counts.reshape(n_classes, n_classes)))

    return score


def _accuracy(table: np.ndarray) -> float:
    return np.trace(table) / table.sum()


def _mean_recall(table: np.ndarray) -> float:
    labelled = table.sum(axis=1)
    return np.mean((np.diag(table) / np.maximum(labelled, 1))[labelled > 0])


def _macro_f1(table: np.ndarray) -> float:
    labelled_or_predicted = table.sum(axis=0) + table.sum(axis=1)
    f1 = 2 * np.diag(table) / np.maximum(labelled_or_predicted, 1)
    return np.mean(f1[labelled_or_predicted > 0])


_FORMULAS: dict[Any, Callable[[np.ndarray], Any]] = {
    (accuracy_score, None): _accuracy,
    (balanced_accuracy_score, None): _mean_recall,
    (f1_score, "macro"): _macro_f1,
}


def _from_counts(fold: Fold, y: np.ndarray, scorer: Any) -> Weighted:
    """Score the few different pairs of label and prediction, weighted by how often they occur."""
    if getattr(scorer, "_response_method", None) != "predict":
        raise _NotThisWay("the score needs more than labels")
    metric, predicted = scorer._score_func, _labels(fold, y)
    if "sample_weight" not in inspect.signature(metric).parameters:
        raise _NotThisWay("the score knows no weights")
    (_, labels), (values, answers) = (np.unique(v, return_inverse=True) for v in (y, predicted))
    _, first, pair = np.unique(labels * len(values) + answers, True, True)

    def score(times: np.ndarray) -> float:
        counts = np.bincount(pair, weights=times, minlength=len(first))
        rows = first[counts > 0]
        weights = {"sample_weight": counts[counts > 0]}
        return scorer._sign * _ask(metric, y[rows], predicted[rows], **weights, **scorer._kwargs)

    return score


def _from_labels(fold: Fold, y: np.ndarray, scorer: Any) -> Weighted:
    return _rescored({"predict": _kept(fold, "predict")}, fold.classes, y, scorer)


def _from_probabilities(fold: Fold, y: np.ndarray, scorer: Any) -> Weighted:
    return _rescored({"predict_proba": _kept(fold, "predict_proba")}, fold.classes, y, scorer)


def _from_answers(fold: Fold, y: np.ndarray, scorer: Any) -> Weighted:
    return _rescored(fold.answers, fold.classes, y, scorer)


def _rescored(answers: Mapping[str, Any], classes: Any, y: np.ndarray, scorer: Any) -> Weighted:
    model = KeptAnswers(answers, classes)

    def score(times: np.ndarray) -> float:
        drawn = np.repeat(np.arange(len(y)), times)
        return _ask(scorer, model, drawn, y[drawn])

    return score
