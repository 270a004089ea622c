"""The histogram of the folder's scores; its two ends are handles that filter by score."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.catalog.shown_score import shown_scores
from app.pictures.colour_scale import colour_of
from app.window.widgets.painting import painting

_NUM_BINS = 50
_SCALE_PX = 5
_SIDE_PX = 8  # room for half a handle


class ScoreRange(QWidget):
    """How many photos have which score, over the colours of the scale, with a range to keep.

    The arrow keys move one end, Tab-free: Up takes the upper end in hand, Down the lower one.

    Signals:
        range_changed(float lowest, float highest): by the person.
    """

    range_changed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: npt.NDArray[np.int64] = np.zeros(_NUM_BINS, np.int64)
        self._ends = [0.0, 100.0]
        self._in_hand = 0  # which end the keys move
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Range of scores"))
        self.setToolTip(
            self.tr(
                "How many photos have which score.\n"
                "Drag the ends to see only a part; double-click for all."
            )
        )
        self._describe()

    @property
    def lowest(self) -> float:
        """The lower end of the range, 0-100."""
        return self._ends[0]

    @property
    def highest(self) -> float:
        """The upper end of the range, 0-100."""
        return self._ends[1]

    def set_scores(self, scores: npt.NDArray[np.float64]) -> None:
        """Show how these scores are spread; NaN counts nowhere."""
        rated = shown_scores(scores[~np.isnan(scores)])  # beside the ends as the filter has it
        self._counts, _ = np.histogram(rated, bins=_NUM_BINS, range=(0.0, 100.0))
        self.update()

    def set_range(self, lowest: float, highest: float) -> None:
        """Show another range."""
        self._ends = [lowest, highest]
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 46)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 46)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._bars_area()
        palette = self.palette()
        self._paint_bars(painter, area, palette)
        scale = QRectF(area.left(), area.bottom() + 2, area.width(), _SCALE_PX)
        gradient = QLinearGradient(scale.topLeft(), scale.topRight())
        for step in range(11):
            gradient.setColorAt(step / 10, QColor(*colour_of(10.0 * step)))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Dark), 1))
        painter.setBrush(gradient)
        painter.drawRect(scale)
        for number, end in enumerate(self._ends):
            self._paint_handle(painter, area, end, is_in_hand=number == self._in_hand)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            score = self._score_at(event.position().x())
            distances = [abs(end - score) for end in self._ends]
            self._in_hand = int(np.argmin(distances))
            if distances[0] == distances[1]:
                self._in_hand = 0 if score < self._ends[0] else 1
            self._is_dragging = True
            self._move(score)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._move(self._score_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_range(0.0, 100.0)
        self.range_changed.emit(0.0, 100.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        match event.key():
            case Qt.Key.Key_Left:
                self._move(self._ends[self._in_hand] - step)
            case Qt.Key.Key_Right:
                self._move(self._ends[self._in_hand] + step)
            case Qt.Key.Key_Up:
                self._take(1)
            case Qt.Key.Key_Down:
                self._take(0)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _take(self, end: int) -> None:
        self._in_hand = end
        self._describe()
        self.update()

    def _move(self, score: float) -> None:
        score = float(round(min(max(score, 0.0), 100.0)))
        low, high = self._ends
        if self._in_hand == 0:
            low = min(score, high)
        else:
            high = max(score, low)
        if [low, high] != self._ends:
            self.set_range(low, high)
            self.range_changed.emit(low, high)

    def _describe(self) -> None:
        end = self.tr("lower") if self._in_hand == 0 else self.tr("upper")
        self.setAccessibleDescription(
            self.tr("From {} to {} of 100; the arrow keys move the {} end").format(
                round(self._ends[0]), round(self._ends[1]), end
            )
        )

    def _bars_area(self) -> QRectF:
        return QRectF(_SIDE_PX, 2, self.width() - 2 * _SIDE_PX, self.height() - _SCALE_PX - 8)

    def _score_at(self, x: float) -> float:
        area = self._bars_area()
        return 100.0 * (x - area.left()) / max(1.0, area.width())

    def _paint_bars(self, painter: QPainter, area: QRectF, palette: QPalette) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        most = max(1, int(self._counts.max()))
        inside = palette.color(QPalette.ColorRole.PlaceholderText)
        outside = palette.color(QPalette.ColorRole.Mid)
        width = area.width() / _NUM_BINS
        for number, count in enumerate(self._counts):
            if count == 0:
                continue
            middle = 100.0 * (number + 0.5) / _NUM_BINS
            is_inside = self._ends[0] <= middle <= self._ends[1]
            painter.setBrush(inside if is_inside else outside)
            # The square root keeps rare scores in sight beside a high peak.
            height = max(2.0, area.height() * (int(count) / most) ** 0.5)
            left = area.left() + number * width
            painter.drawRect(QRectF(left, area.bottom() - height, max(1.0, width - 1), height))

    def _paint_handle(
        self, painter: QPainter, area: QRectF, end: float, *, is_in_hand: bool
    ) -> None:
        palette = self.palette()
        x = area.left() + area.width() * end / 100.0
        has_focus = self.hasFocus() and is_in_hand
        role = QPalette.ColorRole.Highlight if has_focus else QPalette.ColorRole.Text
        painter.setPen(QPen(palette.color(role), 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + _SCALE_PX + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(role))
        knob = QRectF(x - 4, area.bottom() + _SCALE_PX - 1, 8, 6)
        painter.drawRoundedRect(knob, 2, 2)
