"""Search for the best architecture, with scikit-learn's results."""

import copy
import time
import warnings
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import Tags, indexable
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import _check_method_params

from .._validation import check_parameters
from ._carry_out import carry_out
from ._drive import make_candidate
from ._plans import Space
from ._report import make_report
from ._rows import Row, as_costs, as_fold_results, check_rows
from ._tasks import FoldData


class ArchitectureSearchCV(BaseSearchCV):
    """Search for the best architecture by cross-validation, cheaply, and without losing anything.

    Like :class:`~sklearn.model_selection.RandomizedSearchCV`, whose results it has. By default it
    trains all candidates for an epoch only, the best third of them for three, and so on: networks
    go on where they stopped. With a journal, whatever was trained survives the end of the process.

    Parameters
    ----------
    estimator : estimator, or dict of str to estimator
        What is searched for, such as a pipeline of `make_text_classifier`. With a dict, all of
        them are, by their names: the results have the parameter ``estimator``.
    param_distributions : dict or list of dict, or dict of str to these
        The parameters, as for :class:`~sklearn.model_selection.RandomizedSearchCV`; see
        `search_space`. With a dict of estimators, for each name its own; an estimator without is
        tried as it is.
    n_iter : int, default=10
        Candidates. Of several estimators as many each; what a small space lacks, others get.
    cv : int, splitter or iterable of (train, test), default=None
        The folds; None: 5, stratified.
    scoring : str, callable, list, tuple or dict, default=None
        One score or several, higher being better; None: the estimator's own.
    refit : bool, str or callable, default=True
        Whether to fit the best candidate to all rows. With several scores: which of them is to be
        raised, or a function from `cv_results_` to the best row's number.
    strategy : {"halving", "random", "tpe"}, default="halving"
        "halving": candidates are drawn at random, and trained in rounds; the best
        ``1 / factor`` of a round goes on, for `factor` times as many epochs in all. Only a
        network goes on, or what else has ``partial_fit`` and ``epochs``, alone or as the last
        step of scikit-learn's own `Pipeline`; others are fitted whole in the first round.
        "random": every candidate is fitted whole. "tpe": that, too, but candidates are drawn
        four at a time, and where those before did well. Needs Optuna.
    resource : {"epochs"}, default="epochs"
        What halving spares.
    factor : float, default=3
        See `strategy`.
    min_resources : int, default=1
        Epochs of the first round. The most is each candidate's own ``epochs``.
    journal : str, path or None, default=None
        File to keep all that is finished in, an SQLite database, or the URL of another database,
        as SQLAlchemy takes it. The same search with the same journal goes on where the last one
        ended, whatever ended it; several processes at once share the work. Optuna's dashboard
        shows it while it grows: ``optuna-dashboard sqlite:///search.db``. Needs Optuna.
    checkpoint_dir : str, path or None, default=None
        Folder where networks wait for the next round, which all processes can read. None: beside
        the journal, if that is a file, or else a temporary one: then a search that was killed
        trains the survivors from the start.
    time_budget : float or None, default=None
        Seconds after which no fit begins any more. It may take longer by those that run, and by
        the fit to all rows.
    n_jobs : int or None, default=None
        Fits at once, in processes of their own; None: 1, -1: one for each core. Inside
        ``joblib.parallel_config("dask")``, those of the cluster.
    random_state : int, RandomState instance or None, default=None
        Of the candidates. A journal needs an int.
    error_score : float or "raise", default=nan
        Score of a fit that failed, whatever it raised; the search goes on. "raise": it ends.
    verbose : int, default=0
        1: a live table on a terminal, with the best so far and the time left. 2: lines, where
        there is none.

    Attributes
    ----------
    cv_results_ : dict of str to array of shape (n_rows,)
        Of :class:`~sklearn.model_selection.RandomizedSearchCV`. After halving there is a row for
        each round and candidate in it, as with
        :class:`~sklearn.model_selection.HalvingRandomSearchCV`: ``iter`` is the round,
        ``n_resources`` the epochs trained, ``epoch`` the one whose scores count, which, where the
        estimator stops early, is the best; times are in all.
    results_ : DataFrame of shape (n_rows, n_columns)
        The same as a table.
    best_estimator_ : estimator
        The best candidate, fitted to all rows with its own number of epochs. Only with `refit`.
    best_index_ : int
        Its row in `cv_results_`; after halving one of the last round.
    best_params_ : dict
        Its parameters, and its name in ``estimator``, if there are several.
    best_score_ : float
        Its mean score over the folds.
    costs_ : DataFrame of shape (n_candidates, 5)
        What each candidate cost, all folds and rounds together: its ``params``, the most epochs
        trained on a fold (``n_epochs``; 0, where it was fitted whole), ``fit_seconds`` and
        ``score_seconds``, and ``cpu_seconds``, the processor time of both. Steps that candidates
        share count for the one that came first.
    failures_ : DataFrame of shape (n_failures, n_columns)
        Parameters, fold and error of each fit that failed.
    n_splits_ : int
        Number of folds.
    multimetric_ : bool
        Whether there are several scores.
    scorer_ : callable or dict of str to callable
        The scores.
    refit_time_ : float
        Seconds of the fit to all rows.
    classes_ : ndarray of shape (n_classes,)
        Those of `best_estimator_`.
    n_features_in_ : int
        That of `best_estimator_`, if it has one.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Those of `best_estimator_`, if it has them.

    See Also
    --------
    search_space : Parameters worth searching.
    SearchDisplay : Pictures of what it found.
    make_text_classifier : A pipeline to search.
    sklearn.model_selection.RandomizedSearchCV : What "random" does, without a journal.

    Notes
    -----
    In a round, networks train on all training rows of a fold, and are scored on its test rows
    after each epoch. For a network that stops early the best epoch on these counts, in mean over
    the folds; so scores of halving are a little too good, all in the same way. What is fitted in
    the end stops by its own validation texts.

    A candidate that is too large for the memory is a failure like others where the fits have
    processes of their own. In this process the system may end it with all the rest: then
    `journal` has what was finished, and ``n_jobs=2`` outlives that candidate.

    To Optuna a journal is a study of which each fit, of a candidate on a fold in a round, is a
    trial: with the parameters, of which some are numbers of choices (``candidate`` has them in
    words), the score, and that after each epoch.

    With the same `random_state`, the results are the same with or without journal, interruption
    and processes.

    References
    ----------
    K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
    optimization", AISTATS 2016, for halving. J. Bergstra et al., "Algorithms for hyper-parameter
    optimization", NIPS 2011, for TPE.

    Examples
    --------
    >>> from sk_textnn import ArchitectureSearchCV, make_text_classifier
    >>> from sk_textnn.datasets import make_text_classification
    >>> texts, labels = make_text_classification(60, random_state=0, return_X_y=True)
    >>> search = ArchitectureSearchCV(
    ...     make_text_classifier("averaging", random_state=0).set_params(clf__epochs=3),
    ...     {"clf__dropout": [0.2, 0.5], "clf__max_ngram": [1, 2]},
    ...     n_iter=4,
    ...     cv=2,
    ...     random_state=0,
    ... ).fit(texts, labels)
    >>> search.results_[["iter", "n_resources", "param_clf__dropout"]].shape
    (6, 3)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseSearchCV._parameter_constraints,
        "estimator": [HasMethods(["fit"]), dict],
        "param_distributions": [dict, list],
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "strategy": [StrOptions({"halving", "random", "tpe"})],
        "factor": [Interval(Real, 1, None, closed="neither")],
        "min_resources": [Interval(Integral, 1, None, closed="left")],
        "resource": [StrOptions({"epochs"})],
        "journal": [str, PathLike, None],
        "checkpoint_dir": [str, PathLike, None],
        "time_budget": [Interval(Real, 0, None, closed="neither"), None],
        "random_state": ["random_state"],
    }
    for _not_ours in ("pre_dispatch", "return_train_score"):
        _parameter_constraints.pop(_not_ours)
    return_train_score = False  # what scikit-learn's part asks for

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        cv: Any = None,
        scoring: Any = None,
        refit: Any = True,
        strategy: str = "halving",
        resource: str = "epochs",
        factor: float = 3,
        min_resources: int = 1,
        journal: str | PathLike[str] | None = None,
        checkpoint_dir: str | PathLike[str] | None = None,
        time_budget: float | None = None,
        n_jobs: int | None = None,
        random_state: Any = None,
        error_score: Any = np.nan,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.cv = cv
        self.scoring = scoring
        self.refit = refit
        self.strategy = strategy
        self.resource = resource
        self.factor = factor
        self.min_resources = min_resources
        self.journal = journal
        self.checkpoint_dir = checkpoint_dir
        self.time_budget = time_budget
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.error_score = error_score
        self.verbose = verbose

    @check_parameters
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search, and fit the best candidate to all rows.

        Ctrl-C ends the search, not the fit to all rows: the results are those there are by then.

        Parameters
        ----------
        X : sequence of str of length n_samples, or what else the estimator takes
            The texts.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Target of each row.
        **params : dict of str to object
            Passed to `fit` of the estimator, to the folds (``groups``) and to the scores, as in
            scikit-learn. To networks that halving trains only what is for the last step, such as
            ``clf__sample_weight``.

        Returns
        -------
        estimator
            This search.

        Raises
        ------
        ValueError
            If all fits failed, none was finished in time, or the journal is of another search.
        TypeError
            If all fits failed with one.
        """
        estimators, spaces = self._estimators_and_spaces()
        lead = next(iter(estimators.values()))
        scorer, _ = self._get_scorers()
        X, y = indexable(X, y)
        params = _check_method_params(X, params=params)
        routed = self._get_routed_params_for_fit(params)
        cv = check_cv(self.cv, y, classifier=is_classifier(lead))
        data = FoldData(
            X,
            y,
            list(cv.split(X, y, **routed.splitter.split)),
            scorer,
            fit_params=routed.estimator.fit,
            score_params=routed.scorer.score,
            raises=self.error_score == "raise",
        )
        metric = self.refit if isinstance(self.refit, str) else "score"
        rows, stopped_by = carry_out(self, data, estimators, spaces, metric)
        check_rows(rows, stopped_by)
        every = [outcome.scores for row in rows for outcome in row.outcomes]
        names = list(dict.fromkeys(name for scores in every for name in scores))
        results = self._results(rows, names)
        multimetric = names != ["score"] or hasattr(scorer, "_scorers")
        if multimetric:  # a function tells only now which scores there are
            self._check_refit_for_multimetric(names)
        failures = [
            {**row.params, "fold": fold, "error": outcome.error}
            for row in rows
            for fold, outcome in enumerate(row.outcomes)
            if outcome.error
        ]
        best = self._best(estimators, rows, results, self.refit if multimetric else "score", data)
        # Only now is anything kept: a search that failed leaves the last one as it was.
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        self.n_splits_ = len(data.folds)
        self.scorer_ = getattr(scorer, "_scorers", scorer)
        self.multimetric_ = multimetric
        self.cv_results_ = results
        self.costs_ = pd.DataFrame(as_costs(rows))
        self.failures_ = pd.DataFrame(failures, columns=None if failures else ["fold", "error"])
        self.__dict__.update(best)
        return self

    def _estimators_and_spaces(self) -> tuple[dict[str, Any], dict[str, Space]]:
        """Return the estimators by their names, and their parameters by the same names."""
        if not isinstance(self.estimator, dict):
            return {"": self.estimator}, {"": self.param_distributions}
        if not self.estimator:
            raise ValueError("estimator must be an estimator or a dict with some, not empty.")
        spaces = self.param_distributions
        if not isinstance(spaces, dict) or set(spaces) - set(self.estimator):
            came = sorted(spaces) if isinstance(spaces, dict) else f"a {type(spaces).__name__}"
            raise ValueError(
                "With a dict of estimators, param_distributions must be a dict of the same names, "
                f"{sorted(self.estimator)}, not {came}; leave out those without parameters."
            )
        return dict(self.estimator), {name: spaces.get(name, {}) for name in self.estimator}

    def _results(self, rows: list[Row], metrics: list[str]) -> dict[str, Any]:
        """Return `cv_results_`."""
        more: dict[str, Any] = {}
        if self.strategy == "halving":
            more["iter"] = [row.round for row in rows]
            more["n_resources"] = [row.n_epochs for row in rows]
            more["epoch"] = [row.epoch for row in rows]
        error_score = np.nan if self.error_score == "raise" else self.error_score
        with warnings.catch_warnings():  # a failure has been told already
            warnings.filterwarnings("ignore", "One or more of the test scores", UserWarning)
            results: dict[str, Any] = self._format_results(
                [row.params for row in rows],
                len(rows[0].outcomes),
                as_fold_results(rows, metrics, error_score),
                more,
            )
        return results

    def _best(
        self,
        estimators: dict[str, Any],
        rows: list[Row],
        results: dict[str, Any],
        metric: Any,
        data: FoldData,
    ) -> dict[str, Any]:
        """Return the attributes that tell of the best candidate, after fitting it to all rows."""
        if not metric:  # several scores, none of which is to be raised
            return {}
        found: dict[str, Any] = {}
        if callable(self.refit):
            index = self._select_best_index(self.refit, metric, results)
        else:
            scores = results[f"mean_test_{metric}"]
            if self.strategy == "halving":  # those of earlier rounds have trained less
                last = max((row.round for row in rows if np.isfinite(row.mean)), default=0)
                scores = np.where([row.round == last for row in rows], scores, np.nan)
            index = int(np.nan_to_num(scores, nan=-np.inf).argmax())
            found["best_score_"] = scores[index]
        found |= {"best_index_": index, "best_params_": results["params"][index]}
        if not self.refit:
            return found
        start = time.time()
        best = make_candidate(estimators, rows[index].candidate)
        given = data.fit_params
        best.fit(data.X, **given) if data.y is None else best.fit(data.X, data.y, **given)
        found |= {"best_estimator_": best, "refit_time_": time.time() - start}
        if hasattr(best, "feature_names_in_"):
            found["feature_names_in_"] = best.feature_names_in_
        return found

    @property
    def results_(self) -> pd.DataFrame:
        """The results as a table."""
        return pd.DataFrame(self.cv_results_)

    def report(self, path: str | PathLike[str]) -> None:
        """Write what was found as one HTML page that needs nothing else.

        It has the best candidate, the table of all, the pictures of `SearchDisplay` where
        matplotlib is installed, what each candidate cost, and what failed.

        Parameters
        ----------
        path : str or path
            File to write; one that there is, is replaced.

        Raises
        ------
        NotFittedError
            If the search was not fitted.
        """
        if not hasattr(self, "cv_results_"):
            raise NotFittedError("There is nothing to report before fit: call it first.")
        Path(path).write_text(make_report(self), encoding="utf-8")

    def _led(self) -> Any:
        """Return a copy that has one estimator, where there are several."""
        led = copy.copy(self)
        if isinstance(self.estimator, dict) and self.estimator:
            led.estimator = next(iter(self.estimator.values()))
        return led

    def _get_scorers(self) -> tuple[Any, Any]:
        return BaseSearchCV._get_scorers(self._led())

    def get_metadata_routing(self) -> MetadataRouter:
        """Return what `fit` passes on to whom.

        Returns
        -------
        MetadataRouter
            Of the estimator (the first, if there are several), the scores and the folds.
        """
        return BaseSearchCV.get_metadata_routing(self._led())

    def __sklearn_tags__(self) -> Tags:
        return BaseSearchCV.__sklearn_tags__(self._led())
