"""The arguments that several commands take."""

import argparse
import os
from typing import Any

from ._errors import CommandError

__all__ = ["add_common", "add_data", "add_n_jobs", "add_page", "data_options", "names", "workers"]


def add_data(parser: Any) -> None:
    """Add the file and its columns."""
    add = parser.add_argument
    add("data", metavar="DATA", nargs="?", help="CSV, TSV or JSON lines file, plain or gzip")
    add("--text", metavar="COL", default="text", help="column of the texts (default: text)")
    add("--label", metavar="COL", default="label", help="column of the labels (default: label)")
    add("--encoding", default="utf-8", help="of DATA (default: utf-8)")


def add_common(parser: Any) -> None:
    """Add vectors, seed and how much is printed."""
    add = parser.add_argument
    add(
        "--vectors",
        metavar="PATH",
        help="pretrained word vectors: word2vec, GloVe or fastText .vec "
        "(default: word2vec learnt from the training texts)",
    )
    add("--seed", metavar="N", type=int, default=0, help="of everything random (default: 0)")
    add("--quiet", action="store_true", help="print the verdict only")


def add_page(parser: Any, command: str) -> None:
    """Add where the report goes."""
    parser.add_argument(
        "--out",
        metavar="FILE.html|DIR",
        help=f"the report, or a directory for it (default: sk-textnn-{command}.html, numbered if "
        "there is one)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier report")


def add_n_jobs(parser: Any) -> None:
    """Add the number of workers."""
    parser.add_argument(
        "--n-jobs",
        metavar="N",
        type=int,
        default=-1,
        help="worker processes (default: -1, as many as there are cores); the scores do not depend "
        "on it",
    )


def data_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return what all commands are told, by the names of the options' fields."""
    shared = ("data", "text", "label", "encoding", "vectors", "out", "overwrite", "seed")
    return {name: getattr(args, name) for name in shared}


def names(text: str) -> tuple[str, ...]:
    """Split names at their commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def workers(n_jobs: int) -> int:
    """Turn joblib's negative numbers into a number of processes."""
    if n_jobs == 0:
        raise CommandError("--n-jobs must be 1 or more, or -1 for all cores, not 0.")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return n_jobs if n_jobs > 0 else max(1, (cores or 1) + 1 + n_jobs)
