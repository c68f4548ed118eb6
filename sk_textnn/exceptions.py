"""Errors and warnings that only this package raises.

Wrong parameter values raise :class:`sklearn.utils._param_validation.InvalidParameterError`
and unfitted estimators :class:`sklearn.exceptions.NotFittedError`, as everywhere in
scikit-learn.
"""

__all__ = ["DataFileError", "TextInputError", "VectorFileError"]


class TextInputError(ValueError):
    """What was passed as texts, or as sequences, is not of the kind expected."""


class VectorFileError(ValueError):
    """A file of word vectors cannot be read as such."""


class DataFileError(ValueError):
    """A file of labelled texts cannot be read as such."""
