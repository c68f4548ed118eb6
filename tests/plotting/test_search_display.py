"""What the pictures of a search show: positions, labels, colours, the best, what is left out."""

import subprocess
import sys
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401  # its import enables
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.tree import DecisionTreeClassifier

from sk_textnn import SearchDisplay

KINDS = ("scores", "parallel", "importance")


@pytest.fixture
def ax():
    return Figure(figsize=(8, 5)).subplots()


def _results(params, scores, stds=None, **more):
    stds = np.full(len(scores), 0.01) if stds is None else stds
    return {"params": params, "mean_test_score": scores, "std_test_score": stds, **more}


def _of_one(values, scores=None):
    """Results of one parameter."""
    scores = np.linspace(0.5, 0.6, len(values)) if scores is None else scores
    return _results([{"clf__units": value} for value in values], scores)


def _many(n=40):
    """Eight parameters of all kinds; the learning rate decides the score."""
    rng = np.random.default_rng(0)
    params = [
        {
            "embed__vector_size": int(rng.choice([50, 100, 200])),
            "clf__learning_rate": float(10 ** rng.uniform(-5, -2)),
            "clf__units": int(rng.choice([16, 32, 64, 128])),
            "clf__dropout": float(rng.uniform(0.2, 0.6)),
            "clf__pooling": str(rng.choice(["last", "max", "mean", "attention"])),
            "clf__kernel_sizes": [(3,), (1, 2, 3), (2, 3, 4), (3, 4, 5)][rng.integers(4)],
            "pad__maxlen": ["p95", None][rng.integers(2)],
            **({"clf__dense_size": int(rng.integers(8, 64))} if rng.random() < 0.6 else {}),
        }
        for _ in range(n)
    ]
    scores = np.array([0.7 + 0.05 * np.log10(row["clf__learning_rate"]) for row in params])
    return _results(params, scores)


def _drawn(panel, gid="candidates"):
    """Positions of the candidates, or of the best, in a panel."""
    (points,) = panel.findobj(lambda artist: artist.get_gid() == gid)
    return np.asarray(points.get_offsets())


def _ticks(axis):
    """Label of each tick to its position."""
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return dict(zip(labels, axis.get_ticklocs(), strict=True))


def _caption(display):
    return display.ax_.get_title(loc="left").replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


# Score against each parameter.


def test_points_are_values_and_scores(ax):
    display = SearchDisplay(_of_one([16, 32, 64], [0.5, 0.7, 0.6]), score_name="my_score")
    assert display.plot(ax=ax) is display
    (panel,) = display.axes_
    np.testing.assert_array_equal(_drawn(panel), [[16, 0.5], [32, 0.7], [64, 0.6]])
    np.testing.assert_array_equal(_drawn(panel, "best"), [[32, 0.7]])
    assert _ticks(panel.xaxis) == {"16": 16, "32": 32, "64": 64}
    assert (panel.get_xscale(), panel.get_xlabel(), panel.get_ylabel()) == (
        "linear",
        "units",
        "my score",
    )
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert _caption(display) == "The star is the best of 3 candidates: my score 0.7 ± 0.01."


def test_thin_lines_are_one_standard_deviation_long(ax):
    results = _of_one([16, 32], [0.5, 0.7]) | {"std_test_score": [0.05, 0.1]}
    (panel,) = SearchDisplay(results).plot(ax=ax).axes_
    (container,) = panel.containers
    (bars,) = container.lines[2]
    ends = [segment[:, 1] for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [[0.45, 0.55], [0.6, 0.8]])
    without = {key: value for key, value in results.items() if not key.startswith("std")}
    assert not SearchDisplay(without).plot(ax=Figure().subplots()).axes_[0].containers


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1e-4, 1e-3, 1.1e-2], "log"),
        ([1e-4, 1e-3, 1e-2], "linear"),  # two decades, not more
        ([0, 1, 1000], "linear"),
        ([-1, 1, 1000], "linear"),
        ([1e-4, None, 1.1e-2], "log"),
        ([np.float32(0.001), np.int64(1)], "log"),
    ],
)
def test_logarithmic_over_more_than_two_decades(ax, values, scale):
    (panel,) = SearchDisplay(_of_one(values)).plot(ax=ax).axes_
    assert panel.get_xscale() == scale
    numbers = [row for row, value in enumerate(values) if value is not None]
    np.testing.assert_array_equal(
        _drawn(panel)[numbers, 0], np.array([values[row] for row in numbers], dtype=float)
    )
    low, high = panel.get_xlim()
    assert low < _drawn(panel)[:, 0].min()
    assert high > _drawn(panel)[:, 0].max()


