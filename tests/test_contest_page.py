"""The page of the speed benchmarks: its figures, verdicts and sections, and the exit code."""

import importlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

import sk_textnn

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
DOC = """How fast is it?

In favour of them: a cup of tea.

    python benchmarks/bench_fake.py [--repetitions N]

Exit code 0: it is fast.
"""
OURS = [2.0, 1.0, 4.0]  # CPU seconds of the repetitions; the median is 2


@pytest.fixture(autouse=True)
def modules(monkeypatch):
    """The modules that are tested, which import each other by their short names."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    names = "_contest", "_contest_page", "_common"
    return {name: importlib.import_module(name) for name in names}


@pytest.fixture
def run(modules, tmp_path, capsys):
    """Run a contest of fake sides; return the exit code, the table's rows and the page."""
    contest, page = modules["_contest"], modules["_contest_page"]

    def side(name, records, reach=None):
        turns = iter(records)
        return contest.Side(name, lambda: next(turns), reach)

    def run(ours, theirs=None, *, reach=None, most=None, options=()):
        repetitions = len(ours)
        ours = [as_record(figures) for figures in ours]
        sides = [side("ours", ours)]
        if theirs is not None:
            sides.append(side("theirs", map(as_record, theirs), reach))
        limits = [] if most is None else [contest.Limit("size", "size", most, "MB")]
        contests = [contest.Contest("race", "a race", "CPU s", sides, limits)]
        files = ["--results", f"{tmp_path}/runs.jsonl", "--page", f"{tmp_path}/page.md"]
        parser = contest.make_parser(DOC, "bench_fake")
        argv = [*files, "--repetitions", str(repetitions), *options]
        args = contest.parse(parser, argv, on_texts=False)
        code = page.report("bench_fake", DOC, contests, contest.hold(contests, args), args)
        text = (tmp_path / "page.md").read_text() if (tmp_path / "page.md").exists() else ""
        return code, cells_of(capsys.readouterr().out), text

    return run


def as_record(figures):
    return figures if isinstance(figures, dict) else {"cpu": figures, "wall": 2 * figures}


