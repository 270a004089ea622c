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
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.colour_scale import colour_of
from app.library import mark_shapes
from app.library.photo_entry import Flag, PhotoEntry
from app.library.photo_roles import PhotoRole
from app.library.photo_text import score_text

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
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        painter.save()
        painter.setFont(_small(option.font))
        cell = rect.adjusted(2, 2, -2, -2)
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        _paint_ground(painter, cell, palette, state, is_selected=is_selected)
        picture = QRect(
            rect.x() + (rect.width() - self.side_px) // 2,
            rect.y() + _MARGIN_PX,
            self.side_px,
            self.side_px,
        )
        thumbnail = cast("QPixmap | None", index.data(PhotoRole.THUMBNAIL))
        _paint_picture(painter, picture, entry, thumbnail, palette)
        line_px = painter.fontMetrics().height() + 2
        line = QRect(picture.x(), picture.bottom() + _GAP_PX, picture.width(), line_px)
        _paint_marks(painter, line, entry, palette)
        if self._has_name:
            line.translate(0, line_px)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            name = painter.fontMetrics().elidedText(
                entry.path.name, Qt.TextElideMode.ElideMiddle, line.width()
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _paint_ground(
    painter: QPainter,
    cell: QRect,
    palette: QPalette,
    state: QStyle.StateFlag,
    *,
    is_selected: bool,
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_selected:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(cell, 4, 4)
    if state & QStyle.StateFlag.State_HasFocus:
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setColor(palette.color(QPalette.ColorRole.Highlight))
        pen.setWidth(2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 4, 4)


def _paint_picture(
    painter: QPainter,
    box: QRect,
    entry: PhotoEntry,
    thumbnail: QPixmap | None,
    palette: QPalette,
) -> None:
    if thumbnail is None:
        inner = box.adjusted(10, box.height() // 6, -10, -(box.height() // 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(inner, 3, 3)
        if entry.error is not None:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            text = _unreadable_text()
            painter.drawText(inner.adjusted(4, 4, -4, -4), flags, text)
        return
    ratio = painter.device().devicePixelRatio()
    size = thumbnail.size() / ratio
    if max(size.width(), size.height()) > box.width():  # of an older, larger size
        size.scale(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(
        box.x() + (box.width() - size.width()) // 2,
        box.y() + (box.height() - size.height()) // 2,
        size.width(),
        size.height(),
    )
    if entry.flag is Flag.REJECTED:
        painter.setOpacity(_REJECTED_OPACITY)
    painter.drawPixmap(target, thumbnail, QRectF(thumbnail.rect()))
    painter.setOpacity(1.0)


def _paint_marks(painter: QPainter, line: QRect, entry: PhotoEntry, palette: QPalette) -> None:
    text_colour = palette.color(QPalette.ColorRole.Text)
    size_px = round(line.height() * 0.68)
    top = line.y() + (line.height() - size_px) / 2
    left = float(line.x())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(text_colour)
    if entry.stars:
        left = _paint_stars(painter, line, entry, size_px) + 4
    if entry.flag is not Flag.NONE:
        is_picked = entry.flag is Flag.PICKED
        shape = mark_shapes.picked_flag if is_picked else mark_shapes.rejected_cross
        painter.translate(left, top)
        painter.drawPath(shape(size_px))
        painter.translate(-left, -top)
    if entry.score_0_100 is not None:
        _paint_score(painter, line, entry.score_0_100, palette)


def _paint_stars(painter: QPainter, line: QRect, entry: PhotoEntry, size_px: int) -> float:
    """Stars from the left, or where they would run into flag and score, one with their number."""
    left = float(line.x())
    top = line.y() + (line.height() - size_px) / 2
    step_px = size_px + 1.5
    others_px = painter.fontMetrics().horizontalAdvance("  100") + line.height()
    if entry.flag is not Flag.NONE:
        others_px += size_px + 4
    has_room = entry.stars * step_px + others_px <= line.width()
    if not has_room:
        text = str(entry.stars)
        painter.save()
        painter.setPen(painter.brush().color())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
        left += painter.fontMetrics().horizontalAdvance(text) + 1.5
    for _ in range(entry.stars if has_room else 1):
        painter.translate(left, top)
        painter.drawPath(mark_shapes.star(size_px))
        painter.translate(-left, -top)
        left += step_px
    return left


def _paint_score(painter: QPainter, line: QRect, score_0_100: float, palette: QPalette) -> None:
    """The number, with its colour of the common scale in a small frame beside it."""
    text = score_text(score_0_100)
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    width_px = painter.fontMetrics().horizontalAdvance(text)
    swatch_px = round(line.height() * 0.55)
    swatch = QRectF(
        line.right() + 1 - width_px - swatch_px - 6,
        line.y() + (line.height() - swatch_px) / 2,
        swatch_px,
        swatch_px,
    )
    painter.setPen(palette.color(QPalette.ColorRole.Dark))
    painter.setBrush(QColor(*colour_of(score_0_100)))
    painter.drawRoundedRect(swatch, 2, 2)
    font.setBold(False)
    painter.setFont(font)


def _unreadable_text() -> str:
    return QCoreApplication.translate("PhotoDelegate", "Can't be read")
