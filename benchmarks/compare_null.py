"""Does compare find differences that are none, and how often does it find one that is there?

Question: of models that are equally good, how often does the verdict of compare call one the
winner or the loser? At alpha .05 it may be 6 % of 500 repetitions at most. And of models that
differ by .03 in accuracy on 5,000 texts, how often is the difference found?

Budget: twenty minutes on one core.

A repetition draws rows of two classes anew. Their columns are exchangeable: each has the same
information on the class, so that logistic regressions on disjoint columns, as many each, are
equally good in expectation, whatever is drawn. The baseline reads some columns, each candidate
others. Beside the verdict is counted what it would be without Holm's correction, and by the
ordinary paired t-test, which takes folds as independent.

    python benchmarks/compare_null.py [--seed N] [--table docs/comparison.md]

Exit code 0: the verdict on folds keeps to 6 %.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Self

import numpy as np
from _common import (
    Ledger,
    Record,
    fraction,
    make_parser,
    provenance,
    publish,
    signed,
    table,
)
from scipy import stats
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    RepeatedStratifiedKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
)
from sklearn.pipeline import make_pipeline

from sk_textnn import compare

ALPHA, LIMIT = 0.05, 0.06
N_REPETITIONS, N_QUICK = 500, 5
# In a column the classes are this far apart to both sides of zero, at a standard deviation of 1:
# by 20 columns 77 % of the rows can be told, by 26 columns 80 %.
SHIFT = 0.1652
SPLITTERS: dict[str, Callable[[int], Any]] = {
    "5 folds": lambda seed: StratifiedKFold(5, shuffle=True, random_state=seed),
    "10 folds": lambda seed: StratifiedKFold(10, shuffle=True, random_state=seed),
    "3 folds, 5 times": lambda seed: RepeatedStratifiedKFold(
        n_splits=3, n_repeats=5, random_state=seed
    ),
    "one split, a fifth for the test": lambda seed: StratifiedShuffleSplit(
        1, test_size=0.2, random_state=seed
    ),
}
ONE_SPLIT = "one split, a fifth for the test"


class Condition(NamedTuple):
    """Which columns the models read, on how many rows."""

    name: str
    n_rows: int
    baseline: tuple[int, int]
    candidates: tuple[tuple[int, int], ...]
    splitters: tuple[str, ...]
    equal: bool


CONDITIONS = (
    Condition("1 candidate", 1000, (0, 20), ((20, 40),), tuple(SPLITTERS), True),
    Condition(
        "5 candidates",
        1000,
        (0, 20),
        tuple((20 * k, 20 * k + 20) for k in range(1, 6)),
        ("5 folds",),
        True,
    ),
    Condition(
        "the baseline's columns and 6 more",
        5000,
        (0, 20),
        ((0, 26),),
        ("5 folds", "10 folds", "3 folds, 5 times"),
        False,
    ),
    Condition(
        "26 columns, none of them the baseline's",
        5000,
        (0, 20),
        ((20, 46),),
        ("5 folds", "10 folds", "3 folds, 5 times"),
        False,
    ),
)


class Columns(TransformerMixin, BaseEstimator):
    """Some of the columns."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last

    def fit(self, X: Any, y: Any = None) -> Self:
        return self

    def transform(self, X: Any) -> Any:
        return X[:, self.first : self.last]


def make_model(columns: tuple[int, int]) -> Any:
    """Return a model that reads some columns, quick on many rows."""
    return make_pipeline(Columns(*columns), LogisticRegression(solver="newton-cholesky"))


def make_models(condition: Condition) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return candidates and baselines."""
    candidates = {
        f"candidate {number}": make_model(columns)
        for number, columns in enumerate(condition.candidates, start=1)
    }
    return candidates, {"baseline": make_model(condition.baseline)}


def draw(condition: Condition, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of two classes, and these."""
    n_columns = max(last for _, last in (condition.baseline, *condition.candidates))
    y = rng.randint(2, size=condition.n_rows)
    return rng.normal(size=(condition.n_rows, n_columns)) + SHIFT * (2 * y[:, None] - 1), y


def simulate(condition: Condition, splitter: str, n_repetitions: int, seed: int) -> Record:
    """Return how often a difference was found, by the verdict and by other ways to judge."""
    candidates, baselines = make_models(condition)
    found: dict[str, list[bool]] = {"verdict": [], "uncorrected": [], "plain": [], "right": []}
    equivalent, differences = [], []
    for repetition in range(n_repetitions):
        rng = np.random.RandomState([seed, repetition])
        X, y = draw(condition, rng)
        result = compare(
            candidates,
            X,
            y,
            baselines=baselines,
            cv=SPLITTERS[splitter](rng.randint(2**31 - 1)),
            alpha=ALPHA,
            n_resamples=0,
        )
        best = result.row(result.best_candidate_)
        found["verdict"].append(result.outcome_ in ("wins", "loses"))
        found["right"].append(result.outcome_ == "wins")
        found["uncorrected"].append(bool((result.table_["p_value"] < ALPHA).any()))
        if len(result.scores) > 1:
            off = result.scores.drop(columns="baseline").sub(result.scores["baseline"], axis=0)
            plain = stats.ttest_1samp(off.to_numpy(), 0).pvalue
            found["plain"].append(bool((plain < ALPHA).any()))
        equivalent.append(best["p_equivalent"])
        differences.append(best["difference"])
    rates = {name: float(np.mean(values)) for name, values in found.items() if values}
    return {
        **rates,
        "difference": float(np.mean(differences)),
        "spread": float(np.std(differences, ddof=1)),
        "p_equivalent": float(np.mean(equivalent)),
    }


