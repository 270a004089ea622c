"""What came of a run: figures beside the model in use, and whether to use the new one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.atomic_write import write_bytes
from app.runs.html_report import html_report
from app.runs.run_result import FigureRow, RunResult, read_result
from app.runs.training_job import saying_training_errors
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.train.step import dim, words
from app.window.train.worst_misses import Miss, MissesView
from engine.counted import counted
from engine.measures.agreement import MEASURES, TITLES, Figure

if TYPE_CHECKING:  # load slow libraries, which the window must not wait for
    from app.runs.model_comparison import ModelComparison
    from app.window.train.scatter import ScatterPlot

# Compares the result of a run with the model in use; slow, for a thread.
Compares = Callable[[RunResult, JobControl], "ModelComparison | None"]

FindsMisses = Callable[[RunResult, JobControl], list[Miss]]


class ResultPage(QWidget):
    """Figures with intervals, the comparison, and the offer to use the model.

    Signals:
        use_wanted(Path model): rate with that model file from now on.
    """

    use_wanted = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        compare: Compares,
        find_misses: FindsMisses,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._compare = compare
        self._find_misses = find_misses
        self.scatter: ScatterPlot | None = None  # made when first needed: its library is slow
        self._generation = 0
        self._job: Job | None = None
        self.result: RunResult | None = None
        self.comparison: ModelComparison | None = None
        self.verdict = words()
        self.table = QTreeWidget()
        self.table.setAccessibleName(self.tr("Figures on the test photos"))
        self.table.setHeaderLabels([self.tr("Model"), *TITLES.values()])
        self.table.setRootIsDecorated(False)
        self.table.setFixedHeight(140)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.model = QComboBox()
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.model.setAccessibleName(self.tr("Which of the run's models to use"))
        self.use_button = QPushButton(self.tr("&Use this model"))
        self.use_note = dim()
        self.report_button = QPushButton(self.tr("Save &report…"))
        self.protocol = dim()
        row = QHBoxLayout()
        row.addWidget(self.use_button)
        row.addWidget(self.model)
        row.addWidget(self.use_note, 1)
        row.addWidget(self.report_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.verdict)
        layout.addWidget(self.table)
        layout.addLayout(row)
        self.misses_title = words()
        self.misses = MissesView()
        right = QVBoxLayout()
        right.addWidget(self.misses_title)
        right.addWidget(self.misses, 1)
        self._pictures = QHBoxLayout()
        self._pictures.addLayout(right, 1)
        layout.addLayout(self._pictures, 1)
        layout.addWidget(self.protocol)
        self.use_button.clicked.connect(self._on_use_clicked)
        self.report_button.clicked.connect(self._on_report_clicked)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.result = None
        self.comparison = None
        self.table.clear()
        self.model.clear()
        self.verdict.setText("")
        self.use_note.setText("")
        self.protocol.setText("")
        self.use_button.setEnabled(False)
        self.report_button.setEnabled(False)
        self.misses.show_misses([])
        self.misses_title.setText("")
        if self.scatter is not None:
            self.scatter.show_points((), ())

    def show_run(self, folder: Path) -> None:
        """Read and show what came of a run, then compare it with the model in use."""
        self.clear()
        self.verdict.setText(self.tr("Reading the report…"))
        job = Job(lambda _: read_result(folder), generation=self._generation)
        job.finished.connect(self._on_read)
        job.failed.connect(self._on_failed)
        self._jobs.start(job)

    def save_report(self, path: Path) -> None:
        """Write the report of the shown run as one HTML file, in the background."""
        result = self.result
        if result is None:
            return
        others = () if self.comparison is None else self.comparison.rows

        def write() -> None:
            write_bytes(path, html_report(result, others=others))

        job = Job(lambda _: saying_training_errors(write))
        job.finished.connect(lambda *_: self.say_used(self.tr("The report is in %s.") % path))
        job.failed.connect(lambda _, sentence: self.say_used(sentence))
        self._jobs.start(job)

    def say_used(self, sentence: str) -> None:
        """Say that the model is in use now, or why it could not be taken."""
        self.use_note.setText(sentence)

    def _on_read(self, generation: int, result: RunResult) -> None:
        if generation != self._generation:
            return
        self.result = result
        self.report_button.setEnabled(result is not None)
        self.protocol.setText(result.protocol)
        for role in result.models:
            self.model.addItem(self._role_text(role), role)
        self.model.setCurrentIndex(max(0, self.model.findData(result.preferred)))
        self._show_table()
        self._show_scatter()
        self.verdict.setText(
            self.tr("Rating the same test photos with the model in use, to compare…")
        )
        compare = self._compare
        self._job = Job(lambda control: compare(result, control), generation=generation)
        self._job.finished.connect(self._on_compared)
        self._job.failed.connect(self._on_failed)
        self._jobs.start(self._job)

    def _on_compared(self, generation: int, comparison: "ModelComparison | None") -> None:
        if generation != self._generation or comparison is None:
            return
        self._job = None
        self.comparison = comparison
        self._show_table()
        self.verdict.setText(self._verdict_text(comparison))
        self.use_button.setEnabled(True)
        self._show_scatter()
        result, find_misses = self.result, self._find_misses
        assert result is not None
        self.misses_title.setText(self.tr("Looking at the worst misses…"))
        self._job = Job(lambda control: find_misses(result, control), generation=generation)
        self._job.finished.connect(self._on_misses_found)
        self._job.failed.connect(self._on_no_misses)
        self._jobs.start(self._job)

    def _on_misses_found(self, generation: int, misses: list[Miss]) -> None:
        if generation == self._generation:
            self._job = None
            self.misses.show_misses(misses)
            self.misses_title.setText(self.tr("The worst misses of the new model"))

    def _on_no_misses(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self.misses_title.setText(sentence)

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation != self._generation:
            return
        self._job = None
        self.verdict.setText(sentence)
        # Without a comparison the person may still decide, knowing that there is none.
        self.use_button.setEnabled(self.result is not None)

    def _verdict_text(self, comparison: "ModelComparison") -> str:
        gain = comparison.gain_srcc
        assert self.result is not None
        on = self.tr("On the same %s, with %s as the new model,") % (
            counted(comparison.num_photos, "test photo"),
            self._role_text(self.result.preferred),
        )
        if gain is None:
            return self.tr("%s the two models can't be compared.") % on
        amount = figure_text(gain, sign="+")
        if comparison.is_better is None:
            return self.tr(
                "%s it can't be told from the one in use: SRCC %s. More test photos would tell."
            ) % (on, amount)
        if comparison.is_better:
            return self.tr("%s it agrees better with people: SRCC %s.") % (on, amount)
        return self.tr("%s it agrees less with people than the one in use: SRCC %s.") % (
            on,
            amount,
        )

    def _show_table(self) -> None:
        self.table.clear()
        assert self.result is not None
        for row in self.result.rows:
            self._add_row(self.tr("new: %s") % self._role_text(row.name), row)
        if self.comparison is not None:
            in_use, *others = self.comparison.rows
            self._add_row(self.tr("in use: %s") % in_use.name, in_use)
            for row in others:
                self._add_row(self.tr("trivial: %s") % row.name, row)

    def _show_scatter(self) -> None:
        if self.scatter is None:
            from app.window.train.scatter import ScatterPlot

            self.scatter = ScatterPlot()
            self._pictures.insertWidget(0, self.scatter, 1)
        assert self.result is not None
        in_use = () if self.comparison is None else self.comparison.in_use
        new = self.result.predicted[self.result.preferred]
        self.scatter.show_points(self.result.rated, new, in_use)

    def _add_row(self, name: str, row: FigureRow) -> None:
        cells = [
            figure_text(row.figures[measure]) if measure in row.figures else "\N{EN DASH}"
            for measure in MEASURES
        ]
        item = QTreeWidgetItem([name, *cells])
        for column in range(1, len(cells) + 1):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.table.addTopLevelItem(item)

    def _role_text(self, role: str) -> str:
        return self.tr("the student") if role == "student" else self.tr("the teacher")

    def _on_report_clicked(self) -> None:
        assert self.result is not None
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the report"),
            str(self.result.folder / "report.html"),
            self.tr("Web pages (*.html)"),
        )
        if chosen:
            path = Path(chosen)
            self.save_report(path if path.suffix else path.with_suffix(".html"))

    def _on_use_clicked(self) -> None:
        if self.result is not None:
            self.use_button.setEnabled(False)
            self.use_note.setText(self.tr("Taking the model into the library of models…"))
            self.use_wanted.emit(self.result.models[self.model.currentData()])


def figure_text(figure: Figure, *, sign: str = "") -> str:
    """A figure with its interval."""
    text = f"{figure.value:{sign}.3f}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{figure.low:{sign}.3f}, {figure.high:{sign}.3f}]"
