"""What reads padding as if it were text, and what cannot bear the padding there is."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from .._findings import Finding
from ._layer_walk import Step, mask_of

_SOME = 0.05  # padding that costs something
_MUCH = 0.3  # padding at which the text is forgotten
# Layers of ours that count the words of a text from its first step on.
TEXT_FIRST = ("MaskedConv1DPooling",)
_MEANS = (
    "GlobalAveragePooling1D",
    "MaskedAverageOfSequences",
    "MaskedGlobalAveragePooling1D",
)
_MAXIMA = ("GlobalMaxPooling1D", "MaskedGlobalMaxPooling1D", "MaskedConv1DPooling")


def padding_findings(steps: list[Step], ids: Mapping[int, np.ndarray]) -> Iterator[Finding]:
    """Find layers that read the padding.

    Parameters
    ----------
    steps : list of Step
    ids : mapping of int to ndarray
        What the tables were asked for, by the position of the step; empty without a sample.

    Yields
    ------
    Finding
    """
    by_step = {id(steps[number]): rows for number, rows in ids.items()}
    lost: list[tuple[Step, Step]] = []
    never: list[tuple[Step, Step]] = []
    for step in steps:
        if step.mask is None and (step.is_recurrent or step.kind in _MEANS + _MAXIMA):
            loser, table = _without_mask(step)
            if loser is not None:
                lost.append((step, loser))
            elif table is not None:
                never.append((step, table))
    for pairs, find in ((lost, _mask_lost), (never, _no_mask)):
        readers = [pair for pair in pairs if pair[0].is_recurrent]
        if readers:
            yield find(readers, _padding(readers, by_step))
    pools = [(step, origin) for step, origin in lost + never if not step.is_recurrent]
    if pools:
        yield _padding_pooled(pools, _padding(pools, by_step))


def _without_mask(step: Step) -> tuple[Step | None, Step | None]:
    """Return the layer that lost the mask on the way to a step, or the table that made none."""
    for before in step.before():
        if before.is_table:
            return None, before if before.output_mask is None else None
        if len(before.output.shape) < 3:  # no steps any more
            return None, None
        if before.output_mask is None and any(mask_of(x) is not None for x in before.inputs):
            return before, None
    return None, None


def _padding(pairs: list[tuple[Step, Step]], by_step: Mapping[int, np.ndarray]) -> "_Padding":
    """Return what there is of padding in the tables behind some layers."""
    tables = {
        id(step): by_step[id(step)]
        for reader, _ in pairs
        for step in reader.before()
        if id(step) in by_step
    }
    return _Padding(list(tables.values()))


class _Padding:
    """The share of zeros in ids, and where they stand.

    Attributes
    ----------
    share : float or None
        None without a sample.
    behind : bool
        Whether most of it is behind the text.
    """

    def __init__(self, ids: list[np.ndarray]):
        ids = [rows for rows in ids if rows.ndim == 2 and rows.size]
        self.share = float(np.mean([(rows == 0).mean() for rows in ids])) if ids else None
        self.behind = bool(ids) and all(
            (rows[:, -1:] == 0).sum() >= (rows[:, :1] == 0).sum() for rows in ids
        )

    @property
    def said(self) -> str:
        if self.share is None:
            return "How much that costs, the share of padding decides."
        where = "behind" if self.behind else "before"
        return f"{self.share:.0%} of X_sample is padding, {where} the texts."

    def severity(self, worst: Any = "error") -> Any:
        """Padding behind the text is read last, and weighs more than that before it."""
        if self.share is None:
            return "warning"
        if self.share < _SOME:
            return "info"
        return worst if self.share >= _MUCH and self.behind else "warning"


def _mask_lost(pairs: list[tuple[Step, Step]], padding: _Padding) -> Finding:
    losers = _names([loser for _, loser in pairs])
    kinds = " and ".join(dict.fromkeys(loser.kind for _, loser in pairs))
    return Finding(
        "mask_lost",
        padding.severity(),
        f"The mask is lost at {losers}, as {kinds} hands none on: padding is read like words in "
        f"{_names(_readers(pairs))}. {padding.said} Pool the mask beside it and pass it on "
        "(mask=...), leave the layer out, or take CNNLSTMClassifier, whose layers keep it.",
        padding.share,
        _MUCH if padding.share is not None else None,
        {"lost_at": {reader.name: loser.name for reader, loser in pairs}},
    )


def _no_mask(pairs: list[tuple[Step, Step]], padding: _Padding) -> Finding:
    tables = _names([table for _, table in pairs])
    losing = [
        step
        for reader, table in pairs
        for step in reversed(list(_until(reader, table)))
        if not getattr(step.layer, "supports_masking", False)
    ]
    also = f" {_names(losing)} would then lose the mask: pass it on by hand." if losing else ""
    return Finding(
        "no_mask",
        padding.severity(),
        f"Without a mask from {tables}, padding is read like words in {_names(_readers(pairs))}. "
        f"{padding.said} Take Embedding(..., mask_zero=True).{also}",
        padding.share,
        _MUCH if padding.share is not None else None,
        {
            "tables": {reader.name: table.name for reader, table in pairs},
            "would_lose_it": [step.name for step in losing],
        },
    )


def _padding_pooled(pairs: list[tuple[Step, Step]], padding: _Padding) -> Finding:
    """A mean is diluted by padding; to a maximum it is a few constants among many numbers."""
    readers = _readers(pairs)
    losers = [origin for _, origin in pairs if not origin.is_table]
    mend = (
        f"The mask is lost at {_names(losers)}: take what keeps it, such as layers.Add for a +."
        if losers
        else "Take Embedding(..., mask_zero=True) and layers that keep the mask, such as those of "
        "CNNClassifier."
    )
    means = [step for step in readers if step.kind in _MEANS]
    severity: Any = "info"
    if means and padding.share is not None:
        severity = padding.severity("warning")
    what = (
        f"The mean is one of words and padding alike in {_names(means)}."
        if means
        else f"The maximum is one of words and padding alike in {_names(readers)}, which costs "
        "little."
    )
    return Finding(
        "padding_pooled",
        severity,
        f"{what} {padding.said} {mend}",
        padding.share,
        _MUCH if padding.share is not None else None,
        {"layers": [step.name for step in readers]},
    )


def _until(reader: Step, table: Step) -> Iterator[Step]:
    """Yield the steps between a table and what reads it."""
    for step in reader.before():
        if step is table:
            return
        yield step


def _readers(pairs: list[tuple[Step, Step]]) -> list[Step]:
    return [reader for reader, _ in pairs]


def _names(steps: list[Step]) -> str:
    return ", ".join(dict.fromkeys(step.name for step in steps))


def mask_findings(steps: list[Step], masks: Mapping[int, np.ndarray]) -> Iterator[Finding]:
    """Find masks that cuDNN or a layer refuses, and texts of padding alone.

    Parameters
    ----------
    steps : list of Step
    masks : mapping of int to ndarray
        Those of the layers that heed their shape, by the position of the step.

    Yields
    ------
    Finding
    """
    left, empty, first = [], [], []
    n_empty = 0
    for number, mask in masks.items():
        with_words = mask[mask.any(axis=1)]
        if steps[number].kind in TEXT_FIRST and _begins_late(with_words):
            first.append(steps[number])
        if not any(uses_cudnn(each) for each in steps[number].recurrent_layers):
            continue
        if len(with_words) < len(mask):
            n_empty = max(n_empty, len(mask) - len(with_words))
            empty.append(steps[number])
        if _begins_late(with_words):
            left.append(steps[number])
    if first:
        yield Finding(
            "left_padding",
            "error",
            f"{_names(first)} wants the words first, but in X_sample padding stands before them, "
            'so that words are left out. Pad behind the text (padding="post"); the classifiers '
            "of sk_textnn do so themselves.",
            evidence={"layers": [step.name for step in first]},
        )
    if left:
        yield Finding(
            "left_padding_cudnn",
            "warning",
            f"Padding stands before the words, and a mask tells {_names(left)} so. On a GPU cuDNN "
            'stops at such a mask ("a RNN mask that does not correspond to right-padded '
            'sequences"). Pad behind the text (padding="post"), or pass use_cudnn=False.',
            evidence={"layers": [step.name for step in left]},
        )
    if empty:
        yield Finding(
            "empty_rows_cudnn",
            "warning",
            f"{n_empty} rows of the sample are padding alone. On a GPU cuDNN stops at them "
            f"({_names(empty)}). Give such a text one unknown word, or leave it out.",
            n_empty,
            0,
            {"layers": [step.name for step in empty]},
        )


def _begins_late(mask: np.ndarray) -> bool:
    """Whether a word comes behind padding in some row."""
    return bool((np.diff(mask.astype(int), axis=1) > 0).any())


def uses_cudnn(layer: Any) -> bool:
    """Whether a recurrent layer of Keras's would run by cuDNN, were there a GPU."""
    if getattr(layer, "use_cudnn", False) not in ("auto", True):
        return False
    names = [
        getattr(each, "__name__", "") for each in (layer.activation, layer.recurrent_activation)
    ]
    plain = not layer.recurrent_dropout and not layer.unroll and layer.use_bias
    return names == ["tanh", "sigmoid"] and plain and getattr(layer, "reset_after", True)


