"""The benchmarks of speed still run; what they find is in benchmarks/README.md."""

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.parametrize(
    ("script", "contests"),
    [
        ("bench_training", ["lstm"]),
        ("bench_fits", ["fit-cnn", "one-cnn"]),
        ("bench_search", []),
        ("bench_tokenizer", []),
        ("bench_memory", []),
        ("bench_scaling", ["rows-lstm"]),
    ],
)
def test_quick_run(script, contests, monkeypatch, capsys, tmp_path):
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delenv("SK_TEXTNN_DATA", raising=False)
    for name, value in importlib.import_module("_contest").ONE_THREAD.items():
        monkeypatch.setenv(name, value)  # some scripts set them, and nobody would undo it
    chosen = ["--contests", *contests] if contests else []
    page = tmp_path / "page.md"
    main = importlib.import_module(script).main
    assert main(["--quick", *chosen, "--page", str(page)]) == 0
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert len(table) >= 3  # its head, the line below that, and a figure
    assert not page.exists()
