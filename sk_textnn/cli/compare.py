"""``sk-textnn compare``: do these networks, or pipelines that were saved, beat TF-IDF?"""

import argparse
from typing import Any

from ._arguments import (
    add_common,
    add_data,
    add_n_jobs,
    add_page,
    data_options,
    names,
    workers,
)

DEFAULT_NETWORKS = "lstm,cnn"


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "compare",
        help="compare networks or saved pipelines with TF-IDF on the same folds",
        description=(
            "Cross-validate networks with their default parameters, or saved pipelines, beside "
            "TF-IDF baselines on the same folds, and write a report: who wins, by how much, how "
            "sure that is, and what is wrong with the best candidate. Without DATA, a corpus is "
            "made in which word order carries the label."
        ),
        epilog=(
            "Texts that are the same, or nearly, are always in one fold. A saved pipeline is a "
            "joblib file, and such files can run any code when they are loaded: use only what you "
            "or people you trust have made."
        ),
    )
    add_data(parser)
    add = parser.add_argument
    add(
        "--network",
        metavar="NAMES",
        help=f"networks to compare, with commas (default: {DEFAULT_NETWORKS}; with --pipeline "
        "none)",
    )
    add(
        "--pipeline",
        metavar="PATH",
        action="append",
        default=[],
        help="a saved pipeline, which is fitted anew on each fold: a joblib file or a directory "
        "that sk-textnn search has written; may be given several times",
    )
    add("--cv", metavar="K", type=int, default=5, help="folds, at least 2 (default: 5)")
    add(
        "--repeats",
        metavar="N",
        type=int,
        default=1,
        help="how often to draw the folds anew (default: 1)",
    )
    add(
        "--scoring",
        metavar="NAMES",
        default="accuracy",
        help="scikit-learn's names of scores, with commas; the first decides (default: accuracy)",
    )
    add_page(parser, "compare")
    add_n_jobs(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Compare as the arguments say."""
    network = args.network
    if network is None:
        network = "" if args.pipeline else DEFAULT_NETWORKS
    from ._compare_work import compare
    from ._inputs import CompareOptions
    from ._screen import Screen

    options = CompareOptions(
        **data_options(args),
        networks=names(network),
        pipelines=tuple(args.pipeline),
        cv=args.cv,
        repeats=args.repeats,
        scoring=names(args.scoring),
        n_jobs=workers(args.n_jobs),
    )
    compare(options, Screen(quiet=args.quiet))
