"""Keras's optimizers with a step size of their own for word vectors, and Adam by rows."""

from typing import Any

from .._optional import import_heavy

keras: Any = import_heavy("keras")
tf: Any = import_heavy("tensorflow")
registered = keras.saving.register_keras_serializable("sk_textnn")


# What `_Paced` calls without having it is the optimizer's that it is mixed into, which a type
# checker cannot know: hence the ignores.
class _Paced:
    """Mixin: tables that words are looked up in learn at `table_pace` times the learning rate.

    Such a table is known by its gradient, which Keras hands over as rows, or, where something
    else reads it whole, such as a regularizer, by the name that Keras's Embedding gives it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A variable, as the traced training step reads it anew.
        self.table_pace = tf.Variable(1.0, trainable=False, name="table_pace")
        # It would shrink the words that are not in the batch, whatever the pace.
        self.exclude_from_weight_decay(var_names=["embeddings"])  # type: ignore[attr-defined]  # mixin

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        by_rows = isinstance(gradient, tf.IndexedSlices)
        if not by_rows and variable.name.partition(":")[0] != "embeddings":
            self.update_whole(gradient, variable, learning_rate)
            return
        rate = tf.cast(learning_rate, variable.dtype) * tf.cast(self.table_pace, variable.dtype)

        step = self.update_rows if by_rows else self.update_whole

        def update() -> Any:
            step(gradient, variable, rate)
            return tf.constant(0)

        # At a rate of zero not every optimizer leaves the table as it is.
        tf.cond(self.table_pace > 0, update, lambda: tf.constant(0))

    def update_rows(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        super().update_step(gradient, variable, learning_rate)  # type: ignore[misc]  # mixin

    def update_whole(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        super().update_step(gradient, variable, learning_rate)  # type: ignore[misc]  # mixin


@registered
class RowAdam(_Paced, keras.optimizers.Adam):
    """Adam that touches only those rows of an embedding table whose words are in the batch.

    Keras's Adam moves every row in every step, by the decaying mean of its past gradients, and
    reads and writes the whole table for it. Here a row waits, mean and variance included, until
    its word comes again; as in TensorFlow Addons' LazyAdam. Everything else is Adam, by
    TensorFlow's one operation for it.
    """

    def update_whole(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if self.amsgrad:
            super().update_whole(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=tf.constant(self.beta_1, variable.dtype),
            beta2=tf.constant(self.beta_2, variable.dtype),
            epsilon=tf.constant(self.epsilon, variable.dtype),
            grad=gradient,
        )

    def update_rows(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        rows, number = tf.unique(gradient.indices)
        gradients = tf.cond(
            tf.size(rows) < tf.size(number),
            lambda: tf.math.unsorted_segment_sum(gradient.values, number, tf.size(rows)),
            lambda: gradient.values,  # no row comes twice: they are in order
        )
        index = self._get_variable_index(variable)
        mean, variance = self._momentums[index].value, self._velocities[index].value
        step = tf.cast(self.iterations + 1, variable.dtype)
        beta_1, beta_2 = self.beta_1, self.beta_2
        new_mean = beta_1 * tf.gather(mean, rows) + (1 - beta_1) * gradients
        new_variance = beta_2 * tf.gather(variance, rows) + (1 - beta_2) * gradients**2
        size = learning_rate * tf.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        mean.scatter_update(tf.IndexedSlices(new_mean, rows))
        variance.scatter_update(tf.IndexedSlices(new_variance, rows))
        change = size * new_mean / (tf.sqrt(new_variance) + self.epsilon)
        variable.scatter_sub(tf.IndexedSlices(change, rows))


def _paced(base: type) -> type:
    return registered(type(f"Paced{base.__name__}", (_Paced, base), {"__doc__": _Paced.__doc__}))


# Those that are bare, or hold others; and Muon, which fails in double precision.
_NO_CHOICE = {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap", "Muon"}
_PLAIN = {
    name.lower(): value
    for name, value in vars(keras.optimizers).items()
    if isinstance(value, type) and name not in _NO_CHOICE
}
OPTIMIZERS = {name: _paced(value) for name, value in _PLAIN.items()}
OPTIMIZERS |= {"adam": RowAdam, "dense_adam": OPTIMIZERS["adam"]}
