"""The choice between one run and an ablation, on the last page of a new training."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.runs.duration import duration_text
from app.window.train.step import dim
from engine.counted import counted
from trainer.ablation import ROWS

_DEFAULT_SEEDS, _MAX_SEEDS = 3, 50


class AblationBox(QWidget):
    """One run, or the rows of Table 4 with several seeds each, and what that will take.

    Signals:
        changed(): another choice was made.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds: float | None = None
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Advanced: one run or an ablation"))
        self.kind.addItem(self.tr("One run"))
        self.kind.addItem(self.tr("Ablation: CSIQA's parts switched on one by one (Table 4)"))
        self.seeds = QSpinBox()
        self.seeds.setRange(1, _MAX_SEEDS)
        self.seeds.setValue(_DEFAULT_SEEDS)
        self.seeds.setAccessibleName(self.tr("Seeds of the ablation"))
        self.seeds_label = QLabel(self.tr("S&eeds"))
        self.seeds_label.setBuddy(self.seeds)
        self.note = dim()
        label = QLabel(self.tr("Ad&vanced"))
        label.setBuddy(self.kind)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label)
        row.addWidget(self.kind)
        row.addWidget(self.seeds_label)
        row.addWidget(self.seeds)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.kind.currentIndexChanged.connect(self._on_changed)
        self.seeds.valueChanged.connect(self._on_changed)
        self._show_note()

    @property
    def num_seeds(self) -> int:
        """How many seeds the ablation has; 0 for a single run."""
        return self.seeds.value() if self.kind.currentIndex() == 1 else 0

    def show_seconds(self, seconds: float | None) -> None:
        """Take over what one run will take, in seconds; None where it is not known."""
        self._seconds = seconds
        self._show_note()

    def _on_changed(self) -> None:
        self._show_note()
        self.changed.emit()

    def _show_note(self) -> None:
        num_seeds = self.num_seeds
        self.seeds_label.setVisible(num_seeds > 0)
        self.seeds.setVisible(num_seeds > 0)
        self.note.setVisible(num_seeds > 0)
        if not num_seeds:
            return
        num_runs = len(ROWS) * num_seeds
        sentences = [
            self.tr(
                "Trains the student %d times with each seed: with none of CSIQA's parts, with some"
                " and with all. Each seed draws another split and other first weights. One table"
                " then shows what each part brings, as Table 4 of the paper does; the parts chosen"
                " on the page of the student are not used."
            )
            % len(ROWS),
            self.tr("That makes %s, one after the other.") % counted(num_runs, "run"),
        ]
        if self._seconds is not None:
            sentences.append(
                self.tr(
                    "At about %s for one they take up to %s; less where a teacher is trained, for"
                    " the runs of a seed share it."
                )
                % (duration_text(self._seconds), duration_text(num_runs * self._seconds))
            )
        self.note.setText(" ".join(sentences))
