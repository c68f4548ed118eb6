"""What all network classifiers share: checks, training, prediction."""

from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils import check_random_state, compute_sample_weight
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    _check_y,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from ..sequences import TokenSequences
from ..training import LengthBatches, StepSequences, TrainedNetwork, split_validation
from ._inputs import read_sequences
from ._scikeras import train


class BaseNetworkClassifier(ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """Base of the network classifiers; a subclass names its network and its parameters."""

    _parameter_constraints: ClassVar[dict[str, list]] = {
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "trainable_embedding": ["boolean"],
        "embedding_dropout": [Interval(Real, 0, 1, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "optimizer": [str],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "batch_by_length": ["boolean"],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "dtype": [StrOptions({"float32", "float64"})],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    @abstractmethod
    def _network(self) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Return the build function and those of its arguments that are parameters here."""

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train the network.

        Parameters
        ----------
        X : TokenSequences, array-like of shape (n_samples, maxlen), list of lists of int, or \
                array-like of shape (n_samples, maxlen, vector_size)
            The texts: word ids, with word vectors attached or not; padded word ids, where 0 is
            padding; a list of ids for each text; or vectors already, where a step that is all
            zero is padding. A 2-D array that holds fractions or negative numbers is read as
            sequences of single numbers, without padding.
        y : array-like of shape (n_samples,)
            The class of each text.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each text; texts of weight 0 are left out. None: all weigh 1.

        Returns
        -------
        self

        Raises
        ------
        TextInputError
            If X is none of these; the message says which step is missing.
        ValueError
            If y has a single class, or no rows can be spared for early stopping.
        """
        sequences, kind, is_table = read_sequences(X, None, self)
        classes, targets, weights = self._check_targets(sequences, y, sample_weight)
        rng = check_random_state(self.random_state)
        network_seed, order_seed = (int(seed) for seed in rng.randint(2**31 - 1, size=2))
        rows = np.flatnonzero(weights)
        validation_rows = None
        if self.early_stopping:
            chosen, spared = split_validation(targets[rows], self.validation_fraction, rng)
            rows, validation_rows = rows[chosen], rows[spared]

        build, params = self._network()
        params = {
            **params,
            "spec": kind.spec,
            "n_classes": len(classes),
            "trainable_embedding": self.trainable_embedding,
            "embedding_dropout": self.embedding_dropout,
            "dropout": self.dropout,
            "seed": network_seed,
            "dtype": self.dtype,
        }

        def batches(rows: np.ndarray, seed: int | None) -> LengthBatches:
            return LengthBatches(
                sequences,
                targets,
                weights,
                rows,
                batch_size=self.batch_size,
                by_length=self.batch_by_length,
                seed=seed,
            )

        model, history = train(
            build,
            params,
            batches(rows, order_seed),
            None if validation_rows is None else batches(validation_rows, None),
            vectors=sequences.vectors if isinstance(sequences, TokenSequences) else None,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            patience=self.patience,
            verbose=int(self.verbose),
        )

        # Only now is anything kept: a fit that failed leaves the last one as it was.
        self._keep_columns(X, is_table)
        self.classes_ = classes
        self.history_ = history
        losses = history.get("val_loss")
        self.best_epoch_ = len(history["loss"]) - 1 if losses is None else int(np.argmin(losses))
        self.input_kind_ = kind
        self.network_ = TrainedNetwork(build, params, model)
        return self

    def predict_proba(self, X):
        """Return the probability of each class.

        Parameters
        ----------
        X : TokenSequences, array-like or list of lists of int
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows sum to 1.
        """
        check_is_fitted(self)
        sequences, _, is_table = read_sequences(X, self.input_kind_, self)
        if is_table and hasattr(self, "n_features_in_"):
            validate_data(self, X, reset=False, skip_check_array=True)
        return self.network_.predict(sequences)

    def predict(self, X):
        """Return the most probable class.

        Parameters
        ----------
        X : TokenSequences, array-like or list of lists of int
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    @property
    def model_(self):
        """The trained :class:`keras.Model`."""
        check_is_fitted(self)
        return self.network_.model

    def _check_targets(
        self, sequences: TokenSequences | StepSequences, y: Any, sample_weight: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the classes, each row's class as a number, and each row's weight."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        y = _check_y(y, multi_output=False, y_numeric=False, estimator=self)
        check_consistent_length(np.empty(len(sequences)), y)
        check_classification_targets(y)
        weights = _check_sample_weight(sample_weight, np.empty((len(y), 1)), dtype=self.dtype)
        if self.class_weight is not None:
            weights = weights * compute_sample_weight(self.class_weight, y).astype(self.dtype)
        if (weights < 0).any():
            raise ValueError(
                f"sample_weight and class_weight give a row the negative weight {weights.min()}; "
                "expected were zeros and positive numbers."
            )
        classes, targets = np.unique(y, return_inverse=True)
        present = classes[np.unique(targets[weights > 0])].tolist()
        if len(present) < 2:
            raise ValueError(
                f"The rows hold only one class with a weight above 0, {present}, but a classifier "
                "needs at least two classes. Pass rows of another class too."
            )
        return classes, targets.astype(np.int32), weights

    def _keep_columns(self, X: Any, is_table: bool) -> None:
        """Keep number and names of the columns of an array; ragged sequences have none."""
        for name in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
        if is_table:
            validate_data(self, X, reset=True, skip_check_array=True)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags
