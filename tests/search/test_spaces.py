"""The search spaces: valid for the pipeline, with the minimal baseline in them."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import Pipeline

import sk_textnn
from sk_textnn import search_space
from sk_textnn.classifiers._factory import NETWORKS as NETWORK_CLASSES

NETWORKS = sorted(NETWORK_CLASSES)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_draw_is_valid_for_the_pipeline(network):
    pipeline = sk_textnn.make_text_classifier(network)
    space = search_space(network)
    assert set(space) <= set(pipeline.get_params())
    for trial in ParameterSampler(space, 30, random_state=0):
        pipeline.set_params(**trial)
        for _, step in pipeline.steps:
            step._validate_params()


@pytest.mark.parametrize("network", NETWORKS)
def test_every_parameter_is_a_list_of_different_values_or_a_distribution(network):
    for name, values in search_space(network).items():
        if isinstance(values, list):
            assert len(values) == len(set(values)) > 1, name
        else:
            draws = values.rvs(500, random_state=0)
            assert np.unique(draws).size == 500, name


def test_ranges():
    space = search_space("cnn")
    dropout = space["clf__dropout"].rvs(1000, random_state=0)
    rate = space["clf__learning_rate"].rvs(1000, random_state=0)
    assert 0.2 <= dropout.min() < 0.25 < 0.55 < dropout.max() <= 0.6
    assert 5e-4 <= rate.min() < 6e-4 < 4.5e-3 < rate.max() <= 5e-3
    assert np.median(rate) == pytest.approx(np.sqrt(5e-4 * 5e-3), rel=0.1)


@pytest.mark.parametrize("network", ["lstm", "gru"])
def test_the_minimal_baseline_is_among_the_recurrent(network):
    space = search_space(network)
    assert min(space["clf__units"]) <= 16
    assert 1 in space["clf__n_layers"]
    assert False in space["clf__bidirectional"]
    assert "last" in space["clf__pooling"]


def test_pretrained_vectors_have_their_size():
    assert "embed__vector_size" in search_space("lstm")
    assert "embed__vector_size" not in search_space("lstm", pretrained=True)


def test_each_caller_gets_a_space_of_its_own():
    space = search_space("cnn")
    space["clf__filters"].append(7)
    space["clf__dropout"].random_state = 0
    del space["pad__maxlen"]
    again = search_space("cnn")
    assert 7 not in again["clf__filters"]
    assert "pad__maxlen" in again
    draws = [again["clf__dropout"].rvs() for _ in range(2)]
    assert draws[0] != draws[1]
    assert search_space("cnn")["clf__dropout"] is not again["clf__dropout"]


@pytest.mark.parametrize(
    ("network", "hint"), [("LSTM", "'lstm'?"), ("cn", "'cnn'?"), ("transformer", None)]
)
def test_unknown_network(network, hint):
    with pytest.raises(ValueError, match=f"no search space for '{network}'") as caught:
        search_space(network)
    assert "'averaging', 'cnn', 'cnn_lstm', 'gru', 'lstm'" in str(caught.value)
    if hint is None:
        assert "Did you mean" not in str(caught.value)
    else:
        assert f"Did you mean {hint}" in str(caught.value)


class Echo(ClassifierMixin, BaseEstimator):
    """Takes the parameters of the CNN and learns nothing."""

    def __init__(self, filters=1, kernel_sizes=(3,), dropout=0.0, learning_rate=0.1):
        self.filters = filters
        self.kernel_sizes = kernel_sizes
        self.dropout = dropout
        self.learning_rate = learning_rate

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_a_random_search_takes_it_and_the_same_seed_draws_the_same():
    space = {key: values for key, values in search_space("cnn").items() if key.startswith("clf")}
    drawn = []
    for _ in range(2):
        search = RandomizedSearchCV(
            Pipeline([("clf", Echo())]), space, n_iter=6, cv=2, random_state=0
        )
        search.fit(np.zeros((8, 1)), [0, 1] * 4)
        drawn.append(search.cv_results_["params"])
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert drawn[0] == drawn[1]
    assert isinstance(drawn[0][0]["clf__kernel_sizes"], tuple)
