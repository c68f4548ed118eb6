"""The words whose vectors are wanted, while a file of many more goes by."""

from collections.abc import Sequence

import numpy as np

__all__ = ["WantedVectors"]

_NOTHING_YET = 127


class WantedVectors:
    """Collects the vectors of the words wanted; of several spellings the nearest one.

    Parameters
    ----------
    words : sequence of str of length n_words
    ignore_case : bool
        Whether spellings count that differ in case only.
    """

    def __init__(self, words: Sequence[str], ignore_case: bool):
        self.words = words
        self.ignore_case = ignore_case
        self.vectors: np.ndarray | None = None
        self.rank = np.full(len(words), _NOTHING_YET, dtype=np.int8)
        self.n_not_utf8 = 0
        self.index: dict[str, list[int]] = {}
        for row, word in enumerate(words):
            self.index.setdefault(word.lower() if ignore_case else word, []).append(row)
        # A file's line is looked at more closely only if the wanted words include one with
        # the same beginning, up to the first space.
        self.beginnings = {key.partition(" ")[0] for key in self.index}

    def decode(self, word: bytes) -> str:
        """Return a word of the file as text; count those that are not UTF-8."""
        text = word.decode("utf-8", "replace")
        if "\ufffd" in text and text.encode() != word:  # it may stand in the file as such
            self.n_not_utf8 += 1
        return text

    def may_begin(self, beginning: str) -> bool:
        """Tell whether any word wanted begins like this."""
        return (beginning.lower() if self.ignore_case else beginning) in self.beginnings

    def rows(self, word: str) -> list[tuple[int, int]]:
        """Return the rows that this spelling serves better than those before, with ranks."""
        candidates = self.index.get(word.lower() if self.ignore_case else word)
        if not candidates:
            return []
        ranked = [(row, _rank(self.words[row], word)) for row in candidates]
        return [(row, rank) for row, rank in ranked if rank < self.rank[row]]

    def set_size(self, vector_size: int) -> None:
        """Make room, once the width is known."""
        self.vectors = np.zeros((len(self.words), vector_size), dtype=np.float32)

    def put(self, rows: list[tuple[int, int]], vector: np.ndarray) -> None:
        """Write a vector into these rows."""
        assert self.vectors is not None
        for row, rank in rows:
            self.vectors[row] = vector
            self.rank[row] = rank

    def result(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the vectors, and which words have one."""
        assert self.vectors is not None
        return self.vectors, self.rank != _NOTHING_YET


def _rank(wanted: str, spelling: str) -> int:
    forms = (wanted, wanted.lower(), wanted.title(), wanted.upper())
    return forms.index(spelling) if spelling in forms else len(forms)
