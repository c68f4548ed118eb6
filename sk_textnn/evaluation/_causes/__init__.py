"""What can be wrong: each cause a function from the context to a finding, or None."""

from collections.abc import Callable

from .._findings import Finding
from . import _data, _network, _predictions, _texts, _training
from ._context import Context, Step
from ._gather import gather
from ._order import put_in_order

__all__ = ["CAUSES", "Context", "Step", "find", "gather", "put_in_order"]

CAUSES: tuple[Callable[[Context], Finding | None], ...] = (
    *_network.CAUSES,
    *_training.CAUSES,
    *_texts.CAUSES,
    *_data.CAUSES,
    *_predictions.CAUSES,
)


def find(context: Context) -> list[Finding]:
    """Return all that is wrong, in the order in which it is to be mended."""
    found = [finding for cause in CAUSES if (finding := cause(context)) is not None]
    return put_in_order([*found, *_data.audited(context)])
