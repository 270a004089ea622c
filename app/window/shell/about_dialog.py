"""The about box: which Discern this is, with which model, and under which licence."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.version import version
from app.window.shell.system_facts import system_facts
from app.window.widgets.icons import application_icon
from app.window.widgets.plain_text import plain

_ICON_PX = 64


class AboutDialog(QDialog):
    """Name, version, model, and facts to copy into a report."""

    def __init__(
        self, *, model_lines: list[str], model_id: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Discern"))
        self._facts = system_facts(model_id)
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_ICON_PX, _ICON_PX))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        name = QLabel(self.tr("Discern %s") % version())
        font = QFont(name.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        name.setFont(font)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(name)
        for text in (
            self.tr(
                "Rates photographs by how good they look, and shows why. Everything stays on this"
                " machine, and photos are never changed."
            ),
            "\n".join(model_lines) or self.tr("No model is loaded."),
            self.tr("Apache License 2.0. Made with Qt (LGPL) and PyTorch."),
        ):
            line = plain(QLabel(text))
            line.setWordWrap(True)
            line.setMinimumWidth(380)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(picture)
        row.addLayout(words, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = QPushButton(self.tr("Copy versions"))
        self.copy_button.clicked.connect(self._on_copy)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(18)
        layout.addLayout(row)
        layout.addWidget(buttons)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._facts)
        self.copy_button.setText(self.tr("Copied"))
