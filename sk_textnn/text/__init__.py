"""Steps from texts to padded sequences of word ids and word vectors."""

from ._padder import SequencePadder
from ._tokenizer import TextTokenizer

__all__ = ["SequencePadder", "TextTokenizer"]
