"""Search for a network: what to try, and how."""

from ._architecture_search import ArchitectureSearchCV
from ._cost import SearchCost, estimate_cost
from ._optuna_space import suggest_params
from ._spaces import search_space

__all__ = [
    "ArchitectureSearchCV",
    "SearchCost",
    "estimate_cost",
    "search_space",
    "suggest_params",
]
