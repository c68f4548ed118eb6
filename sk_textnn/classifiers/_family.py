"""What the families share: word vectors before the body, hidden layers and output behind it."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from ..networks import build_network
from ._base import BaseNetworkClassifier

ACTIVATIONS = ["elu", "gelu", "leaky_relu", "linear", "relu", "selu", "sigmoid", "silu", "tanh"]


class FamilyClassifier(BaseNetworkClassifier):
    """Base of a family of networks; a subclass names the body, and its parameters."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseNetworkClassifier._parameter_constraints,
        "dense_units": ["array-like"],
        "dense_activation": [StrOptions(set(ACTIVATIONS))],
        "dense_initializer": [str],
        "batch_normalization": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "word_dropout": [Interval(Real, 0, 1, closed="left")],
        "spatial_dropout": [Interval(Real, 0, 1, closed="left")],
        "trainable_embedding": ["boolean"],
    }

    alike: ClassVar[bool] = True
    dense_units: Sequence[int]

    @abstractmethod
    def _body(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Return the function that makes features of word vectors, and its parameters."""

    def _network(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        body, body_params = self._body(n_classes)
        return build_network, {
            "body": body,
            "body_params": body_params,
            "dense_units": check_sizes("dense_units", self.dense_units, least=0),
            "dense_activation": self.dense_activation,
            "dense_initializer": self.dense_initializer,
            "batch_normalization": self.batch_normalization,
            "dropout": self.dropout,
            "word_dropout": self.word_dropout,
            "spatial_dropout": self.spatial_dropout,
            "trainable_embedding": self.trainable_embedding,
        }


def check_sizes(name: str, sizes: Any, *, least: int = 1) -> tuple[int, ...]:
    """Return sizes as a tuple of positive integers, or say which are wrong."""
    came = () if isinstance(sizes, Mapping) else tuple(sizes)
    wrong = [s for s in came if not isinstance(s, Integral) or isinstance(s, bool) or s < 1]
    if wrong or isinstance(sizes, Mapping) or len(came) < least:
        some = ", at least one of them" if least else ""
        raise ValueError(
            f"{name} must be integers of at least 1{some}, not {sizes!r}. Pass a sequence such "
            f"as {(3, 4, 5) if least else (64,)}."
        )
    return tuple(int(size) for size in came)


def n_units(units: float, n_classes: int) -> int:
    """Return a size that is given as a number, or by a float as a share of the classes."""
    if isinstance(units, Integral):
        return int(units)
    return max(1, int(round(units * n_classes, 9)))  # 0.29 of 100 is 29, not 28.999...
