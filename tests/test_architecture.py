"""The house rules that CONTRIBUTING.md states, held."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sk_textnn

PACKAGE = Path(sk_textnn.__file__).parent
ROOT = Path(__file__).parent.parent
HEAVY = ("tensorflow", "keras", "scikeras", "gensim")


def _floors() -> dict[str, int]:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\d) \|$", text, flags=re.MULTILINE)
    return {room: int(floor) for room, floor in rows}


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported_rooms(path: Path):
    """Rooms that a file imports from, at its top or inside functions."""
    package = ["sk_textnn", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            if node.module:
                yield [*base, *node.module.split(".")][1]
            else:
                yield from ([*base, alias.name][1] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sk_textnn."):
            yield node.module.split(".")[1]


def test_every_room_has_a_floor():
    rooms = {_room(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert rooms == set(_floors())


def test_imports_run_downward():
    floors = _floors()
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {target}"
        for path in PACKAGE.rglob("*.py")
        if (room := _room(path)) != "__init__"
        for target in _imported_rooms(path)
        if target in floors and target != room and floors[target] >= floors[room]
    ]
    assert wrong == []


def test_only_one_file_knows_scikeras():
    knows = [p.name for p in PACKAGE.rglob("*.py") if '"scikeras' in p.read_text()]
    assert sorted(knows) == ["_optional.py", "_scikeras.py"]


# A loss is a class of Keras's, so that its import loads Keras.
LIGHT = [name for name in sk_textnn.__all__ if name[0] != "_" and not name.endswith("Loss")]


@pytest.mark.parametrize(
    "statement",
    [
        "import sk_textnn",
        "import sk_textnn.cli",
        "from sk_textnn import " + ", ".join(LIGHT),
    ],
)
def test_imports_load_nothing_heavy(statement):
    code = f"{statement}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_importing_the_package_loads_no_scikit_learn():
    code = "import sk_textnn, sys; print('sklearn' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False"


def test_every_export_resolves_and_is_listed():
    for name in sk_textnn.__all__:
        assert getattr(sk_textnn, name) is not None
    assert set(sk_textnn.__all__) <= set(dir(sk_textnn))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sk_textnn.nothing


@pytest.mark.parametrize("module", ["baselines", "datasets", "evaluation", "exceptions"])
def test_modules_are_there_after_a_plain_import(module):
    code = f"import sk_textnn; print(sk_textnn.{module}.__name__)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == f"sk_textnn.{module}", result.stderr
