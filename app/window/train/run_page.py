"""One run: where it is, how it goes, what came of it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.runs.run_end import EndKind, RunEnd
from app.runs.run_history import RunHistory
from app.runs.run_summary import RunSummary, Standing
from app.window.jobs.runner import JobRunner
from app.window.train.log_view import LogView
from app.window.train.result_page import ResultPage
from app.window.train.run_curves import RunCurves
from app.window.train.run_text import progress_share, progress_text, rate_text, standing_text
from app.window.train.step import dim, heading, words
from app.window.train.training_runs import TrainingRuns
from engine.counted import counted
from trainer.protocol import Message

_DRAW_MS = 250
_LOG_MS = 2000


class RunPage(QWidget):
    """A run that is at work or over: Progress, Log and Result.

    Signals:
        left(): back to the list of runs.
    """

    left = Signal()

    def __init__(
        self,
        runs: TrainingRuns,
        result: ResultPage,
        *,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._folder: Path | None = None
        self._history = RunHistory()
        self._early: list[Message] = []  # heard while the history was being read
        self._is_history_read = False
        self._num_repeats = 1
        self.end: RunEnd | None = None
        self.result = result
        self.leave_button = QPushButton(self.tr("&All runs"))
        self.title = heading("")
        self.state = words()
        self.hint = dim()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How much of the run is done"))
        self.rates = dim()
        self.notices = dim()
        self.stop_button = QPushButton(self.tr("&Stop and save"))
        self.stop_button.setToolTip(self.tr("Finish this step, save, and end; can be resumed"))
        self.cancel_button = QPushButton(self.tr("&Cancel"))
        self.cancel_button.setToolTip(self.tr("End at once; up to a minute of work is lost"))
        self.resume_button = QPushButton(self.tr("&Resume"))
        self.finish_button = QPushButton(self.tr("&Finish with the best so far"))
        self.finish_button.setToolTip(self.tr("Train no more: test the best epoch, and report"))
        self.copy_button = QPushButton(self.tr("Copy &details"))
        self.curves = RunCurves()
        self.log = LogView(jobs)
        self.tabs = QTabWidget()
        self.tabs.setProperty("documentMode", True)  # noqa: FBT003 no frame around the page
        self.tabs.addTab(self._progress_tab(), self.tr("&Progress"))
        self.tabs.addTab(self.log, self.tr("&Log"))
        self.tabs.addTab(result, self.tr("&Result"))
        self._draw_timer = QTimer(self)
        self._draw_timer.setSingleShot(True)
        self._draw_timer.setInterval(_DRAW_MS)
        self._log_timer = QTimer(self)
        self._log_timer.setInterval(_LOG_MS)
        self._lay_out()
        self._connect()

    @property
    def folder(self) -> Path | None:
        """The run that is shown."""
        return self._folder

    @property
    def history(self) -> RunHistory:
        """What the shown run has said."""
        return self._history

    def show_run(self, folder: Path, summary: RunSummary | None = None) -> None:
        """Show a run; `summary` is what is known of it where it is not at work."""
        self._folder = folder
        self._history = RunHistory()
        self._early = []
        self._is_history_read = False
        self.end = None
        self._num_repeats = 1
        if summary is not None and summary.config is not None:
            self._num_repeats = summary.config.split.num_repeats
        self.title.setText(summary.name if summary is not None else folder.name)
        self.notices.setText("")
        self.log.show_file(folder / "train.log")
        self.result.clear()
        self._runs.read_history(folder)
        is_at_work = self._runs.follower_of(folder) is not None
        self._show_buttons(summary.standing if summary is not None else Standing.NEW)
        if is_at_work:
            self._say(self.tr("The training is starting…"))
        elif summary is not None:
            self._say(standing_text(summary), summary.hint)
            if summary.standing is Standing.FINISHED:
                self.result.show_run(folder)
        self.tabs.setTabEnabled(2, not is_at_work)
        is_over = summary is not None and summary.standing is Standing.FINISHED and not is_at_work
        self.tabs.setCurrentIndex(2 if is_over else 0)
        self._draw()

    def _progress_tab(self) -> QWidget:
        tab = QWidget()
        rows = QVBoxLayout(tab)
        rows.addWidget(self.curves, 1)
        rows.addWidget(self.notices)
        return tab

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        for button in (
            self.copy_button,
            self.finish_button,
            self.resume_button,
            self.stop_button,
            self.cancel_button,
            self.leave_button,
        ):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.addLayout(top)
        layout.addWidget(self.state)
        layout.addWidget(self.hint)
        layout.addWidget(self.bar)
        layout.addWidget(self.rates)
        layout.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.leave_button.clicked.connect(self.left)
        self.stop_button.clicked.connect(self._on_stop_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.resume_button.clicked.connect(self._on_resume_clicked)
        self.finish_button.clicked.connect(self._on_finish_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self._draw_timer.timeout.connect(self._draw)
        self._log_timer.timeout.connect(self._on_log_due)
        self._log_timer.start()
        self._runs.history_read.connect(self._on_history_read)
        self._runs.heard.connect(self._on_heard)
        self._runs.ended.connect(self._on_ended)
        self._runs.fell_silent.connect(self._on_silent)

    def _on_history_read(self, folder: Path, history: RunHistory) -> None:
        if folder == self._folder and not self._is_history_read:
            self._is_history_read = True
            self._history = history
            history.take(self._early)
            self._early = []
            self._draw()

    def _on_heard(self, folder: Path, messages: list[Message]) -> None:
        if folder != self._folder:
            return
        if self._is_history_read:
            self._history.take(messages)
        else:
            self._early += messages
        if not self._draw_timer.isActive():
            self._draw_timer.start()

    def _on_ended(self, folder: Path, end: RunEnd) -> None:
        if folder != self._folder:
            return
        self.end = end
        self._draw()
        self._say(end.what, end.hint)
        is_done = end.kind is EndKind.FINISHED
        self._show_buttons(Standing.FINISHED if is_done else Standing.STOPPED)
        self.copy_button.setVisible(end.kind in {EndKind.FAILED, EndKind.DIED})
        self.log.read()
        if is_done:
            self.tabs.setTabEnabled(2, is_done)
            self.result.show_run(folder)
            self.tabs.setCurrentIndex(2)

    def _on_silent(self, folder: Path, seconds: float) -> None:
        if folder == self._folder and self.end is None:
            self._say(
                self.tr("The training has said nothing for %s.")
                % counted(round(seconds), "second"),
                self.tr(
                    "It may be busy with a long step, or hang. Wait, or cancel it and resume: at"
                    " most a minute of work is lost."
                ),
            )

    def _draw(self) -> None:
        history = self._history
        self.curves.show_history(history)
        self.notices.setText(
            "\n".join(f"{notice.what} {notice.hint}".strip() for notice in history.notices[-4:])
        )
        progress = history.progress
        self.bar.setValue(round(1000 * progress_share(history, num_repeats=self._num_repeats)))
        self.rates.setText("" if progress is None else rate_text(progress))
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if self.end is None and follower is not None and progress is not None:
            if follower.is_stopping:
                self._say(self.tr("Finishing this step, then saving…"))
            elif history.has_lost_its_numbers:
                self._say(
                    progress_text(progress, num_repeats=self._num_repeats),
                    self.tr(
                        "The loss is no number any more (NaN): the learning rate may be too high."
                        " The trainer will end the run, or you can stop it and lower the rate."
                    ),
                )
            else:
                self._say(progress_text(progress, num_repeats=self._num_repeats))

    def _say(self, what: str, hint: str = "") -> None:
        self.state.setText(what)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _show_buttons(self, standing: Standing) -> None:
        is_at_work = self._folder is not None and self._runs.follower_of(self._folder) is not None
        self.stop_button.setVisible(is_at_work)
        self.stop_button.setEnabled(True)
        self.cancel_button.setVisible(is_at_work)
        can_resume = not is_at_work and standing.can_resume
        self.resume_button.setVisible(can_resume)
        has_best = self._folder is not None and (self._folder / "best.safetensors").is_file()
        self.finish_button.setVisible(can_resume and has_best)
        self.copy_button.setVisible(standing is Standing.FAILED and not is_at_work)
        self.bar.setVisible(is_at_work)
        self.rates.setVisible(is_at_work)

    def _on_stop_clicked(self) -> None:
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if follower is not None:
            follower.stop()
            self.stop_button.setEnabled(False)
            self._say(self.tr("Finishing this step, then saving…"))

    def _on_cancel_clicked(self) -> None:
        follower = None if self._folder is None else self._runs.follower_of(self._folder)
        if follower is not None:
            follower.cancel()
            self._say(self.tr("Ending the training…"))

    def _on_resume_clicked(self) -> None:
        if self._folder is not None:
            self._runs.resume(self._folder, outlives_us=False)

    def _on_finish_clicked(self) -> None:
        if self._folder is not None:
            self._runs.resume(self._folder, outlives_us=False, finishes=True)

    def _on_copy_clicked(self) -> None:
        details = self.end.details if self.end is not None else ""
        lines = [self.state.text(), self.hint.text(), details, str(self._folder or "")]
        QGuiApplication.clipboard().setText("\n".join(line for line in lines if line))

    def _on_log_due(self) -> None:
        if self.log.isVisible() and self.end is None:
            self.log.read()
