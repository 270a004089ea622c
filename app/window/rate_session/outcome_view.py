"""What a session has taught so far, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.rating_session.consistency_text import consistency_text
from app.rating_session.session import Session
from app.window.widgets.headings import dim, heading, title
from app.window.widgets.plain_text import plain
from engine.counted import counted

_WIDTH_PX = 720


class OutcomeView(QScrollArea):
    """Words on what was learned, on each person, and the button that makes the model.

    Signals:
        make_wanted(): make a model of one's own from the session.
        go_on_wanted(): rate more photos.
        export_wanted(): save the ratings as a table.
        back_wanted(): to the list of sessions.
    """

    make_wanted = Signal()
    go_on_wanted = Signal()
    export_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What the session taught"))
        self.headline = heading("")
        self.verdict = _words()
        self.details = dim()
        self._people = QVBoxLayout()
        self._people.setSpacing(4)
        self._people_title = title(self.tr("The answers themselves"))
        self.between = dim()
        self.note = dim()
        self.make_button = QPushButton(self.tr("&Make my model"))
        self.make_button.setDefault(True)
        self.make_button.setMinimumHeight(40)
        self.make_button.clicked.connect(self.make_wanted)
        self.go_on_button = QPushButton(self.tr("&Rate more"))
        self.go_on_button.clicked.connect(self.go_on_wanted)
        self.export_button = QPushButton(self.tr("&Save the ratings…"))
        self.export_button.setToolTip(self.tr("As a table: photo, who, stars, when"))
        self.export_button.clicked.connect(self.export_wanted)
        self.back_button = QPushButton(self.tr("All &sessions"))
        self.back_button.clicked.connect(self.back_wanted)
        for button in (self.go_on_button, self.export_button, self.back_button):
            button.setMinimumHeight(40)
        self._lay_out()
        self.setFocusProxy(self.make_button)

    def show_session(self, session: Session) -> None:
        """Show whose answers there are, before anything was learned from them."""
        photos = {answer.photo for answer in session.answers if answer.stars is not None}
        self.headline.setText(
            self.tr("%s rated in %s") % (counted(len(photos)), session.folder.name)
        )
        while (item := self._people.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for rater in session.raters:
            number = counted(len(session.rated_by(rater)), "rating")
            text = f"{rater}, {number}: {consistency_text(session.consistency(rater))}"
            label = _words()
            label.setText(text)
            self._people.addWidget(label)
        self._people_title.setVisible(bool(session.raters))
        self.make_button.setEnabled(bool(photos))
        self.export_button.setEnabled(bool(session.answers))

    def show_learned(self, verdict: str, details: str, between: str) -> None:
        """Show what was learned: a verdict, and what stands behind it."""
        self.verdict.setText(verdict)
        self.details.setText(details)
        self.between.setText(between)
        self.between.setVisible(bool(between))

    def say(self, sentence: str) -> None:
        """Tell what came of a button."""
        self.note.setText(sentence)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        for button in (
            self.make_button,
            self.go_on_button,
            self.export_button,
            self.back_button,
        ):
            first.addWidget(button)
        first.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(_WIDTH_PX)
        inside = QVBoxLayout(column)
        inside.setSpacing(12)
        inside.addWidget(self.headline)
        inside.addWidget(self.verdict)
        inside.addWidget(self.details)
        inside.addLayout(first)
        inside.addWidget(self.note)
        inside.addSpacing(6)
        inside.addWidget(self._people_title)
        inside.addLayout(self._people)
        inside.addWidget(self.between)
        inside.addStretch(1)
        content = QWidget()
        outer = QHBoxLayout(content)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addWidget(column)
        self.setWidget(content)


def _words() -> QLabel:
    label = plain(QLabel())
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
