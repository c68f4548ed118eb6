"""A picture of a training: loss and metrics by epoch."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._optional import import_heavy
from ._style import BLUE, GREY, MEDIUM, ORANGE, SMALL, dress, panels, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LearningCurvesDisplay"]

_VALIDATION = "val_"
_FEW = 30  # epochs, up to which each is a point on the line


class LearningCurvesDisplay:
    """Loss and metrics by epoch, of the training and of the validation texts.

    Made by :meth:`from_estimator` or :meth:`from_history`, which draw at once: one panel for the
    loss and one for each metric, the best epoch marked. Epochs are counted from 1 in the picture,
    as Keras prints them; `best_epoch` and the classifiers' `best_epoch_` count from 0.

    The figures of the training texts are those of the training steps, with dropout on, while the
    weights still change: they can be worse than those of the validation texts.

    Parameters
    ----------
    history : mapping of str to list of float
        ``loss`` and any metrics, a figure an epoch, and each with ``val_`` before its name of the
        validation texts, as `history_` of the classifiers; NaN where there is no figure.
    best_epoch : int or None, default=None
        The best epoch, counted from 0. None: that of the lowest ``val_loss``; without one, none.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The panel of the loss.
    axes_ : ndarray of matplotlib Axes of shape (n_panels,)
        All panels, that of the loss first.
    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores by number of training texts.

    Examples
    --------
    >>> from sk_textnn import LearningCurvesDisplay
    >>> display = LearningCurvesDisplay.from_history(
    ...     {
    ...         "loss": [1.9, 1.2, 0.7, 0.4],
    ...         "accuracy": [0.3, 0.6, 0.8, 0.9],
    ...         "val_loss": [1.6, 1.3, 1.2, 1.4],
    ...         "val_accuracy": [0.4, 0.5, 0.6, 0.6],
    ...     }
    ... )
    >>> [ax.get_ylabel() for ax in display.axes_]
    ['loss', 'accuracy']
    >>> [text.get_text() for text in display.ax_.get_legend().get_texts()]
    ['training', 'validation', 'best epoch: 3']
    """

    ax_: "Axes"
    axes_: np.ndarray
    figure_: Any

    def __init__(
        self, history: Mapping[str, Sequence[float]], *, best_epoch: int | None = None
    ) -> None:
        self.history = history
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> Self:
        """Draw the training of a fitted classifier.

        Parameters
        ----------
        estimator : estimator or Pipeline
            Fitted, with `history_` and perhaps `best_epoch_`; of a pipeline the last step. Without
            validation texts `best_epoch_` is the last epoch and is not marked.
        ax : matplotlib Axes or array of them of shape (n_panels,), default=None
            Where to draw, see :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it keeps no history.
        """
        last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
        if hasattr(last, "fit"):
            check_is_fitted(last)
        history = getattr(last, "history_", None)
        if not isinstance(history, Mapping):
            raise TypeError(
                f"{type(last).__name__} keeps no history_ of its training by epoch. Pass a fitted "
                "network of sk_textnn, such as CNNClassifier, or a Pipeline that ends in one; of a "
                "search, its best_estimator_."
            )
        is_validated = any(name.startswith(_VALIDATION) for name in history)
        best = getattr(last, "best_epoch_", None) if is_validated else None
        return cls(history, best_epoch=best).plot(ax=ax)

    @classmethod
    def from_history(cls, history: Any, *, best_epoch: int | None = None, ax: Any = None) -> Self:
        """Draw a history.

        Parameters
        ----------
        history : mapping of str to list of float, or keras.callbacks.History
            A figure an epoch, ``loss`` among them.
        best_epoch : int or None, default=None
            The best epoch, counted from 0. None: that of the lowest ``val_loss``; without one,
            none.
        ax : matplotlib Axes or array of them of shape (n_panels,), default=None
            Where to draw, see :meth:`plot`.

        Returns
        -------
        LearningCurvesDisplay
            Drawn.
        """
        return cls(getattr(history, "history", history), best_epoch=best_epoch).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes or array of them of shape (n_panels,), default=None
            Where to draw: an axes a panel, or one, made by ``plt.subplots`` or
            ``Figure.add_subplot``, whose place the panels take. None makes a figure.

        Returns
        -------
        LearningCurvesDisplay
            This display.

        Raises
        ------
        ValueError
            If the history has no loss, curves of different lengths, or no such best epoch, or the
            axes are neither one nor as many as panels.
        TypeError
            If the history is no mapping.
        """
        curves = _check_history(self.history)
        n_epochs = len(curves["loss"])
        best = self.best_epoch
        if best is None:
            losses = curves.get("val_loss", np.array([np.nan]))
            best = None if np.isnan(losses).all() else int(np.nanargmin(losses))
        elif not 0 <= best < n_epochs:
            raise ValueError(
                f"best_epoch={best!r} is none of the {n_epochs} epochs of the history, which are "
                "counted from 0."
            )
        names = dict.fromkeys(["loss", *(name.removeprefix(_VALIDATION) for name in curves)])
        self.axes_ = panels(ax, len(names), (4.2, 3.4))
        for panel, name in zip(self.axes_, names, strict=True):
            _draw(panel, name, curves, best)
        handles, labels = self.axes_[0].get_legend_handles_labels()
        self.axes_[0].legend(handles, labels, frameon=False, fontsize=SMALL)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        return self


def _check_history(history: Any) -> dict[str, np.ndarray]:
    if not isinstance(history, Mapping):
        raise TypeError(
            "A history is a mapping from names to a figure an epoch, such as "
            f"{{'loss': [1.2, 0.8]}}, but {type(history).__name__} came. For a fitted classifier "
            "use LearningCurvesDisplay.from_estimator."
        )
    curves = {str(name): np.asarray(values, dtype=float) for name, values in history.items()}
    if not len(curves.get("loss", ())):
        raise ValueError(
            "The history has no 'loss' of at least one epoch; its entries are "
            f"{', '.join(map(repr, curves)) or 'none'}."
        )
    for name, values in curves.items():
        if values.shape != curves["loss"].shape:
            raise ValueError(
                f"{name!r} has the shape {values.shape} and 'loss' {curves['loss'].shape}, but a "
                "figure an epoch was expected of each. Put NaN where an epoch has none."
            )
    return curves


def _draw(panel: Any, name: str, curves: Mapping[str, np.ndarray], best: int | None) -> None:
    epochs = np.arange(1, len(curves["loss"]) + 1)
    marker = "." if len(epochs) <= _FEW else None
    lines = (("training", name, BLUE), ("validation", _VALIDATION + name, ORANGE))
    for label, key, colour in lines:
        if key in curves:
            panel.plot(epochs, curves[key], color=colour, marker=marker, label=label, gid=label)
    if best is not None:
        panel.axvline(
            best + 1, color=GREY, linewidth=1, linestyle="--", zorder=1, gid="best",
            label=f"best epoch: {best + 1}",
        )  # fmt: skip
        if _VALIDATION + name in curves:
            panel.plot(
                best + 1, curves[_VALIDATION + name][best], marker="o", markersize=7,
                color=ORANGE, markerfacecolor="white", linestyle="none", gid="best value",
            )  # fmt: skip
    panel.set_xlabel("epoch", fontsize=MEDIUM)
    panel.set_ylabel(plain(name.replace("_", " ")), fontsize=MEDIUM)
    panel.xaxis.set_major_locator(import_heavy("matplotlib.ticker").MaxNLocator(integer=True))
    dress(panel)
