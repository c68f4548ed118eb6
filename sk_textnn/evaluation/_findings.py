"""What was found wrong, how sure that is, and what to change."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

import pandas as pd
from sklearn.base import clone

__all__ = ["Finding", "Report"]

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Parameters
    ----------
    cause : str
        Its name, the same wherever this is found, such as ``"collapse"``.
    severity : {"error", "warning", "info"}
        An error decides the result; a warning costs something; an info is good to know.
    message : str
        What is wrong and what to do, in one or two sentences.
    value : float or None, default=None
        The number that was measured.
    threshold : float or None, default=None
        The number from which on it is found.
    evidence : mapping of str to object, default={}
        What it was measured on: numbers by class, names of layers, rows.
    suggestion : mapping of str to object, default={}
        The change, as arguments of `set_params`; empty where no parameter mends it.

    Examples
    --------
    >>> from sk_textnn.evaluation import Finding
    >>> finding = Finding("truncation", "warning", "Rows are cut.", 0.4, 0.1)
    >>> print(finding)
    warning: Rows are cut. (truncation: 0.4, threshold 0.1)
    """

    cause: str
    severity: Literal["error", "warning", "info"]
    message: str
    value: float | None = None
    threshold: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    suggestion: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"severity must be one of {SEVERITIES}, not {self.severity!r}.")

    def __str__(self) -> str:
        numbers = "" if self.value is None else f": {self.value:.3g}"
        if numbers and self.threshold is not None:
            numbers += f", threshold {self.threshold:.3g}"
        return f"{self.severity}: {self.message} ({self.cause}{numbers})"


class Report(Sequence[Finding]):
    """All that was found, the decisive things first.

    Parameters
    ----------
    findings : iterable of Finding
        In the order of their weight; those of greater severity come first in any case.
    subject : str, default="the model"
        What was looked at.

    Attributes
    ----------
    findings : tuple of Finding
        In their order; the report is a sequence of them, too.
    table : DataFrame of shape (n_findings, 6)
        The same with columns ``severity``, ``cause``, ``message``, ``value``, ``threshold`` and
        ``suggestion``.

    Examples
    --------
    >>> from sk_textnn.evaluation import Finding, Report
    >>> cut = Finding("truncation", "warning", "Cut.", suggestion={"pad__maxlen": None})
    >>> report = Report([cut, Finding("collapse", "error", "One class is predicted.")])
    >>> [finding.cause for finding in report]
    ['collapse', 'truncation']
    >>> report.suggest()
    {'pad__maxlen': None}
    """

    def __init__(self, findings: Any, *, subject: str = "the model") -> None:
        self.subject = subject
        self.findings: tuple[Finding, ...] = tuple(
            sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
        )

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def table(self) -> pd.DataFrame:
        """Return the findings as a table, a row each."""
        columns = ["severity", "cause", "message", "value", "threshold", "suggestion"]
        rows = [[getattr(finding, name) for name in columns] for finding in self]
        return pd.DataFrame(rows, columns=columns)

    def causes(self) -> list[str]:
        """Return the names of what was found.

        Returns
        -------
        list of str
            In the order of the findings.
        """
        return [finding.cause for finding in self]

    def suggest(self) -> dict[str, Any]:
        """Return all changes that the findings propose.

        Returns
        -------
        dict of str to object
            Arguments of `set_params`; of two values for one parameter the first.
        """
        changes: dict[str, Any] = {}
        for finding in self:
            for name, value in finding.suggestion.items():
                changes.setdefault(name, value)
        return changes

    def apply(self, estimator: Any) -> Any:
        """Return a clone of an estimator with these changes; the estimator stays as it is.

        Parameters
        ----------
        estimator : estimator
            Such as the pipeline that was looked at.

        Returns
        -------
        estimator
            Not fitted.
        """
        return clone(estimator).set_params(**self.suggest())

    def __str__(self) -> str:
        if not self.findings:
            return f"Nothing was found wrong with {self.subject}."
        return "\n".join(f"{number}. {finding}" for number, finding in enumerate(self, start=1))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.subject}: {len(self)} findings>"

    def _repr_html_(self) -> str:
        if not self.findings:
            return f"<p>{html.escape(str(self))}</p>"
        items = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in self)
        return f"<ol>{items}</ol>"
