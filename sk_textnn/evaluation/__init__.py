"""Who is better, by how much, and how sure is that?"""

from ._audit import audit_split
from ._compare import compare
from ._comparison import Comparison
from ._confused import most_confused
from ._diagnose import diagnose
from ._findings import Finding, Report
from ._highlight import HighlightedTexts, highlight_words
from ._holm import holm_correction
from ._lint import lint_model
from ._mcnemar import mcnemar_test
from ._splits import DedupStratifiedKFold
from ._ttest import bayesian_correlated_ttest, corrected_resampled_ttest, nested_selection

__all__ = [
    "Comparison",
    "DedupStratifiedKFold",
    "Finding",
    "HighlightedTexts",
    "Report",
    "audit_split",
    "bayesian_correlated_ttest",
    "compare",
    "corrected_resampled_ttest",
    "diagnose",
    "highlight_words",
    "holm_correction",
    "lint_model",
    "mcnemar_test",
    "most_confused",
    "nested_selection",
]
