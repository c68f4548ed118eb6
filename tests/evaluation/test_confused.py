"""Pairs of classes that are confused: counts, shares, order, examples."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from sk_textnn import most_confused

TEXTS = [f"text {row}" for row in range(6)]
TRUE = ["a", "a", "a", "b", "b", "c"]
PREDICTED = ["b", "b", "a", "a", "b", "a"]


def test_pairs_counts_shares_and_examples():
    found = most_confused(TRUE, PREDICTED, TEXTS)
    assert found.columns.tolist() == ["true", "predicted", "count", "share", "examples"]
    assert found.to_numpy().tolist() == [
        ["a", "b", 2, 2 / 3, ["text 0", "text 1"]],
        ["b", "a", 1, 1 / 2, ["text 3"]],
        ["c", "a", 1, 1, ["text 5"]],
    ]


def test_the_most_frequent_come_first_and_only_so_many():
    found = most_confused(TRUE[::-1], PREDICTED[::-1], TEXTS, n_pairs=1, n_examples=1)
    assert found.to_numpy().tolist() == [["a", "b", 2, 2 / 3, ["text 4"]]]
    assert most_confused(TRUE, PREDICTED, TEXTS, n_examples=0)["examples"].tolist() == [[]] * 3


def test_counts_are_those_of_the_confusion_matrix():
    rng = np.random.default_rng(0)
    true, predicted = rng.integers(0, 5, size=(2, 300))
    found = most_confused(true, predicted, ["text"] * 300, n_pairs=99)
    matrix = confusion_matrix(true, predicted)
    shares = confusion_matrix(true, predicted, normalize="true")
    assert len(found) == 20
    assert found["count"].is_monotonic_decreasing
    for row in found.itertuples():
        assert row.count == matrix[row.true, row.predicted]
        assert row.share == pytest.approx(shares[row.true, row.predicted])


def test_nothing_is_confused_where_all_is_right():
    found = most_confused(TRUE, TRUE, TEXTS)
    assert found.shape == (0, 5)
    assert found.columns[0] == "true"


def test_rows_count_by_position_whatever_their_labels():
    index = [5, 4, 3, 2, 1, 0]
    true, texts = pd.Series(TRUE, index=index), pd.Series(TEXTS, index=index[::-1])
    pd.testing.assert_frame_equal(
        most_confused(true, np.array(PREDICTED), texts), most_confused(TRUE, PREDICTED, TEXTS)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_pairs": 0}, "n_pairs must be a number of at least 1, not int 0"),
        ({"n_examples": None}, "n_examples must be a number of at least 0, not None"),
        ({"y_true": TRUE[:5]}, r"y_true must .* each of the 6 texts of X, .* \(5,\)"),
        ({"y_pred": np.zeros((6, 2))}, r"y_pred must .* \(6, 2\)"),
        ({"y_pred": np.linspace(0, 1, 6)}, "y_pred must hold classes, .* 'continuous'"),
        ({"X": [1] * 6}, "Row 0 is int 1, not a string"),
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    arguments = {"y_true": TRUE, "y_pred": PREDICTED, "X": TEXTS, **change}
    with pytest.raises(ValueError, match=said):
        most_confused(**arguments)
