"""The search itself: it knows neither arguments nor exit codes."""

import tempfile
import time
import warnings
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import CommandError
from ._examine import Examined, examine
from ._folder import NETWORK, PIPELINE, REPORT, RESULTS, RUN, choose_folder, staged, write_json
from ._inputs import (
    Data,
    SearchOptions,
    check_options,
    check_scoring,
    check_vectors,
    check_words,
    read_data,
)
from ._outcome import Outcome, judge
from ._screen import Screen
from ._splits import make_folds
from ._trials import Trial, run_trials, sample_candidates
from ._words import count, describe, number, seconds

__all__ = ["SearchOptions", "search"]


def search(options: SearchOptions, screen: Screen) -> Path:
    """Search, compare, refit the best and write the results.

    Parameters
    ----------
    options : SearchOptions
    screen : Screen
        Where notes, progress and the table go.

    Returns
    -------
    Path
        The directory of the results.

    Raises
    ------
    CommandError
        If an option or the data cannot be used; nothing is written then.
    """
    start = time.perf_counter()
    check_options(options)
    folder = choose_folder(options.out, overwrite=options.overwrite)
    data = read_data(options, min_count=options.cv)
    check_words(data.texts)
    scorer = check_scoring(options.scoring, data)
    with (
        staged(folder) as stage,
        tempfile.TemporaryDirectory(prefix="sk_textnn_", ignore_cleanup_errors=True) as cache,
    ):
        memory = _make_memory(cache)
        check_vectors(options, data.texts, memory)
        screen.say(_opening(data, options))
        trials = make_trials(options, memory)
        splits = make_folds(data, options.cv, options.seed)
        screen.start(len(trials) * len(splits))
        try:
            run_trials(
                trials,
                data.texts,
                data.labels,
                splits,
                scorer,
                n_jobs=options.n_jobs,
                on_fit=screen.fit_done,
            )
        except BrokenProcessPool as error:
            raise CommandError(
                "A worker process was ended from outside, probably because memory ran out: use "
                f"fewer workers than {options.n_jobs}, with --n-jobs."
            ) from error
        finally:
            screen.stop()
        outcome = judge(trials, splits, data.labels, options.scoring)
        screen.table(outcome.rows, options.scoring)
        for sentence in outcome.left_out:
            screen.say(sentence)
        if best_possible(data, options):
            screen.say(best_possible(data, options))
        screen.verdict(outcome.verdict)
        screen.say(architecture(outcome))
        screen.say("Fitting the best on all rows, and looking for what is wrong with it ...")
        examined = examine(
            outcome.network.name,
            outcome.network.pipeline,
            data,
            splits[0],
            cv=options.cv,
            seed=options.seed,
        )
        network = _refit(outcome.network, data)
        baseline = None if outcome.network_wins else _refit(outcome.baseline, data)
        _write(
            stage,
            folder,
            options,
            data,
            trials,
            splits,
            outcome,
            examined,
            network,
            baseline,
            time.perf_counter() - start,
        )
    if not outcome.network_wins:
        screen.say(
            f"{PIPELINE} holds the baseline {outcome.baseline.name}, whose mean is higher; "
            f"{NETWORK} holds the network."
        )
    screen.say(
        f"Done in {seconds(time.perf_counter() - start)}. Open {folder / REPORT}; classify new "
        f"texts with: sk-textnn predict {folder} FILE"
    )
    return folder


def make_trials(options: SearchOptions, memory: Any) -> list[Trial]:
    """List the baselines and draw the candidates, baselines first: they are fast."""
    from ..baselines import make_tfidf_baselines
    from ..classifiers import make_text_classifier
    from ..search import search_space

    trials = [
        Trial("baseline", name, pipeline)
        for name, pipeline in make_tfidf_baselines(random_state=options.seed).items()
    ]
    for network in options.networks:
        pipeline = make_text_classifier(
            network, vectors=options.vectors, memory=memory, random_state=options.seed
        )
        trials += sample_candidates(
            network,
            pipeline,
            search_space(network, pretrained=options.vectors is not None),
            n_iter=options.n_iter,
            seed=options.seed,
        )
    return trials


def architecture(outcome: Outcome) -> str:
    """Name the best network in words."""
    best = outcome.network
    return f"Best network: {best.name} with {describe(best.params)}."


def best_possible(data: Data, options: SearchOptions) -> str:
    """Say how good a model of this corpus can be, where that is known."""
    if data.best_accuracy is None or options.scoring != "accuracy":
        return ""
    return (
        f"Best possible accuracy on this made corpus: {number(data.best_accuracy)}; without word "
        f"order {number(data.best_accuracy_without_order or 0)} can be expected at best."
    )


def _opening(data: Data, options: SearchOptions) -> str:
    n_classes = len(set(data.labels.tolist()))
    source = data.source
    if options.data is None:
        source = f"no DATA was given, so the search runs on {source}"
    return (
        f"{count(len(data.texts), 'text')}, {count(n_classes, 'label')}; {source}\n"
        f"{count(options.n_iter, 'candidate')} of {' and '.join(options.networks)} each, "
        f"{options.cv} folds, {count(options.n_jobs, 'worker')}, seed {options.seed}"
    )


def _make_memory(folder: str) -> Any:
    """Cache fitted steps, so that words are counted and learnt once a fold and setting."""
    from joblib import Memory

    return Memory(folder, verbose=0)


def _refit(trial: Trial, data: Data) -> Any:
    """Fit on all rows; what is saved must not know the cache, which goes away."""
    from sklearn.base import clone

    pipeline = clone(trial.pipeline)
    if "memory" in pipeline.get_params(deep=False):
        pipeline.set_params(memory=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.fit(data.texts, data.labels)


def _write(
    stage: Path,
    folder: Path,
    options: SearchOptions,
    data: Data,
    trials: list[Trial],
    splits: list[tuple[np.ndarray, np.ndarray]],
    outcome: Outcome,
    examined: Examined,
    network: Any,
    baseline: Any,
    elapsed: float,
) -> None:
    """Write everything into `stage`."""
    import joblib

    from ._results import run_record, write_results
    from ._search_report import Searched, make_report

    try:
        joblib.dump(network if baseline is None else baseline, stage / PIPELINE, compress=3)
        if baseline is not None:
            joblib.dump(network, stage / NETWORK, compress=3)
        write_results(stage / RESULTS, trials)
        record = run_record(options, data, outcome, elapsed)
        searched = Searched(
            folder=folder,
            options=options,
            data=data,
            trials=trials,
            splits=splits,
            outcome=outcome,
            network=network,
            examined=examined,
            record=record,
            elapsed=elapsed,
        )
        (stage / REPORT).write_text(make_report(searched), encoding="utf-8")
        write_json(stage / RUN, record)
    except OSError as error:
        raise CommandError(f"The results cannot be written ({error.strerror}).") from error
