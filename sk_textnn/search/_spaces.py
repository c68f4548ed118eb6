"""The parameters worth searching, for each network."""

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from scipy.stats import loguniform, randint, uniform

from ..classifiers import make_text_classifier

__all__ = ["search_space"]

_NETWORKS = ("averaging", "cnn", "cnn_lstm", "gru", "lstm")


@dataclass(frozen=True)
class _Size:
    """The spaces of one size.

    A parameter has a distribution only where it has an effect: one that counts for some of the
    candidates only wastes trials. So what depends on another parameter is in an alternative, which
    becomes a dict of its own. Every dict needs a distribution, not lists only: scikit-learn would
    go through lists as a grid, in which a network with more combinations comes more often.
    """

    common: dict[str, Any]
    networks: dict[str, dict[str, Any]]
    # Only for vectors that are trained on the texts: those read from a file have their size.
    trained_vectors: dict[str, Any]
    pretrained_vectors: dict[str, Any] = field(default_factory=dict)
    # Alternatives of all networks, and those of one.
    layers: tuple[dict[str, Any], ...] = ({},)
    alternatives: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def branches(self, network: str, *, pretrained: bool) -> list[dict[str, Any]]:
        """Return the dicts of a network."""
        shared = {
            **self.networks[network],
            **(self.pretrained_vectors if pretrained else self.trained_vectors),
            **self.common,
        }
        return [
            {**shared, **own, **layers}
            for own in self.alternatives.get(network, ({},))
            for layers in self.layers
        ]


# Fewer buckets than by default, since a search keeps many networks on disk.
_SMALL_RECURRENT: dict[str, Any] = {
    "clf__units": [8, 16, 32],
    "clf__bidirectional": [False, True],
    "clf__n_buckets": [2**12, 2**14],
    "clf__pooling": ["last", "max"],
}
_SMALL = _Size(
    common={
        "pad__maxlen": ["p80", "p95"],
        "clf__dropout": uniform(0.2, 0.4),
        "clf__learning_rate": loguniform(1e-3, 5e-3),
    },
    networks={
        "averaging": {"clf__max_ngram": [1, 2]},
        "cnn": {"clf__filters": [16, 32], "clf__kernel_sizes": [(3,), (2, 3)]},
        "cnn_lstm": {
            "clf__filters": [16, 32],
            "clf__kernel_sizes": [(3,), (2, 3)],
            "clf__units": [8, 16, 32],
        },
        "gru": _SMALL_RECURRENT,
        "lstm": _SMALL_RECURRENT,
    },
    trained_vectors={"embed__vector_size": [25, 50]},
)

# From a small single layer, the minimal baseline, up.
_MEDIUM_RECURRENT: dict[str, Any] = {
    "clf__units": [16, 32, 64, 128],
    "clf__n_layers": [1, 2],
    "clf__bidirectional": [False, True],
    "clf__n_buckets": [2**12, 2**14],
    "clf__pooling": ["last", "max", "mean", "attention"],
}
# Fixed on purpose: batch size 32, patience and epochs (early stopping chooses the number of
# epochs), and a trainable embedding, as there is little else in these small networks.
_MEDIUM = _Size(
    common={
        "pad__maxlen": ["p95", None],
        "clf__dropout": uniform(0.2, 0.4),  # 0.2 to 0.6
        "clf__learning_rate": loguniform(5e-4, 5e-3),
    },
    networks={
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
        "gru": _MEDIUM_RECURRENT,
        "lstm": _MEDIUM_RECURRENT,
    },
    trained_vectors={"embed__vector_size": [50, 100, 200]},
)

_LARGE_RECURRENT: dict[str, Any] = {
    "clf__units": randint(8, 257),
    "clf__n_layers": randint(1, 4),
    "clf__bidirectional": [False, True],
    "clf__max_ngram": [1, 2],
    "clf__pooling": ["last", "max", "mean", "attention"],
    "clf__recurrent_dropout": [0.0, 0.1, 0.2, 0.4],
}
_LARGE = _Size(
    common={
        "pad__maxlen": ["p90", "p95", "p99", None],
        "clf__dropout": uniform(0, 0.7),
        "clf__word_dropout": uniform(0, 0.3),
        "clf__spatial_dropout": uniform(0, 0.5),
        "clf__label_smoothing": [0.0, 0.05, 0.1],
        "clf__learning_rate": loguniform(1e-4, 1e-2),
        "clf__batch_size": [16, 32, 64, 128],
    },
    networks={
        "averaging": {"clf__max_ngram": [1, 2, 3, 4]},
        "cnn": {
            "clf__filters": randint(16, 301),
            "clf__kernel_sizes": [(2,), (3,), (5,), (1, 2, 3), (2, 3, 4), (3, 4, 5), (3, 5, 7)],
        },
        "cnn_lstm": {
            "clf__filters": randint(16, 301),
            "clf__kernel_sizes": [(3,), (5,), (2, 3), (3, 5), (2, 3, 4), (2, 3, 6)],
            "clf__pool_size": [1, 2, 3],
            "clf__units": randint(8, 257),
            "clf__shared_lstm": [False, True],
            "clf__bidirectional": [False, True],
            "clf__pooling": ["last", "max", "mean", "attention"],
            "clf__recurrent_dropout": [0.0, 0.1, 0.2, 0.4],
            "clf__branch_dropout": uniform(0, 0.5),
        },
        "gru": _LARGE_RECURRENT,
        "lstm": _LARGE_RECURRENT,
    },
    trained_vectors={"embed__vector_size": [50, 100, 200, 300]},
    pretrained_vectors={"clf__frozen_epochs": [0, 1, 3]},
    layers=(
        {"clf__dense_units": [()]},
        {
            "clf__dense_units": [(32,), (64,), (128,), (256,), (64, 64), (128, 64), (256, 128)],
            "clf__dense_activation": ["relu", "elu", "gelu", "tanh"],
            "clf__batch_normalization": [False, True],
        },
    ),
    alternatives={
        "cnn": (
            {"clf__pooling": ["max", "mean"]},
            {"clf__pooling": ["k_max"], "clf__k": randint(2, 6)},
        )
    },
)
_SIZES = {"small": _SMALL, "medium": _MEDIUM, "large": _LARGE}


