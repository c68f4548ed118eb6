"""Standard output that the reader has closed, or that has no room left."""

import contextlib
import os
import sys


def discard_output() -> None:
    """Send what is still to be printed nowhere, so that flushing it cannot fail again."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: no file behind it, as in tests
        descriptor = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
