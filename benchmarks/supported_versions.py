"""Do the estimators work with the lowest and the newest versions that we claim?

Question: do the estimator tests pass with the lower bounds in pyproject.toml, and with the newest
versions on every Python?

Budget: twelve minutes on two cores and 3 GB of disk for a combination; one runs at a time. Needs
the interpreters python3.11, python3.12 and python3.13.

    python benchmarks/supported_versions.py [--only NAME ...] [--keep DIR] [--python 3.12=PATH]

Each combination gets a virtual environment of its own. With --keep the environments stay, and in
the next run only the package is installed anew: "newest" is then what was newest when they were
made, until DIR is deleted; and with --only the other combinations are shown as DIR has them.
Exit code 0: all could be installed, and all tests passed. The results go to
docs/supported-versions.md, unless other tests were asked for, or some combinations without DIR.
"""

import argparse
import json
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "supported-versions.md"
TESTS = ("tests/test_estimators.py", "tests/classifiers", "tests/utils", "tests/ecosystem")
SECONDS_AT_MOST = 3600  # for one command; more is a hang


class Combination(NamedTuple):
    """Which Python, and whether every dependency is held at its lower bound."""

    name: str
    python: str
    lowest: bool = False


COMBINATIONS = (
    Combination("lowest", "3.11", lowest=True),
    Combination("newest-3.11", "3.11"),
    Combination("newest-3.12", "3.12"),
    Combination("newest-3.13", "3.13"),
)


@dataclass
class Result:
    """What became of a combination: versions and counts, or why there are none."""

    versions: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    fault: str = ""

    @property
    def is_good(self) -> bool:
        counts = self.counts
        return not self.fault and counts.get("passed", 0) > 0 and counts["failed"] == 0


def read_project() -> dict[str, Any]:
    """Return what pyproject.toml says of the package."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def lower_bounds() -> dict[str, str]:
    """Return the lowest version of each dependency, as pyproject.toml claims it."""
    bounds = {}
    for requirement in read_project()["dependencies"]:
        found = re.fullmatch(r"([\w-]+)>=([\d.]+)", requirement)
        if found is None:
            raise SystemExit(
                f"{requirement!r} in pyproject.toml has no bound of the form name>=1.2"
            )
        bounds[found[1]] = found[2]
    return bounds


def requirements(combination: Combination, bounds: dict[str, str]) -> list[str]:
    """Return the versions to hold, as pip takes them."""
    return [f"{name}=={bound}" for name, bound in bounds.items()] if combination.lowest else []


def examine(
    combination: Combination, folder: Path, interpreter: str, tests: Sequence[str]
) -> Result:
    """Build the environment or take the one that is there, and run the tests in it."""
    with (folder / f"{combination.name}.log").open("w") as log:
        try:
            python = make_environment(combination, folder / combination.name, interpreter, log)
        except (OSError, subprocess.SubprocessError) as error:
            print(error, file=log)
            return Result(fault="cannot be installed")
        report = folder / f"{combination.name}.xml"
        report.unlink(missing_ok=True)
        options = ["-q", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}"]
        try:
            code = run_tests([python, "-m", "pytest", *options, *tests], log)
        except subprocess.TimeoutExpired:
            return Result(fault="did not end")
    result = recall(combination, folder)
    if code and not result.counts.get("failed"):
        result.fault = result.fault or f"pytest ended with {code}"
    return result


def recall(combination: Combination, folder: Path) -> Result:
    """Read what the last examination of a combination left in the folder."""
    report = folder / f"{combination.name}.xml"
    if not report.exists():
        return Result(fault="the tests did not run")
    python = folder / combination.name / "bin" / "python"
    command = [python, "-m", "pip", "list", "--format=json"]
    listed = subprocess.run(command, check=True, capture_output=True)
    installed = {row["name"].lower(): row["version"] for row in json.loads(listed.stdout)}
    counts, seconds = read_report(report)
    return Result({name: installed[name] for name in lower_bounds()}, counts, seconds)


def make_environment(combination: Combination, folder: Path, interpreter: str, log: Any) -> Path:
    """Return the Python of an environment with the package as it is now."""
    held = requirements(combination, lower_bounds())
    # A kept environment serves as long as nothing that decides its contents has changed.
    project = read_project()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    recipe = json.dumps([interpreter, held, wanted])
    remembered = folder / "recipe.json"
    python = folder / "bin" / "python"
    if remembered.exists() and remembered.read_text() == recipe:
        again = ["--force-reinstall", "--no-deps", str(ROOT)]
        run([python, "-m", "pip", "install", *again], log)
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run([interpreter, "-m", "venv", folder], log)
    run([python, "-m", "pip", "install", f"{ROOT}[test]", *held], log)
    remembered.write_text(recipe)
    return python


def run(command: Sequence[Any], log: Any, *, folder: Path | str = ROOT, check: bool = True) -> int:
    """Run a command and write down what it says; return its exit code."""
    print("$", shlex.join(map(str, command)), file=log, flush=True)
    done = subprocess.run(
        command, cwd=folder, stdout=log, stderr=log, check=check, timeout=SECONDS_AT_MOST
    )
    return done.returncode


def run_tests(command: Sequence[Any], log: Any) -> int:
    """Run tests where the package lies nowhere, so that they import the one installed."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "tests", Path(folder, "tests"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        return run(command, log, folder=folder, check=False)


