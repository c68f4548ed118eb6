"""Does a loss or a weight against imbalance help a network on 30 industries?

Question: on job advertisements of 30 industries, 524 down to 12 a class, does class_weight, the
top-k loss, the focal loss or label smoothing raise the macro-F1 of a network over that of plain
cross-entropy?

Budget: on one core, an hour for the averaging network and three seeds, four for the CNN; with
--epochs 100 up to three times that.

All candidates are trained and tested on the same splits, one a seed, with nothing else set; all
stop early by the plain cross-entropy of the same validation texts. The top-k loss is tried as its
inventor advised, the 16 worst of batches of 128, and so batches of 128 are tried without it too.
Beside them TF-IDF with logistic regression, plain and with balanced weights. The differences to
the plain model come with the corrected standard error of Nadeau and Bengio, since the training
parts of the splits overlap.

    python benchmarks/imbalance.py [--data DIR] [--network NAME] [--maxlen N] [--epochs N]
        [--candidates NAME ...] [--seeds N ...] [--table docs/imbalance.md]

DIR, or the environment variable SK_TEXTNN_DATA, holds jobs_linkedin_industry.csv.gz. Exit code 0:
all runs ended, whatever the answer is.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from _common import (
    SPLITS,
    Ledger,
    Record,
    each,
    evaluate,
    fraction,
    make_parser,
    mean_of,
    provenance,
    publish,
    read_split,
    seeds_of,
    signed,
    span,
    table,
)

from sk_textnn import make_text_classifier, make_tfidf_baselines
from sk_textnn.evaluation import corrected_resampled_ttest

BASELINE = "TF-IDF, logistic regression"
PLAIN = "cross-entropy"
BALANCED = 'class_weight="balanced"'
BATCHES = "batches of 128"
TOP_K = "TopKLoss(k=16), batches of 128"
CAPS = ("maxlen", "epochs")
NETWORKS = ("averaging", "cnn", "cnn_lstm", "gru", "lstm")
Groups = list[tuple[Record, list[Record]]]


def candidates() -> dict[str, Record]:
    """Return the parameters of the network that each candidate sets."""
    from sk_textnn import FocalLoss, TopKLoss  # which load TensorFlow

    return {
        PLAIN: {},
        BALANCED: {"class_weight": "balanced"},
        BATCHES: {"batch_size": 128},
        TOP_K: {"loss": TopKLoss(k=16), "batch_size": 128},
        "TopKLoss(k=0.5)": {"loss": TopKLoss(k=0.5)},
        "FocalLoss(gamma=2)": {"loss": FocalLoss(gamma=2)},
        f"FocalLoss(gamma=2), {BALANCED}": {
            "loss": FocalLoss(gamma=2),
            "class_weight": "balanced",
        },
        "label_smoothing=0.1": {"label_smoothing": 0.1},
    }


def make_pipelines(
    network: str, names: list[str] | None, maxlen: int | None, epochs: int | None, seed: int
) -> Iterator[tuple[Record, Any]]:
    """Yield settings and pipeline of each run: of the named candidates, or of all."""
    for name, weight in ((PLAIN, None), (BALANCED, "balanced")):
        logistic = make_tfidf_baselines(random_state=seed)["tfidf_logistic_regression"]
        if weight is not None:
            logistic.set_params(clf__estimator__class_weight=weight)
        own = {"model": BASELINE, "candidate": name, "maxlen": None, "epochs": None}
        yield {**own, "seed": seed}, logistic
    for name, changes in candidates().items():
        if names and name not in names:
            continue
        pipeline = make_text_classifier(network, random_state=seed).set_params(
            embed="passthrough", **{f"clf__{key}": value for key, value in changes.items()}
        )
        if maxlen is not None:
            pipeline.set_params(pad__maxlen=maxlen, pad__truncating="post")
        if epochs is not None:
            pipeline.set_params(clf__epochs=epochs)
        settings = {"model": network, "candidate": name, "maxlen": maxlen, "epochs": epochs}
        yield {**settings, "seed": seed}, pipeline


class Difference:
    """What a candidate gains over the plain model, on the splits that both were run on."""

    def __init__(self, records: list[Record], plain: list[Record], name: str) -> None:
        theirs = {record["settings"]["seed"]: record[name] for record in plain}
        both = [record for record in records if record["settings"]["seed"] in theirs]
        gains = np.array([r[name] - theirs[r["settings"]["seed"]] for r in both])
        ratio = both[0]["n_test"] / both[0]["n_train"] if both else 0.0
        self.n = len(both)
        self.error = (1 / self.n + ratio) ** 0.5 * gains.std(ddof=1) if self.n > 1 else np.nan
        test = corrected_resampled_ttest(gains if self.n else [np.nan], ratio)
        self.mean, _, self.low, self.high = test

    def __str__(self) -> str:
        if not self.n:
            return ""
        error = "" if np.isnan(self.error) else f" ± {fraction(self.error)}"
        return signed(self.mean) + error

    @property
    def interval(self) -> str:
        return "" if np.isnan(self.low) else f"{signed(self.low)} to {signed(self.high)}"


def compared(groups: Groups) -> list[tuple[Record, list[Record], list[Record] | None]]:
    """Return each group with the one of the plain model beside it; None for that itself."""
    order = [PLAIN, *(name for name in candidates() if name != PLAIN)]
    groups = sorted(
        groups,
        key=lambda g: (g[0]["model"] != BASELINE, title(g[0]), order.index(g[0]["candidate"])),
    )
    result = []
    for settings, records in groups:
        plain = [r for s, r in groups if s == {**settings, "candidate": PLAIN}]
        is_plain = settings["candidate"] == PLAIN
        result.append((settings, records, None if is_plain or not plain else plain[0]))
    return result


def conclude(groups: Groups, model: str) -> str:
    """Return in words which candidates help a model, and what that costs in accuracy."""
    lines = {s["candidate"]: (r, plain) for s, r, plain in compared(groups) if title(s) == model}
    found = {
        name: (Difference(r, plain, "macro_f1"), Difference(r, plain, "accuracy"))
        for name, (r, plain) in lines.items()
        if plain
    }
    known = {name: pair for name, pair in found.items() if not np.isnan(pair[0].low)}
    if not known:
        return f"{model}: too few seeds to tell what helps."
    sentences = []
    clear = {
        "better": [name for name, (f1, _) in known.items() if f1.low > 0],
        "worse": [name for name, (f1, _) in known.items() if f1.high < 0],
    }
    for word, names in clear.items():
        said = [
            f"{name} ({known[name][0]}, 95 % interval {known[name][0].interval}; accuracy "
            f"{known[name][1]})"
            for name in names
        ]
        if said:
            verb = "are" if len(said) > 1 else "is"
            sentences.append(f"Clearly {word} than plain cross-entropy {verb} {'; '.join(said)}.")
    missing = " or ".join(word for word, names in clear.items() if not names)
    if missing:
        sentences.append(f"None is clearly {missing} than plain cross-entropy in macro-F1.")
    name, (f1, accuracy) = max(known.items(), key=lambda item: item[1][0].mean)
    if not f1.low > 0:
        sentences.append(f"The best on average is {name}: {f1}, accuracy {accuracy}.")
    if TOP_K in lines and BATCHES in lines:
        alone = Difference(lines[TOP_K][0], lines[BATCHES][0], "macro_f1")
        sentences.append(f"The top-k loss against the same batches without it: {alone}.")
    return f"**{model}.** {' '.join(sentences)}"


def make_page(groups: Groups) -> str:
    """Return the page of the documentation."""
    records = [record for _, group in groups for record in group]
    models = dict.fromkeys(title(settings) for settings, _, _ in compared(groups))
    answer = "\n\n".join(conclude(groups, model) for model in models)
    own = make_text_classifier()["clf"].epochs
    n_compared = sum(plain is not None for _, _, plain in compared(groups))
    return f"""# Losses and weights against imbalance

