"""The numbers of a stage's recipe: epochs, batch, learning rate, schedule, losses."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGroupBox, QLineEdit, QSpinBox, QWidget

from app.window.train.step import form
from trainer.config import StageConfig
from trainer.errors import TrainingError
from trainer.labels.text_table import parse_number

_LOSSES = ("smooth_l1", "l1", "mse", "norm_in_norm")


class RecipeBox(QGroupBox):
    """How one network is trained.

    Signals:
        changed(): by the person.
    """

    changed = Signal()

    def __init__(
        self, title: str, parent: QWidget | None = None, *, may_lack_regression: bool = False
    ) -> None:
        super().__init__(title, parent)
        normal = StageConfig()
        self.epochs = _spin(normal.epochs, 1, 1000, self.tr("Epochs"))
        self.batch_size = _spin(normal.batch_size, 4, 4096, self.tr("Crops in a batch"))
        self.learning_rate = QLineEdit(f"{normal.learning_rate:g}")
        self.learning_rate.setAccessibleName(self.tr("Learning rate"))
        self.learning_rate.setMaximumWidth(100)
        self.schedule = QComboBox()
        self.schedule.setAccessibleName(self.tr("Schedule of the learning rate"))
        self.schedule.addItem(self.tr("A tenth every 3 epochs (the paper)"), "step")
        self.schedule.addItem(self.tr("Falling as a cosine"), "cosine")
        self.regression = QComboBox()
        self.regression.setAccessibleName(self.tr("Loss of the scores"))
        for text, value in zip(
            (self.tr("Smooth L1 (the paper)"), "L1", self.tr("Squared"), "Norm-in-Norm"),
            _LOSSES,
            strict=True,
        ):
            self.regression.addItem(text, value)
        if may_lack_regression:
            self.regression.addItem(self.tr("None: learn from the teacher alone"), "none")
        self.ladder_weight = QDoubleSpinBox()
        self.ladder_weight.setAccessibleName(self.tr("Weight of ranking distorted crops"))
        self.ladder_weight.setRange(0, 100)
        self.ladder_weight.setSingleStep(0.5)
        self.ladder_weight.setDecimals(1)
        self.ladder_weight.setSpecialValueText(self.tr("Off (the paper)"))
        self.ladder_weight.setValue(normal.ladder_weight)
        self.ladder_weight.setToolTip(
            self.tr(
                "Some crops are also blurred, made noisy, compressed or wrongly exposed, mildly and"
                " more strongly. Each step must lower the score. A weight of 1 or 2 is enough; an"
                " epoch takes about a third longer."
            )
        )
        fields = form()
        fields.addRow(self.tr("Epochs"), self.epochs)
        fields.addRow(self.tr("Batch"), self.batch_size)
        fields.addRow(self.tr("Learning rate"), self.learning_rate)
        fields.addRow(self.tr("Schedule"), self.schedule)
        fields.addRow(self.tr("Loss"), self.regression)
        fields.addRow(self.tr("Distorted crops"), self.ladder_weight)
        self.setLayout(fields)
        self.epochs.valueChanged.connect(self.changed)
        self.batch_size.valueChanged.connect(self.changed)
        self.learning_rate.textChanged.connect(self.changed)
        self.schedule.currentIndexChanged.connect(self.changed)
        self.regression.currentIndexChanged.connect(self.changed)
        self.ladder_weight.valueChanged.connect(self.changed)

    @property
    def problem(self) -> str:
        """What can't be meant, as a sentence."""
        try:
            StageConfig(**self.values())
        except TrainingError as error:
            return str(error)
        return ""

    def values(self) -> dict[str, Any]:
        """The settings by the names that StageConfig has for them."""
        return {
            "epochs": self.epochs.value(),
            "batch_size": self.batch_size.value(),
            "learning_rate": parse_number(self.learning_rate.text()),
            "schedule": self.schedule.currentData(),
            "regression": self.regression.currentData(),
            "ladder_weight": self.ladder_weight.value(),
        }

    def show_values(self, config: StageConfig) -> None:
        """Show a recipe."""
        self.epochs.setValue(config.epochs)
        self.batch_size.setValue(config.batch_size)
        self.learning_rate.setText(f"{config.learning_rate:g}")
        self.schedule.setCurrentIndex(self.schedule.findData(config.schedule))
        self.regression.setCurrentIndex(self.regression.findData(config.regression))
        self.ladder_weight.setValue(config.ladder_weight)


def _spin(value: int, low: int, high: int, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setAccessibleName(name)
    return box
