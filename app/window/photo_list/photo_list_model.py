"""The photos of the open folder as a Qt list: sorted and filtered over numpy arrays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPixmap

from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.shown_score import shown_scores
from app.rating.rate_photos import RatedPhoto
from app.window.photo_list.photo_columns import PhotoBatch, PhotoColumns
from app.window.photo_list.photo_order import PhotoFilter, SortKey, ordered
from app.window.photo_list.photo_roles import PhotoRole
from app.window.photo_list.photo_text import spoken, tool_tip
from app.window.photo_list.row_changes import RowChanges
from app.window.widgets.plain_text import plain_tool_tip

AnyIndex = QModelIndex | QPersistentModelIndex


def _no_thumbnail(_entry: PhotoEntry) -> QPixmap | None:
    return None


class PhotoListModel(QAbstractListModel):
    """Every photo of a folder, of which those that pass the filter are rows.

    A photo's number is its place in the order of names, and stays while the folder is open; its
    row changes with filter and order. All of it belongs to the GUI thread.

    Signals:
        summary_changed(): counts, scores or what is shown have changed.
        rows_about_to_change(), rows_changed(): around all that Qt's own signals tell one by one.
    """

    summary_changed = Signal()
    rows_about_to_change = Signal()
    rows_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnail_of: Callable[[PhotoEntry], QPixmap | None] = _no_thumbnail
        self._entries: list[PhotoEntry] = []
        self._columns = PhotoColumns.of([])
        self._number_of: dict[Path, int] = {}
        self._numbers = np.empty(0, np.int32)  # number of the photo in each row
        self._row_of = np.empty(0, np.int32)  # row of each photo, or -1
        self._filter = PhotoFilter()
        self._sort_key = SortKey.NAME
        self._is_descending = False
        self._sorted_scores: npt.NDArray[np.float64] | None = None

    # What Qt asks for

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        return 0 if parent.isValid() else len(self._numbers)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._numbers):
            return None
        entry = self.entry(index.row())
        match role:
            case PhotoRole.ENTRY:
                return entry
            case PhotoRole.THUMBNAIL:
                return self.thumbnail_of(entry)
            case PhotoRole.SCORE:
                return entry.score_0_100
            case PhotoRole.PERCENTILE:
                return self.percentile(entry)
            case PhotoRole.STARS:
                return entry.stars
            case PhotoRole.FLAG:
                return entry.flag
            case PhotoRole.ERROR:
                return entry.error
            case Qt.ItemDataRole.DisplayRole:
                return entry.path.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tool_tip(tool_tip(entry, self.percentile(entry)))
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(entry)
            case _:
                return None

    # What is shown

    @property
    def photo_filter(self) -> PhotoFilter:
        """What must hold for a photo to be shown."""
        return self._filter

    @property
    def sort_key(self) -> SortKey:
        """What the rows are sorted by."""
        return self._sort_key

    @property
    def is_descending(self) -> bool:
        """Whether the highest value comes first."""
        return self._is_descending

    def set_filter(self, photo_filter: PhotoFilter) -> None:
        """Show the photos that pass."""
        self._filter = photo_filter
        self.refresh_order()

    def set_sort(self, key: SortKey, *, is_descending: bool) -> None:
        """Sort the rows; equal ones keep the order of names."""
        self._sort_key = key
        self._is_descending = is_descending
        self.refresh_order()

    def refresh_order(self) -> None:
        """Sort and filter anew, after scores have come."""
        wanted = ordered(
            self._columns, self._filter, self._sort_key, is_descending=self._is_descending
        )
        self._show(wanted)
        self.summary_changed.emit()

    # What is asked of it

    @property
    def num_photos(self) -> int:
        """Photos in the folder, shown or not."""
        return len(self._entries)

    @property
    def columns(self) -> PhotoColumns:
        """The values of all photos by number; to be read only."""
        return self._columns

    def entry(self, row: int) -> PhotoEntry:
        """The photo in a row."""
        return self._entries[int(self._numbers[row])]

    def entries_of(self, numbers: Sequence[int] | npt.NDArray[np.int32]) -> list[PhotoEntry]:
        """The photos with these numbers."""
        return [self._entries[number] for number in numbers]

    def find(self, path: Path) -> PhotoEntry | None:
        """The photo at a path, shown or not."""
        number = self._number_of.get(path)
        return None if number is None else self._entries[number]

    def snapshot(self) -> Callable[[], list[PhotoEntry]]:
        """Copies the list of all photos when called, which any thread may do."""
        return lambda: list(self._entries)

    def row_of(self, path: Path) -> int:
        """The row of the photo at a path; -1 when it is not shown or not there."""
        number = self._number_of.get(path)
        return -1 if number is None else int(self._row_of[number])

    def numbers_in(self, first_row: int, last_row: int) -> npt.NDArray[np.int32]:
        """The numbers of the photos in rows, both ends included."""
        return self._numbers[first_row : last_row + 1]

    def rows_of(self, numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The rows of the photos with these numbers, ascending; those not shown are left out."""
        rows = self._row_of[numbers[numbers < len(self._row_of)]]
        return np.sort(rows[rows >= 0])

    def percentile(self, entry: PhotoEntry) -> float | None:
        """The share of the folder's rated photos that score lower or the same, 0-100."""
        if entry.score_0_100 is None:
            return None
        if self._sorted_scores is None:
            scores = self._columns.scores
            self._sorted_scores = np.sort(scores[~np.isnan(scores)])
        place = np.searchsorted(self._sorted_scores, entry.score_0_100, side="right")
        return 100.0 * float(place) / len(self._sorted_scores)

    def rows_below(self, score_0_100: float) -> npt.NDArray[np.int64]:
        """The rows of photos whose score, as it is shown, is below; ascending."""
        return np.flatnonzero(shown_scores(self._columns.scores[self._numbers]) < score_0_100)

    def unrated_paths(self) -> list[Path]:
        """Photos that could be rated, those that are shown first and in their order."""
        is_unrated = self._columns.is_unrated
        shown = self._numbers[is_unrated[self._numbers]]
        hidden = np.flatnonzero(is_unrated & (self._row_of < 0))
        return [self._entries[number].path for number in (*shown, *hidden)]

    def unreadable(self) -> list[PhotoEntry]:
        """Photos that can't be read, by name."""
        return self.entries_of(np.flatnonzero(self._columns.is_unreadable).astype(np.int32))

    # What changes it

    def clear(self) -> None:
        """Forget every photo."""
        self.replace_all(PhotoBatch.of([]))

    def append(self, batch: PhotoBatch) -> None:
        """More photos, later in the order of names."""
        for number, entry in enumerate(batch.entries, len(self._entries)):
            self._number_of[entry.path] = number
        self._entries.extend(batch.entries)
        self._columns = self._columns.followed_by(batch.columns)
        self._row_of = np.concatenate([self._row_of, np.full(len(batch.entries), -1, np.int32)])
        self._sorted_scores = None
        self.refresh_order()

    def replace_all(self, batch: PhotoBatch) -> None:
        """Other photos instead of these; rows begin anew."""
        self.beginResetModel()
        self._entries = list(batch.entries)
        self._columns = batch.columns
        self._number_of = {entry.path: number for number, entry in enumerate(self._entries)}
        self._sorted_scores = None
        self._numbers = ordered(
            self._columns, self._filter, self._sort_key, is_descending=self._is_descending
        )
        self._index_rows()
        self.endResetModel()
        self.summary_changed.emit()

    def put(self, entries: Sequence[PhotoEntry], *, keeps_order: bool = False) -> None:
        """Take over what has changed about photos; of paths that are not here, nothing.

        With `keeps_order` rows stay where they are until `refresh_order`.
        """
        numbers = []
        for entry in entries:
            number = self._number_of.get(entry.path)
            if number is None:
                continue
            self._entries[number] = entry
            self._columns.put(number, entry)
            numbers.append(number)
        if not numbers:
            return
        self._sorted_scores = None
        self._tell_changed(np.asarray(numbers))
        if keeps_order:
            self.summary_changed.emit()
        else:
            self.refresh_order()

    def put_scores(self, photos: Sequence[RatedPhoto]) -> None:
        """Take over what the scorer said; rows stay where they are until `refresh_order`."""
        changed = []
        for photo in photos:
            entry = self.find(photo.path)
            if entry is not None:
                changed.append(
                    replace(
                        entry,
                        score_0_100=photo.score_0_100,
                        uncertainty=photo.uncertainty,
                        ratings=photo.ratings,
                        familiarity=photo.familiarity,
                        error=photo.error,
                        width_px=photo.width_px,
                        height_px=photo.height_px,
                    )
                )
        self.put(changed, keeps_order=True)

    def put_error(self, path: Path, reason: str) -> None:
        """A photo turned out to be unreadable; its row stays where it is until `refresh_order`."""
        entry = self.find(path)
        if entry is not None and entry.error != reason:
            self.put([replace(entry, error=reason)], keeps_order=True)

    def mark(
        self, paths: Sequence[Path], *, stars: int | None = None, flag: Flag | None = None
    ) -> None:
        """Show new stars or flags."""
        entries = [entry for path in paths if (entry := self.find(path)) is not None]
        self.put(
            [
                replace(
                    entry,
                    stars=entry.stars if stars is None else stars,
                    flag=entry.flag if flag is None else flag,
                )
                for entry in entries
            ]
        )

    def remove(self, paths: Sequence[Path]) -> None:
        """Photos that are no longer in the folder."""
        gone = {self._number_of[path] for path in paths if path in self._number_of}
        if not gone:
            return
        is_gone = np.zeros(len(self._entries), np.bool_)
        is_gone[list(gone)] = True
        self._show(self._numbers[~is_gone[self._numbers]])
        kept = np.flatnonzero(~is_gone)
        new_number = np.full(len(self._entries), -1, np.int32)
        new_number[kept] = np.arange(len(kept), dtype=np.int32)
        self._entries = [self._entries[number] for number in kept]
        self._columns = self._columns.only(kept)
        self._number_of = {entry.path: number for number, entry in enumerate(self._entries)}
        self._numbers = new_number[self._numbers]
        self._index_rows()
        self._sorted_scores = None
        self.summary_changed.emit()

    def thumbnail_came(self, path: Path) -> None:
        """A thumbnail is at hand now."""
        row = self.row_of(path)
        if row >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index, [PhotoRole.THUMBNAIL])

    def _tell_changed(self, numbers: npt.NDArray[np.int64]) -> None:
        rows = self._row_of[numbers]
        rows = rows[rows >= 0]
        if len(rows) > 0:
            self.dataChanged.emit(self.index(int(rows.min())), self.index(int(rows.max())))

    def _show(self, wanted: npt.NDArray[np.int32]) -> None:
        """Bring the rows to `wanted` with as few changes as can be told to views."""
        self.rows_about_to_change.emit()
        changes = RowChanges.between(self._numbers, wanted, num_photos=len(self._entries))
        if changes is None:
            self.beginResetModel()
            self._numbers = wanted
            self._index_rows()
            self.endResetModel()
        else:
            self._change(changes, wanted)
        self.rows_changed.emit()

    def _change(self, changes: RowChanges, wanted: npt.NDArray[np.int32]) -> None:
        for first, last in reversed(changes.removed):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._numbers = np.delete(self._numbers, slice(first, last + 1))
            self._index_rows()
            self.endRemoveRows()
        if changes.is_reordered:
            self._reorder(changes.kept)
        for first, last in changes.inserted:
            self.beginInsertRows(QModelIndex(), first, last)
            self._numbers = np.insert(self._numbers, first, wanted[first : last + 1])
            self._index_rows()
            self.endInsertRows()

    def _reorder(self, kept: npt.NDArray[np.int32]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self._numbers[index.row()] for index in before]
        self._numbers = kept
        self._index_rows()
        after = [self.index(int(self._row_of[number])) for number in numbers]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _index_rows(self) -> None:
        self._row_of = np.full(len(self._entries), -1, np.int32)
        self._row_of[self._numbers] = np.arange(len(self._numbers), dtype=np.int32)
