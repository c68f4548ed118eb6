"""Networks as scikit-learn classifiers, and the pipelines around them."""

from ._cnn import CNNClassifier
from ._factory import make_text_classifier
from ._lstm import LSTMClassifier

__all__ = ["CNNClassifier", "LSTMClassifier", "make_text_classifier"]
