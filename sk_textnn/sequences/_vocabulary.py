"""The words behind the ids."""

from collections.abc import Iterable, Iterator
from typing import Any

from ._ids import PADDING_ID, UNKNOWN_ID


class Vocabulary:
    """The words that have an id, in the order of their ids.

    Ids 0 (padding) and 1 (unknown) are reserved: the first word has id 2.

    Parameters
    ----------
    words : iterable of str
        The words with the ids 2, 3, ...; no word twice.
    oov_token : str or None, default="[UNK]"
        How the id 1 is written out. None: unknown words have no name.

    Attributes
    ----------
    words : tuple of str
        The words, without the two reserved ids.
    index : dict of str to int
        The id of each word.

    Raises
    ------
    ValueError
        If a word stands twice in `words`.

    Examples
    --------
    >>> from sk_textnn import Vocabulary
    >>> vocabulary = Vocabulary(["cat", "dog"])
    >>> vocabulary
    Vocabulary(2 words: cat, dog)
    >>> vocabulary.index["dog"], vocabulary.word(3), len(vocabulary)
    (3, 'dog', 4)
    """

    __slots__ = ("index", "oov_token", "words")

    def __init__(self, words: Iterable[str], *, oov_token: str | None = "[UNK]") -> None:
        self.words: tuple[str, ...] = tuple(words)
        self.oov_token = oov_token
        self.index: dict[str, int] = {
            word: row for row, word in enumerate(self.words, start=UNKNOWN_ID + 1)
        }
        if len(self.index) != len(self.words):
            twice = next(
                word
                for row, word in enumerate(self.words, start=UNKNOWN_ID + 1)
                if self.index[word] != row
            )
            raise ValueError(f"The word {twice!r} stands twice in the vocabulary; pass it once.")

    def __len__(self) -> int:
        """Rows an embedding table needs: the words, the padding and the unknown word."""
        return len(self.words) + UNKNOWN_ID + 1

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def word(self, token_id: int) -> str | None:
        """Return the word with this id.

        Parameters
        ----------
        token_id : int
            From 0 to ``len(vocabulary) - 1``.

        Returns
        -------
        str or None
            None for the padding, which has no word; `oov_token` for the id 1.

        Raises
        ------
        IndexError
            If there is no such id.
        """
        if not 0 <= token_id < len(self):
            raise IndexError(f"There is no id {token_id}: the ids go from 0 to {len(self) - 1}.")
        if token_id == PADDING_ID:
            return None
        if token_id == UNKNOWN_ID:
            return self.oov_token
        return self.words[token_id - UNKNOWN_ID - 1]

    # Equal by content; Python then takes away the hash, which content this large should not pay.
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return self is other or (self.words == other.words and self.oov_token == other.oov_token)

    def __reduce__(self) -> tuple[Any, ...]:
        return _make_vocabulary, (self.words, self.oov_token)

    def __repr__(self) -> str:
        shown = ", ".join(self.words[:5]) + (", ..." if len(self.words) > 5 else "")
        return f"Vocabulary({len(self.words):,} words: {shown})"


def _make_vocabulary(words: tuple[str, ...], oov_token: str | None) -> Vocabulary:
    return Vocabulary(words, oov_token=oov_token)
