"""What an action on photos does or did, in one line, with the way to stop or take it back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.window.widgets.plain_text import plain


class ActionStrip(QFrame):
    """Shown while an action is at work and after it, until it is dismissed or replaced.

    Signals:
        undo_wanted(): take the last action back.
        stop_wanted(): end the action at work between two photos.
        details_wanted(): show what went wrong with which photo.
    """

    undo_wanted = Signal()
    stop_wanted = Signal()
    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self.text = plain(QLabel())
        self.text.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.progress.setMaximumWidth(240)
        self.progress.setAccessibleName(self.tr("Photos done"))
        self.details_button = QPushButton(self.tr("Details…"))
        self.details_button.clicked.connect(self.details_wanted)
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.clicked.connect(self.undo_wanted)
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.clicked.connect(self.stop_wanted)
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION SIGN}")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self.text, 1)
        for widget in (
            self.progress, self.stop_button, self.details_button, self.undo_button,
            self.close_button,
        ):  # fmt: skip
            row.addWidget(widget)
        self.hide()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """An action is at work."""
        self.text.setText(title)
        self.progress.setMaximum(total)
        self.progress.setValue(done)
        self._show(is_at_work=True, can_undo=False, has_details=False)

    def show_sentence(
        self, sentence: str, *, can_undo: bool = False, has_details: bool = False
    ) -> None:
        """What an action did, or why it did not."""
        self.text.setText(sentence)
        self._show(is_at_work=False, can_undo=can_undo, has_details=has_details)

    def _show(self, *, is_at_work: bool, can_undo: bool, has_details: bool) -> None:
        self.progress.setVisible(is_at_work)
        self.stop_button.setVisible(is_at_work)
        self.undo_button.setVisible(can_undo)
        self.details_button.setVisible(has_details)
        self.close_button.setVisible(not is_at_work)
        self.show()
