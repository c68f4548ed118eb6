"""Small pieces of HTML; every text that comes in is escaped here."""

import re
from collections.abc import Iterable, Sequence
from html import escape as _escape
from typing import Any

__all__ = [
    "GENERATOR",
    "PAGE_STYLE",
    "Raw",
    "answer",
    "escape",
    "make_page",
    "matrix",
    "paragraph",
    "table",
]

GENERATOR = '<meta name="generator" content="sk-textnn">'

PAGE_STYLE = """
:root { color-scheme: light dark; --net: #1f6fb5; --base: #b4540a; --bad: #b3261e;
  --line: #d4d8de; --text: #1c2024; --muted: #59626d; --back: #ffffff; --soft: #f3f5f8; }
@media (prefers-color-scheme: dark) { :root { --net: #6cb2f0; --base: #f0a35c; --bad: #ff8a80;
  --line: #3b434d; --text: #e6e9ed; --muted: #a3adb8; --back: #14181d; --soft: #1f252c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; margin: .5rem 0 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .4rem 0 .8rem; overflow-wrap: anywhere; }
a { color: var(--net); }
nav { margin: 2rem 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
.muted { color: var(--muted); }
#verdict h2 { margin-top: 1rem; }
#verdict .answer { font-size: 1.1rem; padding: .8rem 1rem; background: var(--soft);
  border-left: 4px solid var(--net); border-radius: 4px; }
#verdict .answer strong { font-weight: 600; }
#verdict .answer span { font-size: .95rem; }
#verdict .answer.base { border-color: var(--base); }
#verdict .answer.bad { border-color: var(--bad); }
.scroll { overflow-x: auto; margin: .4rem 0 1rem;
  background: linear-gradient(to left, var(--back) 50%, transparent) right / 3rem 100% no-repeat
  local, linear-gradient(to left, var(--line), transparent) right / 1rem 100% no-repeat; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
table.wide { width: 100%; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--muted); font-weight: 600; }
th.right { text-align: right; }
td.right { text-align: right; white-space: nowrap; }
td:first-child, th:first-child { position: sticky; left: 0; background: var(--back); }
tr.best td { font-weight: 650; }
td.text { min-width: 11rem; overflow-wrap: anywhere; }
table.matrix { font-size: .8rem; }
table.matrix th, table.matrix td { border: 1px solid var(--line); text-align: right;
  padding: .2rem .4rem; vertical-align: middle; }
table.matrix thead th { vertical-align: bottom; }
table.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg);
  white-space: nowrap; }
table.matrix tbody th { white-space: nowrap; }
table.matrix td { min-width: 2.2rem;
  background: color-mix(in srgb, var(--tint, var(--net)) var(--share, 0%), transparent); }
.base-tint { --tint: var(--base); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr));
  gap: 0 2rem; }
.three { display: grid; gap: 0 1rem;
  grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); }
.two > div { min-width: 0; }
svg { display: block; overflow: visible; margin: .4rem 0 1rem; }
svg text { fill: var(--text); font-size: 12px; }
svg text.tick { fill: var(--muted); }
svg text.axis { font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .range { stroke: var(--muted); stroke-width: 1; }
svg .reference { stroke: var(--text); stroke-width: 1; stroke-dasharray: 5 4; }
svg .dot { fill-opacity: .75; stroke: var(--back); stroke-width: 1; }
svg .dot.net { fill: var(--net); }
svg .dot.base { fill: var(--base); }
svg .mean, svg .curve { stroke-width: 2.5; }
svg .net { stroke: var(--net); }
svg .base { stroke: var(--base); }
svg .dot.net, svg .dot.base { stroke: var(--back); }
.key { display: inline-block; width: .75rem; height: .75rem; background: var(--base); }
.key.net { background: var(--net); border-radius: 50%; }
pre { background: var(--soft); padding: .8rem; border-radius: 4px; overflow-x: auto;
  font-size: .85rem; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
blockquote { margin: .2rem 0; padding-left: .6rem; border-left: 3px solid var(--line);
  overflow-wrap: anywhere; }
@media (max-width: 38rem) { table { font-size: .8rem; } th, td { padding: .3rem .35rem; }
  }
ol.findings { list-style: none; padding: 0; margin: .4rem 0 1rem; }
.finding { padding: .5rem .8rem .2rem; margin: .5rem 0; border: 1px solid var(--line);
  border-left: 4px solid var(--level); border-radius: 4px; --level: var(--muted); }
.finding.error { --level: var(--bad); }
.finding.warning { --level: var(--base); }
.finding h3 { margin: 0 0 .2rem; }
.finding .level { color: var(--level); text-transform: uppercase; font-size: .75rem;
  letter-spacing: .04em; margin-right: .4rem; }
.finding p { margin: .2rem 0 .5rem; }
.finding .scroll { margin-bottom: .4rem; }
pre.line { user-select: all; margin: .2rem 0 .6rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --net: #1f6fb5; --base: #b4540a; --bad: #b3261e; --line: #c4c9d0;
    --text: #000; --muted: #444b54; --back: #fff; --soft: #f3f5f8; }
  @page { margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  nav { display: none; }
  .scroll { overflow: visible; background: none; }
  table, table.matrix { font-size: 8pt; }
  th, td { padding: .15rem .3rem; }
  td:first-child, th:first-child { position: static; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  h2, h3 { break-after: avoid; }
  svg, tr, .finding, blockquote { break-inside: avoid; }
}
"""


