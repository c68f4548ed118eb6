"""No picture warns, and none is left open."""

import warnings

import matplotlib as mpl
import pytest

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _no_warning_no_figure_left():
    from matplotlib import pyplot as plt

    before = plt.get_fignums()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    for number in set(plt.get_fignums()) - set(before):
        plt.close(number)
