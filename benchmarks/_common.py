"""What the benchmarks on real texts share: data, splits, runs that are kept, tables."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold, train_test_split

import sk_textnn
from sk_textnn._optional import import_heavy

FILES = {"jobs": "jobs_linkedin_industry"}  # where they have another name than the data set
SPLITS = {
    "20ng": "by date, as published",
    "isear": "15 % of each class for the test, drawn by the seed",
    "jobs": "a seventh of each class for the test, drawn by the seed; no text is in both parts",
    "mr": "as published (Tang 2015)",
    "trec6": "as published",
}
PACKAGES = ("sk-textnn", "numpy", "scikit-learn", "tensorflow", "keras")
N_SEEDS = 3  # with fewer, no floor is reached
REACHED = "reached"
Record = dict[str, Any]


class Split(NamedTuple):
    """Texts and labels of both parts."""

    train: list[str]
    y_train: np.ndarray
    test: list[str]
    y_test: np.ndarray


def make_parser(doc: str | None, name: str, *, one_seed: bool = False) -> argparse.ArgumentParser:
    """Return a parser with the options that all have; the results go to NAME.jsonl."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    option = parser.add_argument
    results = Path(__file__).parent / "results" / f"{name}.jsonl"
    option("--data", default=os.environ.get("SK_TEXTNN_DATA"), metavar="DIR")
    option("--results", type=Path, default=results, metavar="FILE", help="runs, one a line")
    option("--table", type=Path, metavar="PAGE", help="write the page of all runs there are")
    if one_seed:
        option("--seed", type=int, default=0, metavar="N")
    else:
        option("--seeds", type=int, nargs="*", default=[0, 1, 2], help="none: only make the page")
    option("--quick", action="store_true", help="a minute on few texts; keeps nothing")
    return parser


def read_data(name: str, folder: str | None) -> pd.DataFrame:
    """Return the texts, labels and, if the publisher made one, split of a data set."""
    if not folder:
        sys.exit("Nothing was run: pass --data or set SK_TEXTNN_DATA, the folder of the texts.")
    path = Path(folder) / f"{FILES.get(name, name)}.csv.gz"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_split(name: str, folder: str | None, seed: int, n_texts: int | None = None) -> Split:
    """Return a data set in two parts, or about so many of its texts."""
    data = read_data(name, folder)
    if n_texts is not None:
        data = shrink(data, n_texts)
    texts, labels = data["text"], data["label"]
    if "split" in data:
        in_test = (data["split"] == "test").to_numpy()
        train, test = np.flatnonzero(~in_test), np.flatnonzero(in_test)
    elif name == "jobs":  # the same advertisement comes several times
        folds = StratifiedGroupKFold(7, shuffle=True, random_state=seed)
        train, test = next(folds.split(texts, labels, groups=texts))
    else:
        rows = np.arange(len(data))
        train, test = train_test_split(rows, test_size=0.15, stratify=labels, random_state=seed)
    return Split(
        texts.iloc[train].tolist(),
        labels.iloc[train].to_numpy(dtype=str),
        texts.iloc[test].tolist(),
        labels.iloc[test].to_numpy(dtype=str),
    )


def shrink(data: pd.DataFrame, n_texts: int) -> pd.DataFrame:
    """Return some rows, without classes too rare to be split then."""
    some = data.sample(min(n_texts, len(data)), random_state=0).reset_index(drop=True)
    counts = some["label"].map(some["label"].value_counts())
    return some[counts >= 10].reset_index(drop=True)


def evaluate(pipeline: Any, split: Split) -> Record:
    """Fit on one part, predict the other; return scores, seconds and what training tells.

    "hits" has a 1 for each test text predicted rightly, else 0, so that models can be paired.
    """
    import_heavy("keras")  # or the first fit would pay for it
    cpu, wall = time.process_time(), time.perf_counter()
    pipeline.fit(split.train, split.y_train)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    predicted = pipeline.predict(split.test)
    classes = np.unique(split.y_train)
    hits = predicted == split.y_test
    record = {
        "accuracy": float(hits.mean()),
        "macro_f1": macro_f1(split.y_test, predicted, classes),
        "n_predicted": len(np.unique(predicted)),
        "n_classes": len(classes),
        "n_train": len(split.train),
        "n_test": len(split.test),
        "cpu_seconds": round(cpu, 2),
        "wall_seconds": round(wall, 2),
        "hits": "".join(map(str, hits.astype(int))),
    }
    if hasattr(pipeline[-1], "history_"):
        record |= training_of(pipeline[-1])
    return record


