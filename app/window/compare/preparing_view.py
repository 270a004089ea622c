"""While the photos are rated by every model: how far it has come, and a way to stop."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.window.widgets.headings import centred, dim, heading
from engine.counted import counted

if TYPE_CHECKING:  # loads SciPy and OpenCV, which the window must not wait for
    from app.contest.prepared import PreparationProgress

_WIDTH_PX = 520


class PreparingView(QWidget):
    """A bar and a button.

    Signals:
        stop_wanted(): give up.
    """

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Preparing the contest"))
        self.words = dim()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setTextVisible(False)
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.clicked.connect(self._stop)
        column = QFrame()
        column.setFixedWidth(_WIDTH_PX)
        rows = QVBoxLayout(column)
        rows.setSpacing(14)
        rows.addWidget(heading(self.tr("Rating the photos with every model")))
        rows.addWidget(self.bar)
        rows.addWidget(self.words)
        rows.addWidget(self.stop_button)
        rows.addWidget(
            dim(self.tr("Scores are remembered: photos that a model has rated take no time."))
        )
        self.setLayout(centred(column))

    def begin(self) -> None:
        """Nothing is known yet."""
        self.bar.setRange(0, 0)
        self.words.setText(self.tr("Looking for photos…"))
        self.stop_button.setEnabled(True)

    def show_progress(self, progress: "PreparationProgress") -> None:
        """How far it has come."""
        self.bar.setRange(0, progress.num_total)
        self.bar.setValue(progress.num_done)
        texts = {
            "OPENING": self.tr("Opening %s…") % progress.subject,
            "RATING": self.tr("%s: %d of %s")
            % (progress.subject, progress.num_done, counted(progress.num_total)),
            "COMPARING": self.tr("Looking for near-duplicates: %d of %s")
            % (progress.num_done, counted(progress.num_total)),
        }
        self.words.setText(texts[progress.stage.name])

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.words.setText(self.tr("Stopping after the photo in hand…"))
        self.stop_wanted.emit()
