"""The search spaces: valid for the pipeline, with the minimal baseline in them."""

from collections import Counter

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV
from sklearn.pipeline import Pipeline

import sk_textnn
from sk_textnn import CNNClassifier, LSTMClassifier, search_space
from sk_textnn.classifiers._factory import NETWORKS as NETWORK_CLASSES
from sk_textnn.classifiers._family import FamilyClassifier

NETWORKS = sorted(NETWORK_CLASSES)
SIZES = ["small", "medium", "large"]
every_size = pytest.mark.parametrize("size", SIZES)
every_network = pytest.mark.parametrize("network", NETWORKS)


def _check(pipeline):
    """Check all parameters as `fit` does, but fit nothing."""
    for _, step in pipeline.steps:
        step._validate_params()
    pipeline["clf"]._network(n_classes=3)  # it checks the sizes of layers and windows


@pytest.mark.parametrize("pretrained", [False, True])
@every_size
@every_network
def test_every_draw_is_valid_for_the_pipeline(network, size, pretrained):
    pipeline = sk_textnn.make_text_classifier(network)
    space = search_space(network, size, pretrained=pretrained)
    for branch in space:
        assert set(branch) <= set(pipeline.get_params())
    for trial in ParameterSampler(space, 30, random_state=0):
        _check(clone(pipeline).set_params(**trial))


@every_size
def test_every_draw_from_several_networks_is_valid_for_one_pipeline(size):
    pipeline = sk_textnn.make_text_classifier("cnn")
    for trial in ParameterSampler(search_space(NETWORKS, size), 100, random_state=0):
        candidate = clone(pipeline).set_params(**trial)
        assert candidate["clf"] is trial["clf"]
        assert set(trial) <= set(candidate.get_params())
        _check(candidate)


@every_size
@every_network
def test_every_parameter_is_a_list_of_different_values_or_a_distribution(network, size):
    space = search_space(network, size)
    for branch in space:
        for name, values in branch.items():
            if isinstance(values, list):
                # What a dict has one value of tells it from another dict.
                fixed = len(space) > 1 and name in ("clf__dense_units", "clf__pooling")
                assert len(values) == len(set(values)) >= (1 if fixed else 2), name
            elif hasattr(values, "pmf"):
                low, high = values.support()
                assert np.unique(values.rvs(500, random_state=0)).size > min(high - low, 100), name
            else:
                assert np.unique(values.rvs(500, random_state=0)).size == 500, name


@every_size
@every_network
def test_no_dict_is_a_grid_from_which_scikit_learn_would_draw_without_equal_chances(network, size):
    for branch in search_space(network, size):
        assert any(hasattr(values, "rvs") for values in branch.values())


@every_size
def test_networks_have_equal_chances(size):
    space = search_space(NETWORKS, size)
    classes = Counter(type(branch["clf"][0]) for branch in space)
    assert set(classes) == set(NETWORK_CLASSES.values())
    assert len(set(classes.values())) == 1
    for network in NETWORKS:
        # All dicts of one network, too: each as often as in the space of that network alone.
        alone = Counter(_fixed(branch) for branch in search_space(network, size))
        mixed = Counter(
            _fixed(branch) for branch in space if type(branch["clf"][0]) is NETWORK_CLASSES[network]
        )
        assert {key: n / alone.total() for key, n in alone.items()} == {
            key: n / mixed.total() for key, n in mixed.items()
        }
    drawn = Counter(type(trial["clf"]) for trial in ParameterSampler(space, 500, random_state=0))
    assert min(drawn.values()) > 75  # 100 each; 75 is 2.8 standard deviations below


def _fixed(branch):
    """What tells a dict from the others of its network."""
    return str({name: values for name, values in branch.items() if values in ([()], ["k_max"])})


@every_network
def test_large_draws_what_depends_on_others_only_with_them(network):
    space = search_space(network, "large")
    hidden = [branch for branch in space if branch["clf__dense_units"] != [()]]
    assert 0 < len(hidden) == len(space) / 2
    for branch in space:
        assert ("clf__dense_activation" in branch) == (branch in hidden)
        assert ("clf__batch_normalization" in branch) == (branch in hidden)
        assert ("clf__k" in branch) == ("k_max" in branch.get("clf__pooling", []))
    assert {len(units) for branch in hidden for units in branch["clf__dense_units"]} == {1, 2}
    if network == "cnn":
        assert {name for branch in space for name in branch["clf__pooling"]} == {
            *("max", "mean", "k_max")
        }


@every_network
def test_sizes_are_what_they_are_called(network):
    def largest(size, name):
        values = search_space(network, size)[0].get(name, [])
        return max(values) if isinstance(values, list) else values.support()[1]

    for name in {"clf__units", "clf__filters", "clf__max_ngram", "embed__vector_size"}:
        if name in search_space(network)[0]:
            assert largest("small", name) < largest("medium", name) < largest("large", name), name
            assert largest("large", name) <= (256 if name == "clf__units" else 300)
    assert len(search_space(network, "small")[0]) <= len(search_space(network)[0])
    assert len(search_space(network)[0]) < len(search_space(network, "large")[0])


def test_ranges():
    (space,) = search_space("cnn")
    dropout = space["clf__dropout"].rvs(1000, random_state=0)
    rate = space["clf__learning_rate"].rvs(1000, random_state=0)
    assert 0.2 <= dropout.min() < 0.25 < 0.55 < dropout.max() <= 0.6
    assert 5e-4 <= rate.min() < 6e-4 < 4.5e-3 < rate.max() <= 5e-3
    assert np.median(rate) == pytest.approx(np.sqrt(5e-4 * 5e-3), rel=0.1)
    (deep, *_) = search_space("lstm", "large")
    assert set(deep["clf__n_layers"].rvs(50, random_state=0)) == {1, 2, 3}


