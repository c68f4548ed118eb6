"""A network of the user's own as a scikit-learn classifier."""

import os
from collections.abc import Callable
from typing import Any, ClassVar, Literal, Self

import numpy as np

from ..networks import build_custom
from ._base import BaseNetworkClassifier

_BUILD = "build_params__"


class NetworkClassifier(BaseNetworkClassifier):
    """Any Keras network, with the batches, checks and training of the other classifiers.

    Parameters
    ----------
    build_fn : callable
        ``build_fn(spec, *, n_classes, **build_params)`` returns a :class:`keras.Model`, not
        compiled, from ids of shape (batch, steps) int32, or from vectors of shape (batch, steps,
        vector_size), to one probability a class, of shape (batch, n_classes). ``spec.n_ids`` is
        the number of ids, 0 for the padding included, or None for vectors;
        ``spec.vector_size`` the size of word vectors. If it has parameters ``seed``, ``dtype`` or
        ``multilabel``, it is given these. It should pass the seed to its layers and initializers,
        as Keras draws from the global state otherwise. A pickle names the function, which
        therefore has to be one of a module.
    build_params : dict or None, default=None
        Further keyword arguments of `build_fn`. Each can be set, and searched, alone, as
        ``build_params__units``.
    masked : bool, default=True
        Whether batches are cut to their longest text, with zeros behind the shorter ones, which
        the network has to skip (``Embedding(mask_zero=True)``). False: it reads the texts just
        as they were padded, on whichever side and as wide.
    embedding_dim : int, default=100
        Size of the word vectors, where X brings none.
    frozen_epochs : int, default=0
        Epochs at the start in which the tables of word vectors stay as they are.
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
    sk_textnn.networks.build_network : Builds one from its middle, with our layers around.

    Examples
    --------
    >>> import keras
    >>> from sk_textnn import NetworkClassifier
    >>> def build(spec, *, n_classes, seed, units=8):
    ...     start = keras.initializers.GlorotUniform(seed)
    ...     return keras.Sequential(
    ...         [
    ...             keras.Input((None,), dtype="int32"),
    ...             keras.layers.Embedding(
    ...                 spec.n_ids, spec.vector_size, start, mask_zero=True
    ...             ),
    ...             keras.layers.GRU(units, kernel_initializer=start, recurrent_initializer=start),
    ...             keras.layers.Dense(n_classes, "softmax", kernel_initializer=start),
    ...         ]
    ...     )
    >>> X = [[2, 3, 4], [5, 3], [2, 4], [5, 4, 3]] * 5
    >>> y = ["good", "bad", "good", "bad"] * 5
    >>> clf = NetworkClassifier(build, learning_rate=0.05, early_stopping=False, random_state=0)
    >>> clf.fit(X, y).predict([[2, 3, 3], [5]])
    array(['good', 'bad'], dtype='<U4')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseNetworkClassifier._parameter_constraints,
        "build_fn": [callable],
        "build_params": [dict, None],
        "masked": ["boolean"],
    }

    def __init__(
        self,
        build_fn: Callable[..., Any],
        *,
        build_params: dict[str, Any] | None = None,
        masked: bool = True,
        embedding_dim: int = 100,
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
        self.build_fn = build_fn
        self.build_params = build_params
        self.masked = masked
        self.embedding_dim = embedding_dim
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

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether those in `build_params` are among them, as ``build_params__units``.

        Returns
        -------
        dict of str to object
            A value for each name.
        """
        params = super().get_params(deep)
        if deep and isinstance(self.build_params, dict):  # fit refuses what is none
            params |= {f"{_BUILD}{name}": value for name, value in self.build_params.items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters; those that begin with ``build_params__`` in `build_params`.

        Parameters
        ----------
        **params
            New values.

        Returns
        -------
        estimator
            This classifier.
        """
        ours = {name: value for name, value in params.items() if name.startswith(_BUILD)}
        super().set_params(**{name: params[name] for name in params if name not in ours})
        if ours:  # a new dict: that of the caller stays as it is
            named = {name.removeprefix(_BUILD): value for name, value in ours.items()}
            self.build_params = {**(self.build_params or {}), **named}
        return self

    def _network(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        return build_custom, {"build_fn": self.build_fn, "build_params": self.build_params or {}}

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : TokenSequences, list of lists of int, or array-like of shape (n_samples, maxlen) or \
                (n_samples, maxlen, vector_size)
            Texts of the kind that `fit` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            The network's outputs; rows that do not sum to 1 are scaled so, as Keras's
            cross-entropy reads them.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TextInputError
            If X is of another kind than in `fit`.
        """
        outputs = super().predict_proba(X)
        if self.multilabel_:
            return outputs
        sums = outputs.sum(axis=1, keepdims=True)
        even = np.full_like(outputs, 1 / outputs.shape[1])  # a row of zeros tells nothing
        return np.divide(outputs, sums, out=even, where=sums > 0)