def test_ticks_of_a_logarithmic_axis_are_powers_of_ten(ax):
    (panel,) = SearchDisplay(_of_one([2e-5, 1e-3, 5e-2])).plot(ax=ax).axes_
    assert _ticks(panel.xaxis) == pytest.approx(
        {"$10^{-4}$": 1e-4, "$10^{-3}$": 1e-3, "$10^{-2}$": 1e-2}
    )


def test_categories_stand_beside_each_other_at_fixed_offsets(ax):
    values = ["max", "last", "max", None, "max", "last"]
    (panel,) = SearchDisplay(_of_one(values)).plot(ax=ax).axes_
    assert _ticks(panel.xaxis) == {"last": 0, "max": 1, "None": 2}
    np.testing.assert_allclose(_drawn(panel)[:, 0], [0.75, -0.25, 1, 2, 1.25, 0.25])


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([(3,), (1, 2, 3), ()], ["()", "(1, 2, 3)", "(3,)"]),
        ([True, False, np.True_], ["False", "True"]),
        ([MultinomialNB(), DummyClassifier(), MultinomialNB(alpha=2)], None),
        ([DummyClassifier, MultinomialNB], None),
        ([len, max], ["len", "max"]),
        (["", "tanh"], ["''", "tanh"]),
        (["a$b$c", r"\alpha$"], [r"\alpha\$", r"a\$b\$c"]),  # no formulas
        (["p95", 100, None], ["100", "p95", "None"]),
        ([None, None], ["None"]),
        (["a name too long for a tick", "b"], ["a name too long for…", "b"]),
    ],
)
def test_labels_of_categories(ax, values, labels):
    display = SearchDisplay(_of_one(values)).plot(ax=ax)
    display.figure_.draw_without_rendering()
    expected = ["DummyClassifier", "MultinomialNB"] if labels is None else labels
    assert list(_ticks(display.axes_[0].xaxis)) == expected


def test_what_is_not_set_stands_beside_the_numbers(ax):
    rows = [{"a": 1, "b": 8}, {"a": 2}, {"a": 3, "b": 64}, {"a": 4, "b": None}]
    display = SearchDisplay(_results(rows, [0.5, 0.6, 0.7, 0.4])).plot(ax=ax)
    panel = display.axes_[1]
    x = _drawn(panel)[:, 0]
    ticks = _ticks(panel.xaxis)
    assert list(ticks) == ["8", "64", "None", "not set"]
    np.testing.assert_allclose(x, [8, ticks["not set"], 64, ticks["None"]])
    assert 64 < ticks["None"] < ticks["not set"] < panel.get_xlim()[1]


@pytest.mark.parametrize("table", [False, True])
def test_masked_and_missing_values_of_columns_are_not_set(ax, table):
    results = {
        "param_units": np.ma.array([16, 32, 64], mask=[False, True, False]),
        "param_pooling": np.ma.array(["max", "?", "last"], mask=[0, 1, 0], dtype=object),
        "mean_test_score": np.array([0.5, 0.6, 0.7]),
    }
    display = SearchDisplay(pd.DataFrame(results) if table else results).plot(ax=ax)
    assert [list(_ticks(panel.xaxis)) for panel in display.axes_] == [
        ["16", "64", "not set"],
        ["last", "max", "not set"],
    ]


