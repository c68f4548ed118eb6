"""The examples run, and print what they promise."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
JOBS = [("nurse", "health"), ("welder", "industry")]


def test_architecture_search_on_texts_of_ones_own(tmp_path):
    jobs = [(f"{job} number {n}", kind) for n in range(12) for job, kind in JOBS]
    repeated = [("welder wanted", "industry")] * 6
    rows = [f"{text},{kind}" for text, kind in jobs + repeated]
    (tmp_path / "jobs.csv").write_text("\n".join(["description,industry", *rows]))
    options = "--csv jobs.csv --text description --label industry --trials 1 --seed 10"
    options += " --epochs 1 --batch-size 64"
    result = subprocess.run(
        [sys.executable, EXAMPLES / "architecture_search.py", *options.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    printed = result.stdout
    (sizes,) = re.findall(r"2 classes, (\d+) texts to choose by, (\d+) to test", printed)
    assert sum(map(int, sizes)) == len(rows)
    for line in (
        r"minimal baseline +{0}  {0} {0}  1 x LSTM\(1\)",
        r"one layer more +{0}  {0} {0}  1 x LSTM\(1\), 1 x Dense\(1\)",
        r"best trial +{0}  {0} {0}  1 x LSTM\(57\), 4 x Dense\(23\)",
        r"TF-IDF +1.000  1.000 1.000",
        r"best network +{0}",
        r"Best network - minimal baseline: [+-]{0}, give or take {0}, (more than|may be) chance",
        r"Best network - TF-IDF: [+-]{0}, give or take {0}, (more than|may be) chance",
    ):
        assert re.search(line.replace("{0}", r"[01]\.\d{3}"), printed), f"{line}\n{printed}"


def test_hyperopt_search():
    pytest.importorskip("hyperopt")
    result = subprocess.run(
        [sys.executable, EXAMPLES / "hyperopt_search.py"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    *trials, best = result.stdout.splitlines()
    found = [re.fullmatch(r"accuracy ([01]\.\d{3}) with ({.*})", line) for line in trials]
    assert len(found) == 3, result.stdout
    assert len({trial[2] for trial in found}) == 3
    assert "'clf__kernel_sizes': (" in best
    highest = max(trial[1] for trial in found)
    assert best in [f"The best: {trial[2]}" for trial in found if trial[1] == highest]
