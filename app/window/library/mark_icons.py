"""Icons of flags for switches, in the colours of the palette; dim while a switch is off."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap

from app.catalog.photo_entry import Flag
from app.window.photo_list import mark_shapes

_SIZE_PX = 18
_RATIO = 3  # sharp up to 300 % scaling


def flag_icon(flag: Flag, palette: QPalette) -> QIcon:
    """The flag, the cross, or a ring for neither."""
    match flag:
        case Flag.PICKED:
            return _icon(mark_shapes.picked_flag(_SIZE_PX - 4), palette)
        case Flag.REJECTED:
            return _icon(mark_shapes.rejected_cross(_SIZE_PX - 4), palette)
        case Flag.NONE:
            ring = QPainterPath()
            ring.addEllipse(QRectF(2, 2, _SIZE_PX - 8, _SIZE_PX - 8))
            return _icon(ring, palette, is_outline=True)


def _icon(path: QPainterPath, palette: QPalette, *, is_outline: bool = False) -> QIcon:
    icon = QIcon()
    active = QPalette.ColorGroup.Active
    for mode, state, group, role in (
        (QIcon.Mode.Normal, QIcon.State.On, active, QPalette.ColorRole.ButtonText),
        (QIcon.Mode.Normal, QIcon.State.Off, active, QPalette.ColorRole.Mid),
        (
            QIcon.Mode.Disabled,
            QIcon.State.Off,
            QPalette.ColorGroup.Disabled,
            QPalette.ColorRole.ButtonText,
        ),
    ):
        pixmap = QPixmap(_SIZE_PX * _RATIO, _SIZE_PX * _RATIO)
        pixmap.setDevicePixelRatio(_RATIO)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(2, 2)
        colour = palette.color(group, role)
        if is_outline:
            painter.setPen(QPen(colour, 1.6))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
        painter.drawPath(path)
        painter.end()
        icon.addPixmap(pixmap, mode, state)
    return icon
