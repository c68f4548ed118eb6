"""What comes of contests: ratios, verdicts, tables, and a script's section of the page."""

import argparse
import ast
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from _common import REACHED, Ledger, Record, provenance, table
from _contest import Contest, Limit, Side, hold, make_parser, parse

HEAD = """# How fast it is, and how much memory it takes

Each section is written by the script it names; run it to measure anew. Contestants take turns in
one run and do the same work: the same texts, widths, units, epochs and batches, on one thread
unless it says otherwise. Ratios are of medians, theirs by ours: above 1 we are faster; in brackets
are the least and the greatest of single repetitions. A verdict goes by CPU seconds, which other
programs disturb less than those on the wall, and takes three repetitions. Each section tells what
was chosen in favour of which side; the heads of two contestants' files come first.

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
CONTESTANTS = ("_plain_keras", "_torch_lstm")
N_REPETITIONS = 3  # with fewer, nothing is judged
Verdicts = dict[str, str]


def run(
    script: str,
    doc: str | None,
    make_contests: Callable[[bool], Sequence[Contest]],
    argv: Sequence[str] | None,
    *,
    on_texts: bool = True,
    repetitions: int = 3,
) -> int:
    """Hold the contests of a script, and write what came out; return the exit code."""
    args = parse(make_parser(doc, script, repetitions=repetitions), argv, on_texts=on_texts)
    contests = make_contests(args.quick)
    return report(script, doc, contests, hold(contests, args), args)


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
    ratios, limits = [], []
    for contest in contests:
        if not (records := kept[contest.key]):
            verdicts[contest.key] = "not run"
            continue
        for side in contest.sides[1:]:
            if of_side(records, side):
                ratios.append(ratio_row(contest, side, records, verdicts))
            elif side.reach is not None:
                verdicts[f"{contest.title}, against {side.name}"] = "not run"
        limits += [limit_row(contest, limit, records, verdicts) for limit in contest.limits]
    parts = [table(RATIOS, ratios)] * bool(ratios) + [table(LIMITS, limits)] * bool(limits)
    print("\n" + "\n\n".join([*parts, tell(verdicts)]))
    if args.quick:
        return 0
    records = [record for records in kept.values() for record in records]
    if records:
        parts += [tell(verdicts), f"    python benchmarks/{script}.py"]
        parts.append(told_machine(records) + told_runs(contests, ledger))
        write_section(args.page, script, "\n\n".join([question(script, doc), *parts]))
    return int(any(verdict != REACHED for verdict in verdicts.values()))


def whole_runs(ledger: Ledger, key: str) -> list[list[Record]]:
    """Return the records of each run of a contest that came to its end, the newest run last."""
    runs: dict[str, list[Record]] = {}
    for record in ledger.records:
        if record["settings"]["contest"] == key:
            runs.setdefault(record["settings"]["run"], []).append(record)
    return [run for run in runs.values() if len(run) == run[0]["settings"]["expected"]]


def newest(ledger: Ledger, key: str) -> list[Record]:
    """Return the records of the newest run of a contest that came to its end."""
    whole = whole_runs(ledger, key)
    return whole[-1] if whole else []


def of_side(records: Sequence[Record], side: Side) -> list[Record]:
    """Return the records of one side, a repetition each."""
    return [record for record in records if record["settings"]["side"] == side.name]


def ratio_row(
    contest: Contest, side: Side, records: Sequence[Record], verdicts: Verdicts
) -> list[str]:
    """Return a row of the table of ratios; note the verdict."""
    pair = of_side(records, contest.sides[0]), of_side(records, side)
    cpu, wall = ([median(r[clock] for r in rs) for rs in pair] for clock in ("cpu", "wall"))
    ratio = cpu[1] / cpu[0]
    ratios = [theirs["cpu"] / ours["cpu"] for ours, theirs in zip(*pair, strict=True)]
    said = ""
    if side.reach is not None:
        said = verdict(len(ratios), 1 - ratio / side.reach)
        verdicts[f"{contest.title}, against {side.name}"] = said
    told = middle(pair[1], "cpu").get("told", "")
    return [
        f"{contest.title} ({contest.unit})",
        f"{side.name} ({told})" if told else side.name,
        *(figure(seconds * contest.scale) for seconds in cpu),
        spread(ratio, ratios),
        "" if side.reach is None else f"≥ {side.reach:g}",
        said,
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
    chosen = middle(ours, limit.figure)
    value = chosen[limit.figure]
    title = f"{contest.title}: {limit.title}" if limit.title else contest.title
    said = ""
    if limit.most is not None:
        said = verdicts[title] = verdict(len(ours), value / limit.most - 1)
    most = "" if limit.most is None else f"{limit.most:g} {limit.unit}"
    shown = f"{spread(value, [record[limit.figure] for record in ours])} {limit.unit}"
    return [title, shown, most, said, chosen.get("told", "")]


def middle(records: Sequence[Record], name: str) -> Record:
    """Return the record with the median of a figure; of an even number, the upper one."""
    return sorted(records, key=lambda record: record[name])[len(records) // 2]


def verdict(n_repetitions: int, lack: float) -> str:
    """Return the verdict, given the share by which a target is missed, if that is above 0."""
    if n_repetitions < N_REPETITIONS:
        return f"{n_repetitions} repetition{'s' if n_repetitions > 1 else ''} only"
    return REACHED if lack <= 0 else f"missed by {percent(lack)}"


def spread(value: float, values: Sequence[float]) -> str:
    """Write a number and, where there are several, the least and the greatest of them."""
    ends = f" ({figure(min(values))}–{figure(max(values))})" if len(values) > 1 else ""
    return figure(value) + ends


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
    """Return the heading and what a script's docstring says above its command."""
    said = (doc or "").partition("\n    python ")[0].strip()
    return f"## {script}.py\n\n{said}"


def head() -> str:
    """Return the head of the page, with what the files of the contestants say of them."""
    parts = [HEAD]
    for name in CONTESTANTS:
        path = Path(__file__).with_name(f"{name}.py")
        parts.append(f"## {path.name}\n\n{ast.get_docstring(ast.parse(path.read_text()))}\n")
    return "\n".join(parts)


def told_machine(records: Sequence[Record]) -> str:
    """Return when, where and with what versions the runs were made."""
    processors = ", ".join(sorted({record["processor"] for record in records}))
    rivals = sorted({f"{k} {v}" for record in records for k, v in record["rivals"].items()})
    return f"{provenance(records)} Processor: {processors}. Contestants: {', '.join(rivals)}."


def told_runs(contests: Sequence[Contest], ledger: Ledger) -> str:
    """Return how many runs there are of contests of which there are several."""
    counts = {contest.key: len(whole_runs(ledger, contest.key)) for contest in contests}
    several = ", ".join(f"{n} of {key}" for key, n in counts.items() if n > 1)
    return f" Runs on file: {several}; shown is the newest." if several else ""


def write_section(page: Path, script: str, section: str) -> None:
    """Replace a script's section of the page; the others stay as they are."""
    text = page.read_text() if page.exists() else ""
    found = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", text, flags=re.DOTALL)
    sections = dict(found) | {script: section}
    marked = [f"<!-- {name} -->\n{sections[name]}\n<!-- end -->\n" for name in sorted(sections)]
    page.write_text("\n".join([head(), *marked]))
