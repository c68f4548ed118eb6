"""What the page about pictures shows runs, in its order, and its pictures are there."""

import re
from pathlib import Path

import matplotlib as mpl

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "pictures.md").read_text()


def test_examples_run_in_their_order(capsys, tmp_path, monkeypatch):
    from matplotlib import pyplot as plt

    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    names = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(compile(code, "pictures.md", "exec"), names)
    plt.close("all")
    assert "cuts off" in capsys.readouterr().out
    assert len(names["found"]) == 3
    assert (tmp_path / "coverage.png").exists()
    assert names["page"].startswith("<!DOCTYPE html>")


def test_pictures_are_there():
    shown = re.findall(r"!\[.+?\]\((.+?)\)", PAGE)
    assert len(shown) == 5
    assert [name for name in shown if not (DOCS / name).exists()] == []
