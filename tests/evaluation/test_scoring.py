"""What may be a score, and which of several decides."""

import pytest
from sklearn.metrics import get_scorer, make_scorer, matthews_corrcoef, zero_one_loss

from sk_textnn.evaluation._scoring import check_scoring


def my_score(model, X, y):
    return 1.0


@pytest.mark.parametrize(
    ("scoring", "names"),
    [
        ("f1_macro", ["f1_macro"]),
        (my_score, ["my_score"]),
        (["f1_macro", "accuracy", my_score], ["f1_macro", "accuracy", "my_score"]),
        ({"a": "f1_macro", "b": make_scorer(matthews_corrcoef)}, ["a", "b"]),
        (make_scorer(matthews_corrcoef), ["score"]),
    ],
)
def test_names_in_their_order(scoring, names):
    scorers = check_scoring(scoring)
    assert list(scorers) == names
    assert all(callable(scorer) for scorer in scorers.values())


def test_strings_are_scikit_learns():
    assert repr(check_scoring("f1_macro")["f1_macro"]) == repr(get_scorer("f1_macro"))


@pytest.mark.parametrize(
    ("scoring", "message"),
    [
        (None, "scoring must be a score"),
        ({}, "scoring must be a score"),
        ({"f1", "accuracy"}, "scoring must be a score"),  # which would be the first?
        ([3], "scores, strings or callables, not int"),
        ({"a": zero_one_loss}, "is a metric: pass sklearn.metrics.make_scorer"),
        (["acuracy"], "Did you mean 'accuracy'"),
    ],
)
def test_what_is_no_score(scoring, message):
    with pytest.raises(ValueError, match=message):
        check_scoring(scoring)
