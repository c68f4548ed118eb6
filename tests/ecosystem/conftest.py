"""A corpus that a few passes learn, and the smallest models that learn it."""

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from sk_textnn import CNNClassifier, make_text_classifier
from sk_textnn.datasets import make_text_classification

# Plain gradient descent: half of a small network's time goes into tracing a finer optimizer.
_SMALL = {
    "filters": 8,
    "kernel_sizes": (1,),
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "batch_size": 8,
    "epochs": 5,
    "early_stopping": False,
    "dropout": 0,
    "spatial_dropout": 0,
    "random_state": 0,
}


@pytest.fixture(scope="session")
def corpus():
    """60 texts to fit and 60 to score, in three classes, each with a word of its own."""
    data = make_text_classification(
        120,
        length=(7, 9),
        gap=(0, 1),
        vocabulary_size=30,
        cues_per_class=1,
        order_share=0,
        label_noise=0,
        random_state=0,
    )
    return Bunch(
        texts=data.texts[:60],
        labels=data.labels[:60],
        new_texts=data.texts[60:],
        new_labels=data.labels[60:],
    )


def _network():
    pipeline = make_text_classifier("cnn", random_state=0)
    pipeline.set_params(embed__vector_size=8, embed__epochs=1)
    return pipeline.set_params(**{f"clf__{name}": value for name, value in _SMALL.items()})


@pytest.fixture
def network():
    """The pipeline from texts to classes, not fitted."""
    return _network()


@pytest.fixture
def classifier():
    """The network alone, for ids or vectors, not fitted."""
    return CNNClassifier(embedding_dim=8, **_SMALL)


@pytest.fixture
def tfidf():
    """The pipeline to compare with, not fitted."""
    return make_pipeline(TfidfVectorizer(), LogisticRegression())


@pytest.fixture(scope="session")
def fitted(corpus):
    """The pipeline, fitted; tests leave it as it is."""
    return _network().fit(corpus.texts, corpus.labels)
