"""What `lint_model` looks for: a walk through a network's layers, and rules for what it saw."""

from ._activations import compile_findings, head_findings, target_findings
from ._head import Targets, read_targets
from ._layer_walk import Step, graph_of
from ._learning import learning_findings
from ._padding import mask_findings, padding_findings, recurrent_findings
from ._probe import Probe, probe
from ._tables import table_findings

__all__ = [
    "Probe",
    "Step",
    "Targets",
    "compile_findings",
    "graph_of",
    "head_findings",
    "learning_findings",
    "mask_findings",
    "padding_findings",
    "probe",
    "read_targets",
    "recurrent_findings",
    "table_findings",
    "target_findings",
]
