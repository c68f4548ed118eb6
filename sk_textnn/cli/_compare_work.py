"""The comparison itself: it knows neither arguments nor exit codes."""

import time
import warnings
from pathlib import Path
from typing import Any

from .. import evaluation
from ._compare_report import Compared, make_report
from ._errors import CommandError
from ._examine import examine
from ._inputs import (
    CompareOptions,
    Data,
    check_common,
    check_folds,
    check_number,
    check_scoring,
    check_vectors,
    check_words,
    read_data,
)
from ._saved import load_pipeline, saved_name
from ._screen import Screen
from ._splits import Split, make_folds
from ._whole_file import choose_page, whole_file
from ._words import count, number, seconds

__all__ = ["compare"]


def compare(options: CompareOptions, screen: Screen) -> Path:
    """Compare, diagnose the best candidate and write the report.

    Parameters
    ----------
    options : CompareOptions
    screen : Screen
        Where notes, the table and the verdict go.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    CommandError
        If an option or the data cannot be used, or nothing could be fitted; nothing is written
        then.
    """
    start = time.perf_counter()
    _check(options)
    path = choose_page(options.out, "compare", overwrite=options.overwrite)
    candidates = _saved(options)
    data = read_data(options, min_count=options.cv)
    check_words(data.texts, "compared")
    for scoring in options.scoring:
        check_scoring(scoring, data)
    check_vectors(options, data.texts)
    candidates |= _networks(options)
    splits = _make_splits(data, options)
    screen.say(_opening(data, options, list(candidates)))
    with screen.waiting("Fitting baselines and candidates ..."), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = evaluation.compare(
                candidates,
                data.texts,
                data.labels,
                cv=splits,
                scoring=list(options.scoring),
                n_jobs=options.n_jobs,
                random_state=options.seed,
            )
        except RuntimeError as error:
            raise CommandError(str(error)) from error
    best = str(found.best_candidate_)
    if best not in candidates:
        raise CommandError(f"There is nothing to compare: {found.verdict_}")
    screen.frame(_told(found))
    if data.best_accuracy is not None and options.scoring[0] == "accuracy":
        screen.say(f"Best possible accuracy on this made corpus: {number(data.best_accuracy)}.")
    screen.verdict(found.verdict_)
    with screen.waiting(f"Looking for what is wrong with {best} ..."):
        examined = examine(
            best, candidates[best], data, splits[0], cv=options.cv, seed=options.seed
        )
        compared = Compared(
            options, data, found, examined, len(splits), time.perf_counter() - start
        )
        page = make_report(compared)
    with whole_file(path) as file:
        file.write(page)
    screen.findings(examined.findings)
    screen.say(f"Done in {seconds(time.perf_counter() - start)}. Open {path}")
    return path


def _check(options: CompareOptions) -> None:
    check_folds(options.cv)
    check_number("--repeats", options.repeats, least=1)
    check_common(options)
    if not options.networks and not options.pipelines:
        raise CommandError("--network names none, and there is no --pipeline: name one of them.")
    if not options.scoring:
        raise CommandError("--scoring names none: name a score such as accuracy or f1_macro.")
    if len(set(options.scoring)) < len(options.scoring):
        raise CommandError("--scoring names a score twice: name each once.")


def _saved(options: CompareOptions) -> dict[str, Any]:
    """Return saved pipelines by the names of their files or directories."""
    from ..baselines import make_tfidf_baselines

    taken = {*options.networks, *make_tfidf_baselines()}
    found: dict[str, Any] = {}
    for path in options.pipelines:
        name, times = saved_name(path), 1
        while name in taken or name in found:
            times += 1
            name = f"{saved_name(path)}-{times}"
        found[name] = load_pipeline(path)
    return found


def _networks(options: CompareOptions) -> dict[str, Any]:
    """Return the pipelines of the networks; without a cache, so that each pays for its words."""
    from ..classifiers import make_text_classifier

    return {
        name: make_text_classifier(name, vectors=options.vectors, random_state=options.seed)
        for name in options.networks
    }


def _make_splits(data: Data, options: CompareOptions) -> list[Split]:
    """Draw the folds, each time with another seed."""
    return [
        split
        for repeat in range(options.repeats)
        for split in make_folds(data, options.cv, (options.seed + repeat) % 2**32)
    ]


def _opening(data: Data, options: CompareOptions, candidates: list[str]) -> str:
    source = data.source
    if options.data is None:
        source = f"no DATA was given, so the comparison is made on {source}"
    times = f", {options.repeats} times" if options.repeats > 1 else ""
    return (
        f"{count(len(data.texts), 'text')}, {count(len(set(data.labels.tolist())), 'label')}; "
        f"{source}\n{', '.join(candidates)} and TF-IDF baselines, {options.cv} folds{times}, "
        f"{count(options.n_jobs, 'worker')}, seed {options.seed}"
    )


def _told(found: Any) -> Any:
    """The columns of the comparison for which a screen has room."""
    from ..evaluation._comparison_page import shown_table

    table = shown_table(found)
    wide = ("predict s", "size", "over texts", "better", "equivalent", "worse")
    return table.drop(columns=[name for name in wide if name in table])
