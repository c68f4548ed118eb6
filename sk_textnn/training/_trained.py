"""A trained network that predicts fast, pickles small and gives each text its own answer."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from .._optional import import_heavy
from ._architectures import word_tables, words_told
from ._prediction import shared_function, weights_of

# A text's prediction is the same in any company: batches are filled up to a width that depends
# on the text's own length alone, and to LEAST rows. A processor computes 8 numbers or more at once
# and what is left over one by one, which can differ in the last bit: with fewer rows something may
# be left over that is not with more.
BATCH_SIZE = 64
LEAST = 8
# Steps in a batch at most, unless a single text has more: very long texts go in smaller batches.
BATCH_STEPS = 64 * 512


class TrainedNetwork:
    """A Keras model together with the pure function that builds it anew.

    A pickle holds the function, its parameters and the weights: no optimizer, no graph. The
    model is built when it is first needed after unpickling.

    Parameters
    ----------
    build : callable
        Function of a module that returns the model, not trained.
    params : dict
        Keyword arguments of `build`; among them ``spec``, whose ``masked`` tells whether the
        network skips padding, so that batches may be padded.
    model : keras.Model or None
        The trained model. None: it is built from `weights` when it is first needed.
    weights : list of ndarray or None, default=None
        Of the model, where that is None.
    alike : bool, default=False
        Whether `build` makes networks that differ in their weights only, whenever its arguments
        but the seed are equal: one graph then serves them all.
    """

    def __init__(
        self,
        build: Callable[..., Any],
        params: dict[str, Any],
        model: Any,
        weights: list[np.ndarray] | None = None,
        alike: bool = False,
    ):
        self.build = build
        self.params = params
        self._model = model
        self._weights = weights
        self.alike = alike
        self._predict: Callable[..., Any] | None = None
        self._compile: Callable[[Any], None] | None = None
        self._lock = threading.RLock()  # two threads may want the model at once after unpickling

    @property
    def model(self) -> Any:
        """The Keras model."""
        with self._lock:
            if self._model is None:
                model = self.build(**self.params)
                model.set_weights(self._weights)
                self._model, self._weights = model, None
            return self._model

    def compile_later(self, compile_model: Callable[[Any], None]) -> None:
        """Compile the model for those who go on by Keras, once there is such a one."""
        with self._lock:
            self._compile = compile_model

    def compiled_model(self) -> Any:
        """Return the Keras model, as Keras leaves it after training."""
        with self._lock:
            compile_model, self._compile = self._compile, None
            if compile_model is not None:
                compile_model(self.model)
            return self.model

    def predict_alone(self) -> None:
        """Share no graph any more, as is due if the model is trained in place.

        A table that was updated by rows is copied whenever it is read whole.
        """
        with self._lock:
            self.alike, self._predict = False, None

    def set_vectors(self, vectors: np.ndarray) -> None:
        """Let every embedding table of words, of the vectors' shape, begin with the vectors.

        Raises ValueError if the network has no such table.
        """
        tables = word_tables(self.model)
        fitting = [table for table in tables if tuple(table.shape) == vectors.shape]
        if not fitting:
            came = ", ".join(str(tuple(table.shape)) for table in tables) or "none"
            raise ValueError(
                f"X brings word vectors of shape {vectors.shape}, but the network has no embedding "
                f"table of this shape (it has: {came}). Make it by "
                "keras.layers.Embedding(spec.n_ids, spec.vector_size), or leave out the step that "
                "attaches the vectors."
            )
        for table in fitting:
            table.assign(vectors)

    def check_width(self, sequences: Any) -> None:
        """Raise ValueError if the network reads a fixed number of steps, and these are others."""
        steps = self.model.inputs[0].shape[1]
        if steps is None:
            return
        widths = np.unique(sequences.lengths)
        if (widths != steps).any():
            raise ValueError(
                f"X is padded to {widths.max()} steps, but the network reads exactly {steps}. Pad "
                f"all texts to {steps}, see SequencePadder(maxlen={steps}), or let the network "
                "begin with keras.Input((None,))."
            )

    def predict(self, sequences: Any) -> np.ndarray:
        """Return the output for each sequence.

        Parameters
        ----------
        sequences : TokenSequences or StepSequences

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)

        Raises
        ------
        ValueError
            If the network reads another number of steps.
        """
        self.check_width(sequences)
        predict = self._predict_function()
        lengths = sequences.lengths
        widths = rounded_up(lengths) if self.params["spec"].masked else lengths
        outputs: np.ndarray | None = None
        for width in np.unique(widths):
            rows = np.flatnonzero(widths == width)
            size = max(1, min(BATCH_SIZE, BATCH_STEPS // max(int(width), 1)))
            for start in range(0, len(rows), size):
                part = rows[start : start + size]
                n_rows = min(size, max(LEAST, 1 << (len(part) - 1).bit_length()))  # few numbers
                texts = sequences.dense(part, width=int(width))
                batch = np.zeros((n_rows, *texts.shape[1:]), self.model.inputs[0].dtype)
                batch[: len(part)] = texts
                result = predict(batch).numpy()[: len(part)]
                if outputs is None:
                    outputs = np.empty((len(sequences), result.shape[1]), dtype=result.dtype)
                outputs[part] = result
        if outputs is None:
            return np.empty((0, self.model.output_shape[-1]), dtype=self.model.compute_dtype)
        return outputs

    def _predict_function(self) -> Callable[..., Any]:
        """Return what predicts a batch by the weights that there are now."""
        with self._lock:
            if self._predict is None and self.alike:
                function = shared_function(self.build, self.params)
                weights = weights_of(self.model)
                self._predict = lambda batch: function(batch, weights)
            elif self._predict is None:
                self._predict = self._own_function()
            return self._predict

    def _own_function(self) -> Callable[..., Any]:
        """Compile the prediction by this model alone."""
        tf = import_heavy("tensorflow")
        model = self.model
        read = model.inputs[0]
        function = tf.function(lambda batch: model(batch, training=False))
        with words_told(model):
            return function.get_concrete_function(tf.TensorSpec(read.shape, read.dtype))

    def __repr__(self) -> str:
        with self._lock:
            weights = (self._weights if self._model is None else self._model.weights) or []
        n_weights = sum(int(np.prod(each.shape)) for each in weights)
        return f"TrainedNetwork({self.build.__name__}, {n_weights:,} weights)"

    def __reduce__(self) -> tuple[Any, ...]:
        with self._lock:
            weights = self._weights if self._model is None else self._model.get_weights()
        return type(self), (self.build, self.params, None, weights, self.alike)


def rounded_up(lengths: Any) -> Any:
    """Round numbers up, in steps of at most a quarter: few of them, and little room wasted."""
    lengths = np.maximum(lengths, 4)
    step = 2 ** np.maximum(np.floor(np.log2(lengths)).astype(int) - 2, 2)
    return -(-lengths // step) * step
