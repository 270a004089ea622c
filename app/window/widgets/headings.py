"""Labels in the sizes that the pages use."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.window.widgets.plain_text import plain


def heading(text: str, *, size: float = 1.7) -> QLabel:
    """A title, so many times as large as other text."""
    label = plain(QLabel(text))
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * size)
    label.setFont(font)
    label.setWordWrap(True)
    return label


def title(text: str) -> QLabel:
    """The name of a few lines that belong together."""
    label = QLabel(text)
    font = QFont(label.font())
    font.setBold(True)
    label.setFont(font)
    return label


def dim(text: str = "") -> QLabel:
    """Words that stand back."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def centred(column: QWidget, *, above: int = 2, below: int = 3) -> QVBoxLayout:
    """A layout with one column in the middle; an alignment would cut wrapped text off."""
    rows = QVBoxLayout()
    rows.addStretch(above)
    middle = QHBoxLayout()
    middle.addStretch(1)
    middle.addWidget(column)
    middle.addStretch(1)
    rows.addLayout(middle)
    rows.addStretch(below)
    return rows
