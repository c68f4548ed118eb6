"""Neural text classification for scikit-learn.

Everything is imported on first use: ``import sk_textnn`` loads neither TensorFlow, Keras,
SciKeras nor gensim.
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what a type checker reads in place of __getattr__ below; a test compares them
    from . import baselines as baselines
    from . import datasets as datasets
    from . import evaluation as evaluation
    from . import exceptions as exceptions
    from . import plotting as plotting
    from . import reference as reference
    from .baselines import make_tfidf_baselines as make_tfidf_baselines
    from .classifiers import AveragingClassifier as AveragingClassifier
    from .classifiers import CNNClassifier as CNNClassifier
    from .classifiers import CNNLSTMClassifier as CNNLSTMClassifier
    from .classifiers import GRUClassifier as GRUClassifier
    from .classifiers import LSTMClassifier as LSTMClassifier
    from .classifiers import NetworkClassifier as NetworkClassifier
    from .classifiers import make_text_classifier as make_text_classifier
    from .evaluation import DedupStratifiedKFold as DedupStratifiedKFold
    from .evaluation import audit_split as audit_split
    from .evaluation import compare as compare
    from .evaluation import diagnose as diagnose
    from .evaluation import highlight_words as highlight_words
    from .evaluation import lint_model as lint_model
    from .evaluation import most_confused as most_confused
    from .losses import CrossEntropyLoss as CrossEntropyLoss
    from .losses import FocalLoss as FocalLoss
    from .losses import TopKLoss as TopKLoss
    from .plotting import ComparisonDisplay as ComparisonDisplay
    from .plotting import CoverageDisplay as CoverageDisplay
    from .plotting import LearningCurvesDisplay as LearningCurvesDisplay
    from .plotting import LengthsDisplay as LengthsDisplay
    from .plotting import ReliabilityDisplay as ReliabilityDisplay
    from .plotting import SearchDisplay as SearchDisplay
    from .search import ArchitectureSearchCV as ArchitectureSearchCV
    from .search import search_space as search_space
    from .sequences import TokenSequences as TokenSequences
    from .sequences import Vocabulary as Vocabulary
    from .text import SequencePadder as SequencePadder
    from .text import TextTokenizer as TextTokenizer
    from .text import Word2VecEmbedder as Word2VecEmbedder

__version__ = _version("sk-textnn")

# Public name -> module that defines it; empty for a module.
_EXPORTS = {
    "ArchitectureSearchCV": "search",
    "AveragingClassifier": "classifiers",
    "CNNClassifier": "classifiers",
    "CNNLSTMClassifier": "classifiers",
    "ComparisonDisplay": "plotting",
    "CoverageDisplay": "plotting",
    "CrossEntropyLoss": "losses",
    "DedupStratifiedKFold": "evaluation",
    "FocalLoss": "losses",
    "GRUClassifier": "classifiers",
    "LSTMClassifier": "classifiers",
    "LearningCurvesDisplay": "plotting",
    "LengthsDisplay": "plotting",
    "NetworkClassifier": "classifiers",
    "ReliabilityDisplay": "plotting",
    "SearchDisplay": "plotting",
    "SequencePadder": "text",
    "TopKLoss": "losses",
    "TextTokenizer": "text",
    "TokenSequences": "sequences",
    "Vocabulary": "sequences",
    "Word2VecEmbedder": "text",
    "audit_split": "evaluation",
    "baselines": "",
    "compare": "evaluation",
    "datasets": "",
    "diagnose": "evaluation",
    "evaluation": "",
    "exceptions": "",
    "highlight_words": "evaluation",
    "lint_model": "evaluation",
    "make_text_classifier": "classifiers",
    "make_tfidf_baselines": "baselines",
    "most_confused": "evaluation",
    "plotting": "",
    "reference": "",
    "search_space": "search",
}

__all__ = sorted([*_EXPORTS, "__version__"])


if not TYPE_CHECKING:  # it would let every misspelt name pass

    def __getattr__(name: str) -> Any:
        if name not in _EXPORTS:
            raise AttributeError(f"module 'sk_textnn' has no attribute {name!r}")
        if not _EXPORTS[name]:
            return import_module(f".{name}", __name__)
        value = getattr(import_module(f".{_EXPORTS[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
