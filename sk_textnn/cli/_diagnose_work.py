"""The diagnosis itself: it knows neither arguments nor exit codes."""

import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .._optional import import_heavy
from ._diagnose_report import Diagnosed, make_report
from ._errors import CommandError
from ._examine import diagnosed
from ._inputs import (
    Data,
    DiagnoseOptions,
    check_common,
    check_folds,
    check_number,
    check_vectors,
    check_words,
    read_data,
    read_file,
)
from ._saved import load_pipeline, saved_name
from ._screen import Screen
from ._splits import Split, hold_out
from ._whole_file import choose_page, whole_file
from ._words import count, seconds

__all__ = ["diagnose"]


def diagnose(options: DiagnoseOptions, screen: Screen) -> Path:
    """Fit if need be, diagnose, compare with a baseline and write the report.

    Parameters
    ----------
    options : DiagnoseOptions
    screen : Screen
        Where notes, findings and the verdict go.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    CommandError
        If an option or the data cannot be used, or the pipeline cannot be fitted; nothing is
        written then.
    """
    start = time.perf_counter()
    _check(options)
    path = choose_page(options.out, "diagnose", overwrite=options.overwrite)
    name, pipeline = _choose(options)
    data, split = _read(options)
    check_words([data.texts[row] for row in split[0]], "diagnosed")
    check_vectors(options, data.texts)
    screen.say(_opening(data, split, options, name))
    fit_seconds = float("nan")
    try:
        if options.pipeline is None or options.test is None:
            with screen.waiting(f"Fitting {name} ..."):
                pipeline, fit_seconds = _fit(pipeline, data, split[0])
        with screen.waiting("Looking for what is wrong ..."):
            comparison = _against_baseline(name, pipeline, data, split, options.seed, fit_seconds)
            examined = diagnosed(
                name,
                pipeline,
                data,
                split,
                cv=options.cv,
                seed=options.seed,
                n_seeds=options.n_seeds,
            )
    except (ValueError, TypeError, RuntimeError) as error:
        raise CommandError(
            f"{name} cannot be diagnosed on these texts ({type(error).__name__}: {error})"
        ) from error
    found = Diagnosed(options, data, examined, comparison, time.perf_counter() - start)
    page = make_report(found)
    with whole_file(path) as file:
        file.write(page)
    screen.verdict(" ".join(found.verdict))
    screen.findings(examined.findings)
    screen.say(f"Done in {seconds(time.perf_counter() - start)}. Open {path}")
    return path


def _check(options: DiagnoseOptions) -> None:
    check_folds(options.cv)
    check_number("--n-seeds", options.n_seeds, least=0)
    check_common(options)
    if not 0 < options.test_size < 1:
        raise CommandError(
            f"--test-size must be a share between 0 and 1, such as 0.15, not {options.test_size:g}."
        )
    if options.test is not None and options.data is None:
        raise CommandError("--test needs DATA, on which the pipeline is, or was, fitted.")


def _choose(options: DiagnoseOptions) -> tuple[str, Any]:
    """Return the pipeline, fitted only if it was saved, and its name."""
    from ..classifiers import make_text_classifier

    if options.pipeline is not None:
        return saved_name(options.pipeline), load_pipeline(options.pipeline)
    (name,) = options.networks
    return name, make_text_classifier(name, vectors=options.vectors, random_state=options.seed)


def _read(options: DiagnoseOptions) -> tuple[Data, Split]:
    """Return all rows, and which of them are trained and tested on."""

    data = read_data(options, min_count=2)
    if options.test is None:
        return data, hold_out(data, options.test_size, options.seed)
    test = read_file(options.test, options)
    rows = np.arange(len(data.texts) + len(test.texts))
    both = Data(
        [*data.texts, *test.texts],
        np.concatenate([data.labels, test.labels]),
        f"{data.source} to train on, {test.source} to test on",
    )
    return both, (rows[: len(data.texts)], rows[len(data.texts) :])


def _opening(data: Data, split: Split, options: DiagnoseOptions, name: str) -> str:
    source = data.source
    if options.data is None:
        source = f"no DATA was given, so the diagnosis is made on {source}"
    train, test = split
    done = "was fitted" if options.pipeline and options.test else "is fitted"
    return (
        f"{count(len(data.texts), 'text')}, {count(len(set(data.labels.tolist())), 'label')}; "
        f"{source}\n{name} {done} on {count(len(train), 'text')} and tested on "
        f"{count(len(test), 'other')}, seed {options.seed}"
    )


def _fit(pipeline: Any, data: Data, rows: np.ndarray) -> tuple[Any, float]:
    from sklearn.base import clone

    import_heavy("keras")  # loading TensorFlow is no part of the fit
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = clone(pipeline).fit([data.texts[row] for row in rows], data.labels[rows])
    return fitted, time.perf_counter() - start


def _against_baseline(
    name: str, pipeline: Any, data: Data, split: Split, seed: int, fit_seconds: float
) -> Any:
    """Compare with TF-IDF and logistic regression on this one split."""
    import pandas as pd

    from ..baselines import make_tfidf_baselines
    from ..evaluation import Comparison

    rival = "tfidf_logistic_regression"
    train, test = split
    index = pd.MultiIndex.from_product([[0], test], names=["fold", "row"])
    labels = pd.Series(data.labels[test], index=index)
    baseline, baseline_seconds = _fit(make_tfidf_baselines(random_state=seed)[rival], data, train)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = [data.texts[row] for row in test]
        predicted = pd.DataFrame(
            {name: np.asarray(pipeline.predict(read)), rival: baseline.predict(read)}, index=index
        )
    return Comparison.from_scores(
        {column: [float((predicted[column] == labels).mean())] for column in predicted},
        roles={name: "candidate", rival: "baseline"},
        fit_seconds={name: fit_seconds, rival: baseline_seconds},
        test_to_train_ratio=len(test) / len(train),
        predictions=predicted,
        labels=labels,
    )
