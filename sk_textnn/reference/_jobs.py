"""The LSTMs of the question about job descriptions, and the baseline that it was answered with."""

from collections.abc import Iterable

from sklearn.pipeline import Pipeline

from ._pipelines import make_pipeline


def job_lstm_1(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the first LSTM for job descriptions: dropout on words and states.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"mask", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    random_state : int or None, default=None
        Of the network.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    minimal_lstm : What to begin with.

    Notes
    -----
    Published were word vectors of size 80 that begin at random, a spatial dropout of 0.2, an
    LSTM of 100 units with a dropout of 0.2 on inputs and states, and a softmax; Adam for 50
    epochs in batches of 100; reported were 65 % of 30 industries right.

    - "mask": most of a row is padding, which the LSTM reads like words. Repaired, it reads the
      text only. The padding is before the text, as by default in Keras, since no source names the
      side; behind it, it would make the LSTM forget the text, see `emotion_lstm`.
    - "width": rows are padded to 3,000 words, the longest text or not. Repaired, to the width
      that holds 95 % of the texts.

    The repaired form is an :class:`~sk_textnn.LSTMClassifier` of the same architecture, which
    also stops early, on validation texts of every class. Both dropouts on its inputs are one of
    0.36, as Keras's LSTM drops the same inputs at every word.

    Examples
    --------
    >>> from sk_textnn.reference import job_lstm_1
    >>> pipeline = job_lstm_1(as_published=True, random_state=0)
    >>> pipeline["pad"]
    SequencePadder(maxlen=3000)
    >>> job_lstm_1()["clf"].units
    100
    """
    return make_pipeline(
        "job_lstm_1", as_published=as_published, repairs=repairs, random_state=random_state
    )


def job_lstm_2(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the second LSTM for job descriptions: hidden layers with dropout around them.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"mask", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    random_state : int or None, default=None
        Of the network.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    job_lstm_1 : What is wrong with both, and what the repairs are.

    Notes
    -----
    Published were word vectors of size 80 that begin at random, an LSTM of 100 units, hidden
    layers of 128 and 64 with relu and He's uniform weights, a dropout of 0.5 before each layer
    behind the LSTM, and a softmax; trained as the first. Reported were 64 % of 30 industries
    right: the layers did not help.

    Examples
    --------
    >>> from sk_textnn.reference import job_lstm_2
    >>> job_lstm_2()["clf"].dense_units
    (128, 64)
    """
    return make_pipeline(
        "job_lstm_2", as_published=as_published, repairs=repairs, random_state=random_state
    )


def job_lstm_3(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the third LSTM for job descriptions: frozen vectors, normalized hidden layers.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"mask", "table", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    random_state : int or None, default=None
        Of the network.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    job_lstm_1 : What else is wrong with it, and what the other repairs are.

    Notes
    -----
    Published were word vectors of size 80, a spatial dropout of 0.4, an LSTM of 100 units with a
    dropout of 0.4 on inputs and states, hidden layers of 128, 64 and 32 with a sigmoid, normal
    weights (standard deviations 0.039, 0.55, 0.55) and a batch normalization each, and a
    softmax; trained as the first. Reported were 76 % of 30 industries right, the best of the three.

    - "table": the word vectors are frozen, but were never learned anywhere: they stay as they
      were drawn. Repaired, they are trained.

    In the repaired form the weights of the hidden layers are normal with a spread that suits
    their sizes, and the dropouts on the LSTM's inputs are one of 0.64.

    Examples
    --------
    >>> from sk_textnn.reference import job_lstm_3
    >>> job_lstm_3(as_published=True, repairs={"table"})["clf"].build_params
    {'repair_table': True}
    >>> job_lstm_3()["clf"].trainable_embedding
    True
    """
    return make_pipeline(
        "job_lstm_3", as_published=as_published, repairs=repairs, random_state=random_state
    )


def minimal_lstm(
    *,
    as_published: bool = False,
    repairs: Iterable[str] | str | None = None,
    random_state: int | None = None,
) -> Pipeline:
    """Make the smallest LSTM, to begin with: a quarter as many units as classes, and no more.

    Parameters
    ----------
    as_published : bool, default=False
        Whether to make it as it was written, faults included, instead of repaired.
    repairs : {"mask", "width"}, iterable of these, or None, default=None
        Faults of the published form that are repaired all the same.
    random_state : int or None, default=None
        Of the network.

    Returns
    -------
    Pipeline
        With the steps ``tokens``, ``pad`` and ``clf``.

    Raises
    ------
    ValueError
        If there are no such repairs, or `as_published` is no bool, or False with them.

    See Also
    --------
    run_experiment : Adds layers to it, and tells what they bring.
    experiment_space : Where to search from it.
    job_lstm_1 : What is wrong with the published form, and what the repairs are.

    Notes
    -----
    The advice to those who asked why their LSTMs over-fit: see first how far an LSTM of
    ``n_classes // 4`` units gets with nothing but a softmax behind it. Word vectors and training
    are those of the other models for job descriptions.

    Examples
    --------
    >>> from sk_textnn.reference import minimal_lstm
    >>> pipeline = minimal_lstm(random_state=0)
    >>> pipeline["clf"].units, pipeline["clf"].dense_units  # a quarter of the classes, and no more
    (0.25, ())
    """
    return make_pipeline(
        "minimal_lstm", as_published=as_published, repairs=repairs, random_state=random_state
    )
