"""Makes models of one's own in jobs, one at a time. Used on the GUI thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from app.own_model.progress import Progress
from app.window.jobs.runner import Job, JobControl, JobRunner
from trainer.labels.label_set import LabelSet

if TYPE_CHECKING:  # loads PyTorch, which the window must not wait for
    from app.personal.make_personal import PersonalModel

ReadLabels = Callable[[], LabelSet]

_REPORT_S = 0.1  # progress is shown at most this often


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make: a name for the model, and what reads the labels, in a job."""

    name: str
    read_labels: ReadLabels


class MakesModels(Protocol):
    """What loads PyTorch and does the work; both for jobs."""

    def make(
        self,
        labels: LabelSet,
        *,
        name: str,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> "PersonalModel | None":
        """A model, in the library where it is recommended, and the judgement; None if stopped."""

    def discard(self, name: str) -> None:
        """Take a model out of the library again."""
        ...


class OwnModelDesk(QObject):
    """Makes and discards.

    Signals:
        progressed(Progress): while a model is made.
        made(PersonalModel), stopped(), failed(str): one of the three ends each `make`.
        discarding_failed(str): a model that nobody wants is still in the library.
    """

    progressed = Signal(object)
    made = Signal(object)
    stopped = Signal()
    failed = Signal(str)
    discarding_failed = Signal(str)

    def __init__(
        self, maker: MakesModels, *, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._maker = maker
        self._jobs = jobs
        self._generation = 0
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a model is being made."""
        return self._job is not None

    def make(self, order: Order) -> None:
        """Make a model; one that is being made is given up."""
        self.stop()
        self._generation += 1

        def work(control: JobControl) -> "PersonalModel | None":
            return self._maker.make(
                order.read_labels(),
                name=order.name,
                on_progress=_Thinned(control).report,
                should_stop=lambda: control.is_cancelled,
            )

        job = Job(work, generation=self._generation)
        job.reported.connect(self._on_reported)
        job.finished.connect(self._on_made)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job = job
        self._jobs.start(job)

    def stop(self) -> None:
        """Give up making; what was read of photos is remembered."""
        if self._job is not None:
            self._job.cancel()

    def discard(self, name: str) -> None:
        """Take a model that nobody wants out of the library again."""
        job = Job(lambda _: self._maker.discard(name))
        job.failed.connect(lambda _, sentence: self.discarding_failed.emit(sentence))
        self._jobs.start(job)

    def _on_reported(self, generation: int, progress: Progress) -> None:
        if generation == self._generation:
            self.progressed.emit(progress)

    def _on_made(self, generation: int, made: object) -> None:
        if generation == self._generation:
            self._job = None
            if made is None:
                self.stopped.emit()
            else:
                self.made.emit(made)

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self.failed.emit(sentence)

    def _on_cancelled(self, generation: int) -> None:
        if generation == self._generation:
            self._job = None
            self.stopped.emit()


class _Thinned:
    """Passes on what is new of each stage, but not every photo."""

    def __init__(self, control: JobControl) -> None:
        self._control = control
        self._told: object = None
        self._told_at_s = 0.0

    def report(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if progress.stage != self._told or now_s - self._told_at_s > _REPORT_S:
            self._told, self._told_at_s = progress.stage, now_s
            self._control.report(progress)
