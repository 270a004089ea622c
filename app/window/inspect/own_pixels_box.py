"""What a photo's own pixels say: focus and noise at 100 %, the sharpest place, and defects."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.pictures.own_pixel_words import focus_words, megapixels, noise_words
from app.window.inspect.defects_box import DefectsBox
from app.window.inspect.loupe import Loupe
from app.window.inspect.own_pixels_look import OwnPixelsLook
from app.window.widgets.headings import dim, title

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.own_pixels import OwnPixels


class OwnPixelsBox(QWidget):
    """Two numbers with words, a loupe, and the legend of the defects at 100 %.

    Signals:
        sharpest_wanted(): the loupe was clicked.
    """

    sharpest_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reduced = dim()
        self.focus = QLabel()
        self.noise = QLabel()
        self.loupe = Loupe()
        self.loupe.clicked.connect(self.sharpest_wanted)
        self.place = dim()
        self.defects = DefectsBox(self.tr("Defects at 100 %"))
        self._numbers = QWidget()
        numbers = QGridLayout(self._numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setHorizontalSpacing(10)
        numbers.setVerticalSpacing(3)
        numbers.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(
            ((self.tr("Focus"), self.focus), (self.tr("Noise"), self.noise))
        ):
            value.setWordWrap(True)
            numbers.addWidget(dim(name), row, 0)
            numbers.addWidget(value, row, 1)
        self.focus.setToolTip(
            self.tr(
                "How sharp the sharpest part is at 100 %, from 0 to 100, and how far a line "
                "spreads in it (standard deviation, in pixels)"
            )
        )
        self.noise.setToolTip(
            self.tr("How much smooth parts vary at 100 % (standard deviation, of 255)")
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(title(self.tr("At 100 %")))
        rows.addWidget(self._numbers)
        rows.addWidget(self.reduced)
        rows.addWidget(self.defects)
        rows.addWidget(self.loupe)
        rows.addWidget(self.place)
        self.say("")

    def say(self, words: str) -> None:
        """Show words instead of numbers."""
        self._numbers.hide()
        self.loupe.hide()
        self.place.hide()
        self.reduced.hide()
        self.defects.say(words)

    def show_look(self, look: OwnPixelsLook) -> None:
        """Show what is known so far."""
        self._show_numbers(look.own)
        self.reduced.setVisible(look.is_rated_reduced)
        size = megapixels(look.own.width_px, look.own.height_px)
        self.reduced.setText(
            self.tr(
                "Rated reduced: the score of this photo of %.0f megapixels knows nothing of what "
                "shows only at full size."
            )
            % size
        )
        if look.look is not None:
            self.defects.show_look(look.look, is_complete=look.is_complete)
        if not look.is_complete:
            done = self.tr("Looked at %d of %d parts…") % (look.num_done, look.num_tiles)
            self.defects.say_beside(done)

    def show_place(self, number: int, num_places: int, loupe: QImage) -> None:
        """Show the part that Z leads to next, or the sharpest one."""
        self.loupe.show_image(loupe)
        self.loupe.setVisible(num_places > 0)
        self.place.setVisible(num_places > 0)
        self.place.setText(
            self.tr("The sharpest place; Z goes there")
            if num_places == 1
            else self.tr("Sharp place %d of %d; Z goes from one to the next")
            % (number + 1, num_places)
        )

    def lines(self) -> list[str]:
        """What is shown, as text."""
        numbers = [] if self._numbers.isHidden() else [self.focus.text(), self.noise.text()]
        return [*numbers, *self.defects.lines()]

    def _show_numbers(self, own: "OwnPixels") -> None:
        self._numbers.show()
        if own.focus is None:
            self.focus.setText(self.tr("not measurable: no edges"))
        else:
            self.focus.setText(
                self.tr("%d of 100, %s (%.1f px)")
                % (
                    round(own.focus.sharpness_0_100),
                    focus_words(own.focus.spread_px),
                    own.focus.spread_px,
                )
            )
        if own.noise_at_100 is None:
            self.noise.setText(self.tr("not measurable: nothing smooth"))
        else:
            self.noise.setText(
                self.tr("%.1f of 255, %s") % (own.noise_at_100, noise_words(own.noise_at_100))
            )
