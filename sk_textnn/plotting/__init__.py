"""Pictures of results, in the manner of scikit-learn's displays."""

from ._comparison_display import ComparisonDisplay
from ._coverage_display import CoverageDisplay
from ._learning_curves_display import LearningCurvesDisplay
from ._lengths_display import LengthsDisplay
from ._reliability_display import ReliabilityDisplay
from ._search_display import SearchDisplay

__all__ = [
    "ComparisonDisplay",
    "CoverageDisplay",
    "LearningCurvesDisplay",
    "LengthsDisplay",
    "ReliabilityDisplay",
    "SearchDisplay",
]
