"""A view of one photo that can be zoomed and dragged, alone or in step with another one."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.window.photo_view.layered_image import LayeredImage
from app.window.photo_view.view_state import ViewState, fitting_scale
from app.window.widgets.painting import painting

_STEP = 1.25  # per key press or notch of the wheel
_NOTCH = 120  # Qt's unit for one notch
_MOST_DEVICE_PIXELS = 16.0  # device pixels per photo pixel
_SMOOTH_BELOW = 3.0  # above, pixels are shown as squares, because people look at them


class ImageView(QWidget):
    """Draws a photo, and over it an overlay stretched to the same rectangle.

    Signals:
        view_changed(ViewState): a person zoomed or dragged; not after `set_state`.
        more_pixels_wanted(): the zoom shows more pixels than the picture at hand has.
    """

    view_changed = Signal(object)
    more_pixels_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture: LayeredImage | None = None
        self._photo_size = QSizeF()
        self._overlay: QImage | None = None
        self._overlay_opacity = 1.0
        self._box = QRectF()  # in shares of the photo
        self._place = QRectF()  # likewise
        self._message = ""
        self._state = ViewState()
        self._dragged_from: QPointF | None = None

    @property
    def state(self) -> ViewState:
        """What is shown now."""
        return self._state

    @property
    def has_photo(self) -> bool:
        """Whether there is a picture to see."""
        return self._picture is not None

    def show_photo(self, picture: LayeredImage, photo_size: QSize) -> None:
        """Show a picture of a photo of that size; the picture may have fewer pixels."""
        self._picture = picture
        self._photo_size = QSizeF(photo_size)
        self._message = ""
        self._state = self._state.kept_in(QSizeF(self.size()), self._photo_size)
        self._ask_for_pixels()
        self.update()

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay an image with transparency over the photo, or take it away."""
        self._overlay = overlay
        self.update()

    def set_overlay_opacity(self, opacity: float) -> None:
        """How much of the overlay is seen, from 0 to 1."""
        self._overlay_opacity = opacity
        self.update()

    def mark_box(self, box: QRectF) -> None:
        """Frame a part of the photo, in shares of its width and height; an empty one ends it."""
        self._box = box
        self.update()

    def mark_place(self, place: QRectF) -> None:
        """Frame a part with a dashed line, apart from the one above; an empty one ends it."""
        self._place = place
        self.update()

    def say(self, message: str) -> None:
        """Show words instead of a photo."""
        self._picture = None
        self._overlay = None
        self._message = message
        self.update()

    def set_state(self, state: ViewState) -> None:
        """Show this part of the photo."""
        self._state = state
        self._ask_for_pixels()
        self.update()

    def show_whole(self) -> None:
        """Fit the whole photo."""
        self._go_to(ViewState())

    def toggle_actual_pixels(self) -> None:
        """One photo pixel per screen pixel, or back to the whole photo."""
        if self._state.scale is None:
            self._zoom_to(1 / self.devicePixelRatioF(), self._middle())
        else:
            self.show_whole()

    def show_actual_pixels_at(self, point: QPointF) -> None:
        """One photo pixel per screen pixel, with this point in the middle, in shares of the photo.

        Near the edge of the photo it is as near the middle as can be.
        """
        if self.has_photo:
            state = ViewState(
                centre_x=point.x(), centre_y=point.y(), scale=1 / self.devicePixelRatioF()
            )
            self._go_to(state.kept_in(QSizeF(self.size()), self._photo_size))

    def zoom_by(self, num_steps: float) -> None:
        """Nearer by so many steps around the middle, or farther if negative."""
        self._zoom_to(self._scale() * _STEP**num_steps, self._middle())

    def percent(self) -> int:
        """Screen pixels per photo pixel, in percent."""
        return round(100 * self._scale() * self.devicePixelRatioF()) if self.has_photo else 100

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), _surround(self.palette()))
        if self._picture is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            room = self.rect().adjusted(24, 24, -24, -24)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._message)
            return
        target = self._state.target(QSizeF(self.size()), self._photo_size)
        ratio = self.devicePixelRatioF()
        is_smooth = self._scale() * ratio < _SMOOTH_BELOW
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        self._picture.draw(painter, target, device_pixel_ratio=ratio)
        if self._overlay is not None and self._overlay_opacity > 0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(self._overlay_opacity)
            painter.drawImage(target, self._overlay, QRectF(self._overlay.rect()))
            painter.setOpacity(1)
        for part, pattern in ((self._place, Qt.PenStyle.DashLine), (self._box, None)):
            if not part.isEmpty():
                _draw_frame(painter, _within(target, part), pattern)

    def wheelEvent(self, event: QWheelEvent) -> None:
        num_notches = event.angleDelta().y() / _NOTCH
        if num_notches:
            self._zoom_to(self._scale() * _STEP**num_notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None or not self.has_photo:
            return
        by = event.position() - self._dragged_from
        self._dragged_from = event.position()
        self._go_to(self._state.moved(by, QSizeF(self.size()), self._photo_size))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._state.scale is None:
            self._zoom_to(1 / self.devicePixelRatioF(), event.position())
        else:
            self.show_whole()

    def _scale(self) -> float:
        if not self.has_photo:
            return 1.0
        return self._state.scale_in(QSizeF(self.size()), self._photo_size)

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _zoom_to(self, scale: float, at: QPointF) -> None:
        if not self.has_photo:
            return
        view = QSizeF(self.size())
        whole = fitting_scale(view, self._photo_size)
        most = max(_MOST_DEVICE_PIXELS / self.devicePixelRatioF(), whole)
        least = min(whole, 1 / self.devicePixelRatioF())
        scale = min(max(scale, least), most)
        is_whole = scale <= whole * 1.001 and scale < 1 / self.devicePixelRatioF()
        chosen = None if is_whole else scale
        self._go_to(self._state.zoomed(chosen, at, view, self._photo_size))

    def _go_to(self, state: ViewState) -> None:
        self.set_state(state)
        self.view_changed.emit(state)

    def _ask_for_pixels(self) -> None:
        if self._picture is None or self._photo_size.isEmpty():
            return
        needed_px = min(self._scale() * self.devicePixelRatioF(), 1.0) * self._photo_size.width()
        if needed_px > self._picture.size.width() * 1.02:
            self.more_pixels_wanted.emit()


def lock_together(first: ImageView, second: ImageView) -> None:
    """Let both views always show the same part of the photo."""
    first.view_changed.connect(second.set_state)
    second.view_changed.connect(first.set_state)


def _surround(palette: QPalette) -> QColor:
    """A grey that photos are judged on: white around one makes it look darker than it is."""
    roles = (QPalette.ColorRole.Base, QPalette.ColorRole.Mid)
    return min((palette.color(role) for role in roles), key=QColor.lightness)


def _within(target: QRectF, part: QRectF) -> QRectF:
    """Where a part of the photo, in shares of it, lies in the view."""
    return QRectF(
        target.left() + part.left() * target.width(),
        target.top() + part.top() * target.height(),
        part.width() * target.width(),
        part.height() * target.height(),
    )


def _draw_frame(painter: QPainter, frame: QRectF, pattern: Qt.PenStyle | None) -> None:
    """White within black, so that it is seen on any photo."""
    painter.setPen(Qt.GlobalColor.black)
    painter.drawRect(frame.adjusted(-1, -1, 1, 1))
    if pattern is not None:
        painter.drawRect(frame)
    painter.setPen(QPen(Qt.GlobalColor.white, 1, pattern or Qt.PenStyle.SolidLine))
    painter.drawRect(frame)
