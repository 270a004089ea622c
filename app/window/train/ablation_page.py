"""An ablation: which run it is at, its table as far as it is done, and the runs behind it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.atomic_write import write_bytes
from app.runs.ablation_state import AblationState, read_ablation, table_csv
from app.runs.run_end import EndKind, RunEnd
from app.runs.run_summary import RunSummary, Standing
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobRunner
from app.window.train.ablation_table import AblationTable
from app.window.train.run_text import progress_text, standing_text
from app.window.train.step import dim, heading, words
from app.window.train.training_runs import TrainingRuns
from engine.counted import counted
from trainer.protocol import Message, Notice, Progress

_READ_MS = 2000


class AblationPage(QWidget):
    """An ablation that is at work or over; the table is read anew while it is at work.

    Signals:
        left(): back to the list of runs.
        run_wanted(RunSummary): look at one of its runs.
    """

    left = Signal()
    run_wanted = Signal(object)

    def __init__(
        self, runs: TrainingRuns, *, jobs: JobRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._jobs = jobs
        self._folder: Path | None = None
        self._progress: Progress | None = None
        self._is_reading = False
        self._is_to_read_again = False
        self.state: AblationState | None = None
        self.end: RunEnd | None = None
        self.title = heading("")
        self.said = words()
        self.hint = dim()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How many of the runs are done"))
        self.explanation = dim(
            self.tr(
                "The student on the test photos with some of CSIQA's parts switched on: mean and"
                " standard deviation over the seeds that are done. Open a row to see its runs."
            )
        )
        self.table = AblationTable()
        self.note = dim()
        self.leave_button = QPushButton(self.tr("&All runs"))
        self.stop_button = QPushButton(self.tr("&Stop and save"))
        self.stop_button.setToolTip(
            self.tr("Finish this step, save, and end; Resume goes on from there")
        )
        self.cancel_button = QPushButton(self.tr("&Cancel"))
        self.cancel_button.setToolTip(
            self.tr("End at once; up to a minute of work is lost, and it can be resumed")
        )
        self.resume_button = QPushButton(self.tr("&Resume"))
        self.open_button = QPushButton(self.tr("&Open the run"))
        self.copy_button = QPushButton(self.tr("Copy &table"))
        self.save_button = QPushButton(self.tr("Sa&ve table…"))
        self._timer = QTimer(self)
        self._timer.setInterval(_READ_MS)
        self._lay_out()
        self._connect()

    @property
    def folder(self) -> Path | None:
        """The ablation that is shown."""
        return self._folder

    def show_ablation(self, summary: RunSummary) -> None:
        """Show it; `summary` is what is known of it where it is not at work."""
        self._folder = summary.folder
        self._progress = None
        self.state = None
        self.end = None
        self.title.setText(summary.name)
        self.note.setText("")
        self.table.clear()
        self._show_buttons(summary.standing)
        if self._is_at_work:
            self._say(self.tr("The ablation is starting…"))
        else:
            self._say(standing_text(summary), summary.hint)
        self._read()
        self._timer.start()

    def save_table(self, path: Path) -> None:
        """Write the table into a file, in the background: as CSV, or as text for another suffix."""
        state = self.state
        if state is None:
            return
        is_csv = path.suffix.lower() == ".csv"
        content = table_csv(state) if is_csv else state.text.encode()
        job = Job(lambda _: write_bytes(path, content))
        job.finished.connect(lambda *_: self.note.setText(self.tr("The table is in %s.") % path))
        job.failed.connect(lambda _, sentence: self.note.setText(sentence))
        self._jobs.start(job)

    @property
    def _is_at_work(self) -> bool:
        return self._folder is not None and self._runs.follower_of(self._folder) is not None

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        for button in (
            self.resume_button,
            self.stop_button,
            self.cancel_button,
            self.leave_button,
        ):
            top.addWidget(button)
        below = QHBoxLayout()
        below.addWidget(self.open_button)
        below.addWidget(self.note, 1)
        below.addWidget(self.copy_button)
        below.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.addLayout(top)
        layout.addWidget(self.said)
        layout.addWidget(self.hint)
        layout.addWidget(self.bar)
        layout.addWidget(self.explanation)
        layout.addWidget(self.table, 1)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.leave_button.clicked.connect(self.left)
        self.stop_button.clicked.connect(self._on_stop_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.resume_button.clicked.connect(self._on_resume_clicked)
        self.open_button.clicked.connect(self._on_open_wanted)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.save_button.clicked.connect(self._on_save_clicked)
        self.table.itemActivated.connect(lambda *_: self._on_open_wanted())
        self.table.itemSelectionChanged.connect(self._show_open_button)
        self._timer.timeout.connect(self._on_read_due)
        self._runs.heard.connect(self._on_heard)
        self._runs.ended.connect(self._on_ended)

    def _read(self) -> None:
        folder = self._folder
        if self._is_reading:
            self._is_to_read_again = True
        if folder is None or self._is_reading:
            return
        self._is_reading = True
        self._is_to_read_again = False
        job = Job(lambda _: saying_training_errors(lambda: read_ablation(folder)))
        job.finished.connect(lambda _, state: self._on_read(folder, state))
        job.failed.connect(lambda _, sentence: self._on_read_failed(folder, sentence))
        self._jobs.start(job)

    def _on_read_due(self) -> None:
        if self.isVisible() and self._is_at_work:
            self._read()

    def _on_read(self, folder: Path, state: AblationState) -> None:
        self._is_reading = False
        if self._is_to_read_again:  # a run has ended meanwhile, or another ablation was chosen
            self._read()
        if folder != self._folder:
            return
        self.state = state
        self.bar.setMaximum(len(state.runs))
        self.bar.setValue(state.num_done)
        self.table.show_state(state, is_at_work=self._is_at_work)
        self._show_progress()
        self._show_open_button()
        self.copy_button.setEnabled(True)
        self.save_button.setEnabled(True)

    def _on_read_failed(self, folder: Path, sentence: str) -> None:
        self._is_reading = False
        if self._is_to_read_again:
            self._read()
        if folder == self._folder:
            self.note.setText(sentence)

    def _on_heard(self, folder: Path, messages: list[Message]) -> None:
        if folder != self._folder:
            return
        for message in messages:
            if isinstance(message, Progress):
                self._progress = message
            elif isinstance(message, Notice):
                self._progress = None  # it was of the run before
                if message.hint:  # one without only says which run begins
                    self.note.setText(f"{message.what} {message.hint}")
                self._read()  # a run has ended, and the next begins
        self._show_progress()

    def _on_ended(self, folder: Path, end: RunEnd) -> None:
        if folder != self._folder:
            return
        self.end = end
        self._say(_end_text(end), end.hint)
        self.note.setText("")
        is_done = end.kind is EndKind.FINISHED
        self._show_buttons(Standing.FINISHED if is_done else Standing.STOPPED)
        self._read()

    def _show_progress(self) -> None:
        state = self.state
        if state is None:
            return
        count = self.tr("Done: %d of %s.") % (state.num_done, counted(len(state.runs), "run"))
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if follower is None:
            return
        if follower.is_stopping:
            self._say(self.tr("Finishing this step, then saving…"), count)
            return
        number = state.next_run
        if number is None:
            self._say(count)
            return
        run = self.tr("Run %d of %d: %s") % (
            number + 1,
            len(state.runs),
            state.runs[number].run.title,
        )
        progress = self._progress
        now = "" if progress is None else progress_text(progress, num_repeats=1)
        self._say(f"{run}. {now}".strip(), count)

    def _say(self, what: str, hint: str = "") -> None:
        self.said.setText(what)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _show_buttons(self, standing: Standing) -> None:
        is_at_work = self._is_at_work
        self.stop_button.setVisible(is_at_work)
        self.stop_button.setEnabled(True)
        self.cancel_button.setVisible(is_at_work)
        self.resume_button.setVisible(not is_at_work and standing.can_resume)
        self.copy_button.setEnabled(self.state is not None)
        self.save_button.setEnabled(self.state is not None)
        self._show_open_button()

    def _show_open_button(self) -> None:
        self.open_button.setEnabled(self.table.chosen_run() is not None)

    def _on_open_wanted(self) -> None:
        run = self.table.chosen_run()
        if run is not None:
            self.run_wanted.emit(run)

    def _on_stop_clicked(self) -> None:
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if follower is not None:
            follower.stop()
            self.stop_button.setEnabled(False)
            self._show_progress()

    def _on_cancel_clicked(self) -> None:
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if follower is not None:
            follower.cancel()
            self._say(self.tr("Ending the training…"))

    def _on_resume_clicked(self) -> None:
        if self._folder is not None:
            self._runs.resume(self._folder, outlives_us=False)

    def _on_copy_clicked(self) -> None:
        if self.state is not None:
            QGuiApplication.clipboard().setText(self.state.text)
            self.note.setText(self.tr("The table is on the clipboard."))

    def _on_save_clicked(self) -> None:
        if self._folder is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the table"),
            str(self._folder / "ablation.csv"),
            self.tr("Tables (*.csv);;Plain text (*.txt)"),
        )
        if chosen:
            path = Path(chosen)
            self.save_table(path if path.suffix else path.with_suffix(".csv"))


def _end_text(end: RunEnd) -> str:
    texts = {
        EndKind.FINISHED: "All runs of the ablation are done.",
        EndKind.STOPPED: "The ablation was stopped; everything is saved.",
    }
    return texts.get(end.kind, end.what)
