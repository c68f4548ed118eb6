import concurrent.futures
import copy
import pickle

import numpy as np
import pytest

from sk_textnn import TokenSequences
from sk_textnn._optional import import_heavy
from sk_textnn.networks import (
    InputSpec,
    averaging_features,
    build_custom,
    build_network,
    cnn_features,
    cnn_lstm_features,
    recurrent_features,
)
from sk_textnn.training import PaddedSequences, StepSequences, TrainedNetwork, _trained
from sk_textnn.training._trained import BATCH_SIZE, BATCH_STEPS, rounded_up

keras = import_heavy("keras")
layers = keras.layers
RNG = np.random.default_rng(0)
X = TokenSequences.from_lists(
    [RNG.integers(1, 30, size=n) for n in RNG.integers(0, 30, size=BATCH_SIZE + 40)]
)
IDS = InputSpec(8, n_ids=30)
BODIES = {
    averaging_features: {"n_buckets": 16},
    cnn_features: {"filters": 4},
    cnn_lstm_features: {"filters": 4, "units": 3, "kernel_sizes": (2, 3)},
    recurrent_features: {"units": 4, "bidirectional": True, "pooling": "attention"},
}


def _network(body=cnn_features, spec=IDS, body_params=None, alike=False, **frame):
    body_params = {**BODIES[body], **(body_params or {})}
    params = {"spec": spec, "body": body, "body_params": body_params, "n_classes": 3, "seed": 5}
    params |= frame
    return TrainedNetwork(build_network, params, build_network(**params), alike=alike)


@pytest.fixture(scope="module", params=["own graph", "shared graph"])
def alike(request):
    return request.param == "shared graph"


@pytest.fixture(scope="module", params=BODIES, ids=lambda body: body.__name__)
def network(request, alike):
    return _network(request.param, alike=alike)


@pytest.fixture(scope="module")
def together(network):
    return network.predict(X)


def test_same_as_the_model_itself(network, together):
    np.testing.assert_allclose(together, network.model(X.dense()), atol=1e-6)


def test_company_and_order_change_no_bit(network, together):
    for row in (0, 5, BATCH_SIZE + 39):
        np.testing.assert_array_equal(network.predict(X[[row]])[0], together[row])
    order = RNG.permutation(len(X))
    np.testing.assert_array_equal(network.predict(X[order]), together[order])


def test_a_pickle_predicts_the_same_and_holds_weights_only(network, together):
    dumped = pickle.dumps(network)
    weights = sum(w.nbytes for w in network.model.get_weights())
    assert len(dumped) < weights + 3_000
    twin = pickle.loads(pickle.dumps(pickle.loads(dumped)))
    np.testing.assert_array_equal(twin.predict(X), together)
    assert twin.alike == network.alike


def test_no_rows(network):
    assert network.predict(X[:0]).shape == (0, 3)


def test_it_says_what_it_is_awake_and_asleep():
    network = _network(body_params={"kernel_sizes": (2,)})
    expected = "TrainedNetwork(build_network, 323 weights)"
    assert 30 * 8 + 4 * (2 * 8 + 1) + (4 + 1) * 3 == 323
    assert repr(network) == repr(pickle.loads(pickle.dumps(network))) == expected


def test_a_network_keeps_the_function_that_it_shares(monkeypatch):
    network = _network(alike=True)
    expected = network.predict(X)
    monkeypatch.setattr(_trained, "shared_function", None)
    np.testing.assert_array_equal(network.predict(X), expected)


def test_a_network_that_is_trained_in_place_shares_none(monkeypatch):
    network = _network(alike=True)
    expected = network.predict(X)
    network.predict_alone()
    monkeypatch.setattr(_trained, "shared_function", None)
    np.testing.assert_array_equal(network.predict(X), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(network)).predict(X), expected)


def test_threads_may_wake_a_copy_at_once():
    network = _network()
    expected = network.predict(X)
    asleep = copy.deepcopy(network)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for answer in [pool.submit(asleep.predict, X) for _ in range(6)]:
            np.testing.assert_array_equal(answer.result(), expected)


def _build_restless(spec, n_classes):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(spec.n_ids, spec.vector_size),
            layers.GlobalAveragePooling1D(),
            layers.Lambda(lambda x: keras.random.dropout(x, 0.5, seed=DRAWS)),
            layers.Dense(n_classes, activation="softmax"),
        ]
    )


DRAWS = keras.random.SeedGenerator(0)


def test_a_network_that_draws_draws_anew_in_each_prediction():
    params = {"spec": IDS, "n_classes": 3}
    network = TrainedNetwork(_build_restless, params, _build_restless(**params))
    texts = X[X.lengths > 0]
    assert (network.predict(texts) != network.predict(texts)).any()


def test_long_texts_go_in_small_batches(monkeypatch):
    network = _network()
    long = TokenSequences.from_lists([RNG.integers(1, 30, size=n) for n in (9000, 3, 9000)])
    cells = []
    dense = TokenSequences.dense

    def spy(self, *args, **kwargs):
        cells.append(dense(self, *args, **kwargs))
        return cells[-1]

    monkeypatch.setattr(TokenSequences, "dense", spy)
    together = network.predict(long)
    assert max(batch.size for batch in cells) <= BATCH_STEPS
    np.testing.assert_array_equal(network.predict(long[[2]])[0], together[2])


