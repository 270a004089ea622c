"""The first page of a new training: which photos people rated, and how."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.runs.own_labels import OwnLabels
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobRunner
from app.window.train.columns_box import ColumnsBox
from app.window.train.histogram import Histogram
from app.window.train.problem_list import ProblemList
from app.window.train.step import Step, dim, form, words
from engine.counted import counted
from trainer.config import LabelsConfig
from trainer.labels.text_table import parse_number

if TYPE_CHECKING:  # loads SciPy, which the window must not wait for
    from app.runs.label_review import LabelReview

_TYPING_MS = 350


class LabelsStep(Step):
    """Where the labels are, and what was found in them.

    `own` are the labels that lie in Discern itself, a button for each.

    Signals:
        reviewed(LabelReview): labels were read and checked.
    """

    reviewed = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        own: Sequence[OwnLabels] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Labels"),
            self.tr(
                "The photos and what people said of them: what you said in Discern itself, a table"
                " with a column of photos and one of scores, or the folder of a known data set."
            ),
            parent,
        )
        self._jobs = jobs
        self._job: Job | None = None
        self._generation = 0
        self._own_table = ""  # that was made of what was said in Discern
        self.review: LabelReview | None = None
        self.source = QLineEdit()
        self.source.setAccessibleName(self.tr("Labels table or folder of a data set"))
        self.source.setPlaceholderText(self.tr("labels.csv, or a folder"))
        self.file_button = QPushButton(self.tr("&File…"))
        self.folder_button = QPushButton(self.tr("F&older…"))
        self.own_buttons = {one.name: self._own_button(one) for one in own}
        self.low = _number_edit(self.tr("Lowest possible score"))
        self.high = _number_edit(self.tr("Highest possible score"))
        self.direction = QComboBox()
        self.direction.setAccessibleName(self.tr("Which scores are better"))
        for text, value in (
            (self.tr("As found"), None),
            (self.tr("Higher is better"), True),
            (self.tr("Lower is better"), False),
        ):
            self.direction.addItem(text, value)
        self.columns = ColumnsBox()
        self.summary = words()
        self.histogram = Histogram()
        self.notes = dim()
        self.problems = ProblemList()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._lay_out()
        self._connect()
        self._show_nothing(self.tr("Choose the labels."))

    def config(self) -> LabelsConfig:
        """What is typed, as the run's settings."""
        return LabelsConfig(
            source=str(Path(self.source.text().strip()).expanduser().absolute()),
            **self.columns.values(),
            score_low=_typed(self.low),
            score_high=_typed(self.high),
            higher_is_better=self.direction.currentData(),
        )

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        for button in self.own_buttons.values():
            first.addWidget(button)
        first.addStretch(1)
        self.rows.addLayout(first)
        row = QHBoxLayout()
        row.addWidget(self.source, 1)
        row.addWidget(self.file_button)
        row.addWidget(self.folder_button)
        self.rows.addLayout(row)
        fields = form()
        scale = QHBoxLayout()
        scale.setSpacing(8)
        scale.addWidget(self.low)
        scale.addWidget(QLabel(self.tr("to")))
        scale.addWidget(self.high)
        scale.addSpacing(16)
        scale.addWidget(self.direction)
        scale.addStretch(1)
        fields.addRow(self.tr("&Scale"), scale)
        label = fields.labelForField(scale)
        label.setBuddy(self.low)  # type: ignore[attr-defined]  # it is a QLabel
        self.rows.addLayout(fields)
        self.rows.addWidget(self.summary)
        self.rows.addWidget(self.histogram)
        self.rows.addWidget(self.columns)
        self.rows.addWidget(self.notes)
        self.rows.addWidget(self.problems)
        self.rows.addStretch(1)

    def _connect(self) -> None:
        self.source.textChanged.connect(self.columns.forget)
        self.source.textChanged.connect(self._on_edited)
        self.columns.changed.connect(self._on_edited)
        self.low.textChanged.connect(self._on_edited)
        self.high.textChanged.connect(self._on_edited)
        self.direction.currentIndexChanged.connect(self._on_edited)
        self.file_button.clicked.connect(self._on_file_clicked)
        self.folder_button.clicked.connect(self._on_folder_clicked)
        self._timer.timeout.connect(self._read)

    def _on_edited(self) -> None:
        self.review = None
        if self._job is not None:
            self._job.cancel()
        self._generation += 1
        for edit in (self.low, self.high):
            if edit.text().strip() and _typed(edit) is None:
                self._timer.stop()
                self._show_nothing(self.tr("%s is no number.") % edit.text().strip())
                return
        if not self.source.text().strip():
            self._timer.stop()
            self._show_nothing(self.tr("Choose the labels."))
            return
        self.set_problem(self.tr("The labels are being read…"))
        self._timer.start()

    def _read(self) -> None:
        config = self.config()
        self.summary.setText(self.tr("Reading the labels and looking at every photo…"))
        self._job = Job(
            lambda _: saying_training_errors(lambda: _review(config)),
            generation=self._generation,
        )
        self._job.finished.connect(self._on_read)
        self._job.failed.connect(self._on_failed)
        self._jobs.start(self._job)

    def _on_read(self, generation: int, review: "LabelReview") -> None:
        if generation != self._generation:
            return
        self._job = None
        self.review = review
        usable, total = len(review.usable.photos), len(review.read.photos)
        scale = review.usable.range
        direction = (
            self.tr("higher is better") if scale.higher_is_better else self.tr("lower is better")
        )
        self.summary.setText(
            self.tr("%s: %d of %s can be used. Scale %s to %s, %s.")
            % (
                review.read.name,
                usable,
                counted(total),
                f"{scale.low:g}",
                f"{scale.high:g}",
                direction,
            )
        )
        self.low.setPlaceholderText(f"{scale.low:g}")
        self.high.setPlaceholderText(f"{scale.high:g}")
        self.histogram.show_counts(*review.histogram())
        self.histogram.setVisible(bool(usable))
        self.notes.setText("\n".join(review.read.notes))
        is_own = self.source.text() == self._own_table  # its columns are nobody's concern
        self.columns.show_taken(None if is_own else review.read.columns)
        self.notes.setVisible(not is_own)
        self.problems.show_problems(review.problems)
        self.set_problem(
            self.tr("These labels can't be trained on yet: see the problems below.")
            if review.is_fatal
            else ""
        )
        self.reviewed.emit(review)

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self._show_nothing(sentence)
            self.summary.setText(sentence)

    def _show_nothing(self, problem: str) -> None:
        self.summary.setText("")
        self.histogram.hide()
        self.notes.setText("")
        self.problems.show_problems(())
        self.set_problem(problem)

    def _own_button(self, own: OwnLabels) -> QPushButton:
        button = QPushButton(own.name)
        button.clicked.connect(partial(self._on_own_clicked, own))
        return button

    def _on_own_clicked(self, own: OwnLabels) -> None:
        self._enable_own(is_on=False)
        write = own.write
        job = Job(lambda _: write())
        job.finished.connect(lambda _, path: self._on_own_written(own, path))
        job.failed.connect(self._on_no_own)
        self._jobs.start(job)

    def _on_own_written(self, own: OwnLabels, path: Path) -> None:
        self._enable_own(is_on=True)
        self.low.setText(f"{own.low:g}")
        self.high.setText(f"{own.high:g}")
        self.direction.setCurrentIndex(self.direction.findData(True))  # noqa: FBT003 a value
        self._own_table = str(path)
        self.source.setText(str(path))

    def _on_no_own(self, _: int, sentence: str) -> None:
        self._enable_own(is_on=True)
        self.summary.setText(sentence)

    def _enable_own(self, *, is_on: bool) -> None:
        for button in self.own_buttons.values():
            button.setEnabled(is_on)

    def _on_file_clicked(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose the labels"), self.source.text(), _TABLES
        )
        if chosen:
            self.source.setText(chosen)

    def _on_folder_clicked(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Choose the folder of a data set"), self.source.text()
        )
        if chosen:
            self.source.setText(chosen)


_TABLES = "Tables (*.csv *.tsv *.txt *.tab);;Data sets (*.mat *.xlsx);;All files (*)"


def _review(config: LabelsConfig) -> "LabelReview":
    from app.runs.label_review import review_labels  # here, in a job: loads SciPy

    return review_labels(config)


def _number_edit(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setAccessibleName(name)
    edit.setFixedWidth(76)
    edit.setPlaceholderText("as found")
    return edit


def _typed(edit: QLineEdit) -> float | None:
    number = parse_number(edit.text())
    return number if abs(number) < float("inf") else None
