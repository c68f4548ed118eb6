import concurrent.futures
import copy
import pickle

import numpy as np
import pytest

from sk_textnn import TokenSequences
from sk_textnn.networks import InputSpec, build_cnn, build_lstm
from sk_textnn.training import TrainedNetwork
from sk_textnn.training._trained import BATCH_SIZE, BATCH_STEPS, _bucket_widths

RNG = np.random.default_rng(0)
X = TokenSequences.from_lists(
    [RNG.integers(1, 30, size=n) for n in RNG.integers(0, 60, size=BATCH_SIZE + 40)]
)


@pytest.fixture(params=[build_lstm, build_cnn])
def network(request):
    params = {"spec": InputSpec(8, n_ids=30), "n_classes": 3, "seed": 5}
    return TrainedNetwork(request.param, params, request.param(**params))


def test_same_as_the_model_itself(network):
    expected = network.model(X.dense()).numpy()
    np.testing.assert_allclose(network.predict(X), expected, atol=1e-6)


def test_company_and_order_change_no_bit(network):
    together = network.predict(X)
    for row in (0, 5, BATCH_SIZE + 39):
        np.testing.assert_array_equal(network.predict(X[[row]])[0], together[row])
    order = RNG.permutation(len(X))
    np.testing.assert_array_equal(network.predict(X[order]), together[order])


def test_pickle_and_copy_predict_the_same_and_hold_weights_only(network):
    expected = network.predict(X)
    dumped = pickle.dumps(network)
    weights = sum(w.nbytes for w in network.model.get_weights())
    assert len(dumped) < weights + 3_000
    for twin in (
        pickle.loads(dumped),
        copy.deepcopy(network),
        pickle.loads(pickle.dumps(pickle.loads(dumped))),
    ):
        np.testing.assert_array_equal(twin.predict(X), expected)


def test_threads_may_wake_it_at_once(network):
    expected = network.predict(X)
    asleep = pickle.loads(pickle.dumps(network))
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for answer in [pool.submit(asleep.predict, X) for _ in range(6)]:
            np.testing.assert_array_equal(answer.result(), expected)


def test_long_texts_go_in_small_batches(network, monkeypatch):
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


def test_no_rows(network):
    assert network.predict(X[:0]).shape == (0, 3)


def test_widths_hold_the_text_and_little_more():
    lengths = np.arange(1, 4000)
    widths = _bucket_widths(lengths)
    assert (widths >= lengths).all()
    assert (widths[lengths > 16] <= 1.26 * lengths[lengths > 16]).all()
    assert len(np.unique(widths)) < 50
