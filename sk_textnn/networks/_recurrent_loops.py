"""What of an LSTM and of a GRU has to be computed word by word, and its gradients.

A loop reads step by step what the inputs were projected to, (batch, gates * units), and
returns the states, (steps, batch, units), with the function that makes of their gradients those
of what went in, unless it was told to keep nothing for that. It is exact for any number of steps.
Products that do not depend on the state are made for all steps at once; all else of a step is made
within it, where it stays in the processor's cache, as an array over all steps of a long text would
not.
"""

from collections.abc import Callable
from typing import Any

from .._optional import import_heavy

tf: Any = import_heavy("tensorflow")
Gradient = Callable[[Any], tuple[Any, Any, Any]]  # of the states to that of z, weights and bias
Step = Callable[[Any], Any]  # its number to (batch, gates * units)
Loop = Callable[[Step, Any, Any, Any, Any, bool], tuple[Any, Gradient]]


def lstm_loop(
    z: Step, n_steps: Any, kernel: Any, bias: None, dropout: Any, keep: bool
) -> tuple[Any, Gradient]:
    """Run an LSTM over its projected inputs; the gates are in Keras's order: i, f, c, o.

    Parameters
    ----------
    z : callable
        Takes the number of a step and returns its inputs, projected: (batch, 4 * units).
    n_steps : Tensor of int of shape ()
    kernel : Tensor of shape (units, 4 * units)
        What the state is multiplied by.
    bias : None
        All of it is in `z`.
    dropout : Tensor of shape (4, batch, units) or None
        What the state is multiplied by before that, for each gate.
    keep : bool
        Whether to keep what the gradient needs; else it cannot be called.

    Returns
    -------
    states : Tensor of shape (steps, batch, units)
    gradient : callable
    """
    units = kernel.shape[0]
    state = _State(kernel, dropout)
    start = tf.zeros_like(z(0)[:, :units])

    def step(t: Any, h: Any, c: Any, *kept: Any) -> Any:
        i_f, g, o = tf.split(z(t) + state.project(h), [2 * units, units, units], axis=-1)
        i_f, g, o = tf.sigmoid(i_f), tf.tanh(g), tf.sigmoid(o)
        i, f = tf.split(i_f, 2, axis=-1)
        new_c = f * c + i * g
        tanh_c = tf.tanh(new_c)
        h = o * tanh_c
        return t + 1, h, new_c, *_write(kept, t, (h, c, tanh_c, i_f, g, o))

    sizes = [units, units, units, 2 * units, units, units]
    h, *kept = _each_step(n_steps, step, [start, start], sizes if keep else [units])
    h = h.stack()

    def gradient(d_h: Any) -> tuple[Any, Any, Any]:
        def step_back(t: Any, h_later: Any, c_later: Any, d_z: Any) -> Any:
            c_before, tanh_c, i_f, g, o = (array.read(t) for array in kept)
            i, f = tf.split(i_f, 2, axis=-1)
            dh = d_h[t] + h_later
            dc = c_later + dh * (o * (1 - tanh_c**2))
            of_i_f = tf.concat([g, c_before], axis=-1) * i_f * (1 - i_f)
            slopes = tf.concat([of_i_f, i * (1 - g**2), tanh_c * o * (1 - o)], axis=-1)
            dz = tf.concat([dc, dc, dc, dh], axis=-1) * slopes
            return t - 1, state.project_back(dz), dc * f, d_z.write(t, dz)

        (d_z,) = _each_step(n_steps, step_back, [start, start], [4 * units], backwards=True)
        d_z = d_z.stack()
        return d_z, state.kernel_gradient(_before(h), d_z), None

    return h, gradient


