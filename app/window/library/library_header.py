"""The line above the grid: where one is, the order, the size, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from app.window.photo_list.photo_order import SortKey
from app.window.widgets.plain_text import plain

SMALLEST_PX, LARGEST_PX = 96, 384
_STARTS_DESCENDING = {SortKey.SCORE, SortKey.STARS, SortKey.DATE, SortKey.FOCUS}


class LibraryHeader(QWidget):
    """Folder, counts, order, size of thumbnails, actions.

    Signals:
        sort_changed(SortKey, bool is_descending): by the person.
        size_changed(int): the side of thumbnails, by the person.
    """

    sort_changed = Signal(object, bool)
    size_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain(QLabel())
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.counts = QLabel()
        self.counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.sort = QComboBox()
        self.sort.setAccessibleName(self.tr("Sort by"))
        for key, name in (
            (SortKey.NAME, self.tr("Name")),
            (SortKey.SCORE, self.tr("Score")),
            (SortKey.DATE, self.tr("Date")),
            (SortKey.STARS, self.tr("Stars")),
            (SortKey.FOCUS, self.tr("Focus at 100 %")),
            (SortKey.NOISE, self.tr("Noise at 100 %")),
        ):
            self.sort.addItem(name, key)
        self.direction = QToolButton()
        self.direction.setCheckable(True)
        self.direction.setArrowType(Qt.ArrowType.UpArrow)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST_PX, LARGEST_PX)
        self.size_slider.setSingleStep(16)
        self.size_slider.setPageStep(48)
        self.size_slider.setFixedWidth(110)
        self.size_slider.setAccessibleName(self.tr("Size of the thumbnails"))
        self.size_slider.setToolTip(self.tr("Size of the thumbnails"))
        self.actions_button = QToolButton()
        self.actions_button.setText(self.tr("Actions"))
        self.actions_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.actions_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        row = QHBoxLayout(self)
        self._row = row
        row.setContentsMargins(10, 6, 10, 2)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.counts)
        row.addStretch(1)
        self._place_of_filter = row.count()
        sort_label = QLabel(self.tr("Sort by"))
        sort_label.setBuddy(self.sort)
        for widget in (sort_label, self.sort, self.direction):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.size_slider)
        row.addSpacing(8)
        row.addWidget(self.actions_button)
        self.sort.currentIndexChanged.connect(self._on_key_changed)
        self.direction.toggled.connect(self._on_direction_toggled)
        self.size_slider.valueChanged.connect(self.size_changed)
        self._show_direction()

    def take_in(self, chooser: QWidget) -> None:
        """Show a control of the filter before the order."""
        self._row.insertWidget(self._place_of_filter, chooser)

    def show_sort(self, key: SortKey, *, is_descending: bool) -> None:
        """Show another order."""
        for widget in (self.sort, self.direction):
            widget.blockSignals(True)  # noqa: FBT003 Qt's own
        self.sort.setCurrentIndex(self.sort.findData(key))
        self.direction.setChecked(is_descending)
        for widget in (self.sort, self.direction):
            widget.blockSignals(False)  # noqa: FBT003 Qt's own
        self._show_direction()

    def show_counts(self, *, num_shown: int, num_photos: int, num_selected: int) -> None:
        """How many photos there are, are shown, and are selected."""
        photos = self.locale().toString(num_photos)
        if num_shown == num_photos:
            text = self.tr("1 photo") if num_photos == 1 else self.tr("{} photos").format(photos)
        else:
            shown = self.locale().toString(num_shown)
            text = (
                self.tr("{} of 1 photo").format(shown)
                if num_photos == 1
                else self.tr("{} of {} photos").format(shown, photos)
            )
        if num_selected > 1:
            selected = self.locale().toString(num_selected)
            text += self.tr(", {} selected").format(selected)
        self.counts.setText(text)

    def _on_key_changed(self) -> None:
        key: SortKey = self.sort.currentData()
        self.show_sort(key, is_descending=key in _STARTS_DESCENDING)
        self.sort_changed.emit(key, self.direction.isChecked())

    def _on_direction_toggled(self) -> None:
        self._show_direction()
        self.sort_changed.emit(self.sort.currentData(), self.direction.isChecked())

    def _show_direction(self) -> None:
        is_descending = self.direction.isChecked()
        arrow = Qt.ArrowType.DownArrow if is_descending else Qt.ArrowType.UpArrow
        self.direction.setArrowType(arrow)
        name = self.tr("Highest first") if is_descending else self.tr("Lowest first")
        self.direction.setToolTip(name)
        self.direction.setAccessibleName(name)
