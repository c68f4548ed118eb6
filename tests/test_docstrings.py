"""Docstrings: numpydoc's rules, shapes of arrays, errors raised, attributes learned, examples."""

import ast
import doctest
import inspect
import re
import textwrap
import tomllib
from dataclasses import is_dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc
from numpydoc.validate import validate
from sklearn.base import clone

from sk_textnn import TextTokenizer
from tests.public import CLASSES_AND_FUNCTIONS, PUBLIC, modules
from tests.public import MODULES as PUBLIC_MODULES
from tests.test_estimators import ESTIMATORS, TEXT_ESTIMATORS

# Every rule of numpydoc but these.
NOT_ASKED_FOR = {
    "ES01",  # an extended summary, where one line says all
    "SA01",  # a See Also section, where nothing is to be seen
    "EX01",  # an example of each method: asked of classes and functions below
}
_ARRAY = re.compile(r"array|matrix|DataFrame|Series")
_SHAPE = re.compile(r"\bof (shape|length) ?[(\w]")
_ROOT = Path(__file__).parent.parent

every_public = pytest.mark.parametrize("public", PUBLIC, ids=lambda public: public.path)
every_class_and_function = pytest.mark.parametrize(
    "public", CLASSES_AND_FUNCTIONS, ids=lambda public: public.path
)


def _doc(public) -> FunctionDoc | ClassDoc:
    if isinstance(public.value, type):
        return ClassDoc(public.value)
    return FunctionDoc(public.function)


def test_every_public_module_is_looked_at():
    assert set(modules()) <= {name.partition(".")[0] for name in PUBLIC_MODULES}


@every_public
def test_numpydoc_finds_no_fault(public):
    found = validate(public.path)["errors"]
    assert [f"{code} {text}" for code, text in found if code not in NOT_ASKED_FOR] == []


@every_public
def test_arrays_have_a_shape(public):
    doc = _doc(public)
    entries = [*doc["Parameters"], *doc["Returns"]]
    if isinstance(public.value, type):
        # numpydoc lists properties that are documented where they stand, without a type.
        entries += [entry for entry in doc["Attributes"] if entry.type]
    without = [
        f"{entry.name}: {entry.type}"
        for entry in entries
        if (_ARRAY.search(entry.type) or entry.name in ("X", "y")) and entry.type != "None"
        if not _SHAPE.search(entry.type)
    ]
    assert without == []


@every_public
def test_errors_raised_are_named(public):
    """Those that the function itself raises; what it calls is beyond the reach of a test."""
    # An exception's constructor is Python's own, that of a dataclass is generated.
    if not inspect.isfunction(public.function) or is_dataclass(public.value):
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(public.function)))
    raised = {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
    }
    assert raised <= {entry.type or entry.name for entry in _doc(public)["Raises"]}


@every_class_and_function
def test_example_is_there_and_runs_with_the_other_tests(public):
    """Pytest collects the examples of a module by this finder."""
    module = inspect.getmodule(public.value)
    name = f"{module.__name__}.{public.value.__qualname__}"
    (found,) = (test for test in doctest.DocTestFinder().find(module) if test.name == name)
    assert found.examples
    assert [e.source for e in found.examples if e.options.get(doctest.SKIP)] == []


def test_pytest_runs_the_examples():
    options = tomllib.loads((_ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in options["addopts"]
    assert "sk_textnn" in options["testpaths"]


def _fitted(estimator):
    """Fit on the smallest data; columns with names, where columns are understood."""
    texts = ["what a joy", "so sad today", "joy and joy", "a sad end"] * 2
    y = np.array(["joy", "sadness"] * 4)
    estimator = clone(estimator)
    if "epochs" in estimator.get_params():
        estimator.set_params(epochs=1)
    if isinstance(estimator, TextTokenizer):
        return estimator.fit(texts)
    if estimator.__sklearn_tags__().input_tags.two_d_array:
        rows = np.asarray(TextTokenizer().fit_transform(texts))
        return estimator.fit(pd.DataFrame(rows, columns=["first", "second", "third"]), y)
    return estimator.fit(TextTokenizer().fit_transform(texts))


@pytest.mark.parametrize(
    "estimator", [*ESTIMATORS, *TEXT_ESTIMATORS], ids=lambda estimator: type(estimator).__name__
)
def test_attributes_section_is_what_fit_learns(estimator):
    fitted = _fitted(estimator)
    section = ClassDoc(type(fitted))["Attributes"]
    documented = {entry.name for entry in section if entry.desc and entry.name.endswith("_")}
    learned = {name for name in vars(fitted) if name.endswith("_") and name[0] != "_"}
    assert learned - documented == set()
    assert {name for name in documented if not hasattr(fitted, name)} == set()
