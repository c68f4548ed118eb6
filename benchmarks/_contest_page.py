"""What comes of contests: ratios, verdicts, tables, and a script's section of the page."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from _common import REACHED, Ledger, Record, provenance, table
from _contest import Contest, Limit, Side

HEAD = """# How fast it is, and how much memory it takes

Each section is written by the script it names; run it to measure anew. Contestants take turns in
one run and do the same work: the same texts, widths, units, epochs and batches, on one thread
unless it says otherwise. Ratios are of medians, theirs by ours: above 1 we are faster. A verdict
goes by CPU seconds, which other programs hardly disturb. The head of a script tells what was
chosen in favour of a contestant.

    pip install -e '.[bench]'
    export SK_TEXTNN_DATA=/folder/of/the/texts
"""
RATIOS = (
    "measure",
    "against",
    "ours",
    "theirs",
    "ratio",
    "to reach",
    "verdict",
    "wall ratio",
    "accuracy, ours",
    "theirs",
)
LIMITS = ("measure", "ours", "at most", "verdict", "in detail")
Verdicts = dict[str, str]


def report(
    script: str,
    doc: str | None,
    contests: Sequence[Contest],
    ledger: Ledger,
    args: argparse.Namespace,
) -> int:
    """Print what came out and write it to the page; return the exit code, 1 if any was missed."""
    kept = {contest.key: newest(ledger, contest.key) for contest in contests}
    verdicts: Verdicts = {}
    ratios = [
        ratio_row(contest, side, kept[contest.key], verdicts)
        for contest in contests
        for side in contest.sides[1:]
        if of_side(kept[contest.key], side)
    ]
    limits = [
        limit_row(contest, limit, kept[contest.key], verdicts)
        for contest in contests
        for limit in contest.limits
        if kept[contest.key]
    ]
    missing = [contest.key for contest in contests if not kept[contest.key]]
    verdicts.update(dict.fromkeys(missing, "not run"))
    parts = [table(RATIOS, ratios)] * bool(ratios) + [table(LIMITS, limits)] * bool(limits)
    print("\n" + "\n\n".join([*parts, tell(verdicts)]))
    if args.quick:
        return 0
    records = [record for records in kept.values() for record in records]
    if records:
        parts += [tell(verdicts), f"    python benchmarks/{script}.py", told_machine(records)]
        write_section(args.page, script, "\n\n".join([question(script, doc), *parts]))
    return int(any(verdict != REACHED for verdict in verdicts.values()))


def newest(ledger: Ledger, key: str) -> list[Record]:
    """Return the records of the newest run of a contest that came to its end."""
    runs: dict[str, list[Record]] = {}
    for record in ledger.records:
        if record["settings"]["contest"] == key:
            runs.setdefault(record["settings"]["run"], []).append(record)
    whole = [run for run in runs.values() if len(run) == run[0]["settings"]["expected"]]
    return whole[-1] if whole else []


def of_side(records: Sequence[Record], side: Side) -> list[Record]:
    """Return the records of one side."""
    return [record for record in records if record["settings"]["side"] == side.name]


def ratio_row(
    contest: Contest, side: Side, records: Sequence[Record], verdicts: Verdicts
) -> list[str]:
    """Return a row of the table of ratios; note the verdict."""
    pair = of_side(records, contest.sides[0]), of_side(records, side)
    cpu, wall = ([median(r[clock] for r in rs) for rs in pair] for clock in ("cpu", "wall"))
    ratio = cpu[1] / cpu[0]
    verdict = ""
    if side.reach is not None:
        lack = 1 - ratio / side.reach
        verdict = REACHED if lack <= 0 else f"missed by {percent(lack)}"
        verdicts[f"{contest.title}, against {side.name}"] = verdict
    return [
        f"{contest.title} ({contest.unit})",
        side.name,
        *(figure(seconds * contest.scale) for seconds in cpu),
        figure(ratio),
        "" if side.reach is None else f"≥ {side.reach:g}",
        verdict,
        figure(wall[1] / wall[0]),
        *("/".join(accuracies(side_records)) for side_records in pair),
    ]


def accuracies(records: Sequence[Record]) -> list[str]:
    """Return the median accuracy, in a list that is empty if nothing was learned."""
    if any("accuracy" not in record for record in records):
        return []
    return [f"{median(record['accuracy'] for record in records):.2f}"]


def limit_row(
    contest: Contest, limit: Limit, records: Sequence[Record], verdicts: Verdicts
) -> list[str]:
    """Return a row of the table of limits; note the verdict."""
    ours = of_side(records, contest.sides[0])
    value = median(record[limit.figure] for record in ours)
    title = f"{contest.title}: {limit.title}" if limit.title else contest.title
    verdict = ""
    if limit.most is not None:
        over = value / limit.most - 1
        verdict = REACHED if over <= 0 else f"missed by {percent(over)}"
        verdicts[title] = verdict
    most = "" if limit.most is None else f"{limit.most:g} {limit.unit}"
    return [title, f"{figure(value)} {limit.unit}", most, verdict, ours[-1].get("told", "")]


def figure(value: float) -> str:
    """Write a number with three figures."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percent(share: float) -> str:
    """Write a share in percent, a small one with two figures."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def tell(verdicts: Verdicts) -> str:
    """Return in words how many targets are reached, and what is with the others."""
    others = [f"{name}: {verdict}" for name, verdict in verdicts.items() if verdict != REACHED]
    said = f"Reached: {len(verdicts) - len(others)} of {len(verdicts)}."
    return " ".join([said, *(f"{other}." for other in others)])


def question(script: str, doc: str | None) -> str:
    """Return the heading and the question in the first line of a script."""
    return f"## {script}.py\n\n{(doc or '').partition(chr(10))[0]}"


def told_machine(records: Sequence[Record]) -> str:
    """Return when, where and with what versions the runs were made."""
    processors = ", ".join(sorted({record["processor"] for record in records}))
    rivals = sorted({f"{k} {v}" for record in records for k, v in record["rivals"].items()})
    return f"{provenance(records)} Processor: {processors}. Contestants: {', '.join(rivals)}."


def write_section(page: Path, script: str, section: str) -> None:
    """Replace a script's section of the page; the others stay as they are."""
    text = page.read_text() if page.exists() else ""
    found = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", text, flags=re.DOTALL)
    sections = dict(found) | {script: section}
    marked = [f"<!-- {name} -->\n{sections[name]}\n<!-- end -->\n" for name in sorted(sections)]
    page.write_text("\n".join([HEAD, *marked]))
