"""Steps with given gradients: rows of a table, and all of a dense kernel beside it."""

import numpy as np
import pytest

from sk_textnn.networks import InputSpec, averaging_features, build_network
from sk_textnn.networks._optimizers import OPTIMIZERS, RowAdam, keras, tf

RATE = 2.0**-7  # which Keras holds in single precision
RNG = np.random.default_rng(0)
TABLE, KERNEL = RNG.normal(size=(6, 3)), RNG.normal(size=(3, 2))
# Of each step: the rows that words were looked up in, their gradients, and the kernel's.
STEPS = [
    (rows, RNG.normal(size=(len(rows), 3)), RNG.normal(size=(3, 2)))
    for rows in ([1, 4], [4, 2, 4, 4], [0], [1, 1], [4, 1, 0, 0])
]
WHOLE_STEPS = [
    (RNG.permutation(6), RNG.normal(size=(6, 3)), RNG.normal(size=(3, 2))) for _ in range(5)
]
every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


class Training:
    """A table and a kernel, and the optimizer that trains them."""

    def __init__(self, optimizer, dtype="float32", pace=1, *, in_rows=True, in_graph=False):
        self.table = keras.Variable(TABLE, dtype=dtype, name="embeddings")
        self.kernel = keras.Variable(KERNEL, dtype=dtype, name="kernel")
        self.optimizer = optimizer
        self.in_rows = in_rows
        optimizer.build([self.table, self.kernel])
        if in_rows:
            optimizer.table_pace.assign(pace)
        if in_graph:
            shapes = [((None,), "int32"), ((None, 3), dtype), ((3, 2), dtype)]
            self._step = tf.function(self._step, [tf.TensorSpec(*each) for each in shapes])

    def run(self, steps):
        for rows, *gradients in steps:
            gradients = (tf.constant(each, self.table.dtype) for each in gradients)
            self._step(tf.constant(rows, "int32"), *gradients)
        return self

    def _step(self, rows, gradients, for_kernel):
        gradients = tf.IndexedSlices(gradients, rows, tf.constant(TABLE.shape))
        if not self.in_rows:
            gradients = tf.convert_to_tensor(gradients)
        self.optimizer.apply([gradients, for_kernel])

    def state(self):
        """The table, and mean and variance of its gradients."""
        state = {variable.path: variable.numpy() for variable in self.optimizer.variables}
        moments = (f"{self.optimizer.name}/embeddings_{each}" for each in ("momentum", "velocity"))
        return [self.table.numpy(), *(state[path] for path in moments)]


def _expected(steps, pace):
    """The same by loops over the rows, with a sum of the gradients of each."""
    table, mean, variance = TABLE.copy(), np.zeros((6, 3)), np.zeros((6, 3))
    for number, (rows, gradients, _) in enumerate(steps, start=1):
        for row in set(rows):
            gradient = gradients[np.equal(rows, row)].sum(axis=0)
            mean[row] = 0.9 * mean[row] + 0.1 * gradient
            variance[row] = 0.999 * variance[row] + 0.001 * gradient**2
            size = pace * RATE * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
            table[row] -= size * mean[row] / (np.sqrt(variance[row]) + 1e-7)
    return table, mean, variance


