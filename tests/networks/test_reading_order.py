"""By hand: a text with padding behind it, one with holes, and one of padding alone."""

import numpy as np
import pytest

from sk_textnn.networks import _reading_order

tf = _reading_order.tf
MASK = np.array([[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0]], dtype=bool)
WORDS = np.array([[4, 7, 4, 0], [0, 7, 4, 9], [0, 9, 0, 0]])  # also a word where padding is
N_WORDS = 4
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
with_words_or_not = pytest.mark.parametrize("words", [None, WORDS], ids=["steps", "words"])


def _order(way, words=None):
    words = None if words is None else tf.constant(words)
    return _reading_order.ReadingOrder(tf.constant(MASK), words, backwards=way == "backwards")


def _state(text, n_read):
    return STATES[n_read - 1, text] if n_read else np.zeros(2)


@every_way
@with_words_or_not
def test_steps_come_in_the_order_in_which_they_are_read(way, words):
    x = RNG.normal(size=(3, 4, 2) if words is None else (10, 2))
    x = x if words is None else x[words]
    order = _order(way, words)
    rows = order.rows(tf.constant(x))
    assert rows.shape == (MASK.size if words is None else N_WORDS, 2)
    turns = order.by_turn(rows).numpy()
    assert turns.shape == (4, 3, 2)
    for text, steps in enumerate(READ[way]):
        np.testing.assert_array_equal(turns[: len(steps), text], x[text, steps])


@every_way
def test_each_step_gets_the_state_of_what_was_read_up_to_it(way):
    expected = [[_state(text, n) for n in row] for text, row in enumerate(PASSED[way])]
    np.testing.assert_array_equal(_order(way).by_step(tf.constant(STATES)), expected)


@every_way
def test_each_text_gets_its_last_state(way):
    expected = [_state(text, len(steps)) for text, steps in enumerate(READ[way])]
    np.testing.assert_array_equal(_order(way).by_text(tf.constant(STATES)), expected)


METHODS = {  # with the shape of what goes in; 0 rows stand for as many as there are
    "rows": ("rows_gradient", (3, 4, 2)),
    "by_turn": ("by_turn_gradient", (0, 2)),
    "by_step": ("states_gradient", (4, 3, 2)),
    "by_text": ("states_gradient", (4, 3, 2)),
}


@every_way
@with_words_or_not
@pytest.mark.parametrize("method", METHODS)
def test_gradients_are_transposes(way, words, method):
    order = _order(way, words)
    gradient, shape = METHODS[method]
    n_rows = MASK.size if words is None else N_WORDS
    x = RNG.normal(size=[size or n_rows for size in shape])
    out = getattr(order, method)(tf.constant(x)).numpy()
    y = RNG.normal(size=out.shape)
    back = getattr(order, gradient)(tf.constant(y)).numpy()
    assert back.shape == x.shape
    np.testing.assert_allclose((x * back).sum(), (out * y).sum(), rtol=1e-12)
