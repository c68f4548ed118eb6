"""Heavy modules enter here, late and quietly.

``import sk_textnn`` must stay fast, so TensorFlow, Keras, SciKeras and gensim are imported by
the functions that need them, through :func:`import_heavy`.
"""

import importlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import parent_process
from types import ModuleType
from typing import Any

_TENSORFLOW_LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_LOG_LINE = re.compile(rb"WARNING: All log messages before absl|[IWE]\d{4} \d\d")


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
    if name.partition(".")[0] in ("tensorflow", "keras", "scikeras"):
        _load_tensorflow()
    return _import(name)


def _load_tensorflow() -> None:
    """Import TensorFlow and Keras once, without their log lines."""
    if "keras" in sys.modules:
        backend = sys.modules["keras"].backend.backend()
    else:
        backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        raise ImportError(
            f"Keras runs on the backend {backend!r}, but sk_textnn needs 'tensorflow'. "
            "Start Python with KERAS_BACKEND=tensorflow, or unset it."
        )
    if "keras" not in sys.modules or "tensorflow" not in sys.modules:
        with _log_level("3"), _quiet_stderr(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _import("tensorflow")
            _import("keras")
    # What a worker unpickles may have loaded both before.
    _keep_to_threads_of_worker(sys.modules["tensorflow"])


@cache
def _keep_to_threads_of_worker(tensorflow: Any) -> None:
    """Use as many threads as joblib grants a worker process: else each would use all cores.

    joblib tells it by a variable that TensorFlow does not heed. Threads that the user asked for
    by one of TensorFlow's own stay as they are.
    """
    granted = os.environ.get("OMP_NUM_THREADS", "")
    if parent_process() is None or not granted.isdigit():
        return
    threading = tensorflow.config.threading
    with suppress(RuntimeError):  # it computes already, on the threads that it has
        if "TF_NUM_INTRAOP_THREADS" not in os.environ:
            threading.set_intra_op_parallelism_threads(int(granted))
        if "TF_NUM_INTEROP_THREADS" not in os.environ:
            threading.set_inter_op_parallelism_threads(int(granted))


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = (error.name or name).partition(".")[0]
        raise ImportError(
            f"sk_textnn needs the package {missing!r}, which is not installed. "
            f"Install it with: pip install {missing}"
        ) from error


@contextmanager
def _log_level(level: str) -> Iterator[None]:
    """Set TensorFlow's log level, which it reads once when it is loaded, unless the user did."""
    before = os.environ.get(_TENSORFLOW_LOG_LEVEL)
    if before is None:
        os.environ[_TENSORFLOW_LOG_LEVEL] = level
    try:
        yield
    finally:
        if before is None:
            del os.environ[_TENSORFLOW_LOG_LEVEL]


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Hold back what C++ code writes to stderr, and pass on all but TensorFlow's log lines.

    TensorFlow logs while it is loaded before it has read its log level, straight to the file
    descriptor: Python's `sys.stderr` cannot catch that.
    """
    try:
        sys.stderr.flush()
        stderr = os.dup(2)
    except (OSError, AttributeError):  # no stderr at all, as under pythonw
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            lines = [line for line in held if not _LOG_LINE.match(line)]
            if lines:
                os.write(2, b"".join(lines))
