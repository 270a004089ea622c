"""The grid of thumbnails: cells of one size, so that 100,000 of them cost no more than 100."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from app.window.widgets.painting import painting

AnyIndex = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction


class PhotoGrid(QAbstractItemView):
    """Shows a list in rows of cells that fill the width, or as one strip from left to right.

    Qt's own list view lays every item out anew whenever something changes, which takes a third of
    a second for 100,000; here the place of a cell is simple arithmetic.

    Signals:
        visible_rows_changed(int first, int last): other rows are on the screen now; -1, -1 when
            there are none.
    """

    visible_rows_changed = Signal(int, int)

    def __init__(self, *, is_strip: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_strip = is_strip
        self._cell = QSize(176, 216)
        self._visible = (-1, -1)
        self._anchor: tuple[QPersistentModelIndex, int] | None = None
        self.setSelectionMode(
            QAbstractItemView.SelectionMode.SingleSelection
            if is_strip
            else QAbstractItemView.SelectionMode.ExtendedSelection
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if is_strip:
            self.setVerticalScrollBarPolicy(off)
        else:
            self.setHorizontalScrollBarPolicy(off)
            # Always there, so that cells don't jump when the last row comes.
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    @property
    def visible_rows(self) -> tuple[int, int]:
        """The first and last row on the screen; -1, -1 when there are none."""
        return self._visible

    def set_cell_size(self, size: QSize) -> None:
        """The smallest size of a cell; its width grows until the row is full."""
        if size == self._cell:
            return
        self._keep_anchor()
        self._cell = size
        self.updateGeometries()
        self._restore_anchor()
        self.viewport().update()

    def num_columns(self) -> int:
        """Cells beside each other."""
        if self._is_strip:
            return max(1, self._num_items())
        return max(1, self.viewport().width() // self._cell.width())

    def select_rows(self, rows: npt.NDArray[np.int64]) -> None:
        """Select these rows and no others, and go to the first."""
        selection = QItemSelection()
        breaks = np.flatnonzero(np.diff(rows) > 1) + 1
        for part in np.split(rows, breaks) if len(rows) else []:
            model = self.model()
            selection.select(model.index(int(part[0]), 0), model.index(int(part[-1]), 0))
        flags = QItemSelectionModel.SelectionFlag
        if len(rows):
            first = self.model().index(int(rows[0]), 0)
            self.selectionModel().setCurrentIndex(first, flags.NoUpdate)
            self.scrollTo(first)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    # The arithmetic of places

    def _num_items(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount(self.rootIndex())

    def _cell_rect(self, row: int) -> QRect:
        """Where a row's cell is, in the coordinates of the whole grid."""
        if self._is_strip:
            return QRect(row * self._cell.width(), 0, self._cell.width(), self.viewport().height())
        columns = self.num_columns()
        line, column = divmod(row, columns)
        width = self.viewport().width()
        left, right = column * width // columns, (column + 1) * width // columns
        return QRect(left, line * self._cell.height(), right - left, self._cell.height())

    def _row_at(self, place: QPoint, *, nearest: bool) -> int:
        """The row of the cell at a place in the whole grid; -1 when there is none."""
        num = self._num_items()
        if num == 0:
            return -1
        if self._is_strip:
            row = place.x() // self._cell.width()
        else:
            columns = self.num_columns()
            column = place.x() * columns // max(1, self.viewport().width())
            if not nearest and not 0 <= column < columns:
                return -1
            row = (place.y() // self._cell.height()) * columns + min(max(column, 0), columns - 1)
        if nearest:
            return min(max(row, 0), num - 1)
        return row if 0 <= row < num else -1

    def _offset(self) -> QPoint:
        return QPoint(self.horizontalOffset(), self.verticalOffset())

    def _rows_in(self, area: QRect) -> range:
        """The rows whose cells touch an area of the viewport."""
        num = self._num_items()
        area = area.translated(self._offset())
        if self._is_strip:
            first = max(0, area.left() // self._cell.width())
            end = area.right() // self._cell.width() + 1
        else:
            columns = self.num_columns()
            first = max(0, area.top() // self._cell.height()) * columns
            end = (area.bottom() // self._cell.height() + 1) * columns
        return range(min(first, num), max(0, min(end, num)))

    # What Qt asks of every view

    def horizontalOffset(self) -> int:
        return self.horizontalScrollBar().value() if self._is_strip else 0

    def verticalOffset(self) -> int:
        return 0 if self._is_strip else self.verticalScrollBar().value()

    def isIndexHidden(self, index: AnyIndex) -> bool:
        return False

    def visualRect(self, index: AnyIndex) -> QRect:
        if not index.isValid():
            return QRect()
        return self._cell_rect(index.row()).translated(-self._offset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        model = self.model()
        row = self._row_at(point + self._offset(), nearest=False)
        return QModelIndex() if model is None or row < 0 else model.index(row, 0)

    def scrollTo(
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        cell = self._cell_rect(index.row())
        bar = self.horizontalScrollBar() if self._is_strip else self.verticalScrollBar()
        first, last = (cell.left(), cell.right()) if self._is_strip else (cell.top(), cell.bottom())
        size = self.viewport().width() if self._is_strip else self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue((first + last - size) // 2)
        elif first < bar.value() or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(first)
        elif last >= bar.value() + size or hint == QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(last + 1 - size)

    def moveCursor(self, cursor_action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model = self.model()
        num = self._num_items()
        if model is None or num == 0:
            return QModelIndex()
        if not self.currentIndex().isValid():
            return model.index(0, 0)
        row = self.currentIndex().row()
        columns = 1 if self._is_strip else self.num_columns()
        page = max(1, self.viewport().height() // self._cell.height()) * columns
        if self._is_strip:
            page = max(1, self.viewport().width() // self._cell.width())
        steps = {
            _Move.MoveLeft: -1,
            _Move.MovePrevious: -1,
            _Move.MoveRight: 1,
            _Move.MoveNext: 1,
            _Move.MoveUp: -columns,
            _Move.MoveDown: columns,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -row,
            _Move.MoveEnd: num - 1 - row,
        }
        wanted = row + steps[cursor_action]
        if cursor_action in (_Move.MoveUp, _Move.MoveDown) and not 0 <= wanted < num:
            # Down from the line before a short last one goes to its end; else nothing moves.
            is_short = cursor_action == _Move.MoveDown and (num - 1) // columns > row // columns
            wanted = num - 1 if is_short else row
        return model.index(min(max(wanted, 0), num - 1), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Selects from the cell where the rectangle begins to the one where it ends, as text."""
        model, selection = self.model(), self.selectionModel()
        begin = self._row_at(rect.topLeft() + self._offset(), nearest=True)
        end = self._row_at(rect.bottomRight() + self._offset(), nearest=True)
        chosen = QItemSelection()
        if begin >= 0 and (rect.width() > 1 or self._row_at_exact(rect.topLeft()) >= 0):
            chosen.select(model.index(min(begin, end), 0), model.index(max(begin, end), 0))
        selection.select(chosen, command)

    def _row_at_exact(self, point: QPoint) -> int:
        return self._row_at(point + self._offset(), nearest=False)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        # All that is on the screen: cheaper than asking of each of 100,000 selected cells.
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        size = self.viewport().size()
        num = self._num_items()
        if self._is_strip:
            bar, cell_px, page_px = self.horizontalScrollBar(), self._cell.width(), size.width()
            total_px = num * cell_px
        else:
            bar, cell_px, page_px = self.verticalScrollBar(), self._cell.height(), size.height()
            total_px = math.ceil(num / self.num_columns()) * cell_px
        bar.setPageStep(page_px)
        bar.setSingleStep(max(1, cell_px // 4))
        bar.setRange(0, max(0, total_px - page_px))
        self._tell_visible()

    # What happens

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.rowsInserted.connect(self._on_rows_changed)
            model.rowsRemoved.connect(self._on_rows_changed)
            model.rowsAboutToBeInserted.connect(self._keep_anchor)
            model.rowsAboutToBeRemoved.connect(self._keep_anchor)
            model.layoutAboutToBeChanged.connect(self._keep_anchor)
            model.layoutChanged.connect(self._on_rows_changed)
            model.modelReset.connect(self._on_rows_changed)
        self._on_rows_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._keep_anchor()
        super().resizeEvent(event)
        self.updateGeometries()
        self._restore_anchor()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._tell_visible()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._is_strip and event.angleDelta().x() == 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - event.angleDelta().y())
            event.accept()
            return
        super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self.viewport()) as painter:
            self._paint(painter, event.rect())

    def _paint(self, painter: QPainter, dirty: QRect) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = QStyle.StateFlag.State_Enabled
        if self.isActiveWindow():
            plain |= QStyle.StateFlag.State_Active
        model, selection = self.model(), self.selectionModel()
        delegate = self.itemDelegate()
        current_row = self.currentIndex().row()
        for row in self._rows_in(dirty):
            index = model.index(row, 0)
            state = plain
            if selection.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == current_row:
                state |= QStyle.StateFlag.State_HasFocus
            option.rect = self.visualRect(index)
            option.state = state
            delegate.paint(painter, option, index)

    def _on_rows_changed(self) -> None:
        self.updateGeometries()
        self._restore_anchor()
        self.viewport().update()

    def _keep_anchor(self) -> None:
        """Remember which photo the eye rests on, and where: the current one if it is in sight."""
        self._anchor = None
        bar = self.horizontalScrollBar() if self._is_strip else self.verticalScrollBar()
        model = self.model()
        if bar.value() == 0 and not self._is_current_visible():
            return  # who looks at the beginning goes on looking at the beginning
        index = self.currentIndex()
        if not self._is_current_visible():
            index = model.index(self._row_at(self._offset(), nearest=True), 0)
        if index.isValid():
            rect = self.visualRect(index)
            place = rect.left() if self._is_strip else rect.top()
            self._anchor = (QPersistentModelIndex(index), place)

    def _is_current_visible(self) -> bool:
        index = self.currentIndex()
        return index.isValid() and self.viewport().rect().intersects(self.visualRect(index))

    def _restore_anchor(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is None or not anchor[0].isValid():
            return
        cell = self._cell_rect(anchor[0].row())
        bar = self.horizontalScrollBar() if self._is_strip else self.verticalScrollBar()
        bar.setValue((cell.left() if self._is_strip else cell.top()) - anchor[1])

    def _tell_visible(self) -> None:
        rows = self._rows_in(self.viewport().rect())
        visible = (rows[0], rows[-1]) if rows else (-1, -1)
        if visible != self._visible:
            self._visible = visible
        self.visible_rows_changed.emit(*visible)
