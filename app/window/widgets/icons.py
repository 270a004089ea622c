"""Discern's own icons, in the colour of the text they stand beside."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_DEVICE_PIXEL_RATIOS = (1.0, 2.0)


def icon(name: str, colour: QColor, *, size_px: int = 24, off: QColor | None = None) -> QIcon:
    """The icon of that name, sharp up to 200 % scaling.

    With `off`, a second colour is used while a checkable button is not checked.
    """
    made = QIcon()
    for ratio in _DEVICE_PIXEL_RATIOS:
        drawn = _drawn(name, colour, size_px, ratio)
        made.addPixmap(drawn, QIcon.Mode.Normal, QIcon.State.On)
        if off is not None:
            drawn = _drawn(name, off, size_px, ratio)
        made.addPixmap(drawn, QIcon.Mode.Normal, QIcon.State.Off)
    return made


def application_icon() -> QIcon:
    """The icon of the program, readable on light and dark task bars."""
    made = QIcon()
    for size_px in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size_px, size_px)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(0x2B, 0x2B, 0x2B))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(pixmap.rect(), size_px * 0.18, size_px * 0.18)
        inner_px = round(size_px * 0.8)
        edge_px = (size_px - inner_px) // 2
        glyph = _drawn("discern", QColor(0xE4, 0xE4, 0xE4), inner_px, 1.0)
        painter.drawPixmap(edge_px, edge_px, glyph)
        painter.end()
        made.addPixmap(pixmap)
    return made


def _drawn(name: str, colour: QColor, size_px: int, ratio: float) -> QPixmap:
    svg = (files("resources.icons") / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(QSize(round(size_px * ratio), round(size_px * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
