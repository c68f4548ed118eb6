"""Coverage: the shares that bars stand for, and that they are those of the embedder."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

from sk_textnn import CoverageDisplay, SequencePadder, TextTokenizer, Word2VecEmbedder

TEXTS = ["joy joy pure", "so sad", "so so bad", "joy"]
LABELS = ["joy", "sadness", "sadness", "joy"]


def pipeline_of(**tokens):
    embedder = Word2VecEmbedder(vector_size=4, min_count=2, epochs=1, random_state=0)
    return make_pipeline(TextTokenizer(**tokens), SequencePadder(), embedder)


def test_shares_are_those_of_the_embedder():
    pipeline = pipeline_of().fit(TEXTS)
    table = CoverageDisplay.from_pipeline(pipeline, TEXTS).coverage
    assert table["group"].tolist() == ["all texts"] * 2
    assert table["known"].tolist() == ["id", "vector"]
    assert table.loc[0, ["vocabulary", "running_words"]].tolist() == [1, 1]
    embedder = pipeline[-1]
    assert 0 < embedder.coverage_ < 1
    assert table.loc[1, "vocabulary"] == pytest.approx(embedder.coverage_)
    assert table.loc[1, "running_words"] == pytest.approx(embedder.occurrence_coverage_)


def test_shares_by_class_and_of_words_without_an_id():
    pipeline = pipeline_of(num_words=4).fit(TEXTS)  # joy and so
    table = CoverageDisplay.from_pipeline(pipeline, TEXTS, LABELS).coverage
    ids = table[table["known"] == "id"].set_index("group")
    assert ids["vocabulary"].to_dict() == pytest.approx(
        {"all texts": 2 / 5, "joy": 1 / 2, "sadness": 1 / 3}
    )
    assert ids["running_words"].to_dict() == pytest.approx(
        {"all texts": 6 / 9, "joy": 3 / 4, "sadness": 3 / 5}
    )


def test_bars_numbers_and_legend():
    pipeline = pipeline_of().fit(TEXTS)
    display = CoverageDisplay.from_pipeline(pipeline, [*TEXTS, "pure bliss"], [*LABELS, "joy"])
    table = display.coverage
    for ax, column in zip(display.axes_, ("vocabulary", "running_words"), strict=True):
        widths = [bar.get_width() for bars in ax.containers for bar in bars]
        assert widths == pytest.approx(table[column].tolist())
        written = [text.get_text() for text in ax.texts]
        assert written == [f"{share:.1%}" for share in table[column]]
    names = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert names == ["all texts", "joy", "sadness"]
    bottom, top = display.ax_.get_ylim()
    assert bottom > 2 > 0 > top  # all texts at the top
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["with an id", "with a trained vector"]


def test_vectors_of_a_file_are_called_pretrained(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("joy 1 0\nsad 0 1\n")
    pipeline = make_pipeline(TextTokenizer(), Word2VecEmbedder(vectors=str(path), random_state=0))
    pipeline.fit(TEXTS)
    display = CoverageDisplay.from_pipeline(pipeline, TEXTS)
    assert display.coverage.loc[1, "running_words"] == pytest.approx(4 / 9)
    legend = display.ax_.get_legend().get_texts()
    assert legend[1].get_text() == "with a pretrained vector"


def test_a_tokenizer_alone_has_ids_only_and_stays_as_it_is():
    tokenizer = TextTokenizer(max_df=0.5).fit(TEXTS)
    before = dict(tokenizer.word_counts_)
    display = CoverageDisplay.from_pipeline(tokenizer, ["new words"], np.array([3]))
    assert display.coverage["known"].unique().tolist() == ["id"]
    assert display.coverage["group"].tolist() == ["all texts", "3"]
    assert display.coverage["running_words"].tolist() == [0, 0]
    assert tokenizer.word_counts_ == before


def test_axes_that_came_are_drawn_in():
    axes = Figure().subplots(1, 2)
    table = pd.DataFrame(
        [["a $b$ c", "id", 0.5, 0.75]], columns=["group", "known", "vocabulary", "running_words"]
    )
    display = CoverageDisplay(table).plot(ax=axes)
    assert list(display.axes_) == list(axes)
    display.figure_.canvas.draw()
    assert axes[0].get_yticklabels()[0].get_text() == r"a \$b\$ c"


def test_what_does_not_fit_is_refused():
    pipeline = pipeline_of()
    with pytest.raises(NotFittedError):
        CoverageDisplay.from_pipeline(pipeline, TEXTS)
    with pytest.raises(TypeError, match="Pipeline has no TextTokenizer"):
        CoverageDisplay.from_pipeline(make_pipeline(TfidfVectorizer()), TEXTS)
    pipeline.fit(TEXTS)
    with pytest.raises(ValueError, match=r"each of the 4 texts, but its shape is \(3,\)"):
        CoverageDisplay.from_pipeline(pipeline, TEXTS, LABELS[:3])
    with pytest.raises(ValueError, match="A single str came"):
        CoverageDisplay.from_pipeline(pipeline, "joy")
