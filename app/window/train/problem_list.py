"""What is wrong with labels: each kind of trouble with its count, its way out and its files."""

from collections.abc import Sequence

from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.window.train.step import words
from app.window.widgets.plain_text import plain_tool_tip
from trainer.labels.label_problem import LabelProblem


class ProblemList(QWidget):
    """A tree: problems, and below each the files it concerns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[LabelProblem, ...] = ()
        self.title = words()
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Problems of the labels"))
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(1)
        self.tree.setMinimumHeight(150)
        self.tree.setWordWrap(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.copy_button = QPushButton(self.tr("&Copy the list"))
        self.copy_button.clicked.connect(self._on_copy_clicked)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.tree)

    def show_problems(self, problems: Sequence[LabelProblem]) -> None:
        """Show these, the fatal ones first; with none, nothing is seen."""
        self._problems = tuple(sorted(problems, key=lambda problem: not problem.is_fatal))
        self.setVisible(bool(problems))
        num_fatal = sum(problem.is_fatal for problem in problems)
        self.title.setText(
            self.tr("To be mended before training: %d") % num_fatal
            if num_fatal
            else self.tr("Found and dealt with; training can go on without these:")
        )
        self.tree.clear()
        for problem in self._problems:
            must = self.tr("Must be mended: ") if problem.is_fatal else ""
            item = QTreeWidgetItem([f"{must}{problem.what}"])
            item.setToolTip(0, plain_tool_tip(f"{problem.what}\n{problem.hint}"))
            font = QFont(self.tree.font())
            font.setBold(problem.is_fatal)
            item.setFont(0, font)
            item.addChild(QTreeWidgetItem([problem.hint]))
            item.addChildren([QTreeWidgetItem([name]) for name in problem.concerned])
            self.tree.addTopLevelItem(item)
            item.setExpanded(problem.is_fatal)

    def text(self) -> str:
        """All of it as text."""
        lines = []
        for problem in self._problems:
            lines.append(f"{problem.what} {problem.hint}".strip())
            lines += [f"\t{name}" for name in problem.concerned]
        return "\n".join(lines)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
