"""``sk-textnn predict``: classify new texts by the pipeline of an earlier search."""

import argparse
import contextlib
import csv
import io
import json
import os
import secrets
import sys
import warnings
from pathlib import Path
from typing import Any

from ._errors import CommandError
from ._folder import FORMAT, NETWORK, PIPELINE, RUN


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
    out = None if args.out is None else _check_out(Path(args.out))
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
    print(f"{len(table) - 1:,} predictions written to {out}.", file=sys.stderr)


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
            data, text=text or options["text"], encoding=encoding or options["encoding"]
        )
    except DataFileError as error:
        raise CommandError(str(error).replace('encoding="', '--encoding "')) from error
    pipeline = _load(folder, NETWORK if model == "network" and _has_network(folder) else PIPELINE)
    probabilities = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hasattr(pipeline, "predict_proba"):
            probabilities = pipeline.predict_proba(texts)
        predicted = (
            pipeline.predict(texts)
            if probabilities is None
            else pipeline.classes_[probabilities.argmax(axis=1)]
        )
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
        known = record["format"] == FORMAT and {"text", "encoding"} <= set(record["options"])
    except OSError as error:
        raise CommandError(f"{folder} holds no readable {RUN}: {made_by}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{folder / RUN} is damaged: run the search again.") from error
    if not known:
        raise CommandError(
            f"{folder / RUN} was written by another version of sk-textnn: run the search again."
        )
    return record


def _has_network(folder: Path) -> bool:
    return (folder / NETWORK).is_file()


def _load(folder: Path, name: str) -> Any:
    import joblib

    path = folder / name
    if not path.is_file():
        raise CommandError(f"{folder} holds no {name}: run the search again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return joblib.load(path)
    except Exception as error:  # a damaged pickle can raise anything
        raise CommandError(
            f"{path} cannot be loaded ({type(error).__name__}: {error}): it is damaged, or was "
            f"written with other versions of the packages than {RUN} names; run the search again."
        ) from error


def _check_out(path: Path) -> Path:
    if path.is_dir():
        raise CommandError(f"{path} is a directory, but --out of predict needs a file name.")
    if not path.absolute().parent.is_dir():
        raise CommandError(f"There is no directory {path.parent} to write {path.name} into.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise CommandError(f"{path} cannot be written: check its permissions.")
    return path


def _write_csv(path: Path, table: list[list[Any]]) -> None:
    """Write beside and rename: the file is whole or not there."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with open(part, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _print_csv(table: list[list[Any]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    sys.stdout.write(buffer.getvalue())
    sys.stdout.flush()
