"""Tells the loader which thumbnails a grid or filmstrip needs: the visible ones, then around."""

from PySide6.QtCore import QObject, QTimer

from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.photo_list.photo_grid import PhotoGrid
from app.window.photo_list.photo_list_model import PhotoListModel

_SETTLE_MS = 15  # one request for a burst of scrolling


def stamp_of_entry(entry: PhotoEntry) -> FileStamp:
    """What a photo's thumbnail is kept under."""
    return FileStamp(path=entry.path, size_bytes=entry.size_bytes, mtime_ns=entry.mtime_ns)


class WantedThumbnails(QObject):
    """Follows one view of a PhotoListModel; `viewer` names the view for the loader."""

    def __init__(
        self,
        view: PhotoGrid,
        model: PhotoListModel,
        loader: ThumbnailLoader,
        *,
        viewer: str,
        side_px: int,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._loader = loader
        self._viewer = viewer
        self._side_px = side_px
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        view.visible_rows_changed.connect(self._on_visible_rows_changed)
        # A row that stays in sight may hold another photo now.
        model.summary_changed.connect(self._on_visible_rows_changed)

    def set_side_px(self, side_px: int) -> None:
        """The side of the square that thumbnails fit into, before scaling for the screen."""
        self._side_px = side_px
        self._timer.start()

    def _on_visible_rows_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        first, last = self._view.visible_rows
        stamps: list[FileStamp] = []
        if first >= 0 and self._view.isVisible():
            page = last - first + 1
            num = self._model.rowCount()
            rows = [
                *range(first, min(last + 1, num)),
                *range(last + 1, min(last + 1 + page, num)),
                *range(first - 1, max(first - 1 - page, -1), -1),
            ]
            stamps = [stamp_of_entry(self._model.entry(row)) for row in rows]
        side_px = round(self._side_px * self._view.devicePixelRatioF())
        self._loader.want(self._viewer, stamps, side_px)
