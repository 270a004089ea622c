"""The page that parts the photos into training, validation and test."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QSpinBox,
    QWidget,
)

from app.runs.split_review import SplitReview, review_split
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobRunner
from app.window.train.histogram import Histogram
from app.window.train.step import Step, dim, form, words
from engine.counted import counted
from trainer.config import SplitConfig
from trainer.errors import TrainingError

if TYPE_CHECKING:  # loads SciPy, which the window must not wait for
    from app.runs.label_review import LabelReview

_TYPING_MS = 200


class SplitStep(Step):
    """Fractions, seed and repeats, and what each part looks like."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Split"),
            self.tr(
                "The network learns from the training part, its best state is chosen on the"
                " validation part, and the test part is read once, at the end, for figures that"
                " can be believed."
            ),
            parent,
        )
        self._jobs = jobs
        self._generation = 0
        self._labels: LabelReview | None = None
        self.review: SplitReview | None = None
        self.test_percent = _percent(20.0, self.tr("Share of the test part"))
        self.validation_percent = _percent(10.0, self.tr("Share of the validation part"))
        self.validation_percent.setMinimum(0.0)
        self.validation_percent.setSpecialValueText(self.tr("None (the paper)"))
        self.validation_percent.setToolTip(
            self.tr(
                "Without a validation part nothing picks an epoch: as many are trained as the"
                " settings say, and the last one is kept. The report and the model say so."
            )
        )
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.repeats = QSpinBox()
        self.repeats.setRange(1, 100)
        self.repeats.setAccessibleName(self.tr("Repeats"))
        self.keep_alike = QCheckBox(self.tr("&Keep photos that look alike in one part"))
        self.keep_alike.setChecked(True)
        self.keep_alike.setToolTip(
            self.tr("Copies, edited versions and frames of one burst would make the test too kind.")
        )
        self._add_fields()
        self._add_pictures()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._part)
        for box in (self.test_percent, self.validation_percent, self.seed, self.repeats):
            box.valueChanged.connect(self._on_edited)
        self.keep_alike.toggled.connect(self._on_edited)
        self.set_problem(self.tr("Choose the labels first."))

    def _add_fields(self) -> None:
        fields = form()
        fields.addRow(self.tr("&Test"), self.test_percent)
        fields.addRow(self.tr("&Validation"), self.validation_percent)
        fields.addRow(self.tr("S&eed"), self.seed)
        fields.addRow(self.tr("&Repeats"), self.repeats)
        fields.addRow(self.keep_alike)
        self.rows.addLayout(fields)
        self.rows.addWidget(
            dim(
                self.tr(
                    "The same seed gives the same parts. Several repeats train on as many random"
                    " splits and report the mean and spread: ten in the paper, and ten times as"
                    " long."
                )
            )
        )

    def _add_pictures(self) -> None:
        self.summary = words()
        self.rows.addWidget(self.summary)
        self.parts = QWidget()
        self._grid = QGridLayout(self.parts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._titles = [words() for _ in range(3)]
        self.histograms = [Histogram() for _ in range(3)]
        for column in range(3):
            self._grid.addWidget(self._titles[column], 0, column)
            self._grid.addWidget(self.histograms[column], 1, column)
            self._grid.setColumnStretch(column, 1)
        self.rows.addWidget(self.parts)
        self.leaks = words()
        self.rows.addWidget(self.leaks)
        self.rows.addStretch(1)

    def config(self) -> SplitConfig:
        """What is set, as the run's settings. Raises ConfigError where it can't be meant."""
        return SplitConfig(
            seed=self.seed.value(),
            test_fraction=round(self.test_percent.value() / 100, 4),
            validation_fraction=round(self.validation_percent.value() / 100, 4),
            num_repeats=self.repeats.value(),
            group_near_duplicates=self.keep_alike.isChecked(),
        )

    def show_labels(self, review: "LabelReview") -> None:
        """Part these labels from now on."""
        self._labels = review
        self._on_edited()

    def _on_edited(self) -> None:
        self._generation += 1
        self.review = None
        if self._labels is None:
            return
        try:
            self.config()
        except TrainingError as error:
            self._timer.stop()
            self._on_failed(self._generation, str(error))
            return
        self.set_problem(self.tr("The photos are being parted…"))
        self._timer.start()

    def _part(self) -> None:
        assert self._labels is not None
        labels, config = self._labels.usable, self.config()
        job = Job(
            lambda _: saying_training_errors(lambda: review_split(labels, config)),
            generation=self._generation,
        )
        job.finished.connect(self._on_parted)
        job.failed.connect(self._on_failed)
        self._jobs.start(job)

    def _on_parted(self, generation: int, review: SplitReview) -> None:
        if generation != self._generation:
            return
        self.review = review
        given = (
            self.tr(" The fractions and the seed count only where the labels say nothing.")
            if review.has_given_parts and self.repeats.value() == 1
            else ""
        )
        self.summary.setText(self.tr("Parted %s.%s") % (review.how, given))
        names = (self.tr("Training"), self.tr("Validation"), self.tr("Test"))
        for title, histogram, name, part in zip(
            self._titles, self.histograms, names, review.parts, strict=True
        ):
            groups = (
                self.tr(", %s") % counted(part.num_groups, "reference") if part.num_groups else ""
            )
            title.setText(
                self.tr("%s: %s%s, mean score %s")
                % (name, counted(part.num_photos), groups, f"{part.mean:.3g}")
                if part.num_photos
                else self.tr("%s: none, fixed epochs") % name
            )
            histogram.setVisible(part.num_photos > 0)
            histogram.show_counts(part.counts, review.edges)
        self.parts.show()
        self.leaks.setText(
            " ".join([self._reference_text(review), self._alike_text(review)]).strip()
        )
        leak = self.tr("The same scenes are in two parts: mend the labels' split column.")
        self.set_problem(leak if review.leaks else "")

    def _reference_text(self, review: SplitReview) -> str:
        if review.leaks:
            return self.tr("In two parts: %s, such as %s.") % (
                counted(len(review.leaks), "reference"),
                review.leaks[0],
            )
        if any(part.num_groups for part in review.parts):
            return self.tr("Leak check: no reference and no copy of a photo is in two parts.")
        return self.tr(
            "Leak check: no copy of a photo is in two parts. The labels have no column"
            " that says which photos show the same scene; if some do, add a column"
            " reference, or the test will be too kind."
        )

    def _alike_text(self, review: SplitReview) -> str:
        if review.num_alike_apart:
            return self.tr(
                "Look like a photo in another part: %s; the test will be kinder than photos of"
                " your own."
            ) % counted(review.num_alike_apart)
        if review.num_alike:
            return self.tr("Look alike and are kept together: %s.") % counted(review.num_alike)
        return ""

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self.summary.setText("")
            self.leaks.setText("")
            self.parts.hide()
            self.set_problem(sentence)


def _percent(value: float, name: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(1.0, 89.0)
    box.setDecimals(1)
    box.setValue(value)
    box.setSuffix(" %")
    box.setAccessibleName(name)
    return box
