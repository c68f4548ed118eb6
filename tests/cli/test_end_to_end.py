"""The real networks, as a user runs them: in processes of their own, and silent on stderr."""

import csv
import json
import subprocess
import sys


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
    assert report.count("<section") == report.count("</section>") == 12
    assert "best epoch: " in report

    done = run("predict", "results", "pets.csv", "--proba", "--model", "network", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert len(rows) == 60
    assert {row["prediction"] for row in rows} <= {"dog", "cat", "cow"}
    names = ("probability_cat", "probability_cow", "probability_dog")
    assert all(abs(sum(float(row[name]) for name in names) - 1) < 1e-4 for row in rows)
