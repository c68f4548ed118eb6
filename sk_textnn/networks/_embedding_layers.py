"""Keras layers for word ids and word vectors. Importing this file loads Keras."""

from typing import Any

from .._optional import import_heavy
from ._distinct_words import DistinctWords, distinct_words

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
ops = keras.ops
# Under a name of its own, so that keras.saving.load_model finds the layer in a saved network.
registered = keras.saving.register_keras_serializable("sk_textnn")


@registered
class WordEmbedding(keras.layers.Embedding):
    """Keras's embedding, with one gradient for each word of a batch.

    Keras hands its optimizers one for each occurrence, of which Adam adds up the squares: a text
    of weight 2 would not train the vectors as two such texts do.
    """

    tells_words = False  # see `words_told`

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.supports_jit = False  # XLA wants to know the number of words before

    def call(self, inputs: Any) -> Any:
        words, number = tf.unique(tf.reshape(inputs, [-1]))
        # Looked up in the variable itself: to read it is to copy it, once training has changed it.
        vectors = tf.gather(self.embeddings.value, words)
        number = tf.reshape(number, tf.shape(inputs))
        if not self.tells_words:
            return tf.gather(vectors, number)
        return DistinctWords(vectors, number).at_each_step()


@registered
class NGramEmbedding(WordEmbedding):
    """A table of n-gram vectors, which vectors of words are not for."""

    of_words = False


@registered
class AddNGrams(keras.layers.Layer):
    """Add the vectors of n-grams to those of the words that they begin with.

    Inputs are vectors (batch, steps, size): first those of the words, then, for each length, those
    of the n-grams with their mask. The mask of the words goes on.
    """

    def call(self, inputs: Any, mask: Any = None) -> Any:
        vectors, *ngrams = inputs
        for each, begins in zip(ngrams, mask[1:], strict=True):
            vectors += ops.where(begins[:, :, None], each, 0)
        return vectors

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask[0]


@registered
class SpatialDropout1D(keras.layers.SpatialDropout1D):
    """Keras's, after which the different words are still known."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        words = distinct_words(inputs)
        if words is None or not training:
            return super().call(inputs, training=training)
        # To ask for the shape of the vectors would be to look them up.
        shape = [tf.shape(words.number)[0], 1, inputs.shape[2]]
        factor = super().call(tf.ones(shape, inputs.dtype), training=training)
        return words._replace(factor=factor).at_each_step()


class _Dropout(keras.layers.Layer):
    """What both dropouts share: they draw anew in every training step, and keep the mask."""

    supports_masking = True

    def __init__(self, rate: float, *, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def draw(self, inputs: Any) -> Any:
        """Draw which steps are hit: (batch, steps), boolean."""
        shape = ops.shape(inputs)[:2]
        return keras.random.uniform(shape, dtype="float32", seed=self.seed_generator) < self.rate

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


@registered
class WordDropout(_Dropout):
    """Training takes some of the words for unknown; padding stays padding.

    Input and output are ids (batch, steps), where 0 is padding.

    Parameters
    ----------
    rate : float
        Probability with which a word is replaced.
    replacement : int
        Id of the unknown word.
    seed : int
        Of the draws.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    def __init__(self, rate: float, replacement: int, *, seed: int, **kwargs: Any) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.replacement = replacement

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return inputs
        dropped = ops.logical_and(self.draw(inputs), inputs != 0)
        return ops.where(dropped, ops.cast(self.replacement, inputs.dtype), inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "replacement": self.replacement}


@registered
class StepDropout(_Dropout):
    """Training sets some of the steps to zero; the others keep their size.

    What :class:`WordDropout` is to ids, this is to vectors (batch, steps, size).

    Parameters
    ----------
    rate : float
        Probability with which a step is set to zero.
    seed : int
        Of the draws.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return inputs
        return ops.where(self.draw(inputs)[:, :, None], ops.zeros_like(inputs), inputs)


@registered
class NGramIds(keras.layers.Layer):
    """Hash the n-gram that begins at each step into one of `n_buckets` ids.

    Input are ids (batch, steps) with 0 for padding. Output are ids (batch, steps) of 1 to
    `n_buckets`, and 0 at steps where no n-gram of n words begins. The hash depends on the n words
    and their order alone, so that it is the same in every process.

    Parameters
    ----------
    n : int
        Words in an n-gram.
    n_buckets : int
        Number of ids.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    supports_masking = True

    def __init__(self, n: int, n_buckets: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.n_buckets = n_buckets

    def call(self, inputs: Any, mask: Any = None) -> Any:
        ids = ops.cast(inputs, "int64")
        if mask is not None:
            ids = ops.where(mask, ids, 0)
        padded = ops.pad(ids, [[0, 0], [0, self.n - 1]])
        mixed = ops.full_like(ids, self.n)
        complete = ops.ones_like(ids, dtype="bool")
        for offset in range(self.n):
            words = padded[:, offset : offset + ops.shape(ids)[1]]
            mixed = _mix(ops.bitwise_xor(mixed, words))
            complete = ops.logical_and(complete, words != 0)
        return ops.cast(ops.where(complete, mixed % self.n_buckets + 1, 0), "int32")

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None  # the embedding that follows makes one of the zeros

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n": self.n, "n_buckets": self.n_buckets}


def _mix(number: Any) -> Any:
    """Map numbers below 2**32 one to one onto such numbers, each bit depending on all.

    The factors are odd and below 2**31, so that no product overflows an int64.
    """
    for shift, factor in ((16, 0x27C52F95), (15, 0x6C353CE9)):
        number = ops.bitwise_xor(number, ops.right_shift(number, shift)) * factor % 2**32
    return ops.bitwise_xor(number, ops.right_shift(number, 16))
