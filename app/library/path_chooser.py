"""Asks the person for a folder or a file with the system's own dialogs."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget


class PathChooser(Protocol):
    """Asks for places; None where the person changed their mind."""

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """An existing folder."""

    def new_csv(self, parent: QWidget, title: str, suggestion: Path) -> Path | None:
        """A file to write a table to."""


class SystemPathChooser:
    """The system's dialogs."""

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """An existing folder."""
        chosen = QFileDialog.getExistingDirectory(parent, title)
        return Path(chosen) if chosen else None

    def new_csv(self, parent: QWidget, title: str, suggestion: Path) -> Path | None:
        """A file to write a table to."""
        kind = QCoreApplication.translate("PathChooser", "Tables (*.csv)")
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(suggestion), kind)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(".csv")
