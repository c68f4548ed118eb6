"""Convolution and LSTM together as a scikit-learn classifier."""

import os
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions

from ..networks import cnn_lstm_features
from ._family import FamilyClassifier, check_sizes, n_units


class CNNLSTMClassifier(FamilyClassifier):
    """Convolution over windows of words, then an LSTM over what it found.

    The convolution describes each word by its neighbours, the pooling shortens the text, and
    the LSTM reads the rest. The mask goes through all of them, so padding changes nothing.

    Parameters
    ----------
    filters : int, default=100
        Filters of each window size.
    kernel_sizes : sequence of int, default=(2, 3, 6)
        Window sizes in words, a branch each.
    pool_size : int, default=2
        Neighbouring steps of which the maximum goes on; 1 keeps all.
    units : int or float, default=80
        Size of an LSTM's state, in each direction; a float is a share of the number of
        classes, in (0, 1], rounded down to at least 1.
    shared_lstm : bool, default=False
        Whether one LSTM reads all branches side by side, instead of one for each.
    bidirectional : bool, default=False
        Whether a second LSTM reads from the end.
    pooling : {"last", "max", "mean", "attention"}, default="max"
        What of an LSTM is classified: its last state; or the maximum, the mean, or a mean
        weighted by attention, of all its states.
    recurrent_dropout : float, default=0.0
        Share of the state dropped from one step to the next, in [0, 1).
    branch_dropout : float, default=0.0
        Share of a convolution's output dropped before the LSTM, in [0, 1).
    dense_units : sequence of int, default=()
        Sizes of hidden layers between the features and the output layer.
    dense_activation : {"elu", "gelu", "leaky_relu", "linear", "relu", "selu", "sigmoid", \
            "silu", "tanh"}, default="relu"
        Of the hidden layers.
    dense_initializer : str, default="glorot_uniform"
        Of the hidden layers' weights, Keras's name, such as "he_uniform".
    batch_normalization : bool, default=False
        Whether each hidden layer is followed by a batch normalization.
    dropout : float, default=0.5
        Share of the features dropped before each hidden layer and the output layer, in [0, 1).
    word_dropout : float, default=0.0
        Share of the words that training replaces by the unknown word, in [0, 1); of X's steps
        that it sets to zero, where they are vectors.
    spatial_dropout : float, default=0.2
        Share of the word vectors' dimensions dropped, the same ones in a whole text, in [0, 1).
    embedding_dim : int, default=100
        Size of the word vectors, where X brings none.
    trainable_embedding : bool, default=True
        Whether training changes the word vectors.
    frozen_epochs : int, default=0
        Epochs at the start in which it does not yet.
    loss : {"cross_entropy", "focal", "top_k"} or keras.losses.Loss, default="cross_entropy"
        What training minimizes: such as ``TopKLoss(k=16)`` or ``FocalLoss(gamma=1)``; one of
        Keras's own is given one-hot targets. It is copied, and left as it is.
    label_smoothing : float, default=0.0
        Share of each target that goes to all classes alike, in [0, 1).
    optimizer : str, default="adam"
        Keras's name of the optimizer. "adam" leaves the vectors of words that are not in the
        batch as they are, unlike Keras's own, which is "dense_adam".
    learning_rate : float, default=0.002
        Its step size.
    embedding_learning_rate : float or None, default=None
        Its step size for the word vectors; None: `learning_rate`.
    batch_size : int, default=32
        Texts in a training step.
    epochs : int, default=30
        Passes over the training texts; the most, with early stopping.
    early_stopping : bool, default=True
        Whether to spare validation texts, to stop when the cross-entropy on them no longer
        falls, whatever `loss` is, and to restore the weights of the best epoch.
    refit : bool, default=True
        Whether to train anew on all texts after early stopping, the spared ones included: for
        twice as many epochs as were best, with a learning rate that falls to zero. It takes up to
        twice as long as the training before. `callbacks` do not see it, but the learning rates
        are theirs. Not where training goes on.
    validation_fraction : float, default=0.1
        Share of each class that is spared, in (0, 1).
    patience : int, default=3
        Epochs without a lower cross-entropy on them before training stops.
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
        ``loss`` and ``accuracy`` of each epoch; with another loss than the plain cross-entropy
        also ``cross_entropy``; and each with ``val_`` before its name of the texts spared. Also
        of the epochs before, where training went on.
    best_epoch_ : int
        The epoch, counted from 0, that early stopping found best; without it, the last.
    callbacks_ : list of keras.callbacks.Callback
        What `callbacks` became in the last fit, with all they recorded. Not pickled.
    model_ : keras.Model
        The trained network. Saved by Keras, it is loaded after
        ``import sk_textnn.keras_objects``.
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
    CNNClassifier : Convolution alone.
    LSTMClassifier : LSTM alone.
    make_text_classifier : The whole pipeline, from texts.

    References
    ----------
    Zhou, C. et al. (2015). A C-LSTM neural network for text classification. arXiv:1511.08630.

    Examples
    --------
    >>> from sk_textnn import CNNLSTMClassifier
    >>> X = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3]] * 5
    >>> y = ["good", "bad", "good", "bad"] * 5
    >>> clf = CNNLSTMClassifier(filters=8, units=8, early_stopping=False, random_state=0).fit(X, y)
    >>> clf.predict([[2, 3, 3], [5]])
    array(['good', 'bad'], dtype='<U4')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **FamilyClassifier._parameter_constraints,
        "filters": [Interval(Integral, 1, None, closed="left")],
        "kernel_sizes": ["array-like"],
        "pool_size": [Interval(Integral, 1, None, closed="left")],
        "units": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "shared_lstm": ["boolean"],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"last", "max", "mean", "attention"})],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "branch_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        *,
        filters: int = 100,
        kernel_sizes: Sequence[int] = (2, 3, 6),
        pool_size: int = 2,
        units: int | float = 80,
        shared_lstm: bool = False,
        bidirectional: bool = False,
        pooling: Literal["last", "max", "mean", "attention"] = "max",
        recurrent_dropout: float = 0.0,
        branch_dropout: float = 0.0,
        dense_units: Sequence[int] = (),
        dense_activation: str = "relu",
        dense_initializer: str = "glorot_uniform",
        batch_normalization: bool = False,
        dropout: float = 0.5,
        word_dropout: float = 0.0,
        spatial_dropout: float = 0.2,
        embedding_dim: int = 100,
        trainable_embedding: bool = True,
        frozen_epochs: int = 0,
        loss: Any = "cross_entropy",
        label_smoothing: float = 0.0,
        optimizer: str = "adam",
        learning_rate: float = 0.002,
        embedding_learning_rate: float | None = None,
        batch_size: int = 32,
        epochs: int = 30,
        early_stopping: bool = True,
        refit: bool = True,
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
        self.pool_size = pool_size
        self.units = units
        self.shared_lstm = shared_lstm
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.recurrent_dropout = recurrent_dropout
        self.branch_dropout = branch_dropout
        self.dense_units = dense_units
        self.dense_activation = dense_activation
        self.dense_initializer = dense_initializer
        self.batch_normalization = batch_normalization
        self.dropout = dropout
        self.word_dropout = word_dropout
        self.spatial_dropout = spatial_dropout
        self.embedding_dim = embedding_dim
        self.trainable_embedding = trainable_embedding
        self.frozen_epochs = frozen_epochs
        self.loss = loss
        self.label_smoothing = label_smoothing
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.embedding_learning_rate = embedding_learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.refit = refit
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

    def _body(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        return cnn_lstm_features, {
            "filters": self.filters,
            "kernel_sizes": check_sizes("kernel_sizes", self.kernel_sizes),
            "pool_size": self.pool_size,
            "units": n_units(self.units, n_classes),
            "shared_lstm": self.shared_lstm,
            "bidirectional": self.bidirectional,
            "pooling": self.pooling,
            "recurrent_dropout": self.recurrent_dropout,
            "branch_dropout": self.branch_dropout,
        }
