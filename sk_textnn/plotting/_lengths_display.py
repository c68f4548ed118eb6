"""A picture of how long the texts are, and what a width cuts off them."""

from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..sequences import TokenSequences
from ..text._steps import input_of, text_steps
from ._style import BLUE, GREY, MEDIUM, ORANGE, SMALL, dress, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LengthsDisplay"]

_N_BINS = 40
_LONG = 20  # times the median: a longest text from which on the axis is logarithmic


class LengthsDisplay:
    """A histogram of the lengths of texts in words, with `maxlen` and what it cuts off.

    Made by :meth:`from_pipeline`, :meth:`from_sequences` or :meth:`from_lengths`, which draw at
    once. The title tells the share of the words that are cut off, and of the texts that lose
    some. The axis is logarithmic where the longest text has more than 20 times the median length.

    Parameters
    ----------
    lengths : array-like of int of shape (n_samples,)
        Words of each text, before anything is cut off.
    maxlen : int or None, default=None
        The width that the texts are cut to; None: they stay whole.

    Attributes
    ----------
    cut_words_ : float
        Share of the words that are cut off.
    cut_texts_ : float
        Share of the texts that lose words.
    ax_ : matplotlib Axes
        The axes drawn in.
    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    sk_textnn.SequencePadder : Sets the width.

    Examples
    --------
    >>> from sk_textnn import LengthsDisplay
    >>> display = LengthsDisplay.from_lengths([3, 5, 8, 4, 20], maxlen=10)
    >>> print(display.ax_.get_title())
    maxlen = 10 cuts off 25.0% of the words, in 20.0% of the texts
    """

    cut_words_: float
    cut_texts_: float
    ax_: "Axes"
    figure_: Any

    def __init__(self, lengths: Any, *, maxlen: int | None = None) -> None:
        self.lengths = lengths
        self.maxlen = maxlen

    @classmethod
    def from_pipeline(cls, pipeline: Any, X: Any, *, ax: "Axes | None" = None) -> Self:
        """Draw the lengths of texts as a pipeline reads them.

        Parameters
        ----------
        pipeline : Pipeline
            Fitted, with a :class:`~sk_textnn.TextTokenizer`; `maxlen` is that of its
            :class:`~sk_textnn.SequencePadder`, if it has one.
        X : iterable of str of length n_samples
            Texts.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        LengthsDisplay
            Drawn.

        Raises
        ------
        TypeError
            If the pipeline has no tokenizer.
        NotFittedError
            If its steps are not fitted.
        """
        steps = text_steps(pipeline)
        if "tokens" not in steps:
            raise TypeError(
                f"{type(pipeline).__name__} has no TextTokenizer, by which words are counted. Pass "
                "a fitted Pipeline with one, or the lengths to LengthsDisplay.from_lengths."
            )
        tokenizer, maxlen = steps["tokens"][1], None
        if "pad" in steps:
            check_is_fitted(steps["pad"][1])
            maxlen = steps["pad"][1].maxlen_
        sequences = tokenizer.transform(input_of(tokenizer, pipeline, X))
        return cls(np.diff(sequences.offsets), maxlen=maxlen).plot(ax=ax)

    @classmethod
    def from_sequences(cls, X: TokenSequences, *, ax: "Axes | None" = None) -> Self:
        """Draw the lengths of sequences, padded or not.

        Parameters
        ----------
        X : TokenSequences of length n_samples
            As a tokenizer or a padder returns them.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        LengthsDisplay
            Drawn.

        Raises
        ------
        TypeError
            If X is no TokenSequences.
        """
        if not isinstance(X, TokenSequences):
            raise TypeError(
                f"TokenSequences were expected, as TextTokenizer returns them, but "
                f"{type(X).__name__} came. For texts use LengthsDisplay.from_pipeline."
            )
        return cls(np.diff(X.offsets), maxlen=X.maxlen).plot(ax=ax)

    @classmethod
    def from_lengths(
        cls, lengths: Any, maxlen: int | None = None, *, ax: "Axes | None" = None
    ) -> Self:
        """Draw lengths.

        Parameters
        ----------
        lengths : array-like of int of shape (n_samples,)
            Words of each text, before anything is cut off.
        maxlen : int or None, default=None
            The width that the texts are cut to.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        LengthsDisplay
            Drawn.
        """
        return cls(lengths, maxlen=maxlen).plot(ax=ax)

    def plot(self, *, ax: "Axes | None" = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        LengthsDisplay
            This display.

        Raises
        ------
        ValueError
            If the lengths are not a number of words for each of one or more texts, or `maxlen` is
            no number of words.
        """
        lengths, maxlen = _check_lengths(self.lengths), self.maxlen
        if maxlen is not None and (not isinstance(maxlen, Integral) or maxlen < 1):
            raise ValueError(
                f"maxlen must be a number of words, at least 1, or None, not {maxlen!r}. A share "
                "such as 'p95' becomes one when a SequencePadder is fitted."
            )
        ax = new_axes(6.4, 3.6) if ax is None else ax
        limit = lengths.max() if maxlen is None else maxlen
        is_cut = lengths > limit
        self.cut_words_ = float((lengths[is_cut] - limit).sum() / max(1, lengths.sum()))
        self.cut_texts_ = float(is_cut.mean())
        edges, is_log = _edges(lengths, maxlen)
        parts = {"whole": (lengths[~is_cut], BLUE), "cut": (lengths[is_cut], ORANGE)}
        shown = {label: part for label, part in parts.items() if len(part[0])}
        ax.hist(
            [values for values, _ in shown.values()], bins=edges.tolist(), stacked=True,
            color=[colour for _, colour in shown.values()], label=list(shown), gid="lengths",
        )  # fmt: skip
        if is_log:
            ax.set_xscale("log")
            ax.xaxis.set_major_formatter("{x:,.0f}")
        if maxlen is not None:
            ax.axvline(
                maxlen + 0.5, color=GREY, linewidth=1.2, linestyle="--", gid="maxlen",
                label=f"maxlen = {maxlen:,}",
            )  # fmt: skip
            ax.legend(frameon=False, fontsize=SMALL)
        ax.set_title(self._title(lengths), fontsize=MEDIUM)
        ax.set_xlabel("words of a text", fontsize=MEDIUM)
        ax.set_ylabel("texts", fontsize=MEDIUM)
        dress(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _title(self, lengths: np.ndarray) -> str:
        if self.maxlen is None:
            return (
                f"{len(lengths):,} texts, half of them of at most {np.median(lengths):,.0f} words"
            )
        if not self.cut_texts_:
            return f"maxlen = {self.maxlen:,} cuts off no word"
        return (
            f"maxlen = {self.maxlen:,} cuts off {self.cut_words_:.1%} of the words, in "
            f"{self.cut_texts_:.1%} of the texts"
        )


def _check_lengths(lengths: Any) -> np.ndarray:
    array = np.asarray(lengths)
    if array.ndim != 1 or not len(array) or array.dtype.kind not in "iu" or array.min() < 0:
        raise ValueError(
            "lengths must hold a whole number of words, 0 or more, for each of one or more texts, "
            f"but an array of shape {array.shape} and type {array.dtype} came"
            + (f", the least {array.min()}." if array.dtype.kind in "if" and array.size else ".")
        )
    return array.astype(np.int64)


def _edges(lengths: np.ndarray, maxlen: int | None) -> tuple[np.ndarray, bool]:
    """Edges between whole numbers, one at `maxlen`, and whether they grow by a factor."""
    longest = int(lengths.max())
    if lengths.min() > 0 and longest > _LONG * np.median(lengths):
        # Two a doubling: of narrower ones, some have twice as many whole numbers as the next.
        n_bins = 1 + int(2 * np.log2(longest / lengths.min()))
        edges = np.geomspace(lengths.min(), longest + 1, n_bins + 1).round().astype(int)
        return np.unique(edges) - 0.5, True
    width = -(-(longest + 1) // _N_BINS)
    first = 0 if maxlen is None else (maxlen + 1) % width
    edges = np.arange(first, longest + width + 1, width)
    return np.unique(np.r_[0, edges]) - 0.5, False
