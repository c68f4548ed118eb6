"""Reliability: bins are scikit-learn's, and the error is that of the definition."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sk_textnn import ReliabilityDisplay
from sk_textnn.plotting._calibration import calibration_bins, expected_calibration_error

Y_TRUE = ["joy", "fear", "joy", "anger"]
Y_PROBA = [[0.1, 0.1, 0.8], [0.2, 0.6, 0.2], [0.0, 0.4, 0.6], [0.1, 0.1, 0.8]]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_points_and_error_of_four_texts():
    display = ReliabilityDisplay.from_predictions(Y_TRUE, Y_PROBA, strategy="uniform", n_bins=5)
    # .8 is in the bin that ends there, .6 likewise; of each two texts one and two are right.
    assert display.line_.get_xdata() == pytest.approx([0.6, 0.8])
    assert display.line_.get_ydata() == pytest.approx([1.0, 0.5])
    assert display.counts.tolist() == [2, 2]
    assert display.ece_ == pytest.approx((0.4 + 0.3) / 2)
    assert legend(display.ax_) == ["perfectly calibrated", "classifier, ECE .350"]


@pytest.mark.parametrize("strategy", ["quantile", "uniform"])
@pytest.mark.parametrize("decimals", [1, 9])  # with ties at the edges, and without
def test_counts_belong_to_scikit_learns_bins(strategy, decimals):
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.2, 1, 500).round(decimals)
    hits = rng.random(500) < sure**2
    mean, accuracy, counts = calibration_bins(sure, hits, n_bins=7, strategy=strategy)
    assert counts.sum() == 500
    # Only with the right counts are these the means over all texts.
    assert counts @ mean == pytest.approx(sure.sum())
    assert counts @ accuracy == pytest.approx(hits.sum())
    assert (counts * accuracy) == pytest.approx((counts * accuracy).round())


def test_a_calibrated_classifier_has_a_small_error_and_a_sure_one_a_large():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.3, 1, 20_000)
    right = expected_calibration_error(*calibration_bins(sure, rng.random(20_000) < sure))
    over = expected_calibration_error(*calibration_bins(sure, rng.random(20_000) < sure - 0.2))
    assert right < 0.015
    assert over == pytest.approx(0.2, abs=0.015)


def test_estimators_are_asked_for_their_probabilities():
    X = np.random.default_rng(0).normal(size=(200, 2))
    y = np.array(["a", "b", "c"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = ReliabilityDisplay.from_estimator(pipeline, X, y, n_bins=4)
    proba = pipeline.predict_proba(X)
    assert display.counts.tolist() == [50] * 4
    assert display.counts @ display.confidence == pytest.approx(proba.max(axis=1).sum())
    assert display.counts @ display.accuracy == pytest.approx((pipeline.predict(X) == y).sum())
    assert legend(display.ax_)[1].startswith("LogisticRegression, ECE .")
    named = ReliabilityDisplay.from_estimator(pipeline, X, y, name="mine", ax=display.ax_)
    assert named.ax_ is display.ax_
    assert [text.split(",")[0] for text in legend(named.ax_)] == [
        "perfectly calibrated", "LogisticRegression", "mine",
    ]  # fmt: skip
    assert named.line_.get_color() != display.line_.get_color()


def test_classes_that_the_test_lacks_are_named_by_labels():
    with pytest.raises(ValueError, match="3 columns, but y_true holds 2 classes"):
        ReliabilityDisplay.from_predictions(Y_TRUE[:3], Y_PROBA[:3])
    display = ReliabilityDisplay.from_predictions(
        Y_TRUE[:3], Y_PROBA[:3], labels=["anger", "fear", "joy"], ax=Figure().subplots(), n_bins=1
    )
    assert list(display.line_.get_ydata()) == [1.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_bins": 0}, "at least 1, not 0"),
        ({"n_bins": 2.5}, "at least 1, not 2.5"),
        ({"strategy": "kmeans"}, "'quantile' or 'uniform', not 'kmeans'"),
        ({"y_true": [[1, 0, 1], [0, 1, 1]]}, "'multilabel-indicator'"),
        ({"y_true": Y_TRUE[:3]}, r"each of the 3 texts .* shape is \(4, 3\)"),
        ({"y_proba": [0.1, 0.2, 0.3, 0.4]}, r"shape is \(4,\)"),
        ({"y_proba": np.multiply(Y_PROBA, 2)}, "from 0 to 1"),
        ({"y_proba": np.full((4, 3), np.nan)}, "from 0 to 1"),
        ({"labels": ["anger", "joy"]}, "labels holds 2 classes"),
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        ReliabilityDisplay.from_predictions(**{"y_true": Y_TRUE, "y_proba": Y_PROBA, **change})


def test_estimators_without_probabilities_are_refused():
    fitted = RidgeClassifier().fit([[0], [1]], [0, 1])
    with pytest.raises(TypeError, match="RidgeClassifier has no predict_proba"):
        ReliabilityDisplay.from_estimator(fitted, [[0]], [0])
