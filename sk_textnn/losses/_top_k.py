"""The cross-entropy of the worst examples of each batch."""

from functools import cached_property
from numbers import Integral, Real
from typing import Any

from ._base import CrossEntropyBase, check, keras, registered, tf


@registered
class TopKLoss(CrossEntropyBase):
    """Cross-entropy of the worst examples of each batch; the others count nothing.

    Rare classes, which are often the worst, so count more. What is kept is scaled up, such that
    the mean over the batch is the mean of the k worst, and each example still has a number of its
    own: weights of samples and classes act as usual, on the examples that were chosen without
    them.

    Parameters
    ----------
    k : int or float, default=16
        How many examples of a batch are kept: an int of 1 or more is their number, and a smaller
        batch is kept whole; a float above 0 and up to 1 is their share of the batch, rounded up.
    warmup_epochs : int, default=0
        For so many epochs all examples are kept. They are counted by :meth:`set_epoch`, and
        without it training never leaves them.
    label_smoothing : float, default=0.0
        As in :class:`CrossEntropyLoss`.
    multilabel : bool, default=False
        As in :class:`CrossEntropyLoss`.
    name : str, default="top_k"
        Name for Keras.
    reduction : str or None, default="mean_with_sample_weight"
        Of :class:`keras.losses.Loss`.
    dtype : str or keras.DTypePolicy or None, default=None
        Type to compute in; None: that of `keras.config.floatx`.

    Raises
    ------
    TypeError
        If a parameter is of another type.
    ValueError
        If a parameter has another value.

    See Also
    --------
    CrossEntropyLoss : Keeps all.
    FocalLoss : Lets easy examples count less, instead of nothing.

    Notes
    -----
    Takes `y_true` of shape (batch,) or (batch, 1), class numbers, or (batch, n_classes), a
    probability for each class; `multilabel` takes (batch, n_labels) only. `y_pred` has the shape
    (batch, n_classes) and holds probabilities.

    The number that training reports is about the worst k alone, and so depends on the batches:
    watch the plain loss beside it, by ``weighted_metrics=[CrossEntropyLoss(reduction=None)]`` of
    `keras.Model.compile`. The practitioner whose recipe this is advised batches of 128 to 512
    examples with ``k=16``.

    References
    ----------
    .. [1] Y. Fan, S. Lyu, Y. Ying, B.-G. Hu: Learning with Average Top-k Loss. NIPS 2017.
    .. [2] A. Shrivastava, A. Gupta, R. Girshick: Training Region-based Object Detectors with
       Online Hard Example Mining. CVPR 2016.

    Examples
    --------
    >>> from sk_textnn import TopKLoss
    >>> loss = TopKLoss(k=2)
    >>> y_true, y_pred = [0, 0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.1, 0.9]]
    >>> print(loss.call(y_true, y_pred).numpy().round(3))
    [0.    3.219 2.408 0.   ]
    >>> print(f"{loss(y_true, y_pred):.3f}")
    1.407
    """

    def __init__(
        self,
        k: int | float = 16,
        warmup_epochs: int = 0,
        label_smoothing: float = 0.0,
        multilabel: bool = False,
        name: str = "top_k",
        reduction: str | None = "mean_with_sample_weight",
        dtype: Any = None,
    ) -> None:
        super().__init__(label_smoothing, multilabel, name, reduction, dtype)
        expected = (
            "an int of 1 or more, the number of examples to keep, or a float above 0 and up to 1, "
            "their share of the batch; pass 16 or 0.1"
        )
        is_number = isinstance(k, Integral)
        check("k", k, Real, lambda k: k >= 1 if is_number else 0 < k <= 1, expected)
        expected = "an int of 0 or more; pass 0 for no warm-up"
        check("warmup_epochs", warmup_epochs, Integral, lambda n: n >= 0, expected)
        self.k = int(k) if is_number else float(k)
        self.warmup_epochs = int(warmup_epochs)

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch begins.

        Parameters
        ----------
        epoch : int
            Counted from 0.
        """
        self._epoch.assign(epoch)

    def callback(self) -> Any:
        """Return a callback for `keras.Model.fit` that tells this loss the epochs.

        Returns
        -------
        keras.callbacks.Callback
            Calls `set_epoch` when an epoch begins.
        """
        return keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: self.set_epoch(epoch)
        )

    @cached_property
    def _epoch(self) -> Any:
        # A variable, as the traced training step reads it anew; not born with the loss, which as
        # a mere parameter should not start TensorFlow.
        return tf.Variable(0, dtype="int64", trainable=False)

    def _losses(self, y_true: Any, y_pred: Any) -> Any:
        losses = super()._losses(y_true, y_pred)
        n_examples = tf.shape(losses)[0]  # unknown while tracing
        n_kept = tf.minimum(self._number_of(n_examples), n_examples)
        if self.warmup_epochs:
            n_kept = tf.where(self._epoch < self.warmup_epochs, n_examples, n_kept)
        places = tf.argsort(tf.argsort(losses, direction="DESCENDING"))  # all differ, ties too
        scale = tf.cast(n_examples, losses.dtype) / tf.cast(n_kept, losses.dtype)
        return losses * tf.cast(places < n_kept, losses.dtype) * scale

    def _number_of(self, n_examples: Any) -> Any:
        """Return how many of so many examples are to be kept."""
        if isinstance(self.k, int):
            return self.k
        share = self.k * tf.cast(n_examples, "float64")
        number = tf.math.ceil(share - 1e-6)  # 0.07 * 100 is 7.000000000000001
        return tf.maximum(tf.cast(number, n_examples.dtype), 1)
