"""By hand: a text with padding behind it, one with holes, and one of padding alone."""

from functools import partial

import numpy as np
import pytest

from sk_textnn.networks import _reading_order

tf = _reading_order.tf
MASK = np.array([[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0]], dtype=bool)
NUMBER = np.array([[1, 2, 1, 0], [0, 2, 1, 3], [0, 3, 0, 0]])  # also of a word at the padding
N_ROWS = 4
# The steps of each text as they are read.
READ = {"forwards": [[0, 1, 2], [1, 3], []], "backwards": [[2, 1, 0], [3, 1], []]}
# How many have been read, once a step has been passed.
PASSED = {
    "forwards": [[1, 2, 3, 3], [0, 1, 1, 2], [0, 0, 0, 0]],
    "backwards": [[3, 2, 1, 0], [2, 2, 1, 1], [0, 0, 0, 0]],
}
RNG = np.random.default_rng(0)
STATES = RNG.normal(size=(4, 3, 2))
every_way = pytest.mark.parametrize("way", READ)
with_words_or_not = pytest.mark.parametrize("number", [None, NUMBER], ids=["steps", "words"])


def _order(way, number=None):
    number = None if number is None else tf.constant(number, tf.int32)
    return _reading_order.ReadingOrder(tf.constant(MASK), number, backwards=way == "backwards")


def _turns(order, rows):
    read = order.by_turn(rows)
    return tf.stack([read(t) for t in range(order.n_turns)])


def _state(text, n_read):
    return STATES[n_read - 1, text] if n_read else np.zeros(2)


@every_way
@with_words_or_not
def test_steps_come_in_the_order_in_which_they_are_read(way, number):
    x = RNG.normal(size=(3, 4, 2) if number is None else (N_ROWS, 2))
    order = _order(way, number)
    rows = order.rows(tf.constant(x))
    assert rows.shape == (MASK.size if number is None else N_ROWS, 2)
    turns = _turns(order, rows).numpy()
    assert turns.shape == (4, 3, 2)
    by_step = x if number is None else x[number]
    for text, steps in enumerate(READ[way]):
        np.testing.assert_array_equal(turns[: len(steps), text], by_step[text, steps])


@every_way
def test_each_step_gets_the_state_of_what_was_read_up_to_it(way):
    expected = [[_state(text, n) for n in row] for text, row in enumerate(PASSED[way])]
    np.testing.assert_array_equal(_order(way).by_step(tf.constant(STATES)), expected)


@every_way
def test_each_text_gets_its_last_state(way):
    expected = [_state(text, len(steps)) for text, steps in enumerate(READ[way])]
    np.testing.assert_array_equal(_order(way).by_text(tf.constant(STATES)), expected)


def _assert_transposes(function, transpose, x):
    out = function(tf.constant(x)).numpy()
    y = RNG.normal(size=out.shape)
    back = transpose(tf.constant(y)).numpy()
    assert back.shape == x.shape
    np.testing.assert_allclose((x * back).sum(), (out * y).sum(), rtol=1e-12)


@every_way
@with_words_or_not
def test_gradients_of_rows_are_transposes(way, number):
    order = _order(way, number)
    n_rows = MASK.size if number is None else N_ROWS
    x = RNG.normal(size=(3, 4, 2) if number is None else (N_ROWS, 2))
    _assert_transposes(order.rows, order.rows_gradient, x)
    rows = RNG.normal(size=(n_rows, 2))
    _assert_transposes(partial(_turns, order), partial(order.by_turn_gradient, n_rows=n_rows), rows)


@every_way
@pytest.mark.parametrize("method", ["by_step", "by_text"])
def test_gradients_of_states_are_transposes(way, method):
    order = _order(way)
    _assert_transposes(getattr(order, method), order.states_gradient, STATES)
