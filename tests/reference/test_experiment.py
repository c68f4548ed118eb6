"""Experiments on validation folds, and the space of all of them."""

import pickle
from collections import Counter
from dataclasses import FrozenInstanceError
from itertools import product

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import (
    ParameterSampler,
    RandomizedSearchCV,
    ShuffleSplit,
    StratifiedGroupKFold,
)
from sklearn.pipeline import Pipeline

from sk_textnn import TopKLoss
from sk_textnn.exceptions import TextInputError
from sk_textnn.networks import InputSpec
from sk_textnn.reference import experiment_space, minimal_lstm, run_experiment

TEXTS = ["a nurse", "the welder", "some nurse here", "a welder there"] * 9
LABELS = ["health", "industry"] * 18


class Majority(ClassifierMixin, BaseEstimator):
    """Has the parameters of an experiment's network, and says the most frequent class."""

    seen = ()  # texts and labels of each fit, set by a test

    def __init__(self, n_layers=1, units=1, dense_units=(), loss="", batch_size=1, epochs=1):
        self.n_layers = n_layers
        self.units = units
        self.dense_units = dense_units
        self.loss = loss
        self.batch_size = batch_size
        self.epochs = epochs

    def fit(self, X, y):
        self.seen.append((list(X), list(y)))
        self.classes_, counts = np.unique(y, return_counts=True)
        self.most_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X):
        return np.full(len(X), self.most_)


@pytest.fixture
def majority(monkeypatch):
    """Put it in the network's place, and return what it sees."""
    seen = []
    monkeypatch.setattr(Majority, "seen", seen)
    monkeypatch.setattr(
        "sk_textnn.reference._experiment.minimal_lstm",
        lambda *, random_state: Pipeline([("clf", Majority())]),
    )
    return seen


@pytest.mark.usefixtures("majority")
@pytest.mark.parametrize(("n_classes", "size"), [(2, 1), (4, 1), (8, 2), (11, 2)])
def test_sizes_are_a_quarter_of_the_classes(n_classes, size):
    labels = np.repeat(np.arange(n_classes), 3)
    texts = [f"text {number}" for number in range(len(labels))]
    found = run_experiment(texts, labels, dense_layers=2)
    assert found.parameters == {
        "lstm_layers": 1,
        "lstm_size": size,
        "dense_layers": 2,
        "dense_size": size,
        "loss": "cross_entropy",
        "batch_size": 32,
        "epochs": 30,
    }
    assert found.n_classes == n_classes
    assert found.pipeline["clf"].dense_units == (size, size)


@pytest.mark.usefixtures("majority")
def test_everything_reaches_the_network():
    loss = TopKLoss(k=16)
    found = run_experiment(
        TEXTS,
        LABELS,
        lstm_layers=3,
        lstm_size=12,
        dense_layers=2,
        dense_size=9,
        loss=loss,
        batch_size=256,
        epochs=100,
    )
    expected = {
        "n_layers": 3,
        "units": 12,
        "dense_units": (9, 9),
        "loss": loss,
        "batch_size": 256,
        "epochs": 100,
    }
    assert found.pipeline["clf"].get_params() == expected
    assert found.parameters["dense_size"] == 9
    assert found.parameters["loss"] is loss


@pytest.mark.usefixtures("majority")
def test_a_size_of_no_layers_is_no_parameter():
    found = run_experiment(TEXTS, LABELS, dense_size=9)
    assert found.parameters["dense_size"] is None
    assert found.pipeline["clf"].dense_units == ()


