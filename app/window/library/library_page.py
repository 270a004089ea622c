"""The library: folder, filter, grid, rating and actions wired together."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.catalog.photo_entry import Flag, PhotoEntry
from app.window.jobs.scoring import ModelInfo, ScoringService
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.library.catching_up import CatchingUp
from app.window.library.folder_rating import FolderRating
from app.window.library.folder_scan import ScanModel, ScanResult
from app.window.library.library_actions import LibraryActions
from app.window.library.library_menu import LibraryMenu
from app.window.library.library_view import LibraryView
from app.window.library.measuring import Measuring
from app.window.library.open_folder import OpenFolder
from app.window.library.place_keeper import PlaceKeeper
from app.window.library.reasons_dialog import ReasonsDialog
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from app.window.photo_list.wanted_thumbnails import WantedThumbnails, stamp_of_entry
from app.window.settings import Settings, SettingsStore
from app.window.widgets.dropped_folder import dropped_folder
from app.window.widgets.plain_text import plain_tool_tip

_Flag = QItemSelectionModel.SelectionFlag


class LibraryPage(LibraryView):
    """The page of one open folder.

    Signals:
        folder_opened(Path): its photos are being listed; a folder that can't be read is not told.
        inspect_requested(int row): by Enter or a double click.
        selection_changed(int): so many photos are selected now.
    """

    folder_opened = Signal(object)
    inspect_requested = Signal(int)
    selection_changed = Signal(int)

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        folder: OpenFolder,
        rating: FolderRating,
        actions: LibraryActions,
        catching_up: CatchingUp,
        measuring: Measuring,
        scoring: ScoringService,
        thumbnails: ThumbnailLoader,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._folder = folder
        self._rating = rating
        self._actions = actions
        self._catching_up = catching_up
        self._measuring = measuring
        self._thumbnails = thumbnails
        self._settings = settings
        self._is_rating_wanted = False
        self._is_announced = False
        self._is_model_ready = False
        self._measures_at_100 = settings.current.measures_at_100
        self._problem = ""
        self._left_out: tuple[tuple[Path, str], ...] = ()
        if settings.current.model_id:
            folder.model = ScanModel(
                model_id=settings.current.model_id, num_crops=settings.current.num_crops
            )
        photos.thumbnail_of = lambda entry: thumbnails.find(stamp_of_entry(entry))
        self.grid.setModel(photos)
        self._places = PlaceKeeper(self.grid, photos)
        side_px = settings.current.thumbnail_size_px
        self._wanted = WantedThumbnails(
            self.grid, photos, thumbnails, viewer="grid", side_px=side_px
        )
        self.setAcceptDrops(True)
        self.menu = LibraryMenu(self, self, actions, settings)
        self._connect(scoring)
        self.header.size_slider.setValue(side_px)
        self.set_side_px(side_px)
        self.header.show_sort(photos.sort_key, is_descending=photos.is_descending)
        self._show_state()

    # What the window asks of it

    def open_folder(self, folder: Path) -> None:
        """Show the photos of a folder, and rate them if that is the setting."""
        self._rating.forget()
        self._catching_up.stop()
        self._measuring.stop()
        self._problem = ""
        self._left_out = ()
        self._is_announced = False
        self._is_rating_wanted = self._settings.current.rates_on_open
        self._thumbnails.forget_failures()
        self.strip.hide()
        self.header.title.setText(folder.name or str(folder))
        self.header.title.setToolTip(plain_tool_tip(str(folder)))
        self.tree.show_folder(folder)
        self._folder.open(folder)
        self.grid.setFocus()

    def rescan(self) -> None:
        """Look for new, changed and vanished photos."""
        self._problem = ""
        self._thumbnails.forget_failures()
        self._folder.rescan()
        self._show_state()

    def want_rating(self) -> None:
        """Rate what has no score of the model in use, as soon as that can be done."""
        self._is_rating_wanted = True
        self._rate()

    def current_row(self) -> int:
        """The row of the current photo; -1 without one."""
        return self.grid.currentIndex().row()

    def go_to_row(self, row: int) -> None:
        """Make the photo in this row the current and selected one."""
        index = self._photos.index(row)
        if index.isValid():
            self.grid.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
            self.grid.scrollTo(index)

    def selected_photos(self) -> list[PhotoEntry]:
        """The selected photos in their order."""
        ranges = self.grid.selectionModel().selection().toList()
        rows = sorted(row for chosen in ranges for row in range(chosen.top(), chosen.bottom() + 1))
        return [self._photos.entry(row) for row in rows]

    def give_stars(self, stars: int, row: int | None = None) -> None:
        """Stars for the selected photos, or for the one in a row."""
        self._mark(row, stars=stars)

    def give_flag(self, flag: Flag, row: int | None = None) -> None:
        """A flag for the selected photos, or for the one in a row."""
        self._mark(row, flag=flag)

    def go_to_next(self) -> None:
        """Make the next photo the current one."""
        self.go_to_row(min(self.current_row() + 1, self._photos.rowCount() - 1))

    def select_below(self, score_0_100: float) -> None:
        """Select every photo of those shown whose score is below."""
        self.grid.select_rows(self._photos.rows_below(score_0_100))

    def count_below(self, score_0_100: float) -> int:
        """How many of those shown score below."""
        return len(self._photos.rows_below(score_0_100))

    # What happens

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.open_folder(folder)

    def _connect(self, scoring: ScoringService) -> None:
        self.tree.folder_chosen.connect(self.open_folder)
        self.header.sort_changed.connect(self._on_sort_changed)
        self.header.size_changed.connect(self._on_size_changed)
        self.filter_bar.filter_changed.connect(self._on_filter_changed)
        self.empty.button_clicked.connect(self._on_empty_button_clicked)
        self.grid.activated.connect(lambda index: self.inspect_requested.emit(index.row()))
        self.grid.selectionModel().selectionChanged.connect(self._show_counts)
        self.grid.visible_rows_changed.connect(self._catching_up.stand_back)
        self.grid.visible_rows_changed.connect(self._measuring.stand_back)
        self._measuring.progressed.connect(self.rating_bar.show_measuring)
        self._rating.ended.connect(self._measure)
        self._photos.summary_changed.connect(self._on_summary_changed)
        self._folder.scan_began.connect(self._show_state)
        self._folder.batch_came.connect(self._announce)
        self._folder.scanned.connect(self._on_scanned)
        self._folder.scan_failed.connect(self._on_scan_failed)
        self._catching_up.unreadable.connect(self._on_left_out)
        self._thumbnails.loaded.connect(self._photos.thumbnail_came)
        self._thumbnails.unreadable.connect(self._rating.note_unreadable)
        self._rating.scored.connect(self._folder.note_scored)
        self._rating.progressed.connect(self.rating_bar.show_rating)
        self._rating.ended.connect(self.rating_bar.show_ended)
        self._rating.failed.connect(self.rating_bar.show_problem)
        scoring.model_loading.connect(self.rating_bar.show_model_loading)
        scoring.model_loaded.connect(self._on_model_loaded)
        scoring.model_failed.connect(self.rating_bar.show_problem)
        self.rating_bar.rating_wanted.connect(self.want_rating)
        self.rating_bar.pause_wanted.connect(self._on_pause_wanted)
        self.rating_bar.resume_wanted.connect(self._on_resume_wanted)
        self.rating_bar.stop_wanted.connect(self._on_stop_wanted)
        self.rating_bar.unreadable_wanted.connect(self.show_unreadable)
        self._settings.changed.connect(self._on_settings_changed)
        self._actions.attach(self)
        self._actions.files_moved.connect(self.rescan)
        self._rating.tried_again.connect(self.rescan)

    def show_unreadable(self) -> None:
        """List the photos, folders and sidecars that can't be read."""
        files = [(entry.path, entry.error or "") for entry in self._photos.unreadable()]
        dialog = ReasonsDialog(
            self.tr("Files that can't be read"),
            self.tr(
                "These files were left out; all others are not affected. A file that is still"
                " being copied can be read later."
            ),
            [*files, *self._left_out],
            top=self._folder.folder,
            can_retry=True,
            parent=self,
        )
        dialog.retry_wanted.connect(self._on_retry_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _mark(self, row: int | None, *, stars: int | None = None, flag: Flag | None = None) -> None:
        photos = self.selected_photos() if row is None else [self._photos.entry(row)]
        if not photos:
            return
        is_single = row is None and len(photos) == 1
        self._actions.mark(photos, stars=stars, flag=flag)
        # A photo that the filter hides now has made room for the next one already.
        is_still_here = self._photos.row_of(photos[0].path) >= 0
        if is_single and is_still_here and self._settings.current.advances_after_marking:
            self.go_to_next()

    def _show_counts(self) -> None:
        ranges = self.grid.selectionModel().selection().toList()
        num_selected = sum(chosen.height() for chosen in ranges)
        self.header.show_counts(
            num_shown=self._photos.rowCount(),
            num_photos=self._photos.num_photos,
            num_selected=num_selected,
        )
        self.menu.show_selected(num_selected)
        self.selection_changed.emit(num_selected)

    def _show_state(self) -> None:
        folder = self._folder.folder
        if self._photos.rowCount() > 0:
            self.show_grid()
        elif folder is None:
            self.show_empty(
                self.tr("No folder is open"),
                self.tr("Choose one on the left, or drag one into the window."),
            )
        elif self._problem:
            self.show_empty(
                self.tr("This folder can't be shown"), self._problem, button=self.tr("Try again")
            )
        elif self._photos.num_photos > 0:
            self.show_empty(
                self.tr("No photo passes the filter"),
                self.tr("The folder has photos, but none with this score, stars and flag."),
                button=self.tr("Show all photos"),
            )
        elif self._folder.is_scanning:
            self.show_empty(self.tr("Looking for photos…"), str(folder))
        else:
            self.show_empty(
                self.tr("There are no photos here"),
                self.tr(
                    "{} and the folders below it hold no file that Discern knows as a photo: JPEG,"
                    " PNG, TIFF, WebP, HEIC, AVIF, BMP, GIF or camera RAW."
                ).format(folder),
                button=self.tr("Look again"),
            )

    def _announce(self) -> None:
        if not self._is_announced and self._folder.folder is not None:
            self._is_announced = True
            self.folder_opened.emit(self._folder.folder)
        if not self.grid.currentIndex().isValid():
            self.go_to_row(0)

    def _rate(self) -> None:
        can_rate = self._is_model_ready and not self._folder.is_scanning
        if self._is_rating_wanted and can_rate and not self._rating.is_paused:
            self._rating.start()
        if self._rating.is_rating:
            self._measuring.stop()

    def _measure(self) -> None:
        is_free = not (self._rating.is_rating or self._folder.is_scanning)
        if is_free and self._settings.current.measures_at_100:
            self._measuring.start()
        elif self._measuring.is_measuring:
            self._measuring.stop()

    def _on_summary_changed(self) -> None:
        columns = self._photos.columns
        self.filter_bar.show_columns(columns)
        self.rating_bar.show_unrated(int(columns.is_unrated.sum()))
        self.rating_bar.show_unreadable(int(columns.is_unreadable.sum()) + len(self._left_out))
        self._show_counts()
        self._show_state()

    def _on_scanned(self, result: ScanResult) -> None:
        self._left_out = result.left_out
        self._announce()
        self._on_summary_changed()
        self._catching_up.start(self._folder.model)
        self._rate()
        self._measure()

    def _on_left_out(self, files: list[tuple[Path, str]]) -> None:
        self._left_out = (*self._left_out, *files)
        self._on_summary_changed()

    def _on_scan_failed(self, sentence: str) -> None:
        self._problem = sentence
        self._rating.forget()
        self._catching_up.stop()
        self._measuring.stop()
        self._photos.clear()
        self._show_state()

    def _on_model_loaded(self, info: ModelInfo) -> None:
        self.rating_bar.show_model(info.name)
        model = ScanModel(model_id=info.model_id, num_crops=info.num_crops)
        self._is_model_ready = True
        self._folder.set_model(model)
        self._settings.change(model_id=info.model_id, num_crops=info.num_crops)
        self._rate()

    def _on_sort_changed(self, key: SortKey, is_descending: bool) -> None:
        self._photos.set_sort(key, is_descending=is_descending)

    def _on_filter_changed(self, photo_filter: PhotoFilter) -> None:
        self._photos.set_filter(photo_filter)

    def _on_size_changed(self, side_px: int) -> None:
        self._settings.change(thumbnail_size_px=side_px)

    def _on_settings_changed(self, settings: Settings) -> None:
        self.header.size_slider.setValue(settings.thumbnail_size_px)
        self.set_side_px(settings.thumbnail_size_px)
        self._wanted.set_side_px(settings.thumbnail_size_px)
        if settings.measures_at_100 != self._measures_at_100:
            self._measures_at_100 = settings.measures_at_100
            self._measure()

    def _on_empty_button_clicked(self) -> None:
        if self._photos.num_photos > 0:
            self.filter_bar.clear()
        elif self._folder.folder is not None:
            self.open_folder(self._folder.folder)

    def _on_pause_wanted(self) -> None:
        self._rating.pause()
        self.rating_bar.show_paused(is_paused=True)

    def _on_resume_wanted(self) -> None:
        self._rating.resume()
        self.rating_bar.show_paused(is_paused=False)

    def _on_stop_wanted(self) -> None:
        self._is_rating_wanted = False
        self._rating.stop()

    def _on_retry_wanted(self) -> None:
        self._is_rating_wanted = True
        self._rating.try_unreadable_again()
