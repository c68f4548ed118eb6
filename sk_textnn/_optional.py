"""Heavy modules enter here, late and quietly.

``import sk_textnn`` must stay fast, so TensorFlow, Keras, SciKeras and gensim are imported by
the functions that need them, through :func:`import_heavy`.
"""

import importlib
import os
import sys
import warnings
from types import ModuleType

# TensorFlow reads this variable once, when its library is loaded: 3 means errors only.
_TENSORFLOW_LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def import_heavy(name: str) -> ModuleType:
    """Import a module that is slow or loud, and leave the environment as it was.

    Parameters
    ----------
    name : str
        Full name of the module, such as ``"keras"``.

    Returns
    -------
    module

    Raises
    ------
    ImportError
        If the module is not installed, or Keras runs on another backend than TensorFlow.
    """
    root = name.partition(".")[0]
    if root in ("tensorflow", "keras", "scikeras"):
        _load_tensorflow()
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"sk_textnn needs the package {root!r}, which is not installed. "
            f"Install it with: pip install {root}"
        ) from error
    return module


def _load_tensorflow() -> None:
    """Import TensorFlow and Keras once, without their log lines."""
    if "keras" in sys.modules and "tensorflow" in sys.modules:
        _check_backend()
        return
    before = os.environ.get(_TENSORFLOW_LOG_LEVEL)
    if before is None:
        os.environ[_TENSORFLOW_LOG_LEVEL] = "3"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                import keras  # noqa: F401
                import tensorflow  # noqa: F401  (loaded for its side effect)
            except ModuleNotFoundError as error:
                raise ImportError(
                    "sk_textnn's networks need TensorFlow and Keras, and one of them is not "
                    "installed. Install them with: pip install tensorflow keras"
                ) from error
    finally:
        if before is None:
            del os.environ[_TENSORFLOW_LOG_LEVEL]
    _check_backend()


def _check_backend() -> None:
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ImportError(
            f"Keras runs on the backend {keras.backend.backend()!r}, but sk_textnn needs "
            "'tensorflow'. Start Python with KERAS_BACKEND=tensorflow, or unset it."
        )
