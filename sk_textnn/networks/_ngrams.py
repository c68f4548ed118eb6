"""Vectors of n-grams, found by a hash: what neighbouring words mean together."""

from typing import Any

from ._seeds import seeded_initializer


def ngram_vectors(
    words: Any,
    vectors: Any,
    *,
    max_ngram: int,
    n_buckets: int,
    seeds: Any,
    dtype: str = "float32",
) -> list[Any]:
    """Look up the vectors of the n-grams that begin at each word, from two words on.

    Parameters
    ----------
    words : KerasTensor of shape (batch, steps)
        Word ids; if they are vectors already, there are no n-grams.
    vectors : KerasTensor of shape (batch, steps, vector_size)
        Those of the words, whose size the others get.
    max_ngram : int
        Words in the longest n-gram.
    n_buckets : int
        Vectors that all n-grams of one length share, by a hash.
    seeds : iterator of int
    dtype : str, default="float32"

    Returns
    -------
    list of KerasTensor of shape (batch, steps, vector_size)
        One for each length; masked are the steps where no n-gram of it begins.

    References
    ----------
    Joulin, A. et al. (2017). Bag of tricks for efficient text classification. EACL.
    """
    from ._embedding_layers import NGramEmbedding, NGramIds

    has_ids = len(words.shape) == 2
    found = []
    for n in range(2, max_ngram + 1 if has_ids else 2):
        ids = NGramIds(n, n_buckets, name=f"ids_of_{n}_words")(words)
        table = NGramEmbedding(
            n_buckets + 1,
            vectors.shape[-1],
            embeddings_initializer=seeded_initializer("uniform", next(seeds)),
            mask_zero=True,
            dtype=dtype,
            name=f"vectors_of_{n}_words",
        )
        found.append(table(ids))
    return found
