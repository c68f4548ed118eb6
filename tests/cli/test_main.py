"""Mistakes: one sentence, exit code 2, nothing written, no traceback."""

import gzip
import subprocess
import sys
import time

import pytest

from sk_textnn.cli import main

GOOD = "text,label\n" + "a dog barks,dog\na cat purrs,cat\n" * 6


def fails(argv, capsys):
    """Run, and return the one sentence on stderr."""
    assert main([str(part) for part in argv]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("sk-textnn: error: ")
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert len(printed.err) < 500
    return printed.err


BAD_FILES = {
    "empty.csv": (b"", "is empty"),
    "header.csv": (b"text,label\n", "no rows"),
    "column.csv": (b"texts,label\na,b\n", "Did you mean 'texts'"),
    "twice.csv": (b"text,label,text\na,b,c\nd,e,f\n", "2 columns"),
    "latin.csv": ("text,label\ncaf\xe9,a\n".encode("latin-1"), "--encoding"),
    "blank.csv": (GOOD.encode() + b" ,dog\n", "empty"),
    "single.csv": (GOOD.encode() + b"a cow moos,cow\n", "'cow'"),
    "two.csv": (GOOD.encode() + b"a cow moos,cow\na cow,cow\n", "'cow'"),
    "one.csv": (b"text,label\na,x\nb,x\nc,x\n", "label"),
    "bad.jsonl": (b'{"text": "a", "label": "b"}\n{"text": \n', "line 2"),
    "cut.csv.gz": (gzip.compress(GOOD.encode())[:-9], "gzip"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file(name, tmp_path, capsys):
    content, phrase = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    error = fails(["search", path, "--out", tmp_path / "out"], capsys)
    assert phrase in error
    assert name in error
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        (["--network", "lstn"], "Did you mean lstm?"),
        (["--network", ","], "names none"),
        (["--network", "cnn,cnn"], "twice"),
        (["--n-iter", "0"], "--n-iter must be 1 or more"),
        (["--n-iter", "four"], "--n-iter"),
        (["--cv", "1"], "--cv must be 2 or more"),
        (["--cv", "7"], "7 rows"),
        (["--seed", "-1"], "--seed"),
        (["--n-jobs", "0"], "--n-jobs"),
        (["--scoring", "acuracy"], "Did you mean accuracy?"),
        (["--scoring", "r2"], "does not suit"),
        (["--scoring", "f1"], "does not suit"),
        (["--vectors", "nowhere.txt"], "nowhere.txt"),
        (["--encoding", "klingon"], "klingon"),
        (["--text", "label"], "two different columns"),
        (["--colour", "red"], "--colour"),
        (["--out", ""], "--out is empty"),
    ],
)
def test_bad_option(options, phrase, tmp_path, capsys):
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    assert phrase in fails(["search", path, "--out", tmp_path / "out", *options], capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]


def test_overwrite_needs_out(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "--overwrite needs --out" in fails(["search", "--overwrite"], capsys)
    assert list(tmp_path.iterdir()) == []


def test_missing_file(tmp_path, capsys):
    path = tmp_path / "no.csv"
    assert f"no file {path}" in fails(["search", path, "--out", tmp_path / "out"], capsys)
    assert list(tmp_path.iterdir()) == []


def test_out_that_cannot_be_written(tmp_path, capsys):
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    assert "is a file" in fails(["search", path, "--out", path], capsys)
    error = fails(["search", path, "--out", path / "below"], capsys)
    assert "name another" in error
    assert path.read_text() == GOOD


def test_no_command_and_unknown_command(capsys):
    assert "COMMAND" in fails([], capsys)
    assert "sreach" in fails(["sreach"], capsys)


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_answers_at_once_and_loads_nothing_heavy(argument):
    code = (
        "import sys; from sk_textnn.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'sklearn', 'numpy', 'pandas', 'tensorflow', 'keras', 'gensim', 'rich'};"
        "sys.exit(code or sorted(heavy & set(sys.modules)) or 0)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "sk-textnn" in done.stdout
    assert time.perf_counter() - start < 10  # seconds even on a busy machine; usually .2


def test_as_a_module_a_mistake_gives_exit_code_2_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sk_textnn.cli", "search", "no.csv", "--out", "out"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("sk-textnn: error: There is no file no.csv")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
