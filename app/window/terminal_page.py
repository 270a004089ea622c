"""A place that is not built yet: what it will be, and what the terminal offers until then."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_WIDTH_PX = 620


@dataclass(frozen=True, slots=True)
class TerminalCommand:
    """A command as it is typed, and what it does."""

    typed: str
    does: str


class TerminalPage(QWidget):
    """One sentence, and the commands of the terminal with a button to copy each."""

    def __init__(
        self,
        title: str,
        sentence: str,
        commands: list[TerminalCommand],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        font = QFont(heading.font())
        font.setPointSizeF(font.pointSizeF() * 1.7)
        heading.setFont(font)
        said = QLabel(sentence)
        said.setWordWrap(True)
        column = QFrame()
        column.setFixedWidth(_WIDTH_PX)
        rows = QVBoxLayout(column)
        rows.setSpacing(14)
        rows.addWidget(heading)
        rows.addWidget(said)
        rows.addLayout(self._command_grid(commands))
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        centred = QHBoxLayout()  # an alignment would cut wrapped text off
        centred.addStretch(1)
        centred.addWidget(column)
        centred.addStretch(1)
        layout.addLayout(centred)
        layout.addStretch(3)

    def _command_grid(self, commands: list[TerminalCommand]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for row, command in enumerate(commands):
            typed = QLabel(command.typed)
            typed.setFont(fixed)
            typed.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            typed.setAutoFillBackground(True)
            typed.setBackgroundRole(QPalette.ColorRole.Base)
            typed.setMargin(8)
            copy = QPushButton(self.tr("Copy"))
            copy.setAccessibleName(self.tr("Copy %s") % command.typed)
            copy.clicked.connect(
                lambda _, typed=command.typed: QGuiApplication.clipboard().setText(typed)
            )
            does = QLabel(command.does)
            does.setWordWrap(True)
            does.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            grid.addWidget(typed, 2 * row, 0)
            grid.addWidget(copy, 2 * row, 1)
            grid.addWidget(does, 2 * row + 1, 0, 1, 2)
            grid.setRowMinimumHeight(2 * row + 1, 34)
        return grid


def train_page(parent: QWidget | None = None) -> TerminalPage:
    """The place of training before it is built."""
    page = TerminalPage(
        _tr("Train"),
        _tr(
            "Here a model will learn to rate as you do, from photos that you have rated. Until then"
            " the terminal trains one from a file of settings:"
        ),
        [
            TerminalCommand("discern train RUN.toml", _tr("Teacher, then student")),
            TerminalCommand(
                "discern train --resume RUN_FOLDER", _tr("Go on with a run that ended")
            ),
            TerminalCommand("discern train --help", _tr("All about it")),
        ],
        parent,
    )
    page.setAccessibleName(_tr("Train"))
    return page


def _tr(text: str) -> str:
    return QCoreApplication.translate("TerminalPage", text)
