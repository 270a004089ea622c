"""Plots of a run keep to the colours of the theme, also when it changes while they are shown."""

import pytest
from PySide6.QtGui import QColor, QPalette

from app.window.train.curves import Curve, CurvePlot
from app.window.train.scatter import ScatterPlot


def curves():
    plot = CurvePlot("Losses", "epoch")
    plot.show_curves([Curve(name="student: in all", number=0, xs=[1, 2], ys=[3, 2])])
    return plot


@pytest.mark.parametrize("make", [curves, ScatterPlot])
@pytest.mark.parametrize("colour", ["#123456", "#fedcba"])
def test_the_names_in_the_legend_follow_the_theme(qtbot, make, colour):
    plot = make()
    qtbot.addWidget(plot)
    palette = QPalette(plot.palette())
    palette.setColor(QPalette.ColorRole.Text, QColor(colour))
    plot.setPalette(palette)
    shown = [label.item.toHtml() for _, label in plot.legend.items]
    assert shown
    assert all(f"color:{colour}" in html for html in shown)
