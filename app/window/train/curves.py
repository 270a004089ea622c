"""The curves of a run as they come: the parts of the loss, and validation."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

# Okabe and Ito's colours, told apart by colour-blind people; black and yellow are left out.
COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#0072b2", "#d55e00")


@dataclass(frozen=True, slots=True)
class Curve:
    """Points under one name, in the colour of that number."""

    name: str
    number: int
    xs: list[float]
    ys: list[float]
    is_dashed: bool = False
    has_dots: bool = False


class WholeNumbersAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of what is counted, as epochs: no tick lies between whole numbers.

    Only where not even one is over are there parts of it.
    """

    def tickSpacing(self, lowest: float, highest: float, size_px: float) -> list[tuple[float, int]]:
        """The distances of ticks and where each begins, the largest first."""
        spacings: list[tuple[float, int]] = super().tickSpacing(lowest, highest, size_px)
        if highest - lowest < 1:
            return spacings
        return [one for one in spacings if one[0] >= 1 and one[0] % 1 == 0] or [(1.0, 0)]


class CurvePlot(QWidget):
    """One plot with a title, a legend, and curves that are replaced as new points come.

    The legend is put where curves that rise, or fall, leave room.
    """

    def __init__(
        self, title: str, axis: str, *, is_rising: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._title = title
        self._axis = axis
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._looks: dict[str, tuple[int, bool, bool]] = {}
        self.plot = pg.PlotWidget(axisItems={"bottom": WholeNumbersAxis("bottom")})
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.legend = self.plot.addLegend(
            offset=(-8, -40) if is_rising else (-8, 8), labelTextSize="9pt"
        )
        self.plot.showGrid(x=False, y=True, alpha=0.15)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self._paint_frame()

    def show_curves(self, curves: Iterable[Curve]) -> None:
        """Show these and no others."""
        wanted = {curve.name: curve for curve in curves}
        for name in [name for name in self._lines if name not in wanted]:
            self.plot.removeItem(self._lines.pop(name))
            del self._looks[name]
        for name, curve in wanted.items():
            if name not in self._lines:
                self._lines[name] = self.plot.plot([], [], name=name, connect="finite")
            self._paint_line(name, curve)
            self._lines[name].setData(curve.xs, curve.ys)
        told = [f"{name} {curve.ys[-1]:.3g}" for name, curve in wanted.items() if curve.ys]
        self.setAccessibleDescription(", ".join(told))

    def curve_names(self) -> list[str]:
        """The names of the curves that are shown."""
        return list(self._lines)

    def clear(self) -> None:
        """Show no curve."""
        self.show_curves([])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_frame()
        super().changeEvent(event)

    def _paint_line(self, name: str, curve: Curve) -> None:
        # Only when it changes: each of these lines lets the whole curve be drawn anew.
        look = (curve.number, curve.is_dashed, curve.has_dots)
        if self._looks.get(name) == look:
            return
        self._looks[name] = look
        line = self._lines[name]
        colour = QColor(COLOURS[curve.number % len(COLOURS)])
        style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
        line.setPen(pg.mkPen(colour, width=2, style=style))
        if curve.has_dots:
            line.setSymbol("o")
            line.setSymbolSize(6)
            line.setSymbolBrush(colour)
            line.setSymbolPen(None)

    def _paint_frame(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        dim = palette.color(QPalette.ColorRole.PlaceholderText)
        self.plot.setBackground(palette.color(QPalette.ColorRole.Base))
        self.plot.setTitle(self._title, color=text, size="10pt")
        self.plot.setLabel("bottom", self._axis, color=dim)
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.enableAutoSIPrefix(enable=False)  # no "epoch (x0.001)" before the first epoch ends
            axis.setPen(dim)
            axis.setTextPen(dim)
        paint_legend(self.legend, text)


def paint_legend(legend: pg.LegendItem, colour: QColor) -> None:
    """Give the names in a legend a colour, also those that are there already."""
    legend.setLabelTextColor(colour)
    for _, label in legend.items:
        label.setText(label.text)  # pyqtgraph keeps the colour, and uses it for the next text only
