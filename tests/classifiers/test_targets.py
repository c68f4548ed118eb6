"""Labels of every kind, tables of labels, and weights."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.model_selection import cross_val_predict, cross_validate
from sklearn.utils import compute_sample_weight

from sk_textnn import CNNClassifier, LSTMClassifier
from sk_textnn.classifiers._targets import Targets, read_targets, weigh_rows

ROWS = [[2, 3], [4, 5, 6], [2, 7, 3], [5, 4]] * 10
SIDE = np.arange(40) % 2
# Label 0: the words 2 and 3; label 1: a text of three words; label 2: every text.
TABLE = np.column_stack([1 - SIDE, np.arange(40) % 4 // 2 ^ SIDE, np.ones(40)]).astype(int)
FAST = {"embedding_dim": 8, "epochs": 6, "learning_rate": 0.05, "random_state": 0}
FAST |= {"early_stopping": False, "dropout": 0, "spatial_dropout": 0}


def _cnn(**params):
    return CNNClassifier(filters=8, kernel_sizes=(1, 2), **{**FAST, **params})


def _read(y, **kwargs):
    return read_targets(y, CNNClassifier(), **kwargs)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["no", "yes"]),
        np.array(["no", "yes"], dtype=object),
        np.array([False, True]),
        np.array([-3, 7]),
        np.array([1.0, 2.0]),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_labels_come_back_as_they_were(labels):
    y = labels[SIDE]
    clf = _cnn().fit(ROWS, y)
    np.testing.assert_array_equal(clf.classes_, labels)
    assert clf.classes_.dtype == y.dtype
    predicted = clf.predict(ROWS)
    assert predicted.dtype == y.dtype
    assert clf.score(ROWS, y) == 1
    np.testing.assert_allclose(np.exp(clf.predict_log_proba(ROWS)), clf.predict_proba(ROWS), 1e-6)
    assert not clf.multilabel_


@pytest.mark.parametrize(
    "make",
    [np.asarray, sparse.csr_array, sparse.coo_matrix, pd.DataFrame, np.ndarray.tolist],
    ids=["array", "csr", "coo", "frame", "lists"],
)
def test_tables_of_labels(make):
    targets = _read(make(TABLE))
    assert targets.multilabel
    np.testing.assert_array_equal(targets.classes, [[0, 1]] * 3)
    np.testing.assert_array_equal(targets.values, TABLE)


@pytest.mark.parametrize("classifier", [_cnn(), LSTMClassifier(units=8, **FAST)])
def test_multilabel(classifier):
    classifier.set_params(epochs=40).fit(ROWS, TABLE)
    probabilities = classifier.predict_proba(ROWS)
    assert probabilities.shape == TABLE.shape
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1
    assert (probabilities.sum(axis=1) > 1.2).any()  # labels do not exclude each other
    predicted = classifier.predict(ROWS)
    assert predicted.dtype.kind == "i"
    np.testing.assert_array_equal(predicted, TABLE)
    assert classifier.score(ROWS, TABLE) == 1
    assert classifier.multilabel_
    assert classifier.history_["accuracy"][-1] == 1
    assert classifier.predict(ROWS[:1]).shape == (1, 3)
    np.testing.assert_array_equal(classifier.classes_, [[0, 1]] * 3)


def test_multilabel_with_early_stopping_and_scores():
    result = cross_validate(
        _cnn(early_stopping=True),
        ROWS,
        TABLE[:, :2],
        cv=2,
        scoring=["f1_macro", "roc_auc"],
        error_score="raise",
    )
    assert result["test_f1_macro"].min() > 0.5
    assert result["test_roc_auc"].min() > 0.7


@pytest.mark.parametrize("n_labels", [2, 3])
def test_multilabel_probabilities_of_a_cross_validation(n_labels):
    X = np.array([row + [0] * (3 - len(row)) for row in ROWS])
    table = TABLE[:, [0, 1, 0]][:, :n_labels]
    probabilities = cross_val_predict(_cnn(), X, table, cv=2, method="predict_proba")
    assert probabilities.shape == table.shape
    assert probabilities[table == 1].mean() > probabilities[table == 0].mean() + 0.2


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "requires y"),
        ([["a"], ["b", "c"]] * 20, "MultiLabelBinarizer"),
        (np.array([[0, 1, 2]] * 40), "1d array"),
        (np.where(SIDE, np.nan, 1.0), "contains NaN"),
        (np.full((40, 2), np.nan), "NaN"),
        (SIDE + 0.5, "Unknown label type: continuous"),
        (2 * TABLE - 1, r"table that holds \[-1\]; expected were 0 and 1"),
        (sparse.csr_array(2 * TABLE), r"table that holds \[2\]"),
    ],
)
def test_no_targets(y, message):
    with pytest.raises(ValueError, match=message):
        _cnn().fit(ROWS, y)


@pytest.mark.filterwarnings("error")
def test_weights_equal_repetitions():
    """One batch for all rows, double precision: a weight is a repetition."""
    weights = np.array([2, 1, 0, 3] * 10)
    clf = _cnn(batch_size=1000, dtype="float64", epochs=3, class_weight="balanced")
    repeated = [row for row, weight in zip(ROWS, weights, strict=True) for _ in range(weight)]
    expected = clf.fit(repeated, np.repeat(SIDE, weights)).predict_proba(ROWS)
    weighted = clf.fit(ROWS, SIDE, sample_weight=weights).predict_proba(ROWS)
    np.testing.assert_allclose(weighted, expected, atol=1e-9)
    assert not np.allclose(clf.fit(ROWS, SIDE).predict_proba(ROWS), expected, atol=1e-4)


def _two_classes(n_first=3, n_second=1):
    y = np.array(["a"] * n_first + ["b"] * n_second)
    return _read(y), y


def _scaled(weights):
    return np.asarray(weights) / np.max(weights)


def test_class_weights():
    targets, y = _two_classes()
    for class_weight in ("balanced", {"a": 0.5, "b": 3}, {"b": 2}):
        np.testing.assert_allclose(
            weigh_rows(targets, None, class_weight, dtype="float64"),
            _scaled(compute_sample_weight(class_weight, y)),
        )


def test_both_weights_multiply_and_leave_the_callers_arrays():
    targets, _ = _two_classes()
    for dtype in ("float32", "float64"):
        sample_weight, class_weight = np.array([1, 2, 0, 4], dtype=dtype), {"a": 3, "b": 0.5}
        kept = sample_weight.copy(), dict(class_weight)
        weights = weigh_rows(targets, sample_weight, class_weight, dtype=dtype)
        np.testing.assert_allclose(weights, _scaled([3, 6, 0, 2]), rtol=1e-6)
        np.testing.assert_array_equal(sample_weight, kept[0])
        assert class_weight == kept[1]


def test_balanced_counts_the_weights():
    targets, _ = _two_classes(2, 2)
    weights = weigh_rows(targets, [1, 3, 1, 0], "balanced", dtype="float64")
    assert weights[:2].sum() == pytest.approx(weights[2:].sum())


def test_weights_of_label_tables():
    table = np.array([[1, 0], [1, 1], [0, 1], [1, 1]])
    targets = _read(table)
    for class_weight in ("balanced", [{0: 1, 1: 2}, {0: 3, 1: 1}]):
        np.testing.assert_allclose(
            weigh_rows(targets, None, class_weight, dtype="float64"),
            _scaled(compute_sample_weight(class_weight, table)),
        )
    with pytest.raises(ValueError, match="list of dicts"):
        weigh_rows(targets, None, {0: 1, 1: 2}, dtype="float64")


def test_balanced_label_tables_count_the_weights_too():
    table = np.array([[1, 0], [1, 1], [0, 1], [0, 0]])
    repeated = weigh_rows(_read(table[[0, 0, 1, 2, 2, 2, 3]]), None, "balanced", dtype="float64")
    weights = weigh_rows(_read(table), [2, 1, 3, 1], "balanced", dtype="float64")
    np.testing.assert_allclose(weights, _scaled(repeated[[0, 2, 3, 6]] * [2, 1, 3, 1]))


@pytest.mark.parametrize("weight", [1e38, 1e-300, np.float64(1e300)])
def test_only_the_proportions_of_weights_count(weight):
    targets, _ = _two_classes()
    weights = weigh_rows(targets, np.full(4, weight), {"a": 3}, dtype="float32")
    np.testing.assert_allclose(weights, _scaled([3, 3, 3, 1]), rtol=1e-6)


@pytest.mark.parametrize("weight", [np.inf, np.nan, -1])
def test_weights_that_are_none(weight):
    targets, _ = _two_classes()
    with pytest.raises(ValueError, match=r"give a row the weight .*; expected were zeros"):
        weigh_rows(targets, None, {"b": weight}, dtype="float32")


def test_class_weight_of_no_class():
    targets, _ = _two_classes()
    with pytest.raises(ValueError, match="are not in class_weight"):
        weigh_rows(targets, None, {"a": 1, "c": 2}, dtype="float64")


def test_targets_are_plain_numbers():
    targets = _read(np.array(["b", "a", "c"]))
    assert isinstance(targets, Targets)
    np.testing.assert_array_equal(targets.values, [1, 0, 2])
    assert targets.values.dtype == np.int32
