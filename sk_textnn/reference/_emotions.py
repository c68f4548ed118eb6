"""The networks of the question about emotions: a CNN, an LSTM, and both in one."""

from collections.abc import Iterable
from typing import Any

from sklearn.pipeline import Pipeline

from ..text import Word2VecEmbedder
from ._pipelines import make_pipeline


def emotion_cnn(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    vectors: Any = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the CNN for self-reports of emotions, reported not to collapse to one.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"head", "mask", "table", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    vectors : path, KeyedVectors or None, default=None
        Pretrained word vectors, see :class:`~sk_textnn.Word2VecEmbedder`; published were those of
        Google News, of size 300. None: vectors of that size are trained on the texts.
    random_state : int or None, default=None
        Of the network, and of vectors that are trained or missing.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad``, ``embed`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    emotion_lstm : What is wrong with all three, and what it does to an LSTM.

    Notes
    -----
    Published were 100 filters over 2 and over 6 words, each maximum a feature, a hidden layer of
    270 with relu, and a dropout of 0.6 before and behind it; RMSprop for 15 epochs in batches of
    64; reported were 63 % of 7 emotions right.

    The source trained on 68 % of its texts: 15 % were held out for the test, and of the others
    Keras's ``validation_split=0.2`` spared the last fifth, not shuffled, for nothing. Here all rows
    that `fit` is given are trained on.

    - "head": a sigmoid follows the softmax, see `emotion_lstm`.
    - "mask": windows of padding count. Repaired, those count that hold a word of the text.
    - "table": each window size has a table of word vectors of its own, which are 95 % of 5.8
      million parameters. Repaired, both read one.
    - "width": rows are padded to 179 words. Repaired alone, to the width that holds 95 % of the
      texts; the repaired form cuts none of those that `fit` is given.

    The repaired form is a :class:`~sk_textnn.CNNClassifier` of the same architecture.

    Examples
    --------
    >>> from sk_textnn.reference import emotion_cnn
    >>> emotion_cnn(as_published=True, repairs={"head", "table"})["clf"].build_params
    {'repair_head': True, 'repair_table': True}
    >>> emotion_cnn()["clf"].kernel_sizes
    (2, 6)
    """
    return make_pipeline(
        "emotion_cnn",
        as_published=as_published,
        repairs=repairs,
        random_state=random_state,
        embedder=_embedder(vectors, random_state),
    )


def emotion_lstm(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    vectors: Any = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the LSTM for self-reports of emotions, reported to predict one emotion only.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"head", "mask", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    vectors : path, KeyedVectors or None, default=None
        Pretrained word vectors, see :class:`~sk_textnn.Word2VecEmbedder`; published were those of
        Google News, of size 300. None: vectors of that size are trained on the texts.
    random_state : int or None, default=None
        Of the network, and of vectors that are trained or missing.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad``, ``embed`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    emotion_cnn : Has the same faults, and was reported to predict all emotions.
    emotion_cnn_lstm : Was reported to collapse, too.

    Notes
    -----
    Published were an LSTM of 120 units over frozen word vectors, a hidden layer of 550 with elu,
    and a dropout of 0.5 before and behind it; RMSprop for 20 epochs in batches of 60.

    The source trained on 68 % of its texts: 15 % were held out for the test, and of the others
    Keras's ``validation_split=0.2`` spared the last fifth, not shuffled, for nothing. Here all rows
    that `fit` is given are trained on.

    - "head": a sigmoid follows the softmax, so that 7 classes never differ by more than .5
      against .73. The cross-entropy cannot fall under 1.630, where chance is 1.946, and its
      gradient is 15 times smaller at the start. Repaired, the softmax is the end.
    - "mask": the state that is classified is that behind some 150 words of padding, at which the
      text is forgotten. Repaired, it is that behind the last word.
    - "width": rows are padded to 179 words, the longest text, where most have some 20. Repaired
      alone, to the width that holds 95 % of the texts; the repaired form cuts none of those that
      `fit` is given, as its padding costs nothing.

    The repaired form is an :class:`~sk_textnn.LSTMClassifier` of the same architecture, with
    Adam, and with early stopping on validation texts of every class. The word vectors stay frozen:
    ``clf__trainable_embedding=True`` lets them learn.

    Examples
    --------
    >>> from sk_textnn.reference import emotion_lstm
    >>> published = emotion_lstm(as_published=True, random_state=0)
    >>> published["pad"]
    SequencePadder(maxlen=179, padding='post')
    >>> emotion_lstm(as_published=True, repairs={"mask"})["clf"].masked
    True
    >>> emotion_lstm().set_params(clf__trainable_embedding=True)["clf"].units
    120
    """
    return make_pipeline(
        "emotion_lstm",
        as_published=as_published,
        repairs=repairs,
        random_state=random_state,
        embedder=_embedder(vectors, random_state),
    )


def emotion_cnn_lstm(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    vectors: Any = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the CNN with LSTMs behind it for self-reports of emotions.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"head", "mask", "table", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    vectors : path, KeyedVectors or None, default=None
        Pretrained word vectors, see :class:`~sk_textnn.Word2VecEmbedder`; published were those of
        Google News, of size 300. None: vectors of that size are trained on the texts.
    random_state : int or None, default=None
        Of the network, and of vectors that are trained or missing.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad``, ``embed`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    emotion_lstm : What is wrong with both, and what it does to an LSTM.

    Notes
    -----
    Published were, over 2, 3 and 6 words each, 100 filters, the maxima of every two neighbours,
    a dropout of 0.6 and an LSTM of 80 units; then a hidden layer of 270 with relu, and a dropout
    of 0.6 before and behind it; RMSprop for 20 epochs in batches of 64.

    The source trained on 68 % of its texts: 15 % were held out for the test, and of the others
    Keras's ``validation_split=0.2`` spared the last fifth, not shuffled, for nothing. Here all rows
    that `fit` is given are trained on.

    - "head": a sigmoid follows the softmax, see `emotion_lstm`.
    - "mask": the LSTMs read the padding. A mask before the convolution does not help, as Keras's
      convolution and pooling lose it. Repaired, both hand it on.
    - "table": each branch has a table of word vectors of its own, which are 93 % of 8.8 million
      parameters. Repaired, all read one.
    - "width": rows are padded to 179 words. Repaired alone, to the width that holds 95 % of the
      texts; the repaired form cuts none of those that `fit` is given.

    The repaired form is a :class:`~sk_textnn.CNNLSTMClassifier` of the same architecture.

    Examples
    --------
    >>> from sk_textnn.reference import emotion_cnn_lstm
    >>> emotion_cnn_lstm(as_published=True)["clf"].optimizer
    'rmsprop'
    >>> emotion_cnn_lstm()["clf"].branch_dropout
    0.6
    """
    return make_pipeline(
        "emotion_cnn_lstm",
        as_published=as_published,
        repairs=repairs,
        random_state=random_state,
        embedder=_embedder(vectors, random_state),
    )


def _embedder(vectors: Any, random_state: int | None) -> Word2VecEmbedder:
    return Word2VecEmbedder(vector_size=300, vectors=vectors, random_state=random_state)
