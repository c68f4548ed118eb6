"""Which finding comes first: a reason before what it leads to."""

from collections.abc import Iterable
from dataclasses import replace

from .._findings import Finding

# Of findings of one severity. What bounds the result whatever is trained comes first, then
# what spoils training, what is never read, and the labels; then symptoms; then what is worth
# knowing of a network that works.
ORDER = (
    "double_activation",
    "no_mask",
    "learning_rate_too_high",
    "learning_rate_too_low",
    "truncation",
    "unknown_words",
    "conflicting_labels",
    "label_noise",
    "classes_missing_in_train",
    "imbalance",
    "rare_classes",
    "class_distribution",
    "frozen_random_embedding",
    "vector_coverage",
    "underfitting",
    "different_texts",
    "empty_texts",
    "ordered_rows",
    "duplicates_across",
    "near_duplicates_across",
    "collapse",
    "not_learning",
    "classes_missing_in_test",
    "duplicates_within_train",
    "seeds",
    "overfitting",
    "duplicate_tables",
    "padding",
    "baseline",
    "miscalibration",
)
SYMPTOMS = ("collapse", "not_learning")
# What can end in a single class or in no learning. Duplicates and others cannot.
REASONS = ORDER[: ORDER.index("duplicates_across")]


def put_in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Put findings in order, and let symptoms name the reasons that were found."""
    ordered = sorted(findings, key=lambda finding: _place(finding.cause))
    reasons = [f.cause for f in ordered if f.severity == "error" and f.cause in REASONS]
    return [_explained(f, reasons) if f.cause in SYMPTOMS else f for f in ordered]


def _place(cause: str) -> float:
    """Return where a cause stands; a new one before the symptoms, of which it may be a reason."""
    return ORDER.index(cause) if cause in ORDER else ORDER.index("collapse") - 0.5


def _explained(symptom: Finding, reasons: list[str]) -> Finding:
    if reasons:
        said = f"The reason is most likely {reasons[0]}"
        said += f", or {', '.join(reasons[1:])}." if len(reasons) > 1 else "."
    else:
        said = (
            "No reason was found: train longer or at another rate, and look at what the texts of a "
            "class have in common."
        )
    evidence = {**symptom.evidence, "reasons": reasons}
    return replace(symptom, message=f"{symptom.message} {said}", evidence=evidence)
