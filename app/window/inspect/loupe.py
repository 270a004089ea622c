"""A small part of a photo at 100 %: one photo pixel per pixel of the screen."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.window.widgets.painting import painting

LOUPE_WIDTH_PX, LOUPE_HEIGHT_PX = 244, 150


class Loupe(QWidget):
    """Shows the middle of an image that it is given.

    Signals:
        clicked(): by the mouse, or by Return.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("The sharpest place at 100 %"))
        self.setToolTip(self.tr("The sharpest place at 100 %; Z goes there"))
        self._image = QImage()

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show this part of a photo; an empty image shows nothing."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LOUPE_WIDTH_PX, LOUPE_HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
            ratio = self.devicePixelRatioF()
            size = QSizeF(self._image.size()) / ratio
            left_top = QPointF(
                round((self.width() - size.width()) / 2 * ratio) / ratio,
                round((self.height() - size.height()) / 2 * ratio) / ratio,
            )
            painter.drawImage(QRectF(left_top, size), self._image, QRectF(self._image.rect()))
            if self.hasFocus():
                painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
