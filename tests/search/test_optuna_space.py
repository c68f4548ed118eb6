"""Spaces through Optuna's trials, and back."""

import subprocess
import sys

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FixedTrial, create_trial
from scipy.stats import loguniform, norm, poisson, randint, reciprocal, uniform
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import ParameterSampler

from sk_textnn import _optional, search_space
from sk_textnn.reference import experiment_space
from sk_textnn.search import suggest_params
from sk_textnn.search._optuna_space import as_trial_params, distributions

optuna.logging.set_verbosity(optuna.logging.WARNING)
ALL = ["averaging", "cnn", "cnn_lstm", "gru", "lstm"]


def _study(space, score, *, n_trials, told=(), seed=0):
    """Search with TPE, which is told of some trials before, and return the parameters drawn."""
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(n_startup_trials=5, seed=seed)
    )
    study.add_trials(told)
    drawn = []

    def objective(trial):
        drawn.append(suggest_params(trial, space))
        return score(drawn[-1])

    study.optimize(objective, n_trials=n_trials)
    return drawn, study


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["p95", None, 3, 0.5], CategoricalDistribution(["p95", None, 3, 0.5])),
        ([False, True], CategoricalDistribution([False, True])),
        ([(), (64,)], CategoricalDistribution([0, 1])),
        ([1, True], CategoricalDistribution([0, 1])),  # equal to Optuna
        (np.array([5, 7]), CategoricalDistribution([0, 1])),
        ([LogisticRegression()], CategoricalDistribution([0])),
        (uniform(0.25, 0.5), FloatDistribution(0.25, 0.75)),
        (uniform(loc=-1, scale=4), FloatDistribution(-1, 3)),
        (loguniform(1e-4, 1e-2), FloatDistribution(1e-4, 1e-2, log=True)),
        (reciprocal(2, 8, scale=2), FloatDistribution(4, 16, log=True)),
        (loguniform(1, 8, loc=1), FloatDistribution(1e-6, 1 - 1e-6)),  # not uniform in its log
        (randint(8, 65), IntDistribution(8, 64)),
        (randint(0, 3, loc=2), IntDistribution(2, 4)),
        (norm(3, 2), FloatDistribution(1e-6, 1 - 1e-6)),
        (poisson(4), FloatDistribution(1e-6, 1 - 1e-6)),
    ],
    ids=lambda value: value.dist.name if hasattr(value, "dist") else str(value),
)
def test_lists_and_distributions(values, expected):
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    drawn = suggest_params(trial, {"a": values})["a"]
    assert trial.distributions == {"a": expected} == distributions({"a": values})
    if hasattr(values, "rvs"):
        assert np.isfinite(drawn)
        assert values.support()[0] <= drawn <= values.support()[1]
    else:
        assert any(drawn is value or drawn == value for value in values)
    params, given = as_trial_params({"a": drawn}, {"a": values})
    create_trial(params=params, distributions=given, value=0.0)
    assert given == {"a": expected}
    assert params["a"] == pytest.approx(trial.params["a"]) or isinstance(expected.low, float)
    again = suggest_params(FixedTrial(params), {"a": values})["a"]
    assert again == (pytest.approx(drawn) if isinstance(drawn, float) else drawn)


def test_quantiles():
    assert suggest_params(FixedTrial({"a": 0.5}), {"a": norm(3, 2)}) == {"a": 3.0}
    drawn = suggest_params(FixedTrial({"a": 0.5}), {"a": poisson(4)})
    assert drawn == {"a": 4}
    assert isinstance(drawn["a"], int)
    for number in range(16):
        params, _ = as_trial_params({"a": number}, {"a": poisson(4)})
        assert suggest_params(FixedTrial(params), {"a": poisson(4)}) == {"a": number}
    # Farther out than a trial goes: the farthest that it does.
    assert as_trial_params({"a": 60.0}, {"a": norm(3, 2)})[0] == {"a": 1 - 1e-6}


def test_one_dict_has_plain_names_and_several_a_number_before_them():
    one = {"a": [1, 2]}
    for space in (one, [one]):
        assert set(distributions(space)) == {"a"}
        assert suggest_params(FixedTrial({"a": 2}), space) == {"a": 2}
    several = [one, {"a": uniform(), "b": ["x"]}]
    assert set(distributions(several)) == {"branch", "0/a"}
    assert set(distributions(several, 1)) == {"branch", "1/a", "1/b"}
    assert distributions(several)["branch"] == CategoricalDistribution([0, 1])
    trial = FixedTrial({"branch": 1, "1/a": 0.5, "1/b": "x"})
    assert suggest_params(trial, several) == {"a": 0.5, "b": "x"}


def test_equal_dicts_share_names():
    def branch(strength, *values):
        return {"clf": [LogisticRegression(C=strength)], "a": uniform(0, 1), "b": list(values)}

    space = [branch(1, (1,)), branch(2, (1,)), branch(1, (1,)), branch(1, (2,))]
    names = [sorted(set(distributions(space, number)) - {"branch"})[0] for number in range(4)]
    assert names == ["0/a", "1/a", "0/a", "3/a"]
    # So it stays where each dict has become an object of its own, as in a clone of a search.
    copy = [clone(each, safe=False) for each in space]
    assert [distributions(copy, number) for number in range(4)] == [
        distributions(space, number) for number in range(4)
    ]


