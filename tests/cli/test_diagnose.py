"""The diagnosis, with pipelines that fit in milliseconds."""

import csv

import joblib
import numpy as np
import pytest

from sk_textnn.cli import main
from sk_textnn.cli._changes import change_line
from sk_textnn.cli._diagnose_report import _what_is_wrong
from sk_textnn.evaluation import Finding
from tests.cli.conftest import make_fake_classifier
from tests.cli.pages import read_page, words_of

DECISIVE = Finding(
    "truncation",
    "error",
    "Words of <b> are cut.",
    0.5,
    0.1,
    {"by_class": {"dog": 0.25}, "examples": [("<i>", 2)]},
    {"pad__maxlen": "p95", "clf__epochs": np.int64(90)},
)


def run(data, out, *more):
    return main(["diagnose", str(data), "--out", str(out), *map(str, more)])


@pytest.fixture
def one_error(monkeypatch):
    """Make the diagnosis find what is known."""
    monkeypatch.setattr("sk_textnn.evaluation.diagnose", lambda *a, **k: [DECISIVE])


def test_findings_and_report(fake_networks, pets, tmp_path, capsys):
    out = tmp_path / "page.html"
    assert run(pets, out, "--test-size", 0.3) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "cnn is fitted on" in printed.out
    assert "1. " in printed.out
    assert "duplicates_within_train" in printed.out
    page = read_page(out)
    assert (page.faults, page.open) == ([], [])
    assert page.ids == [
        *("verdict", "findings", "learning", "confusion", "classes", "mistakes", "data"),
        *("words", "run"),
    ]
    told = words_of(page)
    for phrase in ("What is wrong with cnn?", "by McNemar's", "rows to test on", "threshold"):
        assert phrase in told
    assert "nan" not in told.split()


def test_a_finding_has_number_evidence_and_a_line_to_copy(
    fake_networks, one_error, pets, tmp_path, capsys
):
    out = tmp_path / "page.html"
    assert run(pets, out) == 0
    line = "pipeline.set_params(pad__maxlen='p95', clf__epochs=90)"
    printed = capsys.readouterr().out
    assert "1 error decides the result. It is truncation." in printed
    assert f"   {line}\n" in printed
    page = read_page(out)
    told = words_of(page)
    assert told.count(line) == 3  # at the top, with its evidence, and all together
    for phrase in ("Words of <b> are cut.", "measured 0.5", "threshold 0.1", "dog 0.25", "<i>: 2"):
        assert phrase in told
    assert {"b", "i"}.isdisjoint(page.names)


def test_texts_and_labels_are_escaped(fake_networks, tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    path = tmp_path / "<b>evil.csv"
    rows = [(f"it {evil} {row}", name) for row in range(9) for name in ("<i>a</i>", "'&\"b")]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows, *rows[:4]])
    for command, more in (("diagnose", ()), ("compare", ("--cv", "2", "--n-jobs", "1"))):
        out = tmp_path / f"{command}.html"
        assert main([command, str(path), "--out", str(out), *more]) == 0
        page = read_page(out)
        assert {"script", "img", "i", "b"}.isdisjoint(page.names)
        assert "<script>alert(1)</script>" in "".join(page.text)
        assert "<i>a</i>" in "".join(page.text)


@pytest.fixture
def saved(pets, tmp_path):
    """A pipeline that was fitted on 42 rows, and test texts of which it has seen six."""
    head, *lines = pets.read_text(encoding="utf-8").splitlines()
    (tmp_path / "train.csv").write_text("\n".join([head, *lines[:42]]) + "\n", encoding="utf-8")
    (tmp_path / "test.csv").write_text("\n".join([head, *lines[36:]]) + "\n", encoding="utf-8")
    rows = [line.split(",") for line in lines[:42]]
    pipeline = make_fake_classifier("cnn").fit([r[0] for r in rows], np.array([r[1] for r in rows]))
    joblib.dump(pipeline, tmp_path / "mine.joblib")
    return tmp_path


