"""What to try when searching for a network."""

from ._spaces import search_space

__all__ = ["search_space"]
