"""What scikit-learn's `set_output` means to steps whose output may be TokenSequences."""

from typing import Any, Literal, Self

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.utils._set_output import _get_output_config

__all__ = ["SequenceOutputMixin", "TolerantOutputMixin", "index_of", "with_index"]


def index_of(X: Any) -> Any:
    """Return the row labels of a pandas Series or table, None for everything else."""
    index = getattr(X, "index", None)
    return None if callable(index) else index  # lists and strings have a method of that name


def with_index(documents: np.ndarray, index: Any, estimator: Any) -> Any:
    """Label document vectors where `set_output` asks for pandas.

    scikit-learn labels the rows only if X itself is of pandas, and joins tables by their labels:
    without them a ColumnTransformer would put vectors beside the columns of other texts.

    Parameters
    ----------
    documents : ndarray of shape (n_samples, vector_size)
    index : pandas.Index of length n_samples or None
    estimator : estimator
        Whose `set_output` counts.

    Returns
    -------
    ndarray or pandas.DataFrame of shape (n_samples, vector_size)
    """
    if index is None or _get_output_config("transform", estimator)["dense"] != "pandas":
        return documents
    from pandas import DataFrame  # not loaded for those who use none

    return DataFrame(documents, index=index)


class TolerantOutputMixin:
    """Lets `set_output` pass where there is no table to choose a container for.

    Without it a Pipeline with such a step refuses `set_output` for all its steps. Stands
    before :class:`sklearn.base.TransformerMixin` among the bases.
    """

    def set_output(
        self, *, transform: Literal["default", "pandas", "polars"] | None = None
    ) -> Self:
        """Choose the container of document vectors; all other output stays what it is.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            None: no change.

        Returns
        -------
        estimator
            This estimator.
        """
        # scikit-learn's own is there only if the output can be wrapped as things stand.
        set_container = getattr(super(), "set_output", None)
        return self if set_container is None else set_container(transform=transform)


class SequenceOutputMixin(TolerantOutputMixin, ClassNamePrefixFeaturesOutMixin):
    """Of a step that never returns a table: it has feature names, and nothing is wrapped.

    The names are there because a Pipeline asks every step before it names its own output.
    """

    def set_output(
        self, *, transform: Literal["default", "pandas", "polars"] | None = None
    ) -> Self:
        """Do nothing: there is no table, but a Pipeline sets the output of all its steps.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            Ignored.

        Returns
        -------
        estimator
            This estimator.
        """
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs | {"auto_wrap_output_keys": None})
