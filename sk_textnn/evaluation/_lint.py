"""What is wrong with a Keras network, before it is trained."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._optional import import_heavy
from .._validation import kind_of
from ..sequences import TokenSequences
from ._findings import Finding, Report
from ._lint_rules import (
    Probe,
    Step,
    Targets,
    compile_findings,
    graph_of,
    head_findings,
    learning_findings,
    mask_findings,
    padding_findings,
    probe,
    read_targets,
    recurrent_findings,
    table_findings,
    target_findings,
)

__all__ = ["lint_model"]

_ROWS = 64  # of the sample that are run through the network


def lint_model(keras_model: Any, X_sample: Any = None, y_sample: Any = None) -> Report:
    """Look for mistakes in a Keras network, without training it.

    Parameters
    ----------
    keras_model : keras.Model
        A sequential or functional model, compiled or not, trained or not; of a fitted classifier,
        its ``model_``. It is left as it is found.
    X_sample : TokenSequences, array-like of shape (n_samples, maxlen) or (n_samples, maxlen, \
            vector_size), list or dict of these, or None, default=None
        Some texts, as the model would be trained with; a list or dict where it has several
        inputs. None: only what the layers show is found.
    y_sample : array-like of shape (n_samples,) or (n_samples, n_classes), or None, default=None
        Their targets, as the model would be trained with; of one output only.

    Returns
    -------
    Report
        One finding for each mistake, the worst first. In its `evidence` are the names of the
        layers, those in nested models as ``outer/inner``.

    Raises
    ------
    TypeError
        If `keras_model` is no Keras model.
    ValueError
        If the layers of the model cannot be seen, as it is a subclass with a ``call`` of its own
        or has no input yet; or if the sample is not what it reads.

    See Also
    --------
    sk_textnn.reference : Published models with mistakes of these kinds.

    Notes
    -----
    What is found, by `cause`, from the end of the network to its beginning:

    - ``double_activation``: the loss cannot fall under `value`, where chance is `threshold`. Both
      are measured with the model's own loss. Keras's cross-entropy computes from what went into
      the last activation, if that is a sigmoid or a softmax: for a sigmoid behind a softmax of 7
      classes this floor is 1.165; with probabilities, as with other losses, it is 1.630.
    - ``loss_activation``, ``single_unit_softmax``, ``dropout_on_output``: activation and loss do
      not fit. ``targets_shape``, ``n_classes``, ``several_labels``, ``unused_units``: nor does
      `y_sample`.
    - ``no_mask``, ``mask_lost``, ``padding_pooled``: padding is read like words. An error if it is
      much and behind the text, where it is read last.
    - ``left_padding_cudnn``, ``empty_rows_cudnn``: works on a CPU, stops on a GPU.
      ``left_padding``: of a layer of this package that wants the words first.
      ``recurrent_dropout``, ``unbounded_state``, ``stateful``: of recurrent layers.
    - ``ids_out_of_range``, ``negative_ids``, ``duplicate_tables``, ``frozen_constant_embedding``,
      and ``frozen_random_embedding``: the table is not trained, and a test of Kolmogorov and
      Smirnov cannot tell its numbers from those that its own initializer draws. Pretrained
      vectors can be told from them, so frozen ones are not found.
    - ``saturated``, ``dead_relu``, ``dead_gradient``, ``vanishing_gradient``,
      ``exploding_gradient``, ``nothing_trains``, ``not_finite``: how `X_sample` and a gradient
      come through, in a run as in training. Without a sample, ``saturated`` is told by the size
      of the weights. A network whose loss is far below chance has learned, and is not asked.
    - ``no_nonlinearity``, ``hidden_softmax``, ``learning_rate``, ``not_compiled``.

    Of `X_sample`, ids and padding are counted in all rows; 64 of them, evenly spread, go through
    the network.

    Examples
    --------
    >>> import keras
    >>> from sk_textnn import lint_model
    >>> model = keras.Sequential(
    ...     [
    ...         keras.Input((None,), dtype="int32"),
    ...         keras.layers.Embedding(100, 8, name="words"),
    ...         keras.layers.LSTM(4, name="lstm"),
    ...         keras.layers.Dense(7, activation="softmax", name="classes"),
    ...         keras.layers.Activation("sigmoid", name="again"),
    ...     ]
    ... )
    >>> report = lint_model(model, X_sample=[[5, 8, 9, 0, 0, 0], [7, 6, 0, 0, 0, 0]])
    >>> report.causes()
    ['double_activation', 'no_mask', 'not_compiled']
    >>> print(f"{report[0].value:.3f} {report[0].evidence['gradient_ratio']:.1f}")
    1.630 15.1
    """
    _check_model(keras_model)
    columns = None if X_sample is None else _read_sample(X_sample, keras_model)
    targets = None if y_sample is None else read_targets(y_sample)
    if columns is not None and targets is not None and len(targets.values) != len(columns[0]):
        raise ValueError(
            f"X_sample has {len(columns[0])} rows, y_sample {len(targets.values)}; expected was a "
            "target for each text. Pass both of the same rows."
        )
    found = _run(keras_model, columns, targets)
    return Report(_findings(keras_model, found, columns, targets), subject=keras_model.name)


def _findings(
    model: Any, found: Probe, columns: list[np.ndarray] | None, targets: Targets | None
) -> list[Finding]:
    """Collect what all of the rules find."""
    steps, ids = found.steps, _all_ids(found, columns)
    findings: list[Finding] = []
    for head in found.heads:
        findings += head_findings(head, steps)
        if targets is not None and len(found.heads) == 1:
            findings += target_findings(head, targets)
    findings += padding_findings(steps, ids)
    findings += table_findings(steps, ids, model.count_params())
    findings += mask_findings(steps, found.of("mask"))
    findings += learning_findings(found)
    findings += recurrent_findings(steps)
    findings += compile_findings(model)
    return findings


def _check_model(model: Any) -> None:
    keras = import_heavy("keras")
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"keras_model is {kind_of(model)}; expected was a keras.Model. Of a fitted classifier "
            "pass its model_, of a fitted pipeline pipeline[-1].model_."
        )
    graph = graph_of(model)
    if graph is None:
        began = "no input yet" if isinstance(model, keras.Sequential) else "a call of its own"
        raise ValueError(
            f"{model.name} is a {type(model).__name__} with {began}, so its layers cannot be seen; "
            "expected was a Sequential or functional model with an input. Begin it with "
            "keras.Input(...), or build it by keras.Model(inputs, outputs)."
        )


def _read_sample(X: Any, model: Any) -> list[np.ndarray]:
    """Return an array for each input of the model."""
    inputs = model.inputs
    if isinstance(X, Mapping):
        names = [each.name for each in inputs]
        if set(names) - set(X):
            raise ValueError(
                f"X_sample has {sorted(X)}, but the model's inputs are {names}. Pass one of each."
            )
        parts = [X[name] for name in names]
    elif len(inputs) == 1:
        parts = [X]
    elif isinstance(X, list | tuple) and len(X) == len(inputs):
        parts = list(X)
    else:
        raise ValueError(
            f"X_sample is {kind_of(X)}, but the model has {len(inputs)} inputs. Pass a list of as "
            "many arrays, or a dict by their names."
        )
    masked = any(getattr(layer, "mask_zero", False) for layer in model._flatten_layers())
    columns = [_as_array(part, each, masked) for part, each in zip(parts, inputs, strict=True)]
    if len({len(column) for column in columns}) > 1 or not len(columns[0]):
        raise ValueError(
            f"X_sample has {[len(column) for column in columns]} rows; expected was one or more, "
            "and as many for each input."
        )
    return columns


def _as_array(part: Any, symbol: Any, masked: bool) -> np.ndarray:
    """Return what an input reads; sequences of ours as the classifiers would cut batches."""
    expected = tuple(symbol.shape[1:])
    if isinstance(part, TokenSequences) and len(expected) == 1:
        rows = part.dense() if masked else part.dense(padding=part.padding, width=part.maxlen)
    else:
        try:
            rows = np.asarray(part)
        except ValueError as error:  # lists of different lengths
            raise ValueError(
                "X_sample has rows of different lengths; expected was an array. Pad them: "
                "keras.utils.pad_sequences(rows, padding='post')."
            ) from error
    is_text = rows.dtype.kind in "OUS" and symbol.dtype != "string"
    fits = len(rows.shape) == len(expected) + 1 and all(
        wanted in (None, came) for wanted, came in zip(expected, rows.shape[1:], strict=True)
    )
    if is_text or not fits:
        came = f"holds {kind_of(rows.flat[0])}" if is_text and rows.size else f"is {rows.shape}"
        raise ValueError(
            f"X_sample {came}, but the input {symbol.name!r} reads arrays of shape "
            f"{(None, *expected)}. Pass what the model would be trained with."
        )
    return rows


def _run(model: Any, columns: list[np.ndarray] | None, targets: Targets | None) -> Probe:
    """Run some rows of the sample, spread evenly, as it may be sorted by class."""
    rows, some = None, None
    if columns is not None:
        n_rows = len(columns[0])
        chosen = np.unique(np.linspace(0, n_rows - 1, min(_ROWS, n_rows)).astype(int))
        if model.inputs[0].shape[0] is not None:  # it reads so many at once
            chosen = np.resize(chosen, model.inputs[0].shape[0])
        rows = [column[chosen] for column in columns]
        some = None if targets is None else Targets(targets.values[chosen], targets.classes)
    try:
        return probe(model, rows, some)
    except Exception as error:  # whatever the layers of others raise
        came = "" if rows is None else f" on X_sample, of shape {columns and columns[0].shape}"
        raise ValueError(
            f"{model.name} fails{came}: {error}. Expected was a model that Keras could train: "
            "call it with a batch to see where it fails."
        ) from error


def _all_ids(found: Probe, columns: list[np.ndarray] | None) -> dict[int, np.ndarray]:
    """Return what the tables are asked for: of all rows, where they read an input itself."""
    ids = found.of("ids")
    for number in ids:
        source = _input_of(found.steps[number])
        if source is not None and columns is not None:
            ids[number] = columns[source]
    return ids


def _input_of(step: Step) -> int | None:
    source = step.sources[0]
    return source if isinstance(source, int) else None
