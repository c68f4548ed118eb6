"""Predictions of a saved pipeline."""

import csv
import io
import json
import os
import sys
import threading

import joblib
import numpy as np
import pytest
from sklearn.svm import LinearSVC

from sk_textnn.cli import main


@pytest.fixture
def results(fake_networks, pets, tmp_path):
    out = tmp_path / "results"
    assert main(["search", str(pets), "--out", str(out), "--n-iter", "1", "--n-jobs", "1"]) == 0
    return out


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text('text,other\nthe young one purrs,1\n"one, that barks",2\n', encoding="utf-8")
    return path


def read(text):
    return list(csv.reader(text.splitlines()))


def fails(argv, capsys):
    assert main([str(part) for part in argv]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("sk-textnn: error: ")
    assert printed.err.count("\n") == 1
    return printed.err


def test_row_label_and_probability(results, new, capsys):
    capsys.readouterr()
    assert main(["predict", str(results), str(new)]) == 0
    header, *rows = read(capsys.readouterr().out)
    assert header == ["row", "prediction", "probability"]
    assert [row[:2] for row in rows] == [["1", "cat"], ["2", "dog"]]
    assert all(1 / 3 < float(row[2]) <= 1 for row in rows)


def test_probability_of_every_label_in_a_file(results, new, tmp_path, capsys):
    out = tmp_path / "predictions.csv"
    assert main(["predict", str(results), str(new), "--proba", "--out", str(out)]) == 0
    header, *rows = read(out.read_text(encoding="utf-8"))
    names = ["probability_cat", "probability_cow", "probability_dog"]
    assert header == ["row", "prediction", "probability", *names]
    for row in rows:
        shares = [float(share) for share in row[3:]]
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert max(shares) == float(row[2])
        assert names[shares.index(max(shares))] == f"probability_{row[1]}"


def test_same_as_the_pipeline_itself(results, pets, tmp_path):
    out = tmp_path / "predictions.csv"
    main(["predict", str(results), str(pets), "--out", str(out)])
    with open(pets, encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    expected = joblib.load(results / "best_pipeline.joblib").predict(texts).tolist()
    assert [row[1] for row in read(out.read_text(encoding="utf-8"))[1:]] == expected


def test_a_pipeline_without_probabilities(results, new, tmp_path, capsys):
    network = joblib.load(results / "best_pipeline.joblib")
    svm = joblib.load(results / "best_pipeline.joblib")
    svm.steps[-1] = ("clf", _DenseSVC())
    svm.fit(["a dog barks", "a cat purrs"], ["dog", "cat"])
    joblib.dump(svm, results / "best_pipeline.joblib")
    joblib.dump(network, results / "best_network.joblib")
    capsys.readouterr()
    assert main(["predict", str(results), str(new)]) == 0
    assert read(capsys.readouterr().out)[0] == ["row", "prediction"]
    assert "--model network" in fails(["predict", results, new, "--proba"], capsys)
    assert main(["predict", str(results), str(new), "--proba", "--model", "network"]) == 0
    assert len(read(capsys.readouterr().out)[0]) == 6


class _DenseSVC(LinearSVC):
    def fit(self, X, y):
        return super().fit(_dense(X), y)

    def predict(self, X):
        return super().predict(_dense(X))


def _dense(X):
    return X.dense(width=3)


def test_mistakes(results, new, tmp_path, capsys):
    capsys.readouterr()
    assert "no directory" in fails(["predict", tmp_path / "none", new], capsys)
    assert "run.json" in fails(["predict", tmp_path, new], capsys)
    assert "no file" in fails(["predict", results, tmp_path / "none.csv"], capsys)
    assert "'body'" in fails(["predict", results, new, "--text", "body"], capsys)
    out = tmp_path / "none" / "out.csv"
    assert "no directory" in fails(["predict", results, new, "--out", out], capsys)
    assert "directory" in fails(["predict", results, new, "--out", tmp_path], capsys)


def test_damaged_folder(results, new, capsys):
    capsys.readouterr()
    (results / "best_pipeline.joblib").write_bytes(b"no pickle")
    assert "cannot be loaded" in fails(["predict", results, new], capsys)
    (results / "best_pipeline.joblib").unlink()
    assert "run the search again" in fails(["predict", results, new], capsys)
    record = json.loads((results / "run.json").read_text(encoding="utf-8"))
    (results / "run.json").write_text(json.dumps(record | {"format": 99}), encoding="utf-8")
    assert "another version" in fails(["predict", results, new], capsys)
    (results / "run.json").write_text("{", encoding="utf-8")
    assert "damaged" in fails(["predict", results, new], capsys)


def test_out_never_replaces_the_texts_or_the_results(results, new, tmp_path, capsys):
    capsys.readouterr()
    before = {path: path.read_bytes() for path in (new, *results.iterdir())}
    link = tmp_path / "link.csv"
    link.symlink_to(new)
    hard = tmp_path / "hard.csv"
    os.link(new, hard)
    for out in (new, link, hard):
        assert "file of the texts" in fails(["predict", results, new, "--out", out], capsys)
    for name in ("best_pipeline.joblib", "best_network.joblib", "run.json"):
        error = fails(["predict", results, new, "--out", results / name], capsys)
        assert "result of the search" in error
    assert "empty" in fails(["predict", results, new, "--out", ""], capsys)
    assert {path: path.read_bytes() for path in before} == before
    assert link.is_symlink()


def test_out_follows_links_and_keeps_permissions(results, new, tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    assert main(["predict", str(results), str(new), "--out", str(link)]) == 0
    assert link.is_symlink()
    assert len(read(target.read_text(encoding="utf-8"))) == 3
    assert target.stat().st_mode & 0o777 == 0o600


def test_out_writes_into_a_pipe_and_leaves_it_one(results, new, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reader.daemon = True
    reader.start()
    assert main(["predict", str(results), str(new), "--out", str(pipe)]) == 0
    reader.join(timeout=10)
    assert pipe.is_fifo()
    assert len(read(got[0])) == 3


def test_stdout_is_utf8_whatever_the_locale(results, new, capsys, monkeypatch):
    class Named:
        classes_ = np.array(["caf\xe9", "\u732b"])

        def predict(self, texts):
            return self.classes_[[row % 2 for row, _ in enumerate(texts)]]

    monkeypatch.setattr("sk_textnn.cli.predict._load", lambda folder, name: Named())
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["predict", str(results), str(new)]) == 0
    assert raw.getvalue().decode("utf-8") == "row,prediction\n1,caf\xe9\n2,\u732b\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")
def test_no_room_on_stdout(results, new, capsys, monkeypatch):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["predict", str(results), str(new)]) == 2
    assert "Standard output cannot be written" in capsys.readouterr().err


def test_another_object_in_the_folder(results, new, capsys):
    capsys.readouterr()
    joblib.dump({"no": "pipeline"}, results / "best_pipeline.joblib")
    assert "holds a dict" in fails(["predict", results, new], capsys)
    joblib.dump(LinearSVC().fit([[0], [1]], ["a", "b"]), results / "best_pipeline.joblib")
    assert "cannot classify" in fails(["predict", results, new], capsys)


def test_options_of_the_wrong_kind_in_the_record(results, new, capsys):
    capsys.readouterr()
    record = json.loads((results / "run.json").read_text(encoding="utf-8"))
    for options in ({"text": 5, "encoding": "utf-8"}, [], None, {}):
        (results / "run.json").write_text(json.dumps(record | {"options": options}))
        assert "damaged" in fails(["predict", results, new], capsys)


def test_text_without_a_name(results, new, capsys):
    capsys.readouterr()
    assert "no column ''" in fails(["predict", results, new, "--text", ""], capsys)
