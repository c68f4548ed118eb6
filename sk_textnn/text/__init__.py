"""Steps from texts to padded sequences of word ids and word vectors."""

from ._padder import SequencePadder
from ._tokenizer import TextTokenizer
from ._word2vec import Word2VecEmbedder

__all__ = ["SequencePadder", "TextTokenizer", "Word2VecEmbedder"]
