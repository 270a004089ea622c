"""Asks once whether stars and flags are written beside the photos, without standing in the way."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.icons import icon


class SidecarQuestion(QWidget):
    """A strip that is hidden until it asks. Closed without an answer, it asks again next time.

    Signals:
        answered(str): "appended", "replaced" or "none", as the settings call them.
    """

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._was_put_off = False
        self._question = _wrapped(
            self.tr("Write stars and flags beside your photos too, for other programs to read?")
        )
        self.explanation = _wrapped(
            self.tr(
                "A sidecar is a small XMP file beside a photo. darktable and digiKam read"
                " IMG_1.CR2.xmp, Lightroom reads IMG_1.xmp. The photo itself is never written to."
                " Without sidecars your stars and flags stay in Discern alone. The Edit menu can"
                " change this at any time."
            )
        )
        self.explanation.hide()
        self.appended_button = QPushButton(self.tr("Yes, for darktable and digiKam"))
        self.replaced_button = QPushButton(self.tr("Yes, for Lightroom"))
        self.no_button = QPushButton(self.tr("No"))
        self.what_button = QPushButton(self.tr("What is that?"))
        self.what_button.setCheckable(True)
        self.what_button.toggled.connect(self.explanation.setVisible)
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(self.tr("Ask me another time"))
        self.close_button.setAccessibleName(self.tr("Ask me another time"))
        self.close_button.clicked.connect(self._put_off)
        for button, style in (
            (self.appended_button, "appended"),
            (self.replaced_button, "replaced"),
            (self.no_button, "none"),
        ):
            button.clicked.connect(lambda _, style=style: self._answer(style))
        self._lay_out()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self.hide()

    def ask(self) -> None:
        """Show the question, unless it was put off."""
        if not self._was_put_off:
            self.show()

    def settle(self) -> None:
        """The question was answered elsewhere, such as in the menu."""
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _answer(self, style: str) -> None:
        self.hide()
        self.answered.emit(style)

    def _put_off(self) -> None:
        self._was_put_off = True
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._question, 1)
        for button in (
            self.appended_button,
            self.replaced_button,
            self.no_button,
            self.what_button,
            self.close_button,
        ):
            # A click leaves the keys with the photos.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.explanation)
        self._draw_icon()

    def _draw_icon(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        self.close_button.setIcon(icon("close", colour))


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
