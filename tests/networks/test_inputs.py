"""What comes in, seen through a network that ends where the body would begin."""

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec, draw_seeds, sequence_input
from sk_textnn.networks._inputs import START
from sk_textnn.sequences import UNKNOWN_ID

keras, tf = import_heavy("keras"), import_heavy("tensorflow")
IDS = np.array([[5, 7, 1], [9, 0, 0]] * 30, dtype="int32")
STEPS = np.random.default_rng(0).normal(size=(60, 3, 4)) * (IDS != 0)[:, :, None]


def _start(spec, *, seed=1, **params):
    inputs, _, vectors = sequence_input(spec, seeds=draw_seeds(seed), **params)
    return keras.Model(inputs, vectors)


def test_seeds_are_drawn_from_a_seed():
    draw, again, other = draw_seeds(3), draw_seeds(3), draw_seeds(4)
    seeds = [next(draw) for _ in range(100)]
    assert seeds == [next(again) for _ in range(100)]
    assert len({*seeds, *(next(other) for _ in range(100))}) == 200
    assert all(type(seed) is int and 0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("masked", [True, False])
def test_ids_become_rows_of_a_table(masked, dtype):
    model = _start(InputSpec(4, n_ids=10, masked=masked), dtype=dtype)
    assert (model.inputs[0].dtype, model.inputs[0].shape) == ("int32", (None, None))
    (table,) = model.get_weights()
    assert table.shape == (10, 4)
    assert 0.8 * START < np.abs(table).max() <= START
    vectors = model(IDS)
    np.testing.assert_array_equal(vectors, table[IDS])
    assert vectors.dtype == dtype
    if masked:
        np.testing.assert_array_equal(vectors._keras_mask, IDS != 0)
    else:
        assert getattr(vectors, "_keras_mask", None) is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("masked", [True, False])
def test_steps_stay_as_they_are(masked, dtype):
    model = _start(InputSpec(4, masked=masked), dtype=dtype)
    assert (model.inputs[0].dtype, model.inputs[0].shape) == (dtype, (None, None, 4))
    vectors = model(STEPS.astype(dtype))
    np.testing.assert_array_equal(vectors, STEPS.astype(dtype))
    assert vectors.dtype == dtype
    if masked:
        np.testing.assert_array_equal(vectors._keras_mask, IDS != 0)
    else:
        assert getattr(vectors, "_keras_mask", None) is None


def test_both_channels_begin_alike_and_one_stays():
    spec = InputSpec(4, n_ids=10)
    model = _start(spec, channels=2, word_dropout=0.5)
    trained, frozen = model.get_layer("embedding"), model.get_layer("embedding_frozen")
    assert (trained.trainable, frozen.trainable) == (True, False)
    assert model.trainable_weights == trained.weights
    vectors = model(IDS, training=True)  # where the same words are dropped from both
    np.testing.assert_array_equal(vectors[:, :, :4], vectors[:, :, 4:])
    np.testing.assert_array_equal(vectors._keras_mask, IDS != 0)
    frozen.set_weights([np.ones((10, 4))])
    vectors = model(IDS).numpy()
    np.testing.assert_array_equal(vectors[:, :, :4], trained.embeddings.numpy()[IDS])
    np.testing.assert_array_equal(vectors[:, :, 4:], np.ones_like(vectors[:, :, 4:]))


def test_there_is_one_channel_where_nothing_is_trained():
    """Both would stay the same."""
    model = _start(InputSpec(4, n_ids=10), channels=2, trainable_embedding=False)
    assert [weight.path for weight in model.weights] == ["embedding/embeddings"]
    assert model.trainable_weights == []


@pytest.mark.parametrize(("spec", "came"), [(InputSpec(4, n_ids=10), IDS), (InputSpec(4), STEPS)])
def test_words_are_given_as_they_are_after_their_dropout(spec, came):
    came = came.astype("float32")
    inputs, words, _ = sequence_input(spec, word_dropout=0.5, seeds=draw_seeds(1))
    model = keras.Model(inputs, words)
    np.testing.assert_array_equal(model(came), came)
    dropped = (model(came, training=True).numpy() != came).reshape(60, 3, -1).any(axis=2)
    visible = (IDS != 0) & (IDS != UNKNOWN_ID)
    assert dropped[visible].mean() == pytest.approx(0.5, abs=0.15)


def test_dropped_words_are_unknown():
    model = _start(InputSpec(4, n_ids=10), word_dropout=0.4)
    (table,) = model.get_weights()
    vectors = model(IDS, training=True).numpy()
    is_unknown = (vectors == table[UNKNOWN_ID]).all(axis=2)
    others = (vectors == table[IDS]).all(axis=2)
    assert (is_unknown | others).all()
    words = (IDS != 0) & (IDS != UNKNOWN_ID)
    assert not is_unknown[IDS == 0].any()
    assert is_unknown[words].mean() == pytest.approx(0.4, abs=0.15)  # 3 standard deviations


def test_dropped_steps_are_zero_but_no_padding():
    vectors = _start(InputSpec(4), word_dropout=0.4)(STEPS, training=True)
    is_zero = (vectors.numpy() == 0).all(axis=2)
    assert is_zero[IDS != 0].mean() == pytest.approx(0.4, abs=0.13)
    np.testing.assert_array_equal(vectors._keras_mask, IDS != 0)


def test_spatial_dropout_drops_dimensions_of_a_whole_text():
    model = _start(InputSpec(4, n_ids=10), spatial_dropout=0.5)
    (table,) = model.get_weights()
    vectors = model(IDS, training=True)
    kept = vectors.numpy() != 0
    assert (kept == kept[:, :1]).all()
    np.testing.assert_allclose(vectors, np.where(kept, 2 * table[IDS], 0), rtol=1e-6)
    assert kept[:, 0].mean() == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(vectors._keras_mask, IDS != 0)


def test_each_dropout_and_table_has_a_seed_of_its_own():
    params = {"word_dropout": 0.5, "spatial_dropout": 0.5}
    model, again, other = (_start(InputSpec(4, 10), seed=seed, **params) for seed in (1, 1, 2))
    np.testing.assert_array_equal(model(IDS, training=True), again(IDS, training=True))
    assert not np.array_equal(model.get_weights()[0], other.get_weights()[0])
    words, dimensions = model.get_layer("word_dropout"), model.get_layer("spatial_dropout")
    assert words.seed != dimensions.seed
    assert words.seed != other.get_layer("word_dropout").seed
