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

    def new_file(self, parent: QWidget, title: str, suggestion: Path, kinds: str) -> Path | None:
        """A file to write to; `kinds` is as "Pages (*.html)". A missing suffix is added."""

    def model_file(self, parent: QWidget, title: str) -> Path | None:
        """An existing model file."""


class SystemPathChooser:
    """The system's dialogs."""

    def folder(self, parent: QWidget, title: str) -> Path | None:
        """An existing folder."""
        chosen = QFileDialog.getExistingDirectory(parent, title)
        return Path(chosen) if chosen else None

    def new_csv(self, parent: QWidget, title: str, suggestion: Path) -> Path | None:
        """A file to write a table to."""
        kind = QCoreApplication.translate("PathChooser", "Tables (*.csv)")
        return self.new_file(parent, title, suggestion, kind)

    def new_file(self, parent: QWidget, title: str, suggestion: Path, kinds: str) -> Path | None:
        """A file to write to; `kinds` is as "Pages (*.html)". A missing suffix is added."""
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(suggestion), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(suggestion.suffix)

    def model_file(self, parent: QWidget, title: str) -> Path | None:
        """An existing model file."""
        kinds = QCoreApplication.translate("PathChooser", "Models (*.safetensors *.npz)")
        chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
        return Path(chosen) if chosen else None