class Raw(str):
    """HTML that is ready: it is not escaped again."""

    __slots__ = ()


def escape(value: Any) -> str:
    """Return the value as HTML text."""
    return value if isinstance(value, Raw) else _escape(str(value))


def make_page(title: str, source: str, parts: Sequence[tuple[str, str, str]]) -> str:
    """Return a page that needs nothing else.

    Parameters
    ----------
    title : str
        The question that the page answers.
    source : str
        Where the texts are from.
    parts : sequence of (anchor, title, content)
        Its sections, the verdict first; those without content are left out.
    """
    parts = [part for part in parts if part[2]]
    links = " ".join(f'<a href="#{anchor}">{escape(name)}</a>' for anchor, name, _ in parts[1:])
    body = "\n".join(
        f'<section id="{anchor}">\n<h2>{escape(name)}</h2>\n{content}\n</section>'
        for anchor, name, content in parts
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{GENERATOR}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>sk-textnn: {escape(source)}</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n"
        f'<body>\n<header>\n<h1>{escape(title)}</h1>\n<p class="muted">'
        f"{escape(source)}</p>\n</header>\n<main>\n{body}\n</main>\n"
        f'<nav aria-label="Sections">{links}</nav>\n</body>\n</html>\n'
    )


def paragraph(text: Any, kind: str = "") -> str:
    """Return a paragraph."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{escape(text)}</p>"


def answer(text: str, kind: str = "") -> str:
    """Return a verdict, what it says before the numbers to be seen at a glance.

    Parameters
    ----------
    text : str
    kind : {"", "base", "bad"}, default=""
        Who it speaks for, or that it is bad: the colour of its edge.
    """
    end = next((found.start() + 1 for found in re.finditer(r"[.:] ", text)), len(text))
    told = f"<strong>{escape(text[:end])}</strong><span>{escape(text[end:])}</span>"
    return paragraph(Raw(told), f"answer {kind}".rstrip())


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Sequence[int] = (),
    best: int | None = None,
    wide: bool = True,
) -> str:
    """Return a table that scrolls sideways within the page.

    Parameters
    ----------
    head : sequence of str
        All empty: no line of names.
    rows : iterable of sequences
    right : sequence of int, default=()
        Columns of numbers.
    best : int or None, default=None
        Row set in bold.
    wide : bool, default=True
        Whether the table is as wide as the page.
    """

    def cell(tag: str, position: int, value: Any) -> str:
        kind = "right" if position in right else "text" if len(str(value)) > 40 else ""
        attribute = f' class="{kind}"' if kind else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{attribute}>{escape(value)}</{tag}>"

    lines = [
        f'<div class="scroll"><table class="{"wide" if wide else "narrow"}">',
    ]
    if any(head):
        names = "".join(cell("th", i, name) for i, name in enumerate(head))
        lines.append(f"<thead><tr>{names}</tr></thead>")
    lines.append("<tbody>")
    for number, row in enumerate(rows):
        attribute = ' class="best"' if number == best else ""
        cells = "".join(cell("td", i, value) for i, value in enumerate(row))
        lines.append(f"<tr{attribute}>{cells}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def matrix(classes: Sequence[str], counts: Any, tint: str = "") -> str:
    """Return a confusion matrix, each cell shaded by its share of the row."""
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in classes)
    lines = [
        f'<div class="scroll"><table class="matrix{" " + tint if tint else ""}">',
        f'<thead><tr><th scope="col">label ↓ predicted →</th>{head}</tr></thead>',
        "<tbody>",
    ]
    for name, row in zip(classes, counts, strict=True):
        total = max(1, int(row.sum()))
        cells = "".join(
            f'<td style="--share: {round(60 * int(n) / total)}%">{int(n)}</td>' for n in row
        )
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])
