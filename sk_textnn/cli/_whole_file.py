"""One file of results: written beside its place and renamed, whole or not there at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ._errors import CommandError
from ._html import GENERATOR

__all__ = ["choose_page", "is_special", "whole_file"]

_PAGES = (".html", ".htm")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file to be written; if that fails or is interrupted, it is as it was.

    Parameters
    ----------
    path : Path
        Directories that lead to it are made. A device or a pipe is written to as it is.

    Yields
    ------
    file
        Of UTF-8; line ends are not translated.
    """
    special = is_special(path)
    part = path if special else path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", newline="", encoding="utf-8") as file:
            yield file
        if not special:
            if path.exists():
                shutil.copymode(path, part)
            part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        if not special:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def is_special(path: Path) -> bool:
    """Whether there is a device or a pipe, which is written to but never replaced."""
    return path.exists() and not path.is_file()


def choose_page(out: str | None, command: str, *, overwrite: bool = False) -> Path:
    """Return where the report shall go, or raise CommandError if it cannot.

    Parameters
    ----------
    out : str or None
        A file that ends in .html, or a directory. None: a file in the working directory, with a
        number if there is one already.
    command : str
        Gives the file its name.
    overwrite : bool, default=False
        Whether an earlier report may be replaced; other files never are.
    """
    if out is None:
        if overwrite:
            raise CommandError("--overwrite needs --out: without it the report is a new file.")
        path, number = Path(f"sk-textnn-{command}.html"), 1
        while path.exists():
            number += 1
            path = Path(f"sk-textnn-{command}-{number}.html")
    elif not out:
        raise CommandError("--out is empty: name a file that ends in .html, or leave it out.")
    else:
        path = Path(out)
        if path.suffix.lower() not in _PAGES or path.is_dir():
            path = path / f"{command}.html"
    _check_place(path, overwrite)
    return path


def _check_place(path: Path, overwrite: bool) -> None:
    """Raise CommandError if a report there would fail, or replace what is none."""
    try:
        near = next(part for part in (path, *path.absolute().parents) if part.exists())
        if near != path:
            if not near.is_dir():
                raise CommandError(
                    f"{near} is a file, but --out needs a file that ends in .html or a directory: "
                    "name another."
                )
        elif not (path.is_file() and GENERATOR in path.read_text("utf-8", errors="replace")[:400]):
            raise CommandError(f"{path} is no report of sk-textnn: name another file as --out.")
        elif not overwrite:
            raise CommandError(
                f"{path} is an earlier report: name another file as --out, or replace it with "
                "--overwrite."
            )
        if not os.access(near, os.W_OK):
            raise CommandError(f"{path} cannot be written: check the permissions of {near}.")
    except OSError as error:
        raise CommandError(f"{path} cannot be used ({error.strerror}): name another.") from error
