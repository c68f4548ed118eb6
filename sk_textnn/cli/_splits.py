"""Folds and a held-out part, drawn once for all models; copies of a text stay together."""

import warnings

import numpy as np

from ._errors import CommandError
from ._inputs import Data

__all__ = ["Split", "hold_out", "make_folds"]

Split = tuple[np.ndarray, np.ndarray]

_NEAR = 0.8
_TOO_LARGE = 1.5  # times the size that was asked for


def make_folds(data: Data, cv: int, seed: int) -> list[Split]:
    """Draw the folds once, for all; texts that are the same, or nearly, stay together.

    Texts made from one template may all be near duplicates, which leaves nothing to split. Then
    only those that are the same stay together; the report tells of the others.

    Parameters
    ----------
    data : Data
    cv : int
        Number of folds.
    seed : int

    Returns
    -------
    list of (train, test)
        Row numbers.

    Raises
    ------
    CommandError
        If there are fewer different texts than folds.
    """
    splits = _deduplicated(data, cv, seed, near=_NEAR)
    largest = _TOO_LARGE * len(data.texts) / cv
    if splits is None or max(len(test) for _, test in splits) > largest:
        splits = _deduplicated(data, cv, seed, near=None)
    if splits is None:
        raise CommandError(
            f"Too few different texts for --cv {cv}: texts that are the same stay "
            "together. Use fewer folds."
        )
    return splits


def _deduplicated(data: Data, cv: int, seed: int, near: float | None) -> list[Split] | None:
    """Return folds that no duplicates cross, None if there are none."""
    from ..evaluation import DedupStratifiedKFold

    folds = DedupStratifiedKFold(cv, near=near, random_state=seed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of classes with few texts the report tells
            return list(folds.split(data.texts, data.labels))
    except ValueError:
        return None


def hold_out(data: Data, test_size: float, seed: int) -> Split:
    """Draw rows to test on, of each label the same share; copies of a text stay on one side.

    Parameters
    ----------
    data : Data
    test_size : float
        Share of the texts.
    seed : int

    Returns
    -------
    (train, test)
        Row numbers.

    Raises
    ------
    CommandError
        If there are too few different texts.
    """
    from sklearn.model_selection import train_test_split

    from ..evaluation._near_duplicates import text_groups

    reason = ""
    # Where all is nearly the same, copies decide how many rows are spared.
    for near, most in ((_NEAR, _TOO_LARGE * test_size), (None, max(0.5, _TOO_LARGE * test_size))):
        groups = text_groups(data.texts, near)
        first = np.unique(groups, return_index=True)[1]
        # Of a label with one text there is nothing to spare.
        code = np.unique(data.labels[first], return_inverse=True)[1]
        spare = np.flatnonzero(np.bincount(code)[code] > 1)
        try:
            _, spared = train_test_split(
                spare, test_size=test_size, stratify=code[spare], random_state=seed
            )
        except ValueError as error:
            reason = str(error)
            continue
        in_test = np.isin(groups, spared)
        if in_test.mean() <= most:
            return np.flatnonzero(~in_test), np.flatnonzero(in_test)
        reason = "most are copies of one another"
    raise CommandError(
        f"The texts cannot be split with --test-size {test_size:g}, as texts that are the same "
        f"stay together ({reason.rstrip('.')}). Use another size, or name a file as --test."
    )
