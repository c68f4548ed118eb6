"""The charts are SVG that a parser accepts, with every value inside the frame."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from sk_textnn.cli._charts import _label, _ticks, dot_plot, line_chart, scatter


def percents(svg):
    return [float(value) for value in re.findall(r'(?:c?x[12]?)="([\d.-]+)%"', svg)]


def test_dot_plot_has_a_mark_a_fold_and_names_its_rows():
    svg = dot_plot(
        [("cnn <1>", "network", [0.5, 0.6, 0.7]), ("tfidf", "baseline", [0.55, np.nan, 0.6])],
        "accuracy",
        reference=("best possible", 0.95),
    )
    root = ElementTree.fromstring(svg)
    assert len(root.findall("circle")) == 3
    assert len(root.findall("rect")) == 2
    words = [node.text for node in root.findall("text")]
    assert {"cnn <1>", "tfidf", "accuracy", "best possible: 0.950"} <= set(words)
    assert all(0 <= value <= 100 for value in percents(svg))


def test_dot_plot_places_by_value():
    svg = dot_plot([("a", "network", [0.1, 0.9, 0.5])], "accuracy")
    low, high, middle = (float(v) for v in re.findall(r'circle [^>]*cx="([\d.]+)%"', svg))
    assert low < middle < high
    assert middle == pytest.approx((low + high) / 2, abs=0.02)


@pytest.mark.parametrize("scores", [[0.5, 0.5], [np.nan, np.nan], [0.0, 0.0], [-3.0, -1.5]])
def test_dot_plot_of_odd_values(scores):
    ElementTree.fromstring(dot_plot([("a", "network", scores)], "score"))


@pytest.mark.parametrize("n_epochs", [1, 2, 30])
def test_line_chart(n_epochs):
    values = np.linspace(1, 0.2, n_epochs).tolist()
    svg = line_chart(
        [("training", "base", values), ("validation", "net", values)], "loss", mark=n_epochs
    )
    root = ElementTree.fromstring(svg)
    assert len(root.findall("circle")) == n_epochs
    assert len([n for n in root.findall("line") if n.get("class") == "curve net"]) == n_epochs - 1
    assert f"best epoch: {n_epochs}" in [node.text for node in root.findall("text")]
    assert all(0 <= value <= 100 for value in percents(svg))


def test_scatter_is_logarithmic_where_values_span_much():
    def places(xs):
        svg = scatter([(f"cnn {x}", x, 0.5 + x / 1e4) for x in xs], "filters")
        return [float(v) for v in re.findall(r'circle [^>]*cx="([\d.]+)%"', svg)]

    low, middle, high = places([10, 100, 1000])
    assert middle == pytest.approx((low + high) / 2, abs=0.02)
    low, middle, high = places([10, 12, 30])
    assert middle == pytest.approx(low + (high - low) / 10, abs=0.02)
    ElementTree.fromstring(scatter([("a", 0.0, 0.5), ("b", 0.0, 0.5)], "dropout"))


@pytest.mark.parametrize(
    ("low", "high"), [(0.41, 0.47), (0, 1), (0.3, 0.3), (-2.7, -0.1), (1.2, 345.0), (1e-6, 3e-6)]
)
def test_ticks_enclose_and_differ(low, high):
    ticks = _ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + 1e-12
    assert ticks[-1] >= high - 1e-12
    assert len({_label(tick, ticks) for tick in ticks}) == len(ticks)