def cells_of(text):
    """Return the rows of the first table as dictionaries; of equal headings the first counts."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return [dict(reversed(list(zip(cells[0], row, strict=True)))) for row in cells[2:]]


def sizes(*values):
    return [
        {"cpu": 1.0, "wall": 1.0, "size": value, "told": f"measured {value}"} for value in values
    ]


def test_target_that_is_reached(run):
    code, [row], page = run(OURS, [20.0, 19.0, 36.0], reach=10)
    assert code == 0
    assert row["ratio"] == "10 (9–19)"  # 20 by 2; of repetitions 20 by 2, 19 by 1, 36 by 4
    assert row["to reach"] == "≥ 10"
    assert row["verdict"] == "reached"
    assert "Reached: 1 of 1." in page


def test_target_that_is_missed(run):
    code, [row], page = run(OURS, [15.0, 10.0, 20.0], reach=10)
    assert code == 1
    assert row["ratio"] == "7.5 (5–10)"
    assert row["verdict"] == "missed by 25 %"
    assert "Reached: 0 of 1. a race, against theirs: missed by 25 %." in page


def test_nothing_is_missed_without_a_target(run):
    code, [row], _ = run(OURS, [1.0, 1.0, 1.0])
    assert code == 0
    assert (row["ratio"], row["to reach"], row["verdict"]) == ("0.5 (0.25–1)", "", "")


def test_cpu_seconds_wall_and_accuracy_are_apart(run):
    theirs = [{"cpu": 6.0, "wall": 4.0, "accuracy": value} for value in (0.1, 0.5, 0.3)]
    _, [row], page = run([{"cpu": 2.0, "wall": 8.0}] * 3, theirs)
    assert (row["ours"], row["theirs"], row["wall ratio"]) == ("2", "6", "0.5")
    assert row["accuracy, ours"] == ""
    assert "| 0.5 |  | 0.30 |\n" in page


def test_what_a_contestant_tells_is_that_of_the_middle_repetition(run):
    theirs = [{"cpu": cpu, "wall": 1.0, "told": f"took {cpu}"} for cpu in (9.0, 5.0, 7.0, 6.0, 8.0)]
    _, [row], _ = run([1.0] * 5, theirs)
    assert row["against"] == "theirs (took 7.0)"


@pytest.mark.parametrize(("n", "said"), [(1, "1 repetition only"), (2, "2 repetitions only")])
def test_few_repetitions_are_not_judged(n, said, run):
    code, [row], page = run(OURS[:n], [90.0] * n, reach=10)
    assert code == 1
    assert row["verdict"] == said
    assert ("(" in row["ratio"]) == (n > 1)  # one figure has no spread
    assert f"Reached: 0 of 1. a race, against theirs: {said}." in page


@pytest.mark.parametrize(
    ("most", "code", "verdict"), [(30, 0, "reached"), (20, 1, "missed by 50 %")]
)
def test_limit(most, code, verdict, run):
    found, [row], _ = run(sizes(90.0, 30.0, 10.0), most=most)
    assert (found, row["verdict"]) == (code, verdict)
    assert row["ours"] == "30 (10–90) MB"
    assert row["at most"] == f"{most} MB"
    assert row["in detail"] == "measured 30.0"  # of the same repetition as the figure


def test_limit_of_few_repetitions_is_not_judged(run):
    code, [row], _ = run(sizes(1.0, 1.0), most=30)
    assert (code, row["verdict"]) == (1, "2 repetitions only")


def test_contest_that_was_not_run(run):
    code, rows, page = run([], reach=10)
    assert (code, rows, page) == (1, [], "")


def test_quick_try_judges_and_keeps_nothing(run, tmp_path):
    code, [row], page = run(OURS, [1.0, 1.0, 1.0], reach=10, options=["--quick"])
    assert (code, page) == (0, "")
    assert row["ratio"] == "0.5"
    assert not list(tmp_path.iterdir())


def test_side_that_the_newest_run_lacks(run):
    run(OURS, [20.0, 20.0, 20.0], reach=10)
    run(OURS)
    code, rows, page = run([], [], reach=10)
    assert (code, rows) == (1, [])
    assert "Reached: 0 of 1. a race, against theirs: not run." in page


def test_newest_whole_run_is_shown(run, tmp_path):
    _, _, page = run(OURS, [20.0, 20.0, 20.0], reach=10)
    assert "on file" not in page
    run(OURS, [40.0, 40.0, 40.0], reach=10)
    runs = tmp_path / "runs.jsonl"
    broken = json.loads(runs.read_text().splitlines()[-1])
    broken["settings"]["run"] = "9999"
    with runs.open("a") as file:
        print(json.dumps(broken), file=file)
    code, [row], page = run([], [], reach=10)
    assert code == 0
    assert row["ratio"].startswith("20 ")
    assert "Runs on file: 2 of race; shown is the newest." in page


def test_page_tells_question_caveats_machine_and_contestants(run, modules):
    _, _, page = run(OURS, [20.0, 20.0, 20.0])
    contest = modules["_contest"]
    assert page.startswith("# How fast it is")
    assert "## bench_fake.py\n\nHow fast is it?\n\nIn favour of them: a cup of tea.\n\n|" in page
    assert "\n    python benchmarks/bench_fake.py\n" in page
    assert "Exit code" not in page
    assert f"Processor: {contest.machine()['processor']}." in page
    assert f"scikeras {contest.machine()['rivals']['scikeras']}" in page
    assert "## _plain_keras.py\n\nThe contestant as people write it" in page
    assert "## _torch_lstm.py\n\nThe contestant in PyTorch" in page


def test_section_is_replaced_and_the_others_stay(modules, tmp_path):
    path, write = tmp_path / "page.md", modules["_contest_page"].write_section
    write(path, "bench_b", "old b")
    write(path, "bench_a", "a\n\n| x |")
    write(path, "bench_b", "new b")
    section = "<!-- bench_{0} -->\n{1}\n<!-- end -->\n"
    expected = section.format("a", "a\n\n| x |") + "\n" + section.format("b", "new b")
    assert path.read_text() == modules["_contest_page"].head() + "\n" + expected


def test_commit_tells_changes_of_the_code_that_runs(modules, monkeypatch, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("there is no git")

    def git(*options):
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *name, *options], cwd=tmp_path, check=True, capture_output=True)

    for name in ("sk_textnn/__init__.py", "benchmarks/bench_a.py", "tests/test_a.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    monkeypatch.setattr(sk_textnn, "__file__", str(tmp_path / "sk_textnn" / "__init__.py"))
    commit = modules["_common"].commit
    assert commit() is None
    git("init")
    git("add", ".")
    git("commit", "--message", "first")
    unchanged = commit()
    assert not unchanged.endswith("+")
    (tmp_path / "benchmarks" / "results").mkdir()
    for name in ("benchmarks/README.md", "benchmarks/results/a.jsonl", "tests/test_a.py"):
        (tmp_path / name).write_text("written by a run, or not run at all")
    assert commit() == unchanged
    for name in ("benchmarks/bench_a.py", "sk_textnn/__init__.py"):
        (tmp_path / name).write_text("changed = True")
        assert commit() == unchanged + "+"
        (tmp_path / name).write_text("")
        assert commit() == unchanged
