"""A new training, page by page; what was typed on a page stays when one goes back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.runs.own_labels import OwnLabels
from app.runs.run_check import RunCheck, check_run
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobRunner
from app.window.train.labels_step import LabelsStep
from app.window.train.machine_step import MachineStep
from app.window.train.plan_step import MakePlan, PlanStep
from app.window.train.split_step import SplitStep
from app.window.train.start_step import StartStep
from app.window.train.step import Step
from app.window.train.student_step import StudentStep
from app.window.train.teacher_step import TeacherStep
from app.window.widgets.plain_text import plain
from trainer.config import RunConfig, StudentConfig

_LIST_PX = 170
_DATED = re.compile(r"-\d{8}-\d{6}$")  # what a table of one's own labels ends with


class NewTraining(QWidget):
    """The pages, the list of them on the left, and Back and Next below.

    A page can be reached once all before it are in order, so nothing fatal waits at the end. The
    technical ones are hidden until somebody chooses for themselves.

    Signals:
        own_model_wanted(str name, object read_labels): make a model of one's own of the LabelSet
            that the function returns in a job.
        start_wanted(RunConfig, bool outlives_us, int num_seeds): all is in order and Start was
            pressed; with seeds it is an ablation, with 0 a single run.
        given_up(): back to the list of runs; what was typed stays.
    """

    own_model_wanted = Signal(str, object)
    start_wanted = Signal(object, bool, int)
    given_up = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        own: Sequence[OwnLabels],
        *,
        make_plan: MakePlan,
        runs_folder: Path,
        command: Sequence[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._command = command
        self._is_choosing = False  # the pages of everything technical are shown
        self.labels = LabelsStep(jobs, own)
        self.plan = PlanStep(jobs, make_plan)
        self.split = SplitStep(jobs)
        self.teacher = TeacherStep()
        self.student = StudentStep()
        self.machine = MachineStep(jobs, runs_folder=runs_folder, command=command)
        self.start = StartStep()
        self.steps: tuple[Step, ...] = (
            self.labels,
            self.plan,
            self.split,
            self.teacher,
            self.student,
            self.machine,
            self.start,
        )
        self.machine.make_config = self.config
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of a new training"))
        self.list.setFixedWidth(_LIST_PX)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSpacing(5)
        self.stack = QStackedWidget()
        for number, step in enumerate(self.steps, start=1):
            self.stack.addWidget(step)
            self.list.addItem(QListWidgetItem(f"{number}  {step.name}"))
            step.changed.connect(self._show_state)
        self.said = plain(QLabel())
        self.said.setWordWrap(True)
        self.said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.leave_button = QPushButton(self.tr("&All runs"))
        self.back_button = QPushButton(self.tr("< &Back"))
        self.next_button = QPushButton(self.tr("Ne&xt >"))
        self._lay_out()
        self._connect()
        self.go_to(0)

    def _connect(self) -> None:
        self.labels.reviewed.connect(self.split.show_labels)
        self.labels.reviewed.connect(self.plan.show_labels)
        self.plan.make_wanted.connect(self._on_make_wanted)
        self.plan.choose_wanted.connect(lambda: self.go_to(self._num_plain))
        self.student.preset_chosen.connect(
            lambda config: self.teacher.recipe.show_values(config.teacher)
        )
        self.teacher.check_button.clicked.connect(self._on_check_clicked)
        self.machine.lighter_wanted.connect(self._on_lighter_wanted)
        self.list.currentRowChanged.connect(self._on_row_chosen)
        self.leave_button.clicked.connect(self.given_up)
        self.back_button.clicked.connect(lambda: self.go_to(self.number - 1))
        self.next_button.clicked.connect(self._on_next_clicked)

    @property
    def number(self) -> int:
        """The page that is seen, counted from 0."""
        return self.stack.currentIndex()

    @property
    def _num_plain(self) -> int:
        """How many pages everybody sees; the others are for those who choose themselves."""
        return self.steps.index(self.plan) + 1

    def config(self) -> RunConfig:
        """The run as it is set now. Raises ConfigError where a page is not in order."""
        return RunConfig(
            name=self.start.run_name.text().strip() or "unnamed",
            labels=self.labels.config(),
            seed=self.split.seed.value(),
            split=self.split.config(),
            photos=self.student.photos_config(),
            network=self.teacher.network_config(),
            teacher=self.teacher.teacher_config(),
            student=self._student_config(),
            machine=self.machine.config(),
        )

    def _student_config(self) -> StudentConfig:
        student = self.student.student_config()
        comparable = self.teacher.entry.embeddings
        if not comparable:
            return replace(student, contrast="none", embedding="sequence")
        if student.embedding not in comparable:
            return replace(student, embedding=comparable[-1])  # which every such network has
        return student

    def go_to(self, number: int) -> None:
        """Show a page, or the first one before it that is not in order."""
        number = max(0, min(number, len(self.steps) - 1))
        number = next((i for i in range(number) if self.steps[i].problem), number)
        self._is_choosing = self._is_choosing or number >= self._num_plain
        self.stack.setCurrentIndex(number)
        if self.steps[number] is self.plan:
            self.plan.look()
        if self.steps[number] is self.machine:
            self.machine.look()
        if self.steps[number] is self.start:
            self.start.show_config(self.config(), seconds=self.machine.seconds)
        self._show_state()
        self.steps[number].focus_first()

    def _on_check_clicked(self) -> None:
        """Let the trainer try the networks and fetch their weights, without the rest."""
        config, command = self.config(), self._command
        self.teacher.check_button.setEnabled(False)
        self.teacher.show_check(self.tr("The trainer is trying the network…"), is_fine=True)
        job = Job(
            lambda control: saying_training_errors(
                lambda: check_run(
                    config,
                    wants_estimate=False,
                    should_stop=lambda: control.is_cancelled,
                    command=command,
                )
            )
        )
        job.finished.connect(lambda _, check: self._on_network_checked(config, check))
        job.failed.connect(lambda _, sentence: self._on_check_failed(sentence))
        self._jobs.start(job)

    def _on_network_checked(self, config: RunConfig, check: RunCheck) -> None:
        self.teacher.allow_check()
        now = self.config()
        if (now.network, now.teacher) != (config.network, config.teacher):
            return
        if check.problem:
            self.teacher.show_check(check.reason, is_fine=False)
        else:
            fine = self.tr("The network and its starting weights are at hand.")
            self.teacher.show_check(fine, is_fine=True)

    def _on_check_failed(self, sentence: str) -> None:
        self.teacher.allow_check()
        self.teacher.show_check(sentence, is_fine=False)

    def _on_lighter_wanted(self) -> None:
        for recipe in (self.teacher.recipe, self.student.recipe):
            recipe.batch_size.setValue(max(4, recipe.batch_size.value() // 2))
        self.machine.look()

    def _on_make_wanted(self) -> None:
        labels = self.plan.labels
        if labels is not None:
            self.own_model_wanted.emit(_DATED.sub("", labels.source.stem), lambda: labels)

    def _on_next_clicked(self) -> None:
        if self.number < len(self.steps) - 1:
            self.go_to(self.number + 1)
        elif not any(step.problem for step in self.steps):
            self.start_wanted.emit(
                self.config(), self.start.outlives.isChecked(), self.start.num_seeds
            )

    def _on_row_chosen(self, row: int) -> None:
        if row not in (-1, self.number):
            self.go_to(row)

    def _show_state(self) -> None:
        reached = next(
            (i for i, step in enumerate(self.steps) if step.problem), len(self.steps) - 1
        )
        blocker = QSignalBlocker(self.list)
        for row in range(self.list.count()):
            item = self.list.item(row)
            is_open = row <= reached
            on = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(on if is_open else Qt.ItemFlag.NoItemFlags)
            item.setHidden(row >= self._num_plain and not self._is_choosing)
        self.list.setCurrentRow(self.number)
        blocker.unblock()
        problem = self.steps[self.number].problem
        is_last = self.number == len(self.steps) - 1
        is_plain_end = self.number == self._num_plain - 1 and not self._is_choosing
        self.next_button.setVisible(not is_plain_end)
        self.said.setText(problem)
        self.back_button.setEnabled(self.number > 0)
        self.next_button.setEnabled(not problem)
        self.next_button.setText(self.tr("&Start training") if is_last else self.tr("Ne&xt >"))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(28, 8, 28, 14)
        buttons.setSpacing(12)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.said, 1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addLayout(right, 1)
