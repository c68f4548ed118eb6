"""Word vectors that know how few different ones they are: most texts repeat words.

Like the mask in Keras, this travels with the tensor that it tells of, and is lost with the first
layer that changes the vectors, unless by one factor for a whole text. What reads it passes
gradients by the tensor, straight to the table; so a table only tells it while this package trains
or predicts, as others may want to see the gradients of single steps.
"""

from typing import Any, NamedTuple

from .._optional import import_heavy

tf: Any = import_heavy("tensorflow")


class DistinctWords(NamedTuple):
    """The different words of a batch.

    Attributes
    ----------
    vectors : Tensor of shape (n_distinct, size)
    number : Tensor of int32 of shape (batch, steps)
        Which of them stands at a step.
    factor : Tensor of shape (batch, 1, size) or None
        By what a text's vectors are multiplied, if they are.
    """

    vectors: Any
    number: Any
    factor: Any = None

    def at_each_step(self) -> Any:
        """Return the vectors of all steps, (batch, steps, size), from which this can be had."""
        vectors = tf.gather(self.vectors, self.number)
        if self.factor is not None:
            vectors *= self.factor
        vectors._distinct_words = self
        return vectors


def distinct_words(vectors: Any, *, factor: bool = False) -> DistinctWords | None:
    """Return the different words of what a table gave; None if they may have changed since.

    With `factor` also where they were multiplied by one since.
    """
    words = getattr(vectors, "_distinct_words", None)
    return None if words is None or (words.factor is not None and not factor) else words
