"""What lowers a photo's score for each of several models: asked for one at a time, and kept."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.contest.prepared import Contender
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.photo_view.overlay import overlay_image, values_of
from engine.errors import ContestError

if TYPE_CHECKING:  # load torch, which the window must not wait for
    from app.contest.opponents import OpenOpponent, Opponent
    from engine.explain.quality_map import QualityMap

_NUM_KEPT = 32


@dataclass(frozen=True, slots=True)
class ModelOverlay:
    """What lowers the score of a photo for one model; the map may say little."""

    image: QImage
    is_evidence_weak: bool


class ModelOverlays(QObject):
    """Explains photos with the models of a contest, each opened when it is first needed.

    Signals, on the GUI thread; one of them ends each `ask`, unless a newer one came before:
        found(str model_id, Path): the overlay can be had from `find`.
        failed(str model_id, Path, str): why there is none.
    """

    found = Signal(str, object)
    failed = Signal(str, object, str)

    def __init__(self, open_opponent: "OpenOpponent", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_opponent = open_opponent
        self._jobs = JobRunner(num_threads=1, parent=self)  # one model at a time
        self._opened: tuple[str, Opponent] | None = None  # used by the job's thread alone
        self._kept: OrderedDict[tuple[str, Path], ModelOverlay] = OrderedDict()
        self._waiting: list[Job] = []

    def find(self, model_id: str, path: Path) -> ModelOverlay | None:
        """The overlay, if it was made."""
        return self._kept.get((model_id, path))

    def ask(self, contender: Contender, paths: list[Path]) -> None:
        """Explain photos with a model; what was asked before and not begun is dropped."""
        for job in self._waiting:
            job.cancel()
        self._waiting = [self._ask_one(contender, path) for path in paths]

    def close(self) -> None:
        """Drop what waits, and wait for what is at work."""
        self._jobs.close()

    def _ask_one(self, contender: Contender, path: Path) -> Job:
        key = (contender.model_id, path)

        def work(_: JobControl) -> ModelOverlay:
            return self._explained(contender, path)

        def take(_: int, overlay: ModelOverlay) -> None:
            self._kept[key] = overlay
            while len(self._kept) > _NUM_KEPT:
                self._kept.popitem(last=False)
            self.found.emit(*key)

        job = Job(work)
        job.finished.connect(take)
        job.failed.connect(lambda _, sentence: self.failed.emit(*key, sentence))
        return self._jobs.start(job)

    def _explained(self, contender: Contender, path: Path) -> ModelOverlay:
        if self._opened is None or self._opened[0] != contender.model_id:
            self._opened = (contender.model_id, self._open_opponent(contender.source))
        scorer = self._opened[1].scorer
        if scorer.model_id != contender.model_id:
            raise ContestError(
                f"{contender.source} has changed since the contest, so it can't be explained."
            )
        explain = getattr(scorer, "explain", None)  # not every opponent can tell why
        if explain is None:
            raise ContestError(f"{contender.label} can't say where its score comes from.")
        quality_map: QualityMap = explain(path)
        image = overlay_image(values_of(quality_map, "lowers"))
        return ModelOverlay(image, quality_map.is_evidence_weak)
