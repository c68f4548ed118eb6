"""The LSTM as a scikit-learn classifier."""

from ._recurrent import RecurrentClassifier


class LSTMClassifier(RecurrentClassifier):
    """Long short-term memory network over the words of a text.

    Reads a text word by word and classifies it by what its state is in the end. Padding is
    never computed into the state, on whichever side it stands.

    Parameters
    ----------
    units : int or float, default=64
        Size of the state, in each direction; a float is a share of the number of classes,
        in (0, 1], such as 0.25, rounded down to at least 1.
    n_layers : int, default=1
        LSTM layers, each reading the states of the one before.
    bidirectional : bool, default=True
        Whether a second LSTM reads the text from its end.
    pooling : {"last", "max", "mean", "attention"}, default="max"
        What of the last layer is classified: its state after the last word; or the maximum, the
        mean, or a mean weighted by attention, of its states over all words.
    recurrent_dropout : float, default=0.0
        Share of the state dropped from one word to the next, in [0, 1).
    max_ngram : int, default=2
        Words in the longest n-gram that has a vector of its own, which is added to that of its
        first word; 1: words alone. Only where X holds word ids. It helps where a few words decide,
        as in questions.
    n_buckets : int, default=65536
        Vectors for all n-grams of one length; which one an n-gram has is told by a hash. Of 100
        numbers each, 65536 take 26 MB, in a saved classifier too.
    ngram_dropout : float, default=0.5
        Share of the n-grams that training leaves out, in [0, 1), so that the network does not
        learn rare ones by heart and still reads the words.
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
    GRUClassifier : A simpler cell.
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

    _cell = "lstm"
