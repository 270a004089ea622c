"""The result in tables: the ranking, and who attacks and withstands whom."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)

from app.contest.outcome import Outcome
from app.contest.outcome_text import first_text
from app.window.widgets.plain_text import plain_tool_tip


def ranking_table(outcome: Outcome) -> QTableWidget:
    """One row per model, the strongest first."""
    contest, ranking = outcome.contest, outcome.ranking
    standings = () if ranking is None else ranking.standings
    agreed = {one.model: one for one in outcome.controls}
    headers = [
        _tr("Model"),
        _tr("Strength"),
        _tr("95 % interval"),
        _tr("Strongest of all"),
        _tr("Right on random pairs"),
    ]
    rows = []
    for one in standings:
        control = agreed[one.model]
        rows.append(
            [
                contest.label(one.model),
                f"{one.strength:+.2f}",
                _tr("%.2f to %.2f") % (one.low, one.high),
                first_text(one),
                _tr("%d of %d") % (control.num_agreed, control.num_asked)
                if control.num_asked
                else "\N{EN DASH}",
            ]
        )
    return _table(_tr("Ranking"), headers, rows)


def attack_table(outcome: Outcome) -> QTableWidget:
    """Aggressiveness: rows attack, columns defend; -100 to 100."""
    return _matrix(
        outcome,
        _tr("Attack"),
        {(one.attacker, one.defender): one.aggressiveness for one in outcome.duels},
    )


def defence_table(outcome: Outcome) -> QTableWidget:
    """Resistance: rows defend, columns attack; 0 to 100."""
    return _matrix(
        outcome,
        _tr("Defence"),
        {(one.defender, one.attacker): one.resistance for one in outcome.duels},
    )


def _matrix(
    outcome: Outcome, name: str, values: dict[tuple[str, str], float | None]
) -> QTableWidget:
    contest = outcome.contest
    labels = [one.label for one in contest.contenders]
    rows = []
    for model in contest.models:
        cells = [contest.label(model)]
        for other in contest.models:
            value = values.get((model, other))
            cells.append("\N{EN DASH}" if value is None else f"{value:.0f}")
        rows.append(cells)
    return _table(name, [name, *labels], rows)


def _table(name: str, headers: list[str], rows: list[list[str]]) -> QTableWidget:
    table = QTableWidget(len(rows), len(headers))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(headers)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(plain_tool_tip(text))
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            table.setItem(row, column, item)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    for column, text in enumerate(headers):
        titled = table.horizontalHeaderItem(column)
        if titled is not None:
            titled.setToolTip(plain_tool_tip(text))
            if column == 0:
                titled.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    height = header.sizeHint().height() + sum(table.rowHeight(row) for row in range(len(rows)))
    table.setFixedHeight(height + 2)
    palette = table.palette()
    palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Window))
    return table


def _tr(text: str) -> str:
    return QCoreApplication.translate("StandingTables", text)
