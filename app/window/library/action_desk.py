"""Carries out actions on photos one after the other, and takes them back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.actions.history import UndoHistory
from app.actions.photo_action import ActionPreview, ActionResult, PhotoAction
from app.window.jobs.runner import Job, JobControl, JobRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An action with what the window must know of it."""

    action: PhotoAction
    paths: tuple[Path, ...]  # the photos it is about
    moves_files: bool  # whether photos come into the folder or leave it
    title: str = ""  # in words; empty where the photos themselves show it
    is_undo: bool = False
    gives_marks: bool = False  # stars or flags


class ActionDesk(QObject):
    """One action at a time, in the order they were asked for. Used on the GUI thread.

    Signals:
        previewed(Errand, ActionPreview): what an action would do.
        preview_failed(Errand, str): it can't be done; the sentence to show.
        began(Errand): it is at work.
        progressed(int done, int total): how far it is.
        done(Errand, ActionResult): it is over, whole or in part.
        failed(Errand, str): nothing was done; the sentence to show.
        undo_changed(): there is more or less to take back.
    """

    previewed = Signal(object, object)
    preview_failed = Signal(object, str)
    began = Signal(object)
    progressed = Signal(int, int)
    done = Signal(object, object)
    failed = Signal(object, str)
    undo_changed = Signal()

    def __init__(self, history: UndoHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._runner = JobRunner(num_threads=1, parent=self)
        self._stopping = threading.Event()
        self._last_number = 0
        self._errands: dict[int, Errand] = {}
        # By the id of the action that takes it back, which is held so that the id stays its own.
        self._about: dict[int, tuple[PhotoAction, Errand]] = {}

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return len(self._history) > 0

    def preview(self, errand: Errand) -> None:
        """Find out what an action would do."""
        job = self._job(errand, lambda _: errand.action.preview())
        job.finished.connect(self._on_previewed)
        job.failed.connect(self._on_preview_failed)
        self._runner.start(job)

    def carry_out(self, errand: Errand) -> None:
        """Do it once what was asked for before is done."""
        stopping = self._stopping  # not the job's own way to cancel: its result must not be lost

        def work(control: JobControl) -> ActionResult:
            control.report(None)
            return errand.action.apply(
                lambda done, total: control.report((done, total)), stopping.is_set
            )

        job = self._job(errand, work)
        job.reported.connect(self._on_reported)
        job.finished.connect(self._on_done)
        job.failed.connect(self._on_failed)
        self._runner.start(job)

    def undo(self) -> None:
        """Take back the last action that can be."""
        action = self._history.pop()
        if action is None:
            return
        self.undo_changed.emit()
        _, errand = self._about.pop(id(action))
        self.carry_out(replace(errand, action=action, is_undo=True))

    def stop(self) -> None:
        """End what is at work between two photos; what was done stays, and can be taken back."""
        self._stopping.set()
        self._stopping = threading.Event()

    def close(self) -> None:
        """Stop what is at work between two photos, and wait for it."""
        self.stop()
        self._runner.close()

    def _job(self, errand: Errand, work: Callable[[JobControl], object]) -> Job:
        self._last_number += 1
        self._errands[self._last_number] = errand
        return Job(work, generation=self._last_number)

    def _on_previewed(self, number: int, preview: ActionPreview) -> None:
        self.previewed.emit(self._errands.pop(number), preview)

    def _on_preview_failed(self, number: int, sentence: str) -> None:
        self.preview_failed.emit(self._errands.pop(number), sentence)

    def _on_reported(self, number: int, value: tuple[int, int] | None) -> None:
        if value is None:
            self.began.emit(self._errands[number])
        else:
            self.progressed.emit(*value)

    def _on_done(self, number: int, result: ActionResult) -> None:
        errand = self._errands.pop(number)
        if result.undo is not None and not errand.is_undo:
            self._history.push(result.undo)
            self._about[id(result.undo)] = (result.undo, errand)
            self.undo_changed.emit()
        self.done.emit(errand, result)

    def _on_failed(self, number: int, sentence: str) -> None:
        self.failed.emit(self._errands.pop(number), sentence)
