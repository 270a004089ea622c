"""Keeps the person's place: what changes in the list must not send them back to the top."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject
from PySide6.QtWidgets import QAbstractItemView

from app.window.photo_list.photo_list_model import PhotoListModel

_MOST_KEPT = 20_000  # a larger selection is given up when rows begin anew
_Flag = QItemSelectionModel.SelectionFlag


class PlaceKeeper(QObject):
    """Restores the current and the selected photos of a view when rows begin anew.

    When the current photo leaves the list, the one that takes its row becomes current.
    """

    def __init__(self, view: QAbstractItemView, photos: PhotoListModel) -> None:
        super().__init__(view)
        self._view = view
        self._photos = photos
        self._current: tuple[Path, int] | None = None
        self._selected: list[Path] = []
        self._before = np.empty(0, np.int32)  # the photos up to the current one
        photos.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        photos.modelReset.connect(self._on_reset)
        photos.rows_about_to_change.connect(self._on_rows_about_to_change)
        photos.rows_changed.connect(self._on_rows_changed)

    def _on_about_to_be_reset(self) -> None:
        index = self._view.currentIndex()
        self._current = None
        self._selected = []
        if index.isValid():
            self._current = (self._photos.entry(index.row()).path, index.row())
        ranges = list(self._view.selectionModel().selection().toList())
        if sum(chosen.height() for chosen in ranges) <= _MOST_KEPT:
            self._selected = [
                self._photos.entry(row).path
                for chosen in ranges
                for row in range(chosen.top(), chosen.bottom() + 1)
            ]

    def _on_reset(self) -> None:
        num_rows = self._photos.rowCount()
        if self._current is None or num_rows == 0:
            return
        path, old_row = self._current
        selection = QItemSelection()
        for chosen in self._selected:
            row = self._photos.row_of(chosen)
            if row >= 0:
                index = self._photos.index(row)
                selection.select(index, index)
        row = self._photos.row_of(path)
        model = self._view.selectionModel()
        if row < 0 and len(self._before) > 0:
            model.select(selection, _Flag.ClearAndSelect)
            return  # what becomes current is found once all has changed
        current = self._photos.index(row if row >= 0 else min(old_row, num_rows - 1))
        if selection.isEmpty():
            selection.select(current, current)
        model.setCurrentIndex(current, _Flag.NoUpdate)
        model.select(selection, _Flag.ClearAndSelect)
        self._view.scrollTo(current)

    def _on_rows_about_to_change(self) -> None:
        self._before = self._photos.numbers_in(0, self._view.currentIndex().row())

    def _on_rows_changed(self) -> None:
        before, self._before = self._before, np.empty(0, np.int32)
        num_rows = self._photos.rowCount()
        if len(before) == 0 or num_rows == 0:
            return
        model = self._view.selectionModel()
        is_current_gone = len(self._photos.rows_of(before[-1:])) == 0
        current = self._view.currentIndex()
        if is_current_gone:
            next_row = len(self._photos.rows_of(before))
            current = self._photos.index(min(next_row, num_rows - 1))
            model.setCurrentIndex(current, _Flag.NoUpdate)
        if not model.hasSelection():
            model.select(current, _Flag.ClearAndSelect)
        if is_current_gone:
            self._view.scrollTo(current)
