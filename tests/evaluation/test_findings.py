"""Findings stand in the order of their severity, and their suggestions can be applied."""

import pytest
from sklearn.linear_model import LogisticRegression

from sk_textnn.evaluation import Finding, Report

CUT = Finding("cut", "warning", "Half is cut.", 0.5, 0.1, suggestion={"C": 2.0})
COLLAPSE = Finding("collapse", "error", "One class.", suggestion={"C": 3.0, "max_iter": 7})
NOTE = Finding("note", "info", "Of <note>.")


def test_the_most_severe_come_first_and_equals_keep_their_order():
    report = Report([NOTE, CUT, COLLAPSE, Finding("also", "error", "Too.")])
    assert report.causes() == ["collapse", "also", "cut", "note"]
    assert len(report) == 4
    assert report[0] is COLLAPSE
    assert report.table["cause"].tolist() == report.causes()


def test_of_two_suggestions_for_a_parameter_the_first_counts():
    report = Report([CUT, COLLAPSE])
    assert report.suggest() == {"C": 3.0, "max_iter": 7}
    model = LogisticRegression()
    changed = report.apply(model)
    assert (changed.C, changed.max_iter) == (3.0, 7)
    assert model.C == 1.0


def test_words_tell_the_number_and_html_is_escaped():
    assert str(CUT) == "warning: Half is cut. (cut: 0.5, threshold 0.1)"
    assert "1. error: One class. (collapse)\n2. warning" in str(Report([CUT, COLLAPSE]))
    assert "&lt;note&gt;" in Report([NOTE])._repr_html_()
    assert str(Report([], subject="it")) == "Nothing was found wrong with it."


def test_an_unknown_severity_is_refused():
    with pytest.raises(ValueError, match=r"severity must be one of .*, not 'bad'"):
        Finding("x", "bad", "x")
