"""Which columns of a labels table were taken for what; each can be corrected."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from app.window.widgets.plain_text import plain
from trainer.labels.csv_columns import NO_COLUMN
from trainer.labels.label_set import ColumnsTaken


class ColumnsBox(QWidget):
    """Four choices beside each other, hidden while there is no table with a header.

    Signals:
        changed(): the person took another column.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = {
            "image": self.tr("P&hotos are in"),
            "score": self.tr("S&cores are in"),
            "reference": self.tr("Same sc&ene"),
            "split": self.tr("&Part"),
        }
        self.choices: dict[str, QComboBox] = {}
        self._corrected: dict[str, str] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for column, (name, title) in enumerate(titles.items()):
            choice = QComboBox()
            choice.setAccessibleName(self.tr("Column: %s") % title.replace("&", ""))
            choice.setMinimumContentsLength(12)
            label = plain(QLabel(title))
            label.setBuddy(choice)
            grid.addWidget(label, 0, column)
            grid.addWidget(choice, 1, column)
            choice.activated.connect(lambda _, name=name: self._on_chosen(name))
            self.choices[name] = choice
        self.hide()

    def values(self) -> dict[str, Any]:
        """What was corrected, by the names that LabelsConfig has for it."""
        return {f"{name}_column": value for name, value in self._corrected.items()}

    def forget(self) -> None:
        """It is another table: what was corrected no longer counts."""
        self._corrected = {}

    def show_taken(self, taken: ColumnsTaken | None) -> None:
        """Show what was taken for what."""
        self.setVisible(taken is not None)
        if taken is None:
            return
        for name, choice in self.choices.items():
            index: int | None = getattr(taken, name)
            blocker = QSignalBlocker(choice)
            choice.clear()
            if name in ("reference", "split") or index is None:
                choice.addItem(self.tr("no column"), NO_COLUMN)
            for title in taken.header:
                choice.addItem(title, title)
            wanted = NO_COLUMN if index is None else taken.header[index]
            choice.setCurrentIndex(choice.findData(wanted))
            blocker.unblock()

    def _on_chosen(self, name: str) -> None:
        value = self.choices[name].currentData()
        is_none = value == NO_COLUMN and name in ("image", "score")
        self._corrected[name] = "" if is_none else value
        self.changed.emit()
