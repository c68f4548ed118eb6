"""A picture of how many words of texts have an id and a vector."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .._validation import check_texts
from ..text._steps import input_of, text_steps
from ._style import BLUE, MEDIUM, ORANGE, SMALL, dress, panels, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CoverageDisplay"]

_ALL = "all texts"
_COLOURS = {"id": BLUE, "vector": ORANGE}
_WHOLES = {
    "vocabulary": "share of the different words",
    "running_words": "share of the running words",
}


class CoverageDisplay:
    """How many of the words of texts have an id and a vector, of all texts and by class.

    Made by :meth:`from_pipeline`, which draws at once: one panel for the share of the different
    words, one for that of the running words, in which frequent words count as often as they
    occur. A word without an id has no vector either.

    For the texts that a :class:`~sk_textnn.Word2VecEmbedder` was fitted on, with an id for each
    word and nothing cut off, the shares with a vector are its `coverage_` and
    `occurrence_coverage_`.

    Parameters
    ----------
    coverage : DataFrame of shape (n_bars, 4)
        With columns ``group`` (a class, or all texts), ``known`` (``"id"`` or ``"vector"``),
        ``vocabulary`` and ``running_words`` (shares).
    vectors : {"pretrained", "trained"}, default="pretrained"
        Which vectors, for the legend.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The panel of the different words.
    axes_ : ndarray of matplotlib Axes of shape (2,)
        Both panels.
    figure_ : matplotlib Figure
        The figure.

    See Also
    --------
    sk_textnn.Word2VecEmbedder.coverage_report : The most frequent words without a vector.

    Examples
    --------
    >>> from sk_textnn import CoverageDisplay, TextTokenizer
    >>> tokenizer = TextTokenizer().fit(["so sad today", "what a joy"])
    >>> display = CoverageDisplay.from_pipeline(tokenizer, ["so so sad", "pure joy"], [0, 1])
    >>> display.coverage
           group known  vocabulary  running_words
    0  all texts    id        0.75            0.8
    1          0    id        1.00            1.0
    2          1    id        0.50            0.5
    """

    ax_: "Axes"
    axes_: np.ndarray
    figure_: Any

    def __init__(self, coverage: pd.DataFrame, *, vectors: str = "pretrained") -> None:
        self.coverage = coverage
        self.vectors = vectors

    @classmethod
    def from_pipeline(cls, pipeline: Any, X: Any, y: Any = None, *, ax: Any = None) -> Self:
        """Count the words of texts that a pipeline knows, and draw their shares.

        Parameters
        ----------
        pipeline : Pipeline
            Fitted, with a :class:`~sk_textnn.TextTokenizer`, and perhaps a
            :class:`~sk_textnn.Word2VecEmbedder`; or a tokenizer.
        X : iterable of str of length n_samples
            Texts; those of a test set show what will be unknown.
        y : array-like of shape (n_samples,), default=None
            Their classes; None: no bars by class.
        ax : matplotlib Axes or array of them of shape (2,), default=None
            Where to draw, see :meth:`plot`.

        Returns
        -------
        CoverageDisplay
            Drawn.

        Raises
        ------
        TypeError
            If the pipeline has no tokenizer.
        ValueError
            If there is not one class a text, or no text of a class has a word.
        NotFittedError
            If its steps are not fitted.
        """
        steps = text_steps(pipeline)
        if "tokens" not in steps:
            raise TypeError(
                f"{type(pipeline).__name__} has no TextTokenizer, so that no words have an id. "
                "Pass a fitted Pipeline with one, or a fitted TextTokenizer."
            )
        tokenizer = steps["tokens"][1]
        check_is_fitted(tokenizer)
        known = {"id": set(tokenizer.vocabulary_.words)}
        vectors = "pretrained"
        if "embed" in steps:
            embedder = steps["embed"][1]
            check_is_fitted(embedder)
            vectors = "trained" if embedder.vectors is None else "pretrained"
            missing = embedder.coverage_report(n_missing=len(embedder.vocabulary_))
            known["vector"] = known["id"] - set(missing["missing_words"])
        texts = check_texts(input_of(tokenizer, pipeline, X))
        groups = {_ALL: texts, **_by_class(texts, y)}
        # What occurs, whether it would get an id or not.
        counter = clone(tokenizer).set_params(num_words=None, min_df=1, max_df=1.0)
        counts = {name: pd.Series(counter.fit(rows).word_counts_) for name, rows in groups.items()}
        rows = [
            (name, kind, float(is_in.mean()), float(count[is_in].sum() / count.sum()))
            for kind, words in known.items()
            for name, count in counts.items()
            for is_in in [count.index.isin(words)]
        ]
        columns = ["group", "known", *_WHOLES]
        return cls(pd.DataFrame(rows, columns=columns), vectors=vectors).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes or array of them of shape (2,), default=None
            Where to draw: an axes a panel, or one, made by ``plt.subplots`` or
            ``Figure.add_subplot``, whose place the panels take. None makes a figure.

        Returns
        -------
        CoverageDisplay
            This display.
        """
        groups = self.coverage["group"].drop_duplicates().tolist()
        kinds = self.coverage["known"].drop_duplicates().tolist()
        labels = {"id": "with an id", "vector": f"with a {self.vectors} vector"}
        self.axes_ = panels(ax, 2, (3.9, 1.3 + (0.18 * len(kinds) + 0.1) * len(groups)))
        height = 0.8 / len(kinds)
        for panel, (column, whole) in zip(self.axes_, _WHOLES.items(), strict=True):
            for number, kind in enumerate(kinds):
                shares = self.coverage.loc[self.coverage["known"] == kind, column]
                places = np.arange(len(groups)) + (number - (len(kinds) - 1) / 2) * height
                bars = panel.barh(places, shares, height, color=_COLOURS[kind], label=labels[kind])
                panel.bar_label(
                    bars, [f"{share:.1%}" for share in shares], padding=3, fontsize=SMALL
                )
            panel.set_yticks(range(len(groups)), [plain(name) for name in groups])
            panel.set_ylim(len(groups) - 0.4, -0.6)
            panel.set_xlim(0, 1.16)  # room for the numbers
            panel.set_xticks(np.linspace(0, 1, 5))
            panel.xaxis.set_major_formatter("{x:.0%}")
            panel.set_xlabel(whole, fontsize=MEDIUM)
            dress(panel, grid="x")
            panel.tick_params(axis="y", length=0)
        self.axes_[1].tick_params(axis="y", labelleft=False)
        self.axes_[0].legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=SMALL,
            borderaxespad=0.2, handlelength=1.2,
        )  # fmt: skip
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        return self


def _by_class(texts: list[str], y: Any) -> dict[str, list[str]]:
    """Return the texts of each class, by its name."""
    if y is None:
        return {}
    labels = np.asarray(y)
    if labels.shape != (len(texts),):
        raise ValueError(
            f"y must hold a class for each of the {len(texts)} texts, but its shape is "
            f"{labels.shape}."
        )
    return {
        str(label): [texts[row] for row in np.flatnonzero(labels == label)]
        for label in np.unique(labels)
    }
