"""The search, with pipelines that fit in milliseconds."""

import csv
import json
import os
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import joblib
import numpy as np
import pytest

from sk_textnn.cli import main
from tests.cli.pages import read_page

FILES = {"report.html", "results.csv", "run.json", "best_pipeline.joblib"}


def search(data, out, *more):
    return main(
        ["search", str(data), "--out", str(out), "--n-iter", "2", "--n-jobs", "1", *map(str, more)]
    )


def test_everything_is_written_and_printed(fake_networks, pets, tmp_path, capsys):
    out = tmp_path / "results"
    assert search(pets, out, "--cv", 4) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "lstm (best of 2)" in printed.out
    assert "tfidf_linear_svm" in printed.out
    assert "best baseline" in printed.out
    assert "[32/32 fits]" in printed.out  # 4 baselines, 2 x 2 candidates, 4 folds
    assert FILES <= {path.name for path in out.iterdir()} <= FILES | {"best_network.joblib"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pets.csv", "results"]


def test_results_agree_with_the_record(fake_networks, pets, tmp_path):
    out = tmp_path / "results"
    search(pets, out)
    with open(out / "results.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["role"] for row in rows] == ["baseline"] * 4 + ["network"] * 4
    for row in rows:
        scores = [float(row[f"score_fold_{fold}"]) for fold in (1, 2, 3)]
        assert float(row["mean_score"]) == pytest.approx(np.mean(scores))
        assert set(json.loads(row["parameters"])) == (
            {"clf__alpha"} if row["role"] == "network" else set()
        )
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["data"]["classes"] == {"dog": 20, "cat": 20, "cow": 20}
    assert record["options"]["cv"] == 3
    means = {row["name"]: row["mean"] for row in record["comparison"]}
    by_csv = {row["name"]: float(row["mean_score"]) for row in rows if row["role"] == "baseline"}
    assert {name: means[name] for name in by_csv} == pytest.approx(by_csv)
    # A network never gets more than its best candidate has on the same folds.
    for row in record["comparison"]:
        if row["role"] == "network":
            assert row["mean"] <= row["plain_mean"] + 1e-12


def test_the_winner_is_saved_and_knows_no_cache(fake_networks, pets, tmp_path):
    out = tmp_path / "results"
    search(pets, out)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    best = max(record["comparison"], key=lambda row: row["mean"])
    saved = record["saved"]["best_pipeline.joblib"]
    assert best["name"].startswith(saved["name"])
    assert (out / "best_network.joblib").exists() == (saved["role"] == "baseline")
    name = "best_network.joblib" if saved["role"] == "baseline" else "best_pipeline.joblib"
    network = joblib.load(out / name)
    assert network.memory is None
    assert network.predict(["the old one barks at"]).tolist() == ["dog"]


def test_a_baseline_that_is_better_is_saved_beside_the_network(
    fake_networks, pets, tmp_path, capsys
):
    fake_networks["clf__blind"] = [True]
    out = tmp_path / "results"
    assert search(pets, out) == 0
    assert "best_pipeline.joblib holds the baseline" in capsys.readouterr().out
    saved = json.loads((out / "run.json").read_text(encoding="utf-8"))["saved"]
    assert saved["best_pipeline.joblib"]["role"] == "baseline"
    assert saved["best_network.joblib"]["role"] == "network"
    assert "clf" in joblib.load(out / "best_network.joblib").named_steps
    assert joblib.load(out / "best_pipeline.joblib").predict(["one barks"]).tolist() == ["dog"]


def test_same_seed_same_scores(fake_networks, pets, tmp_path):
    # No text twice: copies stay together, and leave the seed little to change.
    head, *lines = pets.read_text(encoding="utf-8").splitlines()
    lines = [f"number{row} {line}" for row, line in enumerate(lines)]
    pets.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    found = []
    for name, more in (("one", ()), ("two", ("--seed", 0)), ("other", ("--seed", 5))):
        search(pets, tmp_path / name, *more)
        with open(tmp_path / name / "results.csv", encoding="utf-8", newline="") as file:
            found.append([row["score_fold_1"] for row in csv.DictReader(file)])
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_report_is_whole_and_well_formed(fake_networks, pets, tmp_path):
    search(pets, tmp_path / "results", "--n-iter", 3)
    path = tmp_path / "results" / "report.html"
    page = read_page(path)
    assert page.faults == []
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.ids) == {
        *("verdict", "comparison", "folds", "candidates", "learning", "findings", "confusion"),
        *("classes", "mistakes", "data", "words", "use", "run"),
    }
    assert page.names.count("svg") == 5  # folds, a parameter of each network, loss, accuracy
    text = " ".join(" ".join(page.text).split())
    for phrase in (
        "best epoch: 2",
        "precision, ",
        "texts that occur again",
        "words cut off",
        "The most important findings",
        "others; the texts and labels of both parts were audited",
    ):
        assert phrase in text
    source = path.read_text(encoding="utf-8")
    assert "http://" not in source
    assert "https://" not in source
    assert "<script" not in source
    assert ">None<" not in source
    assert "nan" not in text.split()


def test_texts_and_labels_are_escaped_in_the_report(fake_networks, tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    path = tmp_path / "<b>evil.csv"
    rows = [f"it {evil} {row},{name}" for row in range(8) for name in ("<i>a</i>", "'&\"b")]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text", "label"], *(row.rsplit(",", 1) for row in rows)])
    assert search(path, tmp_path / "results", "--cv", 2) == 0
    page = read_page(tmp_path / "results" / "report.html")
    assert not {"script", "img", "i", "b"} & set(page.names)
    assert "<i>a</i>" in "".join(page.text)


def test_a_candidate_that_fails_is_named_and_left_out(fake_networks, pets, tmp_path, capsys):
    fake_networks.pop("clf__alpha")
    fake_networks["clf__fail"] = [True, False]
    assert search(pets, tmp_path / "results", "--network", "cnn") == 0
    assert "told to <fail>" in capsys.readouterr().out
    page = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "told to &lt;fail&gt;" in page


def test_where_every_candidate_fails_nothing_is_written(fake_networks, pets, tmp_path, capsys):
    fake_networks["clf__fail"] = [True]
    assert search(pets, tmp_path / "results") == 2
    assert "Every network failed" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_without_data_the_best_possible_accuracy_is_told(
    fake_networks, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sk_textnn.cli._inputs.MADE_ROWS", 60)
    for folder in ("sk-textnn-search", "sk-textnn-search-2"):
        assert main(["search", "--n-iter", "1", "--cv", "2", "--n-jobs", "1"]) == 0
        printed = capsys.readouterr().out
        assert "no DATA was given" in printed
        assert "Best possible accuracy on this made corpus: 0.950" in printed
        assert "best possible: 0.950" in (tmp_path / folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("given", "n_candidates"), [(True, 4), (False, 2)])
def test_fewer_candidates_where_no_data_is_given(
    given, n_candidates, fake_networks, pets, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("sk_textnn.cli._inputs.MADE_ROWS", 60)
    out = str(tmp_path / "results")
    data = [str(pets)] if given else []
    assert main(["search", *data, "--cv", "2", "--n-jobs", "1", "--out", out]) == 0
    assert f"{n_candidates} candidates of lstm and cnn each" in capsys.readouterr().out


def test_quiet_prints_the_verdict_only(fake_networks, pets, tmp_path, capsys):
    assert search(pets, tmp_path / "results", "--quiet") == 0
    printed = capsys.readouterr().out
    record = json.loads((tmp_path / "results" / "run.json").read_text(encoding="utf-8"))
    assert printed.strip() == record["verdict"]


def test_ctrl_c_leaves_nothing_behind(fake_networks, pets, tmp_path, capsys, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("sk_textnn.cli._trials._run_fold", interrupt)
    assert search(pets, tmp_path / "results") == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pets.csv"]
    assert "interrupted" in capsys.readouterr().err


def test_pretrained_vectors_are_reported(fake_networks, pets, tmp_path):
    vectors = tmp_path / "vectors.txt"
    vectors.write_text("barks 0.1 0.2\n")
    assert search(pets, tmp_path / "results", "--vectors", vectors) == 0
    text = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "75.0%" in text
    assert "&lt;moo&gt;" in text


def test_a_worker_that_is_killed_is_one_sentence(
    fake_networks, pets, tmp_path, capsys, monkeypatch
):
    def end(*args, **kwargs):
        raise BrokenProcessPool("killed")

    monkeypatch.setattr("sk_textnn.cli._search_work.run_trials", end)
    assert search(pets, tmp_path / "results") == 2
    assert "--n-jobs" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_other_scoring(fake_networks, pets, tmp_path, capsys):
    assert search(pets, tmp_path / "results", "--scoring", "f1_macro") == 0
    assert "f1_macro" in capsys.readouterr().out


def test_earlier_results_are_replaced_only_when_told(fake_networks, pets, tmp_path, capsys):
    out = tmp_path / "results"
    assert search(pets, out) == 0
    before = (out / "run.json").read_bytes()
    assert search(pets, out) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (out / "run.json").read_bytes() == before
    assert search(pets, out, "--overwrite", "--seed", 3) == 0
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["options"]["seed"] == 3


def test_other_files_are_never_touched(fake_networks, pets, tmp_path, capsys):
    out = tmp_path / "results"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    assert search(pets, out, "--overwrite") == 2
    assert "thesis.txt" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_baseline_that_fails_is_named(fake_networks, pets, tmp_path, capsys):
    assert search(pets, tmp_path / "results", "--scoring", "neg_log_loss") == 0
    page = " ".join("".join(read_page(tmp_path / "results" / "report.html").text).split())
    for text in (" ".join(capsys.readouterr().out.split()), page):
        assert "The baseline tfidf_linear_svm is left out, because it failed: " in text


def test_texts_without_words_are_found_before_the_first_fit(fake_networks, tmp_path, capsys):
    path = tmp_path / "marks.csv"
    path.write_text("text,label\n" + "!!! ???,a\n... --,b\n" * 6)
    assert search(path, tmp_path / "results") == 2
    printed = capsys.readouterr()
    assert "The texts cannot be searched" in printed.err
    assert printed.out == ""
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("error", "code"), [(OSError(5, "broken"), 2), (KeyboardInterrupt(), 130)])
def test_earlier_results_come_back_if_the_new_cannot_be_moved(
    error, code, fake_networks, pets, tmp_path, capsys, monkeypatch
):
    fake_networks["clf__blind"] = [True]  # so that both pipelines are saved
    out = tmp_path / "results"
    assert search(pets, out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(before) == 5
    replace = Path.replace

    def fail(self, target):
        if self.parent.name.startswith(".sk-textnn-partial-") and self.name == "report.html":
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    assert search(pets, out, "--overwrite", "--seed", 3) == code
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert search(pets, tmp_path / "new") == code
    assert not (tmp_path / "new").exists()


def test_a_reader_that_leaves_does_not_end_the_search(fake_networks, pets, tmp_path, monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert search(pets, tmp_path / "results") == 0
    assert {path.name for path in (tmp_path / "results").iterdir()} >= FILES
