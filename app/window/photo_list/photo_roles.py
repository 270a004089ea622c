"""What the list of photos answers about each, beside Qt's own roles."""

from enum import IntEnum

from PySide6.QtCore import Qt


class PhotoRole(IntEnum):
    """Roles of PhotoListModel.

    Display is the file name, tool tip and accessible text are sentences.
    """

    ENTRY = Qt.ItemDataRole.UserRole + 1  # PhotoEntry
    SCORE = Qt.ItemDataRole.UserRole + 2  # float 0-100, or None
    PERCENTILE = Qt.ItemDataRole.UserRole + 3  # share of the folder's photos at or below, or None
    STARS = Qt.ItemDataRole.UserRole + 4  # int 0-5
    FLAG = Qt.ItemDataRole.UserRole + 5  # Flag
    ERROR = Qt.ItemDataRole.UserRole + 6  # str, or None
    THUMBNAIL = Qt.ItemDataRole.UserRole + 7  # QPixmap if it is at hand, else None; loads nothing
