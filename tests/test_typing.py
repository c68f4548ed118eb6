"""Type hints: nothing public lacks one, and a type checker gets to see them."""

import ast
import inspect
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import sk_textnn
from tests.public import MODULES, PUBLIC

USER = """
from sk_textnn import (
    CNNClassifier, LSTMClassifier, SequencePadder, TextTokenizer, Word2VecEmbedder, baselines,
    compare, datasets, make_text_classifier, make_tfidf_baselines, search_space,
)

texts, labels = datasets.make_text_classification(300, random_state=0, return_X_y=True)
reveal_type(texts)  # list[str]
reveal_type(labels)  # numpy.ndarray
tokenizer = TextTokenizer(num_words=100).fit(texts)
reveal_type(tokenizer)  # sk_textnn.text._tokenizer.TextTokenizer
X = tokenizer.transform(texts)
reveal_type(X)  # sk_textnn.sequences._token_sequences.TokenSequences
reveal_type(X[:2])  # sk_textnn.sequences._token_sequences.TokenSequences
reveal_type(X[0])  # numpy.ndarray
reveal_type(X.shape)  # tuple[int, ...]
reveal_type(SequencePadder(maxlen="p95").fit(X))  # sk_textnn.text._padder.SequencePadder
reveal_type(Word2VecEmbedder().fit(X).coverage_report())  # dict[str, Any]
classifier = CNNClassifier(filters=8, random_state=0).fit(X, labels)
reveal_type(classifier)  # sk_textnn.classifiers._cnn.CNNClassifier
reveal_type(classifier.predict_proba(X))  # numpy.ndarray
reveal_type(LSTMClassifier().fit(X, labels).predict(X))  # numpy.ndarray
reveal_type(compare(make_text_classifier("cnn"), texts, labels).verdict_)  # str
reveal_type(make_tfidf_baselines(random_state=0))  # dict[str, Any]
reveal_type(search_space(["cnn", "lstm"], "small"))  # list[dict[str, Any]]
reveal_type(baselines.NaiveBayesSVMClassifier().predict([[1]]))  # numpy.ndarray

"""
MISTAKES = """
import sk_textnn

sk_textnn.CNNClasifier  # attr-defined
sk_textnn.CNNClassifier(filtres=8)  # call-arg
sk_textnn.LSTMClassifier(pooling="first")  # arg-type
sk_textnn.SequencePadder(padding="left")  # arg-type
sk_textnn.TextTokenizer().fit(3)  # arg-type
sk_textnn.compare({}, [], [], baselines="none")  # arg-type
sk_textnn.search_space("cnn", "huge")  # arg-type
"""


def test_the_package_says_that_it_has_hints():
    assert files("sk_textnn").joinpath("py.typed").is_file()


@pytest.mark.parametrize("public", PUBLIC, ids=lambda public: public.path)
def test_hints_are_complete(public):
    if not inspect.isfunction(public.function):  # an exception's constructor is Python's own
        return
    signature = inspect.signature(public.function)
    empty = inspect.Signature.empty
    lacking = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is empty and name not in ("self", "cls")
    ]
    if signature.return_annotation is empty:
        lacking.append("return")
    assert lacking == []


def test_imports_for_type_checkers_are_those_at_run_time():
    tree = ast.parse(Path(sk_textnn.__file__).read_text())
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    imported = {
        alias.asname: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == sk_textnn._EXPORTS


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> dict[str, list[tuple[int, str]]]:
    """What mypy says of three files, in one run, by file: number of the line and message."""
    folder = tmp_path_factory.mktemp("checked")
    paths = [public.path for public in PUBLIC]
    imports = [f"import sk_textnn.{name}" for name in MODULES]
    everything = "\n".join([*imports, *(f"reveal_type({path})" for path in paths)])
    sources = {"user.py": USER, "mistakes.py": MISTAKES, "everything.py": everything}
    for name, source in sources.items():
        (folder / name).write_text(source)
    (folder / "mypy.ini").write_text("[mypy]\nignore_missing_imports = true\n")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir=cache", *sources],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    said: dict[str, list[tuple[int, str]]] = {}
    for name, line, text in re.findall(r"^(\w+)\.py:(\d+): (.*)$", run.stdout, re.MULTILINE):
        said.setdefault(name, []).append((int(line), text))
    assert said, run.stdout + run.stderr
    return said


def _expected(source: str) -> dict[int, str]:
    lines = enumerate(source.splitlines(), start=1)
    return {number: line.split("  # ")[1] for number, line in lines if "  # " in line}


def test_a_user_gets_the_right_types(checked):
    revealed = {
        # Older versions of mypy write builtins.str for str.
        line: text.removeprefix('note: Revealed type is "').replace("builtins.", "")
        for line, text in checked["user"]
    }
    expected = _expected(USER)
    assert revealed.keys() == expected.keys(), checked["user"]
    assert {
        line: found for line, found in revealed.items() if not found.startswith(expected[line])
    } == {}


def test_a_user_is_told_of_mistakes(checked):
    found = {
        line: re.findall(r"\[([\w-]+)\]$", text)
        for line, text in checked["mistakes"]
        if text.startswith("error:")
    }
    assert found == {line: [code] for line, code in _expected(MISTAKES).items()}


def test_nothing_public_is_any_to_a_type_checker(checked):
    lines = checked["everything"]
    assert len(lines) >= len(PUBLIC)
    assert [text for _, text in lines if text.startswith("error:") or 'type is "Any"' in text] == []
