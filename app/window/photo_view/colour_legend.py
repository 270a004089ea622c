"""What the colours of the overlay mean."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.pictures.colour_scale import colour_table
from app.window.widgets.painting import painting

_BAR_PX = 10
_STEP = 15


class ColourLegend(QWidget):
    """The scale from no evidence to strong evidence, lying; other ends can be named."""

    def __init__(
        self, parent: QWidget | None = None, *, ends: tuple[str, str] | None = None
    ) -> None:
        super().__init__(parent)
        self._ends = ends or (self.tr("none"), self.tr("strong"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Colours of the overlay"))
        self.setAccessibleDescription(
            self.tr("From dark, no evidence, over red to light yellow, strong evidence")
        )
        self.setToolTip(
            self.tr("The same colours mean the same in every photo, so photos can be compared.")
        )

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR_PX + self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        bar = QRectF(0.5, 0.5, self.width() - 1, _BAR_PX)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        table = colour_table()
        for index in range(0, len(table), _STEP):
            red, green, blue = (int(part) for part in table[index])
            gradient.setColorAt(index / (len(table) - 1), QColor(red, green, blue))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        words = QRectF(0, _BAR_PX + 3, self.width(), self.fontMetrics().height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._ends[1])
