"""Duplicates stay together, classes stay even, and scikit-learn takes it for one of its own."""

import copy
import os
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline

from sk_textnn import ArchitectureSearchCV, DedupStratifiedKFold, compare
from sk_textnn.datasets import make_text_classification
from sk_textnn.evaluation._near_duplicates import text_groups
from sk_textnn.evaluation._splits import _level
from sk_textnn.exceptions import TextInputError


def model():
    return make_pipeline(CountVectorizer(), LogisticRegression())


def class_counts(folds, labels):
    classes = np.unique(labels)
    return np.array([[(labels[test] == name).sum() for name in classes] for _, test in folds])


@pytest.fixture(scope="module")
def data():
    """Texts of which a third are copies, of all kinds."""
    texts, labels = make_text_classification(200, random_state=0, return_X_y=True)
    rng = np.random.default_rng(0)
    rows = rng.integers(60, size=100)
    changes = (str.upper, lambda text: f"  {text} ", lambda text: f"{text} really", str.title)
    copies = [changes[rng.integers(4)](texts[row]) for row in rows]
    order = rng.permutation(300)
    return [[*texts, *copies][row] for row in order], np.append(labels, labels[rows])[order]


def test_folds_are_a_partition_that_no_group_crosses(data):
    texts, labels = data
    groups = text_groups(texts, 0.8)
    assert len(set(groups.tolist())) == 200
    folds = list(DedupStratifiedKFold(4, random_state=0).split(texts, labels))
    assert len(folds) == 4
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(300))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(300))
        assert not set(groups[train]) & set(groups[test])
    # What the class is for: plain folds cut groups in two.
    plain = StratifiedKFold(4, shuffle=True, random_state=0).split(texts, labels)
    assert all(set(groups[train]) & set(groups[test]) for train, test in plain)


@pytest.mark.parametrize("seed", range(3))
def test_classes_are_as_even_as_scikit_learn_makes_them(data, seed):
    texts, labels = data
    mine = DedupStratifiedKFold(5, random_state=seed).split(texts, labels)
    theirs = StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(
        texts, labels, text_groups(texts, 0.8)
    )
    counts, expected = class_counts(mine, labels), class_counts(theirs, labels)
    assert np.ptp(counts, axis=0).max() <= max(1, np.ptp(expected, axis=0).max())
    assert np.ptp(counts.sum(axis=1)) <= 4


@pytest.mark.parametrize("arguments", [{"random_state": 3}, {"shuffle": False}])
def test_without_duplicates_the_folds_are_those_of_stratified_k_fold(arguments):
    texts, labels = make_text_classification(90, random_state=0, return_X_y=True)
    mine = DedupStratifiedKFold(3, **arguments).split(texts, labels)
    theirs = StratifiedKFold(3, **{"shuffle": True} | arguments).split(texts, labels)
    for one, two in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(one[0], two[0])
        np.testing.assert_array_equal(one[1], two[1])


def folds_of(cv, data):
    return [test.tolist() for _, test in cv.split(*data)]


def test_random_state_decides_the_folds(data):
    cv = DedupStratifiedKFold(3, random_state=1)
    assert folds_of(cv, data) == folds_of(cv, data)
    assert folds_of(cv, data) != folds_of(DedupStratifiedKFold(3, random_state=2), data)
    unseeded = DedupStratifiedKFold(3)
    assert folds_of(unseeded, data) != folds_of(unseeded, data)
    in_order = DedupStratifiedKFold(3, shuffle=False)
    assert folds_of(in_order, data) == folds_of(in_order, data)


def test_near_decides_what_is_a_duplicate():
    texts = [" ".join(f"w{i}of{j}" for i in range(9)) for j in range(8)]
    texts += [f"{text} indeed" for text in texts]
    labels = ["a", "b"] * 8
    for near, together in ((0.8, True), (None, False), (1.0, False)):
        found = []
        for seed in range(5):
            for _, test in DedupStratifiedKFold(2, near=near, random_state=seed).split(
                texts, labels
            ):
                found.append({row % 8 for row in test if row < 8} == {r % 8 for r in test if r > 7})
        assert all(found) == together


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=2, max_size=60),
    st.integers(2, 5),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore:The (class|least populated class)")
def test_any_groups(rows, n_splits, shuffle):
    texts = [f"text{text}" for text, _ in rows]
    labels = np.array([label for _, label in rows])
    cv = DedupStratifiedKFold(n_splits, shuffle=shuffle, random_state=0 if shuffle else None)
    n_texts = [len({t for t, m in rows if m == label}) for label in {m for _, m in rows}]
    if max(n_texts) < n_splits:
        with pytest.raises(ValueError, match="n_splits"):
            list(cv.split(texts, labels))
        return
    folds = list(cv.split(texts, labels))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(rows)))
    for train, test in folds:
        assert len(test) > 0
        assert not {texts[row] for row in train} & {texts[row] for row in test}


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=6),
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)
def test_rows_fill_up_the_lowest(counts, n_rows, random):
    counts = np.array(counts)
    totals = np.array([random.randrange(100) for _ in counts])
    more = _level(counts, totals, n_rows)
    assert more.sum() == n_rows
    assert (more >= 0).all()
    filled = counts + more
    assert filled[more > 0].max(initial=0) <= filled.min() + 1
    # What cannot be dealt out evenly goes where there are the fewest rows.
    given = (more > 0) & (filled > filled.min())
    level = filled == filled.min()
    if given.any() and (level & (more > 0)).any():
        assert totals[given].max() <= totals[level & (more > 0)].min()