def test_a_saved_pipeline_with_test_texts_is_taken_as_it_is(saved, capsys, monkeypatch):
    def refuse(self, X, y=None):
        raise AssertionError("it is fitted already")

    monkeypatch.setattr("tests.cli.conftest.CountingClassifier.fit", refuse)
    parts = ("--pipeline", saved / "mine.joblib", "--test", saved / "test.csv")
    assert run(saved / "train.csv", saved / "page.html", *parts) == 0
    printed = capsys.readouterr().out
    assert "mine was fitted on 42 texts and tested on 24 others" in printed
    assert "duplicates_across" in printed  # as audit_split would say


def test_a_saved_pipeline_without_test_texts_is_fitted_anew(saved, capsys):
    options = ("--pipeline", saved / "mine.joblib", "--test-size", 0.3)
    assert run(saved / "pets.csv", saved / "page.html", *options) == 0
    assert "mine is fitted on" in capsys.readouterr().out


def test_the_search_saves_what_can_be_diagnosed(fake_networks, pets, tmp_path):
    search = ["search", str(pets), "--out", str(tmp_path / "results"), "--n-iter", "1"]
    assert main([*search, "--n-jobs", "1", "--quiet"]) == 0
    assert run(pets, tmp_path / "page.html", "--pipeline", tmp_path / "results") == 0
    assert "What is wrong with results?" in words_of(read_page(tmp_path / "page.html"))


def test_ctrl_c_leaves_nothing_behind(fake_networks, pets, tmp_path, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("sk_textnn.evaluation.diagnose", interrupt)
    assert run(pets, tmp_path / "page.html") == 130
    assert [path.name for path in tmp_path.iterdir()] == ["pets.csv"]


def test_a_pipeline_that_cannot_be_fitted_is_one_sentence(
    fake_networks, pets, tmp_path, capsys, monkeypatch
):
    pipeline = make_fake_classifier("cnn").set_params(clf__fail=True)
    monkeypatch.setattr("sk_textnn.classifiers.make_text_classifier", lambda *a, **k: pipeline)
    assert run(pets, tmp_path / "page.html") == 2
    error = capsys.readouterr().err
    assert "cnn cannot be diagnosed on these texts (RuntimeError: told to <fail>)" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        (["--test-size", "1.5"], "--test-size must be a share"),
        (["--network", "lstn"], "Did you mean lstm?"),
        (["--network", "cnn", "--pipeline", "x"], "not allowed with"),
        (["--test", "no.csv"], "no.csv"),
        (["--n-seeds", "-1"], "--n-seeds must be 0 or more"),
        (["--test-size", "0.01"], "cannot be split"),
        (["--out", "pets.csv"], "is a file"),
    ],
)
def test_bad_options(options, phrase, pets, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(pets, tmp_path / "page.html", *options) == 2
    error = capsys.readouterr().err
    assert phrase in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pets.csv"]


def test_test_texts_need_data(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["diagnose", "--test", "test.csv"]) == 2
    assert "--test needs DATA" in capsys.readouterr().err


def test_the_verdict_names_what_to_mend_first():
    cut, rare = DECISIVE, Finding("rare_classes", "warning", "Few.")
    assert _what_is_wrong([]) == "Nothing was found wrong."
    assert _what_is_wrong([cut, cut]) == "2 errors decide the result. Mend truncation first."
    assert _what_is_wrong([rare]).endswith("but 1 warning, first of all rare classes.")
    assert "Neither" in _what_is_wrong([Finding("padding", "info", "Much.")])


def test_changes_as_python():
    assert change_line({}) == ""
    line = change_line({"clf__learning_rate": np.float64(0.01), "pad__maxlen": None})
    assert line == "pipeline.set_params(clf__learning_rate=0.01, pad__maxlen=None)"
