import gc
import weakref

import numpy as np
import pytest

from sk_textnn._optional import import_heavy
from sk_textnn.networks import InputSpec, averaging_features, build_network, cnn_features
from sk_textnn.training import _prediction
from sk_textnn.training._prediction import function_of, shared_function, weights_of

tf = import_heavy("tensorflow")
BATCH = tf.constant([[2, 3, 4], [5, 2, 0]], dtype="int32")


def _params(n_ids=10, seed=0, body=cnn_features, **body_params):
    body_params = body_params or {"filters": 4, "kernel_sizes": (1, 2)}
    spec = InputSpec(8, n_ids=n_ids)
    return {"spec": spec, "body": body, "body_params": body_params, "n_classes": 3, "seed": seed}


@pytest.fixture(autouse=True)
def functions(monkeypatch):
    functions = {}
    monkeypatch.setattr(_prediction, "_functions", functions)
    return functions


@pytest.mark.parametrize("body", [cnn_features, averaging_features])
def test_one_function_serves_all_weights_and_vocabularies(body, functions):
    names = {"n_buckets": 5} if body is averaging_features else {}
    for n_ids, seed in ((10, 0), (10, 1), (30, 2)):
        params = _params(n_ids, seed, body, **names)
        model = build_network(**params)
        found = shared_function(build_network, params)(BATCH, weights_of(model))
        np.testing.assert_allclose(found, model(BATCH), atol=1e-6)
    assert len(functions) == 1


def test_networks_that_differ_in_their_dropout_share_a_function(functions):
    for rate in (0.2, 0.7):
        params = {**_params(), "dropout": rate}
        model = build_network(**params)
        found = shared_function(build_network, params)(BATCH, weights_of(model))
        np.testing.assert_allclose(found, model(BATCH), atol=1e-6)
    assert len(functions) == 1
    shared_function(build_network, {**_params(), "dropout": 0.0})  # has no such layer
    assert len(functions) == 2


def test_weights_are_read_anew():
    model = build_network(**_params())
    function, weights = function_of(model), weights_of(model)
    before = function(BATCH, weights).numpy()
    model.set_weights([-weight for weight in model.get_weights()])
    after = function(BATCH, weights).numpy()
    np.testing.assert_allclose(after, model(BATCH), atol=1e-6)
    assert (after != before).any()


def test_another_architecture_has_a_function_of_its_own(functions):
    for filters in (4, 5):
        shared_function(build_network, _params(filters=filters, kernel_sizes=(1, 2)))
    shared_function(build_network, {**_params(), "n_classes": 4})
    assert len(functions) == 3


def test_no_more_than_so_many_are_kept(functions, monkeypatch):
    monkeypatch.setattr(_prediction, "_MOST", 2)
    kept = [
        shared_function(build_network, _params(filters=filters, kernel_sizes=(1,)))
        for filters in (1, 2, 3)
    ]
    assert list(functions.values()) == kept[1:]


def test_a_function_keeps_no_model_alive():
    """Tables of n-grams are large, and all weights come with the call."""
    model = build_network(**_params())
    function, weights = function_of(model), weights_of(model)
    expected = model(BATCH)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    np.testing.assert_allclose(function(BATCH, weights), expected, atol=1e-6)
