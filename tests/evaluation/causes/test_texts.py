"""What the network does not get to read, scripted and from a tokenizer."""

import numpy as np
import pytest

from sk_textnn import TextTokenizer
from sk_textnn.evaluation._causes import Step
from sk_textnn.evaluation._causes._texts import CAUSES, truncation, unknown_words, vector_coverage
from sk_textnn.evaluation._causes._words import Words, count
from tests.evaluation.causes.scripted import (
    ScriptedStep,
    make_context,
    make_words,
    mostly,
    one_class,
    with_texts,
)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_all_that_is_known_and_read_whole(cause):
    assert cause(make_context()) is None
    assert cause(make_context(words=None, steps={})) is None


def test_truncation_tells_which_class_loses_most():
    context = make_context()
    lengths = np.where(context.y_train == "c", 30, 20)
    words = Words(lengths, np.full(150, 20), lengths * 0, np.zeros(150, int), maxlen=18)
    found = truncation(make_context(words=words))
    assert found.value == pytest.approx((2 + 2 + 12) / (20 + 20 + 30))
    assert list(found.evidence["by_class"]) == ["c", "a", "b"]
    assert (found.severity, found.suggestion) == ("warning", {"pad__maxlen": "p95"})
    few = make_words(lengths=20, maxlen=2)
    assert truncation(one_class(words=few)).severity == "error"
    assert truncation(make_context(words=make_words(lengths=20, maxlen=None))) is None


def test_words_without_an_id():
    found = unknown_words(make_context(words=make_words(unknown=2, unknown_test=3)))
    assert (found.value, found.severity) == (pytest.approx(0.2), "warning")
    assert found.suggestion == {"tokens__num_words": None}
    assert found.evidence["test"] == {"a": 0.3, "b": 0.3, "c": 0.3}
    assert unknown_words(one_class(words=make_words(unknown=5))).severity == "error"


def test_unknown_in_the_test_only_is_mended_by_no_parameter():
    found = unknown_words(make_context(words=make_words(unknown_test=4)))
    assert (found.threshold, found.suggestion) == (0.25, {})


@pytest.mark.parametrize("vectors", [None, "vectors.txt"])
def test_coverage(vectors):
    embedder = ScriptedStep(vectors=vectors, missing="random", min_count=5)
    embedder.occurrence_coverage_ = 0.2
    embedder.coverage_report = lambda: {"coverage": 0.1}
    steps = {**make_context().steps, "embed": Step("embed", embedder)}
    found = vector_coverage(make_context(steps=steps))
    assert found.severity == "warning"
    mended = {"embed__missing": "train", "clf__trainable_embedding": True}
    assert found.suggestion == (mended if vectors else {"embed__min_count": 1})
    assert vector_coverage(one_class(steps=steps)).severity == "error"
    y_test = make_context().y_test
    loses = with_texts(steps=steps, predicted_test=mostly(y_test, 0.5))
    assert not loses.failed
    assert vector_coverage(loses).severity == "error"
    embedder.occurrence_coverage_ = 0.9
    assert vector_coverage(make_context(steps=steps)) is None


@pytest.mark.parametrize("oov_token", ["[UNK]", None])
def test_unknown_words_are_counted_with_and_without_a_name(oov_token):
    train, test = ["the cat sat", "the dog"], ["a cat", ""]
    tokenizer = TextTokenizer(num_words=3, oov_token=oov_token).fit(train)
    words = count(tokenizer, train, test, 2)
    assert words.lengths_train.tolist() == [3, 2]
    assert words.unknown_train.tolist() == [2, 1]
    assert words.unknown_test.tolist() == [2, 1]
    assert words.padding_share == 0
    assert words.cut(words.lengths_train).tolist() == [1, 0]
    assert tokenizer.vocabulary_.oov_token == oov_token
