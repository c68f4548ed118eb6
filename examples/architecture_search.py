"""Is a larger LSTM worth it? Practitioners' way through the architectures, step by step.

1. The minimal baseline: one LSTM of a quarter as many units as classes, and nothing else.
2. One hidden layer more: does it bring anything?
3. A random search over 1 to 4 LSTM layers and 0 to 8 hidden layers, of 8 to 64 units each.
4. TF-IDF with logistic regression, which a network has to beat.
5. One look at the test part, with the baseline, the best network and TF-IDF: the score by which the
   best of many trials was chosen is partly chance.

All choices are made on validation folds of the training part. No text is on both sides of a fold,
nor in both parts: job advertisements, for one, come repeatedly, and to know a text by heart is no
merit. It takes a minute, on texts that are made here:

    python examples/architecture_search.py

Practitioners advise 100 trials; on these texts that is a quarter of an hour, on thousands of long
ones half a day:

    python examples/architecture_search.py --trials 100

With texts of your own, in a CSV file whose first line names the columns:

    python examples/architecture_search.py --csv jobs.csv --text description --label industry

With thousands of them add --epochs 30 --batch-size 32 --folds 3, and --jobs 2 for two processes.
"""

import argparse
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV, StratifiedGroupKFold, cross_val_score

from sk_textnn import datasets, make_tfidf_baselines
from sk_textnn.reference import experiment_space, run_experiment


def main() -> None:
    args = read_arguments()
    texts, labels = read_texts(args)

    # A fifth of the texts is the test part, by which nothing is chosen.
    fifths = StratifiedGroupKFold(5, shuffle=True, random_state=args.seed)
    train, test = next(fifths.split(texts, labels, groups=texts))
    X, y, X_test, y_test = texts[train], labels[train], texts[test], labels[test]
    print(f"{len(np.unique(labels))} classes, {len(X)} texts to choose by, {len(X_test)} to test.")

    # All candidates are validated on the same folds of the rest.
    splitter = StratifiedGroupKFold(args.folds, shuffle=True, random_state=args.seed)
    folds = list(splitter.split(X, y, groups=X))
    print(f"\nAccuracy on {args.folds} validation folds, mean and each:", flush=True)

    training = {"epochs": args.epochs, "batch_size": args.batch_size}
    minimal = run_experiment(X, y, **training, cv=folds, random_state=args.seed)
    show("minimal baseline", minimal.accuracy, minimal.pipeline)
    deeper = run_experiment(X, y, dense_layers=1, **training, cv=folds, random_state=args.seed)
    show("one layer more", deeper.accuracy, deeper.pipeline)

    print(f"  ... searching: {args.trials} trials", flush=True)
    search = RandomizedSearchCV(
        minimal.pipeline,  # has epochs and batch size; layers and units are drawn
        experiment_space(),
        n_iter=args.trials,
        scoring="accuracy",
        cv=folds,
        n_jobs=args.jobs,
        refit=False,
        random_state=args.seed,
    ).fit(X, y)
    ranking = np.argsort(search.cv_results_["rank_test_score"], kind="stable")
    for name, trial in zip(("best trial", "second best", "third best"), ranking, strict=False):
        show(name, *result_of(search, trial))

    tfidf = make_tfidf_baselines(random_state=args.seed)["tfidf_logistic_regression"]
    show("TF-IDF", cross_val_score(tfidf, X, y, cv=folds))

    # Of equals the first, which is the smallest.
    networks = [(e.accuracy, e.pipeline) for e in (minimal, deeper)]
    networks.append(result_of(search, ranking[0]))
    _, best = max(networks, key=lambda network: np.mean(network[0]))
    print(f"\nThe best network on the folds: {architecture(best)}.")

    print("\nAccuracy on the test part, after training on all other texts:", flush=True)
    right = {}
    candidates = {"minimal baseline": minimal.pipeline, "best network": best, "TF-IDF": tfidf}
    for name, pipeline in candidates.items():
        right[name] = clone(pipeline).fit(X, y).predict(X_test) == y_test
        show(name, [right[name].mean()])
    print()
    for other in ("minimal baseline", "TF-IDF"):
        print(verdict(right["best network"], right[other], other))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    option = parser.add_argument
    option("--csv", metavar="FILE", help="texts of your own; without, some are made")
    option("--text", default="text", metavar="COLUMN", help="column of the texts")
    option("--label", default="label", metavar="COLUMN", help="column of their classes")
    option("--trials", type=int, default=3, metavar="N", help="architectures to draw (%(default)s)")
    option("--folds", type=int, default=2, metavar="N", help="to validate on (%(default)s)")
    option("--epochs", type=int, default=8, metavar="N", help="the most (%(default)s)")
    option("--batch-size", type=int, default=8, metavar="N", help="texts a step (%(default)s)")
    option("--jobs", type=int, default=1, metavar="N", help="processes that search (%(default)s)")
    option("--seed", type=int, default=9, metavar="N", help="of all that is drawn (%(default)s)")
    return parser.parse_args()


def read_texts(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """Return the texts and labels of the file, or of a corpus in which the words tell the class."""
    if args.csv:
        data = datasets.load_csv(args.csv, text=args.text, label=args.label)
    else:
        data = datasets.make_text_classification(
            400, n_classes=8, length=(9, 11), gap=(0, 0), order_share=0.0, random_state=args.seed
        )
    return np.array(data.texts, dtype=object), data.labels


def result_of(search: RandomizedSearchCV, trial: int) -> tuple[list[float], Any]:
    """Return the accuracy of a trial on each fold, and its pipeline."""
    found = search.cv_results_
    accuracy = [found[f"split{fold}_test_score"][trial] for fold in range(search.n_splits_)]
    return accuracy, clone(search.estimator).set_params(**found["params"][trial])


def show(name: str, accuracy: Any, pipeline: Any = None) -> None:
    """Print one line of a table."""
    each = " ".join(f"{value:.3f}" for value in accuracy) if len(accuracy) > 1 else ""
    layers = f"  {architecture(pipeline)}" if pipeline is not None else ""
    print(f"  {name:18} {np.mean(accuracy):.3f}  {each}{layers}".rstrip(), flush=True)


def architecture(pipeline: Any) -> str:
    """Return the layers of an LSTM in words."""
    clf = pipeline["clf"]
    layers = [f"{clf.n_layers} x LSTM({clf.units})"]
    if clf.dense_units:
        layers.append(f"{len(clf.dense_units)} x Dense({clf.dense_units[0]})")
    return ", ".join(layers)


def verdict(right: np.ndarray, others: np.ndarray, name: str) -> str:
    """Compare two candidates by what they got right, text by text."""
    difference = right.astype(float) - others
    margin = 1.96 * difference.std(ddof=1) / np.sqrt(len(difference))
    chance = "more than chance" if abs(difference.mean()) > margin else "may be chance"
    return f"Best network - {name}: {difference.mean():+.3f}, give or take {margin:.3f}, {chance}."


if __name__ == "__main__":
    main()
