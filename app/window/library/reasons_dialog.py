"""A list of files, each with the reason why something did not work with it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.plain_text import plain_tool_tip


class ReasonsDialog(QDialog):
    """A list to read, to copy from, and perhaps to try again.

    Signals:
        retry_wanted(): read the files once more.
    """

    retry_wanted = Signal()

    def __init__(
        self,
        title: str,
        explanation: str,
        files: Sequence[tuple[Path, str]],
        *,
        top: Path | None = None,
        can_retry: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(760, 420)
        self._files = list(files)
        intro = QLabel(explanation)
        intro.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Files and reasons"))
        self.list.setHeaderLabels([self.tr("File"), self.tr("Why")])
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAlternatingRowColors(True)
        for path, reason in self._files:
            item = QTreeWidgetItem([_shown(path, top), reason])
            item.setToolTip(0, plain_tool_tip(str(path)))
            item.setToolTip(1, plain_tool_tip(reason))
            self.list.addTopLevelItem(item)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.list.setColumnWidth(0, 280)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy_button = buttons.addButton(
            self.tr("Copy the list"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.retry_button = buttons.addButton(
            self.tr("Try again"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.retry_button.clicked.connect(self._on_retry_clicked)
        self.retry_button.setVisible(can_retry)
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self.list)
        layout.addWidget(buttons)

    def _on_copy_clicked(self) -> None:
        lines = [f"{path}\t{reason}" for path, reason in self._files]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _on_retry_clicked(self) -> None:
        self.retry_wanted.emit()
        self.accept()


def _shown(path: Path, top: Path | None) -> str:
    if top is not None and path.is_relative_to(top):
        return str(path.relative_to(top))
    return str(path)
