"""What every trained network classifier answers."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from ..training import TrainedNetwork
from ._inputs import InputKind, as_read, read_sequences


class Predictions:
    """Mixin: probabilities and classes from a trained network."""

    classes_: np.ndarray
    multilabel_: bool
    input_kind_: InputKind
    network_: TrainedNetwork

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : TokenSequences, list of lists of int, or array-like of shape (n_samples, maxlen) or \
                (n_samples, maxlen, vector_size)
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`, rows sum to 1; or of each label, in y's order.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TextInputError
            If X is of another kind than in `fit`.
        """
        check_is_fitted(self)
        sequences, _, is_table = read_sequences(X, self.input_kind_, self)
        if is_table:
            self._check_columns(X)
        return self.network_.predict(as_read(sequences, self.input_kind_))

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class.

        Parameters
        ----------
        X : TokenSequences, list of lists of int, or array-like of shape (n_samples, maxlen) or \
                (n_samples, maxlen, vector_size)
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            As :meth:`predict_proba`; minus infinity where that is zero.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class, or all labels more probable than not.

        Parameters
        ----------
        X : TokenSequences, list of lists of int, or array-like of shape (n_samples, maxlen) or \
                (n_samples, maxlen, vector_size)
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples,), or of 0 and 1 of shape (n_samples, n_classes)
            As y was in `fit`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TextInputError
            If X is of another kind than in `fit`.
        """
        probabilities = self.predict_proba(X)
        if self.multilabel_:
            return (probabilities > 0.5).astype(int)
        return self.classes_[probabilities.argmax(axis=1)]

    @property
    def model_(self) -> Any:
        """The trained :class:`keras.Model`."""
        check_is_fitted(self)
        return self.network_.compiled_model()

    def _check_columns(self, X: Any) -> None:
        """Compare number and names of the columns of an array with those in `fit`."""
        if hasattr(self, "n_features_in_"):
            validate_data(self, X, reset=False, skip_check_array=True)
