"""Paints one photo of the grid: thumbnail, score, stars, flag, name."""

from typing import cast

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.catalog.photo_entry import Flag, PhotoEntry
from app.window.photo_list.marks_pictures import MarksPictures
from app.window.photo_list.photo_roles import PhotoRole

_MARGIN_PX = 8
_GAP_PX = 6
_REJECTED_OPACITY = 0.35


class PhotoDelegate(QStyledItemDelegate):
    """Thumbnails in squares of `side_px`, with a line of marks and, if wanted, one of the name."""

    def __init__(
        self, side_px: int = 160, *, has_name: bool = True, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.side_px = side_px
        self._has_name = has_name
        self._look: _Look | None = None

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self.cell_size(_small(option.font))

    def cell_size(self, font: QFont) -> QSize:
        """The size of every cell."""
        line_px = QFontMetrics(font).height() + 2
        lines = 2 if self._has_name else 1
        return QSize(
            self.side_px + 2 * _MARGIN_PX,
            self.side_px + 2 * _MARGIN_PX + _GAP_PX + lines * line_px,
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry = cast("PhotoEntry | None", index.data(PhotoRole.ENTRY))
        if entry is None:
            return
        thumbnail = cast("QPixmap | None", index.data(PhotoRole.THUMBNAIL))
        rect: QRect = option.rect
        look = self._look_for(option, painter.device().devicePixelRatio())
        painter.save()
        _paint_ground(painter, rect, option.state, look.palette)
        left, top = rect.x() + (rect.width() - self.side_px) // 2, rect.y() + _MARGIN_PX
        if thumbnail is None:
            _paint_missing(painter, QRect(left, top, *look.side_px), entry, look)
        else:
            _paint_picture(painter, left, top, entry, thumbnail, look)
        top += self.side_px + _GAP_PX
        painter.drawPixmap(left, top, look.marks.picture(entry))
        if self._has_name:
            painter.setFont(look.font)
            painter.setPen(look.text_colour)
            name = look.metrics.elidedText(
                entry.path.name, Qt.TextElideMode.ElideMiddle, self.side_px
            )
            painter.drawText(left, top + look.line_px + look.ascent_px, name)
        painter.restore()

    def _look_for(self, option: QStyleOptionViewItem, ratio: float) -> "_Look":
        palette: QPalette = option.palette
        font: QFont = option.font
        key = (palette.cacheKey(), palette.currentColorGroup(), font.key(), self.side_px, ratio)
        if self._look is None or self._look.key != key:
            self._look = _Look(key, _small(font), QPalette(palette), self.side_px, ratio)
        return self._look


class _Look:
    """What is the same for every cell, worked out once."""

    def __init__(
        self, key: tuple[object, ...], font: QFont, palette: QPalette, side_px: int, ratio: float
    ) -> None:
        self.key = key
        self.font = font
        self.palette = palette
        self.ratio = ratio
        self.metrics = QFontMetrics(font)
        self.line_px = self.metrics.height() + 2
        self.ascent_px = 1 + self.metrics.ascent()
        self.text_colour = palette.color(QPalette.ColorRole.Text)
        self.side_px = (side_px, side_px)
        self.marks = MarksPictures(
            QSize(side_px, self.line_px), font=font, palette=palette, ratio=ratio
        )


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _paint_ground(
    painter: QPainter, rect: QRect, state: QStyle.StateFlag, palette: QPalette
) -> None:
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
    if not (is_selected or has_focus):
        return
    cell = rect.adjusted(2, 2, -2, -2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_selected:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(cell, 4, 4)
    if has_focus:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 4, 4)


def _paint_missing(painter: QPainter, box: QRect, entry: PhotoEntry, look: _Look) -> None:
    """The place of a thumbnail that is not there yet, or never will be."""
    inner = box.adjusted(10, box.height() // 6, -10, -(box.height() // 6))
    if entry.error is None:
        painter.fillRect(inner, look.palette.alternateBase())
        return
    painter.setFont(look.font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.palette.alternateBase())
    painter.drawRoundedRect(inner, 3, 3)
    painter.setPen(look.palette.color(QPalette.ColorRole.PlaceholderText))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(inner.adjusted(4, 4, -4, -4), flags, _unreadable_text())


def _paint_picture(
    painter: QPainter, left: int, top: int, entry: PhotoEntry, thumbnail: QPixmap, look: _Look
) -> None:
    side_px = look.side_px[0]
    width, height = thumbnail.width() / look.ratio, thumbnail.height() / look.ratio
    if max(width, height) > side_px:  # of an older, larger size
        shrink = side_px / max(width, height)
        width, height = width * shrink, height * shrink
    target = QRectF(left + (side_px - width) // 2, top + (side_px - height) // 2, width, height)
    if entry.flag is Flag.REJECTED:
        painter.setOpacity(_REJECTED_OPACITY)
    painter.drawPixmap(target, thumbnail, QRectF(thumbnail.rect()))
    painter.setOpacity(1.0)


def _unreadable_text() -> str:
    return QCoreApplication.translate("PhotoDelegate", "Can't be read")