@pytest.mark.parametrize("network", ["lstm", "gru"])
def test_the_minimal_baseline_is_among_the_recurrent(network):
    (space,) = search_space(network)
    assert min(space["clf__units"]) <= 16
    assert 1 in space["clf__n_layers"]
    assert False in space["clf__bidirectional"]
    assert "last" in space["clf__pooling"]


@every_size
def test_pretrained_vectors_have_their_size(size):
    assert all("embed__vector_size" in branch for branch in search_space("lstm", size))
    for branch in search_space("lstm", size, pretrained=True):
        assert "embed__vector_size" not in branch
        assert ("clf__frozen_epochs" in branch) == (size == "large")


def test_each_caller_gets_a_space_of_its_own():
    (space,) = search_space("cnn")
    space["clf__filters"].append(7)
    space["clf__dropout"].random_state = 0
    del space["pad__maxlen"]
    (again,) = search_space("cnn")
    assert 7 not in again["clf__filters"]
    assert "pad__maxlen" in again
    draws = [again["clf__dropout"].rvs() for _ in range(2)]
    assert draws[0] != draws[1]
    assert search_space("cnn")[0]["clf__dropout"] is not again["clf__dropout"]


def test_repeated_dicts_are_of_their_own():
    space = [*search_space(["averaging", "cnn"], "large"), *search_space(["cnn"], "large")]
    for name in ("clf", "clf__label_smoothing", "clf__dropout"):
        assert len({id(branch[name]) for branch in space}) == len(space)
    assert len({id(branch["clf"][0]) for branch in space}) == len(space)


def test_a_sequence_of_one_brings_its_classifier():
    (branch,) = search_space(("lstm",))
    (classifier,) = branch.pop("clf")
    assert isinstance(classifier, LSTMClassifier)
    assert classifier.get_params() == LSTMClassifier().get_params()
    assert branch.keys() == search_space("lstm")[0].keys()


@pytest.mark.parametrize(
    ("network", "hint"),
    [
        ("LSTM", "'lstm'?"),
        ("cn", "'cnn'?"),
        ("transformer", None),
        (None, None),
        ([["cnn"]], "'cnn'?"),
    ],
)
def test_unknown_network(network, hint):
    came = network[0] if isinstance(network, list) else network
    for names in (network, ["cnn", came]):
        with pytest.raises(ValueError, match="no search space for the network") as caught:
            search_space(names)
        assert f"{came!r}; there is for 'averaging', 'cnn', 'cnn_lstm', 'gru', 'lstm'." in str(
            caught.value
        )
        if hint is None:
            assert "Did you mean" not in str(caught.value)
        else:
            assert f"Did you mean {hint}" in str(caught.value)


def test_unknown_size():
    with pytest.raises(ValueError, match=r"the size 'Larg'; .* 'large'. Did you mean 'large'\?"):
        search_space("cnn", "Larg")
    with pytest.raises(
        ValueError, match=r"the size True; there is for 'small', 'medium', 'large'\.$"
    ):
        search_space("cnn", True)


@pytest.mark.parametrize("names", [[], ["cnn", "lstm", "cnn"]])
def test_no_network_or_one_twice(names):
    with pytest.raises(ValueError, match="one or more networks, each once, not"):
        search_space(names)


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


def _of_the_classifier(space):
    return [
        {name: values for name, values in branch.items() if name.startswith("clf")}
        for branch in space
    ]


def test_a_random_search_takes_it_and_the_same_seed_draws_the_same():
    drawn = []
    for _ in range(2):
        search = RandomizedSearchCV(
            Pipeline([("clf", Echo())]),
            _of_the_classifier(search_space("cnn")),
            n_iter=6,
            cv=2,
            random_state=0,
        )
        search.fit(np.zeros((8, 1)), [0, 1] * 4)
        drawn.append(search.cv_results_["params"])
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert drawn[0] == drawn[1]
    assert isinstance(drawn[0][0]["clf__kernel_sizes"], tuple)


def test_a_random_search_goes_through_several_networks(monkeypatch):
    fitted = []

    def fit(self, X, y):
        fitted.append(self)
        return self

    monkeypatch.setattr(FamilyClassifier, "fit", fit)
    search = RandomizedSearchCV(
        Pipeline([("clf", CNNClassifier())]),
        _of_the_classifier(search_space(["cnn", "lstm"], "large")),
        n_iter=12,
        cv=2,
        scoring=lambda pipeline, X, y: pipeline["clf"].dropout,
        random_state=0,
        error_score="raise",
    ).fit(np.zeros((8, 1)), [0, 1] * 4)
    found = search.cv_results_
    assert {type(clf) for clf in found["param_clf"]} == {CNNClassifier, LSTMClassifier}
    assert found["mean_test_score"] == pytest.approx(list(found["param_clf__dropout"]))
    is_cnn = [isinstance(clf, CNNClassifier) for clf in found["param_clf"]]
    np.testing.assert_array_equal(~found["param_clf__filters"].mask, is_cnn)
    # Each fit has a classifier of its own; those of the space stay as they were.
    assert len({id(clf) for clf in fitted}) == 25
    assert all(clf.dropout == 0.5 for clf in found["param_clf"])
