"""The machine-readable results: results.csv and run.json."""

import csv
import json
import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ._folder import FORMAT, NETWORK, PIPELINE, plain
from ._inputs import Data, SearchOptions
from ._outcome import Outcome
from ._trials import Trial

PACKAGES = ("sk-textnn", "scikit-learn", "keras", "tensorflow", "gensim", "numpy", "pandas")


def write_results(path: Path, trials: list[Trial]) -> None:
    """Write a row for every candidate and baseline."""
    n_folds = len(trials[0].folds)
    header = [
        "role",
        "name",
        "candidate",
        "parameters",
        *(f"score_fold_{fold}" for fold in range(1, n_folds + 1)),
        "mean_score",
        "std_score",
        "mean_fit_seconds",
        "mean_score_seconds",
        "error",
    ]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for trial in trials:
            scores = trial.scores
            writer.writerow(
                [
                    trial.role,
                    trial.name,
                    trial.number or "",
                    json.dumps(trial.params, default=plain, ensure_ascii=False),
                    *("" if score != score else repr(float(score)) for score in scores),
                    repr(float(scores.mean())) if trial.ok else "",
                    repr(float(scores.std(ddof=1))) if trial.ok else "",
                    round(trial.seconds("fit_seconds"), 4),
                    round(trial.seconds("score_seconds"), 4),
                    trial.error,
                ]
            )


def run_record(
    options: SearchOptions, data: Data, outcome: Outcome, elapsed: float
) -> dict[str, Any]:
    """Return what run.json holds: enough to repeat the run and to predict."""
    classes: dict[str, int] = {}
    for label in data.labels.tolist():
        classes[str(label)] = classes.get(str(label), 0) + 1
    saved = {PIPELINE: _saved(outcome.winner)}
    if not outcome.network_wins:
        saved[NETWORK] = _saved(outcome.network)
    return {
        "format": FORMAT,
        "versions": versions(),
        "options": asdict(options),
        "data": {"source": data.source, "rows": len(data.texts), "classes": classes},
        "verdict": outcome.verdict,
        "comparison": [asdict(row) for row in outcome.rows],
        "left_out": outcome.left_out,
        "saved": saved,
        "seconds": round(elapsed, 1),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the scores depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def _saved(trial: Trial) -> dict[str, Any]:
    return {
        "role": trial.role,
        "name": trial.name,
        "candidate": trial.number or None,
        "parameters": trial.params,
    }
