"""What a comparison found: scores, tables, and a verdict that follows from the numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from ._comparison_page import make_page, shown_table
from ._comparison_table import (
    FOLDS_TEST,
    SPLIT_TEST,
    add_split_test,
    best_of,
    make_per_class,
    make_table,
)
from ._verdict import put_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..plotting import ComparisonDisplay

__all__ = ["Comparison"]

_ROLES = ("candidate", "baseline")


class Comparison:
    """Scores of candidates and baselines on the same folds, and what follows from them.

    Made by :func:`sk_textnn.compare`, or from scores that are there already by
    :meth:`from_scores`. What follows from the numbers has a name that ends in an underscore.

    Parameters
    ----------
    scores : DataFrame of shape (n_folds, n_models)
        Score of each model on each fold.
    table : DataFrame of shape (n_models, n_columns)
        One row a model, see `table_`.
    scoring : str
        Name of the score.
    alpha : float
        Level of significance.
    rope : float
        Half the width of the region of practical equivalence.
    errors : dict of str to str, default=None
        Why models have no scores.
    other_scores : dict of str to DataFrame of shape (n_folds, n_models), default=None
        Further scores by their names.
    predictions : DataFrame of shape (n_predictions, n_models), default=None
        Out-of-fold predictions.
    labels : Series of shape (n_predictions,), default=None
        The label of each prediction.

    Attributes
    ----------
    scores : DataFrame of shape (n_folds, n_models)
        Score of each model on each fold.
    other_scores : dict of str to DataFrame of shape (n_folds, n_models)
        The same for each further score; they decide nothing.
    predictions : DataFrame of shape (n_predictions, n_models) or None
        What each model said of each row when it was not trained on it. The index has levels
        ``fold`` and ``row``.
    labels : Series of shape (n_predictions,) or None
        The true labels, with the same index.
    errors : dict of str to str
        Why a model has no scores, for those that failed.
    table_ : DataFrame of shape (n_models, n_columns)
        One row a model, the best mean first. Columns:

        - ``name``; ``role``, candidate or baseline;
        - ``mean`` and ``std`` of its scores, ``mean_*`` of each further score; a model with a
          missing score has no mean;
        - ``fit_seconds`` and ``predict_seconds`` a fold; ``size_bytes`` of the fitted model;
        - ``difference`` of its mean to that of the best baseline, with the ends ``ci_low`` and
          ``ci_high`` of its confidence interval by the corrected t-test, which is of this
          comparison alone;
        - ``p_value`` of the test that `test_` names, and ``p_holm``, corrected for all of them;
        - ``p_better``, ``p_equivalent`` and ``p_worse``: probabilities by the Bayesian correlated
          t-test;
        - ``boot_low`` and ``boot_high``: the interval of the difference over texts, of
          candidates. It does not see how other training texts would change the models, and so is
          narrower;
        - on a single split also ``only_right`` and ``only_wrong``: texts that this model alone,
          or the best baseline alone, got right.
    per_class_ : DataFrame of shape (n_models * n_classes, 6) or None
        Columns ``name``, ``label``, ``precision``, ``recall``, ``f1`` and ``support``, of all
        out-of-fold predictions together. None without `predictions`.
    best_candidate_ : str or None
        The candidate with the best mean; None if all have missing scores.
    best_baseline_ : str or None
        The baseline with the best mean; None if there is none.
    test_ : str or None
        The test of `outcome_`; None if there is none.
    outcome_ : {"wins", "loses", "no clear difference", "untested"}
        What the best candidate does against the best baseline, by the corrected p-value.
    verdict_ : str
        The same in words, with the numbers.

    See Also
    --------
    sk_textnn.ComparisonDisplay : Its picture.
    sk_textnn.evaluation.corrected_resampled_ttest : The test.
    sk_textnn.evaluation.bayesian_correlated_ttest : The probabilities.

    Examples
    --------
    >>> from sk_textnn.evaluation import Comparison
    >>> comparison = Comparison.from_scores(
    ...     {"cnn": [0.62, 0.64, 0.61, 0.63, 0.64], "tfidf": [0.60, 0.61, 0.60, 0.61, 0.61]},
    ...     roles={"cnn": "candidate", "tfidf": "baseline"},
    ...     fit_seconds={"cnn": 30.0, "tfidf": 2.0},
    ...     test_to_train_ratio=1 / 4,
    ... )
    >>> comparison.outcome_
    'wins'
    >>> print(comparison.verdict_)
    cnn wins against the best baseline, tfidf: accuracy 0.628 against 0.606, a difference of
    +0.022 (95 % interval +0.006 to +0.038; p = 0.017 by the corrected resampled t-test, on 5
    folds). The probability that they differ by no more than 0.01 is 5 % (Bayesian correlated
    t-test; 95 % that cnn is better by more than 0.01, less than 1 % that it is worse by more). It
    takes 15 times as long to fit (30.0 s against 2.0 s a fold).
    """

    def __init__(
        self,
        scores: pd.DataFrame,
        table: pd.DataFrame,
        *,
        scoring: str,
        alpha: float,
        rope: float,
        errors: Mapping[str, str] | None = None,
        other_scores: Mapping[str, pd.DataFrame] | None = None,
        predictions: pd.DataFrame | None = None,
        labels: pd.Series | None = None,
    ) -> None:
        self.scores = scores
        self.other_scores = dict(other_scores or {})
        self.predictions = predictions
        self.labels = labels
        self.scoring = scoring
        self.alpha = alpha
        self.rope = rope
        self.errors = dict(errors or {})
        self.table_ = table
        self.per_class_ = None if predictions is None else make_per_class(predictions, labels)
        self.best_candidate_ = best_of(table, "candidate")
        self.best_baseline_ = best_of(table, "baseline")
        self.test_ = self._name_test()
        self.outcome_ = self._judge()
        self.verdict_ = put_in_words(self)

    @classmethod
    def from_scores(
        cls,
        scores: Any,
        *,
        roles: Mapping[str, str],
        test_to_train_ratio: float,
        fit_seconds: Mapping[str, float] | None = None,
        predict_seconds: Mapping[str, float] | None = None,
        size_bytes: Mapping[str, float] | None = None,
        scoring: str = "accuracy",
        alpha: float = 0.05,
        rope: float = 0.01,
        errors: Mapping[str, str] | None = None,
        other_scores: Mapping[str, Any] | None = None,
        predictions: pd.DataFrame | None = None,
        labels: pd.Series | None = None,
        bootstrap: Mapping[str, tuple[float, float]] | None = None,
    ) -> Self:
        """Compare models whose scores on the same folds are known.

        Parameters
        ----------
        scores : DataFrame of shape (n_folds, n_models), or dict of str to array-like
            Score of each model on each fold; more is better. NaN where a fit failed.
        roles : dict of str to {"candidate", "baseline"}
            The role of each model.
        test_to_train_ratio : float
            Rows of a test fold divided by rows of its training folds.
        fit_seconds, predict_seconds : dict of str to float, default=None
            Time a fold; models that are not in it show NaN.
        size_bytes : dict of str to float, default=None
            Size of the fitted model.
        scoring : str, default="accuracy"
            Name of the score.
        alpha : float, default=0.05
            Level of significance.
        rope : float, default=0.01
            Differences up to this count as none in practice.
        errors : dict of str to str, default=None
            Why models have no scores; the verdict repeats it.
        other_scores : dict of str to DataFrame of shape (n_folds, n_models), default=None
            Further scores by their names, each as `scores`, which may be a dict too.
        predictions : DataFrame of shape (n_predictions, n_models), default=None
            Out-of-fold predictions, with the levels ``fold`` and ``row`` in the index.
        labels : Series of shape (n_predictions,), default=None
            The true labels, with the same index.
        bootstrap : dict of str to (float, float), default=None
            Ends of the intervals over texts.

        Returns
        -------
        Comparison
            With tables and verdict.

        Raises
        ------
        ValueError
            If models have no role or an unknown one, or not the same number of folds.
        """
        lengths = {name: len(scores[name]) for name in scores}
        if len(set(lengths.values())) != 1 or 0 in lengths.values():
            raise ValueError(
                "Every model needs one score for each of the same folds, but these numbers of "
                f"scores came: {lengths}."
            )
        frame = _by_fold(scores)
        for name in map(str, frame):
            if roles.get(name) not in _ROLES:
                raise ValueError(
                    f"The role of {name!r} must be 'candidate' or 'baseline', not "
                    f"{roles.get(name)!r}."
                )
        others = {metric: _by_fold(other) for metric, other in (other_scores or {}).items()}
        table = make_table(
            frame,
            roles,
            test_to_train_ratio=test_to_train_ratio,
            alpha=alpha,
            rope=rope,
            measured={
                "fit_seconds": fit_seconds,
                "predict_seconds": predict_seconds,
                "size_bytes": size_bytes,
            },
            other_scores=others,
            bootstrap=bootstrap or {},
        )
        if len(frame) == 1 and predictions is not None and labels is not None:
            hits = predictions.eq(labels, axis="index")
            table = add_split_test(table, hits, is_accuracy=scoring == "accuracy")
        return cls(
            frame,
            table,
            scoring=scoring,
            alpha=alpha,
            rope=rope,
            errors=errors,
            other_scores=others,
            predictions=predictions,
            labels=labels,
        )

    def row(self, name: str) -> pd.Series:
        """Return the row of the table that belongs to a model.

        Parameters
        ----------
        name : str
            Name of the model.

        Returns
        -------
        Series of shape (n_columns,)
            The columns of `table_`.
        """
        return self.table_[self.table_["name"] == name].iloc[0]

    def _name_test(self) -> str | None:
        if self.table_["p_value"].isna().all():
            return None
        return SPLIT_TEST if len(self.scores) == 1 else FOLDS_TEST

    def _judge(self) -> str:
        if self.best_candidate_ is None or self.best_baseline_ is None:
            return "untested"
        found = self.row(self.best_candidate_)
        if np.isnan(found["p_value"]):
            return "untested"
        if found["p_holm"] >= self.alpha:
            return "no clear difference"
        return "wins" if found["difference"] > 0 else "loses"

    # How it is shown.

    def plot(self, *, ax: "Axes | None" = None) -> "ComparisonDisplay":
        """Draw the differences to the best baseline with their confidence intervals.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ComparisonDisplay
            Drawn; its `figure_` can be saved.
        """
        from ..plotting import ComparisonDisplay

        return ComparisonDisplay.from_comparison(self, ax=ax)

    def to_html(self) -> str:
        """Return a page that needs no other file: verdict, tables, and a picture.

        The picture is there if matplotlib is installed.

        Returns
        -------
        str
            HTML.
        """
        return make_page(self)

    def __str__(self) -> str:
        return f"{shown_table(self).to_string(index=False)}\n\n{self.verdict_}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return make_page(self, whole=False)


def _by_fold(scores: Any) -> pd.DataFrame:
    frame = pd.DataFrame({str(name): np.asarray(scores[name], dtype=float) for name in scores})
    frame.index = pd.RangeIndex(len(frame), name="fold")
    return frame
