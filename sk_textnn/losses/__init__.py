"""Losses of our own, one number for each example. Importing this loads Keras."""

from ._cross_entropy import CrossEntropyLoss
from ._focal import FocalLoss
from ._make import LOSSES, make_loss
from ._top_k import TopKLoss

__all__ = ["LOSSES", "CrossEntropyLoss", "FocalLoss", "TopKLoss", "make_loss"]
