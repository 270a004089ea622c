"""The first view of a rating session: what it is, who rates, and the sessions there are."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.rating_session.session import Session
from app.window.widgets.elided_label import ElidedLabel
from app.window.widgets.headings import dim, heading
from app.window.widgets.path_chooser import PathChooser
from engine.counted import counted

_WIDTH_PX = 720


class StartView(QScrollArea):
    """Names the folder and the person, and begins; below are the sessions so far.

    Signals:
        begin_wanted(Path folder, str rater): ask this person about the folder's photos.
        outcome_wanted(Session): what was learned from this one.
        removal_wanted(Session): forget it; the person has not been asked yet.
        back_wanted(): leave.
    """

    begin_wanted = Signal(object, str)
    outcome_wanted = Signal(object)
    removal_wanted = Signal(object)
    back_wanted = Signal()

    def __init__(self, chooser: PathChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chooser = chooser
        self._folder: Path | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Rate photos"))
        self._make_fields()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._list_title = heading(self.tr("Sessions so far"), size=1.15)
        self._lay_out()
        self.show_sessions([])
        self._on_changed()

    @property
    def folder(self) -> Path | None:
        """The photos to rate."""
        return self._folder

    def set_folder(self, folder: Path | None) -> None:
        """The photos to rate."""
        self._folder = folder
        self.folder_label.setText(self.tr("None chosen yet") if folder is None else str(folder))
        self._on_changed()

    def set_rater(self, name: str) -> None:
        """Who rates."""
        self.rater.setEditText(name)

    def say(self, sentence: str) -> None:
        """Tell why it can't begin, or that it is about to; with nothing, the view is ready."""
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        self._on_changed()

    def say_busy(self, sentence: str) -> None:
        """Tell what is under way; it can't be begun a second time meanwhile."""
        self.say(sentence)
        self.begin_button.setEnabled(False)

    def show_sessions(self, sessions: list[Session]) -> None:
        """List these, and offer the names of those who rated in them."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in sessions:
            self._rows.addWidget(self._row(one))
        self._list_title.setVisible(bool(sessions))
        names = list(dict.fromkeys(rater for one in sessions for rater in one.raters))
        typed = self.rater.currentText()
        self.rater.clear()
        self.rater.addItems(names)
        self.rater.setEditText(typed)

    def _make_fields(self) -> None:
        self.folder_label = ElidedLabel()
        self.folder_button = QPushButton(self.tr("Choose…"))
        self.folder_button.setAccessibleName(self.tr("Choose the folder of the photos"))
        self.folder_button.clicked.connect(self._choose_folder)
        self.rater = QComboBox()
        self.rater.setEditable(True)
        self.rater.setAccessibleName(self.tr("Who rates"))
        line = self.rater.lineEdit()
        assert line is not None
        line.setPlaceholderText(self.tr("Your name, to tell several people's answers apart"))
        self.rater.setToolTip(
            self.tr("Any number of people can rate the same photos, each under a name")
        )
        self.rater.editTextChanged.connect(self._on_changed)
        self.begin_button = QPushButton(self.tr("&Begin"))
        self.begin_button.setDefault(True)
        self.begin_button.setMinimumHeight(40)
        self.begin_button.clicked.connect(self._begin)
        self.back_button = QPushButton(self.tr("&All runs"))
        self.back_button.setMinimumHeight(40)
        self.back_button.clicked.connect(self.back_wanted)
        self.said = dim()
        self.said.hide()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        folder = QHBoxLayout()
        folder.addWidget(self.folder_label, 1)
        folder.addWidget(self.folder_button)
        form.addRow(self.tr("Photos"), folder)
        form.addRow(self.tr("Who rates"), self.rater)
        buttons = QHBoxLayout()
        buttons.addWidget(self.begin_button)
        buttons.addWidget(self.back_button)
        buttons.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(_WIDTH_PX)
        inside = QVBoxLayout(column)
        inside.setSpacing(14)
        inside.addWidget(heading(self.tr("Show Discern your taste")))
        inside.addWidget(
            dim(
                self.tr(
                    "You see photos one after the other and say how good each is, from 1 to 5."
                    " They are chosen so that little of your time teaches much, and a few come"
                    " twice, which tells how sure your own answers are. After every 25 a model of"
                    " your own is fitted and says how well it does. Every answer is kept at once:"
                    " stop whenever you like."
                )
            )
        )
        inside.addLayout(form)
        inside.addLayout(buttons)
        inside.addWidget(self.said)
        inside.addSpacing(8)
        inside.addWidget(self._list_title)
        inside.addLayout(self._rows)
        inside.addStretch(1)
        content = QWidget()
        outer = QHBoxLayout(content)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addWidget(column)
        self.setWidget(content)

    def _row(self, session: Session) -> QFrame:
        box = QFrame()
        box.setAutoFillBackground(True)
        box.setBackgroundRole(QPalette.ColorRole.Base)
        box.setAccessibleName(str(session.folder))
        columns = QHBoxLayout(box)
        columns.setContentsMargins(16, 10, 12, 10)
        words = QVBoxLayout()
        columns.addLayout(words, 1)
        name = QLabel(session.folder.name or str(session.folder))
        name.setTextFormat(Qt.TextFormat.PlainText)
        words.addWidget(name)
        words.addWidget(dim(self._facts(session)))
        go_on = QPushButton(self.tr("Continue"))
        go_on.setAccessibleName(self.tr("Continue with %s") % session.folder)
        go_on.clicked.connect(lambda: self._go_on(session))
        columns.addWidget(go_on)
        outcome = QPushButton(self.tr("What it taught"))
        outcome.setAccessibleName(self.tr("What the session on %s taught") % session.folder)
        outcome.clicked.connect(lambda: self.outcome_wanted.emit(session))
        columns.addWidget(outcome)
        remove = QPushButton(self.tr("Delete…"))
        remove.setFlat(True)
        remove.setAccessibleName(self.tr("Delete the session on %s") % session.folder)
        remove.clicked.connect(lambda: self.removal_wanted.emit(session))
        columns.addWidget(remove)
        return box

    def _facts(self, session: Session) -> str:
        last = datetime.fromtimestamp(session.answers[-1].given_ns / 1e9).astimezone()
        people = ", ".join(
            self.tr("%s: %s") % (rater, counted(len(session.rated_by(rater)), "rating"))
            for rater in session.raters
        )
        return f"{last:%Y-%m-%d %H:%M}. {people}"

    def _go_on(self, session: Session) -> None:
        self.set_folder(session.folder)
        if not self.rater.currentText().strip():
            self.set_rater(session.raters[-1])
        self._begin()

    def _choose_folder(self) -> None:
        chosen = self._chooser.folder(self, self.tr("The photos to rate"))
        if chosen is not None:
            self.set_folder(chosen)

    def _on_changed(self) -> None:
        self.begin_button.setEnabled(
            self._folder is not None and bool(self.rater.currentText().strip())
        )

    def _begin(self) -> None:
        if self._folder is not None and self.rater.currentText().strip():
            self.begin_wanted.emit(self._folder, self.rater.currentText().strip())
