"""What the causes look at: gathered once, so that each of them is a few lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ._baseline import Baseline, fit_baseline, suspects
from ._network_facts import Network
from ._training_facts import Training
from ._words import Words

# Of the classes beyond the first, in effective numbers, how many are predicted. Networks that found
# half of 30 uneven classes had .4; two of seven even classes are .17.
COLLAPSED = 0.2
# Where so many rows are of one class, its share of them is no failure to learn.
MOSTLY_ONE = 0.8


class Step(NamedTuple):
    """A step of a pipeline; the name is empty for an estimator that stands alone."""

    name: str
    estimator: Any


@dataclass
class Context:
    """A fitted model, its data, and what it makes of them.

    Attributes
    ----------
    y_train, y_test : ndarray of shape (n_samples,)
    predicted_train, predicted_test : ndarray of shape (n_samples,)
    classes : ndarray of shape (n_classes,)
        Those that the model knows.
    proba_test : ndarray of shape (n_samples, n_classes) or None
    texts_train, texts_test : list of str or None
        None: X holds no texts, and causes that read them are skipped.
    steps : mapping of str to Step
        By what they are: "tokens", "pad", "embed" and "clf".
    words, training, network : Words, Training and Network, or None
        None: there is no tokenizer, no history, no Keras model.
    cv : int
        Folds that the user wants.
    seed_scores : tuple of float
        Test accuracy of the same model with other seeds.
    random_state : int
    """

    y_train: np.ndarray
    y_test: np.ndarray
    predicted_train: np.ndarray
    predicted_test: np.ndarray
    classes: np.ndarray
    proba_test: np.ndarray | None = None
    texts_train: list[str] | None = None
    texts_test: list[str] | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)
    words: Words | None = None
    training: Training | None = None
    network: Network | None = None
    cv: int = 5
    seed_scores: tuple[float, ...] = ()
    random_state: int = 0

    @property
    def accuracy_train(self) -> float:
        return float((self.predicted_train == self.y_train).mean())

    @property
    def accuracy_test(self) -> float:
        return float((self.predicted_test == self.y_test).mean())

    @cached_property
    def counts(self) -> np.ndarray:
        """Training rows of each class."""
        return np.array([(self.y_train == label).sum() for label in self.classes])

    @property
    def majority(self) -> Any:
        """The most frequent class of training."""
        return self.classes[self.counts.argmax()]

    @property
    def chance(self) -> float:
        """Test accuracy of predicting the most frequent class."""
        return float((self.y_test == self.majority).mean())

    @property
    def chance_loss(self) -> float:
        """Cross-entropy of predicting the class shares: ln(number of classes) if even."""
        clf = self.steps.get("clf")
        if clf is not None and getattr(clf.estimator, "class_weight", None) is not None:
            return float(np.log(len(self.classes)))
        return float(np.log(effective_number(self.counts)))

    @property
    def spread(self) -> float:
        """Classes predicted beyond one, in effective numbers, as a share of those there are."""
        predicted = np.unique(self.predicted_test, return_counts=True)[1]
        beyond = effective_number(np.unique(self.y_test, return_counts=True)[1]) - 1
        return (effective_number(predicted) - 1) / beyond if beyond > 0 else 1.0

    @property
    def at_chance(self) -> bool:
        """Whether no more is right, by two standard errors, than by the majority class."""
        chance = max(self.chance, 1 / len(self.classes))
        error = np.sqrt(chance * (1 - chance) / len(self.y_test))
        return bool(self.accuracy_test <= chance + 2 * error)

    @property
    def collapsed(self) -> bool:
        """Whether one class, or hardly another, is predicted."""
        return self.spread < COLLAPSED

    @property
    def failed(self) -> bool:
        """Whether the result is of no use, so that what may be the reason decides it."""
        return self.collapsed or (self.at_chance and self.chance < MOSTLY_ONE)

    @cached_property
    def baseline(self) -> Baseline | None:
        """TF-IDF and logistic regression on the same rows; None without texts."""
        if self.texts_train is None or self.texts_test is None:
            return None
        return fit_baseline(self.texts_train, self.y_train, self.texts_test, self.random_state)

    @cached_property
    def suspects(self) -> Any:
        """Labels that a cross-validated TF-IDF model doubts; None without texts or folds."""
        if self.texts_train is None:
            return None
        return suspects(self.texts_train, self.y_train, self.random_state)

    def gain_of_baseline(self) -> tuple[float, float, float]:
        """Return by how much the baseline is better, with a 95 % interval; NaN without one."""
        if self.baseline is None:
            return np.nan, np.nan, np.nan
        hits = self.predicted_test == self.y_test
        return self.baseline.gain(hits, self.y_test, self.random_state)

    def loses(self) -> bool:
        """Tell whether the model failed, or the baseline is better beyond chance."""
        return self.failed or bool(self.gain_of_baseline()[1] > 0)

    def change(self, role: str, **params: Any) -> dict[str, Any]:
        """Return arguments of `set_params`: those parameters that the step has otherwise."""
        if role not in self.steps:
            return {}
        name, step = self.steps[role]
        known = step.get_params()
        return {
            f"{name}__{key}" if name else key: value
            for key, value in params.items()
            if key in known and known[key] != value
        }

    def change_built(self, **flags: Any) -> dict[str, Any]:
        """Return the same for parameters of the function that builds the network."""
        if "clf" not in self.steps:
            return {}
        name, clf = self.steps["clf"]
        code = getattr(getattr(clf, "build_fn", None), "__code__", None)
        known = (
            () if code is None else code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        )
        start = f"{name}__" if name else ""
        return {f"{start}build_params__{k}": v for k, v in flags.items() if k in known}


def effective_number(counts: Any) -> float:
    """Return how many classes of even size are as uneven as these: exp of the entropy."""
    shares = np.asarray(counts, dtype=float)
    shares = shares[shares > 0] / shares.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def by_class(values: Any, labels: np.ndarray, classes: np.ndarray) -> dict[Any, float]:
    """Return the mean of some values in the rows of each class, as evidence."""
    values = np.asarray(values, dtype=float)
    return {
        label.item() if hasattr(label, "item") else label: round(
            float(values[labels == label].mean()), 3
        )
        for label in classes
        if (labels == label).any()
    }
