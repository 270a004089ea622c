"""The list of training runs."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.runs.run_summary import RunSummary, Standing
from app.window.train.step import heading
from app.window.widgets.empty_state import EmptyState
from app.window.widgets.plain_text import plain_tool_tip
from engine.counted import counted

_FOLDER_ROLE = Qt.ItemDataRole.UserRole


class RunsPage(QWidget):
    """Every run with its state and figures.

    Signals:
        new_wanted(): begin a new training.
        session_wanted(): let somebody rate photos.
        opened(RunSummary): look at a run.
        resume_wanted(RunSummary): go on with a run.
        compare_wanted(list[RunSummary]): put the curves of several runs into one plot.
        delete_wanted(RunSummary): delete a run; the person has not been asked yet.
    """

    new_wanted = Signal()
    session_wanted = Signal()
    opened = Signal(object)
    resume_wanted = Signal(object)
    compare_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunSummary] = []
        self.new_button = QPushButton(self.tr("&New training…"))
        self.session_button = QPushButton(self.tr("R&ate photos…"))
        self.session_button.setToolTip(
            self.tr("Show Discern your taste: rate photos one after the other (Ctrl+R)")
        )
        self.open_button = QPushButton(self.tr("&Open"))
        self.resume_button = QPushButton(self.tr("&Resume"))
        self.compare_button = QPushButton(self.tr("Co&mpare curves"))
        self.compare_button.setToolTip(self.tr("Select several runs first"))
        self.delete_button = QPushButton(self.tr("&Delete…"))
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Training runs"))
        self.list.setHeaderLabels(
            [self.tr("Run"), self.tr("State"), self.tr("Test SRCC"), self.tr("Test PLCC"),
             self.tr("Begun")]
        )  # fmt: skip
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 250), (2, 100), (3, 100), (4, 150)):
            self.list.setColumnWidth(column, width)
        self.empty = EmptyState()
        self.empty.say(
            self.tr("No training yet"),
            self.tr(
                "Train a model on photos that you or others have rated, and rate with it from"
                " then on. Stars, picks and rejects given in the library are enough, or a table of"
                " photos and scores. Rate photos asks you about those that teach most."
            ),
            button=self.tr("New training…"),
        )
        self._lay_out()
        self._connect()
        self.show_runs([])

    def show_runs(self, runs: list[RunSummary]) -> None:
        """Show these; what was selected stays selected."""
        self._runs = runs
        selected = {run.folder for run in self.selected()}
        self.list.clear()
        for run in runs:
            figures = ["" if value is None else f"{value:.3f}" for value in (run.srcc, run.plcc)]
            begun = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.begun_s))
            item = QTreeWidgetItem([run.name, self._state_text(run), *figures, begun])
            item.setData(0, _FOLDER_ROLE, str(run.folder))
            item.setToolTip(0, plain_tool_tip(str(run.folder)))
            item.setToolTip(1, plain_tool_tip(f"{run.what} {run.hint}".strip()))
            self.list.addTopLevelItem(item)
            item.setSelected(run.folder in selected)
        if runs and not selected:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        self.list.setVisible(bool(runs))
        self.empty.setVisible(not runs)
        self._show_buttons()

    @property
    def runs(self) -> list[RunSummary]:
        """All that are shown."""
        return list(self._runs)

    def selected(self) -> list[RunSummary]:
        """The selected runs, from the top."""
        folders = {Path(item.data(0, _FOLDER_ROLE)) for item in self.list.selectedItems()}
        return [run for run in self._runs if run.folder in folders]

    def run_of(self, folder: Path) -> RunSummary | None:
        """What is known of a run."""
        return next((run for run in self._runs if run.folder == folder), None)

    def _state_text(self, run: RunSummary) -> str:
        text = {
            Standing.NEW: self.tr("not begun"),
            Standing.RUNNING: self.tr("at work"),
            Standing.FINISHED: self.tr("finished"),
            Standing.STOPPED: self.tr("stopped, can go on"),
            Standing.FAILED: self.tr("failed"),
            Standing.LOST: self.tr("cut off, can go on"),
            Standing.DAMAGED: self.tr("can't be read"),
        }[run.standing]
        if run.ablation is None:
            return text
        num_runs = counted(run.ablation.num_runs, "run")
        return self.tr("%s, %d of %s done") % (text, run.ablation.num_done, num_runs)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("Training")), 1)
        for button in (
            self.open_button,
            self.compare_button,
            self.resume_button,
            self.delete_button,
            self.session_button,
            self.new_button,
        ):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty, 1)

    def _connect(self) -> None:
        self.new_button.clicked.connect(self.new_wanted)
        self.session_button.clicked.connect(self.session_wanted)
        self.empty.button_clicked.connect(self.new_wanted)
        self.list.itemActivated.connect(lambda *_: self._emit_one(self.opened))
        self.open_button.clicked.connect(lambda: self._emit_one(self.opened))
        self.compare_button.clicked.connect(lambda: self.compare_wanted.emit(self._with_curves()))
        self.resume_button.clicked.connect(lambda: self._emit_one(self.resume_wanted))
        self.delete_button.clicked.connect(lambda: self._emit_one(self.delete_wanted))
        self.list.itemSelectionChanged.connect(self._show_buttons)

    def _emit_one(self, signal: SignalInstance) -> None:
        chosen = self.selected()
        if len(chosen) == 1:
            signal.emit(chosen[0])

    def _with_curves(self) -> list[RunSummary]:
        return [run for run in self.selected() if run.ablation is None]

    def _show_buttons(self) -> None:
        chosen = self.selected()
        one = chosen[0] if len(chosen) == 1 else None
        for button in (self.open_button, self.resume_button, self.delete_button):
            button.setVisible(bool(self._runs))
        self.open_button.setEnabled(one is not None)
        self.compare_button.setVisible(len(self._runs) > 1)
        self.compare_button.setEnabled(len(self._with_curves()) > 1)
        self.resume_button.setEnabled(one is not None and one.standing.can_resume)
        self.delete_button.setEnabled(one is not None and one.standing is not Standing.RUNNING)
