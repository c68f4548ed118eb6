"""What the picture of a comparison shows: points, intervals, the region, what is far off."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from sk_textnn import ComparisonDisplay
from sk_textnn.evaluation import Comparison

BASE = np.array([0.60, 0.61, 0.60, 0.61, 0.61])
SCORES = {
    "cnn": BASE + np.array([0.02, 0.03, 0.01, 0.02, 0.03]),
    "lstm": BASE - np.array([0.02, -0.01, 0.01, 0.02, 0.03]),
    "tfidf": BASE,
    "nb_svm": BASE - np.array([0.01, 0.02, 0.01, 0.02, 0.0]),
    "majority": BASE - np.array([0.4, 0.39, 0.4, 0.39, 0.4]),
}
ROLES = dict.fromkeys(("cnn", "lstm"), "candidate") | dict.fromkeys(
    ("tfidf", "nb_svm", "majority"), "baseline"
)


@pytest.fixture
def ax():
    return Figure(figsize=(8, 4), layout="constrained").subplots()


def make(names=tuple(SCORES), **more):
    return Comparison.from_scores(
        {name: SCORES[name] for name in names},
        roles=ROLES,
        **{"test_to_train_ratio": 1 / 4, **more},
    )


def drawn(ax, gid):
    return [artist for artist in ax.get_children() if artist.get_gid() == gid]


def names(ax):
    return [text.get_text().split()[0] for text in ax.get_yticklabels()]


def test_points_intervals_and_region(ax):
    comparison = make()
    display = ComparisonDisplay.from_comparison(comparison, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert names(ax) == comparison.table_["name"].tolist()
    top, bottom = ax.get_ylim()[1], ax.get_ylim()[0]
    assert top < 0 < 4 < bottom  # the best, at 0, is at the top
    points = {names(ax)[int(p.get_ydata()[0])]: p.get_xdata()[0] for p in drawn(ax, "point")}
    assert points == pytest.approx(
        {name: comparison.row(name)["difference"] for name in SCORES if name != "majority"}
    )
    ends = {
        names(ax)[line.get_ydata()[0]]: list(line.get_xdata()) for line in drawn(ax, "interval")
    }
    assert set(ends) == {"cnn", "lstm", "nb_svm"}  # the reference has none
    for name, found in ends.items():
        assert found == pytest.approx(comparison.row(name)[["ci_low", "ci_high"]].tolist())
    (region,) = drawn(ax, "rope")
    assert region.get_extents().transformed(ax.transData.inverted()).intervalx == pytest.approx(
        [-0.01, 0.01]
    )
    assert ax.get_xlabel() == "difference in accuracy to tfidf, with 95 % intervals"


def test_means_are_written_and_roles_have_colours(ax):
    make().plot(ax=ax)
    labels = {text.get_text().split()[0]: text for text in ax.get_yticklabels()}
    assert labels["cnn"].get_text().endswith("0.628")
    assert labels["cnn"].get_color() == labels["lstm"].get_color()
    assert labels["cnn"].get_color() != labels["tfidf"].get_color()
    explained = [text.get_text() for text in ax.get_legend().get_texts()]
    assert explained == ["candidate", "baseline", "no difference in practice (±0.01)"]


def test_what_is_far_behind_is_at_the_edge_with_its_number(ax):
    make().plot(ax=ax)
    (far,) = drawn(ax, "far")
    assert names(ax)[int(far.get_ydata()[0])] == "majority"
    assert far.get_xdata()[0] == ax.get_xlim()[0] > -0.2
    assert "-0.396" in [text.get_text() for text in ax.texts]


def test_nothing_is_far_where_a_candidate_is_as_far(ax):
    make(("lstm", "tfidf", "nb_svm")).plot(ax=ax)
    assert drawn(ax, "far") == []


def test_without_a_baseline_the_scores_are_drawn(ax):
    make(("cnn", "lstm")).plot(ax=ax)
    assert sorted(p.get_xdata()[0] for p in drawn(ax, "point")) == pytest.approx(
        sorted([SCORES["cnn"].mean(), SCORES["lstm"].mean()])
    )
    assert drawn(ax, "rope") == []
    assert "standard deviation" in ax.get_xlabel()
    line = next(line for line in drawn(ax, "interval") if line.get_ydata()[0] == 0)
    assert np.ptp(line.get_xdata()) == pytest.approx(2 * np.std(SCORES["cnn"], ddof=1))


def test_on_a_single_split_the_intervals_are_over_texts(ax):
    comparison = Comparison.from_scores(
        {"cnn": [0.7], "tfidf": [0.6]},
        roles=ROLES,
        test_to_train_ratio=1 / 4,
        bootstrap={"cnn": (0.05, 0.15)},
    )
    comparison.plot(ax=ax)
    (line,) = drawn(ax, "interval")
    assert list(line.get_xdata()) == pytest.approx([0.05, 0.15])
    assert ax.get_xlabel().endswith("with 95 % intervals over texts")


def test_models_without_a_mean_are_left_out(ax):
    scores = {**SCORES, "lstm": np.full(5, np.nan)}
    comparison = Comparison.from_scores(scores, roles=ROLES, test_to_train_ratio=1 / 4)
    comparison.plot(ax=ax)
    assert "lstm" not in names(ax)
    nothing = Comparison.from_scores({"cnn": [np.nan]}, roles=ROLES, test_to_train_ratio=1 / 4)
    with pytest.raises(ValueError, match="nothing to draw"):
        nothing.plot(ax=ax)


def test_rows_of_equal_models_still_have_a_width(ax):
    scores = {"cnn": BASE, "tfidf": BASE}
    Comparison.from_scores(scores, roles=ROLES, test_to_train_ratio=1 / 4, rope=0).plot(ax=ax)
    low, high = ax.get_xlim()
    assert low < 0 < high


def test_makes_a_figure_and_shows_names_as_they_are():
    scores = {"a $b$ c": BASE + 0.1, "tfidf": BASE}
    roles = {**ROLES, "a $b$ c": "candidate"}
    display = Comparison.from_scores(scores, roles=roles, test_to_train_ratio=1 / 4).plot()
    display.figure_.canvas.draw()
    assert display.ax_.get_yticklabels()[0].get_text().startswith(r"a \$b\$ c")


def test_what_is_no_comparison_is_refused():
    with pytest.raises(TypeError, match="list came"):
        ComparisonDisplay.from_comparison([1, 2])
