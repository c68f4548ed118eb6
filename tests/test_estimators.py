"""Every public estimator, in its smallest fast form, through scikit-learn's own checks."""

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from sk_textnn import (
    ArchitectureSearchCV,
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    GRUClassifier,
    LSTMClassifier,
    NetworkClassifier,
    SequencePadder,
    TextTokenizer,
    Word2VecEmbedder,
)
from sk_textnn.baselines import NaiveBayesSVMClassifier
from tests.custom_networks import first_and_mean
from tests.public import CLASSES

# Weights in double precision and one batch for all rows: then weighting a row is the same as
# repeating it, to the tolerance that scikit-learn asks for.
_SMALL = {
    "embedding_dim": 8,
    "epochs": 8,
    "batch_size": 100,
    "learning_rate": 0.2,
    "early_stopping": False,
    "dtype": "float64",
}
_WITHOUT_DROPOUT = {**_SMALL, "dropout": 0, "spatial_dropout": 0}
ESTIMATORS = [
    AveragingClassifier(n_buckets=50, **_WITHOUT_DROPOUT),
    CNNClassifier(filters=16, kernel_sizes=(2,), **_WITHOUT_DROPOUT),
    CNNLSTMClassifier(filters=4, kernel_sizes=(2,), units=4, **_WITHOUT_DROPOUT),
    GRUClassifier(units=4, max_ngram=1, bidirectional=False, **_WITHOUT_DROPOUT),
    LSTMClassifier(units=4, bidirectional=False, n_buckets=64, ngram_dropout=0, **_WITHOUT_DROPOUT),
    NetworkClassifier(first_and_mean, **_SMALL),
    NaiveBayesSVMClassifier(),
    ArchitectureSearchCV(
        LogisticRegression(), {"C": [0.1, 1]}, n_iter=2, cv=2, strategy="random", random_state=0
    ),
    ArchitectureSearchCV(
        LogisticRegression(),
        {"C": [0.1, 1]},
        n_iter=2,
        cv=2,
        scoring=["accuracy", "balanced_accuracy"],
        refit="balanced_accuracy",
    ),
    SequencePadder(),
]
# Their X are texts or ragged sequences. Of scikit-learn's checks parametrize_with_checks runs a
# single one on such; the others that need no table of numbers are named here. The rest is the
# matter of tests/utils/test_estimator_checks.py.
TEXT_ESTIMATORS = [TextTokenizer(), Word2VecEmbedder(vector_size=4, epochs=1)]
CHECKS_WITHOUT_DATA = [
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_valid_tag_types,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_mixin_order,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_set_params,
    estimator_checks.check_estimator_cloneable,
]


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", CHECKS_WITHOUT_DATA, ids=lambda check: check.__name__)
@pytest.mark.parametrize("estimator", TEXT_ESTIMATORS, ids=lambda e: type(e).__name__)
def test_scikit_learn_check_without_data(estimator, check):
    check(type(estimator).__name__, estimator)


def test_every_public_estimator_is_in_the_table():
    estimators = {public.value for public in CLASSES if hasattr(public.value, "fit")}
    assert estimators == {type(estimator) for estimator in [*ESTIMATORS, *TEXT_ESTIMATORS]}
