"""What the pages of a new training have in common."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.window.widgets.plain_text import plain

_WIDTH_PX = 820


class Step(QScrollArea):
    """One page: a heading, a sentence on what is decided here, and the subclass's rows.

    Attributes:
        problem: Why one can't go on from here, as a sentence; empty when one can.
        name: What the page is called in the list of steps.

    Signals:
        changed(): something was typed or found out, so `problem` may be another.
    """

    changed = Signal()

    def __init__(self, name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.problem = ""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        content = QWidget()
        content.setMaximumWidth(_WIDTH_PX)
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(28, 20, 28, 16)
        self.rows.setSpacing(10)
        self.rows.addWidget(heading(name))
        self.rows.addWidget(dim(sentence))
        self.rows.addSpacing(4)
        self.setWidget(content)

    def focus_first(self) -> None:
        """Bring the keyboard to the first thing on the page that takes it."""
        content = self.widget()
        found = [] if content is None else content.findChildren(QWidget)
        for widget in found:
            if widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                widget.setFocus()
                return

    def set_problem(self, sentence: str) -> None:
        """Say why one can't go on, or with nothing that one can."""
        self.problem = sentence
        self.changed.emit()


def heading(text: str, *, scale: float = 1.5) -> QLabel:
    """A large line."""
    label = plain(QLabel(text))
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    label.setFont(font)
    return label


def dim(text: str = "") -> QLabel:
    """A quiet explanation, wrapped."""
    label = words(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def words(text: str = "") -> QLabel:
    """A wrapped text that can be copied."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def form() -> QFormLayout:
    """A form as all pages have it."""
    made = QFormLayout()
    made.setHorizontalSpacing(16)
    made.setVerticalSpacing(8)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    return made
