"""A saved network loads in a process that has imported nothing else of ours."""

import subprocess
import sys

import numpy as np

from sk_textnn import CNNClassifier

CODE = """
import sys
import sk_textnn.keras_objects
import keras
import numpy as np
model = keras.saving.load_model(sys.argv[1])
np.save(sys.argv[2], model.predict_on_batch(np.array([[2, 3, 4]])))
print(type(model.optimizer).__name__, type(model.loss).__name__)
"""


def test_a_saved_network_loads_elsewhere(tmp_path):
    clf = CNNClassifier(
        filters=4,
        kernel_sizes=(2,),
        word_dropout=0.1,
        loss="top_k",
        epochs=1,
        early_stopping=False,
        random_state=0,
    ).fit([[2, 3], [4, 3]] * 5, [0, 1] * 5)
    network, outputs = tmp_path / "network.keras", tmp_path / "outputs.npy"
    clf.model_.save(network)
    result = subprocess.run(
        [sys.executable, "-c", CODE, str(network), str(outputs)], capture_output=True, text=True
    )
    assert result.stdout.split() == ["RowAdam", "TopKLoss"], result.stderr
    np.testing.assert_allclose(np.load(outputs), clf.predict_proba([[2, 3, 4]]), atol=1e-6)