def test_folds_are_of_every_class_and_the_scores_those_of_the_validation_part(majority):
    texts = [f"text {number}" for number in range(30)]
    labels = ["a"] * 18 + ["b"] * 12
    found = run_experiment(texts, labels, random_state=0)
    assert len(majority) == 3
    by_text = dict(zip(texts, labels, strict=True))
    for seen, said in majority:
        assert len(seen) == 20
        assert said.count("a") == 12
        assert said == [by_text[text] for text in seen]
    left_out = [text for seen, _ in majority for text in texts if text not in seen]
    assert sorted(left_out) == sorted(texts)
    assert found.accuracy == pytest.approx([0.6] * 3)
    assert found.macro_f1 == pytest.approx([0.375] * 3)
    assert found.n_predicted == (1, 1, 1)
    assert found.mean_accuracy == pytest.approx(0.6)
    assert found.mean_macro_f1 == pytest.approx(0.375)


def test_folds_are_drawn_by_the_random_state(majority):
    texts = [f"text {number}" for number in range(36)]
    for random_state in (0, 0, 1):
        run_experiment(texts, LABELS, random_state=random_state, cv=2)
    assert majority[:2] == majority[2:4] != majority[4:]


def test_equal_texts_are_never_on_both_sides(majority):
    texts = [f"text {number}" for number in np.random.default_rng(0).integers(40, size=150)]
    labels = np.array([int(text.split()[1]) % 2 for text in texts])
    run_experiment(texts, labels, random_state=3)
    copies = Counter(texts)
    assert max(copies.values()) > 3
    trained_on = Counter()
    for seen, said in majority:
        assert all(n == copies[text] for text, n in Counter(seen).items())
        assert len(seen) == pytest.approx(100, abs=5)
        assert np.mean(said) == pytest.approx(labels.mean(), abs=0.05)
        trained_on.update(set(seen))
    assert set(trained_on.values()) == {2}
    folds = StratifiedGroupKFold(3, shuffle=True, random_state=3)
    theirs = [train.tolist() for train, _ in folds.split(texts, labels, groups=texts)]
    assert [seen for seen, _ in majority] == [[texts[row] for row in rows] for rows in theirs]


def test_fewer_texts_than_folds(majority):
    with pytest.raises(ValueError, match=r"cv=5 came with 4 different texts; .* fewer folds\."):
        run_experiment(TEXTS, LABELS, cv=5)
    assert majority == []


@pytest.mark.parametrize(
    ("labels", "came"),
    [
        (None, "None"),
        ("health", "str"),
        (3, "int 3"),
        ([["health", "industry"]] * 36, r"of shape \(36, 2\)"),
    ],
)
def test_labels_that_are_not_one_class_a_text(majority, labels, came):
    with pytest.raises(ValueError, match=rf"labels is {came}; expected was .* Pass the class of"):
        run_experiment(TEXTS, labels)
    assert majority == []


def test_labels_are_as_many_as_texts(majority):
    with pytest.raises(ValueError, match=r"numbers of samples: \[36, 35\]"):
        run_experiment(TEXTS, LABELS[1:])
    assert majority == []


@pytest.mark.usefixtures("majority")
def test_labels_in_a_column():
    found = [run_experiment(TEXTS, y, random_state=0) for y in (LABELS, np.c_[LABELS])]
    assert found[0].accuracy == found[1].accuracy


def test_other_folds(majority):
    found = run_experiment(TEXTS, LABELS, cv=ShuffleSplit(1, test_size=6, random_state=0))
    assert len(found.accuracy) == len(majority) == 1
    assert len(majority[0][0]) == 30


@pytest.mark.usefixtures("majority")
def test_it_cannot_be_changed_and_is_shown_without_its_pipeline():
    found = run_experiment(TEXTS, LABELS)
    with pytest.raises(FrozenInstanceError):
        found.accuracy = (1.0,)
    assert "Pipeline" not in repr(found)
    assert "'lstm_size': 1" in repr(found)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *product(("lstm_layers", "lstm_size", "dense_size"), (0, 2.0, True, "2")),
        *product(["dense_layers"], (-1, 2.0, False, "2")),
    ],
)
def test_wrong_numbers(majority, name, wrong):
    with pytest.raises(ValueError, match=f"{name} is .*; expected was an integer of at least"):
        run_experiment(TEXTS, LABELS, **{name: wrong})
    assert majority == []


