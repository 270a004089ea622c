"""The page of the student: CSIQA's parts as switches, and how photos are cut."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGroupBox, QSpinBox, QWidget

from app.runs.preset import preset_config
from app.window.train.recipe_box import RecipeBox
from app.window.train.step import Step, dim, form
from trainer.config import Contrast, PhotosConfig, RunConfig, StudentConfig
from trainer.errors import TrainingError
from trainer.presets import PRESETS


class StudentStep(Step):
    """What the student learns from, each part with a sentence on what it does.

    Signals:
        preset_chosen(RunConfig): the settings to start from, which concern the teacher too.
    """

    preset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Student"),
            self.tr("The student is the model that photos will be rated with."),
            parent,
        )
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Settings to start from"))
        self.preset.addItem(self.tr("Discern's own, for labels of your own"), "")
        for name in PRESETS:
            self.preset.addItem(self.tr("The paper's for %s") % name, name)
        self.masks = QCheckBox(self.tr("&Mask"))
        self.distillation = QCheckBox(self.tr("&Distillation"))
        self.easy = QCheckBox(self.tr("&Easy pairs"))
        self.hard = QCheckBox(self.tr("&Hard pairs"))
        self.compared = QComboBox()
        self.compared.setAccessibleName(self.tr("What pairs are compared by"))
        self.compared.addItem(self.tr("Quality-aware tokens, without what all photos share"), "own")
        self.compared.addItem(self.tr("Whole sequences of tokens (the paper)"), "paper")
        self.compared.setToolTip(
            self.tr(
                "Where it was measured, whole sequences were so alike for all photos that next"
                " to nothing was learned from them."
            )
        )
        for switch in self._switches():
            switch.setChecked(True)
        self.recipe = RecipeBox(self.tr("How the student is trained"), may_lack_regression=True)
        self.photos = QGroupBox(self.tr("How photos are cut"))
        normal = PhotosConfig()
        self.long_side = _spin(normal.long_side_px or 512, 32, 4096, self.tr("Long side"), " px")
        self.short_side = _spin(normal.short_side_px or 384, 32, 4096, self.tr("Short side"), " px")
        self.crop = _spin(normal.crop_px, 32, 1024, self.tr("Crop"), " px")
        self.crops_per_photo = _spin(
            normal.crops_per_photo, 1, 100, self.tr("Random crops of a photo in an epoch")
        )
        self.validation_crops = _spin(
            normal.validation_crops, 1, 100, self.tr("Crops of a photo in validation")
        )
        self.test_crops = _spin(normal.test_crops, 1, 100, self.tr("Crops of a photo when rating"))
        self._lay_out()
        self.show_config(preset_config(""))
        self._connect()
        self._on_edited()

    def student_config(self) -> StudentConfig:
        """The student, as the run's settings. Raises ConfigError."""
        return StudentConfig(
            **self.recipe.values(),
            mask=self.masks.isChecked(),
            quality_token=self.masks.isChecked(),
            distillation=self.distillation.isChecked(),
            contrast=self._contrast(),
            **self._comparison(),
        )

    def photos_config(self) -> PhotosConfig:
        """How photos are cut, as the run's settings. Raises ConfigError."""
        return PhotosConfig(
            long_side_px=self.long_side.value(),
            short_side_px=self.short_side.value(),
            crop_px=self.crop.value(),
            crops_per_photo=self.crops_per_photo.value(),
            validation_crops=self.validation_crops.value(),
            test_crops=self.test_crops.value(),
        )

    def show_config(self, config: RunConfig) -> None:
        """Show these settings of student and photos."""
        student, photos = config.student, config.photos
        self.masks.setChecked(student.mask)
        self.distillation.setChecked(student.distillation)
        self.easy.setChecked(student.contrast in {"easy", "easy_hard"})
        self.hard.setChecked(student.contrast in {"hard", "easy_hard"})
        self.compared.setCurrentIndex(self.compared.findData("own" if student.centred else "paper"))
        self.recipe.show_values(student)
        self.long_side.setValue(photos.long_side_px or self.long_side.maximum())
        self.short_side.setValue(photos.short_side_px or self.short_side.maximum())
        self.crop.setValue(photos.crop_px)
        self.crops_per_photo.setValue(photos.crops_per_photo)
        self.validation_crops.setValue(photos.validation_crops)
        self.test_crops.setValue(photos.test_crops)

    def _contrast(self) -> Contrast:
        match self.easy.isChecked(), self.hard.isChecked():
            case True, True:
                return "easy_hard"
            case True, False:
                return "easy"
            case False, True:
                return "hard"
        return "none"

    def _comparison(self) -> dict[str, Any]:
        if self.compared.currentData() == "paper":
            return {}
        own = preset_config("").student
        return {
            "embedding": "qua" if self.masks.isChecked() else "cls",
            "centred": own.centred,
            "contrast_weight": own.contrast_weight,
            "temperature": own.temperature,
        }

    def _switches(self) -> tuple[QCheckBox, ...]:
        return self.masks, self.distillation, self.easy, self.hard

    def _lay_out(self) -> None:
        fields = form()
        fields.addRow(self.tr("&Settings"), self.preset)
        self.rows.addLayout(fields)
        sentences = (
            self.tr(
                "A token of its own sees only random patches of the photo, so that quality is"
                " judged by many places and not by what the photo shows."
            ),
            self.tr("The student also learns from the scores that the teacher gives."),
            self.tr(
                "Photos of clearly like and unlike quality are drawn together and pushed apart in"
                " what the network sees."
            ),
            self.tr(
                "Among photos that are roughly like or unlike, those that the teacher confuses are"
                " compared too: the pairs from which there is most to learn."
            ),
        )
        for switch, sentence in zip(self._switches(), sentences, strict=True):
            self.rows.addWidget(switch)
            explanation = dim(sentence)
            explanation.setContentsMargins(24, 0, 0, 4)
            self.rows.addWidget(explanation)
        comparing = form()
        comparing.addRow(self.tr("Pairs are compared by"), self.compared)
        self.rows.addLayout(comparing)
        self.rows.addWidget(self.recipe)
        cuts = form()
        cuts.addRow(self.tr("Long side"), self.long_side)
        cuts.addRow(self.tr("Short side"), self.short_side)
        cuts.addRow(self.tr("Crop"), self.crop)
        cuts.addRow(self.tr("Crops in an epoch"), self.crops_per_photo)
        cuts.addRow(self.tr("Crops in validation"), self.validation_crops)
        cuts.addRow(self.tr("Crops when rating"), self.test_crops)
        self.photos.setLayout(cuts)
        self.rows.addWidget(self.photos)
        self.rows.addStretch(1)

    def _connect(self) -> None:
        self.preset.activated.connect(self._on_preset_chosen)
        for switch in self._switches():
            switch.toggled.connect(self._on_edited)
        self.compared.currentIndexChanged.connect(self._on_edited)
        self.recipe.changed.connect(self._on_edited)
        for box in self._boxes():
            box.valueChanged.connect(self._on_edited)

    def _boxes(self) -> tuple[QSpinBox, ...]:
        return (
            self.long_side,
            self.short_side,
            self.crop,
            self.crops_per_photo,
            self.validation_crops,
            self.test_crops,
        )

    def _on_preset_chosen(self) -> None:
        config = preset_config(self.preset.currentData())
        self.show_config(config)
        self.preset_chosen.emit(config)

    def _on_edited(self) -> None:
        try:
            self.student_config()
            self.photos_config()
        except TrainingError as error:
            self.set_problem(str(error))
        else:
            self.set_problem("")


def _spin(value: int, low: int, high: int, name: str, suffix: str = "") -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(suffix)
    box.setAccessibleName(name)
    return box