@pytest.mark.parametrize("size", ["small", "medium", "large"])
@pytest.mark.parametrize("network", [*ALL, ALL], ids=str)
def test_round_trip_of_every_space(network, size):
    space = search_space(network, size)
    for params in ParameterSampler(space, 12, random_state=0):
        raw, given = as_trial_params(params, space)
        trial = create_trial(params=raw, distributions=given, value=0.5)
        again = suggest_params(FixedTrial(trial.params), space)
        # From the first of equal dicts: that has a classifier of its own, which is equal.
        assert str(again.pop("clf", None)) == str(params.pop("clf", None))
        assert again == params


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_trials_draw_what_belongs_together_and_are_told_as_they_were_drawn(size):
    space = search_space(ALL, size)
    drawn, study = _study(space, lambda params: params["clf__dropout"], n_trials=15)
    for params, trial in zip(drawn, study.trials, strict=True):
        own = space[trial.params["branch"]]
        assert set(params) == set(own)
        assert params["clf"] is own["clf"][0]
        raw, given = as_trial_params(params, space, trial.params["branch"])
        assert (raw, given) == (trial.params, trial.distributions)


def test_estimators_are_found_again_in_another_copy_of_the_space():
    space = [{"clf": [LogisticRegression(), LogisticRegression(C=2), RidgeClassifier()]}]
    for position, classifier in enumerate(space[0]["clf"]):
        assert as_trial_params({"clf": clone(classifier)}, space)[0] == {"clf": position}
    with pytest.raises(ValueError, match=r"clf cannot be LogisticRegression\(C=3\)"):
        as_trial_params({"clf": LogisticRegression(C=3)}, space)


def test_a_sampler_learns_of_what_it_is_told():
    space = [{"a": uniform(0, 1)}, {"b": loguniform(1e-3, 1)}]

    def score(params):
        return -abs(params.get("a", 5) - 0.3)

    told = []
    for params in ParameterSampler(space, 30, random_state=0):
        raw, given = as_trial_params(params, space)
        told.append(create_trial(params=raw, distributions=given, value=score(params)))
    drawn, study = _study(space, score, n_trials=20, told=told)
    near = [params for params in drawn if abs(params.get("a", 5) - 0.3) < 0.15]
    assert len(near) > 12  # 3 of 20 by chance
    assert len(study.trials) == 50


def test_what_can_only_be_drawn_is_drawn_by_a_seed_and_not_told():
    space = experiment_space()
    trial = FixedTrial({"clf__n_layers": 2, "clf__units": 8, "clf__dense_units": 5})
    params = suggest_params(trial, space)
    assert params == {
        "clf__n_layers": 2,
        "clf__units": 8,
        "clf__dense_units": space["clf__dense_units"].rvs(random_state=5),
    }
    raw, given = as_trial_params(params, space)
    assert raw == {"clf__n_layers": 2, "clf__units": 8}
    assert given.keys() == distributions(space).keys() == raw.keys()


def test_the_order_in_which_a_dict_is_written_changes_nothing():
    spaces = {"a": uniform(), "b": [1, 2, 3]}, {"b": [1, 2, 3], "a": uniform()}
    first, second = (_study(space, lambda params: params["a"], n_trials=8)[0] for space in spaces)
    assert first == second


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"a": 0.5}, r"no dict with just the parameters \['a'\]"),
        ({"a": 0.5, "b": 2, "c": 0}, r"parameters \['a', 'b', 'c'\]"),
        ({"a": 1.5, "b": 2}, "a cannot be 1.5"),
        ({"a": "x", "b": 2}, "a cannot be 'x'"),
        ({"a": None, "b": 2}, "a cannot be None"),
        ({"a": 0.5, "b": 2.5}, "b cannot be 2.5"),
        ({"a": 0.5, "b": 4}, "b cannot be 4"),
    ],
)
def test_parameters_of_another_space(params, fault):
    with pytest.raises(ValueError, match=rf"not from this search space: .*{fault}\. Pass"):
        as_trial_params(params, [{"c": [1]}, {"a": uniform(), "b": randint(1, 4)}])


@pytest.mark.parametrize(
    ("values", "value"), [([1, 2], True), ([(3,)], [3]), (poisson(4), 2.5), (poisson(4), -1)]
)
def test_values_of_another_kind(values, value):
    with pytest.raises(ValueError, match="a cannot be"):
        as_trial_params({"a": value}, {"a": values})


def test_spaces_that_are_none():
    with pytest.raises(TypeError, match=r"units must have a list .* not 64; .* pass \[64\]"):
        suggest_params(FixedTrial({}), {"units": 64})
    with pytest.raises(TypeError, match="not 'last'"):
        suggest_params(FixedTrial({}), {"pooling": "last"})
    with pytest.raises(ValueError, match="not an empty list"):
        suggest_params(FixedTrial({}), [])


def test_optuna_is_imported_late(monkeypatch):
    code = "import sk_textnn.search, sys; print('optuna' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False", result.stderr

    def absent(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(_optional.importlib, "import_module", absent)
    # A trial is enough to draw: only what builds Optuna's own objects needs Optuna.
    assert suggest_params(FixedTrial({"a": 1}), {"a": [1, 2]}) == {"a": 1}
    with pytest.raises(ImportError, match="pip install optuna"):
        distributions({"a": [1, 2]})
