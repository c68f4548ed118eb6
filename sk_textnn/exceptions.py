"""Errors and warnings that only this package raises.

Wrong parameter values raise :class:`sklearn.utils._param_validation.InvalidParameterError`
and unfitted estimators :class:`sklearn.exceptions.NotFittedError`, as everywhere in
scikit-learn.
"""

__all__ = ["DataFileError", "TextInputError", "VectorFileError"]


class TextInputError(ValueError):
    """What was passed as texts, or as sequences, is not of the kind expected.

    Examples
    --------
    >>> from sk_textnn import TextTokenizer
    >>> TextTokenizer().fit(["a text", None])
    Traceback (most recent call last):
    ...
    sk_textnn.exceptions.TextInputError: Row 1 is None, not a string. Drop the row, or fill \
missing texts with an empty string.
    """


class VectorFileError(ValueError):
    """A file of word vectors cannot be read as such.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sk_textnn import TextTokenizer, Word2VecEmbedder
    >>> X = TextTokenizer().fit_transform(["what a joy"])
    >>> folder = tempfile.mkdtemp()
    >>> Word2VecEmbedder(vectors=folder).fit(X)
    Traceback (most recent call last):
    ...
    sk_textnn.exceptions.VectorFileError: ... is a folder; a file was expected: ...
    """


class DataFileError(ValueError):
    """A file of labelled texts cannot be read as such.

    Examples
    --------
    >>> from sk_textnn.datasets import load_csv
    >>> load_csv("no such file.csv")
    Traceback (most recent call last):
    ...
    sk_textnn.exceptions.DataFileError: ...
    """
