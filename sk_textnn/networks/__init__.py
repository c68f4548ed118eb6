"""Pure functions that build Keras models; nothing here knows scikit-learn.

Keras is imported when a function is called, not with this package.
"""

from ._cnn import build_cnn
from ._inputs import InputSpec
from ._lstm import build_lstm

__all__ = ["InputSpec", "build_cnn", "build_lstm"]
