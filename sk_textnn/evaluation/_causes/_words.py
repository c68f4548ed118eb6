"""How many words the texts have, how many are read, and how many are known."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...sequences import UNKNOWN_ID, TokenSequences, Vocabulary


@dataclass(frozen=True)
class Words:
    """The words of the texts, before anything is cut.

    Attributes
    ----------
    lengths_train, lengths_test : ndarray of int of shape (n_samples,)
    unknown_train, unknown_test : ndarray of int of shape (n_samples,)
        How many of them have no id of their own.
    maxlen : int or None
        Words that are read at most, and the width of the padding; None: no padder.
    """

    lengths_train: np.ndarray
    lengths_test: np.ndarray
    unknown_train: np.ndarray
    unknown_test: np.ndarray
    maxlen: int | None = None

    def cut(self, lengths: np.ndarray) -> np.ndarray:
        """Return how many words of each text are cut off."""
        return (
            np.zeros_like(lengths) if self.maxlen is None else np.maximum(lengths - self.maxlen, 0)
        )

    @property
    def padding_share(self) -> float:
        """Share of the cells of the padded training rows that hold no word."""
        if self.maxlen is None:
            return 0.0
        return 1 - float(np.minimum(self.lengths_train, self.maxlen).mean() / self.maxlen)


def count(tokenizer: Any, train: list[str], test: list[str], maxlen: int | None) -> Words:
    """Count the words of texts by a fitted tokenizer."""
    # It leaves unknown words out, if they have no name: here they shall have one.
    probe = copy.copy(tokenizer)
    probe.vocabulary_ = Vocabulary(tokenizer.vocabulary_.words)
    numbers = [_count(probe.transform(texts)) for texts in (train, test)]
    (lengths_train, unknown_train), (lengths_test, unknown_test) = numbers
    return Words(lengths_train, lengths_test, unknown_train, unknown_test, maxlen)


def _count(sequences: TokenSequences) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.diff(sequences.offsets)
    unknown = np.concatenate([[0], np.cumsum(sequences.ids == UNKNOWN_ID)])
    return lengths, np.diff(unknown[sequences.offsets])


def share(part: np.ndarray, whole: np.ndarray) -> float:
    """Return a sum as a share of another."""
    return float(part.sum() / max(1, whole.sum()))


def share_by_class(part: np.ndarray, whole: np.ndarray, labels: np.ndarray) -> Mapping[Any, float]:
    """Return that share in the rows of each class, the greatest first."""
    shares = {
        label: round(share(part[labels == label], whole[labels == label]), 3)
        for label in np.unique(labels).tolist()
    }
    return dict(sorted(shares.items(), key=lambda item: -item[1]))
