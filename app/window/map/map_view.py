"""Dots in a plane, one per photo, in the colour of its score."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.catalog.shown_score import shown_score
from app.pictures.colour_scale import colour_of
from app.window.map.folder_map import FolderMap
from app.window.widgets.painting import painting

_MARGIN_PX = 18
_RADIUS_PX = 5.0
_REACH_PX = 12.0


class MapView(QWidget):
    """The map; the arrow keys walk along the photos by their score, return chooses one.

    Signals:
        chosen(Path): a person wants to look at this photo.
        current_changed(Path): the photo that is ringed.
    """

    chosen = Signal(object)
    current_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Map of the folder"))
        self.setMinimumSize(320, 240)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._map: FolderMap | None = None
        self._by_score: list[int] = []
        self.current = -1

    def show_map(self, folder_map: FolderMap) -> None:
        """Show these photos."""
        self._map = folder_map
        scores = [photo.score for photo in folder_map.photos]
        self._by_score = [int(index) for index in np.argsort(scores, kind="stable")]
        self.current = -1
        self.update()

    def place_of(self, index: int) -> QPointF:
        """Where a photo's dot is in the widget."""
        assert self._map is not None
        room = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        x, y = self._map.places_N2[index]
        return QPointF(room.left() + x * room.width(), room.top() + y * room.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
            if self._map is None:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = self.palette().color(QPalette.ColorRole.PlaceholderText)
            for index, photo in enumerate(self._map.photos):
                painter.setPen(edge)
                painter.setBrush(QColor(*colour_of(photo.score)))
                painter.drawEllipse(self.place_of(index), _RADIUS_PX, _RADIUS_PX)
            if self.current >= 0:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(self.palette().color(QPalette.ColorRole.Text))
                painter.drawEllipse(self.place_of(self.current), _REACH_PX, _REACH_PX)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._text_of(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if index >= 0:
            self._ring(index)
        pointing = Qt.CursorShape.PointingHandCursor
        self.setCursor(pointing if index >= 0 else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if index >= 0 and self._map is not None:
            self._ring(index)
            self.chosen.emit(self._map.photos[index].path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
        }
        step = steps.get(Qt.Key(event.key()))
        if self._map is None:
            super().keyPressEvent(event)
        elif step is not None:
            at = self._by_score.index(self.current) if self.current >= 0 else -step
            self._ring(self._by_score[(at + step) % len(self._by_score)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.chosen.emit(self._map.photos[self.current].path)
        else:
            super().keyPressEvent(event)

    def _ring(self, index: int) -> None:
        if index != self.current and self._map is not None:
            self.current = index
            self.current_changed.emit(self._map.photos[index].path)
            self.update()

    def _at(self, place: QPointF) -> int:
        """The photo nearest to a place of the widget, or -1 where there is none."""
        if self._map is None:
            return -1
        places = [self.place_of(index) for index in range(len(self._map.photos))]
        away = [(dot - place).manhattanLength() for dot in places]
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= _REACH_PX else -1

    def _text_of(self, index: int) -> str:
        assert self._map is not None
        photo = self._map.photos[index]
        return f"{photo.path.name}: {shown_score(photo.score)}"
