"""The page of the machine: where the run computes, and what the trainer itself finds wrong."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.runs.run_check import RunCheck, check_run
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobRunner
from app.window.train.estimate_text import estimate_text
from app.window.train.step import Step, form, words
from trainer.config import MachineConfig, RunConfig


class MachineStep(Step):
    """Device and precision, and a rehearsal of the run in the trainer's own process.

    Signals:
        lighter_wanted(): the run would not fit; halve what fills the memory.
    """

    lighter_wanted = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        *,
        runs_folder: Path,
        command: Sequence[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Machine"),
            self.tr(
                "Before anything is trained, the trainer looks at this machine and tries the"
                " networks, their starting weights and the labels."
            ),
            parent,
        )
        self._jobs = jobs
        self._command = command
        self._runs_folder = runs_folder
        self._job: Job | None = None
        self._generation = 0
        self._checked: RunConfig | None = None
        self.seconds: float | None = None  # that the run will take, once it was rehearsed
        self.make_config: Callable[[], RunConfig] | None = None
        self.device = QComboBox()
        self.device.setAccessibleName(self.tr("Device"))
        self.device.addItem(self.tr("Graphics card if there is one, else the processor"), "auto")
        self.device.addItem(self.tr("Graphics card (CUDA)"), "cuda")
        self.device.addItem(self.tr("Second graphics card (CUDA)"), "cuda:1")
        self.device.addItem(self.tr("Processor"), "cpu")
        self.precision = QComboBox()
        self.precision.setAccessibleName(self.tr("Precision"))
        self.precision.addItem(self.tr("bf16 where the machine has it"), "auto")
        self.precision.addItem(self.tr("fp32, slower"), "fp32")
        self.check_button = QPushButton(self.tr("&Look again"))
        self.findings = words()
        self.looking = words()
        self.bar = QProgressBar()
        self.estimate = words()
        self.lighter_button = QPushButton(self.tr("Take a &lighter setting: half the batch"))
        self.lighter_button.hide()
        self._lay_out()
        self.device.currentIndexChanged.connect(self.look)
        self.precision.currentIndexChanged.connect(self.look)
        self.check_button.clicked.connect(self._on_look_clicked)
        self.lighter_button.clicked.connect(self.lighter_wanted)
        self.set_problem(self.tr("The machine has not been looked at yet."))

    def _lay_out(self) -> None:
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("The run is being looked at"))
        self._show_rest()
        fields = form()
        fields.addRow(self.tr("&Device"), self.device)
        fields.addRow(self.tr("&Precision"), self.precision)
        self.rows.addLayout(fields)
        row = QHBoxLayout()
        row.addWidget(self.check_button)
        row.addStretch(1)
        self.rows.addLayout(row)
        self.rows.addWidget(self.looking)
        self.rows.addWidget(self.bar)
        self.rows.addWidget(self.estimate)
        lighter = QHBoxLayout()
        lighter.addWidget(self.lighter_button)
        lighter.addStretch(1)
        self.rows.addLayout(lighter)
        self.rows.addWidget(self.findings)
        self.rows.addStretch(1)

    def config(self) -> MachineConfig:
        """What is chosen, as the run's settings."""
        return MachineConfig(
            device=self.device.currentData(), precision=self.precision.currentData()
        )

    def look(self) -> None:
        """Let the trainer look at the run as it is set now, unless it has done so."""
        if self.make_config is None:
            return
        config = self.make_config()
        if config == self._checked:
            return
        self._checked = config
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
        self.looking.setText(
            self.tr("The trainer is looking at the run and rehearsing a few steps…")
        )
        self.looking.show()
        self.findings.setText("")
        self.bar.show()
        self.estimate.setText("")
        self.seconds = None
        self.lighter_button.hide()
        self.set_problem(self.tr("The trainer is still looking at the run."))
        command = self._command
        self._job = Job(
            lambda control: saying_training_errors(
                lambda: check_run(
                    config,
                    should_stop=lambda: control.is_cancelled,
                    on_found=control.report,
                    command=command,
                )
            ),
            generation=self._generation,
        )
        self._job.reported.connect(self._on_found)
        self._job.finished.connect(self._on_looked)
        self._job.failed.connect(self._on_failed)
        self._jobs.start(self._job)

    def _on_look_clicked(self) -> None:
        self._checked = None
        self.look()

    def _on_found(self, generation: int, finding: str) -> None:
        if generation == self._generation:
            self.findings.setText("\n".join(filter(None, [self.findings.text(), finding])))

    def _on_looked(self, generation: int, check: RunCheck) -> None:
        if generation == self._generation:
            self._job = None
            self._show_rest()
            self.findings.setText("\n".join(check.findings))
            problem = check.problem
            if check.estimate is not None:
                self.seconds = check.estimate.seconds
                found = estimate_text(check.estimate, folder=self._runs_folder)
                self.estimate.setText(found.text)
                problem = problem or found.problem
            self.lighter_button.setVisible("memory" in problem)
            self.set_problem(problem)

    def _show_rest(self) -> None:
        self.looking.hide()
        self.bar.hide()

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self._show_rest()
            self._checked = None
            self.findings.setText(sentence)
            self.set_problem(sentence)
