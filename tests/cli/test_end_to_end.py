"""The real networks, as a user runs them: in processes of their own, and silent on stderr."""

import csv
import json
import os
import signal
import subprocess
import sys

import pytest


def run(*argv, cwd):
    return subprocess.run(
        [sys.executable, "-m", "sk_textnn.cli", *argv],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_search_and_predict(pets, tmp_path):
    options = ("--n-iter", "1", "--cv", "2", "--network", "cnn", "--n-jobs", "2")
    done = run("search", "pets.csv", "--out", "results", *options, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "[10/10 fits]" in done.stdout
    assert "best baseline" in done.stdout
    out = tmp_path / "results"
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [row["role"] for row in record["comparison"]].count("network") == 1
    report = (out / "report.html").read_text(encoding="utf-8")
    assert report.count("<section") == report.count("</section>") == 13
    assert "best epoch: " in report

    done = run("predict", "results", "pets.csv", "--proba", "--model", "network", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert len(rows) == 60
    assert {row["prediction"] for row in rows} <= {"dog", "cat", "cow"}
    names = ("probability_cat", "probability_cow", "probability_dog")
    assert all(abs(sum(float(row[name]) for name in names) - 1) < 1e-4 for row in rows)


def test_diagnose_and_compare(pets, tmp_path):
    more = ("--test-size", "0.3", "--out", "page.html")
    done = run("diagnose", "pets.csv", "--network", "averaging", *more, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "by McNemar's" in done.stdout
    assert "conflicting_labels" in done.stdout
    more = ("--cv", "2", "--n-jobs", "2", "--out", "pages")
    done = run("compare", "pets.csv", "--network", "averaging", *more, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "best baseline" in done.stdout
    for name, n_sections in (("page.html", 9), ("pages/compare.html", 11)):
        assert (tmp_path / name).read_text(encoding="utf-8").count("<section") == n_sections


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_sigterm_leaves_nothing_behind(pets, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [
        sys.executable,
        "-u",
        "-m",
        "sk_textnn.cli",
        "search",
        "pets.csv",
        "--out",
        "results",
    ]
    with subprocess.Popen(
        [*command, "--n-iter", "3", "--network", "lstm", "--n-jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(temporary)},
    ) as process:
        assert process.stdout is not None
        while "fits]" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 143
    assert told == "sk-textnn: interrupted; unfinished results were removed.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pets.csv", "tmp"]
    assert not list(temporary.glob("sk_textnn_*"))