def training_of(clf: Any) -> Record:
    """Return how a network was trained.

    "best_epoch", counted from 1, is that of early stopping, or else the last. "epochs_in_all" are
    also those after it, and those of the second training where there was one, on all texts.
    "training_loss" is that of the epoch whose weights predict.
    """
    losses = clf.history_["loss"]  # of the first training
    second = clf.model_.history.history["loss"] if clf.early_stopping and clf.refit else []
    return {
        "best_epoch": clf.best_epoch_ + 1,
        "epochs_in_all": len(losses) + len(second),
        "training_loss": float(second[-1] if second else losses[clf.best_epoch_]),
        "n_parameters": clf.model_.count_params(),
    }


def macro_f1(y_true: Any, y_pred: Any, classes: Any) -> float:
    """Return the mean F1 of all classes; that of a class never predicted is 0."""
    return float(f1_score(y_true, y_pred, labels=classes, average="macro", zero_division=0))


class Ledger:
    """The runs there are, in a file of one JSON object a line; with no path, in memory."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.code = commit()
        self.records: list[Record] = []
        if path is not None and path.exists():
            self.records = [json.loads(line) for line in path.read_text().splitlines()]

    def run(self, settings: Record, pipeline: Any, work: Callable[[], Record]) -> Record:
        """Return what is recorded of these settings; if there is nothing, work and record it."""
        return self.find(settings, pipeline) or self.add(settings, pipeline, work())

    def find(self, settings: Record, pipeline: Any) -> Record | None:
        """Return what is recorded of these settings and this pipeline."""
        wanted = as_json(settings), describe(pipeline)
        found = (r for r in self.records if (r["settings"], r["pipeline"]) == wanted)
        return next(found, None)

    def add(self, settings: Record, pipeline: Any, figures: Record) -> Record:
        """Record a run, at once."""
        record = {
            "settings": as_json(settings),
            **figures,
            "pipeline": describe(pipeline),
            "code": self.code,
            "versions": versions(),
            "system": platform.system(),
            "machine": platform.machine(),
            "cores": n_cores(),
            "date": str(date.today()),
        }
        self.records.append(record)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a") as file:
                print(json.dumps(record), file=file, flush=True)
        return record

    def grouped(self) -> list[tuple[Record, list[Record]]]:
        """Return settings and their runs, which differ in the seed only.

        Runs of a pipeline whose parameters have changed since are left out.
        """
        groups: dict[str, list[Record]] = {}
        for record in self.records:
            settings = {k: v for k, v in record["settings"].items() if k != "seed"}
            groups.setdefault(json.dumps(settings, sort_keys=True), []).append(record)
        result = []
        for settings, records in groups.items():
            now = [record for record in records if record["pipeline"] == records[-1]["pipeline"]]
            now.sort(key=lambda record: record["settings"]["seed"])
            result.append((json.loads(settings), now))
        return result


def describe(value: Any) -> Any:
    """Return an estimator's parameters, all but random states, as JSON can hold them."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        params = value.get_params(deep=False).items()
        return {type(value).__name__: {k: describe(v) for k, v in params if k != "random_state"}}
    if hasattr(value, "get_config"):
        return {type(value).__name__: describe(value.get_config())}
    if isinstance(value, dict):
        return {str(key): describe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [describe(item) for item in value]
    if isinstance(value, os.PathLike):
        return Path(value).name
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def as_json(value: Any) -> Any:
    """Return a value as it will be read again: with lists for tuples."""
    return json.loads(json.dumps(value))


def versions() -> dict[str, str]:
    """Return what decides the results."""
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def commit() -> str | None:
    """Return the commit of the code that runs, with a + if it was changed; None without git."""
    git = ["git", "--no-optional-locks", "--git-dir=.git"]  # not one around installed packages
    root = Path(sk_textnn.__file__).parents[1]
    code = ["sk_textnn", "benchmarks"]
    written = [f":(exclude)benchmarks/{name}" for name in ("results", "README.md")]
    ask = partial(subprocess.check_output, cwd=root, stderr=subprocess.DEVNULL, text=True)
    try:
        head = ask([*git, "rev-parse", "--short", "HEAD"]).strip()
        changes = ask([*git, "status", "--porcelain", "--", *code, *written])
    except (OSError, subprocess.CalledProcessError):
        return None
    return head + ("+" if changes else "")


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def provenance(records: Sequence[Record]) -> str:
    """Return the sentence that says when, where and with what runs were made."""
    days = sorted({record["date"] for record in records})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    stacks = sorted({", ".join(f"{k} {v}" for k, v in r["versions"].items()) for r in records})
    cores = " or ".join(sorted({str(record["cores"]) for record in records}))
    systems = ", ".join(sorted({f"{r['system']} {r['machine']}" for r in records}))
    codes = Counter(record.get("code") or "unknown" for record in records)
    commits = [f"{code.replace('+', ' with changes')} in {n}" for code, n in codes.items()]
    return (
        f"{len(records)} runs of {when}, on {systems} with {cores} "
        f"core{'' if cores == '1' else 's'}: {'; or '.join(stacks)}. "
        f"Commit of the code: {', '.join(commits)}."
    )


def seeds_of(records: Iterable[Record]) -> str:
    """Return the seeds of runs as the option takes them."""
    return " ".join(map(str, sorted({record["settings"]["seed"] for record in records})))


def mean_of(records: Iterable[Record], name: str) -> float:
    """Return the mean of a figure over runs."""
    return mean(record[name] for record in records)


def judge(records: Sequence[Record], floor: float) -> str:
    """Return that the mean accuracy of runs reaches a floor, or why not."""
    if len(records) < N_SEEDS:
        return f"{len(records)} of {N_SEEDS} seeds" if records else "not run"
    lack = floor - mean_of(records, "accuracy")
    return REACHED if lack <= 0 else f"missed by {lack:.2g}"


def tell_floors(verdicts: dict[str, str]) -> str:
    """Return in words how many floors are reached, and what is with the others."""
    others = [f"{name}: {verdict}" for name, verdict in verdicts.items() if verdict != REACHED]
    said = f"Floors reached: {len(verdicts) - len(others)} of {len(verdicts)}."
    return f"{said} The others: {'; '.join(others)}." if others else said


def fraction(value: float) -> str:
    """Write a share as ``.123``."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def signed(value: float) -> str:
    """Write a difference as ``+.012``."""
    return f"{'-' if value < 0 else '+'}{fraction(abs(value))}"


def each(records: Iterable[Record], name: str) -> str:
    """Write a share of each run."""
    return " ".join(fraction(record[name]) for record in records)


def span(records: Sequence[Record], name: str) -> str:
    """Write a number of each run as one, or as ``1 to 3``; nothing if one has none."""
    if any(name not in record for record in records):
        return ""
    values = sorted(record[name] for record in records)
    return str(values[0]) if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def commands(script: str, runs: Iterable[tuple[str, str, str]], page: str) -> str:
    """Return the commands that make runs, told by options, data set and model, and their page."""
    start = f"    python benchmarks/{script}"
    data_sets: dict[tuple[str, str], list[str]] = {}
    for options, data, model in runs:
        data_sets.setdefault((options, model), []).append(data)
    models: dict[tuple[str, str], list[str]] = {}
    for (options, model), names in data_sets.items():
        models.setdefault((options, " ".join(names)), []).append(model)
    lines = [
        f"{start} --data-sets {data} --models {' '.join(names)}{options}"
        for (options, data), names in models.items()
    ]
    return "\n".join([*lines, f"{start} --seeds --table docs/{page}"])


def publish(page: str, path: Path | None) -> None:
    """Print a page, and write it."""
    print(f"\n{page}")
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page)
