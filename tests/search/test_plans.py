"""What a search trains next, without training anything."""

import warnings
from collections import Counter
from math import inf, nan

import pytest
from scipy.stats import uniform
from sklearn.model_selection import ParameterSampler

from sk_textnn.search._plans import Candidate, all_at_once, best, draw, halving, tpe


def _candidates(n):
    return [Candidate("", {"number": number}) for number in range(n)]


def _follow(plan, score):
    """Return the rounds of a plan, whose candidates score by a function of their parameters."""
    rounds = []
    steps = next(plan)
    while True:
        rounds.append(steps)
        try:
            steps = plan.send([score(step.candidate) for step in steps])
        except StopIteration:
            return rounds


def _number(candidate):
    return candidate.params["number"]


def test_all_are_trained_to_their_end():
    candidates = _candidates(3)
    (steps,) = _follow(all_at_once(candidates), _number)
    assert [step.candidate for step in steps] == candidates
    assert {step.epochs for step in steps} == {None}


@pytest.mark.parametrize(
    ("n", "factor", "min_epochs", "max_epochs", "expected"),
    [
        (9, 3, 1, 100, [(9, 1), (3, 3), (1, 9)]),
        (10, 3, 1, 100, [(10, 1), (4, 3), (2, 9)]),
        (27, 3, 2, 10, [(27, 2), (9, 6), (3, 10)]),  # more than the most is no use
        (27, 3, 1, 9, [(27, 1), (9, 3), (3, 9)]),
        (243, 3, 1, 1000, [(243, 1), (81, 3), (27, 9), (9, 27), (3, 81), (1, 243)]),
        (8, 2, 1, 100, [(8, 1), (4, 2), (2, 4), (1, 8)]),
        (4, 4, 3, 100, [(4, 3), (1, 12)]),
        (6, 2.5, 2, 100, [(6, 2), (3, 5)]),
        (2, 3, 1, 100, [(2, 1)]),
        (1, 3, 1, 100, [(1, 1)]),
        (5, 3, 7, 4, [(5, 4)]),  # no more than there are
    ],
)
def test_rounds_of_halving(n, factor, min_epochs, max_epochs, expected):
    plan = halving(_candidates(n), factor=factor, min_epochs=min_epochs, max_epochs=max_epochs)
    rounds = _follow(plan, _number)
    assert [(len(steps), steps[0].epochs) for steps in rounds] == expected
    for steps in rounds:
        assert len({step.epochs for step in steps}) == 1
    assert [_number(step.candidate) for step in rounds[0]] == [*range(n)]
    for steps in rounds[1:]:
        assert [_number(step.candidate) for step in steps] == [*range(n)][: -len(steps) - 1 : -1]


def test_halving_keeps_the_candidates_themselves():
    """Not equal ones: what was trained is found again by them."""
    candidates = _candidates(3)
    first, second = _follow(halving(candidates, factor=3, min_epochs=1, max_epochs=9), _number)
    assert first[2].candidate is second[0].candidate is candidates[2]


def test_halving_leaves_failures_behind():
    plan = halving(_candidates(9), factor=3, min_epochs=1, max_epochs=9)
    rounds = _follow(plan, lambda candidate: nan if _number(candidate) else 1.0)
    assert [len(steps) for steps in rounds] == [9, 1, 1]
    plan = halving(_candidates(9), factor=3, min_epochs=1, max_epochs=9)
    assert [len(steps) for steps in _follow(plan, lambda candidate: nan)] == [9]


def test_the_best_first():
    assert best([2, 1, 3], 2) == [2, 0]
    assert best([1, 1, 1], 2) == [0, 1]
    assert best([nan, 1, -inf, 2, inf], 4) == [3, 1]
    assert best([nan], 1) == best([], 1) == []


SPACE = {"C": uniform(0, 1), "penalty": ["l1", "l2"]}
SMALL = {"alpha": [1, 2]}


def test_one_estimator_is_drawn_as_by_scikit_learn():
    drawn = draw({"": SPACE}, 5, 0)
    assert [candidate.params for candidate in drawn] == [
        *ParameterSampler(SPACE, 5, random_state=0)
    ]
    assert {candidate.name for candidate in drawn} == {""}


