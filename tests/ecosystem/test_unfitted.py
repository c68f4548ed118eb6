"""Before fit, everything that needs a fit says so in scikit-learn's words."""

import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

import sk_textnn
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
    TokenSequences,
    Vocabulary,
    Word2VecEmbedder,
)
from sk_textnn.baselines import NaiveBayesSVMClassifier
from tests import custom_networks

TEXTS = ["a b", "b"]
X = TokenSequences.from_lists([[2, 3], [3]], vocabulary=Vocabulary("ab"))
COUNTS = [[1, 1], [0, 1]]
NEEDED = {
    ArchitectureSearchCV: {"estimator": LogisticRegression(), "param_distributions": {}},
    NetworkClassifier: {"build_fn": custom_networks.first_and_mean},
}
CASES = {
    ArchitectureSearchCV: [
        ("predict", COUNTS),
        ("predict_proba", COUNTS),
        ("decision_function", COUNTS),
        ("score", COUNTS, [0, 1]),
    ],
    **{
        classifier: [("predict", X), ("predict_proba", X), ("score", X, [0, 1])]
        for classifier in (
            AveragingClassifier,
            CNNClassifier,
            CNNLSTMClassifier,
            GRUClassifier,
            LSTMClassifier,
            NetworkClassifier,
        )
    },
    NaiveBayesSVMClassifier: [
        ("predict", COUNTS),
        ("decision_function", COUNTS),
        ("score", COUNTS, [0, 1]),
    ],
    SequencePadder: [("transform", X), ("truncated_share", X), ("get_feature_names_out",)],
    TextTokenizer: [
        ("transform", TEXTS),
        ("inverse_transform", X),
        ("sequences_to_texts", X),
        ("texts_to_matrix", TEXTS),
        ("get_feature_names_out",),
    ],
    Word2VecEmbedder: [("transform", X), ("coverage_report",)],
}


@pytest.mark.parametrize(
    ("estimator", "method", "arguments"),
    [
        pytest.param(estimator, method, arguments, id=f"{estimator.__name__}.{method}")
        for estimator, calls in CASES.items()
        for method, *arguments in calls
    ],
)
def test_an_estimator_says_that_it_is_not_fitted(estimator, method, arguments):
    with pytest.raises(NotFittedError, match=f"This {estimator.__name__} instance is not fitted"):
        getattr(estimator(**NEEDED.get(estimator, {})), method)(*arguments)


def test_document_vectors_have_no_names_before_fit():
    with pytest.raises(NotFittedError):
        Word2VecEmbedder(output="mean").get_feature_names_out()


@pytest.mark.parametrize("method", ["predict", "predict_proba", "score"])
def test_a_pipeline_says_that_it_is_not_fitted(network, method):
    arguments = [TEXTS, [0, 1]] if method == "score" else [TEXTS]
    with pytest.raises(NotFittedError, match="not fitted"):
        getattr(network, method)(*arguments)


def test_every_public_estimator_is_among_them():
    public = (getattr(sk_textnn, name) for name in sk_textnn.__all__)
    assert {value for value in public if hasattr(value, "fit")} <= set(CASES)
