"""What is promised on real data: minutes long, run by benchmarks/run_slow.sh."""

import os
from pathlib import Path

import pytest
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from sk_textnn import (
    CNNClassifier,
    LSTMClassifier,
    SequencePadder,
    TextTokenizer,
    Word2VecEmbedder,
    datasets,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def isear():
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA names no folder with isear.csv.gz")
    data = datasets.load_csv(Path(folder) / "isear.csv.gz", text="text", label="label")
    return train_test_split(
        data.texts, data.labels, test_size=0.15, stratify=data.labels, random_state=0
    )


@pytest.mark.parametrize(
    ("classifier", "floor"), [(CNNClassifier, 0.55), (LSTMClassifier, 0.52)], ids=["cnn", "lstm"]
)
def test_defaults_learn_seven_emotions(isear, classifier, floor):
    train, test, y_train, y_test = isear
    pipeline = Pipeline(
        [
            ("tokens", TextTokenizer()),
            ("pad", SequencePadder()),
            ("embed", Word2VecEmbedder()),
            ("clf", classifier()),
        ]
    ).fit(train, y_train)
    predicted = pipeline.predict(test)
    print(f"{classifier.__name__}: test accuracy {(predicted == y_test).mean():.3f}")
    assert (predicted == y_test).mean() >= floor
    assert len(set(predicted)) == 7
