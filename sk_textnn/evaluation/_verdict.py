"""What a comparison found, in words that claim no more than the numbers do."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ._comparison_table import SPLIT_TEST

if TYPE_CHECKING:
    from ._comparison import Comparison

__all__ = ["put_in_words", "write_p"]

_FEW_FOLDS = 3


def put_in_words(found: "Comparison") -> str:
    """Return the verdict.

    Parameters
    ----------
    found : Comparison
        With its tables and outcome.
    """
    sentences = [_main_sentence(found)]
    if found.best_candidate_ is not None and found.best_baseline_ is not None:
        mine, theirs = found.row(found.best_candidate_), found.row(found.best_baseline_)
        sentences += [
            _about_probabilities(found, mine),
            _about_choice(found),
            _about_time(mine["fit_seconds"], theirs["fit_seconds"]),
            _about_few_folds(found, (mine["ci_high"] - mine["ci_low"]) / 2),
        ]
    sentences.append(_about_missing(found))
    return " ".join(sentence for sentence in sentences if sentence)


def write_p(value: float, alpha: float) -> str:
    """Write a p-value, with digits enough to see on which side of alpha it lies.

    Parameters
    ----------
    value, alpha : float
    """
    if value < 0.001 < alpha:
        return "p < 0.001"
    digits = 3
    while round(value, digits) == round(alpha, digits) and digits < 8:
        digits += 1
    return f"p = {value:.{digits}f}"


def _main_sentence(found: "Comparison") -> str:
    if found.best_candidate_ is None:
        return "No candidate has a score on every fold, so there is nothing to compare."
    name, base_name = found.best_candidate_, found.best_baseline_
    mine = found.row(name)
    if base_name is None:
        why = "no baseline has a score on every fold, so there is nothing to test it against"
        if "baseline" not in set(found.table_["role"]):
            why = "no baseline was given, so the candidates are only ranked"
        return f"{name} is the best candidate with {found.scoring} {mine['mean']:.3f}; {why}."
    opening = {
        "wins": f"{name} wins against the best baseline, {base_name}",
        "loses": f"{name} loses against the best baseline, {base_name}",
        "no clear difference": f"No clear difference between {name} and the best baseline, "
        f"{base_name}",
        "untested": f"Whether {name} differs from the best baseline, {base_name}, cannot be tested",
    }[found.outcome_]
    numbers = (
        f"{found.scoring} {mine['mean']:.3f} against {found.row(base_name)['mean']:.3f}, "
        f"a difference of {mine['difference']:+.3f}"
    )
    if found.outcome_ == "untested":
        why = "the same in every fold, so its spread is unknown"
        if len(found.scores) < 2:
            why = "from one fold only, so its spread is unknown"
        return f"{opening}: {numbers}, {why}."
    if found.test_ == SPLIT_TEST:
        return f"{opening}: {numbers}. {_about_split(found, mine)}"
    return (
        f"{opening}: {numbers} ({_level(found)} interval {mine['ci_low']:+.3f} to "
        f"{mine['ci_high']:+.3f}; {_significance(found, mine)}, on {len(found.scores)} folds)."
    )


def _level(found: "Comparison") -> str:
    return f"{100 * (1 - found.alpha):.4g} %"


def _significance(found: "Comparison", mine: pd.Series) -> str:
    """The p-value, which test it is of, and what was corrected."""
    article = "" if found.test_ == SPLIT_TEST else "the "
    raw = f"{write_p(mine['p_value'], found.alpha)} by {article}{found.test_}"
    n_tests = int(found.table_["p_value"].notna().sum())
    if n_tests < 2:
        return raw
    corrected = write_p(mine["p_holm"], found.alpha)
    return f"{raw}, after Holm's correction for {n_tests} comparisons {corrected}"


def _about_split(found: "Comparison", mine: pd.Series) -> str:
    return (
        f"Of the texts on which they differ, {found.best_candidate_} alone is right on "
        f"{mine['only_right']:.0f} and {found.best_baseline_} alone on {mine['only_wrong']:.0f} "
        f"({_significance(found, mine)}). One split compares these two fitted models; how much "
        "other training texts would change them it does not show."
    )


def _about_probabilities(found: "Comparison", mine: pd.Series) -> str:
    """What the Bayesian test adds: whether "no clear difference" may be read as "equal"."""
    unclear = found.outcome_ == "no clear difference"
    if np.isnan(mine["p_equivalent"]):
        return "That does not show that they are equal." if unclear else ""
    size, name = f"{found.rope:.3g}", found.best_candidate_
    chances = (
        f"{_percent(mine['p_better'])} that {name} is better by more than {size}, "
        f"{_percent(mine['p_worse'])} that it is worse by more"
    )
    within = _percent(mine["p_equivalent"])
    said = (
        f"The probability that they differ by no more than {size} is {within} (Bayesian "
        f"correlated t-test; {chances})"
    )
    if mine["p_equivalent"] > 1 - found.alpha:
        equal = "they are equally good" if unclear else "the difference is too small to matter"
        return f"{said}: for most purposes {equal}."
    return f"That does not show that they are equal. {said}." if unclear else f"{said}."


def _percent(probability: float) -> str:
    if 0 < probability < 0.005:
        return "less than 1 %"
    if 0.995 <= probability < 1:
        return "more than 99 %"
    return f"{100 * probability:.0f} %"


def _about_choice(found: "Comparison") -> str:
    rows = found.table_
    number = int(((rows["role"] == "candidate") & rows["mean"].notna()).sum())
    if number < 2:
        return ""
    return (
        f"{found.best_candidate_} is the best of {number} candidates on these same texts, which "
        "flatters its score a little."
    )


def _about_few_folds(found: "Comparison", half_width: float) -> str:
    if not 1 < len(found.scores) <= _FEW_FOLDS or found.outcome_ == "untested":
        return ""
    scale = "."
    if half_width > 0:  # identical scores have no spread to judge by
        scale = f": here only a difference of more than {half_width:.3f} would have been clear."
    return (
        f"With {len(found.scores)} folds the test is weak{scale} Use 5 or 10 folds to see "
        "smaller ones."
    )


def _about_missing(found: "Comparison") -> str:
    missing = found.scores.isna().sum()
    return " ".join(
        f"{name} is left out: {textwrap.shorten(found.errors[name], 300).rstrip('.')}."
        if name in found.errors
        else f"{name} has no score on {count} of {len(found.scores)} folds and is left out."
        for name, count in missing[missing > 0].items()
    )


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
