"""Causes that lie in how much of the texts the network gets to read."""

from .._findings import Finding
from ._context import Context
from ._words import Words, share, share_by_class

# Of the words: less than a twentieth is what a width of "p95" may cut.
CUT = 0.05
MUCH_CUT = 0.4
# Of running words; of texts in another than the training set a few per cent are always unknown.
UNKNOWN_IN_TRAINING = 0.15
UNKNOWN_IN_TEST = 0.25
MUCH_UNKNOWN = 0.4
# Google News has vectors for some 75 % of the words of self-reports, the stop words left out.
COVERAGE = 0.6
LITTLE_COVERAGE = 0.3


def truncation(context: Context) -> Finding | None:
    """Find texts that are cut."""
    words = context.words
    if words is None:
        return None
    cut = words.cut(words.lengths_train)
    value = share(cut, words.lengths_train)
    if value < CUT:
        return None
    shares = share_by_class(cut, words.lengths_train, context.y_train)
    decisive = value >= MUCH_CUT and context.loses()
    most = next(iter(shares))
    return Finding(
        "truncation",
        "error" if decisive else "warning",
        f"{value:.0%} of the words are cut off, as only {words.maxlen} of a text are read; most "
        f"of class {most!r}, {shares[most]:.0%}. Read more of them.",
        value,
        CUT,
        {"by_class": shares, "rows": float((cut > 0).mean()), "maxlen": words.maxlen},
        context.change("pad", maxlen="p95"),
    )


def unknown_words(context: Context) -> Finding | None:
    """Find words that have no id of their own."""
    words = context.words
    if words is None:
        return None
    in_training = share(words.unknown_train, words.lengths_train)
    in_test = share(words.unknown_test, words.lengths_test)
    limited = in_training >= UNKNOWN_IN_TRAINING
    if not limited and in_test < UNKNOWN_IN_TEST:
        return None
    value, threshold = (in_training, UNKNOWN_IN_TRAINING) if limited else (in_test, UNKNOWN_IN_TEST)
    advice = "Give more words an id." if limited else "Train on texts more like those of the test."
    decisive = in_training >= MUCH_UNKNOWN and context.loses()
    return Finding(
        "unknown_words",
        "error" if decisive else "warning",
        f"{in_training:.0%} of the training words and {in_test:.0%} of the test words have no id "
        f"of their own, and are all alike to the network. {advice}",
        value,
        threshold,
        _unknown(context, words),
        context.change("tokens", num_words=None, min_df=1, max_df=1.0) if limited else {},
    )


def _unknown(context: Context, words: Words) -> dict[str, object]:
    return {
        "train": share_by_class(words.unknown_train, words.lengths_train, context.y_train),
        "test": share_by_class(words.unknown_test, words.lengths_test, context.y_test),
    }


def vector_coverage(context: Context) -> Finding | None:
    """Find words for which there was no vector."""
    step = context.steps.get("embed")
    value = getattr(getattr(step, "estimator", None), "occurrence_coverage_", None)
    if step is None or value is None or value >= COVERAGE:
        return None
    embedder = step.estimator
    given = embedder.vectors is not None
    change = context.change("embed", missing="train", ignore_case=True)
    if not given:  # none was read: words were too rare to be trained
        change = context.change("embed", min_count=1)
    return Finding(
        "vector_coverage",
        "error" if value < LITTLE_COVERAGE and context.loses() else "warning",
        f"Only {value:.0%} of the running words have a vector that was "
        f"{'found' if given else 'trained'}; the others begin at random. "
        + ("Train the missing ones." if given else "Train rare words, too."),
        value,
        COVERAGE,
        embedder.coverage_report(),
        change | (context.change("clf", trainable_embedding=True) if given else {}),
    )


CAUSES = (truncation, unknown_words, vector_coverage)
