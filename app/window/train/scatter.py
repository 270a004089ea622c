"""Prediction against label: one dot for each test photo."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.window.train.curves import COLOURS, paint_legend
from engine.counted import counted

_DOT_ALPHA = 150


class ScatterPlot(QWidget):
    """Dots of the new model, and rings of the one in use where it is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Predicted score against label"))
        self.plot = pg.PlotWidget()
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setXRange(0, 100)
        self.plot.setYRange(0, 100)
        self.legend = self.plot.addLegend(offset=(10, -40), labelTextSize="9pt")
        self.line = self.plot.plot([0, 100], [0, 100])
        self.new = _dots(COLOURS[0], is_filled=True)
        self.in_use = _dots(COLOURS[1], is_filled=False)
        for dots, name in ((self.in_use, self.tr("in use")), (self.new, self.tr("new"))):
            self.plot.addItem(dots)
            self.legend.addItem(dots, name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self._paint_frame()

    def show_points(
        self,
        rated: Sequence[float],
        new: Sequence[float],
        in_use: Sequence[float | None] = (),
    ) -> None:
        """Show scores 0-100 over labels 0-100, photo by photo."""
        self.new.setData(list(rated), list(new))
        known = [(x, y) for x, y in zip(rated, in_use, strict=False) if y is not None]
        self.in_use.setData([x for x, _ in known], [y for _, y in known])
        self.setAccessibleDescription(counted(len(new), "test photo"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_frame()
        super().changeEvent(event)

    def _paint_frame(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        dim = palette.color(QPalette.ColorRole.PlaceholderText)
        self.plot.setBackground(palette.color(QPalette.ColorRole.Base))
        self.plot.setTitle(self.tr("Each test photo"), color=text, size="10pt")
        self.plot.setLabel("bottom", self.tr("label, as 0-100"), color=dim)
        self.plot.setLabel("left", self.tr("predicted"), color=dim)
        self.line.setPen(pg.mkPen(dim, style=Qt.PenStyle.DashLine))
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.enableAutoSIPrefix(enable=False)
            axis.setPen(dim)
            axis.setTextPen(dim)
        paint_legend(self.legend, text)


def _dots(colour: str, *, is_filled: bool) -> pg.ScatterPlotItem:
    shade = QColor(colour)
    shade.setAlpha(_DOT_ALPHA)
    return pg.ScatterPlotItem(
        size=7, pen=None if is_filled else pg.mkPen(shade), brush=shade if is_filled else None
    )
