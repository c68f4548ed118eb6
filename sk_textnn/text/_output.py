"""What scikit-learn's `set_output` means to steps whose output may be TokenSequences."""

from typing import Any

from sklearn.base import ClassNamePrefixFeaturesOutMixin

__all__ = ["SequenceOutputMixin", "TolerantOutputMixin"]


class TolerantOutputMixin:
    """Lets `set_output` pass where there is no table to choose a container for.

    Without it a Pipeline with such a step refuses `set_output` for all its steps. Stands
    before :class:`sklearn.base.TransformerMixin` among the bases.
    """

    def set_output(self, *, transform: str | None = None) -> Any:
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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs | {"auto_wrap_output_keys": None})
