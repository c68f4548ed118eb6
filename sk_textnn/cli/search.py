"""``sk-textnn search``: does a network beat TF-IDF on these texts?"""

import argparse
from typing import Any

from ._arguments import add_common, add_data, add_n_jobs, data_options, names, workers

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
    add_data(parser)
    add = parser.add_argument
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
        help="candidates drawn for each network (default: 4; without DATA 2, for a quick look)",
    )
    add("--cv", metavar="K", type=int, default=3, help="folds, at least 2 (default: 3)")
    add(
        "--scoring",
        metavar="NAME",
        default="accuracy",
        help="scikit-learn's name of the score, such as f1_macro (default: accuracy)",
    )
    add(
        "--out",
        metavar="DIR",
        help="new or empty directory for the results (default: sk-textnn-search, numbered if there "
        "is one)",
    )
    add("--overwrite", action="store_true", help="replace the results of an earlier run in DIR")
    add_n_jobs(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Search as the arguments say."""
    from ._search_work import SearchOptions, search

    n_iter = args.n_iter
    if n_iter is None:
        n_iter = 4 if args.data is not None else 2
    options = SearchOptions(
        **data_options(args),
        networks=names(args.network),
        n_iter=n_iter,
        cv=args.cv,
        scoring=args.scoring,
        n_jobs=workers(args.n_jobs),
    )
    from ._screen import Screen

    search(options, Screen(quiet=args.quiet))
