"""A picture of what the probabilities of a classifier are worth."""

from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from sklearn.utils.multiclass import type_of_target

from ._calibration import calibration_bins, expected_calibration_error
from ._style import COLOURS, GREY, MEDIUM, SMALL, dress, new_axes, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ReliabilityDisplay"]

_PERFECT = "perfectly calibrated"
_MARKERS = "osD^v"


class ReliabilityDisplay:
    """Reliability curve of the predicted class: how often it is right, by its probability.

    Made by :meth:`from_estimator` or :meth:`from_predictions`, which draw at once. Texts are put
    in bins by their confidence, the probability of the predicted class. A point a bin: its mean
    confidence, and the share of its texts whose predicted class is the true one. Below the
    diagonal a classifier is too sure. The legend has the expected calibration error (ECE): the
    mean distance from the diagonal, weighted by the number of texts.

    For two classes this is not the curve of
    :class:`sklearn.calibration.CalibrationDisplay`, which is of the probability of one of them.

    Parameters
    ----------
    confidence : ndarray of shape (n_bins,)
        Mean confidence in each bin that has texts.
    accuracy : ndarray of shape (n_bins,)
        Share of these texts that are right.
    counts : ndarray of int of shape (n_bins,)
        How many they are.
    name : str, default="classifier"
        Name in the legend.

    Attributes
    ----------
    ece_ : float
        The expected calibration error.
    line_ : matplotlib Line2D
        The curve.
    ax_ : matplotlib Axes
        The axes drawn in.
    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    sklearn.calibration.CalibratedClassifierCV : Mends the probabilities.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y., Weinberger, K. (2017). On calibration of modern neural networks.
    ICML.

    Examples
    --------
    >>> from sk_textnn import ReliabilityDisplay
    >>> y_true = ["joy", "fear", "joy", "anger"]
    >>> y_proba = [[0.1, 0.1, 0.8], [0.2, 0.6, 0.2], [0.0, 0.4, 0.6], [0.1, 0.1, 0.8]]
    >>> display = ReliabilityDisplay.from_predictions(y_true, y_proba, n_bins=2, name="mine")
    >>> display.ece_
    0.35...
    >>> [text.get_text() for text in display.ax_.get_legend().get_texts()]
    ['perfectly calibrated', 'mine, ECE .350']
    """

    ece_: float
    line_: Any
    ax_: "Axes"
    figure_: Any

    def __init__(
        self,
        confidence: np.ndarray,
        accuracy: np.ndarray,
        counts: np.ndarray,
        *,
        name: str = "classifier",
    ) -> None:
        self.confidence = confidence
        self.accuracy = accuracy
        self.counts = counts
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        n_bins: int = 10,
        strategy: Literal["quantile", "uniform"] = "quantile",
        name: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the curve of a fitted classifier.

        Parameters
        ----------
        estimator : classifier or Pipeline
            Fitted, with `predict_proba`.
        X : iterable of length n_samples
            What it predicts, such as texts; not those it was trained on.
        y : array-like of shape (n_samples,)
            Their classes.
        n_bins : int, default=10
            Number of bins.
        strategy : {"quantile", "uniform"}, default="quantile"
            "quantile": bins of as many texts each, so that all points are as sure, as in
            :func:`sk_textnn.diagnose`; "uniform": bins of the same width.
        name : str or None, default=None
            Name in the legend; None: that of the class, of a pipeline's last step.
        ax : matplotlib Axes, default=None
            Where to draw, such as the `ax_` of another model's display; None makes a figure.

        Returns
        -------
        ReliabilityDisplay
            Drawn.

        Raises
        ------
        TypeError
            If the estimator has no `predict_proba`.
        """
        if not hasattr(estimator, "predict_proba"):
            raise TypeError(
                f"{type(estimator).__name__} has no predict_proba, but probabilities are what is "
                "drawn. CalibratedClassifierCV gives a classifier some."
            )
        last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
        return cls.from_predictions(
            y,
            estimator.predict_proba(X),
            labels=estimator.classes_,
            n_bins=n_bins,
            strategy=strategy,
            name=type(last).__name__ if name is None else name,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: Any,
        y_proba: Any,
        *,
        labels: Any = None,
        n_bins: int = 10,
        strategy: Literal["quantile", "uniform"] = "quantile",
        name: str = "classifier",
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the curve of probabilities that are there.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Classes.
        y_proba : array-like of shape (n_samples, n_classes)
            Probabilities of all classes, as `predict_proba` returns them.
        labels : array-like of shape (n_classes,), default=None
            The class of each column; None: those in `y_true`, sorted.
        n_bins : int, default=10
            Number of bins.
        strategy : {"quantile", "uniform"}, default="quantile"
            "quantile": bins of as many texts each; "uniform": bins of the same width.
        name : str, default="classifier"
            Name in the legend.
        ax : matplotlib Axes, default=None
            Where to draw, such as the `ax_` of another model's display; None makes a figure.

        Returns
        -------
        ReliabilityDisplay
            Drawn.

        Raises
        ------
        ValueError
            If classes and probabilities do not fit together, or there are no such bins.
        """
        if isinstance(n_bins, bool) or not isinstance(n_bins, int | np.integer) or n_bins < 1:
            raise ValueError(f"n_bins must be a number of bins, at least 1, not {n_bins!r}.")
        if strategy not in ("quantile", "uniform"):
            raise ValueError(f"strategy must be 'quantile' or 'uniform', not {strategy!r}.")
        truth, proba, classes = _check_predictions(y_true, y_proba, labels)
        hits = classes[proba.argmax(axis=1)] == truth
        bins = calibration_bins(proba.max(axis=1), hits, n_bins=n_bins, strategy=strategy)
        return cls(*bins, name=name).plot(ax=ax)

    def plot(self, *, ax: "Axes | None" = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ReliabilityDisplay
            This display.
        """
        ax = new_axes(4.6, 4.6) if ax is None else ax
        self.ece_ = expected_calibration_error(self.confidence, self.accuracy, self.counts)
        number = sum(line.get_gid() == "reliability" for line in ax.get_lines())
        if not number:
            ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label=_PERFECT)
        label = f"{plain(self.name)}, ECE {self.ece_:.3f}".replace(" 0.", " .")
        (self.line_,) = ax.plot(
            self.confidence, self.accuracy, color=COLOURS[number % len(COLOURS)],
            marker=_MARKERS[number % len(_MARKERS)], markersize=5, label=label,
            gid="reliability",
        )  # fmt: skip
        ax.set_xlabel("confidence: probability of the predicted class", fontsize=MEDIUM)
        ax.set_ylabel("accuracy: share that is right", fontsize=MEDIUM)
        ax.set_xlim(0, 1.02)
        ax.set_ylim(0, 1.02)
        ax.set_aspect("equal")
        ax.legend(loc="upper left", frameon=False, fontsize=SMALL)
        dress(ax, grid="both")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _check_predictions(
    y_true: Any, y_proba: Any, labels: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return classes, probabilities and the classes of their columns, or say what is wrong."""
    truth, proba = np.asarray(y_true), np.asarray(y_proba, dtype=float)
    kind = type_of_target(truth, input_name="y_true")
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"y_true must hold one class a text, but it is of the type {kind!r}.")
    if proba.ndim != 2 or len(proba) != len(truth):
        raise ValueError(
            f"y_proba must have a row for each of the {len(truth)} texts and a column for each "
            f"class, but its shape is {proba.shape}."
        )
    classes = np.unique(truth) if labels is None else np.asarray(labels)
    if classes.shape != (proba.shape[1],):
        source = "y_true holds" if labels is None else "labels holds"
        raise ValueError(
            f"y_proba has {proba.shape[1]} columns, but {source} {classes.size} classes. Pass "
            "labels: the class of each column, as in the classifier's classes_."
        )
    # NaN is in no range.
    if not ((proba >= 0) & (proba <= 1)).all():
        raise ValueError(
            "y_proba must hold probabilities, from 0 to 1, but other numbers came. Pass what "
            "predict_proba returns."
        )
    return truth, proba, classes