def read_report(report: Path) -> tuple[dict[str, int], float]:
    """Return how many tests passed, failed and were skipped, errors as failures; and seconds."""
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")
    total, failures, errors, skipped = (
        int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    counts = {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}
    return counts, float(suite.attrib["time"])


def find_interpreter(version: str, given: dict[str, str]) -> str | None:
    """Return the interpreter of a version, if there is one that runs."""
    found = shutil.which(given.get(version, f"python{version}"))
    if found is None:
        return None
    tell = "import sys; print(*sys.version_info[:2], sep='.')"
    told = subprocess.run([found, "-c", tell], capture_output=True, text=True)
    return found if told.stdout.strip() == version else None


def make_table(results: dict[Combination, Result]) -> str:
    """Return the results as a Markdown table, one column a combination."""
    rows = {"Python": [combination.python for combination in results]}
    for name, bound in lower_bounds().items():
        rows[f"{name} (≥ {bound})"] = [result.versions.get(name, "") for result in results.values()]
    for name in ("passed", "failed", "skipped"):
        rows[f"tests {name}"] = [str(result.counts.get(name, "")) for result in results.values()]
    rows["seconds"] = [f"{result.seconds:.0f}" for result in results.values()]
    rows["verdict"] = [
        "works" if result.is_good else f"**{result.fault or 'fails'}**"
        for result in results.values()
    ]
    lines = [
        ["", *(combination.name for combination in results)],
        ["---"] * (len(results) + 1),
        *([name, *cells] for name, cells in rows.items()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def make_page(results: dict[Combination, Result], tests: Sequence[str]) -> str:
    """Return the page of the documentation."""
    return f"""# Supported versions

Made by `python benchmarks/supported_versions.py` on {date.today()}, on {platform.system()}
{platform.machine()}. In each combination these tests ran: {", ".join(f"`{t}`" for t in tests)}.

"lowest" holds every dependency at the lower bound that `pyproject.toml` claims; "newest-..."
leaves the choice to pip.

{make_table(results)}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine the combinations; return 0 if all of them work."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [combination.name for combination in COMBINATIONS]
    parser.add_argument("--only", nargs="*", choices=names, help="examine these alone, or none")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep environments and logs here")
    parser.add_argument(
        "--python", action="append", default=[], metavar="3.12=PATH", help="may be repeated"
    )
    parser.add_argument("--tests", nargs="+", default=TESTS, help="run others; writes no page")
    args = parser.parse_args(arguments)
    given = dict(pair.split("=", 1) for pair in args.python)

    results = {}
    with ExitStack() as stack:
        folder = args.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        for combination in COMBINATIONS:
            wanted = args.only is None or combination.name in args.only
            if not wanted and not args.keep:
                continue
            interpreter = find_interpreter(combination.python, given)
            if not wanted:
                result = recall(combination, folder.resolve())
            elif interpreter is None:
                result = Result(fault=f"no python{combination.python}")
            else:
                result = examine(combination, folder.resolve(), interpreter, args.tests)
            results[combination] = result
            print(f"{combination.name}: {result.counts} {result.fault}", flush=True)
            log = folder / f"{combination.name}.log"
            if not result.is_good and log.exists():
                print("\n".join(log.read_text().splitlines()[-40:]), file=sys.stderr)
    print(make_table(results))
    if len(results) == len(COMBINATIONS) and args.tests == TESTS:
        PAGE.write_text(make_page(results, args.tests))
    return 0 if all(result.is_good for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
