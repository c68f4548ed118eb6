"""What an audit looks at: both parts of a split, coded once."""

from dataclasses import dataclass, field

import numpy as np

from ._near_duplicates import exact_groups, near_groups

__all__ = ["N_EXAMPLES", "Parts", "listed", "noise", "percent", "shorten"]

N_EXAMPLES = 5


@dataclass
class Parts:
    """The rows of training and, after them, of test.

    Parameters
    ----------
    texts : list of str of length n_rows
    codes : ndarray of int of shape (n_rows,)
        Class of each row.
    classes : list of str
        Their names.
    n_train : int
    near : float or None
    """

    texts: list[str]
    codes: np.ndarray
    classes: list[str]
    n_train: int
    near: float | None
    exact: np.ndarray = field(init=False)
    first: np.ndarray = field(init=False)
    groups: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.exact = exact_groups(self.texts)
        self.first = np.unique(self.exact, return_index=True)[1]
        self.groups = np.arange(len(self.first))
        if self.near is not None and self.near < 1:
            self.groups = near_groups([self.texts[row] for row in self.first], self.near)

    @property
    def in_train(self) -> np.ndarray:
        """Return a mask of the rows of training."""
        return np.arange(len(self.texts)) < self.n_train

    @property
    def n_test(self) -> int:
        """Return how many rows of test there are."""
        return len(self.texts) - self.n_train

    def counts(self, rows: np.ndarray | slice) -> np.ndarray:
        """Count the rows of each class."""
        return np.bincount(self.codes[rows], minlength=len(self.classes))

    def votes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return how many rows each different text has, and how many of its most frequent class."""
        pairs, times = np.unique(self.exact * len(self.classes) + self.codes, return_counts=True)
        most = np.zeros(len(self.first), dtype=np.int64)
        np.maximum.at(most, pairs // len(self.classes), times)
        return np.bincount(self.exact), most

    def shown(self, number: int) -> str:
        """Return one of the different texts, cut."""
        return shorten(self.texts[self.first[number]])

    def often(self, rows: np.ndarray) -> list[tuple[str, int]]:
        """Return the most frequent texts of some rows, and how many rows each has."""
        numbers, times = np.unique(self.exact[rows], return_counts=True)
        order = np.argsort(-times, kind="stable")[:N_EXAMPLES]
        return [(self.shown(numbers[place]), int(times[place])) for place in order]


def noise(n_test: int) -> float:
    """Return the share of test rows that moves a score by more than chance does, but .01 at least.

    Half the width of the 95 % interval of an accuracy of .5.
    """
    return float(max(0.01, 0.98 / np.sqrt(n_test)))


def percent(share: float) -> str:
    """Write a share as a person reads it."""
    return f"{share:.1%}"


def shorten(text: str, length: int = 80) -> str:
    """Cut a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def listed(names: list[str]) -> str:
    """Write some names, not all of many."""
    shown = ", ".join(shorten(name, 40) for name in names[:N_EXAMPLES])
    return shown if len(names) <= N_EXAMPLES else f"{shown} and {len(names) - N_EXAMPLES} more"
