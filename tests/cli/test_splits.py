"""Folds and held-out rows keep duplicates together, as far as the texts permit."""

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from sk_textnn.cli._errors import CommandError
from sk_textnn.cli._inputs import Data
from sk_textnn.cli._splits import hold_out, make_folds
from sk_textnn.datasets import make_text_classification


def splits_of(texts, labels, cv=3, seed=0):
    return make_folds(Data(texts, np.asarray(labels), "test"), cv, seed)


def in_one_fold(splits, rows):
    return all(len(set(np.isin(rows, test).tolist())) == 1 for _, test in splits)


def test_without_duplicates_folds_are_scikit_learns():
    texts, labels = make_text_classification(90, random_state=0, return_X_y=True)
    expected = StratifiedKFold(3, shuffle=True, random_state=5).split(texts, labels)
    for one, two in zip(splits_of(texts, labels, seed=5), expected, strict=True):
        np.testing.assert_array_equal(one[1], two[1])


def test_the_same_and_nearly_the_same_stay_together():
    texts, labels = make_text_classification(90, random_state=0, return_X_y=True)
    copies = [texts[7].upper(), f"{texts[7]} indeed"]
    for seed in range(3):
        splits = splits_of([*texts, *copies], [*labels, labels[7], labels[7]], seed=seed)
        assert in_one_fold(splits, [7, 90, 91])


def test_texts_from_one_template_are_split_all_the_same():
    template = " ".join(f"w{i}" for i in range(30))
    texts = [f"{template} {row // 2}" for row in range(60)]
    splits = splits_of(texts, ["a", "b"] * 30)
    assert [len(test) for _, test in splits] == [20, 20, 20]
    assert all(in_one_fold(splits, [row, row + 1]) for row in range(0, 60, 2))


def test_too_few_different_texts():
    with pytest.raises(CommandError, match="Too few different texts for --cv 3"):
        splits_of(["one", "two"] * 5, ["a", "b"] * 5)


def held_out(texts, labels, test_size=0.25, seed=0):
    return hold_out(Data(texts, np.asarray(labels), "test"), test_size, seed)


def test_held_out_rows_have_the_share_and_the_labels_asked_for():
    texts, labels = make_text_classification(100, random_state=0, return_X_y=True)
    labels = np.array(["a"] * 20 + ["b"] * 80)
    train, test = held_out(texts, labels)
    assert sorted([*train, *test]) == list(range(100))
    assert (labels[test] == "a").sum() == 5
    assert (labels[test] == "b").sum() == 20
    assert held_out(texts, labels, seed=1)[1].tolist() != test.tolist()


def test_no_copy_of_a_held_out_text_is_trained_on():
    texts, labels = make_text_classification(40, random_state=0, return_X_y=True)
    texts = [*texts, *(text.upper() for text in texts)]
    labels = np.append(labels, labels)
    for seed in range(3):
        train, test = held_out(texts, labels, seed=seed)
        assert {texts[row].upper() for row in train}.isdisjoint(texts[row].upper() for row in test)


def test_held_out_texts_from_one_template():
    template = " ".join(f"w{i}" for i in range(30))
    train, test = held_out([f"{template} {row // 2}" for row in range(80)], ["a", "b"] * 40)
    assert (len(train), len(test)) == (60, 20)


def test_too_few_to_hold_any_out():
    with pytest.raises(CommandError, match=r"cannot be split with --test-size 0\.25"):
        held_out(["one", "two"] * 5, ["x", "y"] * 5)
