"""Asks below which score photos are to be selected, and says how many those are."""

from collections.abc import Callable

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

_FIRST_GUESS = 40


class BelowScoreDialog(QDialog):
    """A number, and what it means in this folder."""

    def __init__(self, count_below: Callable[[float], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Select everything below a score"))
        self._count_below = count_below
        self.score = QSpinBox()
        self.score.setRange(1, 100)
        self.score.setValue(_FIRST_GUESS)
        label = QLabel(self.tr("Select all shown photos that score &below"))
        label.setBuddy(self.score)
        self.count = QLabel()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = buttons.addButton(
            self.tr("Select"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(row)
        layout.addWidget(self.count)
        layout.addWidget(buttons)
        self.score.valueChanged.connect(self._on_score_changed)
        self._on_score_changed(self.score.value())
        self.score.setFocus()
        self.score.selectAll()  # so that typing replaces the guess

    def _on_score_changed(self, score: int) -> None:
        num_photos = self._count_below(score)
        number = self.locale().toString(num_photos)
        self.count.setText(
            self.tr("1 photo") if num_photos == 1 else self.tr("{} photos").format(number)
        )
        self.accept_button.setEnabled(num_photos > 0)
