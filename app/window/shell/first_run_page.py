"""What the library shows before a folder is open: what to do, in three ways."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.window.widgets.icons import icon
from app.window.widgets.plain_text import plain, plain_tool_tip

_WIDTH_PX = 520
_MOST_FOLDERS = 5


class FirstRunPage(QWidget):
    """Open a folder, open one of those opened lately, or look at sample photographs.

    Signals:
        folder_wanted(): choose a folder with the system's dialog.
        folder_chosen(Path): open this folder.
        demo_wanted(): make and open the sample photographs.
    """

    folder_wanted = Signal()
    folder_chosen = Signal(object)
    demo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Which of your photos look good, and why?"))
        font = QFont(title.font())
        font.setPointSizeF(font.pointSizeF() * 1.7)
        title.setFont(font)
        title.setWordWrap(True)
        what = QLabel(
            self.tr(
                "Discern rates every photo of a folder from 0 to 100 by how it looks: sharp or"
                " blurred, clean or noisy, well or badly exposed. Sort by the score, keep the best,"
                " and look into any photo to see what lowers its score. Everything stays on this"
                " machine, and photos are never changed."
            )
        )
        what.setWordWrap(True)
        what.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.open_button = QPushButton(self.tr("  Open a folder of photos…"))
        self.open_button.setDefault(True)
        self.open_button.setMinimumHeight(40)
        self.open_button.clicked.connect(self.folder_wanted)
        self.demo_button = QPushButton(self.tr("  Try it on sample photographs"))
        self.demo_button.setMinimumHeight(40)
        self.demo_button.clicked.connect(self.demo_wanted)
        drop = QLabel(self.tr("You can also drag a folder into this window."))
        drop.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._busy = plain(QLabel())
        self._busy.hide()
        self._recent_title = QLabel(self.tr("Opened lately"))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column = QFrame()
        column.setFixedWidth(_WIDTH_PX)
        rows = QVBoxLayout(column)
        rows.setSpacing(14)
        for widget in (title, what, self.open_button, self.demo_button, drop, self._busy):
            rows.addWidget(widget)
        rows.addSpacing(10)
        rows.addWidget(self._recent_title)
        rows.addLayout(self._recent)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        centred = QHBoxLayout()  # an alignment would cut wrapped text off
        centred.addStretch(1)
        centred.addWidget(column)
        centred.addStretch(1)
        layout.addLayout(centred)
        layout.addStretch(3)
        self._links: list[QPushButton] = []
        self.show_recent([])
        self._draw_icons()

    def show_recent(self, folders: list[Path]) -> None:
        """List the folders opened lately."""
        for link in self._links:
            self._recent.removeWidget(link)
            link.deleteLater()
        self._links = []
        for folder in folders[:_MOST_FOLDERS]:
            link = QPushButton(self._elided(f"  {folder.name or folder}    {folder.parent}"))
            link.setFlat(True)
            link.setStyleSheet("text-align: left; padding: 7px 8px;")
            link.setToolTip(plain_tool_tip(str(folder)))
            link.setIconSize(QSize(20, 20))
            link.setMinimumHeight(32)
            link.setAccessibleName(self.tr("Open %s") % folder)
            link.clicked.connect(lambda _, folder=folder: self.folder_chosen.emit(folder))
            self._recent.addWidget(link)
            self._links.append(link)
        self._recent_title.setVisible(bool(self._links))
        self._draw_icons()

    def say_busy(self, sentence: str) -> None:
        """Say what is being prepared; an empty sentence ends it."""
        self._busy.setText(sentence)
        self._busy.setVisible(bool(sentence))
        self.demo_button.setEnabled(not sentence)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _elided(self, text: str) -> str:
        room_px = _WIDTH_PX - 80
        return self.fontMetrics().elidedText(
            text.replace("&", "&&"), Qt.TextElideMode.ElideMiddle, room_px
        )

    def _draw_icons(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        self.open_button.setIcon(icon("folder", colour))
        self.demo_button.setIcon(icon("photographs", colour))
        for link in self._links:
            link.setIcon(icon("folder", colour))
