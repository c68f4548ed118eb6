"""What all network classifiers share: checks, training, prediction."""

import copy
import os
from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_consistent_length, validate_data

from .._validation import check_parameters
from ..sequences import TokenSequences
from ..training import (
    LengthBatches,
    TrainedNetwork,
    early_stopping,
    fresh_callbacks,
    progress_bar,
    split_validation,
    tensorboard,
)
from ._inputs import InputKind, as_read, kind_of_rows, read_sequences
from ._predictions import Predictions
from ._scikeras import Trainer, check_optimizer
from ._sharing import is_ours, is_small, shared_trainer
from ._targets import Targets, check_enough_classes, read_targets, weigh_rows


class BaseNetworkClassifier(Predictions, ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """Base of the network classifiers; a subclass names its network and its parameters."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "frozen_epochs": [Interval(Integral, 0, None, closed="left")],
        "loss": [str, HasMethods(["call", "get_config"])],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "optimizer": [str],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "embedding_learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "refit": ["boolean"],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "batch_by_length": ["boolean"],
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
        "callbacks": [list, tuple, callable, HasMethods("set_model"), None],
        "tensorboard_dir": [str, os.PathLike, None],
        "warm_start": ["boolean"],
        "dtype": [StrOptions({"float32", "float64"})],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }

    callbacks: Any
    history_: dict[str, list[float]]
    best_epoch_: int
    callbacks_: list[Any]
    _trainer: Trainer | None

    # Whether padding is skipped. Not for networks of others: they may read it.
    masked: bool = True
    # Whether networks with equal parameters differ in their weights only, as pure functions build.
    alike: ClassVar[bool] = False

    @abstractmethod
    def _network(self, n_classes: int) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Return the build function and those of its arguments that are parameters here."""

    @check_parameters
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network.

        Parameters
        ----------
        X : TokenSequences, array-like of shape (n_samples, maxlen), list of lists of int, or \
                array-like of shape (n_samples, maxlen, vector_size)
            The texts: word ids, with word vectors attached or not; padded word ids, where 0 is
            padding; a list of ids for each text; or vectors already, where a step that is all
            zero is padding. A 2-D array that holds fractions or negative numbers is read as
            sequences of single numbers, without padding.
        y : array-like of shape (n_samples,), or {array-like, sparse matrix} of 0 and 1 of shape \
                (n_samples, n_classes)
            The class of each text; or a column for each of several labels, of which a text may
            have any number.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each text; a text of weight 2 counts as two, one of weight 0 is left out.
            None: all weigh 1.

        Returns
        -------
        estimator
            This classifier.

        Raises
        ------
        TextInputError
            If X is none of these; the message says which step is missing.
        ValueError
            If y has a single class, no rows can be spared for early stopping, training
            diverges, or `warm_start` meets other data or another network than before.
        """
        go_on = self.warm_start and hasattr(self, "network_")
        return self._train(X, y, sample_weight, whole=True, go_on=go_on)

    @check_parameters
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train the network for one epoch more, on some of the texts.

        Nothing is spared for validation. The first call fixes the ids that have a word vector:
        those of X's vocabulary or, if it has none, up to the greatest in X; later ones are
        unknown words.

        Parameters
        ----------
        X : TokenSequences, list of lists of int, or array-like of shape (n_samples, maxlen) or \
                (n_samples, maxlen, vector_size)
            As in `fit`; of the same kind in every call.
        y : array-like of shape (n_samples,), or {array-like, sparse matrix} of 0 and 1 of shape \
                (n_samples, n_classes)
            As in `fit`; need not hold all classes.
        classes : array-like of shape (n_classes,), default=None
            All classes that will come. Needed in the first call, unless y has a column a label.
        sample_weight : array-like of shape (n_samples,), default=None
            As in `fit`.

        Returns
        -------
        estimator
            This classifier.

        Raises
        ------
        TextInputError
            If X is of another kind than in the first call.
        ValueError
            If `classes` is missing or differs from the first call, y holds others, or
            `class_weight` is "balanced", which needs all texts at once.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                'class_weight="balanced" needs all texts at once, but partial_fit sees some of '
                "them. Pass a dict of weights, see sklearn.utils.compute_class_weight."
            )
        return self._train(
            X, y, sample_weight, whole=False, go_on=hasattr(self, "network_"), classes=classes
        )

    def _train(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        whole: bool,
        go_on: bool,
        classes: Any = None,
    ) -> Self:
        """Train on all the texts or on a part, from new weights or from those there are."""
        fitted = self if go_on else None
        sequences, kind, is_table = read_sequences(X, self.input_kind_ if go_on else None, self)
        if is_table and go_on:
            self._check_columns(X)
        targets = read_targets(y, self, classes=classes, fitted=fitted, in_parts=not whole)
        check_consistent_length(np.empty(len(sequences)), targets.values)
        weights = weigh_rows(targets, sample_weight, self.class_weight, dtype=self.dtype)
        check_enough_classes(targets, weights, in_parts=not whole)
        rows = np.flatnonzero(weights)
        if not go_on:
            kind = kind_of_rows(kind, sequences, rows)
        check_optimizer(self.optimizer)
        callbacks = fresh_callbacks(self.callbacks)

        past = self.history_ if go_on else {}
        first_epoch = len(past.get("loss", []))
        rng = check_random_state(self.random_state)
        network_seed, order_seed = (int(seed) for seed in rng.randint(2**31 - 1, size=2))
        chosen, spared = rows, None
        if whole and self.early_stopping:
            split = split_validation(targets.values[rows], self.validation_fraction, rng)
            chosen, spared = (rows[part] for part in split)
        batches = partial(
            LengthBatches,
            as_read(sequences, kind),
            targets.values,
            weights,
            batch_size=self.batch_size,
            by_length=self.batch_by_length,
        )
        network = self._network_of(kind, targets, seed=network_seed, go_on=go_on)
        if not go_on and isinstance(sequences, TokenSequences) and sequences.vectors is not None:
            network.set_vectors(sequences.vectors)
        training = batches(chosen, seed=order_seed + first_epoch)
        network.check_width(training.sequences)
        again = spared is not None and self.refit and not go_on
        # What others can get hold of is trained by nobody else.
        share = not callbacks and self.tensorboard_dir is None
        lent = self._trainer_of(network, multilabel=targets.multilabel, go_on=go_on, share=share)
        with lent as trainer, self._progress(len(training)) as bar:
            start = trainer.snapshot() if again else []
            run = partial(self._run, trainer, first_epoch=first_epoch, bar=bar)
            history = run(
                training,
                None if spared is None else batches(spared),
                epochs=self.epochs if whole else 1,
                callbacks=callbacks,
            )
            best = self._best_epoch(history, trainer.monitor, first_epoch)
            if again:
                trainer.restore(start)
                rates = _falling(trainer.rates[: best + 1])
                run(batches(rows, seed=order_seed), None, epochs=len(rates), rates=rates)
            kept = trainer.kept_for(network) if self.warm_start or not whole else None

        # Only now is anything kept: a fit that failed leaves the last one as it was.
        if not go_on:
            self._keep_columns(X, is_table)
            self.input_kind_ = kind
            self.classes_ = targets.classes
            self.multilabel_ = targets.multilabel
        self.network_ = network if trainer.is_lent else trainer.network
        self.best_epoch_ = first_epoch + best
        self.history_ = _joined(past, history)
        self.callbacks_ = callbacks
        self._trainer = kept
        return self

    def _progress(self, n_batches: int) -> AbstractContextManager[list[Any]]:
        """Show a bar, if there is to be one; gives what moves it, or nothing, in a list."""
        if self.verbose != 1:
            return nullcontext([])
        return progress_bar(type(self).__name__, n_batches=n_batches, epochs=self.epochs)

    def _run(
        self,
        trainer: Trainer,
        batches: LengthBatches,
        validation_batches: LengthBatches | None,
        *,
        first_epoch: int,
        epochs: int,
        bar: list[Any],
        callbacks: list[Any] | None = None,
        rates: list[float] | None = None,
    ) -> dict[str, list[float]]:
        """Train with the callbacks that the parameters ask for; undo it if an error comes.

        Without `callbacks`, as in the training on all texts, nobody else is told of it.
        """
        ours = list(bar)
        if validation_batches is not None:
            ours.append(early_stopping(self.patience, trainer.monitor, self.frozen_epochs))
        if self.tensorboard_dir is not None and callbacks is not None:
            ours.append(tensorboard(self.tensorboard_dir, type(self).__name__))
        with trainer.undone_by_errors() if first_epoch else nullcontext():
            return trainer.run(
                batches,
                validation_batches,
                learning_rate=self.learning_rate,
                embedding_learning_rate=self.embedding_learning_rate or self.learning_rate,
                frozen_epochs=self.frozen_epochs,
                epochs=epochs,
                first_epoch=first_epoch,
                callbacks=[*ours, *(callbacks or [])],
                verbose=2 if self.verbose > 1 else 0,
                rates=rates,
            )

    def _best_epoch(self, history: dict[str, list[float]], monitor: str, first_epoch: int) -> int:
        """Return the epoch of a history whose weights early stopping kept; without it, the last."""
        start = max(0, self.frozen_epochs - first_epoch)
        losses = history.get(monitor, [])[start:]
        if not losses:
            return len(history["loss"]) - 1
        return start + int(np.nan_to_num(losses, nan=np.inf).argmin())  # NaN is no minimum

    def _network_of(
        self, kind: InputKind, targets: Targets, *, seed: int, go_on: bool
    ) -> TrainedNetwork:
        """Return a new network, or the one that there is."""
        n_classes = len(targets.classes)
        build, params = self._network(n_classes)
        params = {
            **params,
            "spec": kind.spec,
            "n_classes": n_classes,
            "multilabel": targets.multilabel,
            "seed": seed,
            "dtype": self.dtype,
        }
        if not go_on:
            return TrainedNetwork(build, params, build(**params), alike=self.alike)
        built = _flat(self.network_.params)
        params = _flat(params)
        if kind.embedding_dim is not None:  # which made the word vectors of the spec
            params["embedding_dim"] = self.embedding_dim
            built = {**built, "embedding_dim": kind.embedding_dim}
        changed = [name for name in params if name != "seed" and params[name] != built[name]]
        if changed:
            was = ", ".join(f"{name}={built[name]!r}" for name in changed)
            now = ", ".join(f"{name}={params[name]!r}" for name in changed)
            raise ValueError(
                f"Training goes on with the network there is, which was built with {was}, but now "
                f"came {now}. Set it back, or start anew by fit with warm_start=False."
            )
        return self.network_

    def _trainer_of(
        self, network: TrainedNetwork, *, multilabel: bool, go_on: bool, share: bool
    ) -> AbstractContextManager[Trainer]:
        """Return a trainer for the network: new, used by others before, or that of the last fit."""
        how = {"optimizer": self.optimizer, "loss": self._loss(multilabel)}
        last = self._trainer if go_on else None
        if last is not None and not last.trains_by(**how):
            last = None
        if last is None or last.is_waiting:
            state = None if last is None else last.state()
            # The dropout's seeds are not the first any more, if the network was trained in place.
            share = share and self.alike and (network.alike or state is not None)
            if share and is_ours(how["loss"]) and is_small(network):
                return shared_trainer(network, state=state, **how)
        if last is not None:
            return nullcontext(last)
        if not go_on:
            return nullcontext(Trainer(network, **how))
        # A copy begins with the dropout's first seeds, whether there was a pickle in between.
        return nullcontext(Trainer(copy.deepcopy(network), **how))

    def _loss(self, multilabel: bool) -> Any:
        """Return a new loss, as `loss` is a parameter and stays as it is."""
        from ..losses import make_loss

        return make_loss(
            self.loss,
            label_smoothing=self.label_smoothing,
            multilabel=multilabel,
            dtype=self.dtype,
        )

    def _keep_columns(self, X: Any, is_table: bool) -> None:
        """Keep number and names of the columns of an array; ragged sequences have none."""
        for name in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(name, None)
        if is_table:
            validate_data(self, X, reset=True, skip_check_array=True)

    def __sklearn_clone__(self) -> Self:
        # Callbacks are shared, as no fit touches them: some cannot be copied at all.
        bare = copy.copy(self)
        bare.callbacks = None
        clone: Self = super(BaseNetworkClassifier, bare).__sklearn_clone__()
        clone.callbacks = self.callbacks
        return clone

    def __getstate__(self) -> dict[str, Any]:
        # Callbacks hold whatever their authors like, which often cannot be pickled.
        return {
            name: value for name, value in super().__getstate__().items() if name != "callbacks_"
        }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.classifier_tags.multi_label = True
        return tags


def _flat(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a network and of its body side by side."""
    return {**params, **params.get("body_params", {}), "body_params": None}


def _falling(rates: list[float]) -> list[float]:
    """Spread the learning rates of epochs over twice as many, falling to zero.

    In sum they stay about what they were, but training comes to rest, and is not cut off.
    """
    n_epochs = 2 * len(rates)
    return [rates[epoch // 2] * (1 - epoch / n_epochs) for epoch in range(n_epochs)]


def _joined(past: dict[str, list[float]], new: dict[str, list[float]]) -> dict[str, list[float]]:
    """Append to a history; epochs without a figure, such as a validation loss, have NaN."""
    n_past, n_new = len(past.get("loss", [])), len(new["loss"])
    return {
        name: past.get(name, [np.nan] * n_past) + new.get(name, [np.nan] * n_new)
        for name in [*past, *(name for name in new if name not in past)]
    }