{provenance(records)} Made by

{commands(groups)}

Does it help to train a network otherwise than by plain cross-entropy, where the classes are as
uneven as those of 30 industries, 524 down to 12 job advertisements a class?

{answer}

Clearly: the 95 % interval of the mean difference, on the same splits, leaves out zero. Each
interval stands for itself: of {n_compared}, some {0.05 * n_compared:.1f} would do so by chance
alone.

{make_table(groups)}

The test part: {SPLITS["jobs"]}.
A difference is to the same model with plain cross-entropy, with its standard error; classes that
are never predicted count with an F1 of 0. A network is trained for {own} epochs at most, or as
its line says: where the best is the last of them, more might have changed the answer.
"""


def title(settings: Record) -> str:
    width = "" if settings["maxlen"] is None else f", first {settings['maxlen']} words"
    epochs = "" if settings["epochs"] is None else f", up to {settings['epochs']} epochs"
    return settings["model"] + width + epochs


def commands(groups: Groups) -> str:
    """Return the commands that make the runs, one for each network and width, and the page."""
    runs: dict[str, list[Record]] = {}
    for settings, records in groups:
        if settings["model"] != BASELINE:  # which is run with each of them
            caps = [f" --{name} {settings[name]}" for name in CAPS if settings[name] is not None]
            run = f"--network {settings['model']}{''.join(caps)} "
            runs.setdefault(run, []).extend(records)
    options = [f"{run}--seeds {seeds_of(records)}" for run, records in runs.items()]
    options.append("--seeds --table docs/imbalance.md")
    return "\n".join(f"    python benchmarks/imbalance.py {words}" for words in options)


def make_table(groups: Groups) -> str:
    header = ["model", "trained by", "macro-F1", "of each seed", "difference", "95 % interval"]
    header += ["accuracy", "difference", "classes predicted", "best epoch", "CPU seconds of fit"]
    rows = []
    for settings, records, plain in compared(groups):
        f1 = Difference(records, plain, "macro_f1") if plain else None
        rows.append(
            [
                title(settings),
                settings["candidate"],
                fraction(mean_of(records, "macro_f1")),
                each(records, "macro_f1"),
                str(f1 or ""),
                f1.interval if f1 else "",
                fraction(mean_of(records, "accuracy")),
                str(Difference(records, plain, "accuracy")) if plain else "",
                f"{span(records, 'n_predicted')} of {span(records, 'n_classes')}",
                span(records, "best_epoch"),
                f"{mean_of(records, 'cpu_seconds'):,.0f}",
            ]
        )
    return table(header, rows)


def main() -> int:
    parser = make_parser(__doc__, "imbalance")
    parser.add_argument("--network", choices=NETWORKS, default="cnn")
    parser.add_argument("--maxlen", type=int, metavar="N", help="read the first N words only")
    parser.add_argument("--epochs", type=int, metavar="N", help="train for N at most")
    parser.add_argument("--candidates", nargs="+", choices=list(candidates()), metavar="NAME")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.results, args.table = args.seeds[:2], None, None
        args.epochs = 3
        args.maxlen = min(args.maxlen or 50, 50)
    ledger = Ledger(args.results)
    for seed in args.seeds:
        split = read_split("jobs", args.data, seed, 300 if args.quick else None)
        for settings, pipeline in make_pipelines(
            args.network, args.candidates, args.maxlen, args.epochs, seed
        ):
            record = ledger.run(settings, pipeline, lambda p=pipeline, s=split: evaluate(p, s))
            print(
                f"{title(settings)}, {settings['candidate']}, seed {seed}: "
                f"macro-F1 {fraction(record['macro_f1'])} "
                f"in {record['cpu_seconds']:,.0f} CPU seconds",
                flush=True,
            )
    groups = ledger.grouped()
    if not groups:
        sys.exit("There are no runs yet.")
    publish(make_page(groups), args.table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
