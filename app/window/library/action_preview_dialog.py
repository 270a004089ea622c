"""What an action would do, shown before it is done."""

from collections.abc import Sequence

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.plain_text import plain

_MOST_LINES = 2_000


class ActionPreviewDialog(QDialog):
    """Title, what happens line by line, what stands in the way; and the choice."""

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        *,
        conflicts: Sequence[str],
        num_photos: int,
        can_undo: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(620, 380)
        heading = plain(QLabel(title))
        heading.setWordWrap(True)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.list = QPlainTextEdit("\n".join(_shortened(lines, self.tr("and {} more"))))
        self.list.setReadOnly(True)
        self.list.setAccessibleName(self.tr("What happens to each photo"))
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.list.setVisible(bool(lines))
        self.conflicts = QLabel("\n".join(_shortened(conflicts, self.tr("and {} more"), most=6)))
        self.conflicts.setWordWrap(True)
        self.conflicts.setVisible(bool(conflicts))
        self.undo_label = QLabel(
            self.tr("This can be undone.") if can_undo else self.tr("This can't be undone.")
        )
        self.undo_label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = buttons.addButton(
            self.tr("Do it"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.accept_button.setDefault(True)
        self.accept_button.setEnabled(num_photos > 0)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.conflicts)
        if not lines:
            layout.addStretch(1)
        layout.addWidget(self.undo_label)
        layout.addWidget(buttons)


def _shortened(lines: Sequence[str], more: str, *, most: int = _MOST_LINES) -> list[str]:
    if len(lines) <= most:
        return list(lines)
    return [*lines[:most], more.format(len(lines) - most)]
