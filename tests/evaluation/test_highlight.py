"""Words that carried a decision: weights, spans, and HTML in which texts stay texts."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline

from sk_textnn import AveragingClassifier, TextTokenizer, highlight_words

TEXTS = ["what a joy", "so sad today", "joy and joy", "a sad end"]
LABELS = ["joy", "sadness", "joy", "sadness"]


class Counting:
    """P(good) is a tenth of the number of "good", less that of "bad"; it remembers its calls."""

    classes_ = np.array(["bad", "good"])

    def __init__(self):
        self.calls = []

    def predict_proba(self, texts):
        self.calls.append(list(texts))
        good = np.array([0.5 + 0.1 * (t.count("good") - t.count("bad")) for t in texts])
        return np.column_stack([1 - good, good])


class Read(HTMLParser):
    """What a browser shows of the texts: marks with their words and style, all letters, tags."""

    def __init__(self, page):
        super().__init__()
        self.marks, self.tags, self.letters, self._open = [], set(), "", None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "mark":
            self._open = dict(attributes)

    def handle_data(self, data):
        self.letters += data
        if self._open is not None and "title" in self._open:
            self.marks.append((data, self._open))
        self._open = None


def opacity(attributes):
    return float(re.search(r"([\d.]+)\)$", attributes["style"])[1])


@pytest.fixture(scope="module")
def tfidf():
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS)


def test_weights_are_what_the_probability_loses():
    found = highlight_words(Counting(), "A good, good day; not bad.")
    assert found.weights["word"].tolist() == ["A", "good", "good", "day", "not", "bad"]
    assert found.weights["weight"].tolist() == pytest.approx([0, 0.1, 0.1, 0, 0, -0.1])
    assert found.predictions.to_numpy().tolist() == [["good", pytest.approx(0.6)]]
    for row in found.weights.itertuples():
        assert found.texts[row.text][row.start : row.end] == row.word


def test_one_call_a_text():
    model = Counting()
    found = highlight_words(model, ["good day", "bad"])
    assert model.calls == [["good day", " day", "good "], ["bad", ""]]
    assert found.weights["text"].tolist() == [0, 0, 1]
    assert found.predictions["target"].tolist() == ["good", "bad"]
    assert len(found) == 2


def test_another_target_turns_the_signs():
    found = highlight_words(Counting(), "good", target="bad")
    assert found.weights["weight"].tolist() == pytest.approx([-0.1])
    assert found.predictions["probability"].tolist() == pytest.approx([0.4])
    with pytest.raises(ValueError, match=r"target='ugly' is none of the classes, .* 'bad', 'good'"):
        highlight_words(Counting(), "good", target="ugly")


def test_a_word_is_replaced_where_that_is_wanted():
    model = Counting()
    highlight_words(model, "good day", replacement="[UNK]")
    assert model.calls == [["good day", "[UNK] day", "good [UNK]"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't re-read it_all -- 3.5 x’s!", ["Don't", "re-read", "it", "all", "3", "5", "x’s"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("cafe\u0301 Öl שָׁלוֹם", ["cafe\u0301", "Öl", "שָׁלוֹם"]),
        ("", []),
        ("... !", []),
    ],
)
def test_words_of_any_script(text, words):
    assert highlight_words(Counting(), text).weights["word"].tolist() == words


def test_words_by_a_pattern():
    found = highlight_words(Counting(), "我好", token_pattern=r"\w")
    assert found.weights["word"].tolist() == ["我", "好"]
    found = highlight_words(Counting(), "<good> day", token_pattern=r"<(\w+)>|x*")
    assert found.weights[["word", "start"]].to_numpy().tolist() == [["good", 1]]


def test_tfidf_is_explained_by_its_words(tfidf):
    found = highlight_words(tfidf, ["What a joy!", "How very sad!"])
    strongest = found.weights.loc[found.weights.groupby("text")["weight"].idxmax(), "word"]
    assert strongest.tolist() == ["joy", "sad"]


def test_networks_are_explained_by_their_words():
    network = AveragingClassifier(epochs=30, early_stopping=False, random_state=0)
    pipeline = make_pipeline(TextTokenizer(), network).fit(TEXTS * 5, LABELS * 5)
    found = highlight_words(pipeline, "and a joy today")
    proba = pipeline.predict_proba(["and a joy today", "and a  today"])[:, 0]
    assert found.weights.loc[2, "weight"] == pytest.approx(proba[0] - proba[1], abs=1e-6)
    assert found.predictions.loc[0, "probability"] == pytest.approx(proba[0], abs=1e-6)
    assert proba[0] > proba[1]


def test_html_marks_the_words_that_count():
    html = highlight_words(Counting(), "a good, good thing, not bad")._repr_html_()
    marks = Read(html).marks
    assert [word for word, _ in marks] == ["good", "good", "bad"]
    kinds = [attributes["class"] for _, attributes in marks]
    assert kinds == ["sk-textnn-for"] * 2 + ["sk-textnn-against"]
    assert [attributes["title"] for _, attributes in marks] == ["+0.100", "+0.100", "-0.100"]
    assert opacity(marks[0][1]) == opacity(marks[2][1]) == 0.55
    assert "<html" not in html


def test_weaker_words_are_paler_and_tiny_changes_have_no_full_colour():
    class Uneven(Counting):
        def predict_proba(self, texts):
            p = np.array([0.9 + 0.008 * ("x" in t) + 0.004 * ("y" in t) for t in texts])
            return np.column_stack([p, 1 - p])

    marks = Read(highlight_words(Uneven(), "x y z").to_html()).marks
    assert [word for word, _ in marks] == ["x", "y"]
    assert [opacity(attributes) for _, attributes in marks] == [0.44, 0.22]


def test_texts_and_classes_stay_text():
    class Nasty(Counting):
        classes_ = np.array(["<img src=x>", "<b>good</b>"])

    text = "<script>alert('good & \"bad\"')</script>\n good"
    page = highlight_words(Nasty(), text).to_html()
    read = Read(page)
    assert read.tags.isdisjoint({"script", "img"})
    assert text in read.letters
    assert "<b>good</b> 0.60" in read.letters
    assert "src=" not in re.sub("&lt;.*?&gt;", "", page)


def test_words_that_are_tags_stay_text():
    found = highlight_words(Counting(), "<script>good</script> <i>good</i>", token_pattern=r"\S+")
    read = Read(found.to_html())
    assert [word for word, _ in read.marks] == ["<script>good</script>", "<i>good</i>"]
    assert read.tags.isdisjoint({"script", "i"})


def test_a_page_needs_nothing_else():
    page = highlight_words(Counting(), "good").to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert "color-scheme: light dark" in page
    assert "print-color-adjust: exact" in page
    assert "http" not in page
    assert "url(" not in page


def test_written_out_the_strongest_words_come_first():
    found = highlight_words(Counting(), ["one two three four five good bad", ""])
    first, words, second, none = str(found).splitlines()
    assert first == "bad (0.50): one two three four five good bad"
    assert words == "    good -0.100, bad +0.100, one +0.000, two +0.000, three +0.000"
    assert second == "bad (0.50): "
    assert none == "    no words"
    assert repr(found) == "<HighlightedTexts: 2 texts, 7 words>"


def test_a_text_without_words_is_shown():
    page = highlight_words(Counting(), ["", "!"]).to_html()
    assert Read(page).marks == []
    assert page.count("0.50 (+0.00)") == 2


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"texts": []}, ValueError, "No text came"),
        ({"texts": ["good", None]}, ValueError, "Row 1 is None"),
        ({"texts": 3}, ValueError, "int 3 came where texts were expected"),
        ({"replacement": None}, ValueError, "replacement must be a string, not None"),
        ({"token_pattern": "("}, ValueError, "no valid regular expression"),
        ({"token_pattern": "(a)(b)"}, ValueError, "at most one group"),
        ({"token_pattern": 3}, ValueError, "no valid regular expression"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        highlight_words(Counting(), **{"texts": "good", **arguments})


def test_estimators_that_cannot_tell_are_refused():
    fitted = make_pipeline(CountVectorizer(), RidgeClassifier()).fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match="Pipeline has no predict_proba"):
        highlight_words(fitted, "joy")
    network = AveragingClassifier(epochs=1, early_stopping=False, random_state=0)
    several = make_pipeline(TextTokenizer(), network).fit(TEXTS, [[0, 1], [1, 1], [1, 0], [0, 0]])
    with pytest.raises(TypeError, match="one label a text"):
        highlight_words(several, "joy")
