"""Reasons come before symptoms, and symptoms name them."""

import re
from pathlib import Path

from sk_textnn.evaluation import Finding, Report, diagnose
from sk_textnn.evaluation._causes import CAUSES, put_in_order
from sk_textnn.evaluation._causes import __file__ as causes
from sk_textnn.evaluation._causes._order import ORDER

AUDIT = "".join(p.read_text() for p in Path(causes).parents[1].glob("_audit_*.py"))


def test_every_cause_has_its_place_and_stands_in_the_docstring():
    audited = set(re.findall(r'(?:Finding|_leak)\(\s*(?:parts, )?"(\w+)"', AUDIT))
    assert {cause.__name__ for cause in CAUSES} | audited == set(ORDER)
    words = [line.split()[0] for line in diagnose.__doc__.splitlines() if line.split()]
    assert [word for word in words if word in ORDER] == list(ORDER)


def test_a_cause_without_a_place_stands_before_the_symptoms():
    found = [Finding(name, "error", "") for name in ("collapse", "new", "no_mask")]
    assert [finding.cause for finding in put_in_order(found)] == ["no_mask", "new", "collapse"]


def test_the_collapse_names_its_reasons():
    found = [
        Finding("collapse", "error", "One class."),
        Finding("no_mask", "error", "No mask."),
        Finding("truncation", "warning", "Cut."),
        Finding("duplicates_across", "error", "Twice."),
        Finding("double_activation", "error", "Twice squashed."),
    ]
    report = Report(put_in_order(found))
    assert report.causes() == [
        "double_activation",
        "no_mask",
        "duplicates_across",
        "collapse",
        "truncation",
    ]
    assert report[3].evidence["reasons"] == ["double_activation", "no_mask"]
    assert "most likely double_activation, or no_mask." in report[3].message


def test_a_collapse_without_a_reason_says_so():
    (found,) = put_in_order([Finding("collapse", "error", "One class.")])
    assert "No reason was found" in found.message
