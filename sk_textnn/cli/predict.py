"""``sk-textnn predict``: classify new texts by the pipeline of an earlier search."""

import argparse
import csv
import io
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from ._errors import CommandError
from ._folder import FILES, FORMAT, NETWORK, PIPELINE, RUN
from ._saved import unpickle
from ._stdout import discard_output
from ._whole_file import is_special, whole_file

_STRINGS = ("text", "encoding")  # the options of the search that predict goes by


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "predict",
        help="classify new texts with the pipeline that a search has saved",
        description=(
            "Classify the texts of FILE with the pipeline in DIR and write CSV: the row's number "
            "(the first text is 1), the predicted label, and its probability where the pipeline "
            "gives one."
        ),
        epilog=(
            "A saved pipeline is a joblib file, and such files can run any code when they are "
            "loaded: use only what you or people you trust have made."
        ),
    )
    add = parser.add_argument
    add("folder", metavar="DIR", help="directory that sk-textnn search has written")
    add("data", metavar="FILE", help="CSV, TSV or JSON lines file, plain or gzip")
    add("--text", metavar="COL", help="column of the texts (default: as in the search)")
    add("--encoding", help="of FILE (default: as in the search)")
    add("--out", metavar="FILE", help="where to write the CSV (default: standard output)")
    add("--proba", action="store_true", help="write the probability of every label too")
    add(
        "--model",
        choices=("best", "network"),
        default="best",
        help="the best pipeline, or the best network where a baseline was better (default: best)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Predict as the arguments say."""
    out = None if args.out is None else _check_out(args.out, Path(args.folder), args.data)
    table = predict(
        Path(args.folder),
        args.data,
        text=args.text,
        encoding=args.encoding,
        proba=args.proba,
        model=args.model,
    )
    if out is None:
        _print_csv(table)
        return
    _write_csv(out, table)
    print(f"{len(table) - 1:,} predictions written to {args.out}.", file=sys.stderr)


def predict(
    folder: Path,
    data: str,
    *,
    text: str | None = None,
    encoding: str | None = None,
    proba: bool = False,
    model: str = "best",
) -> list[list[Any]]:
    """Classify the texts of a file.

    Parameters
    ----------
    folder : Path
        Directory that a search has written.
    data : str
        File of the texts.
    text, encoding : str or None, default=None
        Column of the texts, and encoding; None: as in the search.
    proba : bool, default=False
        Whether to give the probability of every label.
    model : {"best", "network"}, default="best"
        Which pipeline to use.

    Returns
    -------
    list of list
        The header and a row for each text.

    Raises
    ------
    CommandError
        If the directory or the file cannot be used.
    """
    from ..datasets import load_texts
    from ..exceptions import DataFileError

    record = _read_record(folder)
    options = record["options"]
    try:
        texts = load_texts(
            data,
            text=options["text"] if text is None else text,
            encoding=options["encoding"] if encoding is None else encoding,
        )
    except DataFileError as error:
        raise CommandError(str(error).replace('encoding="', '--encoding "')) from error
    pipeline = _load(folder, NETWORK if model == "network" and _has_network(folder) else PIPELINE)
    predicted, probabilities = _classify(pipeline, texts, folder)
    if probabilities is None and proba:
        other = ", or use the network with --model network" if _has_network(folder) else ""
        raise CommandError(
            f"The pipeline in {folder} gives no probabilities: leave out --proba{other}."
        )
    header: list[Any] = ["row", "prediction"]
    rows: list[list[Any]] = [[row, str(label)] for row, label in enumerate(predicted, start=1)]
    if probabilities is not None:
        header.append("probability")
        for row, values in zip(rows, probabilities, strict=True):
            row.append(f"{values.max():.6f}")
            if proba:
                row.extend(f"{value:.6f}" for value in values)
        if proba:
            header.extend(f"probability_{name}" for name in pipeline.classes_)
    return [header, *rows]


def _read_record(folder: Path) -> dict[str, Any]:
    made_by = "name a directory that sk-textnn search has written"
    if not folder.is_dir():
        raise CommandError(f"There is no directory {folder}: {made_by}.")
    try:
        record = json.loads((folder / RUN).read_text(encoding="utf-8"))
        known = record["format"] == FORMAT
        if known and not all(isinstance(record["options"][name], str) for name in _STRINGS):
            raise TypeError("an option is no string")
    except OSError as error:
        raise CommandError(f"{folder} holds no readable {RUN}: {made_by}.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CommandError(f"{folder / RUN} is damaged: run the search again.") from error
    if not known:
        raise CommandError(
            f"{folder / RUN} was written by another version of sk-textnn: run the search again."
        )
    return record


def _has_network(folder: Path) -> bool:
    return (folder / NETWORK).is_file()


def _load(folder: Path, name: str) -> Any:
    path = folder / name
    if not path.is_file():
        raise CommandError(f"{folder} holds no {name}: run the search again.")
    return unpickle(path, advice=f"run the search again, or install those that {RUN} names")


def _classify(pipeline: Any, texts: list[str], folder: Path) -> tuple[Any, Any]:
    """Return the labels and, where the pipeline gives them, the probabilities."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not hasattr(pipeline, "predict_proba"):
                return pipeline.predict(texts), None
            probabilities = pipeline.predict_proba(texts)
            return pipeline.classes_[probabilities.argmax(axis=1)], probabilities
    except Exception as error:  # whatever lies in the file, it is no pipeline for these texts
        raise CommandError(
            f"The pipeline in {folder} cannot classify these texts ({type(error).__name__}: "
            f"{error}): check that the directory is that of the right search."
        ) from error


def _check_out(out: str, folder: Path, data: str) -> Path:
    """Return where to write, links followed, or refuse what must not be replaced."""
    if not out:
        raise CommandError("--out is empty: name the file to write the CSV into.")
    try:
        path = Path(out).resolve()
    except (OSError, RuntimeError) as error:
        raise CommandError(
            f"{out} is a symbolic link that leads to itself: name another."
        ) from error
    if path.is_dir():
        raise CommandError(f"{out} is a directory, but --out of predict needs a file name.")
    if not path.parent.is_dir():
        raise CommandError(f"There is no directory {path.parent} to write {path.name} into.")
    if _is_same(path, Path(data)):
        raise CommandError(f"{out} is the file of the texts: name another as --out.")
    if any(_is_same(path, folder / name) for name in FILES):
        raise CommandError(f"{out} is a result of the search in {folder}: name another as --out.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{out} cannot be written: check its permissions.")
    # A device or a pipe is opened by the name given: links such as /dev/stdout lead nowhere.
    return Path(out) if is_special(Path(out)) else path


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path == other.resolve() or path.samefile(other)
    except (OSError, RuntimeError):
        return False


def _write_csv(path: Path, table: list[list[Any]]) -> None:
    with whole_file(path) as file:
        csv.writer(file).writerows(table)


def _print_csv(table: list[list[Any]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    try:
        if sys.stdout.isatty():
            sys.stdout.write(buffer.getvalue())
        else:  # a file or a pipe gets UTF-8 as --out does: the locale must not change labels
            sys.stdout.buffer.write(buffer.getvalue().encode())
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has enough
        raise
    except OSError as error:
        discard_output()
        raise CommandError(f"Standard output cannot be written ({error.strerror}).") from error
