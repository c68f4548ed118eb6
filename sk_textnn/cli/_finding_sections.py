"""The sections on what was found wrong, each a function from findings to HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

from ._changes import change_line
from ._examine import Examined
from ._html import Raw, escape, paragraph, table
from ._inputs import Data
from ._words import count, shorten

__all__ = ["all_findings", "most_important"]

_SHOWN = 3
_MOST_ROWS = 12  # of a table of evidence


def most_important(found: Examined) -> str:
    """The first three findings, each with its change, and where the others are."""
    total = len(found.findings)
    title = "<h3>The most important findings</h3>"
    if not total:
        return title + paragraph(f"{_looked_at(found)} Nothing was found wrong.")
    items = "".join(_card(finding) for finding in found.findings[:_SHOWN])
    more = ""
    if total > _SHOWN:
        more = f'<p><a href="#findings">All {total} findings, with evidence</a></p>'
    return f'{title}<ol class="findings">{items}</ol>{more}'


def all_findings(found: Examined, data: Data) -> str:
    """Every finding with its number, its evidence and its change."""
    parts = [paragraph(_looked_at(found))]
    cards = (_card(finding, _evidence(finding, found, data)) for finding in found.findings)
    if found.findings:
        parts.append(f'<ol class="findings">{"".join(cards)}</ol>')
    else:
        parts.append(paragraph("Nothing was found wrong."))
    changes = found.changes
    if changes:
        parts.append("<h3>All changes together</h3>")
        parts.append(f'<pre class="line"><code>{escape(change_line(changes))}</code></pre>')
        parts.append(
            paragraph(
                "A click marks the whole line. Some changes take the place of one another: make "
                "the first, fit and look again, before you make the next."
            )
        )
    return "\n".join(parts)


def _looked_at(found: Examined) -> str:
    if found.note:
        return f"{found.note}. What follows is from the audit of the data alone."
    train, test = found.split
    return (
        f"{found.name} was fitted on {count(len(train), 'text')} and diagnosed on "
        f"{count(len(test), 'other')}; the texts and labels of both parts were audited."
    )


def _card(finding: Any, evidence: str = "") -> str:
    """One finding; without evidence it is short."""
    level = escape(finding.severity)
    name = escape(finding.cause.replace("_", " "))
    parts = [
        f'<li class="finding {level}"><h3><span class="level">{level}</span>{name}</h3>',
        paragraph(finding.message),
    ]
    line = change_line(finding.suggestion)
    if line:
        parts.append(f'<pre class="line"><code>{escape(line)}</code></pre>')
    if evidence:
        parts.append(evidence)
    return "".join([*parts, "</li>"])


def _evidence(finding: Any, found: Examined, data: Data) -> str:
    """The number, its threshold, and what it was measured on."""
    rows: list[tuple[str, Any]] = []
    if finding.value is not None:
        rows.append(("measured", _number(finding.value)))
    if finding.threshold is not None:
        rows.append(("threshold", _number(finding.threshold)))
    for name, value in finding.evidence.items():
        if finding.cause == "label_noise" and name == "rows":
            rows.append(("doubted labels", _texts_of(value, found, data)))
        elif value is not None:
            rows.append((name.replace("_", " "), _shown(value)))
    return table(("", ""), rows, wide=False)


def _texts_of(rows: Sequence[int], found: Examined, data: Data) -> Raw:
    """Training rows as texts with their labels: numbers of rows mean nothing after a split."""
    places = [found.split[0][row] for row in rows[:_MOST_ROWS]]
    return Raw(
        "".join(
            f"<blockquote>{escape(shorten(str(data.labels[row]), 40))}: "
            f"{escape(shorten(data.texts[row], 160))}</blockquote>"
            for row in places
        )
    )


def _shown(value: Any) -> str:
    """A piece of evidence on one line, or as quotes one below the other."""
    if isinstance(value, Mapping):
        parts = [f"{shorten(str(key), 40)} {_shown(part)}" for key, part in value.items()]
        return _listed(parts)
    if isinstance(value, list | tuple):
        if any(isinstance(part, Mapping | list | tuple) for part in value):
            return _quotes(value)
        return _listed([_shown(part) for part in value])
    if isinstance(value, str):
        return shorten(value, 160)
    return _number(value)


def _quotes(examples: Sequence[Any]) -> Raw:
    quotes = []
    for example in examples[:_MOST_ROWS]:
        if isinstance(example, Mapping):
            told = ", ".join(
                f"{str(key).replace('_', ' ')} {_shown(part)}" for key, part in example.items()
            )
        else:
            told = ": ".join(_shown(part) for part in example)
        quotes.append(f"<blockquote>{escape(told)}</blockquote>")
    return Raw("".join(quotes))


def _listed(parts: list[str]) -> str:
    if len(parts) > _MOST_ROWS:
        parts = [*parts[:_MOST_ROWS], f"and {len(parts) - _MOST_ROWS} more"]
    return ", ".join(parts) or "none"


def _number(value: Any) -> str:
    if value is None:
        return "–"
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if isinstance(value, float) else shorten(str(value), 160)
