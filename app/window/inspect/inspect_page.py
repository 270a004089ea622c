"""The inspector: one photo large, where its score comes from, and the filmstrip below."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.catalog.photo_entry import MAX_STARS, Flag, PhotoEntry
from app.window.inspect.defect_looks import DefectLooks
from app.window.inspect.explanations import Explanations
from app.window.inspect.filmstrip import Filmstrip
from app.window.inspect.overlay_bar import OverlayBar
from app.window.inspect.photo_overlays import PhotoOverlays
from app.window.inspect.photo_pair import PhotoPair
from app.window.inspect.side_panel import SidePanel
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.photo_roles import PhotoRole
from app.window.photo_view.photo_facts import file_facts, place_facts
from app.window.photo_view.photo_loader import LoadedPhoto, PhotoLoader
from app.window.settings import SettingsStore


class InspectPage(QWidget):
    """Wires views, loader and explanations to one photo of the library's model.

    Signals:
        back_wanted(): go back to the library.
        photo_shown(int): the row that is inspected now.
        stars_given(int row, int stars), flag_given(int row, Flag): by a key.
    """

    back_wanted = Signal()
    photo_shown = Signal(int)
    stars_given = Signal(int, int)
    flag_given = Signal(int, object)

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        thumbnails: ThumbnailLoader,
        loader: PhotoLoader,
        looks: DefectLooks,
        explanations: Explanations,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._loader = loader
        self._settings = settings
        self._row = -1
        self._entry: PhotoEntry | None = None
        self._loaded: LoadedPhoto | None = None
        self.bar = OverlayBar()
        self.pair = PhotoPair()
        self.panel = SidePanel()
        self.filmstrip = Filmstrip(photos, thumbnails, settings)
        self.overlays = PhotoOverlays(
            self.pair,
            self.bar,
            self.panel,
            looks=looks,
            explanations=explanations,
            settings=settings,
            parent=self,
        )
        self._lay_out()
        self._connect()
        self._show_nothing()

    @property
    def entry(self) -> PhotoEntry | None:
        """The photo that is inspected."""
        return self._entry

    @property
    def row(self) -> int:
        """The row of the photo that is inspected, or -1."""
        return -1 if self._entry is None else self._photos.row_of(self._entry.path)

    def show_row(self, row: int) -> None:
        """Inspect the photo in this row of the library."""
        index = self._photos.index(row, 0)
        entry = index.data(PhotoRole.ENTRY) if index.isValid() else None
        if not isinstance(entry, PhotoEntry):
            self._show_nothing()
            return
        self._row = row
        is_same = self._entry is not None and _stamp(entry) == _stamp(self._entry)
        was_readable = self._entry is not None and self._entry.error is None
        self._entry = entry
        self.filmstrip.setCurrentIndex(index)
        self._show_words(index)
        if not is_same or (entry.error is None) != was_readable:
            self._show_photo(entry)
        self.photo_shown.emit(row)

    def show_beside(self, step: int) -> None:
        """Inspect the photo so many places further on, as far as there are photos."""
        last = self._photos.rowCount() - 1
        if last >= 0:
            self.show_row(min(max(self.row + step, 0), last))

    def switch_overlay(self) -> None:
        """Show or hide the overlay."""
        self._settings.change(shows_overlay=not self._settings.current.shows_overlay)

    def switch_both(self) -> None:
        """Show photo and map beside each other, or one at a time."""
        self._settings.change(shows_both=not self._settings.current.shows_both)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Space: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Home: -self._photos.rowCount(),
            Qt.Key.Key_End: self._photos.rowCount(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.show_beside(step)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setContentsMargins(8, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.pair, 1)
        middle.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(middle, 1)
        layout.addSpacing(6)
        layout.addWidget(self.filmstrip)

    def _connect(self) -> None:
        self.bar.back_wanted.connect(self.back_wanted)
        self.bar.overlay_switched.connect(lambda is_on: self._settings.change(shows_overlay=is_on))
        self.bar.side_chosen.connect(lambda side: self._settings.change(overlay_side=side))
        self.bar.opacity_chosen.connect(
            lambda percent: self._settings.change(overlay_opacity_percent=percent)
        )
        self.bar.both_switched.connect(lambda is_on: self._settings.change(shows_both=is_on))
        self.bar.whole_wanted.connect(self.pair.show_whole)
        self.bar.actual_pixels_wanted.connect(self.overlays.go_to_sharpest)
        self.pair.more_pixels_wanted.connect(self._on_more_pixels_wanted)
        self.pair.zoom_changed.connect(self._show_zoom)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_load_failed)
        self.filmstrip.selectionModel().currentChanged.connect(self._on_strip_moved)
        self._photos.dataChanged.connect(self._on_data_changed)
        for signal in (
            self._photos.rowsRemoved, self._photos.modelReset, self._photos.layoutChanged,
        ):  # fmt: skip
            signal.connect(self._on_rows_changed)

        self._connect_keys()

    def _connect_keys(self) -> None:
        keys = {
            "H": self.switch_overlay,
            "M": self.switch_both,
            "L": self.overlays.switch_side,
            "Z": self.overlays.go_to_sharpest,
            "+": lambda: self.pair.shown_view.zoom_by(1),
            "=": lambda: self.pair.shown_view.zoom_by(1),
            "-": lambda: self.pair.shown_view.zoom_by(-1),
            "Esc": self.back_wanted.emit,
            "P": lambda: self._give_flag(Flag.PICKED),
            "X": lambda: self._give_flag(Flag.REJECTED),
            "U": lambda: self._give_flag(Flag.NONE),
        }
        for key, act in keys.items():
            self._bind(key, act)
        for stars in range(MAX_STARS + 1):
            self._bind(str(stars), partial(self._give_stars, stars))

    def _bind(self, key: str, act: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _give_stars(self, stars: int) -> None:
        if self._entry is not None and self.row >= 0:
            before = self._entry.path
            self.stars_given.emit(self.row, stars)
            self._advance_from(before)

    def _give_flag(self, flag: Flag) -> None:
        if self._entry is not None and self.row >= 0:
            before = self._entry.path
            self.flag_given.emit(self.row, flag)
            self._advance_from(before)

    def _advance_from(self, path: Path) -> None:
        # A photo that the filter hides now has made room for the next one already.
        if self._settings.current.advances_after_marking and self._is_current(path):
            self.show_beside(1)

    def _show_photo(self, entry: PhotoEntry) -> None:
        self._loaded = None
        self.pair.forget_zoom()
        if entry.error is not None:
            self.overlays.forget()
            self.pair.say(self.tr("This photo can't be shown.\n\n%s") % entry.error)
            self.panel.show_facts(place_facts(entry.path))
            return
        self.panel.show_facts(self._facts_of_entry(entry))
        loaded = self._loader.load(entry.path, _stamp(entry))
        if loaded is not None:
            self._take(loaded)
        else:
            self._show_thumbnail()
        self.overlays.begin(entry.path, _stamp(entry))
        for step in (1, -1):
            self._prepare(self.row + step)

    def _show_thumbnail(self) -> None:
        # Better a coarse picture at once than an empty place; the photo follows.
        thumbnail = self._photos.index(self._row, 0).data(PhotoRole.THUMBNAIL)
        self.pair.show_thumbnail(thumbnail, _size(self._entry))

    def _facts_of_entry(self, entry: PhotoEntry) -> list[tuple[str, str]]:
        """What stands beside the score until the photo itself has been read."""
        facts = file_facts(entry.path, size_bytes=entry.size_bytes, mtime_ns=entry.mtime_ns)
        size = _size(entry)
        return facts if size is None else [*facts, (self.tr("Pixels"), _size_text(size))]

    def _prepare(self, row: int) -> None:
        beside = self._photos.index(row, 0).data(PhotoRole.ENTRY) if row >= 0 else None
        if isinstance(beside, PhotoEntry) and beside.error is None:
            self._loader.prepare(beside.path, _stamp(beside))

    def _take(self, photo: LoadedPhoto) -> None:
        self._loaded = photo
        self.pair.show_photo(photo)
        self.panel.show_facts(
            [
                *photo.facts,
                (self.tr("Pixels"), _size_text(photo.photo_size)),
            ]
        )
        self._show_zoom()

    def _show_words(self, index: QModelIndex) -> None:
        assert self._entry is not None
        self.bar.show_name(self._entry.path.name, index.row() + 1, self._photos.rowCount())
        self.panel.setVisible(True)
        self.panel.show_entry(self._entry, index.data(PhotoRole.PERCENTILE))

    def _show_nothing(self) -> None:
        self._entry = None
        self._loaded = None
        self.overlays.forget()
        self.bar.show_name("", 0, 0)
        self.panel.setVisible(False)
        self.pair.say(self.tr("Choose a photo in the library, then press E."))

    def _show_zoom(self) -> None:
        self.bar.show_zoom(self.pair.shown_view.percent())

    def _on_loaded(self, photo: LoadedPhoto) -> None:
        if self._is_current(photo.path):
            self._take(photo)

    def _on_load_failed(self, path: Path, reason: str) -> None:
        if self._is_current(path):
            self.pair.say(self.tr("This photo can't be shown.\n\n%s") % reason)
            self.panel.show_facts(place_facts(path))

    def _on_more_pixels_wanted(self) -> None:
        if self._loaded is not None and not self._loaded.is_whole and self._entry is not None:
            whole = self._loader.load(self._entry.path, _stamp(self._entry), is_whole=True)
            if whole is not None:
                self._take(whole)

    def _on_strip_moved(self, current: QModelIndex) -> None:
        if current.isValid() and current.row() != self.row and self.isVisible():
            self.show_row(current.row())

    def _on_data_changed(self, first: QModelIndex, last: QModelIndex, roles: list[int]) -> None:
        row = self.row
        if not first.row() <= row <= last.row():
            return
        if PhotoRole.THUMBNAIL in roles:
            if self._loaded is None and self._entry is not None and self._entry.error is None:
                self._show_thumbnail()
        else:
            self.show_row(row)

    def _on_rows_changed(self) -> None:
        if self._entry is None:
            return
        if self.row >= 0:
            self.show_row(self.row)
        else:  # the photo left the filter or the folder: stay at its place
            self.show_row(min(self._row, self._photos.rowCount() - 1))

    def _is_current(self, path: Path) -> bool:
        return self._entry is not None and self._entry.path == path


def _stamp(entry: PhotoEntry) -> tuple[Path, int, int]:
    return (entry.path, entry.size_bytes, entry.mtime_ns)


def _size(entry: PhotoEntry | None) -> QSize | None:
    if entry is None or entry.width_px is None or entry.height_px is None:
        return None
    return QSize(entry.width_px, entry.height_px)


def _size_text(size: QSize) -> str:
    return f"{size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
