"""Tools for those who write text estimators of their own."""

from .estimator_checks import check_text_estimator, parametrize_with_text_checks

__all__ = ["check_text_estimator", "parametrize_with_text_checks"]
