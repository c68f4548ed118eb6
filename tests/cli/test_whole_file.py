"""A file of results is whole, or as it was."""

import os

import pytest

from sk_textnn.cli._errors import CommandError
from sk_textnn.cli._html import GENERATOR
from sk_textnn.cli._whole_file import choose_page, whole_file


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_is_interrupted_leaves_the_file_as_it_was(error, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("before")

    def write_half():
        with whole_file(path) as file:
            file.write("half of")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["page.html"]


def test_a_whole_file_keeps_the_permissions_of_the_earlier(tmp_path):
    path = tmp_path / "new" / "page.html"
    for text in ("one", "two"):
        with whole_file(path) as file:
            file.write(text)
        path.chmod(0o640)
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(path.parent) == ["page.html"]


def test_a_full_disk_is_one_sentence(tmp_path):
    path = tmp_path / "page.html"
    with pytest.raises(CommandError, match="No space left"), whole_file(path):
        raise OSError(28, "No space left on device")
    assert os.listdir(tmp_path) == []


def test_places_of_a_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(choose_page(None, "compare")) == "sk-textnn-compare.html"
    assert choose_page("a/b", "compare").parts == ("a", "b", "compare.html")
    assert choose_page("a/b.HTML", "compare").parts == ("a", "b.HTML")
    (tmp_path / "ours.html").write_text(f"<html>{GENERATOR}")
    assert choose_page("ours.html", "compare", overwrite=True).name == "ours.html"
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.html").mkdir()
    assert choose_page("folder.html", "compare").parts == ("folder.html", "compare.html")
    for out, overwrite, phrase in (
        ("ours.html", False, "--overwrite"),
        ("file/page.html", True, "is a file"),
        ("", False, "--out is empty"),
        (None, True, "needs --out"),
    ):
        with pytest.raises(CommandError, match=phrase):
            choose_page(out, "compare", overwrite=overwrite)
