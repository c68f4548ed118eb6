"""Proposed changes as lines of Python."""

from collections.abc import Mapping
from typing import Any

__all__ = ["change_line"]


def change_line(changes: Mapping[str, Any]) -> str:
    """Write arguments of `set_params` as a line that can be copied.

    Parameters
    ----------
    changes : mapping of str to object
        Of :class:`sk_textnn.evaluation.Finding` or its report.

    Returns
    -------
    str
        Empty if nothing is to be changed.
    """
    if not changes:
        return ""
    arguments = ", ".join(f"{name}={_written(value)}" for name, value in changes.items())
    return f"pipeline.set_params({arguments})"


def _written(value: Any) -> str:
    """Write a value as Python does; a number of NumPy as the number that it is."""
    return repr(value.item() if hasattr(value, "item") else value)
