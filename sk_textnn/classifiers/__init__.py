"""Networks as scikit-learn classifiers, and the pipelines around them."""

from ._averaging import AveragingClassifier
from ._cnn import CNNClassifier
from ._cnn_lstm import CNNLSTMClassifier
from ._custom import NetworkClassifier
from ._factory import make_text_classifier
from ._gru import GRUClassifier
from ._lstm import LSTMClassifier

__all__ = [
    "AveragingClassifier",
    "CNNClassifier",
    "CNNLSTMClassifier",
    "GRUClassifier",
    "LSTMClassifier",
    "NetworkClassifier",
    "make_text_classifier",
]
