"""The parameters worth searching, for each network."""

import difflib
from typing import Any

from scipy.stats import loguniform, uniform

__all__ = ["search_space"]

# Only what has an effect for every candidate: a parameter that counts for some of them only
# wastes trials. Fixed on purpose: batch size 32, patience and epochs (early stopping chooses the
# number of epochs), and a trainable embedding, as there is little else in these small networks.
_COMMON = {
    "pad__maxlen": ["p95", None],
    "clf__dropout": uniform(0.2, 0.4),  # 0.2 to 0.6
    "clf__learning_rate": loguniform(5e-4, 5e-3),
}
# Only for vectors that are trained on the texts: those read from a file have their size.
_TRAINED_VECTORS = {"embed__vector_size": [50, 100, 200]}
# From a small single layer, the minimal baseline, up.
_RECURRENT: dict[str, Any] = {
    "clf__units": [16, 32, 64, 128],
    "clf__n_layers": [1, 2],
    "clf__bidirectional": [False, True],
    "clf__pooling": ["last", "max", "mean", "attention"],
}
_SPACES: dict[str, dict[str, Any]] = {
    "averaging": {
        "clf__max_ngram": [1, 2, 3],
        "clf__word_dropout": uniform(0, 0.3),
        "clf__dense_units": [(), (64,)],
    },
    "cnn": {
        "clf__filters": [50, 100, 200],
        "clf__kernel_sizes": [(3,), (1, 2, 3), (2, 3, 4), (3, 4, 5)],
    },
    "cnn_lstm": {
        "clf__filters": [50, 100],
        "clf__kernel_sizes": [(3,), (2, 3), (2, 3, 6)],
        "clf__units": [32, 64, 128],
        "clf__shared_lstm": [False, True],
        "clf__pooling": ["last", "max"],
    },
    "gru": _RECURRENT,
    "lstm": _RECURRENT,
}


def search_space(network: str, *, pretrained: bool = False) -> dict[str, Any]:
    """Return the parameters of a text classifier that are worth searching.

    Meant for random search, which beats a grid where few of many parameters matter: continuous
    parameters are distributions, so every trial tries another value.

    Parameters
    ----------
    network : {"averaging", "cnn", "cnn_lstm", "gru", "lstm"}
        The network of the pipeline, as passed to `make_text_classifier`.
    pretrained : bool, default=False
        Whether the pipeline reads its word vectors from a file. Their size is then given and
        not searched.

    Returns
    -------
    dict of str to list or distribution
        ``param_distributions`` for :class:`~sklearn.model_selection.RandomizedSearchCV`. It is
        yours: change it as you like.

    Raises
    ------
    ValueError
        If there is no such network.

    See Also
    --------
    sk_textnn.make_text_classifier : The pipeline whose parameters these are.

    References
    ----------
    J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", Journal of
    Machine Learning Research 13, pages 281-305, 2012.

    Examples
    --------
    >>> from sklearn.model_selection import ParameterSampler
    >>> from sk_textnn import search_space
    >>> space = search_space("cnn")
    >>> sorted(space)  # doctest: +NORMALIZE_WHITESPACE
    ['clf__dropout', 'clf__filters', 'clf__kernel_sizes', 'clf__learning_rate',
     'embed__vector_size', 'pad__maxlen']
    >>> [trial["clf__filters"] for trial in ParameterSampler(space, 3, random_state=0)]
    [100, 50, 200]
    """
    if network not in _SPACES:
        close = difflib.get_close_matches(str(network).lower(), _SPACES, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        known = ", ".join(map(repr, _SPACES))
        raise ValueError(f"There is no search space for {network!r}; there is for {known}.{hint}")
    space = {**_SPACES[network], **({} if pretrained else _TRAINED_VECTORS), **_COMMON}
    # Copied: neither a changed list nor a seeded distribution may reach the next caller.
    return {
        name: list(values) if isinstance(values, list) else _copy(values)
        for name, values in space.items()
    }


def _copy(distribution: Any) -> Any:
    """A frozen distribution of the same kind."""
    return distribution.dist(*distribution.args, **distribution.kwds)
