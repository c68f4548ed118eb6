"""Lengths of texts: bars, the width, and what the title says is cut off."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sk_textnn import LengthsDisplay, SequencePadder, TextTokenizer

LENGTHS = [3, 5, 8, 4, 20]
TEXTS = ["a b c", "a b c d e", "a", "b c"]


def bars(display):
    """Texts in the bars, by their left edges, of those left whole and those cut."""
    return [
        {round(bar.get_x() + 0.5): bar.get_height() for bar in part if bar.get_height()}
        for part in display.ax_.containers
    ]


def lines(display):
    return [line.get_xdata()[0] for line in display.ax_.get_lines() if line.get_gid() == "maxlen"]


def test_bars_width_and_title():
    display = LengthsDisplay.from_lengths(LENGTHS, maxlen=5)
    assert bars(display) == [{3: 1, 4: 1, 5: 1}, {8: 1, 20: 1}]
    assert lines(display) == [5.5]  # between the bars of 5 and 6
    assert (display.cut_words_, display.cut_texts_) == (18 / 40, 2 / 5)
    assert display.ax_.get_title() == (
        "maxlen = 5 cuts off 45.0% of the words, in 40.0% of the texts"
    )
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == [
        "whole", "cut", "maxlen = 5",
    ]  # fmt: skip


def test_without_a_width_nothing_is_cut():
    display = LengthsDisplay.from_lengths(LENGTHS)
    assert len(bars(display)) == 1
    assert lines(display) == []
    assert display.cut_words_ == display.cut_texts_ == 0
    assert display.ax_.get_title() == "5 texts, half of them of at most 5 words"
    assert display.ax_.get_legend() is None


def test_a_width_that_cuts_nothing_says_so():
    assert (
        LengthsDisplay.from_lengths(LENGTHS, 20).ax_.get_title() == "maxlen = 20 cuts off no word"
    )


@pytest.mark.parametrize("maxlen", [None, 1, 40, 77, 100])
@pytest.mark.parametrize("lengths", [np.arange(101), np.arange(1, 3000) ** 2 // 900 + 1, [0], [7]])
def test_every_text_is_in_a_bar_on_its_side_of_the_width(lengths, maxlen):
    display = LengthsDisplay.from_lengths(lengths, maxlen)
    assert sum(sum(part.values()) for part in bars(display)) == len(lengths)
    if maxlen is not None and display.ax_.get_xscale() == "linear":
        for bar in display.ax_.containers[0]:
            right = bar.get_x() + bar.get_width()
            assert right <= maxlen + 0.5 or bar.get_x() >= maxlen + 0.5


def test_few_very_long_texts_make_the_axis_logarithmic():
    assert LengthsDisplay.from_lengths([5] * 9 + [101]).ax_.get_xscale() == "log"
    assert LengthsDisplay.from_lengths([5] * 9 + [100]).ax_.get_xscale() == "linear"
    assert LengthsDisplay.from_lengths([0] + [5] * 9 + [101]).ax_.get_xscale() == "linear"


def test_a_pipelines_tokenizer_and_padder_are_read():
    pipeline = make_pipeline(
        FunctionTransformer(lambda texts: [text + " z" for text in texts]),
        TextTokenizer(),
        SequencePadder(maxlen=4),
    )
    pipeline.fit(TEXTS)
    display = LengthsDisplay.from_pipeline(pipeline, TEXTS)
    assert display.lengths.tolist() == [4, 6, 2, 3]
    assert display.maxlen == 4
    assert display.cut_words_ == pipeline[-1].truncated_share_ == 2 / 15
    assert LengthsDisplay.from_pipeline(pipeline[:-1], TEXTS).maxlen is None


def test_sequences_are_read():
    X = SequencePadder(maxlen=2).fit_transform(TextTokenizer().fit_transform(TEXTS))
    display = LengthsDisplay.from_sequences(X)
    assert display.lengths.tolist() == [3, 5, 1, 2]
    assert display.maxlen == 2
    with pytest.raises(TypeError, match="but list came"):
        LengthsDisplay.from_sequences(TEXTS)


def test_axes_that_came_are_drawn_in():
    ax = Figure().subplots()
    display = LengthsDisplay.from_lengths(LENGTHS, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        ([], r"shape \(0,\)"),
        ([[1, 2]], r"shape \(1, 2\)"),
        ([1.5, 2], "type float64"),
        ([1, -2], "the least -2"),
        (["a"], "type <U1"),
    ],
)
def test_what_are_no_lengths_is_refused(lengths, said):
    with pytest.raises(ValueError, match=said):
        LengthsDisplay.from_lengths(lengths)


@pytest.mark.parametrize("maxlen", [0, 2.5, "p95"])
def test_what_is_no_width_is_refused(maxlen):
    with pytest.raises(ValueError, match=f"at least 1, or None, not {maxlen!r}"):
        LengthsDisplay.from_lengths(LENGTHS, maxlen)


def test_other_pipelines_are_refused():
    with pytest.raises(TypeError, match="Pipeline has no TextTokenizer"):
        LengthsDisplay.from_pipeline(make_pipeline(TfidfVectorizer()), TEXTS)
    with pytest.raises(NotFittedError):
        LengthsDisplay.from_pipeline(make_pipeline(TextTokenizer(), SequencePadder()), TEXTS)
