"""Looking for defects behind the inspector, whatever model rates: newest wish first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.window.inspect.defect_look import DefectLook, defect_look
from app.window.inspect.own_pixels_look import OwnPixelsLook, own_pixels_looks
from app.window.jobs.runner import Job, JobControl, JobRunner, sentence_for

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_finder import DefectFinder

_NUM_KEPT = 24
_USUAL_SHAPE = (342, 512, 3)


@dataclass(frozen=True, slots=True)
class PhotoLooks:
    """What is known so far of one photo: of the whole of it, and of its own pixels."""

    whole: DefectLook
    own: OwnPixelsLook | None = None
    own_failed: str = ""  # why there is nothing of its own pixels

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return bool(self.own_failed) or (self.own is not None and self.own.is_complete)


class DefectLooks(QObject):
    """Looks at one photo at a time in a thread of its own, and keeps what was seen in the last.

    Signals, on the GUI thread:
        looked(Path): more of the photo is known; `find` has it.
        failed(Path, str): why the photo can't be looked at.
    """

    looked = Signal(object)
    failed = Signal(object, str)

    def __init__(
        self, open_finder: Callable[[], "DefectFinder"], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_finder = open_finder
        self._finder: DefectFinder | None = None  # of the thread
        self._jobs = JobRunner(num_threads=1, parent=self)
        self._job: Job | None = None
        self._asked: tuple[Path, object] | None = None
        self._generation = 0
        self._kept: OrderedDict[tuple[Path, object], PhotoLooks] = OrderedDict()

    def warm_up(self) -> None:
        """Open the network and let it look once, so that the first photo does not wait for it."""
        job = Job(lambda _: self._the_finder().look_at_whole(np.zeros(_USUAL_SHAPE, np.uint8)))
        job.failed.connect(lambda *_: None)  # said when a photo is looked at
        self._jobs.start(job)

    def find(self, path: Path, stamp: object) -> PhotoLooks | None:
        """What is known of a photo whose stamp has not changed."""
        return self._kept.get((path, stamp))

    def ask(self, path: Path, stamp: object) -> None:
        """Have a photo looked at instead of the one before; what is known is not made again."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        known = self._kept.get((path, stamp))
        if known is not None:
            self._kept.move_to_end((path, stamp))
            if known.is_complete:
                return
        self._generation += 1
        self._asked = (path, stamp)
        job = Job(lambda control: self._look(path, control), generation=self._generation)
        job.reported.connect(self._on_reported)
        job.failed.connect(self._on_failed)
        self._job = self._jobs.start(job)

    def close(self) -> None:
        """End the look at work and wait for it."""
        self._jobs.close()

    def _the_finder(self) -> "DefectFinder":
        if self._finder is None:
            self._finder = self._open_finder()
        return self._finder

    def _look(self, path: Path, control: JobControl) -> None:
        """In the thread."""
        # Here, because the decoders are slow to load and the window must be seen at once.
        from engine.photos.decode import read_photo

        finder = self._the_finder()
        photo = read_photo(path, short_side_px=finder.card.long_side_px // 2)
        if control.is_cancelled:
            return
        found = finder.look_at_whole(photo.pixels_HW3)
        looks = PhotoLooks(defect_look(found.map, finder.card))
        control.report(looks)
        try:
            if (photo.width_px, photo.height_px) != photo.pixels_HW3.shape[1::-1]:
                photo = read_photo(path)
            for own in own_pixels_looks(photo.pixels_HW3, finder, control):
                control.report(replace(looks, own=own))
        except Exception as error:  # the edge of a job: the whole photo's map is shown all the same
            control.report(replace(looks, own_failed=sentence_for(error)))

    def _on_reported(self, generation: int, looks: PhotoLooks) -> None:
        if generation != self._generation or self._asked is None:
            return
        path, _ = self._asked
        self._kept[self._asked] = looks
        while len(self._kept) > _NUM_KEPT:
            self._kept.popitem(last=False)
        self.looked.emit(path)

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation and self._asked is not None:
            self.failed.emit(self._asked[0], sentence)