def test_a_file_of_the_table_gives_the_same_picture(ax, tmp_path):
    results = {f"param_{name}": column for name, column in _table(_many(12)).items()}
    results["mean_test_score"] = np.arange(12.0)
    pd.DataFrame(results).to_csv(tmp_path / "results.csv")
    direct = SearchDisplay(results).plot(ax=ax)
    read = SearchDisplay(pd.read_csv(tmp_path / "results.csv")).plot(ax=Figure((8, 5)).subplots())
    for panel, other in zip(direct.axes_, read.axes_, strict=True):
        assert panel.get_xlabel() == other.get_xlabel()
        np.testing.assert_allclose(_drawn(panel), _drawn(other))


def _table(results):
    """The columns of the parameters that all candidates have, and no candidate as None."""
    rows = pd.DataFrame(results["params"])
    return rows[["embed__vector_size", "clf__learning_rate", "clf__pooling"]]


def test_the_prefix_of_the_classifier_is_left_out_unless_names_clash(ax):
    rows = [{"clf__units": 1, "clf__dropout": 0.1, "dropout": 0.2, "pad__maxlen": 5}] * 2
    display = SearchDisplay(_results(rows, [0.5, 0.6])).plot(ax=ax)
    assert [panel.get_xlabel() for panel in display.axes_] == [
        "units",
        "clf__dropout",
        "dropout",
        "pad__maxlen",
    ]


# Parallel coordinates.


def test_lines_go_through_values_to_the_score_and_best_is_on_top(ax):
    rows = [{"units": 10, "pooling": "max"}, {"units": 20, "pooling": "max"}, {"units": 30}]
    display = SearchDisplay(_results(rows, [0.7, 0.5, 0.6])).plot("parallel", ax=ax)
    lines = display.lines_
    np.testing.assert_array_equal(lines.get_array(), [0.5, 0.6, 0.7])  # the best drawn last
    segments = np.array(lines.get_segments())
    np.testing.assert_array_equal(segments[:, :, 0], [[0, 1, 2]] * 3)
    units, pooling, score = segments[:, :, 1].T
    assert units[1] > units[0] > units[2]
    assert pooling[1] > 0.5 > pooling[0] > pooling[2]  # "not set" above "max"
    assert score[0] < score[1] < score[2]
    viridis = mpl.colormaps["viridis"]
    np.testing.assert_allclose(
        lines.to_rgba(lines.get_array())[[0, 2]], [viridis(0.0), viridis(1.0)]
    )
    (best,) = ax.findobj(lambda artist: artist.get_gid() == "best")
    np.testing.assert_allclose(best.get_ydata(), segments[2, :, 1])
    assert best.get_color() == pytest.approx(viridis(1.0))
    assert best.get_zorder() > lines.get_zorder()
    assert list(_ticks(ax.xaxis)) == ["units", "pooling", "score"]
    assert {text.get_text(): text.xy[0] for text in ax.texts} == {
        "10": 0, "20": 0, "30": 0, "max": 1, "not set": 1,
    }  # fmt: skip
    np.testing.assert_allclose(_ticks(ax.yaxis)["0.7"], segments[2, -1, 1])
    assert _caption(display).startswith("The outlined line is the best of 3 candidates")


def test_colours_can_be_chosen(ax):
    display = SearchDisplay(_many()).plot("parallel", ax=ax, cmap="cividis")
    assert display.lines_.get_cmap().name == "cividis"


# Importance.


def test_the_parameter_that_decides_has_the_longest_bar(ax):
    display = SearchDisplay(_many()).plot("importance", ax=ax)
    importances = display.importances_
    assert importances.index[0] == "clf__learning_rate"
    assert importances["mean"].iloc[0] > 10 * importances["mean"].iloc[1]
    assert list(importances["mean"]) == sorted(importances["mean"], reverse=True)
    bars = [patch.get_width() for patch in ax.patches]
    np.testing.assert_array_equal(bars, importances["mean"])
    assert next(iter(_ticks(ax.yaxis))) == "learning_rate"
    low, high = ax.get_ylim()
    assert low > high  # the first on top
    assert "on 40 candidates, out-of-bag R² 0.9" in _caption(display)
    again = SearchDisplay(_many()).plot("importance", ax=Figure().subplots())
    pd.testing.assert_frame_equal(again.importances_, importances)