def test_a_large_group_goes_to_one_fold_and_the_rest_makes_up_for_it():
    texts = ["no response"] * 40 + [f"text{i}" for i in range(60)]
    labels = np.array((["a", "b"] * 50)[:100])
    folds = list(DedupStratifiedKFold(2, random_state=0).split(texts, labels))
    assert class_counts(folds, labels).tolist() == [[25, 25], [25, 25]]


def test_thousands_of_copies_of_few_texts():
    texts = [f"text{i % 7}" for i in range(7000)]
    labels = np.arange(7000) % 2
    folds = list(DedupStratifiedKFold(5, random_state=0).split(texts, labels))
    assert sorted(len(test) for _, test in folds) == [1000, 1000, 1000, 2000, 2000]


# As scikit-learn's splitters.


def test_it_is_taken_for_a_splitter(data):
    cv = DedupStratifiedKFold(3, near=0.7, random_state=0)
    assert repr(cv) == "DedupStratifiedKFold(n_splits=3, near=0.7, random_state=0, shuffle=True)"
    assert cv.get_n_splits() == cv.get_n_splits(*data) == 3
    assert check_cv(cv, classifier=True) is cv
    for twin in (clone(cv, safe=False), copy.deepcopy(cv), pickle.loads(pickle.dumps(cv))):
        assert repr(twin) == repr(cv)
        assert folds_of(twin, data) == folds_of(cv, data)


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, tuple])
def test_kinds_of_texts_and_labels(data, kind):
    texts, labels = data
    cv = DedupStratifiedKFold(3, random_state=0)
    expected = folds_of(cv, data)
    assert folds_of(cv, (kind(texts), labels)) == expected
    assert folds_of(cv, (texts, kind(labels.tolist()))) == expected


def test_copies_no_longer_flatter():
    rng = np.random.default_rng(0)
    texts = [f"a{i} b{i} c{i} d{i}" for i in range(60)] * 3
    labels = np.tile(rng.integers(2, size=60), 3)  # nothing to learn but by heart
    plain = cross_val_score(model(), texts, labels, cv=StratifiedKFold(5, shuffle=True))
    honest = cross_val_score(model(), texts, labels, cv=DedupStratifiedKFold(5, random_state=0))
    assert plain.mean() > 0.9
    assert honest.mean() < 0.7


def test_searches_and_compare_take_it(data):
    cv = DedupStratifiedKFold(3, random_state=0)
    space = {"logisticregression__C": [0.1, 1.0]}
    search = RandomizedSearchCV(model(), space, n_iter=2, cv=cv).fit(*data)
    assert search.n_splits_ == 3
    expected = cross_val_score(search.best_estimator_, *data, cv=cv)
    assert search.best_score_ == pytest.approx(expected.mean())
    ours = ArchitectureSearchCV(model(), space, n_iter=2, cv=cv, random_state=0).fit(*data)
    assert ours.best_score_ == pytest.approx(search.best_score_)
    compared = compare(search.best_estimator_, *data, baselines=None, cv=cv)
    np.testing.assert_allclose(compared.scores.to_numpy().ravel(), expected)


# What cannot be split.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_splits": 1}, "n_splits=2 or more"),
        ({"n_splits": 2.5}, "Integral"),
        ({"near": 0}, "near must be a similarity above 0 and up to 1, such as 0.8, or None, not 0"),
        ({"near": 1.5}, "not 1.5"),
        ({"near": "0.8"}, "not '0.8'"),
        ({"near": True}, "not True"),
        ({"shuffle": False, "random_state": 0}, "random_state has no effect"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        DedupStratifiedKFold(**arguments)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"] * 5, None, "needs labels: pass y"),
        (["a", "b"] * 5, [0, 1], "X has 10 texts, but y has 2 labels"),
        (["a", "b"] * 5, [0, 1] * 5, "cannot be made of 2 different texts"),
        (["a", "b", "c", "d"] * 2, [0, 1] * 4, "number of different texts in each class"),
        (["a", "b", "c", "d", "a"], np.linspace(0, 1, 5), "'continuous'"),
    ],
)
def test_wrong_rows(texts, labels, message):
    with pytest.raises(ValueError, match=message):
        list(DedupStratifiedKFold(3).split(texts, labels))


def test_rows_that_are_no_texts():
    with pytest.raises(TextInputError, match="Row 0 is int 0"):
        list(DedupStratifiedKFold(2).split(range(4), [0, 1, 0, 1]))


def test_warnings():
    texts = [*(f"text{i}" for i in range(10)), "rare", "rare", "rare"]
    labels = ["a"] * 5 + ["b"] * 5 + ["c"] * 3
    with pytest.warns(UserWarning, match="class c has only 1 different texts, less than n_splits"):
        list(DedupStratifiedKFold(3, random_state=0).split(texts, labels))
    with pytest.warns(UserWarning, match="groups parameter is ignored by DedupStratifiedKFold"):
        list(DedupStratifiedKFold(2).split(texts[:10], labels[:10], groups=range(10)))


@pytest.mark.parametrize(
    ("name", "leak"), [("isear", 0.02), ("trec6", 0.02), ("jobs_linkedin_industry", 0.2)]
)
def test_real_texts(name, leak):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA, the folder of real corpora, is not set")
    table = pd.read_csv(Path(folder, f"{name}.csv.gz"), dtype=str, keep_default_na=False)
    texts, labels = table.text.tolist(), table.label.to_numpy()
    groups = text_groups(texts, 0.8)
    plain = StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels)
    assert np.mean([np.isin(groups[test], groups[train]).mean() for train, test in plain]) > leak
    folds = list(DedupStratifiedKFold(5, random_state=0).split(texts, labels))
    assert not any(np.isin(groups[test], groups[train]).any() for train, test in folds)
    assert np.ptp(class_counts(folds, labels), axis=0).max() <= 1
