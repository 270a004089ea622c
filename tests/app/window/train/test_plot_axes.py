"""The axes of the plots of a run."""

import pytest

from app.window.train.curves import Curve, CurvePlot
from app.window.train.scatter import ScatterPlot


@pytest.mark.parametrize("xs", [[0.0005, 0.001], [1.0, 2.0], [1000.0, 90_000.0]])
def test_an_axis_counts_in_ones_however_early_or_late_the_run_is(qtbot, xs):
    plot = CurvePlot("Loss", "epoch")
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    plot.show_curves([Curve(name="student: in all", number=0, xs=xs, ys=[1e-5, 2e-5])])
    plot.grab()  # ranges follow when they are painted
    for side in ("bottom", "left"):
        assert "x1e" not in plot.plot.getAxis(side).labelString()
        assert "(x" not in plot.plot.getAxis(side).labelString()


def test_a_constant_scatter_counts_in_ones(qtbot):
    plot = ScatterPlot()
    qtbot.addWidget(plot)
    plot.show()
    plot.show_points([0.0], [0.0])
    plot.plot.setXRange(0, 0.001)
    plot.grab()
    assert "(x" not in plot.plot.getAxis("bottom").labelString()


@pytest.mark.parametrize("num_epochs", [1, 2, 3, 7, 300])
def test_no_tick_lies_between_two_epochs(qtbot, num_epochs):
    plot = CurvePlot("Agreement", "epoch")
    qtbot.addWidget(plot)
    plot.resize(900, 300)
    plot.show()
    xs = [1.0 + epoch for epoch in range(num_epochs)]
    plot.show_curves([Curve(name="student: SRCC", number=0, xs=xs, ys=xs, has_dots=True)])
    plot.grab()
    axis = plot.plot.getAxis("bottom")
    ticks = [tick for _, ticks in axis.tickValues(*axis.range, axis.width()) for tick in ticks]
    assert ticks
    assert all(float(tick).is_integer() for tick in ticks)