def test_rows_are_those_of_adam_if_all_are_in_every_batch():
    ours = Training(RowAdam(RATE)).run(WHOLE_STEPS)
    theirs = Training(keras.optimizers.Adam(RATE), in_rows=False).run(WHOLE_STEPS)
    for value, expected in zip(ours.state(), theirs.state(), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("params", [{}, {"beta_1": 0.8, "epsilon": 1e-3}, {"amsgrad": True}])
@pytest.mark.parametrize(("dtype", "in_graph"), [("float32", True), ("float64", False)])
def test_all_else_is_that_of_adam(dtype, in_graph, params):
    ours, theirs = (
        Training(optimizer(RATE, **params), dtype, in_rows=in_rows, in_graph=in_graph).run(STEPS)
        for optimizer, in_rows in ((RowAdam, True), (keras.optimizers.Adam, False))
    )
    others = {variable.name: variable for variable in theirs.optimizer.variables}
    pairs = [(v, others[v.name]) for v in ours.optimizer.variables if v.name in others]
    assert len(pairs) >= 4
    for value, expected in [(ours.kernel, theirs.kernel), *pairs]:
        if not value.name.startswith("embeddings"):
            # Keras rounds the betas to single precision always, TensorFlow 1 - beta_2, too.
            np.testing.assert_allclose(value, expected, rtol=2e-5)


@pytest.mark.parametrize("pace", [1, 0.5])
def test_rows_wait_and_their_gradients_are_summed(pace):
    training = Training(RowAdam(RATE), "float64", pace).run(STEPS)
    for value, expected in zip(training.state(), _expected(STEPS, pace), strict=True):
        assert value.dtype == "float64"
        np.testing.assert_allclose(value, expected, rtol=1e-9)


def test_rows_not_in_the_batch_are_untouched_bit_for_bit():
    training = Training(RowAdam(RATE)).run(WHOLE_STEPS)
    before = training.state()
    training.run(STEPS[:1])
    for old, new in zip(before, training.state(), strict=True):
        touched = (old != new).any(axis=1)
        np.testing.assert_array_equal(np.flatnonzero(touched), [1, 4])


@every_optimizer
@pytest.mark.parametrize(("dtype", "in_graph"), [("float32", True), ("float64", False)])
def test_table_pace_of_0_freezes_the_table_and_nothing_else(name, dtype, in_graph):
    optimizer = OPTIMIZERS[name]
    frozen = Training(optimizer(RATE), dtype, 0, in_graph=in_graph).run(STEPS[:2])
    free = Training(optimizer(RATE), dtype).run(STEPS[:2])
    np.testing.assert_array_equal(frozen.table, TABLE.astype(dtype))
    np.testing.assert_allclose(frozen.kernel, free.kernel, rtol=1e-5)
    frozen.optimizer.table_pace.assign(1)
    frozen.run(STEPS[2:])  # thawed, the table learns
    for training in (frozen, free):
        for weights, start in ((training.table, TABLE), (training.kernel, KERNEL)):
            assert weights.dtype == dtype
            assert np.isfinite(weights).all()
            assert not np.allclose(weights, start, rtol=1e-6)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS.keys() - {"ftrl"}))  # whose rate is no factor
def test_table_pace_of_2_doubles_the_first_step(name):
    once, twice = (
        Training(OPTIMIZERS[name](RATE), "float64", pace).run(STEPS[:1]) for pace in (1, 2)
    )
    step = once.table - TABLE
    assert np.abs(step[1::3]).min() > 0
    np.testing.assert_allclose(twice.table - TABLE, 2 * step, rtol=1e-6, atol=1e-14)
    np.testing.assert_array_equal(twice.kernel, once.kernel)


def _network(optimizer, **how):
    spec = InputSpec(3, n_ids=9)
    params = {
        "body": averaging_features,
        "body_params": {"n_buckets": 5},
        "n_classes": 2,
        "dropout": 0,
    }
    model = build_network(spec, **params)
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False, **how)
    return model


IDS, Y = np.array([[2, 7, 2, 0], [3, 8, 5, 4]]), np.array([0, 1])


def test_tables_of_a_network_are_known():
    """Those of words and of n-grams have the pace, the output layer has not."""
    model = _network(OPTIMIZERS["sgd"]())
    model.optimizer.table_pace.assign(0)
    before = model.get_weights()
    model.train_on_batch(IDS, Y)
    changed = [not np.array_equal(*pair) for pair in zip(before, model.get_weights(), strict=True)]
    names = [weight.path for weight in model.weights]
    expected = ["embedding/embeddings", "vectors_of_2_words/embeddings"]
    assert [name for name, has in zip(names, changed, strict=True) if not has] == expected
    model.optimizer.table_pace.assign(1)  # the step that was traced before sees it
    model.train_on_batch(IDS, Y)
    table = model.get_weights()[0]
    moved = (table != before[0]).any(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(moved), [2, 3, 4, 5, 7, 8])


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_a_table_that_is_read_whole_has_the_pace(name):
    """As by a regularizer: its gradient does not come in rows."""
    optimizer = OPTIMIZERS[name](RATE)
    training = Training(optimizer, "float64", in_rows=False)
    optimizer.table_pace.assign(0)
    training.run(WHOLE_STEPS[:2])
    np.testing.assert_array_equal(training.table, TABLE)
    assert np.abs(training.kernel - KERNEL).min() > 0
    optimizer.table_pace.assign(1)
    training.run(WHOLE_STEPS[2:])
    assert np.abs(training.table - TABLE).min() > 0


@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_a_saved_model_goes_on_training(name, tmp_path):
    model = _network(OPTIMIZERS[name](RATE), run_eagerly=True)
    model.train_on_batch(IDS, Y)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is OPTIMIZERS[name]
    for each in (model, loaded):
        each.train_on_batch(IDS, Y)
    for weight, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, expected)
    assert loaded.optimizer.iterations == 2
