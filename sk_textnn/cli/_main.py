"""The glue of all commands: arguments in, exit code out, no traceback for a user's mistake."""

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from types import FrameType
from typing import NoReturn

from . import compare, diagnose, predict, search
from ._errors import CommandError
from ._stdout import discard_output

PROGRAM = "sk-textnn"


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which is to clean up as Ctrl-C does."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are sentences like those of the commands."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message.rstrip('.')}; see '{self.prog} --help'.")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(
        prog=PROGRAM,
        description="Learn whether an LSTM or a CNN beats TF-IDF on your labelled texts.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    search.add_parser(commands)
    compare.add_parser(commands)
    diagnose.add_parser(commands)
    predict.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str or None, default=None
        The arguments; None: those of the process.

    Returns
    -------
    int
        The exit code: 0, 2 after a mistake in arguments or input, 130 after Ctrl-C, 143 after
        SIGTERM.
    """
    _accept_every_character()
    try:
        args = make_parser().parse_args(argv)
        with _quiet_tensorflow(), _cleaning_up_after_sigterm():
            args.run(args)
    except SystemExit as leave:  # of --help and --version
        return int(leave.code or 0)
    except KeyboardInterrupt as stop:
        print(f"{PROGRAM}: interrupted; unfinished results were removed.", file=sys.stderr)
        return 143 if isinstance(stop, _Terminated) else 130
    except BrokenPipeError:  # the reader of our output, such as head, has left
        discard_output()
        return 0
    except CommandError as error:
        print(f"{PROGRAM}: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _version() -> str:
    return version("sk-textnn")


def _accept_every_character() -> None:
    """Let a terminal that lacks a character show another instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


@contextlib.contextmanager
def _cleaning_up_after_sigterm() -> Iterator[None]:
    """Turn SIGTERM, which ends Python on the spot, into an exception."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: now comes the cleaning
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():  # where signals cannot be set
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


@contextlib.contextmanager
def _quiet_tensorflow() -> Iterator[None]:
    """Set what worker processes inherit: no log lines, one thread each.

    Workers in parallel use the cores better than threads within one small product do, and with
    one thread the scores do not depend on the number of workers.
    """
    settings = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    new = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            os.environ.pop(name, None)
