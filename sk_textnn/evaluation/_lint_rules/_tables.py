"""What is wrong with the tables of word vectors: ids beyond them, copies, frozen noise."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from .._findings import Finding
from ._initial import SAME, drawn_by
from ._layer_walk import Step


def table_findings(
    steps: list[Step], ids: Mapping[int, np.ndarray], n_weights: int
) -> Iterator[Finding]:
    """Find what is wrong with the tables of a network.

    Parameters
    ----------
    steps : list of Step
    ids : mapping of int to ndarray
        What the tables were asked for, by the position of the step; empty without a sample.
    n_weights : int
        Of the whole network.

    Yields
    ------
    Finding
    """
    for number, step in enumerate(steps):
        if step.is_table and number in ids:
            yield from _ids_beyond(step, ids[number])
    tables = _distinct(step for step in steps if step.is_table)
    yield from _duplicates(tables, n_weights)
    for step in tables:
        yield from _frozen(step, tables)


def _distinct(steps: Iterable[Step]) -> list[Step]:
    """Return a step for each layer, the first one."""
    return list({id(step.layer): step for step in reversed(list(steps))}.values())[::-1]


def _ids_beyond(step: Step, ids: np.ndarray) -> Iterator[Finding]:
    n_rows = step.layer.input_dim
    largest, least = int(ids.max(initial=0)), int(ids.min(initial=0))
    if largest >= n_rows:
        share = float((ids >= n_rows).mean())
        yield Finding(
            "ids_out_of_range",
            "error",
            f"{step.name} has {n_rows} rows, for the ids 0 to {n_rows - 1}, but X_sample holds "
            f"{largest}: a CPU stops there, a GPU reads zeros. Take input_dim={largest + 1} (the "
            "number of words and one for the padding), or replace rare words by the unknown one.",
            largest,
            n_rows - 1,
            {"layer": step.name, "share": share},
        )
    if least < 0:
        yield Finding(
            "negative_ids",
            "error",
            f"X_sample holds the id {least} for {step.name}, but rows are numbered from 0. Pad "
            "with 0, and number the words from 1 on.",
            least,
            0,
            {"layer": step.name, "share": float((ids < 0).mean())},
        )


def _duplicates(tables: list[Step], n_weights: int) -> Iterator[Finding]:
    """Find tables that read the same ids and are trained alike."""
    alike: dict[Any, list[Step]] = defaultdict(list)
    for step in tables:
        source = step.sources[0]
        key = source if isinstance(source, int) else id(source)
        alike[key, step.layer.input_dim, _learns(step)].append(step)
    for copies in alike.values():
        if len(copies) > 1:
            copies = sorted(copies, key=lambda step: step.name)
            sizes = [math.prod(step.layer.embeddings.shape) for step in copies]
            share = sum(sizes) / n_weights
            names = [step.name for step in copies]
            yield Finding(
                "duplicate_tables",
                "warning",
                f"{len(copies)} tables of word vectors ({', '.join(names)}) read the same ids and "
                f"hold {share:.0%} of the parameters. Call one Embedding and give its output to "
                "all branches.",
                share,
                evidence={"layers": names, "parameters": sum(sizes), "saved": sum(sizes[1:])},
            )


def _learns(step: Step) -> bool:
    return bool(step.layer.trainable and step.layer.embeddings.trainable)


def _frozen(step: Step, tables: list[Step]) -> Iterator[Finding]:
    """Find a table that is never trained, and still has the numbers it began with."""
    if _learns(step):
        return
    initializer = step.layer.embeddings_initializer
    weights = np.asarray(step.layer.embeddings)
    name = type(initializer).__name__
    evidence = {"layer": step.name, "initializer": name}
    if weights.size > 1 and weights.std() == 0:
        yield Finding(
            "frozen_constant_embedding",
            "error",
            f"{step.name} is frozen, and all its numbers are {weights.flat[0]:g}: every word looks "
            "the same. Give it vectors, or trainable=True.",
            evidence=evidence,
        )
        return
    p_value = drawn_by(initializer, weights)
    if p_value < SAME:
        return
    beside = any(_learns(other) for other in tables)  # a channel of what the other began with
    yield Finding(
        "frozen_random_embedding",
        "info" if beside else "warning",
        f"{step.name} is frozen, but its numbers are such as its initializer ({name}) draws: words "
        "have random vectors, and keep them. Give it pretrained vectors, or trainable=True.",
        p_value,
        SAME,
        evidence,
    )
