"""Follows one training run in a thread of its own, whether we started it or found it at work."""

import platform
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QThread, Signal

from app.runs.event_tail import EventTail
from app.runs.process import TrainingProcess
from app.runs.run_end import EndKind, RunEnd, run_end, vanished
from trainer.errors import TrainingError
from trainer.protocol import Failed, Finished, Message
from trainer.run_folder import RunFolder

_POLL_S = 0.1
_LOOK_S = 0.5  # between two looks at the files of a run that somebody else started
_SILENCE_S = 60.0
_BATCH = 200  # messages handed on at once, or the window would stand still over them


class RunFollower(QThread):
    """Hands on what a run says, and in the end how it ended. Used on the GUI thread.

    `stop`, `cancel` and `leave` return at once. Leaving a run that was started to outlive us lets
    it go on; leaving another makes it save and stop, for it hears that nobody listens any more.

    Signals (emitted in the follower's thread):
        heard(Path folder, list[Message]): in order, a few at a time.
        fell_silent(Path folder, float seconds): nothing was heard for long; sent again and again.
        ended(Path folder, RunEnd): the last signal, unless `leave` was called.
    """

    heard = Signal(object, object)
    fell_silent = Signal(object, float)
    ended = Signal(object, object)

    def __init__(
        self,
        folder: Path,
        *,
        starts_it: bool,
        finishes: bool = False,  # train no more: test and report the best so far
        outlives_us: bool = False,  # may be changed until `leave`
        command: Sequence[str] | None = None,
        silence_s: float = _SILENCE_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.outlives_us = outlives_us
        self._starts_it = starts_it
        self._finishes = finishes
        self._command = command
        self._silence_s = silence_s
        self._heard_at_s = time.monotonic()
        self._is_stopping = threading.Event()
        self._is_cancelling = threading.Event()
        self._is_leaving = threading.Event()

    @property
    def is_stopping(self) -> bool:
        """Whether Stop was asked for."""
        return self._is_stopping.is_set()

    def stop(self) -> None:
        """Let the run finish its step, save and end."""
        self._is_stopping.set()

    def cancel(self) -> None:
        """End the run at once; what it saved before stays."""
        self._is_cancelling.set()

    def leave(self) -> None:
        """Follow no more; returns once nothing is emitted any more."""
        self._is_leaving.set()
        self.wait()

    def run(self) -> None:
        end = self._follow_ours() if self._starts_it else self._follow_other()
        if end is not None:
            self.ended.emit(self.folder, end)

    def _follow_ours(self) -> RunEnd | None:
        is_detached = self.outlives_us
        options = ["--detached"] if is_detached else []
        if self._finishes:
            options.append("--finish")
        process = TrainingProcess(self.folder, options=options, command=self._command)
        process.start()
        is_stop_sent = is_cancel_sent = False
        batch: list[Message] = []
        sent_at_s = time.monotonic()
        while process.outcome is None:
            message = process.next_message(timeout_s=_POLL_S)
            if message is not None:
                batch.append(message)
            now_s = time.monotonic()
            is_due = message is None or now_s - sent_at_s > _POLL_S or len(batch) >= _BATCH
            if batch and is_due:
                self._hand_on(batch)
                batch, sent_at_s = [], now_s
            self._notice_silence()
            if self._is_leaving.is_set():
                if self.outlives_us and not is_detached:
                    process.detach()
                process.let_go()
                return None
            if self._is_cancelling.is_set() and not is_cancel_sent:
                is_cancel_sent = True
                process.cancel()
            elif self._is_stopping.is_set() and not is_stop_sent:
                is_stop_sent = True
                process.stop()
        self._hand_on(batch)
        return run_end(
            process.outcome,
            was_cancelled=is_cancel_sent,
            stderr_tail=process.stderr_tail,
            protocol_errors=process.protocol_errors,
        )

    def _follow_other(self) -> RunEnd | None:
        tail = EventTail(self.folder / "events.jsonl")
        tail.read()  # who opens the run reads what was before
        try:
            folder = RunFolder.open(self.folder)
        except TrainingError as error:
            return RunEnd(kind=EndKind.FAILED, what=error.what, hint=error.hint)
        is_signalled = False
        while not self._is_leaving.wait(_LOOK_S):
            is_alive = folder.is_alive()
            messages = tail.read()
            self._hand_on(messages)
            self._notice_silence()
            if self._is_cancelling.is_set() or (self.is_stopping and not is_signalled):
                _signal(folder, is_kill=self._is_cancelling.is_set())
                is_signalled = True
            last = messages[-1] if messages else None
            if isinstance(last, Finished | Failed):
                return run_end(last, was_cancelled=False)
            if not is_alive:
                return self._end_of_other(folder)
        return None

    def _end_of_other(self, folder: RunFolder) -> RunEnd:
        if self._is_cancelling.is_set():
            return RunEnd(
                kind=EndKind.CANCELLED,
                what="The training was cancelled at once.",
                hint="What was saved before is whole: the run can be resumed, or deleted.",
            )
        try:
            status = folder.read_status()
        except TrainingError:
            return vanished()
        if status is not None and status.state == "finished":
            return RunEnd(kind=EndKind.FINISHED, what="The training is finished.")
        if status is not None and status.state == "stopped":
            return run_end(Finished(report="", was_stopped=True), was_cancelled=False)
        if status is not None and status.state == "failed":
            return RunEnd(kind=EndKind.FAILED, what=status.what, hint=status.hint)
        return vanished()

    def _hand_on(self, messages: list[Message]) -> None:
        if messages:
            self._heard_at_s = time.monotonic()
            self.heard.emit(self.folder, messages)

    def _notice_silence(self) -> None:
        seconds = time.monotonic() - self._heard_at_s
        if seconds > self._silence_s:
            self.fell_silent.emit(self.folder, seconds)


def _signal(folder: RunFolder, *, is_kill: bool) -> None:
    """Asks a run of this machine to stop, or kills it, making sure that it is that very process."""
    try:
        status = folder.read_status()
    except TrainingError:
        return
    if status is None or not status.is_alive() or status.process.host != platform.node():
        return
    try:
        process = psutil.Process(status.process.pid)
        if is_kill:
            for child in process.children(recursive=True):
                child.kill()
            process.kill()
        else:
            process.terminate()  # which the trainer takes for Stop
    except psutil.Error:
        return
