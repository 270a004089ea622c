"""The curves of several runs in one plot."""

import math
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.runs.run_history import RunHistory
from app.runs.run_summary import RunSummary
from app.window.train.curves import Curve, CurvePlot
from app.window.train.step import heading
from app.window.train.training_runs import TrainingRuns
from trainer.protocol import Epoch, Message


class CompareRuns(QWidget):
    """Validation or loss of several runs over their epochs; runs at work go on growing.

    Signals:
        left(): back to the list of runs.
    """

    left = Signal()

    def __init__(self, runs: TrainingRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: dict[Path, str] = {}
        self._histories: dict[Path, RunHistory] = {}
        self._runs = runs
        self.leave_button = QPushButton(self.tr("&All runs"))
        self.stage = QComboBox()
        self.stage.setAccessibleName(self.tr("Of the student or the teacher"))
        self.stage.addItem(self.tr("The student"), "student")
        self.stage.addItem(self.tr("The teacher"), "teacher")
        self.what = QComboBox()
        self.what.setAccessibleName(self.tr("What to compare"))
        self.what.addItem(self.tr("SRCC on validation"), "srcc")
        self.what.addItem(self.tr("PLCC on validation"), "plcc")
        self.what.addItem(self.tr("Loss in training"), "loss")
        self.curves = CurvePlot(self.tr("Several runs"), self.tr("epoch"))
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("Compare runs")), 1)
        top.addWidget(self.stage)
        top.addWidget(self.what)
        top.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.addLayout(top)
        layout.addWidget(self.curves, 1)
        self.leave_button.clicked.connect(self.left)
        self.stage.currentIndexChanged.connect(self._draw)
        self.what.currentIndexChanged.connect(self._draw)
        runs.history_read.connect(self._on_history_read)
        runs.heard.connect(self._on_heard)

    def show_runs(self, chosen: list[RunSummary]) -> None:
        """Show these runs, by name; two of one name are told apart by their folders."""
        names = [run.name for run in chosen]
        self._histories = {}
        self._names = {
            run.folder: run.name if names.count(run.name) == 1 else run.folder.name
            for run in chosen
        }
        self._draw()
        for folder in self._names:
            self._runs.read_history(folder)

    def _on_history_read(self, folder: Path, history: RunHistory) -> None:
        if folder in self._names:
            self._histories[folder] = history
            self._draw()

    def _on_heard(self, folder: Path, messages: list[Message]) -> None:
        epochs = [message for message in messages if isinstance(message, Epoch)]
        if folder in self._histories and epochs:
            self._histories[folder].take(epochs)
            self._draw()

    def _draw(self) -> None:
        curves = []
        for number, (folder, name) in enumerate(self._names.items()):
            if folder not in self._histories:
                continue
            epochs = self._histories[folder].epochs_of(self.stage.currentData())
            curves.append(
                Curve(
                    name=name,
                    number=number,
                    xs=[epoch.epoch + 1.0 for epoch in epochs],
                    ys=[self._value(epoch) for epoch in epochs],
                    has_dots=True,
                )
            )
        self.curves.show_curves(curves)

    def _value(self, epoch: Epoch) -> float:
        what = self.what.currentData()
        if what == "loss":
            return epoch.losses.get("loss", math.nan)
        value: float | None = getattr(epoch, f"validation_{what}")
        return math.nan if value is None else value
