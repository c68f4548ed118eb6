"""The averaging network: the mean of word vectors and of hashed n-gram vectors."""

from typing import Any

from ._ngrams import ngram_vectors


def averaging_features(
    words: Any,
    vectors: Any,
    *,
    max_ngram: int = 2,
    n_buckets: int = 2**16,
    seeds: Any,
    dtype: str = "float32",
) -> Any:
    """Average the vectors of a text's words and n-grams, as fastText does.

    Parameters
    ----------
    words : KerasTensor of shape (batch, steps)
        Word ids, of which the n-grams are made; if they are vectors already, there are none.
    vectors : KerasTensor of shape (batch, steps, vector_size)
    max_ngram : int, default=2
        Words in the longest n-gram that has a vector; 1: words alone.
    n_buckets : int, default=65536
        Vectors that all n-grams of one length share, by a hash.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    KerasTensor of shape (batch, vector_size)

    References
    ----------
    Joulin, A. et al. (2017). Bag of tricks for efficient text classification. EACL.

    Iyyer, M. et al. (2015). Deep unordered composition rivals syntactic methods for text
    classification. ACL.
    """
    from ._pooling_layers import MaskedAverageOfSequences

    ngrams = ngram_vectors(
        words, vectors, max_ngram=max_ngram, n_buckets=n_buckets, seeds=seeds, dtype=dtype
    )
    return MaskedAverageOfSequences(dtype=dtype, name="mean_of_words_and_ngrams")(
        [vectors, *ngrams]
    )
