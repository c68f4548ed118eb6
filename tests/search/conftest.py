"""What several tests of the search need."""

import tempfile

import pytest


@pytest.fixture
def temp(tmp_path, monkeypatch):
    """The folder of temporary files, with nothing of others in it."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