def run_all(ledger: Ledger, n_repetitions: int, seed: int) -> list[tuple[Condition, Record]]:
    """Return each condition with what was found, one splitter after the other."""
    results = []
    for condition in CONDITIONS:
        for splitter in condition.splitters:
            settings = {
                "condition": condition.name,
                "rows": condition.n_rows,
                "cv": splitter,
                "repetitions": n_repetitions,
                "seed": seed,
            }
            work = partial(simulate, condition, splitter, n_repetitions, seed)
            record = ledger.run(settings, list(make_models(condition)), work)
            print(f"{condition.name}, {splitter}: {record['verdict']:.1%}", flush=True)
            results.append((condition, record))
    return results


def keeps_level(condition: Condition, record: Record) -> bool:
    """Whether a verdict on folds finds no more than it may; on one split it is of other models."""
    is_asked = condition.equal and record["settings"]["cv"] != ONE_SPLIT
    return not is_asked or record["verdict"] <= LIMIT


def make_page(results: list[tuple[Condition, Record]]) -> str:
    """Return the page of the documentation."""
    records = [record for _, record in results]
    n_repetitions = records[0]["settings"]["repetitions"]
    error = np.sqrt(ALPHA * (1 - ALPHA) / n_repetitions)
    equal = [(c, r) for c, r in results if c.equal and r["settings"]["cv"] != ONE_SPLIT]
    highest = max(record["verdict"] for _, record in equal)
    kept = all(keeps_level(*result) for result in results)
    seed = records[0]["settings"]["seed"]
    by_cv = {r["settings"]["cv"]: r for c, r in results if c == CONDITIONS[0]}
    split, repeated = by_cv[ONE_SPLIT], by_cv["3 folds, 5 times"]
    return f"""# What a verdict of compare is worth

{provenance(records)} Made by

    python benchmarks/compare_null.py --seed {seed} --table docs/comparison.md

How often does `compare` call a winner or a loser where there is none? How often does it find a
difference of .03 in accuracy? Each line is of {n_repetitions} repetitions with new rows; a rate of
.05 has a standard error of {fraction(error)}.

## Models that are equally good

{"Kept" if kept else "Missed"}: the verdict on folds is wrong in at most {highest:.1%} of the
repetitions, where {LIMIT:.0%} are allowed at alpha = {fraction(ALPHA)}.

{make_table([(c, r) for c, r in results if c.equal], equal=True)}

The ordinary t-test takes the folds as independent. With repetitions, which are new folds but no
new texts, it was wrong in {repeated["plain"]:.1%}. By that test and without Holm's correction, a
finding counts for whichever candidate it is.

On one split the verdict is by McNemar's test, and was wrong in {split["verdict"]:.1%}. That test
compares the two fitted models and does not see the luck of their training texts: with models that
vary more from fit to fit than these logistic regressions, it can be wrong more often. The verdict
then says so.

## Models that differ by .03, on 5,000 texts

{make_table([(c, r) for c, r in results if not c.equal], equal=False)}

The power depends on how much the models have in common: those that err on the same texts are
told apart by fewer. The baseline reads 20 columns.

All columns are as informative as each other, so models on as many of them are equally good in
expectation. They are logistic regressions on drawn numbers instead of texts, as networks would
take months; the tests see nothing but scores.
"""


def make_table(results: list[tuple[Condition, Record]], *, equal: bool) -> str:
    if equal:
        header = ["candidates", "texts", "folds", "wrong verdicts", "without Holm's correction"]
        header += ["by the ordinary t-test", "difference of the best"]
    else:
        header = ["candidate", "texts", "folds", "found", "difference", "its spread"]
        header += ["mean probability of equivalence"]
    rows = []
    for condition, record in results:
        settings = record["settings"]
        row = [condition.name, f"{condition.n_rows:,}", settings["cv"]]
        if equal:
            plain = fraction(record["plain"]) if "plain" in record else ""
            row += [fraction(record["verdict"]), fraction(record["uncorrected"]), plain]
            row += [signed(record["difference"])]
        else:
            row += [fraction(record["right"]), signed(record["difference"])]
            row += [fraction(record["spread"]), fraction(record["p_equivalent"])]
        rows.append(row)
    return table(header, rows)


def main() -> int:
    parser = make_parser(__doc__, "compare_null", one_seed=True)
    args = parser.parse_args()
    n_repetitions = N_REPETITIONS
    if args.quick:
        n_repetitions, args.results, args.table = N_QUICK, None, None
    results = run_all(Ledger(args.results), n_repetitions, args.seed)
    publish(make_page(results), args.table)
    return 0 if args.quick or all(keeps_level(*result) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