def test_no_texts(majority):
    with pytest.raises(TextInputError, match="Row 1 is None"):
        run_experiment(["a", None], ["x", "y"])
    assert majority == []


@pytest.mark.usefixtures("majority")
def test_every_lstm_but_the_last_returns_sequences_and_hidden_layers_have_tanh():
    from sk_textnn.keras_objects import LSTM

    found = run_experiment(TEXTS, LABELS, lstm_layers=3, dense_layers=2)
    classifier = minimal_lstm()["clf"].set_params(**found.pipeline["clf"].get_params())
    build, parameters = classifier._network(2)
    known = {"n_classes": 2, "multilabel": False, "seed": 0, "dtype": "float32"}
    layers = build(spec=InputSpec(4, 9), **known, **parameters).layers
    lstms = [layer for layer in layers if isinstance(layer, LSTM)]
    assert [layer.return_sequences for layer in lstms] == [True, True, False]
    dense = [layer for layer in layers if hasattr(layer, "units") and layer not in lstms]
    assert [layer.activation.__name__ for layer in dense] == ["tanh", "tanh", "softmax"]


def test_a_real_experiment_is_repeated_and_leaves_its_pipeline_unfitted():
    folds = ShuffleSplit(1, test_size=8, random_state=0)
    first, again = (
        run_experiment(TEXTS, LABELS, lstm_size=3, epochs=2, cv=folds, random_state=5)
        for _ in range(2)
    )
    assert (first.accuracy, first.macro_f1) == (again.accuracy, again.macro_f1)
    assert first.accuracy[0] in [right / 8 for right in range(9)]
    assert first.n_predicted[0] in (1, 2)
    assert first.seconds > 0
    with pytest.raises(NotFittedError):
        first.pipeline.predict(TEXTS)
    assert first.pipeline["clf"].random_state == 5


def test_the_space_has_the_limits_that_practitioners_gave():
    trials = list(ParameterSampler(experiment_space(), 2000, random_state=0))
    assert {trial["clf__n_layers"] for trial in trials} == {1, 2, 3, 4}
    assert {trial["clf__units"] for trial in trials} == set(range(8, 65))
    dense = [trial["clf__dense_units"] for trial in trials]
    assert {len(units) for units in dense} == set(range(9))
    assert {units[0] for units in dense if units} == set(range(8, 65))
    assert all(len(set(units)) <= 1 for units in dense)
    assert all(type(size) is int for units in dense for size in units)


def test_every_trial_is_valid_for_the_pipeline():
    pipeline = minimal_lstm()
    for trial in ParameterSampler(experiment_space(), 30, random_state=0):
        pipeline.set_params(**trial)
        pipeline["clf"]._validate_params()
        pipeline["clf"]._network(30)


def test_the_same_seed_draws_the_same_trials_and_the_space_is_the_callers_own():
    first, again, other = (
        list(ParameterSampler(experiment_space(), 5, random_state=seed)) for seed in (0, 0, 1)
    )
    assert first == again != other
    space = experiment_space()
    del space["clf__units"]
    assert "clf__units" in experiment_space()


def test_the_distribution_is_pickled_and_shown():
    units = experiment_space()["clf__dense_units"]
    copy = pickle.loads(pickle.dumps(units))
    assert copy == units
    assert copy.rvs(random_state=3) == units.rvs(random_state=3)
    assert repr(units) == "DenseUnits(n_layers=(0, 8), size=(8, 64))"
    with pytest.raises(FrozenInstanceError):
        units.size = (1, 2)


def test_a_random_search_takes_it(monkeypatch):
    monkeypatch.setattr(Majority, "seen", [])
    search = RandomizedSearchCV(
        Pipeline([("clf", Majority())]),
        experiment_space(),
        n_iter=4,
        cv=StratifiedGroupKFold(2),
        random_state=0,
    ).fit(TEXTS, LABELS, groups=TEXTS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(set(map(str, search.cv_results_["params"]))) == 4
