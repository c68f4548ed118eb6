"""The steps of a pipeline that make sequences of texts, whatever they are called."""

from typing import Any

from ._padder import SequencePadder
from ._tokenizer import TextTokenizer
from ._word2vec import Word2VecEmbedder

__all__ = ["input_of", "text_steps"]

_ROLES = {"tokens": TextTokenizer, "pad": SequencePadder, "embed": Word2VecEmbedder}


def text_steps(estimator: Any) -> dict[str, tuple[str, Any]]:
    """Return name and estimator of those steps that are there, by what they are.

    Parameters
    ----------
    estimator : Pipeline or estimator
        An estimator that stands alone is a step without a name.

    Returns
    -------
    dict of str to tuple
        With keys of "tokens", "pad" and "embed".
    """
    named = getattr(estimator, "steps", None) or [("", estimator)]
    return {
        role: (name, step)
        for role, kind in _ROLES.items()
        for name, step in named
        if isinstance(step, kind)
    }


def input_of(step: Any, pipeline: Any, X: Any) -> Any:
    """Return X as a step of a fitted pipeline gets it from those before it.

    Parameters
    ----------
    step : estimator
        One of the pipeline's, or the pipeline itself if it is no pipeline.
    pipeline : Pipeline or estimator
    X : iterable of length n_samples
    """
    for _, before in getattr(pipeline, "steps", ()):
        if before is step:
            break
        if before is not None and before != "passthrough":
            X = before.transform(X)
    return X
