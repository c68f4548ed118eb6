"""Whether a fitted attribute holds its estimator."""

import io
import pickle
from contextlib import suppress
from typing import Any


class _Search(pickle.Pickler):
    """Meets every object inside another one, as pickling does."""

    def __init__(self, sought: list[Any]) -> None:
        super().__init__(io.BytesIO())
        self.sought = sought
        self.found = False

    def persistent_id(self, obj: Any) -> str | None:
        if not any(obj is one for one in self.sought):
            return None
        self.found = True
        return "found"


def holds_estimator(value: Any, estimator: Any) -> bool:
    """Tell whether a value holds the estimator or one of those that are its parameters."""
    params = estimator.get_params(deep=True).values()
    held = [part for part in params if hasattr(part, "get_params") and not isinstance(part, type)]
    search = _Search([estimator, *held])
    with suppress(Exception):  # pickling runs code of any kind
        search.dump(value)
    return search.found
