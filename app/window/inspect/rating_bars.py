"""How people would rate a photo, as a model predicts it: five bars, the best rating on top."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.pictures.colour_scale import colour_of
from app.window.widgets.painting import painting

_ROW_PX = 21
_BAR_PX = 13
_GAP_PX = 8


class RatingBars(QWidget):
    """A bar for each rating from 5 to 1, as long as its share of the longest one's.

    Each says its word and the share of people in percent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("How people would rate it"))
        self._shares: tuple[float, ...] = ()
        self._words = (
            self.tr("bad"),
            self.tr("poor"),
            self.tr("fair"),
            self.tr("good"),
            self.tr("excellent"),
        )

    def show_shares(self, shares: Sequence[float]) -> None:
        """The shares of people who would give 1 to 5; none for a model that does not say."""
        self._shares = tuple(shares)
        listed = ", ".join(
            f"{word} {share:.0%}" for word, share in zip(self._words, self._shares, strict=False)
        )
        self.setAccessibleDescription(listed)
        self.setToolTip(listed)
        self.update()

    @property
    def shares(self) -> tuple[float, ...]:
        """What is shown, for 1 to 5."""
        return self._shares

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._words) * _ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        word_px = max(metrics.horizontalAdvance(word) for word in self._words)
        number_px = metrics.horizontalAdvance("100 %")
        left = word_px + _GAP_PX
        room = max(self.width() - left - _GAP_PX - number_px, 1)
        longest = max(self._shares, default=0.0)
        centre = Qt.AlignmentFlag.AlignVCenter
        for row, number in enumerate(reversed(range(len(self._shares)))):
            top, share = row * _ROW_PX, self._shares[number]
            length = room * share / longest if longest > 0 else 0.0
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(
                QRectF(0, top, word_px, _ROW_PX),
                Qt.AlignmentFlag.AlignRight | centre,
                self._words[number],
            )
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))  # pale bars need an edge
            painter.setBrush(QColor(*colour_of(25.0 * number)))
            bar = QRectF(left, top + (_ROW_PX - _BAR_PX) / 2, max(length, 1.0), _BAR_PX)
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                QRectF(bar.right() + _GAP_PX, top, number_px, _ROW_PX),
                Qt.AlignmentFlag.AlignLeft | centre,
                f"{share:.0%}".replace("%", " %"),
            )
