"""What stands in the grid's place when there is nothing to show: why, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.window.widgets.plain_text import plain


class EmptyState(QWidget):
    """A sentence, an explanation, and perhaps a button.

    Signals:
        button_clicked(): the way out was taken.
    """

    button_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain(QLabel())
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self.title.setFont(font)
        self.text = plain(QLabel())
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.title, self.text):
            label.setWordWrap(True)
            label.setMaximumWidth(560)
        self.button = QPushButton()
        self.button.clicked.connect(self.button_clicked)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, title: str, text: str, *, button: str = "") -> None:
        """Show this; without a button text there is no button."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        for label in (self.title, self.text):
            width = min(560, label.fontMetrics().horizontalAdvance(label.text()) + 8)
            label.setMinimumWidth(width)
            # A layout that centres a label does not ask how high its lines are.
            label.setMinimumHeight(label.heightForWidth(width))
        self.button.setText(button)
        self.button.setVisible(bool(button))
