"""Pure functions that build Keras models; nothing here knows scikit-learn.

Keras is imported when a function is called, not with this package.
"""

from ._averaging import averaging_features
from ._cnn import cnn_features
from ._cnn_lstm import cnn_lstm_features
from ._custom import build_custom
from ._inputs import InputSpec, draw_seeds, sequence_input
from ._network import build_network
from ._outputs import class_output
from ._recurrent import recurrent_features

__all__ = [
    "InputSpec",
    "averaging_features",
    "build_custom",
    "build_network",
    "class_output",
    "cnn_features",
    "cnn_lstm_features",
    "draw_seeds",
    "recurrent_features",
    "sequence_input",
]
