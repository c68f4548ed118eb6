"""Who is better, by how much, and how sure is that?"""

from ._compare import compare
from ._comparison import Comparison
from ._findings import Finding, Report
from ._ttest import corrected_resampled_ttest, nested_selection

__all__ = [
    "Comparison",
    "Finding",
    "Report",
    "compare",
    "corrected_resampled_ttest",
    "nested_selection",
]
