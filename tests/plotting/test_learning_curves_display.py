"""Learning curves: what is drawn of a history, and which epoch is marked."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sk_textnn import AveragingClassifier, LearningCurvesDisplay, TextTokenizer

HISTORY = {
    "accuracy": [0.3, 0.6, 0.8],
    "loss": [1.9, 1.2, 0.7],
    "val_accuracy": [0.4, 0.6, 0.5],
    "val_loss": [1.6, 1.3, 1.4],
}


def drawn(ax, gid):
    return [line for line in ax.get_lines() if line.get_gid() == gid]


def test_a_panel_for_the_loss_and_one_a_metric():
    display = LearningCurvesDisplay.from_history({**HISTORY, "cross_entropy": [2.0, 1.0, 0.5]})
    assert [ax.get_ylabel() for ax in display.axes_] == ["loss", "accuracy", "cross entropy"]
    assert display.ax_ is display.axes_[0]
    for ax, name in zip(display.axes_[:2], ("loss", "accuracy"), strict=True):
        for gid, key in (("training", name), ("validation", f"val_{name}")):
            (line,) = drawn(ax, gid)
            assert list(line.get_xdata()) == [1, 2, 3]
            assert list(line.get_ydata()) == HISTORY[key]
    assert drawn(display.axes_[2], "validation") == []


def test_the_lowest_validation_loss_is_marked_in_all_panels():
    display = LearningCurvesDisplay.from_history(HISTORY)
    for ax, value in zip(display.axes_, (1.3, 0.6), strict=True):
        (line,), (point,) = drawn(ax, "best"), drawn(ax, "best value")
        assert line.get_xdata()[0] == 2
        assert (point.get_xdata()[0], point.get_ydata()[0]) == (2, value)
    assert display.ax_.get_legend().get_texts()[-1].get_text() == "best epoch: 2"


def test_the_best_epoch_that_is_given_counts_from_zero():
    display = LearningCurvesDisplay.from_history(HISTORY, best_epoch=2)
    assert drawn(display.ax_, "best")[0].get_xdata()[0] == 3
    with pytest.raises(ValueError, match="best_epoch=3 is none of the 3 epochs"):
        LearningCurvesDisplay.from_history(HISTORY, best_epoch=3)


def test_without_validation_no_epoch_is_marked():
    display = LearningCurvesDisplay.from_history({"loss": [2.0, 1.0]})
    assert len(display.axes_) == 1
    assert drawn(display.ax_, "best") == []
    only_nan = LearningCurvesDisplay.from_history({"loss": [2.0], "val_loss": [np.nan]})
    assert drawn(only_nan.ax_, "best") == []


@pytest.mark.parametrize("early_stopping", [True, False])
def test_a_pipelines_network_is_drawn(early_stopping):
    texts, y = ["what a joy", "so sad today"] * 10, ["joy", "sadness"] * 10
    network = AveragingClassifier(epochs=3, early_stopping=early_stopping, random_state=0)
    pipeline = make_pipeline(TextTokenizer(), network).fit(texts, y)
    display = LearningCurvesDisplay.from_estimator(pipeline)
    assert [ax.get_ylabel() for ax in display.axes_] == ["loss", "accuracy"]
    assert list(drawn(display.ax_, "training")[0].get_ydata()) == network.history_["loss"]
    marked = [line.get_xdata()[0] for line in drawn(display.ax_, "best")]
    assert marked == ([network.best_epoch_ + 1] if early_stopping else [])


def test_a_keras_history_is_read():
    history = type("History", (), {"history": {"loss": [1.0]}})()
    (line,) = drawn(LearningCurvesDisplay.from_history(history).ax_, "training")
    assert list(line.get_ydata()) == [1.0]


def test_estimators_without_a_history_are_refused():
    fitted = LogisticRegression().fit([[0], [1]], [0, 1])
    with pytest.raises(TypeError, match=r"LogisticRegression keeps no history_"):
        LearningCurvesDisplay.from_estimator(make_pipeline(fitted))
    with pytest.raises(NotFittedError):
        LearningCurvesDisplay.from_estimator(AveragingClassifier())
    with pytest.raises(TypeError, match="list keeps no history_"):
        LearningCurvesDisplay.from_estimator([1.0])


@pytest.mark.parametrize(
    ("history", "error", "said"),
    [
        ([1.0, 2.0], TypeError, "list came"),
        ({"accuracy": [0.5]}, ValueError, "no 'loss'.*are 'accuracy'"),
        ({"loss": []}, ValueError, "at least one epoch"),
        ({"loss": [1, 2], "val_loss": [1]}, ValueError, r"'val_loss' has the shape \(1,\)"),
    ],
)
def test_what_is_no_history_is_refused(history, error, said):
    with pytest.raises(error, match=said):
        LearningCurvesDisplay.from_history(history)


def test_axes_that_came_are_drawn_in():
    axes = Figure().subplots(1, 2)
    display = LearningCurvesDisplay.from_history(HISTORY, ax=axes)
    assert list(display.axes_) == list(axes)
    assert display.figure_ is axes[0].figure
    one = Figure().subplots()
    display = LearningCurvesDisplay.from_history(HISTORY, ax=one)
    assert one not in display.axes_
    assert {ax.figure for ax in display.axes_} == {one.figure}
    assert not one.axison
    with pytest.raises(ValueError, match=r"2 panels .* but 3 axes came"):
        LearningCurvesDisplay.from_history(HISTORY, ax=Figure().subplots(3))
    with pytest.raises(ValueError, match=r"2 panels .* but 1 axes came"):
        LearningCurvesDisplay.from_history(HISTORY, ax=Figure().add_axes((0, 0, 1, 1)))