def test_widths_hold_the_text_and_little_more():
    lengths = np.arange(1, 4000)
    widths = rounded_up(lengths)
    assert (widths >= lengths).all()
    assert (widths[lengths > 16] <= 1.26 * lengths[lengths > 16]).all()
    assert len(np.unique(widths)) < 50


@pytest.mark.parametrize("body", [cnn_features, recurrent_features])
def test_a_network_that_reads_padding_gets_it(body):
    network = _network(body, InputSpec(8, 30, masked=False))
    before, behind = (X.pad(12, padding=padding) for padding in ("pre", "post"))
    for padded in (before, behind):
        expected = network.model(np.asarray(padded))
        np.testing.assert_allclose(network.predict(PaddedSequences(padded)), expected, atol=1e-6)
    assert not np.allclose(network.predict(PaddedSequences(before)), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("dtype", "masked"), [("float32", True), ("float64", True), ("float64", False)]
)
def test_steps_that_are_vectors(dtype, masked):
    network = _network(spec=InputSpec(5, masked=masked), dtype=dtype)
    steps = RNG.normal(size=(70, 9, 5)).astype(dtype)
    steps[:35, 6:] = 0
    sequences = (StepSequences.from_padded if masked else StepSequences.from_series)(steps)
    outputs = network.predict(sequences)
    assert outputs.dtype == dtype
    np.testing.assert_allclose(outputs, network.model(steps), atol=1e-6)


class Inside(layers.Layer):
    """Holds a layer that Keras's `model.layers` does not tell."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, inputs):
        return self.layer(inputs)

    def compute_mask(self, inputs, mask=None):
        return self.layer.compute_mask(inputs)


def _build_anybodys(spec, n_classes, dtype, size, nested):
    table = layers.Embedding(spec.n_ids, size, mask_zero=True, name="table")
    if nested == "model":
        table = keras.Sequential([keras.Input((None,), dtype=dtype), table])
    elif nested == "layer":
        table = Inside(table)
    end = [layers.GlobalAveragePooling1D(), layers.Dense(n_classes, "softmax")]
    return keras.Sequential([keras.Input((None,), dtype=dtype), table, *end])


def _anybodys_network(dtype="int32", size=8, nested=None):
    params = {"spec": IDS, "n_classes": 3, "multilabel": False, "seed": 0, "dtype": dtype}
    params |= {"build_fn": _build_anybodys, "build_params": {"size": size, "nested": nested}}
    return TrainedNetwork(build_custom, params, build_custom(**params))


@pytest.mark.parametrize("dtype", [None, "int32", "int64"])
def test_ids_come_in_the_type_that_a_network_reads(dtype):
    """If its input tells none, that is float32."""
    network, texts = _anybodys_network(dtype), X[X.lengths > 0]
    expected = network.model(texts.dense())
    np.testing.assert_allclose(network.predict(texts), expected, atol=1e-6)


VECTORS = np.random.default_rng(1).normal(size=(30, 8)).astype("float32")


def _set(network):
    """Set the vectors; return the paths of weights that are them now, and of those changed."""
    before = network.model.get_weights()
    network.set_vectors(VECTORS)
    after = network.model.get_weights()
    paths = [weight.path for weight in network.model.weights]
    vectors = [p for p, new in zip(paths, after, strict=True) if np.array_equal(new, VECTORS)]
    changed = [
        path for path, *pair in zip(paths, before, after, strict=True) if not np.array_equal(*pair)
    ]
    return vectors, changed


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_the_table_begins_with_vectors(body):
    assert _set(_network(body)) == (["embedding/embeddings"],) * 2


def test_predictions_know_the_vectors():
    network, texts = _network(), X[X.lengths > 0]
    before = network.predict(texts)
    network.set_vectors(VECTORS)
    after = network.predict(texts)
    assert np.abs(after - before).max(axis=1).min() > 1e-4
    np.testing.assert_allclose(after, network.model(texts.dense()), atol=1e-6)


def test_both_tables_begin_with_vectors():
    assert (
        _set(_network(channels=2)) == (["embedding/embeddings", "embedding_frozen/embeddings"],) * 2
    )


def test_tables_of_ngrams_do_not():
    """Even if they happen to be as many."""
    network = _network(averaging_features, body_params={"n_buckets": 29, "max_ngram": 3})
    assert _set(network) == (["embedding/embeddings"],) * 2


def test_vectors_without_a_table_are_refused():
    """Or they would be lost, and nobody told."""
    network = _anybodys_network(size=7)
    before = network.model.get_weights()
    with pytest.raises(
        ValueError, match=r"shape \(30, 8\), .*\(it has: \(30, 7\)\).*Embedding\(spec"
    ):
        network.set_vectors(VECTORS)
    for weight, old in zip(network.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


@pytest.mark.parametrize("nested", [None, "model", "layer"])
def test_the_table_of_anybodys_network_begins_with_vectors(nested):
    vectors, changed = _set(_anybodys_network(nested=nested))
    assert vectors == changed
    assert [path.split("/")[-2:] for path in vectors] == [["table", "embeddings"]]
