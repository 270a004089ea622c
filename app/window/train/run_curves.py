"""Both plots of one run: its losses, and how validation goes."""

import math

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.runs.run_history import RunHistory
from app.window.train.curves import Curve, CurvePlot

STAGES = ("teacher", "student")


class RunCurves(QWidget):
    """The loss parts of the stage at work, and validation of teacher and student."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.losses = CurvePlot(self.tr("Loss and its parts"), self.tr("epoch"), is_rising=False)
        self.validation = CurvePlot(self.tr("Agreement on validation"), self.tr("epoch"))
        self._history: RunHistory | None = None
        self._then = QTimer(self, singleShot=True, interval=0)
        self._then.timeout.connect(self._show_validation)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.losses)
        layout.addWidget(self.validation)

    def show_history(self, history: RunHistory) -> None:
        """Draw what a run has said so far, one plot after the other: keys get their turn."""
        self._history = history
        self.losses.show_curves(_loss_curves(history))
        self._then.start()

    def _show_validation(self) -> None:
        if self._history is not None:
            self.validation.show_curves(_validation_curves(self._history))


def _loss_curves(history: RunHistory) -> list[Curve]:
    """Those of the latest stage that has any."""
    for stage in reversed(STAGES):
        points = history.losses_of(stage)
        if not points:
            continue
        names = list(dict.fromkeys(name for point in points for name in point.losses))
        return [
            Curve(
                name=f"{stage}: {'in all' if name == 'loss' else name}",
                number=number,
                xs=[point.at for point in points],
                ys=[point.losses.get(name, math.nan) for point in points],
            )
            for number, name in enumerate(names)
        ]
    return []


def _validation_curves(history: RunHistory) -> list[Curve]:
    curves = []
    for stage in STAGES:
        epochs = history.epochs_of(stage, repeat=history.repeat)
        if not epochs:
            continue
        xs = [epoch.epoch + 1.0 for epoch in epochs]
        for number, measure in enumerate(("srcc", "plcc")):
            values = [getattr(epoch, f"validation_{measure}") for epoch in epochs]
            if all(value is None for value in values):  # there is no validation part
                continue
            curves.append(
                Curve(
                    name=f"{stage}: {measure.upper()}",
                    number=number,
                    xs=xs,
                    ys=[math.nan if value is None else value for value in values],
                    is_dashed=stage == "teacher",
                    has_dots=True,
                )
            )
    return curves
