"""The table of an ablation: a row for each choice of CSIQA's parts, and under it one per seed."""

import math

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.runs.ablation_state import AblationState, RowRun
from app.runs.run_summary import RunSummary, Standing
from trainer.ablation import AblationLine

_RUN_ROLE = Qt.ItemDataRole.UserRole
_DASH = "\N{EN DASH}"


class AblationTable(QTreeWidget):
    """Rows as in Table 4 of the paper; a row opens into its runs, which can be looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RowRun] = []
        self.setAccessibleName(self.tr("Table of the ablation"))
        self.setHeaderLabels(
            [self.tr("Parts"), self.tr("Seeds done"), self.tr("SRCC"), self.tr("std"),
             self.tr("PLCC"), self.tr("std")]
        )  # fmt: skip
        self.setAlternatingRowColors(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 170), (2, 100), (3, 100), (4, 100), (5, 100)):
            self.setColumnWidth(column, width)
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)

    def show_state(self, state: AblationState, *, is_at_work: bool) -> None:
        """Show it; what is selected or open stays so."""
        self._runs = list(state.runs)
        if (self.topLevelItemCount(), self._num_children()) != (
            len(state.table),
            state.num_seeds,
        ):
            self._make_items(state)
        now = state.next_run if is_at_work else None
        for number, line in enumerate(state.table):
            item = self.topLevelItem(number)
            assert item is not None
            seeds = self.tr("%d of %d") % (line.num_done, state.num_seeds)
            _fill(item, [parts_text(line), seeds, *_figures(line)])
            for place in range(item.childCount()):
                child = item.child(place)
                assert child is not None
                which = child.data(0, _RUN_ROLE)
                run = self._runs[which]
                srcc, plcc = run.figures or (None, None)
                _fill(
                    child,
                    [
                        self.tr("seed %d") % run.run.seed,
                        self._state_text(run, is_now=which == now),
                        _figure(srcc),
                        "",
                        _figure(plcc),
                        "",
                    ],
                )

    def chosen_run(self) -> RunSummary | None:
        """What is known of the run whose row is selected; None for others and before its start."""
        selected = self.selectedItems()
        which = selected[0].data(0, _RUN_ROLE) if len(selected) == 1 else None
        return None if which is None else self._runs[which].summary

    def _num_children(self) -> int:
        first = self.topLevelItem(0)
        return -1 if first is None else first.childCount()

    def _make_items(self, state: AblationState) -> None:
        self.clear()
        for line in state.table:
            item = QTreeWidgetItem()
            for place, run in enumerate(state.runs):
                if run.run.row is line.row:
                    child = QTreeWidgetItem()
                    child.setData(0, _RUN_ROLE, place)
                    item.addChild(child)
            self.addTopLevelItem(item)

    def _state_text(self, run: RowRun, *, is_now: bool) -> str:
        if run.figures is not None:
            return self.tr("done")
        if is_now:
            return self.tr("at work")
        if run.summary is None or run.summary.standing is Standing.NEW:
            return self.tr("not begun")
        if run.summary.standing is Standing.RUNNING:
            return self.tr("at work")
        if run.summary.standing is Standing.FAILED:
            return self.tr("failed")
        return self.tr("begun, can go on")


def parts_text(line: AblationLine) -> str:
    """The row's parts in words."""
    return {
        "none": _tr("none of CSIQA's parts"),
        "mask": _tr("mask"),
        "distillation": _tr("distillation"),
        "mask + distillation": _tr("mask + distillation"),
        "easy": _tr("easy pairs"),
        "easy + hard": _tr("easy + hard pairs"),
        "mask + easy + hard": _tr("mask + easy + hard pairs"),
        "distillation + easy + hard": _tr("distillation + easy + hard pairs"),
        "mask + distillation + easy": _tr("mask + distillation + easy pairs"),
        "all": _tr("all: mask + distillation + easy + hard pairs"),
    }[line.row.name]


def _figures(line: AblationLine) -> list[str]:
    return [_figure(value) for value in (line.srcc, line.srcc_std, line.plcc, line.plcc_std)]


def _figure(value: float | None) -> str:
    if value is None:
        return _DASH
    return _tr("not defined") if math.isnan(value) else f"{value:.4f}"


def _fill(item: QTreeWidgetItem, texts: list[str]) -> None:
    for column, text in enumerate(texts):
        item.setText(column, text)
        if column:
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)


def _tr(text: str) -> str:
    return QCoreApplication.translate("AblationTable", text)
