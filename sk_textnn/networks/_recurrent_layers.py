"""LSTM and GRU layers that compute what Keras's do, in less time. Importing this loads Keras.

Only what depends on the state before is computed word by word. The projection of the inputs is
one matrix product before that loop, the gradients of the weights are one after it. The texts are
read without their padding, so that the loop knows no mask.
"""

from typing import Any, ClassVar

from .._optional import import_heavy
from .._tracing import custom_gradient
from ._distinct_words import distinct_words
from ._reading_order import ReadingOrder
from ._recurrent_loops import Loop, gru_loop, lstm_loop

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
registered = keras.saving.register_keras_serializable("sk_textnn")


class _RecurrentLayer(keras.layers.Layer):
    """What both layers share: a subclass says how many gates there are, and how its loop runs.

    Inputs are steps (batch, steps, size) with or without a mask (batch, steps); wherever the
    padding stands, it is not read. Output are the states (batch, steps, units), each at its step
    in whatever direction the steps are read, at padding the state before; or the last state
    (batch, units). Weights and gates are Keras's, in its order.

    Where the steps come straight from a table of word vectors, each word is projected once in a
    batch.

    Parameters
    ----------
    units : int
        Size of the state.
    return_sequences : bool, default=False
        Whether to return the states of all steps.
    go_backwards : bool, default=False
        Whether to read the steps from the last to the first.
    recurrent_dropout : float, default=0.0
        Share of the state that training drops from one step to the next: for each text and gate
        the same units at all steps.
    kernel_initializer, recurrent_initializer : keras.initializers.Initializer
        Of the weights of the inputs and of the state.
    seed : int
        Of the dropout.
    **kwargs
        Of :class:`keras.layers.Layer`.
    """

    n_gates: ClassVar[int]
    loop: Loop

    def __init__(
        self,
        units: int,
        *,
        return_sequences: bool = False,
        go_backwards: bool = False,
        recurrent_dropout: float = 0.0,
        kernel_initializer: Any,
        recurrent_initializer: Any,
        seed: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_jit = False  # XLA would compile anew for every number of steps
        self.units = units
        self.return_sequences = return_sequences
        self.go_backwards = go_backwards
        self.recurrent_dropout = recurrent_dropout
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.seed = seed
        if recurrent_dropout:
            self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Any) -> None:
        width = self.n_gates * self.units
        weights = (
            ("kernel", (input_shape[-1], width), self.kernel_initializer),
            ("recurrent_kernel", (self.units, width), self.recurrent_initializer),
            ("bias", *self._bias(width)),
        )
        self.kernel, self.recurrent_kernel, self.bias = (
            self.add_weight(shape=shape, initializer=initializer, name=name)
            for name, shape, initializer in weights
        )

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        words = distinct_words(inputs)
        number = None if words is None else words.number
        if mask is None:  # to ask for the shape of vectors would be to look them up
            mask = tf.ones(tf.shape(inputs)[:2] if words is None else tf.shape(number), tf.bool)
        dropout = self._draw(tf.shape(mask)[0]) if training and self.recurrent_dropout else None
        order = ReadingOrder(mask, number, backwards=self.go_backwards)

        def read(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
            rows = order.rows(x)
            before, behind = self._split(bias)
            turns = order.by_turn(tf.matmul(rows, kernel) + before)
            states, gradient_of_loop = self.loop(
                turns, order.n_turns, recurrent_kernel, behind, dropout, training
            )

            def gradient(upstream: Any) -> tuple[Any, Any, Any, Any]:
                d_z, d_recurrent_kernel, d_behind = gradient_of_loop(
                    order.states_gradient(upstream)
                )
                d_z = order.by_turn_gradient(d_z, tf.shape(rows)[0])
                d_before = tf.reduce_sum(d_z, axis=0)
                d_x = order.rows_gradient(tf.matmul(d_z, kernel, transpose_b=True))
                d_kernel = tf.matmul(rows, d_z, transpose_a=True)
                return d_x, d_kernel, d_recurrent_kernel, self._join(d_before, d_behind)

            return (order.by_step if self.return_sequences else order.by_text)(states), gradient

        def predict(*args: Any) -> Any:
            """Keep nothing for a gradient; TensorFlow finds one, if anybody takes it."""
            return read(*args)[0]

        weights = (self.kernel, self.recurrent_kernel, self.bias)
        return (custom_gradient(read) if training else predict)(
            inputs if words is None else words.vectors,
            *(tf.convert_to_tensor(weight.value) for weight in weights),
        )

    def _draw(self, n_texts: Any) -> Any:
        """Draw by what the state is multiplied for each gate: (gates, batch, units)."""
        ones = tf.ones([n_texts, self.units], self.compute_dtype)
        return tf.stack(
            [
                keras.random.dropout(ones, self.recurrent_dropout, seed=self.seed_generator)
                for _ in range(self.n_gates)
            ]
        )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask if self.return_sequences else None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        steps = input_shape[1:2] if self.return_sequences else ()
        return (input_shape[0], *steps, self.units)

    def get_config(self) -> dict[str, Any]:
        serialize = keras.initializers.serialize
        return {
            **super().get_config(),
            "units": self.units,
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
            "recurrent_dropout": self.recurrent_dropout,
            "kernel_initializer": serialize(self.kernel_initializer),
            "recurrent_initializer": serialize(self.recurrent_initializer),
            "seed": self.seed,
        }


@registered
class LSTM(_RecurrentLayer):
    """Long short-term memory; its forget gate begins with a bias of one, as in Keras."""

    n_gates = 4
    loop = staticmethod(lstm_loop)

    def _bias(self, width: int) -> tuple[Any, Any]:
        return (width,), _forget_little

    def _split(self, bias: Any) -> tuple[Any, Any]:
        return bias, None

    def _join(self, before: Any, behind: Any) -> Any:
        return before


@registered
class GRU(_RecurrentLayer):
    """Gated recurrent unit; its reset gate is applied behind the product, as in Keras."""

    n_gates = 3
    loop = staticmethod(gru_loop)

    def _bias(self, width: int) -> tuple[Any, Any]:
        return (2, width), "zeros"

    def _split(self, bias: Any) -> tuple[Any, Any]:
        return bias[0], bias[1]

    def _join(self, before: Any, behind: Any) -> Any:
        return tf.stack([before, behind])


def _forget_little(shape: Any, dtype: Any) -> Any:
    """Return the bias of an LSTM: ones for the second of the gates, else zeros."""
    units = shape[0] // 4
    ones = tf.ones(units, dtype)
    return tf.concat([tf.zeros(units, dtype), ones, tf.zeros(2 * units, dtype)], axis=0)