def test_importance_tells_that_it_is_not_to_be_relied_on(ax):
    results = _of_one(range(10), np.random.default_rng(3).random(10))
    assert "do not rely on these bars" in _caption(SearchDisplay(results).plot("importance", ax=ax))


def test_importance_of_equal_scores_is_none(ax):
    results = _of_one(list(range(10)), np.full(10, 0.5))
    display = SearchDisplay(results).plot("importance", ax=ax)
    assert not display.importances_["mean"].any()
    assert ax.get_xlim() == (0, 1)


def test_importance_refuses_few_candidates(ax):
    results = _many(12)
    results["mean_test_score"][:3] = np.nan
    with pytest.raises(ValueError, match=r"at least 10 candidates .* there are 9\. Search more"):
        SearchDisplay(results).plot("importance", ax=ax)


# Which rows count, and which is the best.


@pytest.mark.parametrize("kind", KINDS)
def test_candidates_without_a_finite_score_are_left_out_and_told(ax, kind):
    results = _of_one(range(13))
    results["mean_test_score"][[0, 4]] = np.nan, np.inf
    display = SearchDisplay(results).plot(kind, ax=ax)
    assert _caption(display).endswith("2 without a finite score are left out.")
    if kind == "scores":
        assert len(_drawn(display.axes_[0])) == 11
    if kind == "parallel":
        assert len(display.lines_.get_segments()) == 11


def test_of_a_candidate_the_last_row_counts(ax):
    rows = [{"a": value} for value in (1, 2, 3, 4, 2, 4, 4)]
    results = _results(rows, [0.9, 0.5, 0.4, 0.5, 0.6, 0.7, 0.8], iter=[0, 0, 0, 0, 1, 1, 2])
    display = SearchDisplay(results).plot(ax=ax)
    (panel,) = display.axes_
    np.testing.assert_array_equal(_drawn(panel), [[1, 0.9], [3, 0.4], [2, 0.6], [4, 0.8]])
    # The highest score is one of few resources.
    np.testing.assert_array_equal(_drawn(panel, "best"), [[4, 0.8]])
    (points,) = panel.findobj(lambda artist: artist.get_gid() == "candidates")
    assert [tuple(face) == (1, 1, 1, 1) for face in points.get_facecolor()] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "Hollow: stopped early" in _caption(display)


def test_a_candidate_that_failed_in_its_last_row_is_left_out(ax):
    results = _results([{"a": 1}, {"a": 2}, {"a": 1}], [0.5, 0.4, np.nan], iter=[0, 0, 1])
    display = SearchDisplay(results).plot(ax=ax)
    np.testing.assert_array_equal(_drawn(display.axes_[0]), [[2, 0.4]])


def test_a_candidate_tried_twice_counts_twice(ax):
    display = SearchDisplay(_of_one([16, 16, 32])).plot(ax=ax)
    assert len(_drawn(display.axes_[0])) == 3


@pytest.mark.parametrize("kind", ["scores", "parallel"])
def test_one_candidate(ax, kind):
    display = SearchDisplay(_results([{"a": 1, "b": "x"}], [0.5])).plot(kind, ax=ax)
    display.figure_.draw_without_rendering()
    assert _caption(display) == "The only candidate: score 0.5 ± 0.01."


# From searches.

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int)
DEPTHS = {"max_depth": [1, 2, 3], "splitter": ["best", "random"]}


def _search(kind=GridSearchCV, **more):
    tree = DecisionTreeClassifier(random_state=0)
    return kind(tree, DEPTHS, cv=2, **more).fit(X, Y)


def _best(display):
    return tuple(_drawn(display.axes_[0], "best")[0])


