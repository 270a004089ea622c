"""The last page: the run's name, what it will do, and whether it outlives the window."""

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.window.train.ablation_box import AblationBox
from app.window.train.step import Step, dim, form, words
from engine.counted import counted
from trainer.config import RunConfig


class StartStep(Step):
    """A last look before the run begins."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Start"), self.tr("Everything that was chosen, in a few lines."), parent
        )
        self._config: RunConfig | None = None
        self.run_name = QLineEdit("my-model")
        self.run_name.setAccessibleName(self.tr("Name of the run and of its model"))
        self.run_name.setMinimumWidth(280)
        fields = form()
        fields.addRow(self.tr("&Name"), self.run_name)
        self.rows.addLayout(fields)
        self.summary = words()
        self.rows.addWidget(self.summary)
        self.ablation = AblationBox()
        self.rows.addWidget(self.ablation)
        self.outlives = QCheckBox(self.tr("&Go on when Discern is closed"))
        self.rows.addWidget(self.outlives)
        self.rows.addWidget(
            dim(
                self.tr(
                    "Without this, closing the window saves and stops the run; it can be resumed."
                    " With it, the run goes on in the background and is found again at the next"
                    " start."
                )
            )
        )
        self.rows.addStretch(1)
        self.run_name.textChanged.connect(self._on_edited)
        self.ablation.changed.connect(self._show_summary)
        self._on_edited()

    @property
    def num_seeds(self) -> int:
        """How many seeds of an ablation are wanted; 0 for a single run."""
        return self.ablation.num_seeds

    def show_config(self, config: RunConfig, *, seconds: float | None = None) -> None:
        """Say what the run will do, and how many seconds it will take if that is known."""
        self._config = config
        repeats = config.split.num_repeats
        self.ablation.show_seconds(None if seconds is None else seconds / repeats)
        self._show_summary()

    def _show_summary(self) -> None:
        config = self._config
        if config is None:
            return
        teacher = (
            self.tr("The teacher is %s.") % config.teacher.model
            if config.teacher.model
            else self.tr("A teacher is trained for %s.") % counted(config.teacher.epochs, "epoch")
        )
        if self.num_seeds:
            parts = self.tr("CSIQA's parts one by one")
            first, last = config.seed, config.seed + self.num_seeds - 1
            seeds = self.tr("seed %d") % first
            if last > first:
                seeds = self.tr("seeds %d to %d") % (first, last)
        else:
            parts = self._parts(config) or self.tr("none of CSIQA's parts")
            seeds = self.tr("seed %d, repeats: %d") % (config.split.seed, config.split.num_repeats)
        student = self.tr("The student is trained for %s, with %s.") % (
            counted(config.student.epochs, "epoch"),
            parts,
        )
        lines = [
            self.tr("Labels: %s") % config.labels.source,
            self.tr("Split: %s test, %s, %s")
            % (f"{config.split.test_fraction:.0%}", self._validation(config), seeds),
            self.tr("Network: %s (%s)") % (config.network.backbone, config.network.architecture),
            teacher,
            student,
        ]
        self.summary.setText("\n".join(lines))

    def _validation(self, config: RunConfig) -> str:
        share = config.split.validation_fraction
        if share:
            return self.tr("%s validation") % f"{share:.0%}"
        return self.tr("no validation and fixed epochs")

    def _parts(self, config: RunConfig) -> str:
        student = config.student
        parts = []
        if student.mask:
            parts.append(self.tr("the mask"))
        if student.distillation:
            parts.append(self.tr("distillation"))
        if student.contrast != "none":
            parts.append(student.contrast.replace("_", " and ") + self.tr(" pairs"))
        return ", ".join(parts)

    def _on_edited(self) -> None:
        is_named = bool(self.run_name.text().strip())
        self.set_problem("" if is_named else self.tr("Give the run a name."))
