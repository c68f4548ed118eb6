"""``sk-textnn diagnose``: what is wrong with this pipeline, and what would make it better?"""

import argparse
from typing import Any

from ._arguments import add_common, add_data, add_page, data_options

DEFAULT_NETWORK = "cnn"


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "diagnose",
        help="find what is wrong with a network, a saved pipeline or the texts",
        description=(
            "Fit a pipeline on one part of DATA, test it on the other, and write a report: what "
            "is wrong with the network, its training, the texts, the labels and the split, the "
            "decisive cause first, each with the change that mends it. Without DATA, a corpus is "
            "made in which word order carries the label."
        ),
        epilog=(
            "A saved pipeline with --test is taken as it is, fitted on DATA; without --test it is "
            "fitted anew on a part of DATA. It is a joblib file, and such files can run any code "
            "when they are loaded: use only what you or people you trust have made."
        ),
    )
    add_data(parser)
    add = parser.add_argument
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--network", metavar="NAME", help=f"network to fit (default: {DEFAULT_NETWORK})"
    )
    which.add_argument(
        "--pipeline",
        metavar="PATH",
        help="a saved pipeline: a joblib file or a directory that sk-textnn search has written",
    )
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--test", metavar="FILE", help="texts to test on, with the same columns")
    part.add_argument(
        "--test-size",
        metavar="SHARE",
        type=float,
        default=0.15,
        help="share of DATA to test on; copies of a text stay on one side (default: 0.15)",
    )
    add(
        "--cv",
        metavar="K",
        type=int,
        default=5,
        help="folds that you mean to cross-validate with: labels need so many texts (default: 5)",
    )
    add(
        "--n-seeds",
        metavar="N",
        type=int,
        default=0,
        help="fits with other seeds, to see how far seeds differ (default: 0)",
    )
    add_page(parser, "diagnose")
    add_common(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Diagnose as the arguments say."""
    networks: tuple[str, ...] = ()
    if args.pipeline is None:
        networks = (DEFAULT_NETWORK if args.network is None else args.network.strip(),)
    from ._diagnose_work import diagnose
    from ._inputs import DiagnoseOptions
    from ._screen import Screen

    options = DiagnoseOptions(
        **data_options(args),
        networks=networks,
        pipeline=args.pipeline,
        test=args.test,
        test_size=args.test_size,
        cv=args.cv,
        n_seeds=args.n_seeds,
    )
    diagnose(options, Screen(quiet=args.quiet))
