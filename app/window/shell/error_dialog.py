"""The dialog for what nobody expected, with everything a report needs."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.plain_text import plain


class ErrorDialog(QDialog):
    """Says what went wrong in a sentence; the details can be shown and copied."""

    def __init__(
        self, sentence: str, details: str, *, log_file: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self._details = f"{sentence}\n\n{details}"
        self._log_file = log_file
        said = plain(QLabel(sentence))
        said.setWordWrap(True)
        font = QFont(said.font())
        font.setBold(True)
        said.setFont(font)
        advice = QLabel(
            self.tr(
                "Your photos are untouched, and what was rated so far is kept. You can go on"
                " working. If it happens again, please report it with the details below."
            )
        )
        advice.setWordWrap(True)
        self.details_box = QPlainTextEdit(details)
        self.details_box.setReadOnly(True)
        self.details_box.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details_box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details_box.setAccessibleName(self.tr("Details"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = QPushButton(self.tr("Copy details"))
        self.copy_button.clicked.connect(self._on_copy)
        open_log = QPushButton(self.tr("Open log file"))
        open_log.clicked.connect(self._on_open_log)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(open_log, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        for widget in (said, advice, self.details_box, buttons):
            layout.addWidget(widget)
        self.resize(620, 380)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self.copy_button.setText(self.tr("Copied"))

    def _on_open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_file)))
