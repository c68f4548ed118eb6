"""Networks that others build: called with what we know, checked before they are trained."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .._optional import import_heavy
from ..sequences import UNKNOWN_ID
from ._inputs import InputSpec


def build_custom(
    spec: InputSpec,
    *,
    build_fn: Callable[..., Any],
    build_params: Mapping[str, Any],
    n_classes: int,
    multilabel: bool,
    seed: int,
    dtype: str,
) -> Any:
    """Build a network by a function of the user, and check that it fits its data.

    Parameters
    ----------
    spec : InputSpec
    build_fn : callable
        ``build_fn(spec, *, n_classes, ...)``; of `multilabel`, `seed` and `dtype` it is given
        those that it has as parameters.
    build_params : mapping
        Further keyword arguments of it.
    n_classes : int
    multilabel : bool
    seed : int
    dtype : str

    Returns
    -------
    keras.Model

    Raises
    ------
    TypeError
        If the function returns something else.
    ValueError
        If the network does not read such input, does not give one probability a class, or
        reads padding that it should skip.
    """
    known = {"n_classes": n_classes, "multilabel": multilabel, "seed": seed, "dtype": dtype}
    keras: Any = import_heavy("keras")
    if isinstance(build_fn, keras.Model):
        raise TypeError(
            "build_fn is a keras.Model; expected was a function that builds one, as every fit "
            "trains a new one. Pass the function that built it."
        )
    name = getattr(build_fn, "__name__", repr(build_fn))
    signature = inspect.signature(build_fn)
    parameters = signature.parameters
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    wanted = {key: value for key, value in known.items() if takes_all or key in parameters}
    try:
        signature.bind(spec, **{**wanted, **build_params})
    except TypeError as error:
        raise TypeError(
            f"{name}{signature} cannot be called with spec and {sorted({**wanted, **build_params})}"
            f": {error}. Define it as {name}(spec, *, n_classes, ...), and with what build_params "
            "holds."
        ) from error
    model = build_fn(spec, **{**wanted, **build_params})
    if not isinstance(model, keras.Model):
        raise TypeError(f"{name} returned {model!r}; expected was a keras.Model. Return one.")
    _check_input(model, spec, name)
    _check_output(model, spec, n_classes, "sigmoid" if multilabel else "softmax", name)
    return model


def _check_input(model: Any, spec: InputSpec, name: str) -> None:
    has_ids = spec.n_ids is not None
    expected = (None,) if has_ids else (None, spec.vector_size)
    begin = f"Begin it with keras.Input({expected}{', dtype=' + repr('int32') if has_ids else ''})"
    inputs = getattr(model, "inputs", None) if model.built else None
    if not inputs or len(inputs) != 1:
        came = f"{len(inputs)} inputs" if inputs else "no input whose shape it knows"
        raise ValueError(
            f"The network of {name} has {came}; expected was one, of shape {expected}. {begin}, "
            "and build it as a Sequential or functional model."
        )
    shape = tuple(inputs[0].shape)
    if len(shape) != len(expected) + 1 or shape[2:] != expected[1:]:
        raise ValueError(
            f"The network of {name} reads inputs of shape {shape[1:]}; expected was {expected}. "
            f"{begin}."
        )
    if shape[0] is not None:
        raise ValueError(
            f"The network of {name} reads exactly {shape[0]} texts at once; expected was any "
            f"number. {begin}, without a batch size."
        )
    if shape[1] is not None and spec.masked:
        raise ValueError(
            f"The network of {name} reads exactly {shape[1]} steps, but a batch is as wide as its "
            f"longest text. {begin}, or set masked=False and pad all texts to {shape[1]}."
        )


def _check_output(model: Any, spec: InputSpec, n_classes: int, activation: str, name: str) -> None:
    steps = model.inputs[0].shape[1] or 64
    rng = np.random.default_rng(0)
    if spec.n_ids is not None:
        probe: Any = rng.integers(UNKNOWN_ID, max(spec.n_ids, 2), size=(16, steps))
    else:
        probe = rng.normal(size=(16, steps, spec.vector_size))
    full = probe.astype(model.inputs[0].dtype)
    probe = full.copy()
    for row in range(16):  # texts of 1 to 16 steps, as those of many are much alike to a mean
        probe[row, row + 1 :] = 0
    try:
        outputs = model(probe, training=False)
    except Exception as error:  # whatever the layers of others raise
        raise ValueError(
            f"The network of {name} fails on a batch of shape {probe.shape}: {error}. Its "
            f"embedding table must have {spec.n_ids} rows, one for each id, if it reads ids."
        ) from error
    shape = getattr(outputs, "shape", None)
    if shape is None or tuple(shape) != (16, n_classes):
        came = type(outputs).__name__ if shape is None else f"of shape {(None, *shape[1:])}"
        raise ValueError(
            f"The network of {name} gives outputs {came}; expected was {(None, n_classes)}, one "
            f'probability a class. End it with Dense({n_classes}, activation="{activation}"), or '
            "with class_output of sk_textnn.networks."
        )
    values = np.asarray(outputs)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(
            f"The network of {name} gives numbers from {values.min():.3g} to {values.max():.3g}; "
            f'expected were probabilities. End it with activation="{activation}".'
        )
    if spec.masked:
        full[:, 16:] = 0
        wide, narrow = (np.asarray(model(full[:, :n], training=False)) for n in (24, 16))
        if not np.allclose(wide, narrow, atol=1e-5):
            raise ValueError(
                f"The network of {name} answers otherwise if a text is padded by 8 steps more, by "
                f"{np.abs(wide - narrow).max():.2g}; expected was that it skips padding, as how "
                "much there is depends on the other texts. Use Embedding(mask_zero=True) and "
                "layers that mind the mask, such as those of sk_textnn.networks, or set "
                "masked=False and pad all texts to one width."
            )
