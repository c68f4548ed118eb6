"""The plain cross-entropy, and with label smoothing."""

from typing import Any

from ._base import CrossEntropyBase, registered


@registered
class CrossEntropyLoss(CrossEntropyBase):
    """Cross-entropy, of class numbers or tables of targets.

    Gives what Keras's sparse, categorical and binary cross-entropy give for probabilities, of
    which rows are scaled to a sum of 1 unless `multilabel`.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share of each target, from 0 to below 1, that is spread evenly over the classes; with
        `multilabel`, over present and absent.
    multilabel : bool, default=False
        Whether an example may have any number of the labels: the binary cross-entropy, averaged
        over the labels.
    name : str, default="cross_entropy"
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
    TopKLoss : Trains on the worst examples of each batch only.
    FocalLoss : Lets easy examples count less.

    Notes
    -----
    Takes `y_true` of shape (batch,) or (batch, 1), class numbers, or (batch, n_classes), a
    probability for each class; `multilabel` takes (batch, n_labels) only. `y_pred` has the shape
    (batch, n_classes) and holds probabilities.

    References
    ----------
    .. [1] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna: Rethinking the Inception
       Architecture for Computer Vision. CVPR 2016 (label smoothing).

    Examples
    --------
    >>> from sk_textnn import CrossEntropyLoss
    >>> loss = CrossEntropyLoss()
    >>> y_pred = [[0.9, 0.1], [0.4, 0.6]]
    >>> print(f"{loss([0, 1], y_pred):.4f}")
    0.3081
    >>> print(f"{loss([[1, 0], [0, 1]], y_pred):.4f}")
    0.3081
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        multilabel: bool = False,
        name: str = "cross_entropy",
        reduction: str | None = "mean_with_sample_weight",
        dtype: Any = None,
    ) -> None:
        super().__init__(label_smoothing, multilabel, name, reduction, dtype)