@pytest.mark.parametrize(
    ("spaces", "n_iter", "expected"),
    [
        ({"a": SPACE, "b": SPACE}, 10, {"a": 5, "b": 5}),
        ({"a": SPACE, "b": SPACE, "c": SPACE}, 9, {"a": 3, "b": 3, "c": 3}),
        ({"a": SPACE, "small": SMALL, "b": SPACE}, 10, {"small": 2, "a": 4, "b": 4}),
        ({"a": SPACE, "none": {}}, 6, {"none": 1, "a": 5}),
        ({"small": SMALL, "none": {}}, 6, {"small": 2, "none": 1}),
        ({"a": [SPACE, SMALL], "b": SPACE}, 8, {"a": 4, "b": 4}),
        ({"": SMALL}, 5, {"": 2}),
        ({"": {}}, 5, {"": 1}),
    ],
)
def test_shares(spaces, n_iter, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw(spaces, n_iter, 0)
    assert Counter(candidate.name for candidate in drawn) == expected
    assert [*dict.fromkeys(candidate.name for candidate in drawn)] == [*spaces]


def test_uneven_shares_differ_by_one():
    counts = Counter(candidate.name for candidate in draw({"a": SPACE, "b": SPACE}, 7, 0))
    assert sorted(counts.values()) == [3, 4]
    assert len(draw({"a": SPACE, "b": SPACE}, 1, 0)) == 1


def test_draws_depend_on_the_random_state_only():
    spaces = {"a": SPACE, "b": SPACE}
    assert draw(spaces, 6, 1) == draw(spaces, 6, 1) != draw(spaces, 6, 2)


def _tpe(spaces, score, n_iter=10, random_state=0):
    return _follow(tpe(spaces, n_iter=n_iter, random_state=random_state), score)


def _c(candidate):
    return candidate.params["C"]


def test_tpe_draws_four_at_a_time():
    rounds = _tpe({"": SPACE}, _c)
    assert [len(steps) for steps in rounds] == [4, 4, 2]
    assert {step.epochs for steps in rounds for step in steps} == {None}
    for steps in rounds:
        for step in steps:
            assert 0 <= _c(step.candidate) <= 1
            assert step.candidate.params["penalty"] in ("l1", "l2")


def test_tpe_depends_on_random_state_and_scores_only():
    rounds = _tpe({"": SPACE}, _c)
    assert _tpe({"": SPACE}, _c) == rounds
    assert _tpe({"": SPACE}, _c, random_state=1)[0] != rounds[0]
    other = _tpe({"": SPACE}, lambda candidate: -_c(candidate), n_iter=24)
    assert other[0] == rounds[0]  # nothing is known yet
    assert other != _tpe({"": SPACE}, _c, n_iter=24)


def test_tpe_learns():
    space = {"": {"C": uniform(0, 1)}}
    last = [_c(step.candidate) for steps in _tpe(space, _c, 40)[-4:] for step in steps]
    assert sum(last) / len(last) > 0.75


def test_tpe_bears_failures():
    rounds = _tpe({"": SPACE}, lambda candidate: nan if _c(candidate) > 0.5 else _c(candidate), 24)
    assert sum(map(len, rounds)) == 24
    assert sum(map(len, _tpe({"": SPACE}, lambda candidate: nan))) == 10
    assert sum(map(len, _tpe({"": SPACE}, lambda candidate: -inf))) == 10


def test_tpe_searches_among_estimators_with_parameters_of_the_same_names():
    spaces = {"wide": {"C": uniform(1, 9)}, "narrow": {"C": [0.1, 0.2]}, "none": {}}
    rounds = _tpe(spaces, lambda candidate: candidate.params.get("C", 0.0), 40)
    drawn = [step.candidate for steps in rounds for step in steps]
    assert {candidate.name for candidate in drawn} == set(spaces)
    for name, params in drawn:
        if name == "wide":
            assert 1 <= params["C"] <= 10
        else:
            assert params in ([{}] if name == "none" else [{"C": 0.1}, {"C": 0.2}])
    late = Counter(candidate.name for candidate in drawn[20:])
    assert late["wide"] > 10


def test_tpe_logs_nothing(caplog, capsys):
    import optuna

    level = optuna.logging.get_verbosity()
    _tpe({"": SPACE}, _c, 4)
    assert capsys.readouterr() == ("", "")
    assert caplog.text == ""
    assert optuna.logging.get_verbosity() == level
