"""What is to become of the training when the window closes."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.window.train.step import dim, words


class ClosingDialog(QDialog):
    """Three ways: stop and close, go on and close, stay.

    Signals:
        stop_chosen(): close; the runs save and stop.
        go_on_chosen(): close; the runs go on in the background.
    """

    stop_chosen = Signal()
    go_on_chosen = Signal()

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A training is at work"))
        self.stop_button = QPushButton(self.tr("&Stop it and close"))
        self.go_on_button = QPushButton(self.tr("&Let it go on and close"))
        self.stay_button = QPushButton(self.tr("&Keep the window open"))
        self.stay_button.setDefault(True)
        row = QHBoxLayout()
        for button in (self.stop_button, self.go_on_button, self.stay_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(words(self.tr("Still training: %s.") % ", ".join(names)))
        layout.addWidget(
            dim(
                self.tr(
                    "Stopped, it is saved and can be resumed. Going on, it uses this machine until"
                    " it is finished, and is found again when Discern is next opened."
                )
            )
        )
        layout.addLayout(row)
        self.stop_button.clicked.connect(self.stop_chosen)
        self.go_on_button.clicked.connect(self.go_on_chosen)
        for button in (self.stop_button, self.go_on_button):
            button.clicked.connect(self.accept)
        self.stay_button.clicked.connect(self.reject)
