"""Small labelled texts for the checks, in the form that an estimator reads."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

from ..sequences import UNKNOWN_ID, TokenSequences, Vocabulary

Reads = Literal["texts", "sequences"]

_COMMON = "we was very today and then again all of it"
_TOPICS = {
    "food": "bread soup salt oven taste",
    "sport": "ball team goal race coach",
    "weather": "rain wind cloud storm sun",
}
_OTHER_TOPICS = {"music": "song drum choir tune concert", "travel": "train map hotel island road"}


class Corpus:
    """Texts with labels, and how they become the X of an estimator.

    Parameters
    ----------
    texts : sequence of str
        Words with spaces between them.
    y : sequence of str
        Their classes.
    reads : {"texts", "sequences"}
        Whether X is the texts themselves or TokenSequences of their words.
    """

    def __init__(self, texts: Sequence[str], y: Sequence[str] | np.ndarray, reads: Reads) -> None:
        self.texts = list(texts)
        self.y = np.array(y)
        self.reads = reads
        self._vocabulary = Vocabulary(dict.fromkeys(" ".join(texts).split()))

    @cached_property
    def X(self) -> Any:
        """The texts as the estimator reads them."""
        return self.like(self.texts)

    def like(self, texts: Sequence[str]) -> Any:
        """Return other texts in the form of X; words that the corpus lacks are unknown words."""
        if self.reads == "texts":
            return list(texts)
        get = self._vocabulary.index.get
        rows = [[get(word, UNKNOWN_ID) for word in text.split()] or [UNKNOWN_ID] for text in texts]
        return TokenSequences.from_lists(rows, vocabulary=self._vocabulary)


def make_corpus(estimator: Any, reads: Reads, n_samples: int = 42) -> Corpus:
    """Make texts of 3 to 11 words about three topics in turn, two for what knows two classes."""
    tags = _tags(estimator)
    binary = tags is not None and tags.classifier_tags and not tags.classifier_tags.multi_class
    topics = dict(list(_TOPICS.items())[: 2 if binary else 3])
    return _make(topics, reads, n_samples, seed=0)


def make_other_corpus(reads: Reads) -> Corpus:
    """Make texts with other words and other classes, two of them."""
    return _make(_OTHER_TOPICS, reads, 30, seed=1)


def _make(topics: dict[str, str], reads: Reads, n_samples: int, seed: int) -> Corpus:
    rng = np.random.RandomState(seed)
    labels = [list(topics)[row % len(topics)] for row in range(n_samples)]
    texts = []
    for label in labels:
        words = (topics[label] + " " + _COMMON).split()
        texts.append(" ".join(rng.choice(words, size=rng.randint(3, 12))))
    return Corpus(texts, labels, reads)


def take(X: Any, rows: Sequence[int] | np.ndarray) -> Any:
    """Return these rows of X, which is a list of texts or TokenSequences."""
    return X[np.asarray(rows)] if isinstance(X, TokenSequences) else [X[row] for row in rows]


def refuse_what_is_not_checked(estimator: Any) -> None:
    """Raise if an estimator is neither a transformer nor a classifier."""
    if isinstance(estimator, type):
        raise TypeError(
            f"The class {estimator.__name__} came where an estimator was expected. "
            f"Pass an instance, such as {estimator.__name__}()."
        )
    tags, name = _tags(estimator), type(estimator).__name__
    if tags is not None and tags.estimator_type not in (None, "classifier", "transformer"):
        raise TypeError(
            f"{name} is a {tags.estimator_type}. These checks are for transformers and "
            "classifiers of texts."
        )


def _tags(estimator: Any) -> Any:
    """Return scikit-learn's tags, None for what has none: only its own base classes must."""
    try:
        return get_tags(estimator)
    except AttributeError:
        return None


def what_it_reads(estimator: Any) -> Reads:
    """Tell from scikit-learn's tags whether an estimator reads raw texts or TokenSequences.

    A Pipeline has no tag of its own for that: its first step that says something decides. So
    does any of the estimators that a FeatureUnion or another meta-estimator holds.
    """
    return "texts" if _reads_texts(estimator) else "sequences"


def _reads_texts(estimator: Any) -> bool:
    if get_tags(estimator).input_tags.string:
        return True
    held = list(_held(estimator))
    if isinstance(estimator, Pipeline):
        # A FunctionTransformer passes on whatever came: the step after it tells.
        held = [step for step in held if not isinstance(step, FunctionTransformer)][:1]
    return any(_reads_texts(part) for part in held)


def _held(estimator: Any) -> Any:
    """Estimators that are parameters, alone or in a list of (name, estimator, ...)."""
    for value in estimator.get_params(deep=False).values():
        parts = value if isinstance(value, list) else [("", value)]
        for part in parts:
            held = part[1] if isinstance(part, tuple) and len(part) > 1 else None
            if hasattr(held, "get_params") and not isinstance(held, type):
                yield held
