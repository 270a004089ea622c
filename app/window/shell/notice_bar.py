"""A strip that says what could not be done, without standing in the way."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.window.shell.system_facts import system_facts
from app.window.widgets.icons import icon
from app.window.widgets.plain_text import plain


class NoticeBar(QWidget):
    """One sentence at a time, with details to copy; hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._sign = QLabel()
        self._said = plain(QLabel())
        self._said.setWordWrap(True)
        self._said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.copy_button = QPushButton(self.tr("Copy details"))
        self.copy_button.clicked.connect(self._on_copy)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys alone
        self.offer_button = QPushButton()
        self.offer_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.offer_button.clicked.connect(self._on_offer_taken)
        self._act: Callable[[], None] | None = None
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip(self.tr("Close this notice"))
        self.close_button.setAccessibleName(self.tr("Close this notice"))
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(10)
        layout.addWidget(self._sign)
        layout.addWidget(self._said, 1)
        layout.addWidget(self.offer_button)
        layout.addWidget(self.copy_button)
        layout.addWidget(self.close_button)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self._draw_icons()
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said now."""
        return self._said.text()

    def say(
        self,
        sentence: str,
        *,
        details: str = "",
        offer: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show a sentence; what was said before gives way.

        An offer is the text of a button and what it does; the notice goes with it.
        """
        self._act = None if offer is None else offer[1]
        self.offer_button.setText("" if offer is None else offer[0])
        self.offer_button.setVisible(offer is not None)
        self._said.setText(sentence)
        self._details = f"{sentence}\n\n{system_facts()}\n{details}".rstrip()
        self.copy_button.setText(self.tr("Copy details"))
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _on_offer_taken(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self.copy_button.setText(self.tr("Copied"))

    def _draw_icons(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        self._sign.setPixmap(icon("problem", colour).pixmap(20, 20))
        self.close_button.setIcon(icon("close", colour))
