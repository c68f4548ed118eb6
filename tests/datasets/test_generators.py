"""The made corpus: its rule, its known best accuracy, and that only word order carries it."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sk_textnn.datasets import make_text_classification


def by_the_rule(data, text):
    """The class of the first cue after the marker."""
    label_of = {cue: label for label, cues in data.cues.items() for cue in cues}
    words = text.split()
    return next(label_of[w] for w in words[words.index(data.marker) + 1 :] if w in label_of)


def cue_counts(data, text):
    words = text.split()
    return [sum(words.count(cue) for cue in cues) for cues in data.cues.values()]


@pytest.mark.parametrize(
    ("n_classes", "gap", "noise"), [(2, (1, 1), 0.0), (3, (1, 2), 0.05), (5, (0, 3), 0.2)]
)
def test_the_rule_reaches_exactly_the_best_accuracy(n_classes, gap, noise):
    data = make_text_classification(
        400, n_classes=n_classes, gap=gap, length=(16, 30), label_noise=noise, random_state=0
    )
    reached = np.mean(
        [by_the_rule(data, t) == y for t, y in zip(data.texts, data.labels, strict=True)]
    )
    assert reached == pytest.approx(data.best_accuracy)
    assert data.best_accuracy == pytest.approx(1 - noise)


def test_in_the_ordered_share_every_class_has_one_cue():
    data = make_text_classification(500, order_share=0.7, n_classes=4, random_state=1)
    ordered = [cue_counts(data, text) == [1, 1, 1, 1] for text in data.texts]
    assert sum(ordered) == 350
    for text, is_ordered in zip(data.texts, ordered, strict=True):
        if not is_ordered:
            assert sorted(cue_counts(data, text)) == [0, 0, 0, 2]


def test_fillers_part_the_marker_from_the_cues():
    data = make_text_classification(300, gap=(1, 2), random_state=2)
    cues = {cue for row in data.cues.values() for cue in row}
    for text in data.texts:
        words = text.split()
        at = words.index(data.marker)
        assert words.count(data.marker) == 1
        for side in (words[at + 1 :], words[:at][::-1]):
            distance = next(i for i, word in enumerate(side) if word in cues)
            assert 1 <= distance <= 2
        # Nor does a third cue stand close enough to be taken for the second.
        assert sum(word in cues for word in words[at + 1 : at + 4]) == 1


@pytest.mark.parametrize("ngrams", [(1, 1), (1, 2)])
def test_counting_words_is_at_chance_where_all_texts_are_ordered(ngrams):
    texts, labels = make_text_classification(1500, order_share=1.0, random_state=3, return_X_y=True)
    model = make_pipeline(TfidfVectorizer(ngram_range=ngrams), LogisticRegression())
    assert cross_val_score(model, texts, labels, cv=3).mean() < 1 / 3 + 0.06


def test_counting_words_reaches_its_known_bound_and_not_more():
    data = make_text_classification(3000, random_state=4)
    vocabulary = [cue for cues in data.cues.values() for cue in cues]
    model = make_pipeline(CountVectorizer(vocabulary=vocabulary), LogisticRegression())
    reached = cross_val_score(model, data.texts, data.labels, cv=3).mean()
    assert data.best_accuracy_without_order == pytest.approx(0.4 * 0.95 + 0.6 / 3)
    assert reached == pytest.approx(data.best_accuracy_without_order, abs=0.03)


def test_two_words_with_their_distance_are_enough():
    """A linear model that sees (word, word, distance) solves it, so a network can."""
    data = make_text_classification(1500, random_state=5)

    def skip_grams(text):
        words = text.split()
        return [f"{a} {d} {b}" for d in (2, 3) for a, b in zip(words, words[d:], strict=False)]

    model = make_pipeline(CountVectorizer(analyzer=skip_grams), LogisticRegression())
    assert cross_val_score(model, data.texts, data.labels, cv=3).mean() > 0.9


def test_the_same_random_state_gives_the_same_corpus():
    first, again, other = (make_text_classification(50, random_state=s) for s in (7, 7, 8))
    assert first.texts == again.texts
    assert first.labels.tolist() == again.labels.tolist()
    assert first.texts != other.texts


def test_sizes_are_as_asked():
    data = make_text_classification(
        1000, length=(10, 13), vocabulary_size=150, label_noise=0, random_state=0
    )
    assert {len(text.split()) for text in data.texts} == {10, 11, 12, 13}
    assert len({word for text in data.texts for word in text.split()}) <= 150
    assert sorted(np.unique(data.labels, return_counts=True)[1]) == [333, 333, 334]
    assert f"{data.best_accuracy:.3f}" in data.DESCR


def test_a_vocabulary_larger_than_the_short_words_grows_syllables():
    data = make_text_classification(5, vocabulary_size=6000, random_state=0)
    assert len(data.texts) == 5


def test_return_X_y():
    texts, labels = make_text_classification(9, random_state=0, return_X_y=True)
    assert all(isinstance(text, str) for text in texts)
    assert labels.dtype.kind == "U"
    assert len(texts) == len(labels) == 9


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"length": (5, 8)}, "needs at least 10 words"),
        ({"length": (20, 12)}, "length must be two whole numbers"),
        ({"length": (12,)}, "length must be two whole numbers"),
        ({"gap": (-1, 2)}, "gap must be two whole numbers"),
        ({"vocabulary_size": 8}, "leaves no filler words"),
        ({"label_noise": 0.5}, "label_noise"),
        ({"n_classes": 1}, "n_classes"),
        ({"order_share": 1.5}, "order_share"),
    ],
)
def test_parameters_that_cannot_be(parameters, message):
    with pytest.raises(ValueError, match=message):
        make_text_classification(10, **parameters)
