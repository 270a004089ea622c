"""The place of contests: wires its views to the desk, and knows which contest is open."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox, QStackedWidget, QWidget

from app.contest.contest import Contest
from app.window.compare.contest_desk import ContestDesk, ContestRequest
from app.window.compare.deciding_view import DecidingView
from app.window.compare.duel_view import DuelView
from app.window.compare.model_overlays import ModelOverlays
from app.window.compare.preparing_view import PreparingView
from app.window.compare.result_view import ResultView
from app.window.compare.setup_view import SetupView
from app.window.compare.start_view import StartView
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.settings import SettingsStore
from app.window.widgets.path_chooser import PathChooser
from engine.contest.verdicts import Choice, Verdict


class ComparePage(QStackedWidget):
    """Start, set up, prepare, judge, result: one view at a time.

    Signals:
        said(str): something to tell above the page.
    """

    said = Signal(str)

    def __init__(
        self,
        desk: ContestDesk,
        *,
        loader: PhotoLoader,
        overlays: ModelOverlays,
        chooser: PathChooser,
        settings: SettingsStore,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chooser = chooser
        self._settings = settings
        self._rater = settings.current.rater
        self.contest: Contest | None = None
        self.setAccessibleName(self.tr("Compare"))
        self.start = StartView()
        self.setup = SetupView(chooser)
        self.preparing = PreparingView()
        self.duel = DuelView(loader)
        self.result = ResultView(DecidingView(loader, overlays))
        for view in (self.start, self.setup, self.preparing, self.duel, self.result):
            self.addWidget(view)
        self._connect()

    @property
    def rater(self) -> str:
        """Who judges now."""
        return self._rater

    def enter(self, folder: Path | None) -> None:
        """The place is seen; `folder` is the one that is open in the library."""
        if self.setup.folder is None:
            self.setup.set_folder(folder)
        if self.currentWidget() is self.start:
            self._desk.look()
        self._focus()

    def _connect(self) -> None:
        desk = self._desk
        desk.listed.connect(self.start.show_contests)
        desk.models_listed.connect(self.setup.show_models)
        desk.progressed.connect(self.preparing.show_progress)
        desk.prepared.connect(self._on_prepared)
        desk.stopped.connect(self._on_stopped)
        desk.failed.connect(self._on_failed)
        desk.saving_failed.connect(self.said)
        desk.worked_out.connect(self._on_worked_out)
        desk.written.connect(lambda path: self.result.say(self.tr("%s was written.") % path))
        desk.writing_failed.connect(self.said)
        desk.removed.connect(lambda _: desk.look())
        self.start.new_wanted.connect(self._set_up)
        self.start.chosen.connect(self._go_on)
        self.start.result_wanted.connect(self._show_result_of)
        self.start.removal_wanted.connect(self._remove)
        self.setup.back_wanted.connect(self._show_start)
        self.setup.start_wanted.connect(self._prepare)
        self.preparing.stop_wanted.connect(desk.stop)
        self.duel.answered.connect(self._on_answered)
        self.duel.undo_wanted.connect(self._undo)
        self.duel.pause_wanted.connect(self._pause)
        self.result.back_wanted.connect(self._show_start)
        self.result.go_on_wanted.connect(lambda: self._go_on(self.contest))
        self.result.more_pairs_wanted.connect(self._add_pairs)
        self.result.export_wanted.connect(self._export)

    def _show(self, view: QWidget) -> None:
        self.setCurrentWidget(view)
        self._focus()

    def _focus(self) -> None:
        view = self.currentWidget()
        if view is self.duel:
            self.duel.left.setFocus()
        elif view is self.start:
            self.start.new_button.setFocus()
        elif view is not None:
            view.setFocus()

    def _show_start(self) -> None:
        self._desk.look()
        self._show(self.start)

    def _set_up(self) -> None:
        self.setup.set_rater(self._rater)
        self._show(self.setup)

    def _prepare(self, request: ContestRequest) -> None:
        self._take_rater(request.rater)
        self.preparing.begin()
        self._show(self.preparing)
        self._desk.prepare(request)

    def _add_pairs(self) -> None:
        if self.contest is not None:
            self.preparing.begin()
            self._show(self.preparing)
            self._desk.add_pairs(self.contest)

    def _take_rater(self, name: str) -> None:
        self._rater = name
        self._settings.change(rater=name)

    def _go_on(self, contest: Contest | None) -> None:
        if contest is None:
            return
        if self._rater not in contest.raters or contest.is_finished(self._rater):
            open_for = [name for name in contest.raters if not contest.is_finished(name)]
            name, is_given = QInputDialog.getText(
                self,
                self.tr("Who judges?"),
                self.tr("Your name, to tell several people's answers apart:"),
                text=open_for[0] if open_for else "",
            )
            if not is_given or not name.strip():
                return
            self._take_rater(name.strip())
        self.contest = contest
        self._show_next()

    def _show_result_of(self, contest: Contest) -> None:
        self.contest = contest
        self._show_result()

    def _show_result(self) -> None:
        assert self.contest is not None
        self.result.wait_for_outcome()
        self._show(self.result)
        self._desk.work_out(self.contest)

    def _show_next(self) -> None:
        assert self.contest is not None
        pairs = self.contest.next_pairs(self._rater, 2)
        if not pairs:
            self._show_result()
            return
        num_answered = self.contest.num_answered(self._rater)
        self.duel.show_pair(
            pairs[0],
            number=num_answered + 1,
            total=len(self.contest.shown),
            can_undo=num_answered > 0,
        )
        self._show(self.duel)
        if len(pairs) > 1:
            self.duel.prepare(pairs[1])

    def _on_answered(self, choice: Choice, confidence: int) -> None:
        pair = self.duel.pair
        if self.contest is None or pair is None:
            return
        verdict = Verdict(
            pair_id=pair.pair.pair_id, rater=self._rater, choice=choice, confidence=confidence
        )
        self.contest = self.contest.with_verdict(verdict)
        self._desk.save(self.contest)
        self._show_next()

    def _undo(self) -> None:
        if self.contest is not None:
            self.contest = self.contest.without_last_verdict(self._rater)
            self._desk.save(self.contest)
            self._show_next()

    def _pause(self) -> None:
        if self.contest is not None and self.contest.verdicts:
            self._show_result()
        else:
            self._show_start()

    def _export(self, kind: str) -> None:
        outcome = self.result.outcome
        if outcome is None:
            return
        # Here, because they load SciPy and Pillow, which the window must not wait for at its start.
        from app.window.compare.export_kinds import export_kind

        one = export_kind(kind)
        contest = outcome.contest
        suggestion = contest.folder / f"{one.name}-{contest.contest_id}{one.suffix}"
        path = self._chooser.new_file(self, one.title, suggestion, one.kinds)
        if path is not None:
            self._desk.write(path, lambda: one.make(outcome))

    def _remove(self, path: Path) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Delete the contest?"))
        box.setText(self.tr("The pairs and all answers of this contest will be gone."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is delete:
            self._desk.remove(path)

    def _on_prepared(self, contest: Contest) -> None:
        self.contest = contest
        if self.currentWidget() is self.preparing:
            self._show_next()

    def _on_stopped(self) -> None:
        if self.currentWidget() is self.preparing:
            self._set_up()

    def _on_failed(self, sentence: str) -> None:
        self.said.emit(sentence)
        if self.currentWidget() is self.preparing:
            self._set_up()

    def _on_worked_out(self, outcome: object) -> None:
        from app.contest.outcome import Outcome

        if isinstance(outcome, Outcome):
            self.result.show_outcome(outcome)
