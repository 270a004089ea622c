"""Which photos are shown: scores, stars, flags, unrated, unreadable, focus and noise."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from app.catalog.photo_entry import MAX_STARS, Flag
from app.window.library.at_100_filter import At100Filter
from app.window.library.mark_icons import flag_icon
from app.window.library.score_range import ScoreRange
from app.window.photo_list.photo_columns import PhotoColumns
from app.window.photo_list.photo_order import ALL_FLAGS, PhotoFilter

# What is left out is dim and flat; what is shown stands out.
_CHIP_STYLE = """
QToolButton { padding: 3px 6px; border: 1px solid palette(mid); border-radius: 3px;
              color: palette(placeholder-text); background: transparent; }
QToolButton:checked { color: palette(text); background: palette(light); }
QToolButton:focus { border-color: palette(highlight); }
"""
# The fewest and the most, in the order of the choices.
_STAR_RANGES = [*((fewest, MAX_STARS) for fewest in range(MAX_STARS + 1)), (0, 0)]
_STARS_LENGTH = 9  # letters; the list itself is as wide as it needs
_REFRESH_MS = 250  # the histogram follows live results this often


class FilterBar(QWidget):
    """Edits a PhotoFilter.

    Of the flags those that are pressed are shown, and all of them while none is.

    Narrowing the range of scores leaves out photos without one, until they are asked for again;
    widening it to all scores brings them back.

    Its `at_100` stands in the line above, where there is room.

    Signals:
        filter_changed(PhotoFilter): by the person.
        typing_ended(): a score was typed, and Return pressed.
    """

    filter_changed = Signal(object)
    typing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = PhotoFilter()
        self._columns = PhotoColumns.of([])
        self.lowest = self._score_box(self.tr("Lowest score shown"))
        self.highest = self._score_box(self.tr("Highest score shown"))
        self.score_range = ScoreRange()
        self.score_range.setMaximumWidth(420)
        self.unrated = self._chip(self.tr("Photos that have no score yet"))
        self.unreadable = self._chip(self.tr("Files that can't be read as photos"))
        self.stars = QComboBox()
        self.stars.setAccessibleName(self.tr("Stars"))
        self.stars.setToolTip(self.tr("Photos with so many stars"))
        self.stars.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.stars.setMinimumContentsLength(_STARS_LENGTH)
        self._fill_stars()
        self.flags = {
            Flag.PICKED: self._chip(self.tr("Only picked photos")),
            Flag.NONE: self._chip(self.tr("Only photos neither picked nor rejected")),
            Flag.REJECTED: self._chip(self.tr("Only rejected photos")),
        }
        self.at_100 = At100Filter()
        self.at_100.setStyleSheet(_CHIP_STYLE)
        self.clear_button = QToolButton()
        self.clear_button.setText(self.tr("Show all"))
        self.clear_button.setAutoRaise(True)
        self._lay_out()
        self._connect()
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self.set_filter(self._filter)
        self._refresh()

    def show_columns(self, columns: PhotoColumns) -> None:
        """Count these photos; the display follows a few times a second."""
        self._columns = columns
        if not self._timer.isActive():
            self._timer.start()

    def set_filter(self, photo_filter: PhotoFilter) -> None:
        """Show another filter."""
        self._filter = photo_filter
        widgets = (
            self.lowest, self.highest, self.unrated, self.unreadable, self.stars,
            *self.flags.values(),
        )  # fmt: skip
        for widget in widgets:
            widget.blockSignals(True)  # noqa: FBT003 Qt's own
        self.lowest.setValue(round(photo_filter.lowest_score))
        self.highest.setValue(round(photo_filter.highest_score))
        self.score_range.set_range(photo_filter.lowest_score, photo_filter.highest_score)
        self.unrated.setChecked(photo_filter.shows_unrated)
        self.unreadable.setChecked(photo_filter.shows_unreadable)
        stars = (photo_filter.fewest_stars, photo_filter.most_stars)
        self.stars.setCurrentIndex(_STAR_RANGES.index(stars))
        self.at_100.show_limits(photo_filter.least_focus, photo_filter.most_noise)
        for flag, chip in self.flags.items():
            chip.setChecked(photo_filter.flags != ALL_FLAGS and flag in photo_filter.flags)
        for widget in widgets:
            widget.blockSignals(False)  # noqa: FBT003 Qt's own
        self.clear_button.setEnabled(not photo_filter.is_open)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _score_box(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, 100)
        box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setKeyboardTracking(False)
        box.setFixedWidth(box.fontMetrics().horizontalAdvance("100") + 22)
        return box

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setCheckable(True)
        chip.setAccessibleName(name)
        chip.setToolTip(name)
        chip.setIconSize(QSize(18, 18))
        chip.setAutoRaise(True)
        chip.setStyleSheet(_CHIP_STYLE)
        return chip

    def _fill_stars(self) -> None:
        or_more = [self.tr("{} stars or more").format(fewest) for fewest in range(1, MAX_STARS)]
        or_more[0] = self.tr("1 star or more")
        all_stars = self.tr("{} stars").format(MAX_STARS)
        self.stars.addItems([self.tr("Any stars"), *or_more, all_stars, self.tr("No stars")])
        self.stars.view().setMinimumWidth(self.stars.view().sizeHintForColumn(0) + 24)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 10, 4)
        row.setSpacing(6)
        label = QLabel(self.tr("Score"))
        label.setBuddy(self.lowest)
        row.addWidget(label)
        row.addWidget(self.lowest)
        row.addWidget(self.score_range, 1)
        row.addWidget(self.highest)
        row.addSpacing(10)
        row.addWidget(self.unrated)
        row.addWidget(self.unreadable)
        row.addSpacing(10)
        row.addWidget(self.stars)
        for chip in self.flags.values():
            row.addWidget(chip)
        row.addStretch()
        row.addWidget(self.clear_button)
        self._draw_icons()

    def _connect(self) -> None:
        self.score_range.range_changed.connect(self._on_range_changed)
        self.lowest.valueChanged.connect(self._on_box_changed)
        self.highest.valueChanged.connect(self._on_box_changed)
        for box in (self.lowest, self.highest):
            box.lineEdit().returnPressed.connect(self.typing_ended)
        self.stars.currentIndexChanged.connect(self._on_other_changed)
        for chip in (self.unrated, self.unreadable, *self.flags.values()):
            chip.toggled.connect(self._on_other_changed)
        self.at_100.limits_changed.connect(self._on_limits_changed)
        self.clear_button.clicked.connect(self.clear)

    def clear(self) -> None:
        """Show every photo."""
        self._change(PhotoFilter())

    def _draw_icons(self) -> None:
        for flag, chip in self.flags.items():
            chip.setIcon(flag_icon(flag, self.palette()))

    def _on_box_changed(self) -> None:
        low, high = sorted((self.lowest.value(), self.highest.value()))
        self._on_range_changed(low, high)

    def _on_range_changed(self, lowest: float, highest: float) -> None:
        before = (self._filter.lowest_score, self._filter.highest_score) == (0.0, 100.0)
        after = (lowest, highest) == (0.0, 100.0)
        changed = replace(self._filter, lowest_score=lowest, highest_score=highest)
        if before != after:
            changed = replace(changed, shows_unrated=after, shows_unreadable=after)
        self._change(changed)

    def _on_other_changed(self) -> None:
        fewest, most = _STAR_RANGES[self.stars.currentIndex()]
        flags = frozenset(flag for flag, chip in self.flags.items() if chip.isChecked())
        self._change(
            replace(
                self._filter,
                shows_unrated=self.unrated.isChecked(),
                shows_unreadable=self.unreadable.isChecked(),
                fewest_stars=fewest,
                most_stars=most,
                flags=flags or ALL_FLAGS,
            )
        )

    def _on_limits_changed(self, least_focus: float, most_noise: float) -> None:
        self._change(replace(self._filter, least_focus=least_focus, most_noise=most_noise))

    def _change(self, photo_filter: PhotoFilter) -> None:
        is_other = photo_filter != self._filter
        self.set_filter(photo_filter)  # also where nothing changes: three flags pressed are none
        if is_other:
            self.filter_changed.emit(photo_filter)

    def _refresh(self) -> None:
        columns = self._columns
        self.score_range.set_scores(columns.scores)
        num_unrated = int(np.count_nonzero(columns.is_unrated))
        num_unreadable = int(np.count_nonzero(columns.is_unreadable))
        self.unrated.setText(self.tr("Unrated {}").format(self.locale().toString(num_unrated)))
        self.unreadable.setText(
            self.tr("Unreadable {}").format(self.locale().toString(num_unreadable))
        )
