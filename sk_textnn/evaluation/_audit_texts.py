"""What can be wrong with the texts of a split: duplicates, contradictions, no text at all."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from ._audit_parts import N_EXAMPLES, Parts, listed, noise, percent, shorten
from ._findings import Finding
from ._near_duplicates import find_twins
from ._shingles import words_of

__all__ = ["duplicates_across", "duplicates_within_train", "labels_conflict", "no_answers"]

_FEW = 0.01
_MANY = 0.1
# Written in place of an answer; compared without case and punctuation.
_NO_ANSWERS = frozenset(
    (
        "",
        "blank",
        "deleted",
        "do not know",
        "does not apply",
        "doesn t apply",
        "don t know",
        "n a",
        "na",
        "nan",
        "no answer",
        "no comment",
        "no response",
        "no text",
        "none",
        "not applicable",
        "null",
        "removed",
    )
)
# A short text under labels that have nothing in common says nothing, in whatever language.
_SHORT, _OFTEN, _AGREED = 6, 5, 0.5

Level = Literal["error", "warning", "info"]


def _level(value: float, warning: float, error: float | None = None) -> tuple[Level, float]:
    """Return the severity of a value and the threshold that it has reached or missed."""
    if error is not None and value >= error:
        return "error", error
    return ("warning" if value >= warning else "info"), warning


def duplicates_across(parts: Parts) -> Iterator[Finding]:
    """Find test rows whose text, or nearly that text, is a training row."""
    known = np.unique(parts.exact[parts.in_train])
    test = np.flatnonzero(~parts.in_train)
    same = test[np.isin(parts.exact[test], known)]
    if len(same):
        twins = [int(parts.first[parts.exact[row]]) for row in same[:N_EXAMPLES]]
        yield _leak(parts, "duplicates_across", "the text", same, twins, [1.0] * len(twins))
    rows, twins, similar = _near_rows(parts, known)
    if len(rows):
        yield _leak(parts, "near_duplicates_across", "nearly the text", rows, twins, similar)


def _near_rows(parts: Parts, known: np.ndarray) -> tuple[np.ndarray, list[int], list[float]]:
    """Return test rows that are near a training row but not the same, with the row and how near."""
    if parts.near is None or parts.near == 1:
        return np.array([], dtype=int), [], []
    unknown = np.setdiff1d(np.arange(len(parts.first)), known)
    mixed = np.intersect1d(parts.groups[known], parts.groups[unknown])
    members: dict[int, tuple[list[int], list[int]]] = {int(group): ([], []) for group in mixed}
    for side, numbers in enumerate((unknown, known)):
        for number in numbers[np.isin(parts.groups[numbers], mixed)]:
            members[int(parts.groups[number])][side].append(int(number))
    twin_of: dict[int, tuple[int, float]] = {}
    for mine, theirs in members.values():
        queries = [parts.texts[parts.first[number]] for number in mine]
        texts = [parts.texts[parts.first[number]] for number in theirs]
        # A near duplicate of a near duplicate is in the group, but may be near no training row.
        twins, similarity = find_twins(queries, texts, parts.near)
        for number, twin, share in zip(mine, twins, similarity, strict=True):
            if twin >= 0:
                twin_of[number] = int(parts.first[theirs[twin]]), float(share)
    rows = np.flatnonzero(np.isin(parts.exact, list(twin_of)))
    found = [twin_of[int(parts.exact[row])] for row in rows[:N_EXAMPLES]]
    return rows, [twin for twin, _ in found], [share for _, share in found]


def _leak(
    parts: Parts,
    cause: str,
    what: str,
    rows: np.ndarray,
    twins: list[int],
    similar: list[float],
) -> Finding:
    share = len(rows) / parts.n_test
    decisive = noise(parts.n_test)
    severity, threshold = _level(share, decisive / 10, decisive)
    examples = [
        {
            "test_row": int(row) - parts.n_train,
            "train_row": twin,
            "similarity": round(near, 3),
            "text": shorten(parts.texts[row]),
        }
        for row, twin, near in zip(rows, twins, similar, strict=False)
    ]
    return Finding(
        cause,
        severity,
        f"{len(rows):,} of {parts.n_test:,} test rows ({percent(share)}) have {what} of a "
        "training row, so that a model can know them by heart: drop them from one part, or make "
        "the split with DedupStratifiedKFold.",
        share,
        threshold,
        {"rows": len(rows), "examples": examples},
    )


def duplicates_within_train(parts: Parts) -> Iterator[Finding]:
    """Find training rows that repeat an earlier one, or nearly."""
    exact = parts.exact[parts.in_train]
    n_texts = len(np.unique(exact))
    n_groups = len(np.unique(parts.groups[exact]))
    repeated = parts.n_train - n_groups
    if not repeated:
        return
    share = repeated / parts.n_train
    severity, threshold = _level(share, _FEW)
    yield Finding(
        "duplicates_within_train",
        severity,
        f"{repeated:,} of {parts.n_train:,} training rows ({percent(share)}) repeat another one or "
        "nearly so: folds and validation rows that are drawn from them know some of the answers. "
        "Draw folds with DedupStratifiedKFold.",
        share,
        threshold,
        {
            "same": parts.n_train - n_texts,
            "nearly_the_same": n_texts - n_groups,
            "examples": [pair for pair in parts.often(parts.in_train) if pair[1] > 1],
        },
    )


def labels_conflict(parts: Parts) -> Iterator[Finding]:
    """Find texts that are there under several labels."""
    of_each, most = parts.votes()
    lost = of_each - most
    conflicting = np.flatnonzero(lost)
    if not len(conflicting):
        return
    share = lost.sum() / len(parts.texts)
    severity, threshold = _level(share, _FEW, _MANY)
    worst = conflicting[np.argsort(-lost[conflicting], kind="stable")][:N_EXAMPLES]
    examples = []
    for number in worst:
        counts = parts.counts(parts.exact == number)
        labels = {parts.classes[code]: int(counts[code]) for code in np.flatnonzero(counts)}
        examples.append((parts.shown(number), labels))
    yield Finding(
        "conflicting_labels",
        severity,
        f"Texts that come back under another label: {len(conflicting):,}. At least {lost.sum():,} "
        f"of {len(parts.texts):,} rows ({percent(share)}) no model can have right. Correct or drop "
        "them.",
        float(share),
        threshold,
        {
            "texts": len(conflicting),
            "rows": int(of_each[conflicting].sum()),
            "lost": int(lost.sum()),
            "examples": examples,
        },
    )


def no_answers(parts: Parts) -> Iterator[Finding]:
    """Find texts without words and what was written in place of an answer."""
    rows = np.flatnonzero(_says_nothing(parts)[parts.exact])
    if not len(rows):
        return
    share = len(rows) / len(parts.texts)
    severity, threshold = _level(share, _FEW, _MANY)
    often = parts.often(rows)
    yield Finding(
        "empty_texts",
        severity,
        f"{len(rows):,} of {len(parts.texts):,} texts ({percent(share)}) have no words or are no "
        f"answers, such as {listed([repr(text) for text, _ in often])}: drop them, or give them a "
        "label of their own.",
        share,
        threshold,
        {
            "rows": len(rows),
            "without_words": int(sum(not words_of(parts.texts[row]) for row in rows)),
            "examples": often,
        },
    )


def _says_nothing(parts: Parts) -> np.ndarray:
    """Tell of each different text whether it says nothing."""
    of_each, most = parts.votes()
    disputed = (of_each >= _OFTEN) & (most <= _AGREED * of_each)
    found = np.zeros(len(parts.first), dtype=bool)
    for number, row in enumerate(parts.first):
        words = words_of(parts.texts[row])
        short = len(words) <= _SHORT
        found[number] = short and (" ".join(words) in _NO_ANSWERS or disputed[number])
    return found
