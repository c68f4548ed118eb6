"""A reference model as a pipeline, from its settings."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ..classifiers import NetworkClassifier
from ..text import SequencePadder, TextTokenizer
from ._settings import MODELS


def make_pipeline(
    name: str,
    *,
    as_published: bool,
    repairs: Iterable[str] | str | None,
    random_state: int | None,
    embedder: Any = None,
) -> Pipeline:
    """Make the pipeline of a reference model.

    Parameters
    ----------
    name : str
        Of the model.
    as_published : bool
    repairs : iterable of str, str or None
        Faults of the published form to repair.
    random_state : int or None
    embedder : Word2VecEmbedder or None, default=None
        The step that attaches word vectors; None: there is none.

    Returns
    -------
    Pipeline

    Raises
    ------
    ValueError
        If `as_published` is no bool, or `repairs` names what the published form has not, or
        comes without it.
    """
    if not isinstance(as_published, bool | np.bool_):
        raise ValueError(
            f"as_published is {as_published!r}; expected was a bool. Pass True for {name} as it "
            "was written, or False for the repaired one."
        )
    model = MODELS[name]
    repaired = _check_repairs(name, as_published, repairs)
    if as_published:
        # A network that knows how to repair a fault has a parameter for it.
        flags = {f"repair_{fault}": True for fault in sorted(repaired - {"mask", "width"})}
        width: Any = "p95" if "width" in repaired else model.width
        padder = SequencePadder(maxlen=width, padding=model.padding)
        classifier: Any = NetworkClassifier(
            model.network,
            build_params=flags or None,
            masked="mask" in repaired,
            random_state=random_state,
            **model.training,
        )
    else:
        padder = SequencePadder(maxlen=model.repaired_width)
        classifier = model.classifier(random_state=random_state, **model.repaired)
    vectors = [] if embedder is None else [("embed", embedder)]
    return Pipeline([("tokens", TextTokenizer()), ("pad", padder), *vectors, ("clf", classifier)])


def _check_repairs(
    name: str, as_published: bool, repairs: Iterable[str] | str | None
) -> frozenset[str]:
    """Return the faults to repair, or say which there are."""
    if repairs is None:
        return frozenset()
    wanted = frozenset([repairs] if isinstance(repairs, str) else repairs)
    if not as_published:
        raise ValueError(
            f"repairs={sorted(wanted, key=str)} came with as_published=False, but {name} is then "
            "repaired altogether. Leave them out, or set as_published=True."
        )
    faults = MODELS[name].faults
    wrong = sorted(wanted - set(faults), key=str)
    if wrong:
        raise ValueError(
            f"repairs names {wrong}, but what can be repaired in {name} is {sorted(faults)}. "
            "Pass some of these."
        )
    return wanted
