"""Which colour stands for which kind of visible defect, and how much of the photo it affects."""

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from app.pictures.distortion_colours import colour_of
from app.pictures.distortion_words import mentioned

_SWATCH_PX = 12
_CONTEXT = "DefectLegend"
_NAMES: dict[str, str] = {
    "blur": str(QT_TRANSLATE_NOOP(_CONTEXT, "blur")),
    "motion blur": str(QT_TRANSLATE_NOOP(_CONTEXT, "motion blur")),
    "noise": str(QT_TRANSLATE_NOOP(_CONTEXT, "noise")),
    "compression": str(QT_TRANSLATE_NOOP(_CONTEXT, "compression")),
    "over-exposure": str(QT_TRANSLATE_NOOP(_CONTEXT, "over-exposure")),
    "under-exposure": str(QT_TRANSLATE_NOOP(_CONTEXT, "under-exposure")),
    "colour cast or haze": str(QT_TRANSLATE_NOOP(_CONTEXT, "colour cast or haze")),
}


def kind_name(kind: str) -> str:
    """A kind of defect in the user's language; one of a newer model as it is."""
    return QCoreApplication.translate(_CONTEXT, _NAMES.get(kind, kind))


class DefectLegend(QWidget):
    """A line per kind: colour, name, and share of the photo; dim where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(3)
        self._rows.setColumnStretch(1, 1)
        self._shown: dict[str, float] = {}
        self.setAccessibleName(self.tr("Visible defects"))
        self.setToolTip(
            self.tr("How much of the photo each kind affects. One place can have several.")
        )

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """The kinds in their order, each with the share of the photo it affects, 0 to 1."""
        if dict(shares) == self._shown:
            return
        self._shown = dict(shares)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = dict(mentioned(shares))
        for row, (kind, share) in enumerate(shares.items()):
            name = QLabel(kind_name(kind))
            percent = QLabel(f"{max(1, round(100 * share))} %" if kind in found else "–")  # noqa: RUF001 - an en dash is meant
            percent.setAlignment(Qt.AlignmentFlag.AlignRight)
            if kind not in found:
                for label in (name, percent):
                    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._rows.addWidget(_Swatch(QColor(*colour_of(kind))), row, 0)
            self._rows.addWidget(name, row, 1)
            self._rows.addWidget(percent, row, 2)
        self.setAccessibleDescription(", ".join(self.lines()))

    def lines(self) -> list[str]:
        """What is shown of the kinds that were found, as text."""
        return [
            f"{kind_name(kind)} {round(100 * share)} %" for kind, share in mentioned(self._shown)
        ]


class _Swatch(QWidget):
    """A square of one colour."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(_SWATCH_PX, _SWATCH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = (self.height() - _SWATCH_PX) // 2
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self._colour)
        painter.drawRect(0, top, _SWATCH_PX - 1, _SWATCH_PX - 1)
