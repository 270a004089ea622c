"""The widgets of the library and where they are."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.window.library.action_strip import ActionStrip
from app.window.library.filter_bar import FilterBar
from app.window.library.folder_tree import FolderTree
from app.window.library.library_header import LibraryHeader
from app.window.library.rating_bar import RatingBar
from app.window.library.score_range import ScoreRange
from app.window.photo_list.photo_delegate import PhotoDelegate
from app.window.photo_list.photo_grid import PhotoGrid
from app.window.widgets.empty_state import EmptyState

_TREE_PX = 210


class LibraryView(QWidget):
    """Folder tree on the left; header, filter, grid and bars on the right. Decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = FolderTree()
        self.header = LibraryHeader()
        self.filter_bar = FilterBar()
        self.header.take_in(self.filter_bar.at_100)
        self.grid = PhotoGrid()
        self.grid.setAccessibleName(self.tr("Photos"))
        self.delegate = PhotoDelegate(parent=self)
        self.grid.setItemDelegate(self.delegate)
        self.empty = EmptyState()
        self.strip = ActionStrip()
        self.rating_bar = RatingBar()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.empty)
        self.photo_side = QWidget()
        column = QVBoxLayout(self.photo_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.filter_bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        column.addWidget(self.rating_bar)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.tree)
        self.splitter.addWidget(self.photo_side)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_TREE_PX, 1000])
        self.splitter.setCollapsible(1, False)  # noqa: FBT003 Qt's own
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.grid)
        self._leave_keys_with_photos()

    def set_side_px(self, side_px: int) -> None:
        """Thumbnails of another size."""
        self.delegate.side_px = side_px
        self.grid.set_cell_size(self.delegate.cell_size(self.grid.font()))

    def show_grid(self) -> None:
        """Show the photos."""
        self.stack.setCurrentWidget(self.grid)

    def show_empty(self, title: str, text: str, *, button: str = "") -> None:
        """Show why there are none."""
        self.empty.say(title, text, button=button)
        self.stack.setCurrentWidget(self.empty)

    def _leave_keys_with_photos(self) -> None:
        """A click on a control changes what it is for, and not whom the keys are for; Tab does."""
        for bar in (self.header, self.filter_bar, self.strip, self.rating_bar):
            for control in bar.findChildren(QWidget):
                if isinstance(control, QAbstractButton | QComboBox | QSlider | ScoreRange):
                    control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Numbers are typed, so that their boxes need the keys until they are done.
        self.filter_bar.typing_ended.connect(self.grid.setFocus)
