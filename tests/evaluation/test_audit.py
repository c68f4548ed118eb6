"""Each fault that is put into a split is found, by its number; a sound split has none."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from sk_textnn import audit_split
from sk_textnn.datasets import make_text_classification
from sk_textnn.evaluation._audit_labels import neighbours, variation
from sk_textnn.exceptions import TextInputError


@pytest.fixture(scope="module")
def split():
    texts, labels = make_text_classification(800, random_state=0, return_X_y=True)
    return texts[:600], labels[:600].tolist(), texts[600:], labels[600:].tolist()


def audit(split, **arguments):
    return audit_split(*split, **{"random_state": 0} | arguments)


def found(report, cause):
    (finding,) = (finding for finding in report if finding.cause == cause)
    return finding


@pytest.mark.parametrize("stratified", [True, False])
@pytest.mark.parametrize("n_rows", [200, 1000])
def test_sound_splits_have_nothing(n_rows, stratified):
    for seed in range(3):
        texts, labels = make_text_classification(n_rows, random_state=seed, return_X_y=True)
        train, test, y_train, y_test = train_test_split(
            texts, labels, stratify=labels if stratified else None, random_state=seed
        )
        report = audit((train, y_train, test, y_test))
        assert [str(finding) for finding in report] == []
    assert str(report) == "Nothing was found wrong with the split."


@pytest.mark.parametrize(
    ("n_copies", "severity", "threshold"),
    [(1, "info", 0.00693), (4, "warning", 0.00693), (20, "error", 0.0693)],
)
def test_duplicates_across(split, n_copies, severity, threshold):
    X, y, X_test, y_test = split
    X_test = [*(f" {text.upper()}" for text in X[10 : 10 + n_copies]), *X_test[n_copies:]]
    y_test = y[10 : 10 + n_copies] + y_test[n_copies:]
    report = audit((X, y, X_test, y_test))
    assert report.causes() == ["duplicates_across"]
    assert report[0].severity == severity
    assert report[0].value == n_copies / 200
    assert report[0].threshold == pytest.approx(threshold, abs=1e-5)
    assert report[0].evidence["rows"] == n_copies
    example = report[0].evidence["examples"][0]
    assert (example["test_row"], example["train_row"], example["similarity"]) == (0, 10, 1.0)


def test_near_duplicates_across(split):
    X, y, X_test, y_test = split
    near = [f"{text} indeed" for text in X[:30]]
    changed = (X, y, near + X_test[30:], y[:30] + y_test[30:])
    report = audit(changed)
    finding = found(report, "near_duplicates_across")
    assert report.causes() == ["near_duplicates_across"]
    assert (finding.severity, finding.value) == ("error", 0.15)
    n_shingles = len(X[0].split()) - 2
    example = finding.evidence["examples"][0]
    assert (example["test_row"], example["train_row"]) == (0, 0)
    assert example["similarity"] == pytest.approx(n_shingles / (n_shingles + 1), abs=1e-3)
    assert audit(changed, near=None).causes() == []
    assert audit(changed, near=0.97).causes() == []


def test_a_near_duplicate_of_a_near_duplicate_is_near_no_training_row(split):
    X, y, X_test, y_test = split
    words = [f"w{i}" for i in range(40)]
    chain = [" ".join(words[start : start + 30]) for start in (0, 2, 4)]
    report = audit(([chain[0], *X[1:]], y, [*chain[1:], *X_test[2:]], y_test))
    finding = found(report, "near_duplicates_across")
    assert finding.evidence["rows"] == 1
    assert finding.evidence["examples"][0]["test_row"] == 0


def test_duplicates_within_train(split):
    X, y, X_test, y_test = split
    copies = [*X[:30], *(f"{text} indeed" for text in X[30:40]), *X[40:]]
    report = audit((copies + X[:30] + X[30:40], y + y[:40], X_test, y_test))
    finding = found(report, "duplicates_within_train")
    assert report.causes() == ["duplicates_within_train"]
    assert (finding.severity, finding.value) == ("warning", 40 / 640)
    assert (finding.evidence["same"], finding.evidence["nearly_the_same"]) == (30, 10)
    assert {n for _, n in finding.evidence["examples"]} == {2}
    one = audit(([*X, X[0]], [*y, y[0]], X_test, y_test))
    assert found(one, "duplicates_within_train").severity == "info"


def test_conflicting_labels(split):
    X, y, X_test, y_test = split
    other = {"class_0": "class_1", "class_1": "class_2", "class_2": "class_0"}
    wrong = [other[label] for label in y[:20]]
    report = audit((X + X[:20] + X[:20], y + y[:20] + wrong, X_test, y_test))
    finding = found(report, "conflicting_labels")
    assert (finding.severity, finding.value) == ("warning", 20 / 840)
    assert (finding.evidence["texts"], finding.evidence["rows"]) == (20, 60)
    text, labels = finding.evidence["examples"][0]
    row = next(row for row in range(20) if X[row].startswith(text.rstrip("…")))
    assert labels == {y[row]: 2, wrong[row]: 1}
    decisive = audit((X + X[:100], y + [other[label] for label in y[:100]], X_test, y_test))
    assert found(decisive, "conflicting_labels").severity == "error"


def test_classes_that_one_part_lacks(split):
    X, y, X_test, y_test = split
    report = audit((X, y, X_test, ["new"] * 50 + y_test[50:]))
    finding = found(report, "classes_missing_in_train")
    assert (finding.severity, finding.value, finding.evidence["rows"]) == (
        "error",
        0.25,
        {"new": 50},
    )
    few = audit((X, y, X_test, ["new", *y_test[1:]]))
    assert found(few, "classes_missing_in_train").severity == "warning"
    without = audit((X, ["old"] * 20 + y[20:], X_test, y_test))
    finding = found(without, "classes_missing_in_test")
    assert (finding.severity, finding.evidence["rows"]) == ("warning", {"old": 20})


@pytest.mark.parametrize(("kept", "severity"), [(0.3, "warning"), (0.05, "error")])
def test_class_distribution(split, kept, severity):
    X, y, X_test, y_test = split
    rows = [
        row for row, label in enumerate(y_test) if label != "class_0" or row < kept * len(y_test)
    ]
    changed = (X, y, [X_test[row] for row in rows], [y_test[row] for row in rows])
    finding = found(audit(changed), "class_distribution")
    assert finding.severity == severity
    share = np.array([[part.count(f"class_{i}") for i in range(3)] for part in (y, changed[3])])
    share = share / share.sum(axis=1, keepdims=True)
    assert finding.value == pytest.approx(np.abs(share[0] - share[1]).sum() / 2)
    assert "most that of class_0" in finding.message


def test_empty_texts_and_what_stands_for_an_answer(split):
    X, y, X_test, y_test = split
    empty = ["", " ?? ", "N/A", "[ No response.]", "none"]
    report = audit((empty * 2 + X[10:], y, X_test, y_test))
    finding = found(report, "empty_texts")
    assert (finding.severity, finding.value) == ("warning", 10 / 800)
    assert finding.evidence["without_words"] == 4
    # Known by its labels, in a language of which no list knows the words.
    unknown = audit((["sans avis"] * 12 + X[12:], y, X_test, y_test))
    assert found(unknown, "empty_texts").evidence["examples"] == [("sans avis", 12)]
    agreed = audit((["sans avis"] * 12 + X[12:], ["class_0"] * 12 + y[12:], X_test, y_test))
    assert "empty_texts" not in agreed.causes()


def test_parts_of_different_texts(split):
    X, y, X_test, y_test = split
    rng = np.random.default_rng(0)
    marked = [f"{text} zonk" if rng.random() < 0.7 else text for text in X_test]
    finding = found(audit((X, y, marked, y_test)), "different_texts")
    assert finding.severity == "warning"
    assert finding.value > 0.8 > finding.threshold
    assert finding.evidence["words_of_test"][0] == "zonk"


def test_copies_within_a_part_do_not_make_its_texts_different(split):
    X, y, X_test, y_test = split
    report = audit((X, y, X_test[:60] * 4, y_test[:60] * 4))
    assert "different_texts" not in report.causes()


def test_rows_in_order(split):
    X, y, X_test, y_test = split
    order = np.argsort(y, kind="stable")
    by_label = ([X[row] for row in order], [y[row] for row in order], X_test, y_test)
    report = audit(by_label)
    assert report.causes() == ["ordered_rows"]
    assert report[0].severity == "warning"
    # The last tenth is of one class, which a bit more than a quarter of the others is of.
    assert report[0].value > 0.6
    assert report[0].evidence["neighbours_alike"] > 0.99
    # Short runs to the end: the last rows are as the others, but neighbours are alike.
    by_class = [[row for row in order if y[row] == name] for name in sorted(set(y))]
    runs = [
        row for start in range(0, 180, 4) for rows in by_class for row in rows[start : start + 4]
    ]
    report = audit(([X[row] for row in runs], [y[row] for row in runs], X_test, y_test))
    assert [(f.cause, f.severity) for f in report] == [("ordered_rows", "info")]
    assert 0.7 < report[0].evidence["neighbours_alike"] < 0.8


def test_classes_of_few_different_texts(split):
    X, y, X_test, y_test = split
    rare = [f"rare text number {i}" for i in range(4)]
    report = audit((rare + rare + X, ["r"] * 8 + y, [*X_test, "this one"], [*y_test, "r"]))
    finding = found(report, "rare_classes")
    assert (finding.severity, finding.value, finding.evidence["texts"]) == ("warning", 4, {"r": 4})
    enough = [*rare, "one more of them"]
    report = audit((enough + X, ["r"] * 5 + y, [*X_test, "this one"], [*y_test, "r"]))
    assert "rare_classes" not in report.causes()


def test_variation_and_its_chance():
    assert variation(np.array([50, 50]), np.array([10, 10])) == (0.0, 1.0)
    distance, p_value = variation(np.array([100, 0]), np.array([0, 100]))
    assert distance == 1
    assert p_value < 1e-40
    # Sixty classes of one row each: as different as can be, and nothing but chance.
    codes = np.random.default_rng(0).permutation(60) % 2 == 0
    distance, p_value = variation(codes.astype(int), (~codes).astype(int))
    assert distance == 1
    assert p_value == 1


def test_neighbours():
    assert neighbours(np.zeros(1, dtype=int)) == (0.0, 0.0, 0.0)
    alike, expected, z = neighbours(np.repeat([0, 1], 50))
    assert alike == pytest.approx(98 / 99)
    assert expected == pytest.approx(49 / 99)
    assert z > 9
    shuffled = np.random.default_rng(0).permutation(np.repeat([0, 1], 500))
    assert abs(neighbours(shuffled)[2]) < 3


def test_the_same_seed_gives_the_same_report(split):
    X, y, X_test, y_test = split
    marked = (X, y, [f"{text} zonk" for text in X_test], y_test)
    assert str(audit(marked)) == str(audit(marked))
    assert audit(split, random_state=None).causes() == []


def test_very_few_rows():
    report = audit_split(["a b", "c d"], [0, 1], ["e f"], [1])
    assert "different_texts" not in report.causes()
    assert found(report, "rare_classes").value == 1


@pytest.mark.parametrize("kind", [list, np.array, pd.Series])
def test_kinds_of_containers(split, kind):
    X, y, X_test, y_test = (kind(part) for part in split)
    assert audit((X, y, X_test, y_test)).causes() == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({0: "text"}, TextInputError, "A single str came"),
        ({2: [1, 2]}, TextInputError, "Row 0 is int 1"),
        ({2: [], 3: []}, ValueError, "X_test is empty"),
        ({1: [0, 1]}, ValueError, "X_train has 600 texts, but y_train has 2 labels"),
        ({1: None}, ValueError, "y_train must hold one class a text, but None came"),
        ({3: np.linspace(0, 1, 200)}, ValueError, "y_test must .* of the type 'continuous'"),
        ({3: [0, 1] * 100}, ValueError, "labels of both parts must be of one kind"),
    ],
)
def test_wrong_arguments(split, change, error, message):
    arguments = [change.get(place, part) for place, part in enumerate(split)]
    with pytest.raises(error, match=message):
        audit_split(*arguments)


def test_wrong_near(split):
    with pytest.raises(ValueError, match="near must be a similarity above 0"):
        audit_split(*split, near=0)


def _real(name):
    folder = os.environ.get("SK_TEXTNN_DATA")
    if folder is None:
        pytest.skip("SK_TEXTNN_DATA, the folder of real corpora, is not set")
    return pd.read_csv(Path(folder, f"{name}.csv.gz"), dtype=str, keep_default_na=False)


def test_isear_at_random():
    table = _real("isear")
    parts = train_test_split(
        table.text, table.label, stratify=table.label, test_size=0.2, random_state=0
    )
    report = audit((parts[0], parts[2], parts[1], parts[3]))
    assert found(report, "duplicates_across").severity == "error"
    assert found(report, "conflicting_labels").evidence["texts"] == 19
    assert found(report, "empty_texts").evidence["rows"] >= 87
    assert "different_texts" not in report.causes()


def test_trec_as_published():
    table = _real("trec6")
    train, test = table[table.split == "train"], table[table.split == "test"]
    report = audit((train.text, train.label, test.text, test.label))
    assert report.causes()[:3] == ["duplicates_across", "class_distribution", "different_texts"]
    assert found(report, "different_texts").value > 0.7


def test_reviews_at_random_are_sound():
    table = _real("mr")
    parts = train_test_split(table.text, table.label, stratify=table.label, random_state=0)
    report = audit((parts[0], parts[2], parts[1], parts[3]))
    assert {finding.severity for finding in report} <= {"info"}
