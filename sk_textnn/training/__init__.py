"""From ragged sequences to batches, and from a trained network to predictions."""

from ._batches import LengthBatches
from ._split import split_validation
from ._steps import StepSequences
from ._trained import TrainedNetwork

__all__ = ["LengthBatches", "StepSequences", "TrainedNetwork", "split_validation"]
