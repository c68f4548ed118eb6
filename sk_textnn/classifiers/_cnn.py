"""The CNN as a scikit-learn classifier."""

import os
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval

from ..networks import build_cnn
from ._base import BaseNetworkClassifier


class CNNClassifier(BaseNetworkClassifier):
    """Convolutional network over windows of words, after Kim (2014).

    Finds the few-word patterns that tell the classes apart, wherever they stand: each filter
    keeps its best window. Windows that would reach into the padding do not count.

    Parameters
    ----------
    filters : int, default=100
        Filters of each window size.
    kernel_sizes : sequence of int, default=(3, 4, 5)
        Window sizes in words.
    dropout : float, default=0.5
        Share of the features dropped before the output layer, in [0, 1).
    embedding_dropout : float, default=0.2
        Share of the word vectors' dimensions dropped, in [0, 1).
    embedding_dim : int, default=100
        Size of the word vectors, where X brings none.
    trainable_embedding : bool, default=True
        Whether training changes the word vectors.
    optimizer : str, default="adam"
        Keras's name of the optimizer.
    learning_rate : float, default=0.002
        Its step size.
    batch_size : int, default=32
        Texts in a training step.
    epochs : int, default=30
        Passes over the training texts; the most, with early stopping.
    early_stopping : bool, default=True
        Whether to spare validation texts, to stop when the loss on them no longer falls, and to
        restore the weights of the best epoch.
    validation_fraction : float, default=0.1
        Share of each class that is spared, in (0, 1).
    patience : int, default=3
        Epochs without a lower validation loss before training stops.
    batch_by_length : bool, default=True
        Whether texts of similar length share a batch: much faster, as little padding is
        computed.
    class_weight : dict, list of dict, "balanced" or None, default=None
        Weight of each class; "balanced" weighs a class inversely to the weight of its rows. For
        y with a column a label, a dict with the weights of 0 and 1 for each column.
    callbacks : keras.callbacks.Callback, callable, list of these, or None, default=None
        Called while the network is trained. An instance is copied before, and left as it is; by
        a function or class without arguments, a new callback is made in each fit: what cannot
        be copied or pickled, such as an open file, belongs in one. See `callbacks_`.
    tensorboard_dir : path or None, default=None
        Folder to log loss and accuracy to, in a new subfolder for each fit, for TensorBoard,
        which has to be installed.
    warm_start : bool, default=False
        Whether another `fit` goes on with the network that there is, word vectors included,
        instead of a new one.
    dtype : {"float32", "float64"}, default="float32"
        Of weights and computations.
    verbose : int or bool, default=0
        0 prints nothing, 1 shows one progress bar, 2 a line an epoch.
    random_state : int, RandomState instance or None, default=None
        Of the initial weights, the dropout, the order of the texts and the validation split.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,) or (n_classes, 2)
        The classes; a row of 0 and 1 for each label, if y had a column a label.
    multilabel_ : bool
        Whether y had a column a label, of which a text may have any number.
    history_ : dict of str to list of float
        ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and ``val_accuracy``; also of
        the epochs before, where training went on.
    best_epoch_ : int
        The epoch, counted from 0, whose weights early stopping kept; without it, the last.
    callbacks_ : list of keras.callbacks.Callback
        What `callbacks` became in the last fit, with all they recorded. Not pickled.
    model_ : keras.Model
        The trained network.
    network_ : TrainedNetwork
        The trained network in the form that is pickled.
    input_kind_ : InputKind
        What kind of sequences `fit` saw.
    n_features_in_ : int
        Columns of X, where X was an array.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of these columns, where all are strings.

    See Also
    --------
    LSTMClassifier : Reads a text word by word.
    make_text_classifier : The whole pipeline, from texts.

    References
    ----------
    Kim, Y. (2014). Convolutional neural networks for sentence classification. EMNLP.

    Examples
    --------
    >>> from sk_textnn import CNNClassifier
    >>> X = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3]] * 5
    >>> y = ["good", "bad", "good", "bad"] * 5
    >>> clf = CNNClassifier(filters=8, early_stopping=False, random_state=0).fit(X, y)
    >>> clf.predict([[2, 3, 3], [5]])
    array(['good', 'bad'], dtype='<U4')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseNetworkClassifier._parameter_constraints,
        "filters": [Interval(Integral, 1, None, closed="left")],
        "kernel_sizes": ["array-like"],
    }

    def __init__(
        self,
        *,
        filters: int = 100,
        kernel_sizes: Sequence[int] = (3, 4, 5),
        dropout: float = 0.5,
        embedding_dropout: float = 0.2,
        embedding_dim: int = 100,
        trainable_embedding: bool = True,
        optimizer: str = "adam",
        learning_rate: float = 0.002,
        batch_size: int = 32,
        epochs: int = 30,
        early_stopping: bool = True,
        validation_fraction: float = 0.1,
        patience: int = 3,
        batch_by_length: bool = True,
        class_weight: dict[Any, float] | list[dict[int, float]] | Literal["balanced"] | None = None,
        callbacks: Any = None,
        tensorboard_dir: str | os.PathLike[str] | None = None,
        warm_start: bool = False,
        dtype: Literal["float32", "float64"] = "float32",
        verbose: int | bool = 0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.filters = filters
        self.kernel_sizes = kernel_sizes
        self.dropout = dropout
        self.embedding_dropout = embedding_dropout
        self.embedding_dim = embedding_dim
        self.trainable_embedding = trainable_embedding
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.batch_by_length = batch_by_length
        self.class_weight = class_weight
        self.callbacks = callbacks
        self.tensorboard_dir = tensorboard_dir
        self.warm_start = warm_start
        self.dtype = dtype
        self.verbose = verbose
        self.random_state = random_state

    def _network(self) -> tuple[Callable[..., Any], dict[str, Any]]:
        return build_cnn, {
            "filters": self.filters,
            "kernel_sizes": check_kernel_sizes(self.kernel_sizes),
        }


def check_kernel_sizes(kernel_sizes: Any) -> tuple[int, ...]:
    """Return the window sizes as a tuple of positive integers, or say which one is wrong."""
    sizes = tuple(kernel_sizes)
    wrong = [size for size in sizes if not isinstance(size, Integral) or size < 1]
    if wrong or not sizes:
        raise ValueError(
            f"kernel_sizes must be integers of at least 1, at least one of them, not "
            f"{kernel_sizes!r}. Pass window sizes in words, such as (3, 4, 5)."
        )
    return tuple(int(size) for size in sizes)
