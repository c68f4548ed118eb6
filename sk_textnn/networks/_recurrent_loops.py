"""What of an LSTM and of a GRU has to be computed word by word, and its gradients.

A loop reads what the inputs were projected to, `z` of shape (steps, batch, gates * units), and
returns the states, (steps, batch, units), with the function that makes of their gradients those
of what went in. It is exact for any number of steps: what can be computed for all of them at once,
is, and only the rest is looped over.
"""

from collections.abc import Callable
from typing import Any

from .._optional import import_heavy

tf: Any = import_heavy("tensorflow")
Gradient = Callable[[Any], tuple[Any, Any, Any]]  # of the states to that of z, weights and bias
Loop = Callable[[Any, Any, Any, Any], tuple[Any, Gradient]]


def lstm_loop(z: Any, kernel: Any, bias: None, dropout: Any) -> tuple[Any, Gradient]:
    """Run an LSTM over its projected inputs; the gates are in Keras's order: i, f, c, o.

    Parameters
    ----------
    z : Tensor of shape (steps, batch, 4 * units)
    kernel : Tensor of shape (units, 4 * units)
        What the state is multiplied by.
    bias : None
        All of it is in `z`.
    dropout : Tensor of shape (4, batch, units) or None
        What the state is multiplied by before that, for each gate.

    Returns
    -------
    states : Tensor of shape (steps, batch, units)
    gradient : callable
    """
    state = _State(kernel, dropout)
    start = tf.zeros_like(z[0, :, : kernel.shape[0]])

    def step(t: Any, h: Any, c: Any, *kept: Any) -> Any:
        i, f, g, o = tf.split(z[t] + state.project(h), 4, axis=-1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        c = f * c + i * g
        tanh_c = tf.tanh(c)
        h = o * tanh_c
        new = (h, c, tanh_c, tf.concat([i, f, g, o], axis=-1))
        return t + 1, h, c, *(array.write(t, value) for array, value in zip(kept, new, strict=True))

    sizes = [start.shape, start.shape, start.shape, z.shape[1:]]
    *_, h, c, tanh_c, gates = _each_step(z, step, [start, start], sizes)

    def gradient(d_h: Any) -> tuple[Any, Any, Any]:
        i, f, g, o = tf.split(gates, 4, axis=-1)
        d_c_by_h = o * (1 - tanh_c**2)
        # By what a gradient of c, thrice, and one of h are multiplied.
        slopes = tf.concat([g * i * (1 - i), _before(c) * f * (1 - f), i * (1 - g**2)], axis=-1)
        slope_of_o = tanh_c * o * (1 - o)

        def step_back(t: Any, h_later: Any, c_later: Any, kept: Any) -> Any:
            dh = d_h[t] + h_later
            dc = c_later + dh * d_c_by_h[t]
            dz = tf.concat([tf.tile(dc, [1, 3]) * slopes[t], dh * slope_of_o[t]], axis=-1)
            return t - 1, state.project_back(dz), dc * f[t], kept.write(t, dz)

        *_, d_z = _each_step(z, step_back, [start, start], [z.shape[1:]], backwards=True)
        return d_z, state.kernel_gradient(_before(h), d_z), None

    return h, gradient


def gru_loop(z: Any, kernel: Any, bias: Any, dropout: Any) -> tuple[Any, Gradient]:
    """Run a GRU over its projected inputs; the gates are in Keras's order: update, reset, new.

    The reset gate is applied behind the product, as is Keras's default.

    Parameters
    ----------
    z : Tensor of shape (steps, batch, 3 * units)
    kernel : Tensor of shape (units, 3 * units)
        What the state is multiplied by.
    bias : Tensor of shape (3 * units,)
        What is added to that.
    dropout : Tensor of shape (3, batch, units) or None
        What the state is multiplied by before that, for each gate.

    Returns
    -------
    states : Tensor of shape (steps, batch, units)
    gradient : callable
    """
    units = kernel.shape[0]
    state = _State(kernel, dropout)
    start = tf.zeros_like(z[0, :, :units])

    def step(t: Any, h: Any, *kept: Any) -> Any:
        projected = state.project(h) + bias
        now = z[t]
        gates = tf.sigmoid(now[:, : 2 * units] + projected[:, : 2 * units])
        update, reset = tf.split(gates, 2, axis=-1)
        recalled = projected[:, 2 * units :]
        proposed = tf.tanh(now[:, 2 * units :] + reset * recalled)
        h = update * h + (1 - update) * proposed
        new = (h, gates, recalled, proposed)
        return t + 1, h, *(array.write(t, value) for array, value in zip(kept, new, strict=True))

    two = [*start.shape[:1], 2 * units]
    *_, h, gates, recalled, proposed = _each_step(
        z, step, [start], [start.shape, two, start.shape, start.shape]
    )

    def gradient(d_h: Any) -> tuple[Any, Any, Any]:
        update, reset = tf.split(gates, 2, axis=-1)
        slope_of_update = (_before(h) - proposed) * update * (1 - update)
        slope_of_new = (1 - update) * (1 - proposed**2)
        slope_of_reset = slope_of_new * recalled * reset * (1 - reset)
        slopes = tf.concat([slope_of_update, slope_of_reset, slope_of_new * reset], axis=-1)

        def step_back(t: Any, h_later: Any, kept: Any) -> Any:
            dh = d_h[t] + h_later
            d_projected = tf.tile(dh, [1, 3]) * slopes[t]
            return t - 1, state.project_back(d_projected) + dh * update[t], kept.write(t, dh)

        *_, dh = _each_step(z, step_back, [start], [start.shape], backwards=True)
        d_projected = tf.tile(dh, [1, 1, 3]) * slopes
        d_z = tf.concat([d_projected[:, :, : 2 * units], dh * slope_of_new], axis=-1)
        return (
            d_z,
            state.kernel_gradient(_before(h), d_projected),
            tf.reduce_sum(d_projected, axis=[0, 1]),
        )

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
    z: Any, step: Any, start: list[Any], sizes: list[Any], *, backwards: bool = False
) -> Any:
    """Run a function for each step in turn; return its last states, and what it kept of each."""
    n_steps = tf.shape(z)[0]
    kept = [tf.TensorArray(z.dtype, n_steps, element_shape=size) for size in sizes]
    first = n_steps - 1 if backwards else tf.constant(0)
    _, *states = tf.while_loop(
        (lambda t, *_: t >= 0) if backwards else (lambda t, *_: t < n_steps),
        step,
        (first, *start, *kept),
        maximum_iterations=n_steps,
        parallel_iterations=1,
    )
    return *states[: len(start)], *(array.stack() for array in states[len(start) :])


def _before(states: Any) -> Any:
    """Return the state before each step: zeros before the first."""
    return tf.concat([tf.zeros_like(states[:1]), states[:-1]], axis=0)


def _flat(steps: Any) -> Any:
    """Return (steps, batch, size) as (steps * batch, size)."""
    return tf.reshape(steps, [-1, steps.shape[-1]])
