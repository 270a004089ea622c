"""Which folder is meant by what somebody drags into the window."""

from pathlib import Path

from PySide6.QtGui import QDropEvent


def dropped_folder(event: QDropEvent) -> Path | None:
    """The folder that is dragged in, or the one around the first file that is."""
    for url in event.mimeData().urls():
        if url.isLocalFile():
            path = Path(url.toLocalFile())
            return path if path.is_dir() else path.parent
    return None
