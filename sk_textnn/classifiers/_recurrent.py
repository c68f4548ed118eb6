"""What LSTM and GRU have in common as classifiers: all but their cell."""

import os
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions

from ..networks import recurrent_features
from ._family import FamilyClassifier, n_units


class RecurrentClassifier(FamilyClassifier):
    """Base of the recurrent networks; a subclass names its cell."""

    _cell: ClassVar[str]

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **FamilyClassifier._parameter_constraints,
        "units": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "n_layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"last", "max", "mean", "attention"})],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "max_ngram": [Interval(Integral, 1, None, closed="left")],
        "n_buckets": [Interval(Integral, 1, None, closed="left")],
        "ngram_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        units: int | float = 64,
        n_layers: int = 1,
        bidirectional: bool = True,
        pooling: Literal["last", "max", "mean", "attention"] = "max",
        recurrent_dropout: float = 0.0,
        max_ngram: int = 2,
        n_buckets: int = 65536,
        ngram_dropout: float = 0.5,
        dense_units: Sequence[int] = (),
        dense_activation: str = "relu",
        dense_initializer: str = "glorot_uniform",
        batch_normalization: bool = False,
        dropout: float = 0.5,
        word_dropout: float = 0.0,
        spatial_dropout: float = 0.2,
        embedding_dim: int = 100,
        trainable_embedding: bool = True,
        frozen_epochs: int = 0,
        loss: Any = "cross_entropy",
        label_smoothing: float = 0.0,
        optimizer: str = "adam",
        learning_rate: float = 0.002,
        embedding_learning_rate: float | None = None,
        batch_size: int = 32,
        epochs: int = 30,
        early_stopping: bool = True,
        refit: bool = True,
        validation_fraction: float = 0.1,
        patience: int = 3,
        batch_by_length: bool = True,
        class_weight: dict[Any, float] | list[dict[int, float]] | Literal["balanced"] | None = None,
        callbacks: Any = None,
        tensorboard_dir: str | os.PathLike[str] | None = None,
        warm_start: bool = False,
        dtype: Literal["float32", "float64"] = "float32",
        verbose: int | bool = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.units = units
        self.n_layers = n_layers
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.recurrent_dropout = recurrent_dropout
        self.max_ngram = max_ngram
        self.n_buckets = n_buckets
        self.ngram_dropout = ngram_dropout
        self.dense_units = dense_units
        self.dense_activation = dense_activation
        self.dense_initializer = dense_initializer
        self.batch_normalization = batch_normalization
        self.dropout = dropout
        self.word_dropout = word_dropout
        self.spatial_dropout = spatial_dropout
        self.embedding_dim = embedding_dim
        self.trainable_embedding = trainable_embedding
        self.frozen_epochs = frozen_epochs
        self.loss = loss
        self.label_smoothing = label_smoothing
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.embedding_learning_rate = embedding_learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.refit = refit
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.batch_by_length = batch_by_length
        self.class_weight = class_weight
        self.callbacks = callbacks
        self.tensorboard_dir = tensorboard_dir
        self.warm_start = warm_start
        self.dtype = dtype
        self.verbose = verbose
        self.random_state = random_state

    def _body(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        return recurrent_features, {
            "cell": self._cell,
            "units": n_units(self.units, n_classes),
            "n_layers": self.n_layers,
            "bidirectional": self.bidirectional,
            "pooling": self.pooling,
            "recurrent_dropout": self.recurrent_dropout,
            "max_ngram": self.max_ngram,
            "n_buckets": self.n_buckets,
            "ngram_dropout": self.ngram_dropout,
        }
