"""Pictures of results, in the manner of scikit-learn's displays."""

from ._comparison_display import ComparisonDisplay
from ._search_display import SearchDisplay

__all__ = ["ComparisonDisplay", "SearchDisplay"]
