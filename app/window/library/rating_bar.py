"""What the model is doing: rating with progress and time left, pause, stop; or what it could."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QToolButton, QWidget

from app.pace import pace_text
from app.rating.rating_progress import RatingProgress
from app.window.widgets.plain_text import plain, plain_tool_tip


class RatingBar(QWidget):
    """One line below the grid.

    Signals:
        rating_wanted(): rate what has no score.
        pause_wanted(), resume_wanted(), stop_wanted(): of the rating at work.
        unreadable_wanted(): show the list of unreadable files.
    """

    rating_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    unreadable_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_rating = False
        self._is_paused = False
        self._model_name = ""
        self._num_unrated = 0
        self.text = plain(QLabel())
        self.text.setMinimumWidth(200)
        self.detail = QLabel()
        self.detail.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Photos rated"))
        self.progress.setFixedHeight(8)
        self.progress.setMaximumWidth(320)
        self.unreadable_button = QToolButton()
        self.unreadable_button.setAutoRaise(True)
        self.unreadable_button.clicked.connect(self.unreadable_wanted)
        self.rate_button = QPushButton()
        self.rate_button.clicked.connect(self.rating_wanted)
        self.pause_button = QPushButton()
        self.pause_button.clicked.connect(self._on_pause_clicked)
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(8)
        for widget in (self.text, self.progress, self.detail):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (
            self.unreadable_button, self.rate_button, self.pause_button, self.stop_button,
        ):  # fmt: skip
            row.addWidget(button)
        self.show_unreadable(0)
        self._refresh()

    def sizeHint(self) -> QSize:
        # The same whether buttons are shown or not, so that the grid above does not jump.
        return QSize(600, self.stop_button.sizeHint().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, self.sizeHint().height())

    def show_model_loading(self) -> None:
        """The model is being opened."""
        self._model_name = ""
        self._refresh()
        self.text.setText(self.tr("Opening the model…"))

    def show_model(self, name: str) -> None:
        """The model is ready."""
        self._model_name = name
        self._refresh()

    def show_problem(self, sentence: str) -> None:
        """Rating is not possible, or has ended badly."""
        self._is_rating = False
        self.detail.setText("")
        self._refresh()
        self.text.setText(sentence)
        self.text.setToolTip(plain_tool_tip(sentence))

    def show_unrated(self, num_unrated: int) -> None:
        """How many photos could be rated."""
        if num_unrated != self._num_unrated:
            self._num_unrated = num_unrated
            if not self._is_rating and self._model_name:
                self._refresh()

    def show_unreadable(self, num_unreadable: int) -> None:
        """How many files can't be read."""
        self.unreadable_button.setVisible(num_unreadable > 0)
        number = self.locale().toString(num_unreadable)
        self.unreadable_button.setText(
            self.tr("1 file can't be read…")
            if num_unreadable == 1
            else self.tr("{} files can't be read…").format(number)
        )

    def show_rating(self, progress: RatingProgress) -> None:
        """How far the rating at work is."""
        self._is_rating = True
        self.progress.setMaximum(max(1, progress.num_total))
        self.progress.setValue(progress.num_done)
        done, total = (
            self.locale().toString(number) for number in (progress.num_done, progress.num_total)
        )
        self._refresh()
        if self._is_paused:
            self.text.setText(self.tr("Paused at {} of {}").format(done, total))
        else:
            self.text.setText(self.tr("Rating {} of {}").format(done, total))
        self.detail.setText("" if self._is_paused else self._pace(progress))

    def show_measuring(self, num_left: int) -> None:
        """How many photos are still to be measured at 100 %."""
        if not self._is_rating:
            number = self.locale().toString(num_left)
            self.detail.setText(
                self.tr("Measuring focus and noise at 100 %, {} left").format(number)
                if num_left
                else ""
            )

    def show_paused(self, *, is_paused: bool) -> None:
        """Rating waits, or goes on."""
        self._is_paused = is_paused
        self._refresh()
        self.text.setText(self.tr("Paused") if is_paused else self.tr("Rating…"))
        self.detail.setText("")

    def show_ended(self) -> None:
        """Rating is over."""
        self._is_rating = False
        self._is_paused = False
        self.detail.setText("")
        self._refresh()

    def _pace(self, progress: RatingProgress) -> str:
        if progress.photos_per_s is None or progress.seconds_left is None:
            return ""
        pace = pace_text(progress.photos_per_s, "photo")
        left = self.tr("{} left").format(self._duration(progress.seconds_left))
        return ", ".join(part for part in (pace, left) if part)

    def _duration(self, seconds: float) -> str:
        if seconds < 10:
            return self.tr("a few seconds")
        if seconds < 90:
            return self.tr("{} s").format(10 * round(seconds / 10))
        if seconds < 90 * 60:
            return self.tr("{} min").format(round(seconds / 60))
        return self.tr("{} h").format(self.locale().toString(seconds / 3600, "f", 1))

    def _refresh(self) -> None:
        can_rate = not self._is_rating and bool(self._model_name) and self._num_unrated > 0
        self.rate_button.setVisible(can_rate)
        number = self.locale().toString(self._num_unrated)
        self.rate_button.setText(
            self.tr("Rate 1 photo")
            if self._num_unrated == 1
            else self.tr("Rate {} photos").format(number)
        )
        for widget in (self.progress, self.pause_button, self.stop_button):
            widget.setVisible(self._is_rating)
        self.pause_button.setText(self.tr("Go on") if self._is_paused else self.tr("Pause"))
        if not self._is_rating:
            self.text.setText(
                self.tr("Model: {}").format(self._model_name) if self._model_name else ""
            )

    def _on_pause_clicked(self) -> None:
        (self.resume_wanted if self._is_paused else self.pause_wanted).emit()
