"""Corpora made to order, and readers of labelled texts."""

from ._generators import make_text_classification
from ._readers import check_labels, load_csv, load_texts

__all__ = ["check_labels", "load_csv", "load_texts", "make_text_classification"]
