"""From ragged sequences to batches, and from a trained network to predictions."""

from ._batches import LengthBatches
from ._callbacks import early_stopping, fresh_callbacks, tensorboard
from ._progress import progress_bar
from ._split import split_validation
from ._steps import PaddedSequences, StepSequences
from ._trained import TrainedNetwork

__all__ = [
    "LengthBatches",
    "PaddedSequences",
    "StepSequences",
    "TrainedNetwork",
    "early_stopping",
    "fresh_callbacks",
    "progress_bar",
    "split_validation",
    "tensorboard",
]
