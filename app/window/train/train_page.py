"""The place of training: the runs, a new training, and one run at a time."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from app.runs.own_labels import OwnLabels
from app.runs.run_summary import RunSummary, Standing
from app.window.jobs.runner import JobRunner
from app.window.train.ablation_page import AblationPage
from app.window.train.closing_dialog import ClosingDialog
from app.window.train.new_training import NewTraining
from app.window.train.plan_step import MakePlan
from app.window.train.result_page import Compares, FindsMisses, ResultPage
from app.window.train.runs_page import RunsPage
from app.window.train.training_runs import TrainingRuns
from trainer.ablation import Ablation
from trainer.config import RunConfig

if TYPE_CHECKING:  # loads the plots' library, which the window must not wait for
    from app.window.train.compare_runs import CompareRuns
    from app.window.train.run_page import RunPage


class TrainPage(QWidget):
    """Shows one of its pages and leads from one to the other.

    The plots' library is loaded when a run is first looked at: the window must not wait for it.

    Signals:
        use_wanted(Path model): rate with that model file from now on.
        own_model_wanted(str name, object read_labels): make a model of one's own of the LabelSet
            that the function returns in a job.
        session_wanted(): let somebody rate photos.
        said(str): a sentence for the whole window.
    """

    use_wanted = Signal(object)
    own_model_wanted = Signal(str, object)
    session_wanted = Signal()
    said = Signal(str)

    def __init__(
        self,
        runs: TrainingRuns,
        *,
        jobs: JobRunner,
        compare: Compares,
        find_misses: FindsMisses,
        own_labels: Sequence[OwnLabels],
        make_plan: MakePlan,
        command: Sequence[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Train"))
        self._jobs = jobs
        self._has_told = False
        self.runs = runs
        self.list = RunsPage()
        self.result = ResultPage(jobs, compare, find_misses)
        self.new = NewTraining(
            jobs, own_labels, make_plan=make_plan, runs_folder=runs.parent_folder, command=command
        )
        self.ablation = AblationPage(runs, jobs=jobs)
        self._run: RunPage | None = None
        self._comparison: CompareRuns | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.new)
        self._stack.addWidget(self.ablation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.list)
        self._connect()

    @property
    def run(self) -> "RunPage":
        """The page of one run."""
        if self._run is None:
            from app.window.train.run_page import RunPage

            self._run = RunPage(self.runs, self.result, jobs=self._jobs)
            self._run.left.connect(self.show_list)
            self._stack.addWidget(self._run)
        return self._run

    @property
    def comparison(self) -> "CompareRuns":
        """The page of several runs."""
        if self._comparison is None:
            from app.window.train.compare_runs import CompareRuns

            self._comparison = CompareRuns(self.runs)
            self._comparison.left.connect(self.show_list)
            self._stack.addWidget(self._comparison)
        return self._comparison

    @property
    def shown(self) -> QWidget | None:
        """The page that is seen."""
        return self._stack.currentWidget()

    def show_list(self) -> None:
        """Show all runs."""
        self._stack.setCurrentWidget(self.list)
        self.runs.refresh()
        self.list.list.setFocus()

    def show_new(self) -> None:
        """Show the pages of a new training, as they were left."""
        self._stack.setCurrentWidget(self.new)
        self.new.go_to(self.new.number)

    def show_comparison(self, chosen: list[RunSummary]) -> None:
        """Show the curves of several runs in one plot."""
        self.comparison.show_runs(chosen)
        self._stack.setCurrentWidget(self.comparison)
        self.comparison.leave_button.setFocus()

    def show_run(self, summary: RunSummary) -> None:
        """Show one run, or an ablation."""
        if summary.ablation is not None or Ablation.is_in(summary.folder):
            self.ablation.show_ablation(summary)
            self._stack.setCurrentWidget(self.ablation)
            self.ablation.leave_button.setFocus()
            return
        self.run.show_run(summary.folder, summary)
        self._stack.setCurrentWidget(self.run)
        self.run.leave_button.setFocus()

    def asks_before_closing(self, close: Callable[[], object]) -> bool:
        """Whether a training would end with the window; then the person is asked, and may close."""
        ending = self.runs.ends_with_us()
        if not ending:
            return False
        known = [self.list.run_of(follower.folder) for follower in ending]
        names = [
            run.name if run is not None else follower.folder.name
            for run, follower in zip(known, ending, strict=True)
        ]
        dialog = ClosingDialog(names, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.go_on_chosen.connect(self.runs.let_all_go_on)
        dialog.accepted.connect(close)
        dialog.open()
        return True

    def _connect(self) -> None:
        self.list.new_wanted.connect(self.show_new)
        self.list.opened.connect(self.show_run)
        self.list.resume_wanted.connect(lambda run: self.runs.resume(run.folder, outlives_us=False))
        self.list.compare_wanted.connect(self.show_comparison)
        self.list.delete_wanted.connect(self._on_delete_wanted)
        self.list.session_wanted.connect(self.session_wanted)
        self.new.given_up.connect(self.show_list)
        self.new.own_model_wanted.connect(self.own_model_wanted)
        self.new.start_wanted.connect(self._on_start_wanted)
        self.runs.listed.connect(self.list.show_runs)
        self.runs.listed.connect(self._on_first_listed)
        self.runs.started.connect(self._on_started)
        self.runs.start_failed.connect(self.said)
        self.runs.start_failed.connect(lambda _: self.new.go_to(self.new.number))
        self.ablation.left.connect(self.show_list)
        self.ablation.run_wanted.connect(self.show_run)
        self.result.use_wanted.connect(self.use_wanted)

    def _on_first_listed(self, runs: list[RunSummary]) -> None:
        """Once, at the start: tell of runs that go on, or were cut off."""
        if self._has_told:
            return
        self._has_told = True
        at_work = [run.name for run in runs if run.standing is Standing.RUNNING]
        lost = [run.name for run in runs if run.standing is Standing.LOST]
        if at_work:
            self.said.emit(
                self.tr("Still training in the background: %s. See Train.") % ", ".join(at_work)
            )
        elif lost:
            self.said.emit(
                self.tr("A training was cut off and can be resumed: %s. See Train.")
                % ", ".join(lost)
            )

    def _on_start_wanted(self, config: RunConfig, outlives_us: object, num_seeds: int) -> None:
        self.new.next_button.setEnabled(False)
        self.runs.begin(config, outlives_us=bool(outlives_us), num_seeds=num_seeds)

    def _on_started(self, folder: Path) -> None:
        known = self.list.run_of(folder)
        name = known.name if known is not None else self.new.start.run_name.text().strip()
        config = known.config if known is not None else None
        self.show_run(
            RunSummary(
                folder=folder,
                name=name,
                standing=Standing.RUNNING,
                begun_s=0.0,
                config=config,
            )
        )

    def _on_delete_wanted(self, run: RunSummary) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Delete the run?"),
            self.tr("%s and the models in it are deleted for good. Models that were taken into"
                    " use are copies and stay.") % run.name,
            QMessageBox.StandardButton.Cancel,
            self,
        )  # fmt: skip
        box.setTextFormat(Qt.TextFormat.PlainText)
        button = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        button.clicked.connect(lambda: self.runs.delete(run.folder))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
