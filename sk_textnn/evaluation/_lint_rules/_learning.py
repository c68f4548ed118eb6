"""Whether a network can learn from where it begins: gradients, saturation, layers that add none."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._findings import Finding
from ._head import Head
from ._initial import SAME, drawn_by
from ._layer_walk import Step
from ._probe import Probe

_FLAT = 0.3  # share of activations where the slope is small
_SILENT = 0.9  # share of units that are zero for every text
_WIDE = 3.0  # deviation of what such weights make of inputs of deviation 1
_VANISHING = 1e-7  # of the gradient of the layer that has most, for each weight
_ADAM_SEES = 1e-9  # a hundredth of what Adam adds to its denominator
_EXPLODING = 1e3
_LEARNED = 0.5  # of the loss of chance: a network that has learned may well be saturated


def learning_findings(found: Probe) -> Iterator[Finding]:
    """Find what keeps a network from learning.

    Parameters
    ----------
    found : Probe

    Yields
    ------
    Finding
    """
    steps = found.steps
    yield from _linear_pairs(steps, [head.last for head in found.heads])
    yield from _softmax_inside(steps)
    if not found.numbers:
        yield from _wide_weights(steps, sampled=False)
        return
    loss = found.numbers.get(("loss", 0))
    if not found.numbers["finite", 0] or (loss is not None and not np.isfinite(loss)):
        yield Finding(
            "not_finite",
            "error",
            "The network has weights, or gives for X_sample, numbers that are none (NaN or "
            "infinity). Look for weights that diverged, for rows of padding alone before a mean, "
            "and for a division by 0.",
            None if loss is None else float(loss),
        )
        return
    if loss is not None and loss < _LEARNED * _chance(found.heads[0]):
        return
    ends = {id(step) for head in found.heads for step in head.activations}
    saturated = list(_saturated(steps, found.of("flat"), ends))
    yield from saturated or _wide_weights(steps, sampled=True)
    yield from _silent(steps, found.of("silent"), ends)
    if loss is not None:
        yield from _gradients(found)


def _chance(head: Head) -> float:
    return math.log(max(head.units or 2, 2)) if head.kind != "binary" else math.log(2)


def _saturated(
    steps: list[Step], shares: dict[int, np.ndarray], ends: set[int]
) -> Iterator[Finding]:
    yield from _where_more(
        "saturated",
        _inside(steps, shares, ends, _FLAT),
        "{}: up to {:.0%} of the activations are so near their ends that hardly a gradient comes "
        "through. The weights are too large for the size of the input: take "
        'kernel_initializer="glorot_uniform", or relu.',
        _FLAT,
    )


def _silent(steps: list[Step], shares: dict[int, np.ndarray], ends: set[int]) -> Iterator[Finding]:
    yield from _where_more(
        "dead_relu",
        _inside(steps, shares, ends, _SILENT),
        "{}: up to {:.0%} of the units are zero for every text of X_sample, and learn nothing. "
        "Lower the learning rate or the bias, or take leaky_relu.",
        _SILENT,
    )


def _inside(
    steps: list[Step], shares: dict[int, np.ndarray], ends: set[int], threshold: float
) -> dict[str, float]:
    """Return the shares above a threshold by the names of their layers, all but the last ones."""
    return {
        steps[number].name: round(float(share), 3)
        for number, share in shares.items()
        if share > threshold and id(steps[number]) not in ends
    }


def _where_more(
    cause: str, shares: dict[str, float], text: str, threshold: float
) -> Iterator[Finding]:
    if shares:
        most = max(shares.values())
        said = text.format(", ".join(shares), most)
        yield Finding(cause, "warning", said, most, threshold, {"share": shares})


def _wide_weights(steps: list[Step], *, sampled: bool) -> Iterator[Finding]:
    """Tell by the weights that a network begins with what inputs of deviation 1 are made into.

    Where there is a sample, such inputs are those that a normalization gives: at the very start
    they may hardly vary yet, so that what is measured there does not tell.
    """
    wide = {}
    for step in steps:
        if not step.has_kernel or step.activation_name not in ("sigmoid", "tanh"):
            continue
        before = step.calculated_from()
        if sampled and (before is None or not before.kind.endswith("Normalization")):
            continue
        kernel = np.asarray(step.layer.kernel)
        deviation = float(kernel.std() * math.sqrt(kernel[..., 0].size))
        if deviation > _WIDE and drawn_by(step.layer.kernel_initializer, kernel) >= SAME:
            wide[step.name] = round(deviation, 2)
    if wide:
        yield Finding(
            "saturated",
            "warning",
            f"{', '.join(wide)}: the weights are so large that inputs of deviation 1 become sums "
            f"of up to {max(wide.values()):.1f}, where the activation is flat and hardly a "
            'gradient comes through. Take kernel_initializer="glorot_uniform", or relu.',
            max(wide.values()),
            _WIDE,
            {"deviation": wide},
        )


def _gradients(found: Probe) -> Iterator[Finding]:
    """Compare the gradients of the layers, for each weight in the mean."""
    squares: dict[str, float] = defaultdict(float)
    sizes: dict[str, int] = defaultdict(int)
    # Tables that no word was looked up in, as those of n-grams may be by texts of one word.
    idle = {
        id(found.steps[number].layer.embeddings)
        for number, ids in found.of("ids").items()
        if not ids.any()
    }
    for number, variable in enumerate(found.learned):
        if id(variable) in idle:
            continue
        layer = variable.path.rpartition("/")[0] or variable.name
        norm = float(found.numbers.get(("gradient", number), 0.0))
        squares[layer] += norm**2
        sizes[layer] += math.prod(variable.shape)
    if not squares:
        yield Finding(
            "nothing_trains", "warning", "No weight of the network is trainable: fit changes none."
        )
        return
    norms = {layer: math.sqrt(square) for layer, square in squares.items()}
    means = {layer: norm / math.sqrt(sizes[layer]) for layer, norm in norms.items()}
    least = max(_VANISHING * max(means.values()), _ADAM_SEES)
    dead = {layer: norm for layer, norm in norms.items() if norm == 0}
    small = {layer: mean for layer, mean in means.items() if 0 < mean < least}
    large = {layer: norm for layer, norm in norms.items() if not norm < _EXPLODING}
    if dead:
        yield _of_gradient(
            "dead_gradient",
            "error",
            dead,
            "get no gradient at all: they stay as they are. Something behind them is constant.",
        )
    if small:
        yield _of_gradient(
            "vanishing_gradient",
            "warning",
            small,
            "get so small a gradient that they hardly learn. Take fewer layers, relu, a batch "
            "normalization, or weights by Keras's default initializer.",
            least,
        )
    if large:
        yield _of_gradient(
            "exploding_gradient",
            "warning",
            large,
            "get so large a gradient that a step may throw them anywhere. Take Keras's default "
            "initializer, and an optimizer with clipnorm=1.0.",
            _EXPLODING,
        )


def _of_gradient(
    cause: str, severity: Any, values: dict[str, float], text: str, threshold: float | None = None
) -> Finding:
    worst = max(values.values()) if cause.startswith("exploding") else min(values.values())
    return Finding(
        cause, severity, f"{', '.join(values)} {text}", worst, threshold, {"gradients": values}
    )


def _linear_pairs(steps: list[Step], last: list[Step | None]) -> Iterator[Finding]:
    """Find a dense layer without activation before another one: both are one."""
    for step in steps:
        if step.kind != "Dense":
            continue
        for before in step.before():
            if before.kind == "Dense" and before.activation is None and before not in last:
                yield Finding(
                    "no_nonlinearity",
                    "info" if before.layer.units < step.layer.units else "warning",
                    f"{before.name} has no activation, so that with {step.name} it is one linear "
                    'layer. Give it one, such as activation="relu", or leave it out.',
                    evidence={"layers": [before.name, step.name]},
                )
            if not (before.hands_on or before.kind == "BatchNormalization"):
                break


def _softmax_inside(steps: list[Step]) -> Iterator[Finding]:
    """Find a hidden layer whose units share a sum of 1."""
    for step in steps:
        before = step.calculated_from() if step.kind == "Dense" else None
        if before is not None and before.kind == "Dense" and before.activation_name == "softmax":
            yield Finding(
                "hidden_softmax",
                "warning",
                f"{before.name} is a hidden layer with a softmax: its units share a sum of 1, and "
                "its gradient is small. Take relu.",
                evidence={"layer": before.name},
            )