def search_space(
    network: str | Sequence[str],
    size: Literal["small", "medium", "large"] = "medium",
    *,
    pretrained: bool = False,
) -> list[dict[str, Any]]:
    """Return the parameters of a text classifier that are worth searching.

    Meant for random search, which beats a grid where few of many parameters matter: continuous
    parameters are distributions, so every trial tries another value.

    Parameters
    ----------
    network : {"averaging", "cnn", "cnn_lstm", "gru", "lstm"} or sequence of these
        The network of the pipeline, as passed to `make_text_classifier`. Of a sequence, every
        dict has the classifier too, as ``clf``: one search over one pipeline tries them all.
    size : {"small", "medium", "large"}, default="medium"
        How wide to search: "small" has few parameters and small networks that are trained fast,
        "medium" what most often matters, "large" nearly all, up to 256 units, 300 filters, three
        recurrent and two hidden layers.
    pretrained : bool, default=False
        Whether the pipeline reads its word vectors from a file. Their size is then given and
        not searched.

    Returns
    -------
    list of dict of str to list or distribution
        ``param_distributions`` for :class:`~sklearn.model_selection.RandomizedSearchCV`, which
        draws each candidate from one of the dicts, all equally probable. It is yours: change it
        as you like.

    Raises
    ------
    ValueError
        If there is no such network or size.

    See Also
    --------
    sk_textnn.make_text_classifier : The pipeline whose parameters these are.
    sk_textnn.search.suggest_params : Draws from it through a trial of Optuna.
    sk_textnn.reference.experiment_space : The LSTM architectures that practitioners search.

    Notes
    -----
    What counts only together with another parameter has a dict of its own: the activation of the
    hidden layers is drawn only where there are some. Several networks have equal chances: the
    dicts of one that has fewer of them are repeated.

    The classifiers of a sequence have default parameters and no ``random_state``. For the same
    results each time, add ``"clf__random_state": [0]`` to each dict.

    References
    ----------
    J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", Journal of
    Machine Learning Research 13, pages 281-305, 2012.

    Examples
    --------
    >>> from sklearn.model_selection import ParameterSampler
    >>> from sk_textnn import search_space
    >>> space = search_space("cnn")
    >>> sorted(space[0])  # doctest: +NORMALIZE_WHITESPACE
    ['clf__dropout', 'clf__filters', 'clf__kernel_sizes', 'clf__learning_rate',
     'embed__vector_size', 'pad__maxlen']
    >>> [trial["clf__filters"] for trial in ParameterSampler(space, 3, random_state=0)]
    [100, 50, 200]

    Several networks in one search:

    >>> space = search_space(["averaging", "lstm"], "small")
    >>> sorted({str(branch["clf"][0]) for branch in space})
    ['AveragingClassifier()', 'LSTMClassifier()']
    """
    several = isinstance(network, Iterable) and not isinstance(network, str)
    names: list[Any] = list(network) if several else [network]
    for name in names:
        _check("network", name, _NETWORKS)
    _check("size", size, _SIZES)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"network must name one or more networks, each once, not {network!r}.")
    families = {name: _SIZES[size].branches(name, pretrained=pretrained) for name in names}
    n_each = math.lcm(*map(len, families.values()))
    space = []
    for name, family in families.items():
        for branch in family * (n_each // len(family)):
            # Copied: neither a changed list nor a seeded distribution may reach the next caller.
            space.append({key: _copy(values) for key, values in branch.items()})
            if several:
                space[-1]["clf"] = [make_text_classifier(name)["clf"]]
    return space


def _check(what: str, came: Any, known: Iterable[str]) -> None:
    """Raise an error for a name that is not known."""
    known = list(known)
    if isinstance(came, str) and came in known:
        return
    close = difflib.get_close_matches(str(came).lower(), known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    listed = ", ".join(map(repr, known))
    raise ValueError(
        f"There is no search space for the {what} {came!r}; there is for {listed}.{hint}"
    )


def _copy(values: Any) -> Any:
    """A list with the same values, or a frozen distribution of the same kind."""
    if isinstance(values, list):
        return list(values)
    return values.dist(*values.args, **values.kwds)
