"""Texts with their words in colour, as HTML; every text is escaped."""

from html import escape

import pandas as pd

__all__ = ["make_fragment", "make_page"]

# Okabe and Ito's blue and orange. They are laid thinly over the ground, light or dark, and the
# letters keep their colour; lines below the words tell both apart without colour.
_FOR, _AGAINST = "0, 114, 178", "213, 94, 0"
_STRONGEST = 0.55  # opacity
_LEAST = 0.15  # of the full colour: what is paler has none
_FULL = 0.01  # a change of probability: in a text without a greater one no word has full colour
_STYLE = """
.sk-textnn-words { line-height: 1.9; }
.sk-textnn-words p { margin: .3em 0 .9em; white-space: pre-wrap; overflow-wrap: anywhere; }
.sk-textnn-words p.sk-textnn-key { font-size: .85em; white-space: normal; }
.sk-textnn-words .sk-textnn-target { margin-inline-end: .8em; }
.sk-textnn-words mark { color: inherit; padding: .1em .15em; border-radius: .2em;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.sk-textnn-words mark.sk-textnn-for { border-bottom: 2px solid #0072b2; }
.sk-textnn-words mark.sk-textnn-against { border-bottom: 2px dotted #d55e00; }
"""
_PAGE_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50em; margin: 1em auto; padding: 0 1em; }
h1 { font-size: 1.4em; }
"""


def make_fragment(texts: list[str], predictions: pd.DataFrame, weights: pd.DataFrame) -> str:
    """Return the texts and their style, to stand in any page."""
    by_text = dict(list(weights.groupby("text")))
    nothing = weights.iloc[:0]
    parts = [
        _paragraph(text, target, probability, by_text.get(row, nothing))
        for row, (text, target, probability) in enumerate(
            zip(texts, predictions["target"], predictions["probability"], strict=True)
        )
    ]
    key = (
        f'<p class="sk-textnn-key">{_mark("for", 1.0, "speaks for the class")} '
        f"{_mark('against', 1.0, 'speaks against it')} Full colour: the strongest word of the "
        "text. Beside the class: its probability, and the part of it that hangs on this word.</p>"
    )
    body = "\n".join([key, *parts])
    return f'<div class="sk-textnn-words"><style>{_STYLE}</style>\n{body}\n</div>'


def make_page(texts: list[str], predictions: pd.DataFrame, weights: pd.DataFrame) -> str:
    """Return a page of its own."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Words that carried a decision</title><style>{_PAGE_STYLE}</style></head>\n<body>\n"
        "<h1>Words that carried a decision</h1>\n"
        f"{make_fragment(texts, predictions, weights)}\n</body>\n</html>\n"
    )


def _paragraph(text: str, target: object, probability: float, words: pd.DataFrame) -> str:
    strongest = max(words["weight"], key=abs, default=0.0)
    parts, done = [], 0
    for start, end, weight in zip(words["start"], words["end"], words["weight"], strict=True):
        strength = abs(weight) / max(abs(strongest), _FULL)
        if strength < _LEAST:
            continue
        kind = "for" if weight > 0 else "against"
        parts += [escape(text[done:start]), _mark(kind, strength, text[start:end], weight)]
        done = end
    parts.append(escape(text[done:]))
    return (
        f'<p dir="auto"><span class="sk-textnn-target"><b>{escape(str(target))}</b> '
        f"{probability:.2f} ({strongest:+.2f})</span>{''.join(parts)}</p>"
    )


def _mark(kind: str, strength: float, word: str, weight: float | None = None) -> str:
    colour = _FOR if kind == "for" else _AGAINST
    title = "" if weight is None else f' title="{weight:+.3f}"'
    return (
        f'<mark class="sk-textnn-{kind}" style="background: rgba({colour}, '
        f'{_STRONGEST * strength:.2f})"{title}>{escape(word)}</mark>'
    )
