"""Word ids of many texts in one ragged container, and the vocabulary that names them."""

from ._ids import PADDING_ID, UNKNOWN_ID, check_maxlen_sides
from ._token_sequences import TokenSequences
from ._vocabulary import Vocabulary

__all__ = ["PADDING_ID", "UNKNOWN_ID", "TokenSequences", "Vocabulary", "check_maxlen_sides"]
