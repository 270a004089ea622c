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


def compare_page(parent: QWidget | None = None) -> TerminalPage:
    """The place of gMAD before it is built."""
    page = TerminalPage(
        _tr("Compare"),
        _tr(
            "Here two models will be set against each other on your photos, pair by pair, with you"
            " as the judge. Until then the terminal tells how well a model agrees with ratings:"
        ),
        [
            TerminalCommand(
                "discern evaluate --labels ratings.csv",
                _tr("Agreement with the ratings in a file, with intervals"),
            ),
            TerminalCommand(
                "discern rate FOLDER --csv scores.csv",
                _tr("The scores of a folder as a table"),
            ),
        ],
        parent,
    )
    page.setAccessibleName(_tr("Compare"))
    return page


def _tr(text: str) -> str:
    return QCoreApplication.translate("TerminalPage", text)
