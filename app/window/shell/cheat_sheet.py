"""The sheet that shows what each key does."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.window.shell.shortcuts import Key, KeyGroup, key_groups

_NUM_COLUMNS = 2


class CheatSheet(QDialog):
    """All keys in two columns; any of Esc, Return and ? closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        columns = QHBoxLayout()
        columns.setSpacing(36)
        groups = key_groups()
        half = (len(groups) + 1) // _NUM_COLUMNS
        for start in range(0, len(groups), half):
            column = QVBoxLayout()
            column.setSpacing(18)
            for group in groups[start : start + half]:
                column.addWidget(_group_box(group))
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(18)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def _group_box(group: KeyGroup) -> QWidget:
    box = QWidget()
    rows = QGridLayout(box)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setHorizontalSpacing(14)
    rows.setVerticalSpacing(6)
    title = QLabel(group.title)
    font = QFont(title.font())
    font.setBold(True)
    title.setFont(font)
    rows.addWidget(title, 0, 0, 1, 2)
    for row, key in enumerate(group.keys, start=1):
        rows.addWidget(_key_cap(key), row, 0, Qt.AlignmentFlag.AlignRight)
        rows.addWidget(QLabel(key.does), row, 1)
    rows.setColumnStretch(1, 1)
    rows.setColumnMinimumWidth(0, 132)
    return box


def _key_cap(key: Key) -> QLabel:
    cap = QLabel(key.shown())
    cap.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return cap
