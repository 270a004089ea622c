"""Bars that show how many photos have which score."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.counted import counted

_TEXT_PX = 18


class Histogram(QWidget):
    """One row of bars over an axis with its two ends; several rows may share one axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self._edges: npt.NDArray[np.float64] = np.array([0.0, 1.0])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("How the scores are spread"))

    def show_counts(self, counts: npt.NDArray[np.int64], edges: npt.NDArray[np.float64]) -> None:
        """Show these counts; there is one edge more than there are counts."""
        self._counts, self._edges = counts, edges
        middle = (edges[:-1] + edges[1:]) / 2
        total = int(counts.sum())
        mean = float((counts * middle).sum() / total) if total else 0.0
        self.setAccessibleDescription(
            self.tr("%s from %s to %s, about %s on average")
            % (counted(total), f"{edges[0]:g}", f"{edges[-1]:g}", f"{mean:.3g}")
        )
        self.setToolTip(self.accessibleDescription())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        area = QRectF(self.rect()).adjusted(1, 2, -1, -_TEXT_PX)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        most = max(1, int(self._counts.max()))
        width = area.width() / len(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        for index, count in enumerate(self._counts.tolist()):
            height = area.height() * count / most
            left = area.left() + index * width
            painter.drawRect(QRectF(left, area.bottom() - height, max(1.0, width - 1), height))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        line = QRectF(area.left(), area.bottom() + 2, area.width(), _TEXT_PX - 2)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, f"{self._edges[0]:g}")
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{self._edges[-1]:g}")
        middle = (self._edges[0] + self._edges[-1]) / 2
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, f"{middle:g}")