def recurrent_findings(steps: list[Step]) -> Iterator[Finding]:
    """Find settings of Keras's recurrent layers that cost time, or more."""
    for cause, severity, has_it, text in _SETTINGS:
        found = [step for step in steps if any(map(has_it, step.recurrent_layers))]
        if found:
            evidence = {"layers": [step.name for step in found]}
            yield Finding(cause, severity, text.format(_names(found)), evidence=evidence)


def _name(layer: Any, attribute: str) -> str:
    return getattr(getattr(layer, attribute, None), "__name__", "")


# Cause, severity, whether a layer has it, and what to say of the layers that do.
_SETTINGS: tuple[tuple[str, Any, Callable[[Any], bool], str], ...] = (
    (
        "recurrent_dropout",
        "info",
        lambda layer: bool(getattr(layer, "recurrent_dropout", 0)),
        "With recurrent_dropout in {} Keras cannot use cuDNN: on a GPU training is many times "
        "slower. Dropout on inputs and outputs costs nothing.",
    ),
    (
        "unbounded_state",
        "warning",
        lambda layer: _name(layer, "activation") in ("relu", "linear", "elu"),
        "The state of {} has no bound, as its activation is none of tanh's kind: over many words "
        'it may explode, and cuDNN cannot be used. Take "tanh".',
    ),
    (
        "stateful",
        "warning",
        lambda layer: bool(layer.stateful),
        "With stateful=True in {} each text goes on from the state of another one, of the batch "
        "before. Take stateful=False.",
    ),
)
