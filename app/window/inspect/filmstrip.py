"""The photos of the library in one row, in the library's order."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.photo_list.photo_delegate import PhotoDelegate
from app.window.photo_list.photo_grid import PhotoGrid
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.wanted_thumbnails import WantedThumbnails
from app.window.settings import Settings, SettingsStore

_SIDE_PX = 72


class Filmstrip(PhotoGrid):
    """A strip of the grid's own thumbnails, shown smaller."""

    def __init__(
        self,
        photos: PhotoListModel,
        thumbnails: ThumbnailLoader,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(is_strip=True, parent=parent)
        self.setAccessibleName(self.tr("Filmstrip"))
        delegate = PhotoDelegate(_SIDE_PX, has_name=False, parent=self)
        self.setItemDelegate(delegate)
        cell = delegate.cell_size(self.font())
        self.set_cell_size(cell)
        self.setFixedHeight(cell.height() + self.horizontalScrollBar().sizeHint().height())
        # The grid's size, so that both views share one thumbnail of each photo.
        self._side_px = settings.current.thumbnail_size_px
        self._wanted = WantedThumbnails(
            self, photos, thumbnails, viewer="filmstrip", side_px=self._side_px
        )
        self.setModel(photos)
        settings.changed.connect(self._on_settings_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wanted.set_side_px(self._side_px)

    def _on_settings_changed(self, settings: Settings) -> None:
        if settings.thumbnail_size_px != self._side_px:
            self._side_px = settings.thumbnail_size_px
            self._wanted.set_side_px(self._side_px)