def test_from_search_draws_what_the_search_found(ax):
    search = _search(scoring="balanced_accuracy")
    display = SearchDisplay.from_search(search, ax=ax)
    assert [panel.get_xlabel() for panel in display.axes_] == ["max_depth", "splitter"]
    assert len(_drawn(display.axes_[0])) == 6
    assert _best(display) == (search.best_params_["max_depth"], search.best_score_)
    assert display.axes_[0].get_ylabel() == "balanced accuracy"


def test_from_a_randomized_search(ax):
    search = _search(RandomizedSearchCV, n_iter=3, random_state=0)
    display = SearchDisplay.from_search(search, kind="parallel", ax=ax)
    np.testing.assert_array_equal(
        display.lines_.get_array(), np.sort(search.cv_results_["mean_test_score"])
    )


def test_from_a_halving_search(ax):
    search = _search(HalvingGridSearchCV, factor=2, min_resources=15, random_state=0)
    assert len(search.cv_results_["params"]) > search.n_candidates_[0]
    display = SearchDisplay.from_search(search, ax=ax)
    assert len(_drawn(display.axes_[0])) == search.n_candidates_[0]
    assert _best(display) == (search.best_params_["max_depth"], search.best_score_)


def test_from_a_search_with_several_scores(ax):
    search = _search(scoring=["accuracy", "f1"], refit="f1")
    assert SearchDisplay.from_search(search, ax=ax).axes_[0].get_ylabel() == "f1"
    other = SearchDisplay.from_search(search, score_name="accuracy", ax=Figure().subplots())
    assert _best(other)[1] == search.cv_results_["mean_test_accuracy"].max()
    undecided = _search(scoring=["accuracy", "f1"], refit=False)
    with pytest.raises(ValueError, match="Pass score_name, one of 'accuracy', 'f1'"):
        SearchDisplay.from_search(undecided, ax=Figure().subplots())


def test_the_best_is_what_the_search_chose(ax):
    search = _search(refit=lambda results: 4)
    display = SearchDisplay.from_search(search, ax=ax)
    assert _best(display)[0] == search.cv_results_["params"][4]["max_depth"]


# Errors.


def test_a_search_that_is_not_fitted_is_refused():
    with pytest.raises(NotFittedError, match="This GridSearchCV has no cv_results_"):
        SearchDisplay.from_search(GridSearchCV(DecisionTreeClassifier(), DEPTHS))


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({"mean_test_score": [0.5, 0.6]}, "have no parameters"),
        ({"mean_test_score": [0.5], "params": [{}]}, "have no parameters"),
        (_of_one([1, 2, 3], [np.nan] * 3), "None of the 3 candidates has a finite score"),
        ({"param_a": [1], "params": [{"a": 1}]}, "have no scores"),
        ({"param_a": [1], "mean_test_f1": [1.0], "mean_test_r2": [1.0]}, "have no score 'score'"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_results_of_which_nothing_can_be_drawn_are_refused(results, message, kind):
    from matplotlib import pyplot as plt

    before = plt.get_fignums()
    with pytest.raises(ValueError, match=message):
        SearchDisplay.from_cv_results(results, kind=kind)
    assert plt.get_fignums() == before  # no empty figure


def test_a_search_in_place_of_its_results_is_refused():
    with pytest.raises(TypeError, match=r"GridSearchCV came\..* use SearchDisplay\.from_search"):
        SearchDisplay.from_cv_results(_search())


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"kind='pie' is no picture .* 'scores', 'parallel'"):
        SearchDisplay(_of_one([1, 2])).plot("pie")


def test_axes_outside_a_grid_cannot_be_divided():
    by_hand = Figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match="placed by hand"):
        SearchDisplay(_of_one([1, 2])).plot(ax=by_hand)
    SearchDisplay(_of_one([1, 2])).plot("parallel", ax=by_hand)


# Manners.


