import copy
import pickle

import numpy as np
import pytest

from sk_textnn import TokenSequences
from sk_textnn.networks import InputSpec, build_cnn, build_lstm
from sk_textnn.training import TrainedNetwork
from sk_textnn.training._trained import BATCH_SIZE, _bucket_widths

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


def test_no_rows(network):
    assert network.predict(X[:0]).shape == (0, 3)


def test_widths_hold_the_text_and_little_more():
    lengths = np.arange(1, 4000)
    widths = _bucket_widths(lengths)
    assert (widths >= lengths).all()
    assert (widths[lengths > 16] <= 1.26 * lengths[lengths > 16]).all()
    assert len(np.unique(widths)) < 50
