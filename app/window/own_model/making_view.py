"""While a model of one's own is made: what is being done, and how long it will still take."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.own_model.progress import Progress, Stage
from app.runs.duration import duration_text
from app.window.widgets.headings import centred, dim, heading
from engine.counted import counted

_WIDTH_PX = 560
_STEPS = 1000


class MakingView(QWidget):
    """A bar and words.

    Signals:
        stop_wanted(): give it up; nothing is lost.
    """

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Your own model is being made"))
        self.what = dim()
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far it is"))
        self.left = dim()
        self.stop_button = QPushButton(self.tr("&Stop"))
        self.stop_button.setToolTip(
            self.tr("Photos that were read are remembered, so a second try is faster")
        )
        self.stop_button.clicked.connect(self.stop_wanted)
        column = QFrame()
        column.setFixedWidth(_WIDTH_PX)
        rows = QVBoxLayout(column)
        rows.setSpacing(12)
        rows.addWidget(heading(self.tr("Your own model is being made")))
        rows.addWidget(self.what)
        rows.addWidget(self.bar)
        rows.addWidget(self.left)
        row = QHBoxLayout()
        row.addWidget(self.stop_button)
        row.addStretch(1)
        rows.addLayout(row)
        self.setLayout(centred(column))
        self.setFocusProxy(self.stop_button)

    def begin(self) -> None:
        """Nothing is known yet."""
        self.what.setText(self.tr("Looking at the labels…"))
        self.left.setText("")
        self.bar.setValue(0)

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.what.setText(self._words(progress))
        self.bar.setValue(round(_STEPS * progress.share))
        seconds = progress.seconds_left
        self.left.setText(
            "" if seconds is None else self.tr("About %s left.") % duration_text(max(1.0, seconds))
        )

    def _words(self, progress: Progress) -> str:
        total = counted(progress.num_photos)
        match progress.stage:
            case Stage.OPENING:
                return self.tr("Opening the model in use…")
            case Stage.READING:
                return self.tr("Looking at your photos with the model in use: %d of %s") % (
                    progress.num_read,
                    total,
                )
            case Stage.JUDGING:
                return (
                    self.tr("Trying ways to learn from %s, each on photos that it has not seen")
                    % total
                )
            case Stage.SAVING:
                return self.tr("Learning from all %s, and keeping the model") % total
