"""What is wrong with a pipeline: one fit, and a diagnosis of it."""

import warnings
from dataclasses import dataclass
from typing import Any

from ._inputs import Data
from ._splits import Split
from ._words import shorten

__all__ = ["Examined", "diagnosed", "examine"]


@dataclass
class Examined:
    """A pipeline fitted on the training rows of a split, and what was found.

    `pipeline` is None where the fit failed, and `note` says why; then `findings` are those of the
    audit of the data alone.
    """

    name: str
    pipeline: Any
    split: Split
    findings: list[Any]
    note: str = ""

    @property
    def changes(self) -> dict[str, Any]:
        """All changes that the findings propose, as arguments of `set_params`."""
        from ..evaluation import Report

        return Report(self.findings).suggest()


def examine(name: str, pipeline: Any, data: Data, split: Split, *, cv: int, seed: int) -> Examined:
    """Fit a clone on the training rows and diagnose it.

    A fit or a diagnosis that fails loses nothing else: the data is audited then.

    Parameters
    ----------
    name : str
    pipeline : estimator
        On raw texts; it is not changed.
    data : Data
    split : (train, test)
        Of rows between which no duplicates are.
    cv, seed : int

    Returns
    -------
    Examined
    """
    from sklearn.base import clone

    from ..evaluation import audit_split

    train, _ = split
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = clone(pipeline).fit([data.texts[row] for row in train], data.labels[train])
            found = diagnosed(name, fitted, data, split, cv=cv, seed=seed)
    except Exception as error:  # whatever it is, the comparison is worth having
        audited = list(audit_split(*_parts(data, split), random_state=seed))
        note = f"{name} could not be diagnosed: {shorten(f'{type(error).__name__}: {error}', 300)}"
        found = Examined(name, None, split, audited, note)
    # Copies are on one side of all folds: within it they flatter no score.
    found.findings = [f for f in found.findings if f.cause != "duplicates_within_train"]
    return found


def diagnosed(
    name: str, fitted: Any, data: Data, split: Split, *, cv: int, seed: int, n_seeds: int = 0
) -> Examined:
    """Diagnose a pipeline that was fitted on the training rows.

    Parameters
    ----------
    name : str
    fitted : estimator
    data : Data
    split : (train, test)
    cv, seed, n_seeds : int
        See :func:`sk_textnn.diagnose`, which audits the split, too.
    """
    from ..evaluation import diagnose

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diagnose(fitted, *_parts(data, split), cv=cv, n_seeds=n_seeds, random_state=seed)
    return Examined(name, fitted, split, list(found))


def _parts(data: Data, split: Split) -> tuple[Any, Any, Any, Any]:
    (X_train, y_train), (X_test, y_test) = (
        ([data.texts[row] for row in rows], data.labels[rows]) for rows in split
    )
    return X_train, y_train, X_test, y_test