@pytest.mark.parametrize("kind", KINDS)
def test_pyplot_is_touched_only_to_make_a_figure(kind):
    from matplotlib import pyplot as plt

    _, (left, right) = plt.subplots(1, 2)
    plt.sca(right)
    before, settings = plt.get_fignums(), dict(mpl.rcParams)
    display = SearchDisplay.from_cv_results(_of_one(range(12)), kind=kind, ax=left)
    assert plt.get_fignums() == before
    assert plt.gca() is right
    assert dict(mpl.rcParams) == settings
    assert (display.ax_, display.figure_) == (left, left.figure)
    own = SearchDisplay.from_cv_results(_of_one(range(12)), kind=kind)
    assert plt.get_fignums() == [*before, own.figure_.number]


def test_results_are_left_as_they_are(ax):
    results = _of_one([*"abababababab"])
    copy = {key: list(values) for key, values in results.items()}
    display = SearchDisplay(results)
    for kind in KINDS:
        display.plot(kind, ax=Figure(figsize=(8, 5)).subplots())
        assert (display.lines_ is None) == (kind != "parallel")
        assert (display.importances_ is None) == (kind != "importance")
        assert display.axes_.shape == (1,)
    assert {key: list(values) for key, values in results.items()} == copy


@pytest.mark.parametrize("kind", KINDS)
def test_no_labels_touch_with_eight_parameters(kind):
    display = SearchDisplay.from_cv_results(_many(), kind=kind)
    display.figure_.draw_without_rendering()
    line = display.figure_.dpi * 9 / 72
    for axes in display.axes_:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [label for label in axis.get_ticklabels() if label.get_text()]
            boxes = [label.get_window_extent() for label in labels]
            for one, other, label in zip(boxes, boxes[1:], labels[1:], strict=False):
                if label.get_rotation():  # slanted ones need the height of a line
                    assert other.x1 - one.x1 > line
                else:
                    assert not one.overlaps(other)
    if kind == "parallel":
        boxes = [text.get_window_extent() for text in display.ax_.texts]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    extent = display.figure_.bbox
    caption = display.ax_._left_title.get_window_extent()
    assert extent.x0 <= caption.x0 < caption.x1 <= extent.x1
    assert all(caption.y0 > axes.bbox.y1 for axes in display.axes_)


def test_panels_in_axes_of_ones_own_do_not_touch():
    axes = Figure(figsize=(16, 9)).subplots(1, 2)
    display = SearchDisplay(_many()).plot(ax=axes[0])
    display.figure_.draw_without_rendering()
    boxes = [panel.get_tightbbox() for panel in display.axes_]
    names = [panel.xaxis.label.get_window_extent() for panel in display.axes_]
    columns = [panel.get_subplotspec().colspan.start for panel in display.axes_]
    assert not any(a.overlaps(b) for i, a in enumerate(names) for b in names[:i])
    for column in set(columns):
        stack = [box for box, of in zip(boxes, columns, strict=True) if of == column]
        assert len(stack) > 1
        assert all(upper.y0 > lower.y1 for upper, lower in pairwise(stack))


def test_long_values_do_not_reach_the_next_axis(ax):
    rows = [
        {"a": "a very long value", "b": 6.44704e-5, "c": 10},
        {"a": "b", "b": 0.1234567, "c": 1},
    ]
    rows = [{**row, **dict.fromkeys("defgh", 1)} for row in rows]
    display = SearchDisplay(_results(rows, [0.5, 0.6])).plot("parallel", ax=ax)
    display.figure_.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_values_on_ticks_are_rounded_as_long_as_they_differ(ax):
    display = SearchDisplay(_of_one([0.123456, 0.987654])).plot(ax=ax)
    assert list(_ticks(display.axes_[0].xaxis)) == ["0.123", "0.988"]
    close = SearchDisplay(_of_one([0.12341, 0.12342])).plot(ax=Figure().subplots())
    assert list(_ticks(close.axes_[0].xaxis)) == ["0.12341", "0.12342"]


def test_dense_categories_are_labelled_as_far_as_there_is_room():
    display = SearchDisplay.from_cv_results(_of_one([f"name {number:03}" for number in range(60)]))
    assert 3 < len(_ticks(display.axes_[0].xaxis)) <= 30


def test_importing_loads_no_matplotlib():
    code = "from sk_textnn import SearchDisplay; import sys; print('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False", result.stderr
