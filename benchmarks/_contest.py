"""What the contests share: contestants that take turns, each in a process of its own, and clocks.

A contest has sides, ours first. Each side is a function that does the work once and returns its
figures: "cpu" and "wall", seconds for one unit of work; where something was learned, "accuracy"
on texts not trained on; if there is more to say, "told". What comes of it is judged and written by
`_contest_page`.
"""

import argparse
import inspect
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Self

from _common import Ledger, Record

OURS = "sk_textnn"
RIVALS = ("scikeras", "torch", "skorch", "tokenizers", "fasttext-community")  # packages
# A contestant may use one thread, whatever library it computes with.
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
    **dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"),
    **{"RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
}


class Side(NamedTuple):
    """A contestant: what it does, the ratio to reach against it, and the module it needs."""

    name: str
    work: Callable[[], Record]
    reach: float | None = None
    needs: str = "keras"


class Limit(NamedTuple):
    """A figure of ours that must not be greater than so much."""

    figure: str
    title: str
    most: float | None  # None: it is only told
    unit: str


class Contest(NamedTuple):
    """Sides that do the same work; the unit is that of their seconds, times `scale`."""

    key: str
    title: str
    unit: str
    sides: Sequence[Side]
    limits: Sequence[Limit] = ()
    scale: float = 1.0


class Clock:
    """Measures CPU seconds, those of ended children included, and seconds on the wall."""

    cpu = wall = 0.0

    def __enter__(self) -> Self:
        self._cpu, self._wall = _cpu_seconds(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.wall = _cpu_seconds() - self._cpu, time.perf_counter() - self._wall


def _cpu_seconds() -> float:
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def median_of(clocks: Sequence[Clock], *, units: float = 1) -> Record:
    """Return the median seconds of repeated work that did so many units each time."""
    return {
        "cpu": median(clock.cpu for clock in clocks) / units,
        "wall": median(clock.wall for clock in clocks) / units,
    }


def apart(function: Callable[..., Record], *, here: bool = False, **settings: Any) -> Any:
    """Return what calls a function of a script, in a new process, on one thread.

    Parameters
    ----------
    function : callable
        At the top level of its file; returns what JSON can hold.
    here : bool
        Call it in this process after all, which saves the imports.
    **settings
        Its arguments, which JSON can hold.
    """
    if here:
        return partial(function, **settings)
    module = Path(inspect.getfile(function)).stem
    command = [sys.executable, __file__, module, function.__name__, json.dumps(settings)]

    def work() -> Record:
        done = subprocess.run(
            command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{module}.{function.__name__} failed with {settings}.\n{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    return work


def make_parser(doc: str | None, script: str, *, repetitions: int = 3) -> argparse.ArgumentParser:
    """Return a parser with the options that all have."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    option = parser.add_argument
    here = Path(__file__).parent
    results = here / "results" / f"{script}.jsonl"
    option("--data", default=os.environ.get("SK_TEXTNN_DATA"), metavar="DIR")
    option("--repetitions", type=int, default=repetitions, metavar="N", help="0: only the page")
    option("--contests", nargs="*", metavar="NAME", help="only these")
    option("--results", type=Path, default=results, metavar="FILE", help="runs, one a line")
    option("--page", type=Path, default=here / "README.md", metavar="FILE")
    option("--quick", action="store_true", help="few texts, once; keeps and judges nothing")
    return parser


def parse(
    parser: argparse.ArgumentParser, argv: Sequence[str] | None, *, on_texts: bool = True
) -> argparse.Namespace:
    """Return the options; tell the processes to come where the texts are, if there need be any."""
    args = parser.parse_args(argv)
    if args.data:
        os.environ["SK_TEXTNN_DATA"] = args.data
    elif on_texts and not args.quick and args.repetitions:
        sys.exit("Nothing was run: pass --data or set SK_TEXTNN_DATA, the folder of the texts.")
    return args


def hold(contests: Sequence[Contest], args: argparse.Namespace) -> Ledger:
    """Let the sides of each contest take turns; return all runs there are."""
    ledger = Ledger(None if args.quick else args.results)
    keys = [contest.key for contest in contests]
    if unknown := set(args.contests or ()) - set(keys):
        sys.exit(f"There is no contest {sorted(unknown)}; there are {keys}.")
    run = datetime.now().isoformat()
    repetitions = 1 if args.quick else args.repetitions
    for contest in contests:
        if not repetitions or (args.contests and contest.key not in args.contests):
            continue
        sides = [side for side in contest.sides if _is_there(side, args)]
        settings = {"contest": contest.key, "run": run, "expected": repetitions * len(sides)}
        for repetition in range(repetitions):
            for side in sides:
                figures = {**side.work(), **machine()}
                now = {**settings, "side": side.name, "repetition": repetition}
                ledger.add(now, None, figures)
                told = ", ".join(f"{k} {v:.4g}" for k, v in figures.items() if isinstance(v, float))
                print(f"{contest.key} {repetition + 1}/{repetitions}, {side.name}: {told}")
                sys.stdout.flush()
    return ledger


def _is_there(side: Side, args: argparse.Namespace) -> bool:
    """Whether a contestant is installed, which it must be unless this is only a quick try."""
    if find_spec(side.needs) is not None:
        return True
    if not args.quick:
        sys.exit(f"{side.name} needs {side.needs}: pip install 'sk-textnn[bench]'.")
    print(f"Left out: {side.name}, as {side.needs} is not installed.")
    return False


def machine() -> Record:
    """Return the processor, and the versions of the contestants' packages."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    rivals = {}
    for name in RIVALS:
        try:
            rivals[name] = version(name)
        except PackageNotFoundError:
            continue
    return {"processor": next(names, platform.processor()), "rivals": rivals}


if __name__ == "__main__":  # what `apart` starts
    module_name, function_name, given = sys.argv[1:]
    print(json.dumps(getattr(import_module(module_name), function_name)(**json.loads(given))))
