"""Heavy imports are late, quiet, and leave the process as it was."""

import os
import subprocess
import sys

import pytest

from sk_textnn import _optional
from sk_textnn._optional import _quiet_stderr, import_heavy


def _run(code: str, **environment: str) -> subprocess.CompletedProcess:
    env = {k: v for k, v in os.environ.items() if not k.startswith("TF_")} | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)


def test_fit_and_predict_write_nothing_to_the_screen():
    code = """
from sk_textnn import CNNClassifier
clf = CNNClassifier(filters=4, epochs=2, random_state=0)
for _ in range(12):
    clf.fit([[2, 3], [4, 5]] * 10, ["a", "b"] * 10).predict([[2, 3]])
"""
    result = _run(code)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_fit_leaves_environment_and_seeds_as_found():
    code = """
import os, random
import numpy as np
from sk_textnn import CNNClassifier
from sk_textnn._optional import import_heavy
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "1"
import_heavy("scikeras.wrappers")
import keras, tensorflow as tf
before = dict(os.environ)  # TensorFlow itself sets some when it is imported
assert before["TF_CPP_MIN_LOG_LEVEL"] == "1"
random.seed(1); np.random.seed(1); tf.random.set_seed(1)
expected = random.random(), np.random.rand(), float(tf.random.uniform(()))
random.seed(1); np.random.seed(1); tf.random.set_seed(1)
threads = tf.config.threading.get_intra_op_parallelism_threads()
CNNClassifier(filters=4, epochs=1, random_state=0).fit([[2, 3], [4, 5]] * 10, [0, 1] * 10)
assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())
assert (random.random(), np.random.rand(), float(tf.random.uniform(()))) == expected
assert tf.config.threading.get_intra_op_parallelism_threads() == threads
from tensorflow.python.framework.config import is_op_determinism_enabled
assert not is_op_determinism_enabled()
keras.layers.Dropout(0.5)(np.ones((2, 2)), training=True)  # unseeded use still works
"""
    result = _run(code)
    assert result.returncode == 0, result.stderr


def test_log_level_is_unset_again():
    code = """
import os
from sk_textnn._optional import import_heavy
import_heavy("keras")
assert "TF_CPP_MIN_LOG_LEVEL" not in os.environ
"""
    result = _run(code)
    assert (result.returncode, result.stderr) == (0, "")


def test_another_keras_backend_is_refused():
    code = "import sys, types\nfrom sk_textnn._optional import import_heavy\nimport_heavy('keras')"
    result = _run(code, KERAS_BACKEND="numpy")
    assert "needs 'tensorflow'" in result.stderr
    assert "KERAS_BACKEND" in result.stderr


def test_missing_package_is_named():
    with pytest.raises(ImportError, match="pip install no_such_package"):
        import_heavy("no_such_package.part")


def test_held_stderr_passes_on_what_is_not_tensorflows(capfd):
    with _quiet_stderr():
        os.write(2, b"I0000 00:00:1795220018.9 3532 port.cc:153] oneDNN operations are on.\n")
        os.write(2, b"a message of somebody else\n")
    assert capfd.readouterr().err == "a message of somebody else\n"


class _Threads:
    """Stands in for TensorFlow: keeps the numbers of threads that it is told."""

    def __init__(self):
        self.config = self.threading = self
        self.told = {}

    def set_intra_op_parallelism_threads(self, number):
        self.told["intra"] = number

    def set_inter_op_parallelism_threads(self, number):
        self.told["inter"] = number


@pytest.mark.parametrize(
    ("is_worker", "environment", "told"),
    [
        (True, {"OMP_NUM_THREADS": "3"}, {"intra": 3, "inter": 3}),
        (True, {"OMP_NUM_THREADS": "3", "TF_NUM_INTRAOP_THREADS": "2"}, {"inter": 3}),
        (True, {"OMP_NUM_THREADS": "3", "TF_NUM_INTEROP_THREADS": "2"}, {"intra": 3}),
        (True, {"OMP_NUM_THREADS": "3,2"}, {}),
        (True, {}, {}),
        (False, {"OMP_NUM_THREADS": "3"}, {}),
    ],
)
def test_a_worker_takes_the_threads_that_it_is_granted(monkeypatch, is_worker, environment, told):
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_optional, "parent_process", lambda: object() if is_worker else None)
    tensorflow = _Threads()
    _optional._keep_to_threads_of_worker(tensorflow)
    assert tensorflow.told == told
