"""The first view of Compare: what a contest is, and those that there are."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.contest.contest import Contest
from app.contest.contest_file import ListedContest
from app.window.widgets.headings import dim, heading
from engine.counted import counted

_WIDTH_PX = 760


class StartView(QScrollArea):
    """A button for a new contest, and a row for every one there is.

    Signals:
        new_wanted(): set up a contest.
        chosen(Contest): go on with this one.
        result_wanted(Contest): see how this one stands.
        removal_wanted(Path): delete this file.
    """

    new_wanted = Signal()
    chosen = Signal(object)
    result_wanted = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Contests"))
        self.new_button = QPushButton(self.tr("New contest…"))
        self.new_button.setDefault(True)
        self.new_button.setMinimumHeight(40)
        self.new_button.clicked.connect(self.new_wanted)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._list_title = heading(self.tr("Contests so far"), size=1.15)
        column = QWidget()
        column.setMaximumWidth(_WIDTH_PX)
        inside = QVBoxLayout(column)
        inside.setSpacing(14)
        inside.addWidget(heading(self.tr("Which model sees better?")))
        inside.addWidget(
            dim(
                self.tr(
                    "Models are set against each other on photos of your own. You are shown pairs"
                    " that one model calls equally good and another one finds very different, and"
                    " you say which photo looks better, without knowing which model thinks what."
                    " A few dozen answers tell more than thousands of ratings."
                )
            )
        )
        inside.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addSpacing(12)
        inside.addWidget(self._list_title)
        inside.addLayout(self._rows)
        inside.addStretch(1)
        content = QWidget()
        outer = QHBoxLayout(content)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addWidget(column)
        self.setWidget(content)
        self.show_contests([])

    def show_contests(self, listed: list[ListedContest]) -> None:
        """List these, the newest first."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in listed:
            self._rows.addWidget(self._row(one))
        self._list_title.setVisible(bool(listed))

    def _row(self, listed: ListedContest) -> QFrame:
        box = QFrame()
        box.setAutoFillBackground(True)
        box.setBackgroundRole(QPalette.ColorRole.Base)
        columns = QHBoxLayout(box)
        columns.setContentsMargins(16, 10, 12, 10)
        words = QVBoxLayout()
        columns.addLayout(words, 1)
        contest = listed.contest
        if contest is None:
            box.setAccessibleName(listed.path.name)
            words.addWidget(QLabel(listed.path.name))
            words.addWidget(dim(listed.problem))
        else:
            title = self.tr(" against ").join(one.label for one in contest.contenders)
            box.setAccessibleName(title)
            name = QLabel(title)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setWordWrap(True)
            words.addWidget(name)
            words.addWidget(dim(self._facts(contest)))
            self._add_buttons(columns, contest)
        columns.addWidget(self._removal_button(listed.path))
        return box

    def _add_buttons(self, columns: QHBoxLayout, contest: Contest) -> None:
        is_open = any(not contest.is_finished(rater) for rater in contest.raters or ("",))
        go_on = QPushButton(self.tr("Continue") if is_open else self.tr("Another person…"))
        go_on.setAccessibleName(self.tr("Continue the contest of %s") % contest.created)
        go_on.clicked.connect(lambda: self.chosen.emit(contest))
        columns.addWidget(go_on)
        result = QPushButton(self.tr("Result"))
        result.setAccessibleName(self.tr("Result of the contest of %s") % contest.created)
        result.setEnabled(bool(contest.verdicts))
        result.clicked.connect(lambda: self.result_wanted.emit(contest))
        columns.addWidget(result)

    def _removal_button(self, path: Path) -> QPushButton:
        remove = QPushButton(self.tr("Delete…"))
        remove.setFlat(True)
        remove.setAccessibleName(self.tr("Delete %s") % path.stem)
        remove.clicked.connect(lambda: self.removal_wanted.emit(path))
        return remove

    def _facts(self, contest: Contest) -> str:
        when = datetime.fromisoformat(contest.created).strftime("%Y-%m-%d %H:%M")
        total = len(contest.shown)
        answers = [
            self.tr("%s: %d of %d") % (rater, contest.num_answered(rater), total)
            for rater in contest.raters
        ] or [self.tr("no answers yet, %s") % counted(total, "pair")]
        return f"{contest.folder.name}, {when}. {', '.join(answers)}"
