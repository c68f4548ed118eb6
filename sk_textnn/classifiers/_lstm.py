"""The LSTM as a scikit-learn classifier."""

import os
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..networks import build_lstm
from ._base import BaseNetworkClassifier


class LSTMClassifier(BaseNetworkClassifier):
    """Long short-term memory network over the words of a text.

    Reads a text word by word and classifies it by what its state is in the end. Padding is
    never computed into the state, on whichever side it stands.

    Parameters
    ----------
    units : int, default=64
        Size of the state, in each direction.
    n_layers : int, default=1
        LSTM layers, each reading the states of the one before.
    bidirectional : bool, default=False
        Whether a second LSTM reads the text from its end.
    pooling : {"last", "max", "mean"}, default="max"
        What of the last layer is classified: its state after the last word, or the maximum or
        the mean of its states over all words.
    dropout : float, default=0.5
        Share of the features dropped before the output layer, in [0, 1).
    recurrent_dropout : float, default=0.0
        Share of the state dropped from one word to the next, in [0, 1).
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
    CNNClassifier : Faster, and often as good.
    make_text_classifier : The whole pipeline, from texts.

    References
    ----------
    Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural Computation 9.

    Examples
    --------
    >>> from sk_textnn import LSTMClassifier
    >>> X = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3]] * 5
    >>> y = ["good", "bad", "good", "bad"] * 5
    >>> clf = LSTMClassifier(units=8, early_stopping=False, random_state=0).fit(X, y)
    >>> clf.predict([[2, 3, 3], [5]])
    array(['good', 'bad'], dtype='<U4')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseNetworkClassifier._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "n_layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"last", "max", "mean"})],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        units: int = 64,
        n_layers: int = 1,
        bidirectional: bool = False,
        pooling: Literal["last", "max", "mean"] = "max",
        dropout: float = 0.5,
        recurrent_dropout: float = 0.0,
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
        self.units = units
        self.n_layers = n_layers
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
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
        return build_lstm, {
            "units": self.units,
            "n_layers": self.n_layers,
            "bidirectional": self.bidirectional,
            "pooling": self.pooling,
            "recurrent_dropout": self.recurrent_dropout,
        }
