"""Batches that go straight into a step of training.

Keras takes them from a pipeline of TensorFlow, which calls Python for each: a few milliseconds that
small networks do not need for the step itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any

from .._optional import import_heavy
from ._batches import LengthBatches
from ._operation import as_operation


class Feeder:
    """Lets Keras's loop over epochs run on batches that it does not see.

    Its steps of training and of validation are traced once, for batches of any size and length.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    """

    def __init__(self, model: Any):
        self._model = model
        self._steps: dict[str, Callable[..., Any]] = {}

    @contextmanager
    def feeding(
        self, batches: LengthBatches, validation_batches: LengthBatches | None
    ) -> Iterator[tuple[Any, Any]]:
        """Let the model's `fit` take batches, each epoch anew.

        Yields
        ------
        x, validation_data : tf.data.Dataset
            What `fit` is to be called with: they only count the batches of an epoch. None where
            there is no validation.
        """
        try:
            yield (
                self._feed("train", batches),
                None if validation_batches is None else self._feed("test", validation_batches),
            )
        finally:
            self._model.train_function = self._model.test_function = None

    def _feed(self, kind: str, batches: LengthBatches) -> Any:
        count = import_heavy("tensorflow").data.Dataset.range(len(batches))
        if kind not in self._steps:
            self._steps[kind] = self._trace(kind, batches)
        step = self._steps[kind]
        supply = chain.from_iterable(map(LengthBatches.epoch, repeat(batches)))
        getattr(self._model, f"make_{kind}_function")(force=True)
        theirs = getattr(self._model, f"{kind}_function")

        def run(iterator: Any) -> Any:
            if iterator.element_spec != count.element_spec:  # a callback evaluates other data
                return theirs(iterator)
            return step(*next(supply))

        setattr(self._model, f"{kind}_function", run)
        return count

    def _trace(self, kind: str, batches: LengthBatches) -> Callable[..., Any]:
        run = getattr(self._model, f"{kind}_step")
        step = import_heavy("tensorflow").function(lambda *batch: run(batch), autograph=False)
        return as_operation(step.get_concrete_function(*batches.signature()))
