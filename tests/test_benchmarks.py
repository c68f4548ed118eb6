"""The benchmarks of speed still run; what they find is in benchmarks/README.md."""

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
PLAIN = "plain SciKeras"
TORCH = ["PyTorch, packed", "PyTorch, padded in the batch"]
PRODUCTS = ["its matrix products", "its products, distinct words"]
COUNTS = ["CountVectorizer", "CountVectorizer, same words"]
TOKENS = [*COUNTS, "Hugging Face", "TensorFlow's Tokenizer"]
NEEDS = {"Hugging Face": "tokenizers", **dict.fromkeys(TORCH, "torch")}
GROWTH = "growth from 10 to 100 fits"
SEARCH = "search of 300 candidates on 3 folds"
COST = "estimate by truth, or the reverse"
PEAK = "peak, 200,000 texts of 300 words at width 3000, of ids, texts and network"


@pytest.mark.parametrize(
    ("script", "contests", "sides", "limits"),
    [
        ("bench_training", ["lstm"], [PLAIN, *TORCH, *PRODUCTS], []),
        (
            "bench_fits",
            ["fit-cnn", "one-cnn"],
            [PLAIN, PLAIN],
            ["predict one text, CNN: on the wall"],
        ),
        ("bench_search", ["search-300"], [PLAIN], []),
        ("bench_tokenizer", [], TOKENS * 2, []),
        (
            "bench_memory",
            [],
            [],
            [
                f"{GROWTH}, LSTM",
                f"{GROWTH}, LSTM, all sizes differ",
                f"{GROWTH}, CNN",
                f"{GROWTH}, CNN, all sizes differ",
                f"{SEARCH}: growth from the 10th candidate to the last",
                f"{SEARCH}: the last fits by the first",
                f"{PEAK}: what comes on top of the imports",
                f"{PEAK}: the whole process",
            ],
        ),
        (
            "bench_search_cost",
            ["isear-halving"],
            [],
            [f"{COST}, isear, halving: {what}" for what in ("seconds", "memory")],
        ),
        ("bench_scaling", ["rows-lstm"], [], ["rows 100 to 200, LSTM: dearest by cheapest"]),
    ],
)
def test_quick_run(script, contests, sides, limits, monkeypatch, capsys, tmp_path):
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delenv("SK_TEXTNN_DATA", raising=False)
    for name, value in importlib.import_module("_contest").ONE_THREAD.items():
        monkeypatch.setenv(name, value)  # some scripts set them, and nobody would undo it
    chosen = ["--contests", *contests] if contests else []
    page = tmp_path / "page.md"
    main = importlib.import_module(script).main
    assert main(["--quick", *chosen, "--page", str(page)]) == 0
    ratios, kept = columns(capsys.readouterr().out)
    assert ratios == [side for side in sides if find_spec(NEEDS.get(side, "keras")) is not None]
    assert kept == limits
    assert not page.exists()


def columns(text):
    """Return whom the table of ratios is against, and the measures of the table of limits."""
    found = {"against": [], "ours": []}  # by the second heading of either table
    for line in text.splitlines():
        if line.startswith("| "):
            first, second = line.split(" | ")[:2]
            if first == "| measure":
                rows, is_ratio = found[second], second == "against"
            elif second != "---":
                rows.append(second.partition(" (")[0] if is_ratio else first.removeprefix("| "))
    return found["against"], found["ours"]
