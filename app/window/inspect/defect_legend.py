"""The defects of one look: colour, kind, how bad, where, and what was looked for in vain."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QSize
from PySide6.QtGui import QColor, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.pictures.defect_certainty import trust_sentence
from app.pictures.distortion_colours import colour_of
from app.pictures.seen_defects import SeenDefect
from app.window.inspect.defect_look import DefectLook
from app.window.widgets.headings import dim
from app.window.widgets.painting import painting

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
    "other damage": str(QT_TRANSLATE_NOOP(_CONTEXT, "other damage")),
}


def kind_name(kind: str) -> str:
    """A kind of defect in the user's language; one of a newer network as it is."""
    return QCoreApplication.translate(_CONTEXT, _NAMES.get(kind, kind))


class DefectLegend(QWidget):
    """Two lines for every kind that is seen, and sentences on those that are not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(1)
        self._rows.setColumnStretch(1, 1)
        self._silence = dim()
        self._shown: tuple[SeenDefect, ...] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._rows)
        layout.addWidget(self._silence)
        self.setAccessibleName(self.tr("Visible defects"))

    def show_look(self, look: DefectLook, silence: str) -> None:
        """What is seen, the widest first, and these words on what is not."""
        self._silence.setText(silence)
        self._silence.setVisible(bool(silence))
        self.setAccessibleDescription(". ".join((*(one.words for one in look.seen), silence)))
        if look.seen == self._shown:
            return
        self._shown = look.seen
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, defect in enumerate(look.seen):
            self._add(2 * number, defect, trust_sentence(look.card, defect.kind))

    def lines(self) -> list[str]:
        """What is shown of the kinds that were seen, as text."""
        return [defect.words for defect in self._shown or ()]

    @property
    def silence(self) -> str:
        """What is said of the kinds that were not seen."""
        return self._silence.text()

    def _add(self, row: int, defect: SeenDefect, trust: str) -> None:
        words = f"{kind_name(defect.kind)}: {defect.how_bad}"
        name = QLabel(f"{words[0].upper()}{words[1:]}")
        place = dim(defect.place_and_share)
        for label in (name, place):
            label.setWordWrap(True)
            label.setToolTip(trust)
        self._rows.addWidget(_Swatch(QColor(*colour_of(defect.kind))), row, 0)
        self._rows.addWidget(name, row, 1)
        self._rows.addWidget(place, row + 1, 1)


class _Swatch(QWidget):
    """A square of one colour."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(_SWATCH_PX, _SWATCH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            top = (self.height() - _SWATCH_PX) // 2
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.setBrush(self._colour)
            painter.drawRect(0, top, _SWATCH_PX - 1, _SWATCH_PX - 1)
