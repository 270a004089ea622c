"""The line of stars, flag and score under a thumbnail, painted once for all that look alike."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPixmap

from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.shown_score import shown_score
from app.pictures.colour_scale import colour_of
from app.window.photo_list import mark_shapes
from app.window.photo_list.photo_text import score_text
from app.window.widgets.painting import painting

_MOST_KEPT = 600  # some 10 MB at most


class MarksPictures:
    """Pictures of `size`, in the font and colours given; scores that are shown alike share one.

    Painting a hundred cells from such pictures takes a tenth of the calls that painting their
    parts takes, and each call waits for the threads in the background.
    """

    def __init__(self, size: QSize, *, font: QFont, palette: QPalette, ratio: float) -> None:
        self._size = size
        self._font = font
        self._palette = palette
        self._ratio = ratio
        self._kept: dict[tuple[int, Flag, int | None], QPixmap] = {}

    def picture(self, entry: PhotoEntry) -> QPixmap:
        """The line of this photo."""
        score = None if entry.score_0_100 is None else shown_score(entry.score_0_100)
        key = (entry.stars, entry.flag, score)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = self._painted(entry, score)
        return found

    def _painted(self, entry: PhotoEntry, score: int | None) -> QPixmap:
        pixmap = QPixmap(self._size * self._ratio)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with painting(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._font)
            _paint_marks(painter, QRect(0, 0, *self._size.toTuple()), entry, score, self._palette)
        return pixmap


def _paint_marks(
    painter: QPainter, line: QRect, entry: PhotoEntry, score: int | None, palette: QPalette
) -> None:
    size_px = round(line.height() * 0.68)
    top = (line.height() - size_px) / 2
    left = 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Text))
    if entry.stars:
        left = _paint_stars(painter, line, entry, size_px) + 4
    if entry.flag is not Flag.NONE:
        is_picked = entry.flag is Flag.PICKED
        shape = mark_shapes.picked_flag if is_picked else mark_shapes.rejected_cross
        painter.translate(left, top)
        painter.drawPath(shape(size_px))
        painter.translate(-left, -top)
    if score is not None:
        _paint_score(painter, line, score, palette)


def _paint_stars(painter: QPainter, line: QRect, entry: PhotoEntry, size_px: int) -> float:
    """Stars from the left, or where they would run into flag and score, one with their number."""
    left = 0.0
    top = (line.height() - size_px) / 2
    step_px = size_px + 1.5
    metrics: QFontMetrics = painter.fontMetrics()
    others_px = metrics.horizontalAdvance("  100") + line.height()
    if entry.flag is not Flag.NONE:
        others_px += size_px + 4
    has_room = entry.stars * step_px + others_px <= line.width()
    if not has_room:
        text = str(entry.stars)
        painter.save()
        painter.setPen(painter.brush().color())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
        left += metrics.horizontalAdvance(text) + 1.5
    for _ in range(entry.stars if has_room else 1):
        painter.translate(left, top)
        painter.drawPath(mark_shapes.star(size_px))
        painter.translate(-left, -top)
        left += step_px
    return left


def _paint_score(painter: QPainter, line: QRect, score: int, palette: QPalette) -> None:
    """The number, with its colour of the common scale in a small frame beside it."""
    text = score_text(score)
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
    painter.setBrush(QColor(*colour_of(score)))
    painter.drawRoundedRect(swatch, 2, 2)
