"""The tables of a comparison: a row a model, and a row a model and class."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support
from sklearn.utils.multiclass import type_of_target

from ._holm import holm_correction
from ._mcnemar import mcnemar_test
from ._ttest import bayesian_correlated_ttest, corrected_resampled_ttest

__all__ = ["FOLDS_TEST", "SPLIT_TEST", "add_split_test", "best_of", "make_per_class", "make_table"]

FOLDS_TEST = "corrected resampled t-test"
SPLIT_TEST = "McNemar's exact test"


def make_table(
    scores: pd.DataFrame,
    roles: Mapping[str, str],
    *,
    test_to_train_ratio: float,
    alpha: float,
    rope: float,
    measured: Mapping[str, Mapping[str, float] | None],
    other_scores: Mapping[str, pd.DataFrame],
    bootstrap: Mapping[str, tuple[float, float]],
) -> pd.DataFrame:
    """Return a row a model, the best mean first, with the tests against the best baseline.

    Parameters
    ----------
    scores : DataFrame of shape (n_folds, n_models)
    roles : dict of str to {"candidate", "baseline"}
    test_to_train_ratio, alpha, rope : float
    measured : dict of str to dict of str to float
        Columns of times and sizes; what is not in one is NaN.
    other_scores : dict of str to DataFrame of shape (n_folds, n_models)
        Further scores, of which the table has the means.
    bootstrap : dict of str to (float, float)
        Intervals over texts.
    """
    names = [str(name) for name in scores]
    head = {
        "name": names,
        "role": [roles[name] for name in names],
        "mean": scores.mean(skipna=False).to_numpy(),
        "std": scores.std(skipna=False, ddof=1).to_numpy(),
    }
    head |= {
        f"mean_{metric}": other.mean(skipna=False).reindex(names).to_numpy()
        for metric, other in other_scores.items()
    }
    for column, values in measured.items():
        head[column] = [float((values or {}).get(name, np.nan)) for name in names]
    table = pd.DataFrame(head)
    reference = best_of(table, "baseline")
    tested = pd.DataFrame(
        [_against(scores, name, reference, test_to_train_ratio, alpha, rope) for name in names]
    )
    tested.insert(4, "p_holm", holm_correction(tested["p_value"]))
    nothing = (np.nan, np.nan)
    tested["boot_low"], tested["boot_high"] = zip(
        *(bootstrap.get(name, nothing) for name in names), strict=True
    )
    table = pd.concat([table, tested], axis=1)
    return table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def _against(
    scores: pd.DataFrame,
    name: str,
    reference: str | None,
    ratio: float,
    alpha: float,
    rope: float,
) -> dict[str, float]:
    """Return what the tests on folds say of one model; the reference is not tested."""
    nothing = np.full(len(scores), np.nan)
    differences = scores[name] - (nothing if reference is None else scores[reference])
    test = corrected_resampled_ttest(differences, ratio, alpha)
    chances = bayesian_correlated_ttest(differences, ratio, rope)
    found = {
        "difference": test.difference,
        "ci_low": test.ci_low,
        "ci_high": test.ci_high,
        "p_value": test.p_value,
        **chances._asdict(),
    }
    if name == reference:
        found |= dict.fromkeys(list(found)[1:], np.nan)
    return found


def add_split_test(table: pd.DataFrame, hits: pd.DataFrame, *, is_accuracy: bool) -> pd.DataFrame:
    """Return the table with McNemar's test of each model against the best baseline.

    Parameters
    ----------
    table : DataFrame of shape (n_models, n_columns)
    hits : DataFrame of shape (n_samples, n_models)
        Which predictions are right.
    is_accuracy : bool
        The test is of accuracy: beside another score it gives only the counts.
    """
    table, reference = table.copy(), best_of(table, "baseline")
    others = [name for name in table["name"] if name in hits and name != reference]
    if reference is None or reference not in hits:
        others = []
    found = {name: mcnemar_test(hits[name], hits[reference]) for name in others}
    for column, of in (("only_right", "only_first"), ("only_wrong", "only_second")):
        table[column] = [
            getattr(found[name], of) if name in found else np.nan for name in table["name"]
        ]
    if is_accuracy:
        table["p_value"] = [
            found[name].p_value if name in found else np.nan for name in table["name"]
        ]
        table["p_holm"] = holm_correction(table["p_value"])
    return table


def best_of(table: pd.DataFrame, role: str) -> str | None:
    """Return the name with the best mean among those with this role, the first of equals.

    Parameters
    ----------
    table : DataFrame of shape (n_models, n_columns)
    role : {"candidate", "baseline"}
    """
    rows = table[(table["role"] == role) & table["mean"].notna()]
    return None if rows.empty else str(rows["name"].iloc[rows["mean"].argmax()])


def make_per_class(predictions: pd.DataFrame, labels: Any) -> pd.DataFrame:
    """Return precision, recall and F1 of each class, of all predictions of a model together.

    Parameters
    ----------
    predictions : DataFrame of shape (n_predictions, n_models)
        With an index of folds and rows.
    labels : Series of shape (n_predictions,)
    """
    columns = ["name", "label", "precision", "recall", "f1", "support"]
    if type_of_target(labels.to_numpy()) not in ("binary", "multiclass"):
        return pd.DataFrame(columns=columns)
    classes = np.unique(labels)
    # A text counts once, however often it was tested.
    once = labels[~labels.index.get_level_values("row").duplicated()]
    support = [int((once == label).sum()) for label in classes]
    parts = []
    for name in predictions:
        precision, recall, f1, _ = precision_recall_fscore_support(
            labels, predictions[name], labels=classes, zero_division=0
        )
        values = [[name] * len(classes), classes, precision, recall, f1, support]
        parts.append(pd.DataFrame(dict(zip(columns, values, strict=True))))
    return pd.concat(parts, ignore_index=True)
