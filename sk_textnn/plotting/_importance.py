"""How much a parameter matters to the score, as a random forest sees it."""

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance

from ._candidates import Candidates
from ._scales import scale_of

__all__ = ["importances_of"]

_FEWEST = 10


def importances_of(candidates: Candidates) -> tuple[pd.DataFrame, float]:
    """Mean and standard deviation of each parameter's importance, and the forest's R².

    The R² is of the candidates that a tree has not seen; the importance of all.
    """
    if len(candidates) < _FEWEST:
        raise ValueError(
            f"The importance of parameters needs at least {_FEWEST} candidates with a finite "
            f"score, and there {'is' if len(candidates) == 1 else 'are'} {len(candidates)}. "
            "Search more, or draw kind='scores'."
        )
    X = np.column_stack([scale_of(values).codes for values in candidates.parameters.values()])
    forest = RandomForestRegressor(oob_score=True, random_state=0).fit(X, candidates.scores)
    found = permutation_importance(forest, X, candidates.scores, n_repeats=10, random_state=0)
    table = pd.DataFrame(
        {"mean": found.importances_mean, "std": found.importances_std},
        index=pd.Index(list(candidates.parameters), name="parameter"),
    )
    table = table.sort_values("mean", ascending=False, kind="stable")
    return table, float(forest.oob_score_)
