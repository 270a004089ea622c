"""What came of a model of one's own: whether it is better, and the button that puts it to use."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.window.widgets.headings import dim, heading
from app.window.widgets.plain_text import plain
from engine.counted import counted
from engine.measures.agreement import Figure
from engine.personal.report import PersonalReport

_WIDTH_PX = 760


class VerdictView(QScrollArea):
    """A sentence, the figures behind it, and what can be done now.

    Signals:
        use_wanted(): rate with the new model from now on.
        keep_wanted(): leave, with the model in use.
        retry_wanted(): make it once more, after something went wrong.
    """

    use_wanted = Signal()
    keep_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Your own model"))
        self.headline = heading("")
        self.verdict = _words()
        self.more = dim()
        self.warnings = dim()
        self.note = dim()
        self.use_button = QPushButton(self.tr("&Use it, and rate my photos with it"))
        self.use_button.setMinimumHeight(40)
        self.use_button.clicked.connect(self.use_wanted)
        self.keep_button = QPushButton(self.tr("&Keep the model in use"))
        self.keep_button.setMinimumHeight(40)
        self.keep_button.clicked.connect(self.keep_wanted)
        self.retry_button = QPushButton(self.tr("&Try again"))
        self.retry_button.setMinimumHeight(40)
        self.retry_button.clicked.connect(self.retry_wanted)
        self.table = self._table()
        self.why_button = QToolButton()
        self.why_button.setText("?")
        self.why_button.setAccessibleName(self.tr("What the figures mean"))
        self.why_button.setToolTip(self.tr("What the figures mean"))
        self.why_button.setCheckable(True)
        self.why = dim(
            self.tr(
                "Agreement (SRCC) says how far two orders of the same photos, from bad to good, are"
                " the same: 1 is the same order, 0 has nothing to do with it. It was measured on"
                " photos that the model had not learned from, over and over; between the brackets"
                " it lies with 95 of 100 such sets of photos. The error says by how many points of"
                " 100 a score misses your label, as a rule. The model in use is shown as it is, and"
                " also with its scores moved and stretched to fit yours; always saying the mean is"
                " what any model must beat."
            )
        )
        self.why.hide()
        self.why_button.toggled.connect(self.why.setVisible)
        self._lay_out()

    def show_report(
        self, report: PersonalReport, *, can_use: bool, left_out: Mapping[Path, str]
    ) -> None:
        """Show what was found; `left_out` are photos that could not be read, and why."""
        self.note.setText("")
        self.headline.setText(
            {
                "better": self.tr("Your own model is better"),
                "perhaps": self.tr("Your own model may be better"),
                "no_better": self.tr("The model in use is kept"),
                "too_few": self.tr("It is too early to tell"),
            }[report.verdict]
        )
        self.verdict.setText(report.words())
        self.more.setText(report.learning_words())
        self.warnings.setText("\n".join(report.warnings))
        self.warnings.setVisible(bool(report.warnings))
        self.more.setVisible(bool(self.more.text()))
        self.table.clear()
        for one in report.contenders:
            row = [
                one.title[:1].upper() + one.title[1:],
                _interval(one.srcc),
                f"{one.rmse.value:.1f}",
            ]
            item = QTreeWidgetItem(row)
            for column in (1, 2):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self.table.addTopLevelItem(item)
        rows = self.table.sizeHintForRow(0) * self.table.topLevelItemCount()
        self.table.setFixedHeight(rows + self.table.header().sizeHint().height() + 6)
        if left_out:
            path, reason = next(iter(left_out.items()))
            self.note.setText(
                self.tr("%s could not be read, such as %s: %s")
                % (counted(len(left_out)), path.name, reason)
            )
        self._show_parts(has_report=True)
        self.use_button.setVisible(can_use)
        self.use_button.setDefault(can_use)
        self.keep_button.setDefault(not can_use)
        (self.use_button if can_use else self.keep_button).setFocus()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no model."""
        self.headline.setText(self.tr("No model was made"))
        self.note.setText("")
        self.verdict.setText(sentence)
        self._show_parts(has_report=False)
        self.keep_button.setFocus()

    def _show_parts(self, *, has_report: bool) -> None:
        for part in (self.table, self.why_button, self.use_button):
            part.setVisible(has_report)
        self.retry_button.setVisible(not has_report)
        if not has_report:
            self.why_button.setChecked(False)
            self.more.hide()
            self.warnings.hide()
        self.use_button.setEnabled(has_report)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setAccessibleName(self.tr("How well each way of rating agrees with your labels"))
        table.setHeaderLabels(
            [self.tr("Rated by"), self.tr("Agreement (SRCC)"), self.tr("Error, points")]
        )
        table.setRootIsDecorated(False)
        table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.retry_button)
        buttons.addWidget(self.keep_button)
        buttons.addStretch(1)
        buttons.addWidget(self.why_button)
        column = QWidget()
        column.setMaximumWidth(_WIDTH_PX)
        inside = QVBoxLayout(column)
        inside.setSpacing(12)
        for part in (self.headline, self.verdict, self.more, self.warnings):
            inside.addWidget(part)
        inside.addLayout(buttons)
        inside.addWidget(self.note)
        inside.addWidget(self.table)
        inside.addWidget(self.why)
        inside.addStretch(1)
        content = QWidget()
        outer = QHBoxLayout(content)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addWidget(column)
        self.setWidget(content)


def _interval(figure: Figure | None) -> str:
    if figure is None:
        return "\N{EN DASH}"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"


def _words() -> QLabel:
    label = plain(QLabel())
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
