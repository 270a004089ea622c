"""Where the window opens: as it was left, as far as the screens of today have room for it."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStyle

_FILLS_SCREEN = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


def put_in_place(window: QMainWindow, saved: QByteArray) -> None:
    """Restore what `saveGeometry` gave, if anything, and keep all of the window on a screen.

    A place saved at another scaling, or on a screen that is gone, may be larger than any screen
    now or lie outside of all; Qt then restores nothing, or something out of sight.
    """
    is_restored = not saved.isEmpty() and window.restoreGeometry(saved)
    wanted = window.geometry()
    title_px = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    primary = QGuiApplication.primaryScreen()
    screens = [primary, *(one for one in QGuiApplication.screens() if one is not primary)]
    areas = [screen.availableGeometry().adjusted(0, title_px, 0, 0) for screen in screens]
    fitting = fitted(wanted, areas)
    window.setMinimumSize(window.minimumSize().boundedTo(fitting.size()))
    if window.windowState() & _FILLS_SCREEN:
        return
    if is_restored:
        window.setGeometry(fitting)
    else:
        window.resize(fitting.size())  # where is for the system to say


def fitted(wanted: QRect, areas: Sequence[QRect]) -> QRect:
    """The rectangle, shrunk and moved into the area that holds most of it, else the first one."""

    def shared_px(area: QRect) -> int:
        both = area.intersected(wanted)
        return both.width() * both.height()

    area = max(areas, key=shared_px)
    place = QRect(wanted.topLeft(), wanted.size().boundedTo(area.size()))
    place.moveLeft(min(max(place.left(), area.left()), area.right() + 1 - place.width()))
    place.moveTop(min(max(place.top(), area.top()), area.bottom() + 1 - place.height()))
    return place
