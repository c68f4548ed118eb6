"""Every setting of the reference models in one place: as published, and repaired."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..classifiers import CNNClassifier, CNNLSTMClassifier, LSTMClassifier
from . import _networks


@dataclass(frozen=True)
class Model:
    """A reference model.

    Attributes
    ----------
    network : callable
        Builds the published network.
    width : int
        Words to which the published rows were padded.
    padding : {"pre", "post"}
        The side on which they were.
    training : mapping
        Parameters of `NetworkClassifier` with which it was trained.
    faults : tuple of str
        What is wrong with it, and can be repaired alone.
    classifier : type
        The classifier that has the same architecture without the faults.
    repaired : mapping
        Its parameters where they are not the defaults.
    repaired_width : str or None
        `maxlen` of the padder before it.
    """

    network: Callable[..., Any]
    width: int
    padding: Literal["pre", "post"]
    training: Mapping[str, Any]
    faults: tuple[str, ...]
    classifier: Callable[..., Any]
    repaired: Mapping[str, Any]
    repaired_width: str | None


# All rows that `fit` is given are trained on, those of all lengths shuffled. The source of the
# emotions trained on 68 % of its own: it held out 15 %, and of the others the last fifth, not
# shuffled, by Keras's validation_split=0.2, of which it made no use.
_AS_WRITTEN: dict[str, Any] = {
    "learning_rate": 0.001,
    "early_stopping": False,
    "batch_by_length": False,
}
_RMSPROP = {**_AS_WRITTEN, "optimizer": "rmsprop"}
# What a repaired model does not say otherwise, whatever the classifier's defaults are. Of the
# training it takes these: Adam, early stopping, batches and rates that do well with it.
_ARCHITECTURE: dict[str, Any] = {"dropout": 0.0, "spatial_dropout": 0.0}
_LSTM = {**_ARCHITECTURE, "n_layers": 1, "bidirectional": False, "pooling": "last"}
_LSTM |= {"max_ngram": 1, "ngram_dropout": 0.0}
_JOB_LSTM = {**_LSTM, "embedding_dim": 80}

_JOBS: dict[str, Any] = {
    "width": 3000,
    # No source names the side: it is the default of Keras's pad_sequences.
    "padding": "pre",
    "training": {
        **_AS_WRITTEN,
        "optimizer": "dense_adam",
        "embedding_dim": 80,
        "batch_size": 100,
        "epochs": 50,
    },
    "classifier": LSTMClassifier,
    "repaired_width": "p95",
}
_EMOTIONS: dict[str, Any] = {
    "width": 179,
    # By the source, the last state was that behind some 150 steps of padding.
    "padding": "post",
    "repaired_width": None,
}

MODELS = {
    "job_lstm_1": Model(
        network=_networks.job_lstm_1,
        faults=("mask", "width"),
        repaired={
            **_JOB_LSTM,
            "units": 100,
            # Keras's LSTM drops the same inputs at every word: a second spatial dropout of 0.2.
            "spatial_dropout": 0.36,
            "recurrent_dropout": 0.2,
        },
        **_JOBS,
    ),
    "job_lstm_2": Model(
        network=_networks.job_lstm_2,
        faults=("mask", "width"),
        repaired={
            **_JOB_LSTM,
            "units": 100,
            "dense_units": (128, 64),
            "dense_initializer": "he_uniform",
            "dropout": 0.5,
        },
        **_JOBS,
    ),
    "job_lstm_3": Model(
        network=_networks.job_lstm_3,
        faults=("mask", "table", "width"),
        repaired={
            **_JOB_LSTM,
            "units": 100,
            "spatial_dropout": 0.64,  # twice 0.4, as above
            "recurrent_dropout": 0.4,
            "dense_units": (128, 64, 32),
            "dense_activation": "sigmoid",
            # Normal as published, but as wide as the layers ask for.
            "dense_initializer": "glorot_normal",
            "batch_normalization": True,
        },
        **_JOBS,
    ),
    "minimal_lstm": Model(
        network=_networks.minimal_lstm,
        faults=("mask", "width"),
        repaired={
            **_JOB_LSTM,
            "units": 0.25,  # of the number of classes
            "dense_activation": "tanh",  # of the layers that experiments add
        },
        **_JOBS,
    ),
    "emotion_cnn": Model(
        network=_networks.emotion_cnn,
        training={**_RMSPROP, "batch_size": 64, "epochs": 15},
        faults=("head", "mask", "table", "width"),
        classifier=CNNClassifier,
        repaired={
            **_ARCHITECTURE,
            "filters": 100,
            "kernel_sizes": (2, 6),
            "pooling": "max",
            "dense_units": (270,),
            "dropout": 0.6,
        },
        **_EMOTIONS,
    ),
    "emotion_lstm": Model(
        network=_networks.emotion_lstm,
        training={**_RMSPROP, "batch_size": 60, "epochs": 20},
        faults=("head", "mask", "width"),
        classifier=LSTMClassifier,
        repaired={
            **_LSTM,
            "units": 120,
            "dense_units": (550,),
            "dense_activation": "elu",
            "dropout": 0.5,
            "trainable_embedding": False,
        },
        **_EMOTIONS,
    ),
    "emotion_cnn_lstm": Model(
        network=_networks.emotion_cnn_lstm,
        training={**_RMSPROP, "batch_size": 64, "epochs": 20},
        faults=("head", "mask", "table", "width"),
        classifier=CNNLSTMClassifier,
        repaired={
            **_ARCHITECTURE,
            "filters": 100,
            "kernel_sizes": (2, 3, 6),
            "pool_size": 2,
            "branch_dropout": 0.6,
            "units": 80,
            "shared_lstm": False,
            "bidirectional": False,
            "pooling": "last",
            "dense_units": (270,),
            "dropout": 0.6,
        },
        **_EMOTIONS,
    ),
}
