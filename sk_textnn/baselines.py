"""What a network has to beat: TF-IDF with linear models, and NB-SVM."""

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from ._validation import check_parameters, check_texts

__all__ = ["NaiveBayesSVMClassifier", "make_tfidf_baselines"]

# Words of one letter count, as "I" and "a" do in a self-report; scikit-learn drops them.
_WORD = r"(?u)\b\w+\b"


class NaiveBayesSVMClassifier(ClassifierMixin, BaseEstimator):
    """Linear support vector machine on counts weighted by naive Bayes.

    Each class is told from the rest by a linear SVM whose features are multiplied by their naive
    Bayes log-count ratio ``r = log((p / |p|_1) / (q / |q|_1))``, where ``p`` and ``q`` are the
    smoothed feature counts within the class and within the rest. The weights are then moved
    towards their mean magnitude, which is naive Bayes.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the regularization of the SVM.
    alpha : float, default=1.0
        Count added to every feature in every class before the ratio is taken.
    beta : float, default=0.25
        Share of the SVM in the weights: 1 is the SVM alone, 0 naive Bayes alone.
    random_state : int, RandomState instance or None, default=None
        Order in which the solver visits the rows.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels seen in fit.
    coef_ : ndarray of shape (n_classes, n_features) or (1, n_features)
        Weights of the plain counts, one row a class; one row for two classes.
    intercept_ : ndarray of shape (n_classes,) or (1,)
        Constants of the decision functions.
    n_features_in_ : int
        Number of features seen in fit.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Names of the features, if X had any.

    See Also
    --------
    make_tfidf_baselines : Uses it on word and word pair counts.

    References
    ----------
    S. Wang and C. D. Manning, "Baselines and bigrams: simple, good sentiment and topic
    classification", Proceedings of ACL 2012, volume 2, pages 90-94.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.pipeline import make_pipeline
    >>> from sk_textnn.baselines import NaiveBayesSVMClassifier
    >>> model = make_pipeline(CountVectorizer(binary=True), NaiveBayesSVMClassifier())
    >>> _ = model.fit(["good film", "bad film", "good play", "bad play"], [1, 0, 1, 0])
    >>> model.predict(["a good opera", "bad opera"])
    array([1, 0])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "C": [Interval(Real, 0, None, closed="neither")],
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "beta": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        alpha: float = 1.0,
        beta: float = 0.25,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.C = C
        self.alpha = alpha
        self.beta = beta
        self.random_state = random_state

    @check_parameters
    def fit(self, X: Any, y: Any) -> Self:
        """Learn the ratios and the weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Counts, or other non-negative weights of the features.
        y : array-like of shape (n_samples,)
            Labels.

        Returns
        -------
        NaiveBayesSVMClassifier
            This classifier.

        Raises
        ------
        ValueError
            If a count is negative, or y holds a single class.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_non_negative(X, "NaiveBayesSVMClassifier (input X)")
        check_classification_targets(y)
        classes = np.unique(y)
        if len(classes) < 2:
            raise ValueError(
                f"NaiveBayesSVMClassifier needs at least 2 classes, but y holds one class only: "
                f"{classes.tolist()[0]!r}. Check which column holds the labels."
            )
        rng = check_random_state(self.random_state)
        positives = classes[1:] if len(classes) == 2 else classes
        coef, intercept = zip(
            *(self._fit_one_class(X, y == label, rng) for label in positives), strict=True
        )
        self.classes_ = classes
        self.coef_ = np.vstack(coef)
        self.intercept_ = np.hstack(intercept)
        return self

    def _fit_one_class(
        self, X: Any, positive: np.ndarray, rng: np.random.RandomState
    ) -> tuple[np.ndarray, float]:
        """Return weights and constant of one class against the rest."""
        p = self.alpha + np.asarray(X[positive].sum(axis=0)).ravel()
        q = self.alpha + np.asarray(X[~positive].sum(axis=0)).ravel()
        ratio = np.log(p / p.sum()) - np.log(q / q.sum())
        scaled = X @ sparse.diags_array(ratio) if sparse.issparse(X) else X * ratio
        svm = LinearSVC(C=self.C, dual="auto", max_iter=10_000, random_state=rng)
        svm.fit(scaled, positive)
        weights = svm.coef_[0]
        mixed = (1 - self.beta) * np.abs(weights).mean() + self.beta * weights
        return mixed * ratio, svm.intercept_[0]

    def decision_function(self, X: Any) -> np.ndarray:
        """Score every class; the highest wins.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Counts, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes), or (n_samples,) for two classes
            Signed distances; for two classes positive means ``classes_[1]``.
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        scores = X @ self.coef_.T + self.intercept_
        return scores.ravel() if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> np.ndarray:
        """Predict the label of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Counts, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,)
            The label with the highest score.
        """
        scores = self.decision_function(X)
        best = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[best]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on dense blobs, as scikit-learn's MultinomialNB
        return tags


def make_tfidf_baselines(
    *, random_state: int | np.random.RandomState | None = None
) -> dict[str, Any]:
    """Make the models that a network has to beat.

    All take raw texts. Their parameters do well on corpora of a few thousand short texts; nothing
    needs to be tuned for them to be fair opponents.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Passed to the linear models.

    Returns
    -------
    dict of str to estimator
        ``"majority"``
            Always the most frequent label.
        ``"tfidf_logistic_regression"``
            TF-IDF of words and word pairs.
        ``"tfidf_linear_svm"``
            TF-IDF of words, word pairs and of 2 to 5 characters within words. It has no
            ``predict_proba``.
        ``"nb_svm"``
            Words and word pairs, present or not, with `NaiveBayesSVMClassifier`. It has no
            ``predict_proba``.

    See Also
    --------
    sk_textnn.compare : Compares candidates with them on the same folds.

    Examples
    --------
    >>> from sk_textnn import make_tfidf_baselines
    >>> list(make_tfidf_baselines())
    ['majority', 'tfidf_logistic_regression', 'tfidf_linear_svm', 'nb_svm']
    """
    # One class against the rest in the dual: on 7,666 texts 25 times faster than the multinomial
    # solver, and no less accurate.
    logistic = LogisticRegression(
        C=10.0, solver="liblinear", dual=True, max_iter=10_000, random_state=random_state
    )
    return {
        "majority": DummyClassifier(strategy="most_frequent"),
        "tfidf_logistic_regression": Pipeline(
            [
                ("texts", _texts()),
                ("tfidf", _word_tfidf()),
                ("clf", OneVsRestClassifier(logistic)),
            ]
        ),
        "tfidf_linear_svm": Pipeline(
            [
                ("texts", _texts()),
                (
                    "tfidf",
                    FeatureUnion(
                        [
                            ("words", _word_tfidf()),
                            (
                                "characters",
                                TfidfVectorizer(
                                    analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True
                                ),
                            ),
                        ]
                    ),
                ),
                ("clf", LinearSVC(C=0.3, max_iter=10_000, random_state=random_state)),
            ]
        ),
        "nb_svm": Pipeline(
            [
                ("texts", _texts()),
                ("counts", CountVectorizer(ngram_range=(1, 2), binary=True, token_pattern=_WORD)),
                ("clf", NaiveBayesSVMClassifier(C=0.1, beta=0.5, random_state=random_state)),
            ]
        ),
    }


def _word_tfidf() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD)


def _texts() -> FunctionTransformer:
    """Return a step that names a row that is no text, where scikit-learn's vectorizers do not."""
    step = FunctionTransformer(check_texts, feature_names_out=_same_names)
    return step.set_output(transform="default")  # it has no table to make, whatever is configured


def _same_names(step: FunctionTransformer, names: Any) -> Any:
    return names
