"""How a check says that it failed."""

from collections.abc import Iterator
from contextlib import contextmanager


class Failure(AssertionError):
    """A check failed, and its message says what was done, what came and what was expected."""


def failure(name: str, done: str, came: str, expected: str) -> Failure:
    """Return the error of a check that failed: what was done, what came, what was expected."""
    came = came if len(came) <= 500 else came[:500] + "..."
    return Failure(f"{name}: {done}. Came: {came}. Expected: {expected}.")


def tell(error: Exception | None) -> str:
    """Name an error for a message."""
    return "no error" if error is None else f"{type(error).__name__}: {error}"


@contextmanager
def no_error(name: str, done: str) -> Iterator[None]:
    """Tell what was done when an estimator raises."""
    try:
        yield
    except Failure:
        raise
    except Exception as error:  # an estimator of others may raise anything
        raise failure(name, done, tell(error), "no error") from error
