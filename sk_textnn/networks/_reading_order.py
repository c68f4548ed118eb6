"""In which order a recurrent layer reads the steps of a batch: time first, and no padding."""

from collections.abc import Callable
from typing import Any

from .._optional import import_heavy

tf: Any = import_heavy("tensorflow")


class ReadingOrder:
    """Brings steps into the order in which they are read, and states back to where they belong.

    What is read first of all texts comes first, then what is read second. A text that has ended
    is followed by any step of the batch: nobody looks at the states from there on, so that their
    gradients are zero.

    Parameters
    ----------
    mask : Tensor of bool of shape (batch, steps)
        False at padding, wherever that stands.
    number : Tensor of int of shape (batch, steps) or None
        Which row of the inputs is at a step; None: each step is a row of its own.
    backwards : bool
        Whether the last step of a text is read first.

    Attributes
    ----------
    n_turns : Tensor of shape ()
    """

    def __init__(self, mask: Any, number: Any, *, backwards: bool):
        n_texts = tf.shape(mask)[0]
        texts = tf.range(n_texts)
        # At padding that is as many as at the step that was read before.
        n_read = tf.cumsum(tf.cast(mask, tf.int32), axis=1, reverse=backwards)
        n_in_all = n_read[:, 0] if backwards else n_read[:, -1]
        # The states are counted from those before the first step on, all texts each time.
        self._state_of_step = n_read * n_texts + texts[:, None]
        self._state_of_text = n_in_all * n_texts + texts
        self._shape = tf.shape(mask)
        self.n_turns = self._shape[1]
        steps = tf.cast(tf.where(tf.reshape(mask, [-1])), tf.int32)
        turns = tf.gather(tf.reshape(self._state_of_step, [-1]), steps) - n_texts
        self._rows = tf.scatter_nd(turns, steps[:, 0], [tf.size(mask)])
        self._by_number = number is not None
        if number is not None:
            self._rows = tf.gather(tf.reshape(number, [-1]), self._rows)

    def rows(self, x: Any) -> Any:
        """Return what has to be projected, (rows, size): those of `number`, or of all steps."""
        if self._by_number:
            return x
        return tf.gather(tf.reshape(x, [-1, x.shape[-1]]), self._rows)

    def by_turn(self, z: Any) -> Callable[[Any], Any]:
        """Return the function that finds, of what rows were projected to, what a turn reads.

        It takes the number of the turn and returns (batch, width).
        """
        shape = [self.n_turns, self._shape[0]]
        if self._by_number:  # of all turns at once they would not fit into the processor's cache
            number = tf.reshape(self._rows, shape)
            return lambda t: tf.gather(z, tf.gather(number, t))
        turns = tf.reshape(z, [*shape, z.shape[-1]])
        return lambda t: turns[t]

    def by_step(self, states: Any) -> Any:
        """Return the state at each step: (batch, steps, units), zeros before the first."""
        return tf.gather(_with_start(states), self._state_of_step)

    def by_text(self, states: Any) -> Any:
        """Return the last state of each text: (batch, units)."""
        return tf.gather(_with_start(states), self._state_of_text)

    def rows_gradient(self, d_rows: Any) -> Any:
        """Return the gradient of the inputs of `rows`."""
        if self._by_number:
            return d_rows
        flat = tf.math.unsorted_segment_sum(d_rows, self._rows, self._shape[0] * self._shape[1])
        return tf.reshape(flat, [*tf.unstack(self._shape), d_rows.shape[-1]])

    def by_turn_gradient(self, d_turns: Any, n_rows: Any) -> Any:
        """Return the gradient of the inputs of `by_turn`, (rows, width), from that of all turns."""
        d_turns = tf.reshape(d_turns, [-1, d_turns.shape[-1]])
        if not self._by_number:
            return d_turns
        return tf.math.unsorted_segment_sum(d_turns, self._rows, n_rows)

    def states_gradient(self, upstream: Any) -> Any:
        """Return the gradient of the inputs of `by_step` or `by_text`, (steps, batch, units)."""
        units = upstream.shape[-1]
        places = self._state_of_step if upstream.shape.rank == 3 else self._state_of_text
        n_states = self._shape[0] * (self._shape[1] + 1)
        flat = tf.math.unsorted_segment_sum(
            tf.reshape(upstream, [-1, units]), tf.reshape(places, [-1]), n_states
        )
        return tf.reshape(flat, [self._shape[1] + 1, self._shape[0], units])[1:]


def _with_start(states: Any) -> Any:
    """Return states as (steps + 1) * batch rows, the first ones zero."""
    states = tf.concat([tf.zeros_like(states[:1]), states], axis=0)
    return tf.reshape(states, [-1, states.shape[-1]])
