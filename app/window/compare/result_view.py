"""How a contest stands: in one sentence, in tables, and in the pairs that decided it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.contest.outcome import Outcome
from app.contest.outcome_text import answers_line, headline, ranking_lines
from app.window.compare.deciding_view import DecidingView
from app.window.compare.standing_tables import attack_table, defence_table, ranking_table
from app.window.widgets.headings import dim, heading


class ResultView(QWidget):
    """The outcome, and what can be done with it.

    Signals:
        export_wanted(str): write "pairs", "verdicts", "labels", "json" or "report".
        go_on_wanted(): judge the pairs that are left, or let someone else judge.
        more_pairs_wanted(): one more pair per level.
        back_wanted(): to the list of contests.
    """

    export_wanted = Signal(str)
    go_on_wanted = Signal()
    more_pairs_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, deciding: DecidingView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Result"))
        self.deciding = deciding
        self.outcome: Outcome | None = None  # that is shown
        self.headline = heading("", size=1.5)
        self.lines = dim()
        self.answers = dim()
        self.note = dim()
        self.note.hide()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._tables = QScrollArea()
        self._tables.setWidgetResizable(True)
        self._tables.setFrameShape(QFrame.Shape.NoFrame)
        self.tabs.addTab(self._tables, self.tr("Tables"))
        self.tabs.addTab(deciding, self.tr("Deciding pairs"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(8)
        layout.addLayout(self._top_row())
        layout.addWidget(self.headline)
        layout.addWidget(self.lines)
        layout.addWidget(self.answers)
        layout.addWidget(self.note)
        layout.addWidget(self.tabs, 1)

    def wait_for_outcome(self) -> None:
        """Say that it is being worked out."""
        self.outcome = None
        self.headline.setText(self.tr("Working out the result…"))
        self.lines.setText("")
        self.answers.setText("")
        self.say("")
        self.export_button.setEnabled(False)

    def say(self, sentence: str) -> None:
        """Say what was done with the result; an empty sentence ends it."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def show_outcome(self, outcome: Outcome) -> None:
        """Show how the contest stands."""
        self.outcome = outcome
        self.headline.setText(headline(outcome))
        self.lines.setText("\n".join(ranking_lines(outcome)))
        self.lines.setVisible(bool(ranking_lines(outcome)))
        self.answers.setText(answers_line(outcome))
        self.export_button.setEnabled(True)
        contest = outcome.contest
        is_open = any(not contest.is_finished(rater) for rater in contest.raters or ("",))
        self.go_on_button.setText(self.tr("Continue") if is_open else self.tr("Another person…"))
        self.more_button.setEnabled(not is_open)
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 12, 12, 0)
        rows.setSpacing(6)
        for title, words, table in (
            (
                self.tr("Ranking"),
                self.tr(
                    "Strength is in log-odds: 1.1 more wins three of four matches. It is in the"
                    " interval with a probability of 95 %: few answers make it wide."
                ),
                ranking_table(outcome),
            ),
            (
                self.tr("Attack"),
                self.tr(
                    "How far people agreed with the model of the row where the model of the column"
                    " saw no difference, from -100 to 100."
                ),
                attack_table(outcome),
            ),
            (
                self.tr("Defence"),
                self.tr(
                    "How well the model of the row withstood the attacks of the model of the"
                    " column, from 0 to 100."
                ),
                defence_table(outcome),
            ),
        ):
            rows.addWidget(heading(title, size=1.15))
            rows.addWidget(dim(words))
            rows.addWidget(table)
            rows.addSpacing(14)
        rows.addStretch(1)
        self._tables.setWidget(content)
        self.deciding.show_outcome(outcome)

    def _top_row(self) -> QHBoxLayout:
        self.back_button = QPushButton(self.tr("All contests"))
        self.back_button.clicked.connect(self.back_wanted)
        self.go_on_button = QPushButton(self.tr("Continue"))
        self.go_on_button.clicked.connect(self.go_on_wanted)
        self.more_button = QPushButton(self.tr("More pairs"))
        self.more_button.setToolTip(
            self.tr("One more pair per level: the next ones that the attacker separates most")
        )
        self.more_button.clicked.connect(self.more_pairs_wanted)
        self.export_button = QPushButton(self.tr("Export"))
        menu = QMenu(self)
        self.exports = {
            kind: menu.addAction(text)
            for kind, text in (
                ("report", self.tr("Report with pictures (HTML)…")),
                ("pairs", self.tr("Pairs (CSV)…")),
                ("verdicts", self.tr("Answers (CSV)…")),
                ("labels", self.tr("Labels for training, from the answers (CSV)…")),
                ("json", self.tr("Everything (JSON)…")),
            )
        }
        for kind, action in self.exports.items():
            action.triggered.connect(lambda _, kind=kind: self.export_wanted.emit(kind))
        self.export_button.setMenu(menu)
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.go_on_button)
        row.addWidget(self.more_button)
        row.addWidget(self.export_button)
        return row
