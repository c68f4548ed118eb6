"""What a comparison found: scores, a table, and a verdict that follows from the numbers."""

import html
import textwrap
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from ._ttest import corrected_resampled_ttest

__all__ = ["Comparison"]

_ROLES = ("candidate", "baseline")
_FEW_FOLDS = 3


class Comparison:
    """Scores of candidates and baselines on the same folds, and what follows from them.

    Made by :func:`sk_textnn.compare`, or from scores that are there already by
    :meth:`from_scores`.

    Parameters
    ----------
    scores : DataFrame of shape (n_folds, n_models)
        Score of each model on each fold.
    table : DataFrame of shape (n_models, 10)
        One row a model, see Attributes.
    scoring : str
        Name of the score.
    alpha : float
        Level of significance.
    errors : dict of str to str, default=None
        Why models have no scores.

    Attributes
    ----------
    scores : DataFrame of shape (n_folds, n_models)
        Score of each model on each fold.
    table : DataFrame of shape (n_models, 10)
        One row a model, the best mean first. Columns: ``name``; ``role``, candidate or baseline;
        ``mean`` and ``std`` of its scores; ``fit_seconds`` and ``score_seconds`` a fold;
        ``difference`` of its mean to that of the best baseline, with the ends ``ci_low`` and
        ``ci_high`` of its confidence interval and the ``p_value`` of the corrected t-test. A
        model with a missing score has no mean.
    errors : dict of str to str
        Why a model has no scores, for those that failed.
    best_candidate : str or None
        The candidate with the best mean; None if all have missing scores.
    best_baseline : str or None
        The baseline with the best mean; None if there is none.
    outcome : {"wins", "loses", "no clear difference", "untested"}
        What the best candidate does against the best baseline.
    verdict : str
        The same in words, with the numbers.

    See Also
    --------
    sk_textnn.evaluation.corrected_resampled_ttest : The test.

    Examples
    --------
    >>> from sk_textnn.evaluation import Comparison
    >>> comparison = Comparison.from_scores(
    ...     {"cnn": [0.62, 0.64, 0.61, 0.63, 0.64], "tfidf": [0.60, 0.61, 0.60, 0.61, 0.61]},
    ...     roles={"cnn": "candidate", "tfidf": "baseline"},
    ...     fit_seconds={"cnn": 30.0, "tfidf": 2.0},
    ...     test_to_train_ratio=1 / 4,
    ... )
    >>> comparison.outcome
    'wins'
    >>> print(comparison.verdict)
    cnn wins against the best baseline, tfidf: accuracy 0.628 against 0.606, a difference of
    +0.022 (95 % interval +0.006 to +0.038, p = 0.017, 5 folds). It takes 15 times as long to fit
    (30.0 s against 2.0 s a fold).
    """

    def __init__(
        self,
        scores: pd.DataFrame,
        table: pd.DataFrame,
        *,
        scoring: str,
        alpha: float,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.scores = scores
        self.table = table
        self.scoring = scoring
        self.alpha = alpha
        self.errors = dict(errors or {})
        self.best_candidate = _best(table, "candidate")
        self.best_baseline = _best(table, "baseline")
        self.outcome = self._judge()
        self.verdict = self._put_in_words()

    @classmethod
    def from_scores(
        cls,
        scores: Any,
        *,
        roles: Mapping[str, str],
        test_to_train_ratio: float,
        fit_seconds: Mapping[str, float] | None = None,
        score_seconds: Mapping[str, float] | None = None,
        scoring: str = "accuracy",
        alpha: float = 0.05,
        errors: Mapping[str, str] | None = None,
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
        fit_seconds, score_seconds : dict of str to float, default=None
            Time a fold; models that are not in it show NaN.
        scoring : str, default="accuracy"
            Name of the score.
        alpha : float, default=0.05
            Level of significance.
        errors : dict of str to str, default=None
            Why models have no scores; the verdict repeats it.

        Returns
        -------
        Comparison
            With table and verdict.

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
        frame = pd.DataFrame(dict(scores), dtype=float)
        frame.index = pd.RangeIndex(len(frame), name="fold")
        names = [str(name) for name in frame]
        for name in names:
            if roles.get(name) not in _ROLES:
                raise ValueError(
                    f"The role of {name!r} must be 'candidate' or 'baseline', not "
                    f"{roles.get(name)!r}."
                )
        table = pd.DataFrame(
            {
                "name": names,
                "role": [roles[name] for name in names],
                "mean": frame.mean(skipna=False).to_numpy(),
                "std": frame.std(skipna=False, ddof=1).to_numpy(),
                "fit_seconds": [float((fit_seconds or {}).get(name, np.nan)) for name in names],
                "score_seconds": [float((score_seconds or {}).get(name, np.nan)) for name in names],
            }
        )
        reference = _best(table, "baseline")
        tests = []
        for name in names:
            against = np.full(len(frame), np.nan) if reference is None else frame[reference]
            test = corrected_resampled_ttest(frame[name] - against, test_to_train_ratio, alpha)
            if name == reference:  # a model is not tested against itself
                test = test._replace(p_value=np.nan, ci_low=np.nan, ci_high=np.nan)
            tests.append(test)
        columns = ["difference", "p_value", "ci_low", "ci_high"]
        table = table.join(
            pd.DataFrame(tests, columns=columns)[["difference", "ci_low", "ci_high", "p_value"]]
        )
        table = table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)
        return cls(frame, table, scoring=scoring, alpha=alpha, errors=errors)

    # The verdict.

    def row(self, name: str) -> pd.Series:
        """Return the row of the table that belongs to a model.

        Parameters
        ----------
        name : str
            Name of the model.

        Returns
        -------
        Series of shape (10,)
            The columns of `table`.
        """
        return self.table[self.table["name"] == name].iloc[0]

    def _judge(self) -> str:
        if self.best_candidate is None or self.best_baseline is None:
            return "untested"
        found = self.row(self.best_candidate)
        if np.isnan(found["p_value"]):
            return "untested"
        if found["p_value"] >= self.alpha:
            return "no clear difference"
        return "wins" if found["difference"] > 0 else "loses"

    def _put_in_words(self) -> str:
        sentences = [self._main_sentence()]
        if self.best_candidate is not None and self.best_baseline is not None:
            mine, theirs = self.row(self.best_candidate), self.row(self.best_baseline)
            sentences += [
                _about_time(mine["fit_seconds"], theirs["fit_seconds"]),
                self._about_few_folds((mine["ci_high"] - mine["ci_low"]) / 2),
            ]
        sentences.append(self._about_missing())
        return " ".join(sentence for sentence in sentences if sentence)

    def _main_sentence(self) -> str:
        if self.best_candidate is None:
            return "No candidate has a score on every fold, so there is nothing to compare."
        name, found = self.best_candidate, self.row(self.best_candidate)
        if self.best_baseline is None:
            why = "no baseline has a score on every fold, so there is nothing to test it against"
            if "baseline" not in set(self.table["role"]):
                why = "no baseline was given, so the candidates are only ranked"
            return f"{name} is the best candidate with {self.scoring} {found['mean']:.3f}; {why}."
        base = self.row(self.best_baseline)
        opening = {
            "wins": f"{name} wins against the best baseline, {self.best_baseline}",
            "loses": f"{name} loses against the best baseline, {self.best_baseline}",
            "no clear difference": f"No clear difference between {name} and the best baseline, "
            f"{self.best_baseline}",
            "untested": f"Whether {name} differs from the best baseline, {self.best_baseline}, "
            "cannot be tested",
        }[self.outcome]
        numbers = (
            f"{self.scoring} {found['mean']:.3f} against {base['mean']:.3f}, "
            f"a difference of {found['difference']:+.3f}"
        )
        if self.outcome == "untested":
            why = "the same in every fold, so its spread is unknown"
            if len(self.scores) < 2:
                why = "from one fold only, so its spread is unknown"
            return f"{opening}: {numbers}, {why}."
        return (
            f"{opening}: {numbers} ({100 * (1 - self.alpha):.4g} % interval "
            f"{found['ci_low']:+.3f} to {found['ci_high']:+.3f}, "
            f"{_p(found['p_value'], self.alpha)}, {len(self.scores)} folds)."
        )

    def _about_few_folds(self, half_width: float) -> str:
        if len(self.scores) > _FEW_FOLDS or self.outcome == "untested":
            return ""
        scale = "."
        if half_width > 0:  # identical scores have no spread to judge by
            scale = f": here only a difference of more than {half_width:.3f} would have been clear."
        return (
            f"With {len(self.scores)} folds the test is weak{scale} Use 5 or 10 folds to see "
            "smaller ones."
        )

    def _about_missing(self) -> str:
        missing = self.scores.isna().sum()
        return " ".join(
            f"{name} is left out: {textwrap.shorten(self.errors[name], 300).rstrip('.')}."
            if name in self.errors
            else f"{name} has no score on {count} of {len(self.scores)} folds and is left out."
            for name, count in missing[missing > 0].items()
        )

    # How it is shown.

    def __str__(self) -> str:
        return f"{self._format().to_string(index=False)}\n\n{self.verdict}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"{self._format().to_html(index=False)}\n<p>{html.escape(self.verdict)}</p>"

    def _format(self) -> pd.DataFrame:
        """The table as it is shown: strings, empty where there is no number."""
        table = self.table
        shown = table[["name", "role"]].copy()
        shown[self.scoring] = _strings(table["mean"], "{:.3f}")
        shown["std"] = _strings(table["std"], "{:.3f}")
        shown["fit s"] = _strings(table["fit_seconds"], "{:.1f}")
        shown["score s"] = _strings(table["score_seconds"], "{:.1f}")
        if self.best_baseline is not None:
            shown["difference"] = _strings(table["difference"], "{:+.3f}")
            ends = zip(
                _strings(table["ci_low"], "{:+.3f}"),
                _strings(table["ci_high"], "{:+.3f}"),
                strict=True,
            )
            shown["interval"] = [f"{low} to {high}" if low else "" for low, high in ends]
            shown["p"] = ["" if np.isnan(p) else _p(p, self.alpha)[2:] for p in table["p_value"]]
            shown["p"] = shown["p"].str.removeprefix("= ")
            is_reference = table["name"] == self.best_baseline
            shown.loc[is_reference, "difference"] = "reference"
        return shown


def _best(table: pd.DataFrame, role: str) -> str | None:
    """Return the name with the best mean among those with this role, the first of equals."""
    rows = table[(table["role"] == role) & table["mean"].notna()]
    return None if rows.empty else str(rows["name"].iloc[rows["mean"].argmax()])


def _strings(values: pd.Series, pattern: str) -> list[str]:
    return ["" if np.isnan(value) else pattern.format(value) for value in values]


def _p(value: float, alpha: float) -> str:
    """Write a p-value, with digits enough to see on which side of alpha it lies."""
    if value < 0.001 < alpha:
        return "p < 0.001"
    digits = 3
    while round(value, digits) == round(alpha, digits) and digits < 8:
        digits += 1
    return f"p = {value:.{digits}f}"


def _about_time(mine: float, theirs: float) -> str:
    if not (mine > 0 and theirs > 0):  # NaN: not known
        return ""
    longer, shorter = max(mine, theirs), min(mine, theirs)
    who = "It takes" if mine >= theirs else "The baseline takes"
    return (
        f"{who} {_times(longer / shorter)} times as long to fit "
        f"({_seconds(longer)} against {_seconds(shorter)} a fold)."
    )


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 0.95 else f"{value:.2g} s"