def gru_loop(
    z: Step, n_steps: Any, kernel: Any, bias: Any, dropout: Any, keep: bool
) -> tuple[Any, Gradient]:
    """Run a GRU over its projected inputs; the gates are in Keras's order: update, reset, new.

    The reset gate is applied behind the product, as is Keras's default.

    Parameters
    ----------
    z : callable
        Takes the number of a step and returns its inputs, projected: (batch, 3 * units).
    n_steps : Tensor of int of shape ()
    kernel : Tensor of shape (units, 3 * units)
        What the state is multiplied by.
    bias : Tensor of shape (3 * units,)
        What is added to that.
    dropout : Tensor of shape (3, batch, units) or None
        What the state is multiplied by before that, for each gate.
    keep : bool
        Whether to keep what the gradient needs; else it cannot be called.

    Returns
    -------
    states : Tensor of shape (steps, batch, units)
    gradient : callable
    """
    units = kernel.shape[0]
    state = _State(kernel, dropout)
    start = tf.zeros_like(z(0)[:, :units])

    def step(t: Any, h: Any, *kept: Any) -> Any:
        projected = state.project(h) + bias
        now = z(t)
        gates = tf.sigmoid(now[:, : 2 * units] + projected[:, : 2 * units])
        update, reset = tf.split(gates, 2, axis=-1)
        recalled = projected[:, 2 * units :]
        proposed = tf.tanh(now[:, 2 * units :] + reset * recalled)
        new_h = update * h + (1 - update) * proposed
        return t + 1, new_h, *_write(kept, t, (new_h, h, gates, recalled, proposed))

    sizes = [units, units, 2 * units, units, units]
    h, *kept = _each_step(n_steps, step, [start], sizes if keep else [units])
    h = h.stack()

    def gradient(d_h: Any) -> tuple[Any, Any, Any]:
        def step_back(t: Any, h_later: Any, *found: Any) -> Any:
            h_before, gates, recalled, proposed = (array.read(t) for array in kept)
            update, reset = tf.split(gates, 2, axis=-1)
            dh = d_h[t] + h_later
            of_update = (h_before - proposed) * update * (1 - update)
            of_new = (1 - update) * (1 - proposed**2)
            of_reset = of_new * recalled * reset * (1 - reset)
            slopes = tf.concat([of_update, of_reset, of_new * reset], axis=-1)
            d_projected = tf.concat([dh, dh, dh], axis=-1) * slopes
            dz = tf.concat([d_projected[:, : 2 * units], dh * of_new], axis=-1)
            d_before = state.project_back(d_projected) + dh * update
            return t - 1, d_before, *_write(found, t, (dz, d_projected))

        sizes = [3 * units, 3 * units]
        found = _each_step(n_steps, step_back, [start], sizes, backwards=True)
        d_z, d_projected = (array.stack() for array in found)
        d_kernel = state.kernel_gradient(_before(h), d_projected)
        return d_z, d_kernel, tf.reduce_sum(d_projected, axis=[0, 1])

    return h, gradient


class _State:
    """The product of the state and its weights, with the dropout of each gate.

    Parameters
    ----------
    kernel : Tensor of shape (units, gates * units)
    dropout : Tensor of shape (gates, batch, units) or None
    """

    def __init__(self, kernel: Any, dropout: Any):
        self.kernel = kernel
        self.dropout = dropout
        if dropout is not None:
            n_gates = dropout.shape[0]
            self.kernels = tf.stack(tf.split(kernel, n_gates, axis=1))

    def project(self, h: Any) -> Any:
        """Return the product, of shape (batch, gates * units)."""
        if self.dropout is None:
            return tf.matmul(h, self.kernel)
        return _side_by_side(tf.matmul(h * self.dropout, self.kernels))

    def project_back(self, d: Any) -> Any:
        """Return the gradient of the state, (batch, units), from that of the product."""
        if self.dropout is None:
            return tf.matmul(d, self.kernel, transpose_b=True)
        by_gate = tf.matmul(self._by_gate(d), self.kernels, transpose_b=True)
        return tf.reduce_sum(by_gate * self.dropout, axis=0)

    def kernel_gradient(self, before: Any, d: Any) -> Any:
        """Return the gradient of the weights from all states and gradients of the products."""
        if self.dropout is None:
            return tf.matmul(_flat(before), _flat(d), transpose_a=True)
        states = [_flat(before * factor) for factor in tf.unstack(self.dropout)]
        gradients = tf.split(_flat(d), len(states), axis=-1)
        products = [
            tf.matmul(h, each, transpose_a=True) for h, each in zip(states, gradients, strict=True)
        ]
        return tf.concat(products, axis=-1)

    def _by_gate(self, d: Any) -> Any:
        return tf.stack(tf.split(d, self.dropout.shape[0], axis=-1))


def _side_by_side(by_gate: Any) -> Any:
    return tf.concat(tf.unstack(by_gate), axis=-1)


def _each_step(
    n_steps: Any, step: Any, start: list[Any], sizes: list[int], *, backwards: bool = False
) -> Any:
    """Run a function for each step in turn; return arrays of what it kept, (batch, size) each."""
    n_texts = start[0].shape[0]
    kept = [
        tf.TensorArray(
            start[0].dtype, n_steps, element_shape=[n_texts, size], clear_after_read=False
        )
        for size in sizes
    ]
    first = n_steps - 1 if backwards else tf.constant(0)
    _, *states = tf.while_loop(
        (lambda t, *_: t >= 0) if backwards else (lambda t, *_: t < n_steps),
        step,
        (first, *start, *kept),
        maximum_iterations=n_steps,
        parallel_iterations=1,
    )
    return states[len(start) :]


def _write(arrays: Any, t: Any, values: Any) -> Any:
    """Keep what a step has found, for which there are arrays; nothing is copied."""
    return (array.write(t, value) for array, value in zip(arrays, values, strict=False))


def _before(states: Any) -> Any:
    """Return the state before each step: zeros before the first."""
    return tf.concat([tf.zeros_like(states[:1]), states[:-1]], axis=0)


def _flat(steps: Any) -> Any:
    """Return (steps, batch, size) as (steps * batch, size)."""
    return tf.reshape(steps, [-1, steps.shape[-1]])
