"""``sk-textnn search``: does a network beat TF-IDF on these texts?"""

import argparse
import os
from typing import Any

from ._errors import CommandError

DEFAULT_NETWORKS = "lstm,cnn"


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "search",
        help="search LSTM and CNN architectures and compare them with TF-IDF on the same folds",
        description=(
            "Search network architectures at random, compare the best with TF-IDF baselines on "
            "the same cross-validation folds, and write a report, all results and the best fitted "
            "pipeline. Without DATA, a corpus is made in which word order carries the label."
        ),
        epilog=(
            "The report gives a network the score that candidates chosen on the other folds reach, "
            "so that choosing the best of many does not flatter it."
        ),
    )
    add = parser.add_argument
    add("data", metavar="DATA", nargs="?", help="CSV, TSV or JSON lines file, plain or gzip")
    add("--text", metavar="COL", default="text", help="column of the texts (default: text)")
    add("--label", metavar="COL", default="label", help="column of the labels (default: label)")
    add("--encoding", default="utf-8", help="of DATA (default: utf-8)")
    add(
        "--network",
        metavar="NAMES",
        default=DEFAULT_NETWORKS,
        help=f"networks to search, with commas (default: {DEFAULT_NETWORKS})",
    )
    add(
        "--n-iter",
        metavar="N",
        type=int,
        default=4,
        help="candidates drawn for each network (default: 4)",
    )
    add("--cv", metavar="K", type=int, default=3, help="folds, at least 2 (default: 3)")
    add(
        "--scoring",
        metavar="NAME",
        default="accuracy",
        help="scikit-learn's name of the score, such as f1_macro (default: accuracy)",
    )
    add(
        "--vectors",
        metavar="PATH",
        help="pretrained word vectors: word2vec, GloVe or fastText .vec "
        "(default: word2vec learnt from the training texts)",
    )
    add(
        "--out",
        metavar="DIR",
        help="new or empty directory for the results (default: sk-textnn-search, numbered if there "
        "is one)",
    )
    add("--overwrite", action="store_true", help="replace the results of an earlier run in DIR")
    add(
        "--n-jobs",
        metavar="N",
        type=int,
        default=-1,
        help="worker processes (default: -1, as many as there are cores); the scores do not depend "
        "on it",
    )
    add("--seed", metavar="N", type=int, default=0, help="of everything random (default: 0)")
    add("--quiet", action="store_true", help="print the verdict only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Search as the arguments say."""
    from ._work import SearchOptions, search

    options = SearchOptions(
        data=args.data,
        text=args.text,
        label=args.label,
        encoding=args.encoding,
        networks=tuple(name.strip() for name in args.network.split(",") if name.strip()),
        n_iter=args.n_iter,
        cv=args.cv,
        scoring=args.scoring,
        vectors=args.vectors,
        out=args.out,
        overwrite=args.overwrite,
        n_jobs=_workers(args.n_jobs),
        seed=args.seed,
    )
    from ._screen import Screen

    search(options, Screen(quiet=args.quiet))


def _workers(n_jobs: int) -> int:
    """Turn joblib's negative numbers into a number of processes."""
    if n_jobs == 0:
        raise CommandError("--n-jobs must be 1 or more, or -1 for all cores, not 0.")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return n_jobs if n_jobs > 0 else max(1, (cores or 1) + 1 + n_jobs)
