"""Pictures of results, in the manner of scikit-learn's displays."""

from ._search_display import SearchDisplay

__all__ = ["SearchDisplay"]
