"""The scores of a photo's crops as marks on a line from 0 to 100."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.pictures.colour_scale import colour_of
from app.window.widgets.painting import painting
from engine.counted import counted

_HEIGHT_PX = 64
_EDGE_PX = 14
_DOT_PX = 5.0
_REACH_PX = 9.0
_NONE = -1


class CropScoresView(QWidget):
    """A dot per crop, and a line at their mean; pointing at a dot or the arrow keys choose one.

    Signals:
        crop_chosen(int): the number of the crop, or -1 for none.
    """

    crop_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scores of the crops"))
        self._scores: tuple[float, ...] = ()
        self._chosen = _NONE

    def show_scores(self, scores: Sequence[float]) -> None:
        """Show these scores."""
        self._scores = tuple(scores)
        self._chosen = _NONE
        listed = ", ".join(f"{score:.0f}" for score in self._scores)
        self.setAccessibleDescription(listed)
        self.setToolTip(
            self.tr("The model looks at %s of the photo; point at one to see it.")
            % counted(len(self._scores), "part")
            if self._scores
            else ""
        )
        self.update()

    @property
    def chosen(self) -> int:
        """The crop that is marked, or -1."""
        return self._chosen

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        line_y = self._line_y()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(QPointF(_EDGE_PX, line_y), QPointF(self.width() - _EDGE_PX, line_y))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        for value in (0, 25, 50, 75, 100):
            x = self._x_of(value)
            painter.drawLine(QPointF(x, line_y + 8), QPointF(x, line_y + 11))
            label = QRectF(x - 20, line_y + 12, 40, 16)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(value))
        if not self._scores:
            return
        mean_x = self._x_of(sum(self._scores) / len(self._scores))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
        painter.drawLine(QPointF(mean_x, line_y - 16), QPointF(mean_x, line_y + 6))
        for number, score in enumerate(self._scores):
            is_chosen = number == self._chosen
            edge = QPalette.ColorRole.Highlight if is_chosen else QPalette.ColorRole.Text
            painter.setPen(QPen(palette.color(edge), 2.5 if is_chosen else 1))
            painter.setBrush(QColor(*colour_of(score)))
            radius = _DOT_PX + (1.5 if is_chosen else 0)
            painter.drawEllipse(QPointF(self._x_of(score), line_y - 4), radius, radius)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._choose(_NONE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._scores and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            by_score = sorted(range(len(self._scores)), key=self._scores.__getitem__)
            if self._chosen == _NONE:
                place = 0 if step > 0 else len(by_score) - 1
            else:
                place = min(max(by_score.index(self._chosen) + step, 0), len(by_score) - 1)
            self._choose(by_score[place])
            return
        super().keyPressEvent(event)

    def _choose(self, number: int) -> None:
        if number != self._chosen:
            self._chosen = number
            self.crop_chosen.emit(number)
            self.update()

    def _nearest(self, point: QPointF) -> int:
        distances = [
            (abs(self._x_of(score) - point.x()), number)
            for number, score in enumerate(self._scores)
        ]
        distance, number = min(distances, default=(_REACH_PX + 1, _NONE))
        is_on_line = abs(point.y() - self._line_y()) < 2 * _REACH_PX
        return number if distance <= _REACH_PX and is_on_line else _NONE

    def _line_y(self) -> float:
        return self.height() - 32.0

    def _x_of(self, score: float) -> float:
        share = min(max(score / 100, 0.0), 1.0)
        return _EDGE_PX + share * (self.width() - 2 * _EDGE_PX)
