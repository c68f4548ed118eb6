"""The page of a search: what is on it, that it needs nothing else, and that texts stay texts."""

import base64
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from sklearn.exceptions import FitFailedWarning, NotFittedError

from sk_textnn.search import _report
from tests.search.scripted import (
    LABELS,
    NINE,
    ROWS,
    Scripted,
    curves,
    make_search,
    score_and_epochs,
)

EVIL = "<script>alert('&')</script>"


class Page(HTMLParser):
    """The tags of a page, its sections by their titles, and the cells of their tables."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.sections, self.pictures = [], {}, []
        self._where = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._where = tag
        if tag == "img":
            self.pictures.append(dict(attrs)["src"])
        if tag in ("td", "th", "p"):
            self._section.append("")  # which may stay empty

    def handle_endtag(self, tag):
        self._where = ""

    def handle_data(self, data):
        if self._where == "h2":
            self._section = self.sections.setdefault(data, [])
        elif self._where in ("td", "th", "p"):
            self._section[-1] += data


def report(search, tmp_path):
    search.report(tmp_path / "report.html")
    return Page((tmp_path / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def search():
    space = curves(*NINE)
    space[2] |= {"error": [ValueError], "name": [EVIL]}
    space[8]["name"] = ["$x_1$ größer"]
    search = make_search(Scripted(epochs=100), space, n_iter=9)
    with pytest.warns(FitFailedWarning, match="2 of 26 fits failed"):
        return search.fit(ROWS, LABELS)


def test_what_is_told(search, tmp_path):
    page = report(search, tmp_path)
    assert page.sections["The best"][0] == "score 0.81 ± 0 on 2 folds, with:"
    assert page.sections["The best"][3:5] == ["name", "$x_1$ größer"]
    told = page.sections["All candidates"]
    columns = ["iter", "n_resources", "epoch", "mean score", "std score"]
    assert told[:5] == columns
    n_columns = 5 + len([name for name in search.results_ if name.startswith("param_")])
    assert told[n_columns : n_columns + 5] == ["2", "9", "9", "0.81", "0"]
    assert len(told) == n_columns * (1 + len(search.results_))
    assert "ValueError: as told" in page.sections["Failures"]
    assert page.sections["What they cost"].count("9") >= 1
    assert page.sections["How it was searched"][2:4] == ["strategy", "halving"]


def test_it_needs_nothing_else_and_runs_nothing(search, tmp_path):
    page = report(search, tmp_path)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert EVIL in page.sections["Failures"]
    assert EVIL in page.sections["All candidates"]
    assert len(page.pictures) == 2
    assert re.search("at least 10 candidates", page.sections["Importance of the parameters"][0])
    for picture in page.pictures:
        kind, data = picture.split(",")
        assert kind == "data:image/svg+xml;base64"
        assert ElementTree.fromstring(base64.b64decode(data)).tag.endswith("svg")


def test_no_figure_stays(search, tmp_path):
    from matplotlib import pyplot as plt

    before = plt.get_fignums()
    report(search, tmp_path)
    assert plt.get_fignums() == before


def test_without_matplotlib(search, tmp_path, monkeypatch):
    monkeypatch.setattr(_report, "find_spec", lambda name: None)
    page = report(search, tmp_path)
    assert page.pictures == []
    (told,) = page.sections["Score against each parameter"]
    assert "pip install 'sk-textnn[plot]'" in told


@pytest.mark.parametrize("refit", ["epochs", False, lambda results: 3])
def test_several_scores(refit, tmp_path):
    search = make_search(Scripted(), curves(*NINE), n_iter=9, scoring=score_and_epochs, refit=refit)
    page = report(search.fit(ROWS, LABELS), tmp_path)
    assert {"mean quality", "mean epochs"} <= set(page.sections["All candidates"])
    assert page.sections["The best"][0].startswith(
        "No candidate was chosen"
        if refit is False
        else "epochs"
        if refit == "epochs"
        else "quality"
    )
    assert len(page.pictures) == 2


def test_one_candidate_without_parameters(tmp_path):
    search = make_search(Scripted(), {}, strategy="random", refit=True).fit(ROWS, LABELS)
    page = report(search, tmp_path)
    assert page.sections["The best"][0].endswith("with the parameters as they were given.")
    assert page.sections["Failures"] == ["None."]
    assert "no parameters" in page.sections["Parameters side by side"][0]


def test_before_fit(tmp_path):
    with pytest.raises(NotFittedError, match="nothing to report before fit"):
        make_search(Scripted(), {}).report(tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
