"""The directory of results: written aside and moved in the end, whole or not at all."""

import contextlib
import json
import math
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ._errors import CommandError

RUN = "run.json"
REPORT = "report.html"
RESULTS = "results.csv"
PIPELINE = "best_pipeline.joblib"
NETWORK = "best_network.joblib"
FILES = frozenset({RUN, REPORT, RESULTS, PIPELINE, NETWORK})
FORMAT = 1
DEFAULT_OUT = "sk-textnn-search"
_STAGE = ".sk-textnn-partial-"


def choose_folder(out: str | None, *, overwrite: bool = False) -> Path:
    """Return where the results shall go, or raise CommandError if they cannot.

    Parameters
    ----------
    out : str or None
        The directory asked for. None: ``sk-textnn-search`` in the working directory, with a
        number if there is one already.
    overwrite : bool, default=False
        Whether the results of an earlier run may be replaced; other files never are.
    """
    if out is None:
        if overwrite:
            raise CommandError(
                "--overwrite needs --out: without it the results go into a new directory."
            )
        path, number = Path(DEFAULT_OUT), 1
        while path.exists():
            number += 1
            path = Path(f"{DEFAULT_OUT}-{number}")
        return path
    if not out:
        raise CommandError("--out is empty: name a directory, or leave it out.")
    path = Path(out)
    try:
        if not path.is_dir():
            near = next(part for part in (path, *path.absolute().parents) if part.exists())
            if not near.is_dir():
                raise CommandError(f"{near} is a file, but --out needs a directory: name another.")
            return path
        there = sorted(entry.name for entry in path.iterdir())
        there = [name for name in there if not name.startswith(_STAGE)]  # of a killed run
    except OSError as error:
        raise CommandError(f"{path} cannot be used ({error.strerror}): name another.") from error
    foreign = [name for name in there if name not in FILES]
    if foreign or (there and RUN not in there):
        raise CommandError(
            f"The directory {path} holds other files, such as {(foreign or there)[0]!r}: name a "
            "new or an empty directory as --out."
        )
    if there and not overwrite:
        raise CommandError(
            f"The directory {path} holds the results of an earlier run: name another as --out, or "
            "replace them with --overwrite."
        )
    return path


@contextlib.contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Give a hidden directory whose files move to `path` if all goes well, and vanish if not."""
    anchor = path.absolute()
    while not anchor.is_dir():
        anchor = anchor.parent  # the nearest that exists, so that moving is only renaming
    stage = anchor / f"{_STAGE}{secrets.token_hex(4)}"
    try:
        stage.mkdir()
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        yield stage
        try:
            _publish(stage, path)
        except OSError as error:
            raise _cannot_write(path, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _publish(stage: Path, path: Path) -> None:
    """Move the files of `stage` to `path`, run.json last: with it, the others are whole.

    Earlier files wait in `stage` meanwhile, and come back if that fails or is interrupted.
    """
    order = [*sorted(FILES - {RUN}), RUN]
    earlier = stage / "earlier"
    earlier.mkdir()
    is_new = not path.exists()
    begun = []
    try:
        path.mkdir(parents=True, exist_ok=True)
        for name in reversed(order):
            if (path / name).exists():
                (path / name).replace(earlier / name)
        for name in order:
            if (stage / name).exists():
                begun.append(name)
                (stage / name).replace(path / name)
    except BaseException:
        with contextlib.suppress(OSError):
            for name in begun:
                if not (stage / name).exists():
                    (path / name).unlink(missing_ok=True)
            for name in order:
                if (earlier / name).exists():
                    (earlier / name).replace(path / name)
            if is_new:
                path.rmdir()
        raise


def _cannot_write(path: Path, error: OSError) -> CommandError:
    return CommandError(
        f"The directory {path} cannot be written ({error.strerror}): name another as --out."
    )


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that a person can read."""
    text = json.dumps(_strict(content), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _strict(value: Any) -> Any:
    """Turn what JSON does not know, NaN among it, into what it does."""
    if isinstance(value, dict):
        return {str(key): _strict(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return _strict(plain(value))


def plain(value: Any) -> Any:
    """Return what JSON can hold: numbers of NumPy as Python's, other things as text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return list(value) if isinstance(value, set | frozenset) else str(value)
