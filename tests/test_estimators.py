"""Every public estimator, in its smallest fast form, through scikit-learn's own checks."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import sk_textnn
from sk_textnn import CNNClassifier, LSTMClassifier, SequencePadder, TextTokenizer, Word2VecEmbedder
from sk_textnn.baselines import NaiveBayesSVMClassifier

# Weights in double precision and one batch for all rows: then weighting a row is the same as
# repeating it, to the tolerance that scikit-learn asks for.
_SMALL = {
    "embedding_dim": 8,
    "epochs": 30,
    "batch_size": 100,
    "learning_rate": 0.05,
    "early_stopping": False,
    "dropout": 0,
    "embedding_dropout": 0,
    "dtype": "float64",
}
ESTIMATORS = [
    CNNClassifier(filters=16, kernel_sizes=(1, 2), **_SMALL),
    LSTMClassifier(units=8, **_SMALL),
    NaiveBayesSVMClassifier(),
    SequencePadder(),
]
# Their X are texts or ragged sequences, for which scikit-learn has next to no checks.
TEXT_ESTIMATORS = [TextTokenizer(), Word2VecEmbedder()]


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn_check(estimator, check):
    check(estimator)


def test_every_public_estimator_is_in_the_table():
    public = {
        value
        for name in sk_textnn.__all__
        if hasattr(value := getattr(sk_textnn, name), "fit") and isinstance(value, type)
    }
    assert public <= {type(estimator) for estimator in [*ESTIMATORS, *TEXT_ESTIMATORS]}


@pytest.mark.parametrize(
    "estimator", [*ESTIMATORS, *TEXT_ESTIMATORS], ids=lambda e: type(e).__name__
)
def test_docstring_names_every_parameter(estimator):
    doc = type(estimator).__doc__
    assert [name for name in estimator.get_params() if f"    {name} : " not in doc] == []
    for section in ("Parameters", "Attributes", "Examples"):
        assert f"{section}\n    ---" in doc
