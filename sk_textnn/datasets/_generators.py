"""A corpus made to order, in which the order of the words carries the label."""

from numbers import Integral, Real
from typing import Any, Literal, overload

import numpy as np
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, validate_params

__all__ = ["make_text_classification"]

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


@overload
def make_text_classification(
    n_samples: int = ...,
    *,
    n_classes: int = ...,
    length: tuple[int, int] = ...,
    vocabulary_size: int = ...,
    cues_per_class: int = ...,
    gap: tuple[int, int] = ...,
    order_share: float = ...,
    label_noise: float = ...,
    random_state: int | np.random.RandomState | None = ...,
    return_X_y: Literal[False] = ...,
) -> Bunch: ...


@overload
def make_text_classification(
    n_samples: int = ...,
    *,
    n_classes: int = ...,
    length: tuple[int, int] = ...,
    vocabulary_size: int = ...,
    cues_per_class: int = ...,
    gap: tuple[int, int] = ...,
    order_share: float = ...,
    label_noise: float = ...,
    random_state: int | np.random.RandomState | None = ...,
    return_X_y: Literal[True],
) -> tuple[list[str], np.ndarray]: ...


@validate_params(  # type: ignore[untyped-decorator]  # the overloads above keep the types
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_classes": [Interval(Integral, 2, None, closed="left")],
        "length": [tuple, list],
        "vocabulary_size": [Interval(Integral, 1, None, closed="left")],
        "cues_per_class": [Interval(Integral, 1, None, closed="left")],
        "gap": [tuple, list],
        "order_share": [Interval(Real, 0, 1, closed="both")],
        "label_noise": [Interval(Real, 0, 0.5, closed="left")],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_text_classification(
    n_samples: int = 1000,
    *,
    n_classes: int = 3,
    length: tuple[int, int] = (12, 20),
    vocabulary_size: int = 200,
    cues_per_class: int = 2,
    gap: tuple[int, int] = (1, 2),
    order_share: float = 0.6,
    label_noise: float = 0.05,
    random_state: int | np.random.RandomState | None = None,
    return_X_y: bool = False,
) -> Bunch | tuple[list[str], np.ndarray]:
    """Make labelled texts of invented words in which word order carries the label.

    Every class has a few cue words of its own, and one word is the marker. The label of a text is
    the class of the first cue *after* the marker; another cue stands as close *before* it. In the
    share `order_share` of the texts every class has exactly one cue, so the words alone say
    nothing about the label; in the other texts both cues are of the label's class, and counting
    words is enough. As filler words part the marker from the cues, pairs of neighbouring words
    do not help either.

    Then `label_noise` of the labels are replaced by another one. So the best accuracy anybody can
    reach is known exactly, with word order and without it.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of texts. The classes are as balanced as this number permits.
    n_classes : int, default=3
        Number of classes, named ``"class_0"``, ``"class_1"``, ...
    length : tuple of (int, int), default=(12, 20)
        Words of the shortest and the longest text; lengths between are equally likely.
    vocabulary_size : int, default=200
        Number of different words: cues, marker and fillers. Fillers follow Zipf's law.
    cues_per_class : int, default=2
        Number of cue words of each class.
    gap : tuple of (int, int), default=(1, 2)
        Fewest and most filler words between the marker and the cue on either side. With 0,
        neighbouring words give some labels away.
    order_share : float, default=0.6
        Share of the texts whose label only the order of the words tells.
    label_noise : float, default=0.05
        Share of the labels that are replaced by another one; under .5. It is rounded to a whole
        number of texts.
    random_state : int, RandomState instance or None, default=None
        Determines words, texts and noise. An int repeats them.
    return_X_y : bool, default=False
        Return ``(texts, labels)`` instead of the Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes:

        texts : list of str of length n_samples
            The texts.
        labels : ndarray of str of shape (n_samples,)
            Their labels.
        best_accuracy : float
            Accuracy of the rule above, which nothing beats but luck: 1 minus the share of
            replaced labels.
        best_accuracy_without_order : float
            What the best model that only counts words can expect:
            ``(1 - order_share) * best_accuracy + order_share / n_classes``.
        marker : str
            The marker.
        cues : dict of str to tuple of str
            The cue words of each class.
        DESCR : str
            What the corpus is, in words.

    (texts, labels) : tuple of (list of str, ndarray of str of shape (n_samples,))
        In place of the Bunch, if ``return_X_y`` is True.

    Raises
    ------
    ValueError
        If `length` leaves no room for marker, cues and gaps, or `vocabulary_size` none for
        filler words.

    Examples
    --------
    >>> from sk_textnn.datasets import make_text_classification
    >>> data = make_text_classification(200, random_state=0)
    >>> len(data.texts), sorted(set(data.labels.tolist()))
    (200, ['class_0', 'class_1', 'class_2'])
    >>> data.best_accuracy, round(data.best_accuracy_without_order, 2)
    (0.95, 0.58)
    """
    shortest, longest = _check_range("length", length, at_least=1)
    _, widest = least_most = _check_range("gap", gap, at_least=0)
    # Two cues, the marker, the gaps beside it, a gap that keeps further cues away.
    needed = 3 + 3 * widest + (n_classes - 2)
    if shortest < needed:
        raise ValueError(
            f"length={length!r} leaves too little room: with n_classes={n_classes} and "
            f"gap={gap!r} a text needs at least {needed} words. Raise length or lower gap."
        )
    n_fillers = vocabulary_size - 1 - n_classes * cues_per_class
    if n_fillers < 2:
        raise ValueError(
            f"vocabulary_size={vocabulary_size} leaves no filler words: the marker and the cues "
            f"take {1 + n_classes * cues_per_class}. Raise vocabulary_size."
        )

    rng = check_random_state(random_state)
    words = _invent_words(vocabulary_size, rng)
    marker, fillers = words[0], np.array(words[1 : 1 + n_fillers])
    cues = np.array(words[1 + n_fillers :]).reshape(n_classes, cues_per_class)
    frequency = 1 / (np.arange(n_fillers) + 3.0)  # Zipf's law without its sharpest peak
    frequency /= frequency.sum()

    true = rng.permutation(np.arange(n_samples) % n_classes)
    by_order = rng.permutation(n_samples) < round(order_share * n_samples)
    texts = []
    for klass, ordered in zip(true, by_order, strict=True):
        others = rng.permutation(np.delete(np.arange(n_classes), klass)) if ordered else [klass]
        before, *elsewhere = (rng.choice(cues[other]) for other in others)
        after = rng.choice(cues[klass])
        left, right = rng.randint(least_most[0], widest + 1, size=2)
        size = rng.randint(shortest, longest + 1)
        filler = iter(rng.choice(fillers, size=size, p=frequency))
        core = [before, *_take(filler, left), marker, *_take(filler, right), after]
        core += _take(filler, widest)
        rest = rng.permutation(elsewhere + _take(filler, size - len(core) - len(elsewhere)))
        at = rng.randint(len(rest) + 1)
        texts.append(" ".join([*rest[:at], *core, *rest[at:]]))

    n_noisy = round(label_noise * n_samples)
    noisy = rng.choice(n_samples, size=n_noisy, replace=False)
    labelled = true.copy()
    labelled[noisy] = (true[noisy] + rng.randint(1, n_classes, size=n_noisy)) % n_classes
    names = np.array([f"class_{klass}" for klass in range(n_classes)])
    labels = names[labelled]
    if return_X_y:
        return texts, labels

    best = 1 - n_noisy / n_samples
    share = round(order_share * n_samples) / n_samples
    without_order = (1 - share) * best + share / n_classes
    return Bunch(
        texts=texts,
        labels=labels,
        best_accuracy=best,
        best_accuracy_without_order=without_order,
        marker=str(marker),
        cues={str(name): tuple(map(str, row)) for name, row in zip(names, cues, strict=True)},
        DESCR=(
            f"{n_samples:,} texts of invented words in {n_classes} classes. The label is the class "
            f"of the first cue after the marker {str(marker)!r}; in {share:.0%} of the texts only "
            f"word order tells it. Best possible accuracy: {best:.3f} with word order, "
            f"{without_order:.3f} without."
        ),
    )


def _check_range(name: str, value: Any, *, at_least: int) -> tuple[int, int]:
    """Return the two ends, or say that they are none."""
    whole = len(value) == 2 and all(isinstance(end, Integral) for end in value)
    if not whole or not at_least <= value[0] <= value[1]:
        raise ValueError(
            f"{name} must be two whole numbers (fewest, most) with {at_least} <= fewest <= most, "
            f"not {value!r}."
        )
    return int(value[0]), int(value[1])


def _invent_words(n_words: int, rng: np.random.RandomState) -> list[str]:
    """Different words of open syllables, two at first, more when those run out."""
    words: dict[str, None] = {}
    n_syllables, capacity = 2, (len(_CONSONANTS) * len(_VOWELS)) ** 2
    while len(words) < n_words:
        if len(words) > capacity / 2:
            n_syllables, capacity = n_syllables + 1, capacity * len(_CONSONANTS) * len(_VOWELS)
        first = rng.randint(len(_CONSONANTS), size=n_syllables)
        second = rng.randint(len(_VOWELS), size=n_syllables)
        words["".join(_CONSONANTS[c] + _VOWELS[v] for c, v in zip(first, second, strict=True))] = (
            None
        )
    return list(words)


def _take(words: Any, count: int) -> list[str]:
    return [next(words) for _ in range(count)]
