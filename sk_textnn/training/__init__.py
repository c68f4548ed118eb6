"""From ragged sequences to batches, and from a trained network to predictions."""

from ._architectures import architecture, frozen, with_words, words_told
from ._batches import LengthBatches
from ._callbacks import early_stopping, fresh_callbacks, tensorboard
from ._feeder import Feeder
from ._progress import progress_bar
from ._split import split_validation
from ._steps import PaddedSequences, StepSequences
from ._trained import TrainedNetwork, rounded_up

__all__ = [
    "Feeder",
    "LengthBatches",
    "PaddedSequences",
    "StepSequences",
    "TrainedNetwork",
    "architecture",
    "early_stopping",
    "fresh_callbacks",
    "frozen",
    "progress_bar",
    "rounded_up",
    "split_validation",
    "tensorboard",
    "with_words",
    "words_told",
]
