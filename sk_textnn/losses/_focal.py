"""The cross-entropy in which examples count less the better they are known."""

from numbers import Real
from typing import Any

from ._base import CrossEntropyBase, check, keras, one_hot, ops, registered


@registered
class FocalLoss(CrossEntropyBase):
    """Cross-entropy of which easy examples count less: times (1 - p)^gamma.

    Here p is the probability that the network gives to the target: that of the example's class,
    or the mean of the probabilities weighted by the targets, if these are smoothed or
    probabilities themselves.

    Parameters
    ----------
    gamma : float, default=2.0
        From 0, the plain cross-entropy; the greater, the less easy examples count.
    label_smoothing : float, default=0.0
        As in :class:`CrossEntropyLoss`.
    multilabel : bool, default=False
        As in :class:`CrossEntropyLoss`; each label is weighted for itself.
    name : str, default="focal"
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
    CrossEntropyLoss : All examples count alike.
    TopKLoss : All but the worst examples count nothing.

    Notes
    -----
    Takes `y_true` of shape (batch,) or (batch, 1), class numbers, or (batch, n_classes), a
    probability for each class; `multilabel` takes (batch, n_labels) only. `y_pred` has the shape
    (batch, n_classes) and holds probabilities.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár: Focal Loss for Dense Object
       Detection. ICCV 2017.

    Examples
    --------
    >>> from sk_textnn import FocalLoss
    >>> y_true, y_pred = [0, 1], [[0.9, 0.1], [0.6, 0.4]]
    >>> for gamma in (0, 2):
    ...     print(FocalLoss(gamma).call(y_true, y_pred).numpy().round(3))
    [0.105 0.916]
    [0.001 0.33 ]
    """

    def __init__(
        self,
        gamma: float = 2.0,
        label_smoothing: float = 0.0,
        multilabel: bool = False,
        name: str = "focal",
        reduction: str | None = "mean_with_sample_weight",
        dtype: Any = None,
    ) -> None:
        super().__init__(label_smoothing, multilabel, name, reduction, dtype)
        expected = "a finite number of 0 or more; pass 2.0, or 0 for the plain cross-entropy"
        check("gamma", gamma, Real, lambda gamma: 0 <= gamma < float("inf"), expected)
        self.gamma = float(gamma)

    def _terms(self, y_true: Any, y_pred: Any) -> Any:
        terms = super()._terms(y_true, y_pred)
        if self.multilabel:
            p = y_true * y_pred + (1 - y_true) * (1 - y_pred)
        else:
            p = ops.sum(one_hot(y_true, y_pred) * y_pred, axis=-1) / ops.sum(y_pred, axis=-1)
        p = (1 - self.label_smoothing) * p + self.label_smoothing * self._even(y_pred)
        missed = ops.maximum(1 - p, keras.config.epsilon())  # at 0 a small gamma has no gradient
        return terms * missed**self.gamma
