"""Which words carried a decision: what a classifier says without each of them."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .._validation import check_texts, kind_of
from ._highlight_page import make_fragment, make_page

__all__ = ["HighlightedTexts", "highlight_words"]

_SHOWN = 5  # words of a text, where it is shown without colours


class HighlightedTexts:
    """Texts, and how much each of their words speaks for a class.

    Made by :func:`highlight_words`. A notebook shows the texts with their words in colour.

    Parameters
    ----------
    texts : list of str of length n_texts
        The texts.
    predictions : DataFrame of shape (n_texts, 2)
        With columns ``target`` (the class that the words speak for) and ``probability``.
    weights : DataFrame of shape (n_words, 5)
        A row a word, with columns ``text`` (its position among the texts), ``word``, ``start``
        and ``end`` (the word is ``text[start:end]``) and ``weight``: by how much the probability
        of the target is lower without the word; negative where it is higher.

    Examples
    --------
    >>> import pandas as pd
    >>> from sk_textnn.evaluation import HighlightedTexts
    >>> predictions = pd.DataFrame({"target": ["joy"], "probability": [0.8]})
    >>> weights = pd.DataFrame(
    ...     [[0, "pure", 0, 4, 0.01], [0, "joy", 5, 8, 0.4]],
    ...     columns=["text", "word", "start", "end", "weight"],
    ... )
    >>> print(HighlightedTexts(["pure joy"], predictions, weights))
    joy (0.80): pure joy
        joy +0.400, pure +0.010
    """

    def __init__(self, texts: list[str], predictions: pd.DataFrame, weights: pd.DataFrame) -> None:
        self.texts = texts
        self.predictions = predictions
        self.weights = weights

    def __len__(self) -> int:
        return len(self.texts)

    def to_html(self) -> str:
        """Return a page that needs no other file: the texts with their words in colour.

        Returns
        -------
        str
            HTML; readable on light and dark ground, and in print.
        """
        return make_page(self.texts, self.predictions, self.weights)

    def _repr_html_(self) -> str:
        return make_fragment(self.texts, self.predictions, self.weights)

    def __str__(self) -> str:
        lines = []
        for row, text in enumerate(self.texts):
            target, probability = self.predictions.loc[row, ["target", "probability"]]
            words = self.weights[self.weights["text"] == row]
            words = words.sort_values("weight", key=lambda weight: -weight.abs(), kind="stable")
            strongest = zip(words["word"][:_SHOWN], words["weight"][:_SHOWN], strict=True)
            lines.append(f"{target} ({probability:.2f}): {text}")
            shown = ", ".join(f"{word} {weight:+.3f}" for word, weight in strongest)
            lines.append(f"    {shown or 'no words'}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} texts, {len(self.weights)} words>"


def highlight_words(
    estimator: Any,
    texts: str | Iterable[str],
    *,
    target: Any = None,
    replacement: str = "",
    token_pattern: str | re.Pattern[str] | None = None,
) -> HighlightedTexts:
    """Measure how much each word of texts speaks for the predicted class, by occlusion.

    Each word is left out in turn: its weight is by how much the probability of the class falls.
    What is a word does not depend on how the classifier reads texts.

    Parameters
    ----------
    estimator : classifier or Pipeline
        Fitted, with `predict_proba`, and taking texts: a network or TF-IDF, ours or not.
    texts : str or iterable of str of length n_texts
        One text or several. A text of n words is predicted n + 1 times, in one call.
    target : label or None, default=None
        The class that the words speak for or against; None: of each text the predicted one.
    replacement : str, default=""
        What takes the place of the word: nothing, or an unknown word, such as ``"[UNK]"`` for a
        :class:`~sk_textnn.TextTokenizer` that does not know ``unk``, so that the words around
        it do not move together.
    token_pattern : str, re.Pattern or None, default=None
        Regular expression whose matches (whose group, if it has one) are the words. None: letters
        and digits, with apostrophes and hyphens between them. Where words are not parted,
        ``r"\\w"`` weighs single characters.

    Returns
    -------
    HighlightedTexts
        With the `weights` of the words; notebooks show it in colour, and `to_html` returns a page.

    Raises
    ------
    TypeError
        If the estimator has no `predict_proba`, or several labels a text.
    TextInputError
        If something else than texts came.
    ValueError
        If there is no text, the target is none of the classes, `replacement` is no string, or
        `token_pattern` no regular expression with at most one group.

    Notes
    -----
    Where two words say the same, either can be left out without harm, so that both have a small
    weight. Weights are differences of probabilities: where the probability is close to 1, no
    single word may change much. In a text that is cut to a width, another word comes in for the
    one that is left out; with a `replacement` none does.

    References
    ----------
    Zeiler, M., Fergus, R. (2014). Visualizing and understanding convolutional networks. ECCV
    (occlusion).

    Li, J., Monroe, W., Jurafsky, D. (2016). Understanding neural networks through representation
    erasure. arXiv:1612.08220.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sk_textnn import highlight_words
    >>> texts = ["what a joy", "so sad today", "joy and joy", "a sad end"]
    >>> pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression())
    >>> pipeline = pipeline.fit(texts, ["joy", "sadness", "joy", "sadness"])
    >>> found = highlight_words(pipeline, "What a sad, sad joy!")
    >>> found.weights.round(2)
       text  word  start  end  weight
    0     0  What      0    4   -0.04
    1     0     a      5    6    0.00
    2     0   sad      7   10    0.06
    3     0   sad     12   15    0.06
    4     0   joy     16   19   -0.06
    """
    if not hasattr(estimator, "predict_proba"):
        raise TypeError(
            f"{type(estimator).__name__} has no predict_proba, but words are weighed by what they "
            "do to a probability. CalibratedClassifierCV gives a classifier some."
        )
    if not isinstance(replacement, str):
        raise ValueError(f"replacement must be a string, not {kind_of(replacement)}.")
    pattern = _check_pattern(token_pattern)
    rows = [texts] if isinstance(texts, str) else check_texts(texts)
    if not rows:
        raise ValueError("No text came, but at least one was expected.")
    classes = _classes_of(estimator)
    column = None if target is None else _column_of(target, classes)
    found, predictions = [], []
    for number, text in enumerate(rows):
        spans = [match.span(pattern.groups) for match in pattern.finditer(text)]
        spans = [(start, end) for start, end in spans if start < end]
        variants = [text[:start] + replacement + text[end:] for start, end in spans]
        proba = np.asarray(estimator.predict_proba([text, *variants]))
        chosen = int(proba[0].argmax()) if column is None else column
        drops = proba[0, chosen] - proba[1:, chosen]
        predictions.append((classes[chosen], float(proba[0, chosen])))
        found += [
            (number, text[start:end], start, end, float(drop))
            for (start, end), drop in zip(spans, drops, strict=True)
        ]
    return HighlightedTexts(
        rows,
        pd.DataFrame(predictions, columns=["target", "probability"]),
        pd.DataFrame(found, columns=["text", "word", "start", "end", "weight"]),
    )


@cache
def _words() -> re.Pattern[str]:
    """Letters and digits of any script, with an apostrophe or a hyphen between them."""
    # Python's \w lacks the accents and vowels that are characters of their own.
    marks = "".join(c for c in map(chr, range(0x10000)) if unicodedata.category(c)[0] == "M")
    letters = rf"(?:[^\W_]|[{marks}])+"
    return re.compile(rf"{letters}(?:['’-]{letters})*")


def _check_pattern(token_pattern: Any) -> re.Pattern[str]:
    if token_pattern is None:
        return _words()
    try:
        pattern = re.compile(token_pattern)
    except (re.error, TypeError) as error:
        raise ValueError(
            f"token_pattern={token_pattern!r} is no valid regular expression: {error}."
        ) from error
    if pattern.groups > 1 or isinstance(pattern.pattern, bytes):
        raise ValueError(
            f"token_pattern={pattern.pattern!r} must be of text, with at most one group, the word; "
            "write other groups as (?:...)."
        )
    return pattern


def _classes_of(estimator: Any) -> np.ndarray:
    classes = getattr(estimator, "classes_", None)
    several = getattr(getattr(estimator, "steps", [(0, estimator)])[-1][1], "multilabel_", False)
    if several or isinstance(classes, list) or np.asarray(classes).ndim != 1:
        raise TypeError(
            f"{type(estimator).__name__} does not have one classes_ array of one class a text, "
            "which the words could speak for. Pass a fitted classifier with one label a text."
        )
    return np.asarray(classes)


def _column_of(target: Any, classes: np.ndarray) -> int:
    found = np.flatnonzero(classes == target)
    if len(found) != 1:
        known = ", ".join(map(repr, classes.tolist()))
        raise ValueError(f"target={target!r} is none of the classes, which are {known}.")
    return int(found[0])
