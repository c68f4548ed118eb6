"""What a search is, in words and hashes: equal in all processes and after use."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import scipy.stats
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import fbeta_score, make_scorer
from sklearn.pipeline import make_pipeline

from sk_textnn import CNNClassifier, TokenSequences, search_space
from sk_textnn._optional import import_heavy
from sk_textnn.search._identity import identity

TEXTS = ["so good", "not good", "good", "not so good"]


def at(k):
    def score(estimator, X, y):
        return estimator.score(X[:k], y[:k]) if len(X) in {3, 4, 5} else 0.0

    return score


class Dice:
    """A distribution as ParameterSampler wants it, made of what cannot be pickled."""

    def __init__(self, n_sides=6):
        self.throw = lambda rng: rng.randint(n_sides)

    def rvs(self, random_state=None):
        return self.throw(random_state)


def make(**changed):
    """Return the arguments of `identity` for a search, some of them changed."""
    parts = {
        "X": TEXTS,
        "y": [1, 0, 1, 0],
        "given": ({"sample_weight": np.ones(4)}, {}),
        "folds": [(np.array([0, 1]), np.array([2, 3]))],
        "estimators": {"": LogisticRegression()},
        "spaces": {"": {"C": [0.1, 1.0]}},
        "how": {"n_iter": 10, "scoring": "accuracy", "random_state": 0},
    }
    return parts | changed


def rich():
    """Return searches of all kinds of things by names."""
    rng = np.random.default_rng(0)
    dense = rng.random((4, 3)).round()
    network = CNNClassifier(class_weight={0: 1.0, 1: 2.0})
    learned = [TfidfVectorizer(analyzer=lambda text: text.lower().split()), PCA()]
    return {
        "texts": make(),
        "array": make(X=np.array(TEXTS)),
        "objects": make(X=np.array(TEXTS, dtype=object)),
        "series": make(
            X=pd.Series(TEXTS, name="text"), y=pd.Series(list("abab"), index=list("wxyz"))
        ),
        "table": make(X=pd.DataFrame({"text": TEXTS, "n": [1, 2, 3, None]})),
        "sparse": make(X=scipy.sparse.csr_array(dense), y=scipy.sparse.coo_matrix(dense)),
        "ids": make(X=TokenSequences.from_lists([[2, 3], [4], [2], [3, 4]])),
        "network": make(estimators={"one": network, "other": make_pipeline(*learned, network)}),
        "distributions": make(
            spaces={
                "": [
                    {"a": scipy.stats.loguniform(1e-3, 1), "b": [None, "x", (2, 3), {"k": {1, 2}}]},
                    {"a": scipy.stats.rv_histogram(np.histogram(dense)), "b": Dice()},
                ]
            }
        ),
        "families": make(spaces={"": search_space(["cnn", "lstm"], "large")}),
        "functions": make(
            how={
                "at": at(3),
                "lambda": lambda X: {"so": "not", "good": X} if X in {"so", "good", "c"} else None,
                "partial": partial(fbeta_score, beta=2),
                "scorer": make_scorer(fbeta_score, beta=2),
                "method": Dice().rvs,
                "function": np.mean,
                "ufunc": np.add,
                "set": {"so", "not", "good"},
                "frozenset": frozenset({"so", "not", "good"}),
                "class": PCA,
            }
        ),
    }


def identities(searches=None):
    """Return a dict of dicts of hashes."""
    return {name: identity(**parts) for name, parts in (searches or rich()).items()}


def test_equal_in_all_processes():
    root = Path(__file__).parents[2]
    code = "from tests.search.test_identity import *; print(json.dumps(identities()))"
    found = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert json.loads(found[0]) == json.loads(found[1])


def test_objects_of_keras():
    from sk_textnn.losses import FocalLoss  # it loads Keras

    adam = import_heavy("keras").optimizers.Adam
    things = [{"loss": FocalLoss(1.5), "optimizer": adam(rate)} for rate in (0.1, 0.1, 0.2)]
    estimators = [{"": CNNClassifier(**each)} for each in things]
    one, same, other = (identity(**make(estimators=each))["estimators"] for each in estimators)
    assert one == same
    assert one != other


def test_equal_after_use():
    searches = rich()
    before = identities(searches)
    assert before == identities()

    sparse = searches["sparse"]["X"]
    sparse.indices[:] = sparse.indices.copy()
    assert sparse.has_sorted_indices
    assert sparse.has_canonical_format
    _ = [parts["X"][:2] for parts in searches.values()]
    np.asarray(searches["ids"]["X"])
    searches["series"]["X"].value_counts()
    _ = searches["series"]["y"].loc["x"], searches["table"]["X"]["text"].str.len()
    for space in [*searches["distributions"]["spaces"][""], *searches["families"]["spaces"][""]]:
        for values in space.values():
            if hasattr(values, "rvs"):
                values.rvs(random_state=np.random.RandomState(1))
    np.random.mtrand._rand.random_sample()  # what distributions of scipy hold
    searches["network"]["estimators"]["other"][:-1].fit(TEXTS)
    assert identities(searches) == before


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("data", {"X": [*TEXTS[:3], "other"]}),
        ("data", {"y": [1, 0, 1, 1]}),
        ("data", {"given": ({"sample_weight": np.zeros(4)}, {})}),
        ("folds", {"folds": [(np.array([0, 2]), np.array([1, 3]))]}),
        ("estimators", {"estimators": {"": LogisticRegression(tol=0.1)}}),
        ("estimators", {"estimators": {"": PCA()}}),
        ("estimators", {"estimators": {"other": LogisticRegression()}}),
        ("estimators", {"estimators": {"": make_pipeline(LogisticRegression())}}),
        ("param_distributions", {"spaces": {"": {"C": [0.1, 2.0]}}}),
        ("param_distributions", {"spaces": {"": {"tol": [0.1, 1.0]}}}),
        ("param_distributions", {"spaces": {"": {"C": scipy.stats.uniform(0.1, 1)}}}),
        ("n_iter", {"how": {"n_iter": 11, "scoring": "accuracy", "random_state": 0}}),
        ("scoring", {"how": {"n_iter": 10, "scoring": ["accuracy"], "random_state": 0}}),
        ("random_state", {"how": {"n_iter": 10, "scoring": "accuracy", "random_state": 1}}),
    ],
)
def test_what_differs(what, changed):
    one, other = identity(**make()), identity(**make(**changed))
    assert [name for name in one if one[name] != other[name]] == [what]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (scipy.stats.uniform(0, 1), scipy.stats.uniform(0, 1.1)),
        (scipy.stats.bernoulli(0.5), scipy.stats.bernoulli(0.500001)),
        (
            scipy.stats.rv_histogram(([1, 1], [0, 1, 2])),
            scipy.stats.rv_histogram(([1, 2], [0, 1, 2])),
        ),
        (Dice(6), Dice(12)),
        (lambda x: x + 1, lambda x: x + 2),
        (lambda x: x.min, lambda x: x.max),
        (lambda x: [y + 1 for y in x], lambda x: [y + 2 for y in x]),
        (lambda x, k=1: k, lambda x, k=2: k),
        (lambda x, *, k=1: k, lambda x, *, k=2: k),
        (at(3), at(4)),
        (partial(fbeta_score, beta=1), partial(fbeta_score, beta=2)),
        (make_scorer(fbeta_score, beta=1), make_scorer(fbeta_score, beta=2)),
        (np.add, np.subtract),
        (np.mean, np.median),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({1, 2}, {1, 3}),
        (PCA, TfidfVectorizer),
        (PCA(2), PCA(3)),
    ],
)
def test_nothing_passes_for_another(one, other):
    first, same, second = (identity(**make(how={"it": it}))["it"] for it in (one, one, other))
    assert first == same
    assert first != second


def test_what_leaves_the_results_as_they_are():
    one = make_pipeline(PCA(), LogisticRegression(), memory="here")
    other = make_pipeline(PCA(), LogisticRegression(verbose=1), memory="there", verbose=True)
    assert len({identity(**make(estimators={"": it}))["estimators"] for it in (one, other)}) == 1


def test_where_a_function_stands_in_its_file():
    source = "def f(x):\n    return x + 1"
    spaces = [{}, {}]
    exec(source, spaces[0])
    exec("\n\n" + source, spaces[1])
    hashes = {identity(**make(how={"it": each["f"]}))["it"] for each in spaces}
    assert len(hashes) == 1


def test_what_cannot_be_told_from_another():
    message = "there is something in its estimators that cannot be pickled"
    with pytest.raises(TypeError, match=message):
        identity(**make(estimators={"": PCA(n_components=sys._getframe())}))
