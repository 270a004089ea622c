"""Short jobs in threads: each can be cancelled, and each ends with exactly one signal."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from PySide6.QtCore import QMetaMethod, QObject, Qt, Signal

from app.errors import FORESEEN

_log = logging.getLogger(__name__)

_NUM_THREADS = 4
_UNEXPECTED = "Something unexpected went wrong ({kind}: {error}). The log file has the details."


class JobControl(Protocol):
    """What the work of a job is given: whether to go on, and whom to report to."""

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants the result any more."""

    def report(self, value: object) -> None:
        """Hand something over before the work is done."""


class Job(QObject):
    """One piece of work: `work(control)` runs in a thread, reports on the way and returns a result.

    `work` should ask `is_cancelled` often and may then return anything. `generation` is the
    caller's own number and comes back with every signal, so that late answers can be told.

    Signals (emitted in the job's thread):
        reported(int generation, object): whatever `work` reports.
        finished(int generation, object result), failed(int generation, str sentence),
            cancelled(int generation): one of the three, and nothing after it.
    """

    reported = Signal(int, object)
    finished = Signal(int, object)
    failed = Signal(int, str)
    cancelled = Signal(int)
    _ended = Signal(object)

    def __init__(self, work: Callable[[JobControl], object], *, generation: int = 0) -> None:
        super().__init__()
        self.generation = generation
        self._work = work
        self._cancelling = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._cancelling.is_set()

    def cancel(self) -> None:
        """Ask the work to end soon; it ends with `cancelled` unless it was done already."""
        self._cancelling.set()

    def report(self, value: object) -> None:
        """Hand something over before the work is done; nothing once it is cancelled."""
        if not self.is_cancelled:
            self.reported.emit(self.generation, value)

    def run(self) -> None:
        """Do the work and emit the one signal that ends it. For the runner."""
        try:
            result = None if self.is_cancelled else self._work(self)
        except Exception as error:  # the edge of a job: whatever happens must reach the person
            self.failed.emit(self.generation, sentence_for(error))
        else:
            if self.is_cancelled:
                self.cancelled.emit(self.generation)
            else:
                self.finished.emit(self.generation, result)
        self._ended.emit(self)


class JobRunner(QObject):
    """Runs jobs in a few threads, or one after the other in one. Used on the GUI thread.

    Signals:
        failed_unheard(str): the sentence of a job that failed with nobody listening.
    """

    failed_unheard = Signal(str)

    def __init__(self, *, num_threads: int = _NUM_THREADS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(num_threads, thread_name_prefix="job")
        self._is_closed = False
        self._jobs: dict[Job, Future[None]] = {}

    def start(self, job: Job) -> Job:
        """Let the job run as soon as a thread is free; connect its signals before.

        After `close` it is cancelled at once.
        """
        if self._is_closed:
            job.cancel()
            job.run()
            return job
        if not job.isSignalConnected(QMetaMethod.fromSignal(job.failed)):
            job.failed.connect(self._on_failed_unheard)
        # Owned by Qt, because Python would delete it in whichever thread forgets it last.
        job.setParent(self)
        job._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)  # noqa: SLF001
        self._jobs[job] = self._pool.submit(job.run)
        return job

    def close(self) -> None:
        """Cancel every job and wait until the last has ended."""
        self._is_closed = True
        for job in self._jobs:
            job.cancel()
        self._pool.shutdown(wait=True)

    def finish(self) -> None:
        """Let every job that was started do its work, and wait for the last."""
        self._is_closed = True
        self._pool.shutdown(wait=True)

    def _on_failed_unheard(self, _: int, sentence: str) -> None:
        self.failed_unheard.emit(sentence)

    def _on_ended(self, job: Job) -> None:
        self._jobs.pop(job).result()  # it may still be returning from its last signal
        job.deleteLater()


def sentence_for(error: Exception) -> str:
    """What to tell the person; an error that nobody foresaw is logged with its traceback."""
    if isinstance(error, FORESEEN):
        return str(error)
    _log.error("A job failed", exc_info=error)
    return _UNEXPECTED.format(kind=type(error).__name__, error=error)
