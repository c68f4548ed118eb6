"""Both build functions: what they build, and that padding changes nothing."""

import numpy as np
import pytest

from sk_textnn.networks import InputSpec, build_cnn, build_lstm

IDS = InputSpec(8, n_ids=20)
NETWORKS = [
    (build_lstm, {}),
    (build_lstm, {"pooling": "last", "n_layers": 2}),
    (build_lstm, {"pooling": "mean", "bidirectional": True}),
    (build_lstm, {"pooling": "last", "bidirectional": True, "n_layers": 2}),
    (build_cnn, {}),
    (build_cnn, {"kernel_sizes": (2,)}),
    (build_cnn, {"kernel_sizes": (2, 2)}),
]


def _parameters(model):
    return sum(int(np.prod(weight.shape)) for weight in model.weights)


@pytest.mark.parametrize(("build", "params"), NETWORKS)
def test_padding_changes_nothing(build, params):
    model = build(IDS, n_classes=3, seed=1, **params)
    text = np.array([[5, 7, 2, 9]])
    alone = model(text).numpy()
    assert alone.shape == (1, 3)
    np.testing.assert_allclose(alone.sum(), 1, rtol=1e-6)
    wide = np.pad(text, ((0, 1), (0, 6)))
    np.testing.assert_allclose(model(wide).numpy()[:1], alone, atol=1e-6)
    assert np.isfinite(model(wide).numpy()).all()  # the second row is padding alone


@pytest.mark.parametrize(("build", "params"), NETWORKS)
def test_same_seed_same_weights(build, params):
    first, again, other = (build(IDS, n_classes=3, seed=s, **params) for s in (1, 1, 2))
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_parameter_counts_are_those_of_the_formulae():
    lstm = build_lstm(IDS, n_classes=3, units=5)
    assert _parameters(lstm) == 20 * 8 + 4 * 5 * (8 + 5 + 1) + 5 * 3 + 3
    cnn = build_cnn(IDS, n_classes=3, filters=6, kernel_sizes=(2, 4))
    assert _parameters(cnn) == 20 * 8 + 6 * (2 * 8 + 1) + 6 * (4 * 8 + 1) + 12 * 3 + 3


@pytest.mark.parametrize("build", [build_lstm, build_cnn])
def test_frozen_embedding_is_not_trainable(build):
    model = build(IDS, n_classes=2, trainable_embedding=False)
    assert [w.path for w in model.trainable_weights if "embedding" in w.path] == []
    assert len(model.non_trainable_weights) == 1


@pytest.mark.parametrize("build", [build_lstm, build_cnn])
def test_steps_that_are_vectors(build):
    steps = np.random.default_rng(0).normal(size=(1, 4, 8)).astype("float32")
    model = build(InputSpec(8), n_classes=2)
    padded = np.pad(steps, ((0, 0), (0, 3), (0, 0)))
    np.testing.assert_allclose(model(padded), model(steps), atol=1e-6)
    series = build(InputSpec(1, masked=False), n_classes=2)
    zero, none = np.array([[[1.0], [0.0], [2.0]]]), np.array([[[1.0], [2.0]]])
    assert not np.allclose(series(zero), series(none))  # here a zero is a number


def test_double_precision():
    assert build_cnn(IDS, n_classes=2, dtype="float64")(np.array([[2, 3]])).dtype == "float64"
    assert build_lstm(IDS, n_classes=2, dtype="float64")(np.array([[2, 3]])).dtype == "float64"
