"""The page of rating sessions: wires its views to the desk, and knows who is being asked."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QWidget

from app.rating_session.asking import Asking
from app.rating_session.session import Answer, Session
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.rate_session.asking_view import AskingView
from app.window.rate_session.outcome_view import OutcomeView
from app.window.rate_session.session_desk import SessionDesk
from app.window.rate_session.start_view import StartView
from app.window.settings import SettingsStore
from app.window.widgets.path_chooser import PathChooser
from engine.counted import counted

if TYPE_CHECKING:  # loads PyTorch, which the window must not wait for
    from app.rating_session.learning import Learned

_FEWEST_LEFT = 6  # photos in the queue, below which more are chosen


class SessionPage(QStackedWidget):
    """Begin, ask, tell: one view at a time.

    Signals:
        said(str): something to tell above the page.
        back_wanted(): leave for the list of runs.
        make_wanted(str name, object read_labels): make a model of one's own of the LabelSet that
            the function returns in a job.
    """

    said = Signal(str)
    back_wanted = Signal()
    make_wanted = Signal(str, object)

    def __init__(
        self,
        desk: SessionDesk,
        *,
        loader: PhotoLoader,
        chooser: PathChooser,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chooser = chooser
        self._settings = settings
        self._asking: Asking | None = None
        self._session: Session | None = None  # that the outcome is shown of
        self._learned: Learned | None = None
        self._is_choosing = False  # the next photos are on their way
        self._has_seen_all = False
        self._wants_outcome = False  # of the session that is being opened, rather than questions
        self.setAccessibleName(self.tr("Rating session"))
        self.start = StartView(chooser)
        self.ask = AskingView(loader)
        self.outcome = OutcomeView()
        for view in (self.start, self.ask, self.outcome):
            self.addWidget(view)
        self.start.set_rater(settings.current.rater)
        self._connect()

    @property
    def asking(self) -> Asking | None:
        """Who is asked, and what they have said."""
        return self._asking

    def enter(self, folder: Path | None) -> None:
        """The page is seen; `folder` is the one that is open in the library."""
        if folder is not None and self.currentWidget() is self.start:
            self.start.set_folder(folder)
        if self.currentWidget() is self.start:
            self._desk.look()
        self._focus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.read_ahead(is_on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._desk.read_ahead(is_on=False)

    def _connect(self) -> None:
        desk = self._desk
        desk.listed.connect(self.start.show_sessions)
        desk.begun.connect(self._on_begun)
        desk.failed.connect(self.start.say)
        desk.saving_failed.connect(self.said)
        desk.chosen.connect(self._on_chosen)
        desk.learned.connect(self._on_learned)
        desk.not_learned.connect(self._on_not_learned)
        desk.reading_failed.connect(self.said)
        desk.written.connect(lambda path: self.outcome.say(self.tr("%s was written.") % path))
        desk.writing_failed.connect(self.outcome.say)
        self.start.begin_wanted.connect(self._begin)
        self.start.outcome_wanted.connect(self._show_outcome)
        self.start.removal_wanted.connect(self._remove)
        self.start.back_wanted.connect(self.back_wanted)
        self.ask.answered.connect(self._on_answered)
        self.ask.undo_wanted.connect(self._undo)
        self.ask.pause_wanted.connect(self._pause)
        self.ask.unreadable.connect(self._on_unreadable)
        self.outcome.make_wanted.connect(self._make)
        self.outcome.go_on_wanted.connect(self._go_on)
        self.outcome.export_wanted.connect(self._export)
        self.outcome.back_wanted.connect(self._show_start)

    def _show(self, view: QWidget) -> None:
        self.setCurrentWidget(view)
        self._focus()

    def _focus(self) -> None:
        view = self.currentWidget()
        if view is self.ask:
            self.ask.view.setFocus()
        elif view is self.start:
            is_ready = self.start.begin_button.isEnabled()
            (self.start.begin_button if is_ready else self.start.rater).setFocus()
        else:
            self.outcome.make_button.setFocus()

    def _show_start(self) -> None:
        self._desk.leave()
        self._asking = None
        self._desk.look()
        self._show(self.start)

    def _begin(self, folder: Path, rater: str) -> None:
        self._settings.change(rater=rater)
        self._learned = None
        self._wants_outcome = self._is_choosing = self._has_seen_all = False
        self.start.say_busy(self.tr("Looking for the photos…"))
        self._desk.begin(folder, rater)

    def _on_begun(self, asking: Asking) -> None:
        self.start.say("")
        self._asking = asking
        self.ask.show_learned("")
        if self._wants_outcome:
            self._tell_outcome(asking.session)
            return
        self._show(self.ask)
        self._show_next()
        if asking.session.answers:
            self._desk.learn(asking.session)  # what it knew when it was left

    def _show_next(self) -> None:
        asking = self._asking
        if asking is None:
            return
        photos = asking.next_photos(2)
        self.ask.show_progress(
            asking.num_ratings, until_look=asking.until_look, can_undo=asking.can_undo
        )
        if photos:
            self.ask.show_photo(photos[0])
        else:
            self.ask.show_nothing(
                self.tr("Choosing the next photos…")
                if self._is_choosing or not self._has_seen_all
                else self.tr("You have seen every photo here. Pause (Esc) shows what was learned.")
            )
        if len(photos) > 1:
            self.ask.prepare(photos[1])
        if len(asking.left) < _FEWEST_LEFT and not (self._is_choosing or self._has_seen_all):
            self._is_choosing = True
            self._desk.choose(asking)

    def _on_answered(self, stars: int | None, took_ms: int) -> None:
        asking, photo = self._asking, self.ask.photo
        if asking is None or photo is None:
            return
        answer = Answer(
            photo=photo,
            rater=asking.rater,
            stars=stars,
            took_ms=took_ms,
            given_ns=time.time_ns(),
        )
        self._desk.keep(asking.session.session_id, answer)
        self._asking = asking.with_session(asking.session.with_answer(answer))
        if stars is not None and self._asking.is_look_due:
            self._desk.learn(self._asking.session)
        self._show_next()

    def _undo(self) -> None:
        asking = self._asking
        if asking is None or not asking.can_undo:
            return
        self._desk.take_back(asking.session.session_id, asking.rater)
        self._asking = asking.undone()
        self._has_seen_all = False
        self._show_next()

    def _pause(self) -> None:
        if self._asking is None or not self._asking.session.answers:
            self._show_start()
        else:
            self._tell_outcome(self._asking.session)

    def _on_unreadable(self, photo: Path, reason: str) -> None:
        if self._asking is None:
            return
        self._asking = self._asking.without(photo)
        self.said.emit(self.tr("%s was left out: %s") % (photo.name, reason))
        self._show_next()

    def _on_chosen(self, rater: str, photos: list[Path]) -> None:
        self._is_choosing = False
        if self._asking is None or self._asking.rater != rater:
            return
        # What is being looked at stays, and so does the photo after it, which is read already.
        kept = self._asking.left[:2]
        self._asking = self._asking.with_queue(
            [*kept, *(photo for photo in photos if photo not in kept)]
        )
        self._has_seen_all = not photos
        if self.ask.photo is None:
            self._show_next()

    def _on_learned(self, learned: "Learned") -> None:
        from app.rating_session.learned_text import learned_line

        self._learned = learned
        self.ask.show_learned(learned_line(learned.report))
        self._tell_learned()

    def _on_not_learned(self, sentence: str) -> None:
        self._learned = None
        self.ask.show_learned(sentence)
        self.outcome.show_learned(sentence, "", "")

    def _show_outcome(self, session: Session) -> None:
        """From the list: the session's photos are looked for first."""
        self._learned = None
        self._wants_outcome = True
        self._is_choosing = self._has_seen_all = False
        self.start.say_busy(self.tr("Looking for the photos…"))
        self._desk.begin(session.folder, session.raters[-1])

    def _tell_outcome(self, session: Session) -> None:
        self._session = session
        self.outcome.say("")
        self.outcome.show_session(session)
        self.outcome.show_learned(self.tr("Looking at what was learned…"), "", "")
        self._show(self.outcome)
        self._desk.learn(session)

    def _tell_learned(self) -> None:
        from app.rating_session.learned_text import agreement_between, learned_from, outlook

        learned, session = self._learned, self._session
        if learned is None or session is None or self.currentWidget() is not self.outcome:
            return
        report = learned.report
        details = [learned_from(learned), outlook(report, session), *report.warnings]
        self.outcome.show_learned(
            report.words(),
            " ".join(part for part in details if part),
            agreement_between(session),
        )

    def _go_on(self) -> None:
        if self._asking is not None:
            self._show(self.ask)
            self._show_next()

    def _make(self) -> None:
        if self._session is not None:
            name = self._session.folder.name
            self.make_wanted.emit(name, self._desk.labels_reader(self._session))

    def _export(self) -> None:
        session = self._session
        if session is None:
            return
        suggestion = session.folder / f"ratings-{session.folder.name}.csv"
        path = self._chooser.new_csv(self, self.tr("Save the ratings"), suggestion)
        if path is not None:
            self._desk.write(session, path)

    def _remove(self, session: Session) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Delete the session?"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            self.tr("%s of %s will be gone.")
            % (counted(len(session.answers), "answer"), session.folder)
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(lambda: self._desk.remove(session.session_id))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
