"""Focus and noise at 100 % of the rated photos of a folder, measured when nothing else is to do."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.catalog.looks import StoredLook
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp
from app.errors import CatalogUnavailable
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.photo_order import ANY_FOCUS, ANY_NOISE, SortKey
from engine.defects.seen_reduced import is_seen_reduced
from engine.errors import UnreadablePhoto

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_finder import DefectFinder

_log = logging.getLogger(__name__)

_QUIET_MS = 250  # how long nothing must have moved on the screen
_ASK_S = 0.1
_NUM_KNOWN_AT_ONCE = 200
_HAND_OVER_S = 2.0
_REORDER_MS = 1_500  # rows move this often at most while numbers come in

Measured = tuple[FileStamp, StoredLook]


class RemembersLooks(Protocol):
    """The part of app.catalog.library_catalog.LibraryCatalog that measuring needs."""

    def looks(self, stamps: Sequence[FileStamp], *, look_id: str) -> list[StoredLook | None]:
        """What was found in each photo; None where it is not known."""

    def remember_looks(self, looks: Sequence[Measured], *, look_id: str) -> list[FileStamp]:
        """Remember what was found."""


class Measuring(QObject):
    """Measures the photos whose score was made of a reduced picture. Used on the GUI thread.

    What was measured before is only looked up. It stands back while the person scrolls, and is to
    be stopped while photos are rated.

    Signals:
        progressed(int num_left): photos that are still to be measured; 0 at the end.
    """

    progressed = Signal(int)

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        catalog: RemembersLooks,
        jobs: JobRunner,
        open_finder: Callable[[], "DefectFinder"],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._catalog = catalog
        self._jobs = jobs
        self._open_finder = open_finder
        self._generation = 0
        self._job: Job | None = None
        self._is_quiet = threading.Event()
        self._is_quiet.set()
        self._quiet_timer = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet_timer.timeout.connect(self._is_quiet.set)
        self._order_timer = QTimer(self, singleShot=True, interval=_REORDER_MS)
        self._order_timer.timeout.connect(self._settle)

    @property
    def is_measuring(self) -> bool:
        """Whether it is at work."""
        return self._job is not None

    def stand_back(self) -> None:
        """Wait until nothing has moved on the screen for a moment."""
        if self._job is not None:
            self._is_quiet.clear()
            self._quiet_timer.start()

    def start(self) -> None:
        """Measure the rated photos of the list that were not."""
        self.stop()
        work = _measuring(self._catalog, self._photos.snapshot(), self._open_finder, self._is_quiet)
        job = Job(work, generation=self._generation)
        job.reported.connect(self._on_reported)
        job.finished.connect(self._on_ended)
        job.failed.connect(self._on_failed)
        self._job = job
        self.stand_back()  # the list may be new to the person
        self._jobs.start(job)

    def stop(self) -> None:
        """Measure no further; what still comes is dropped."""
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.progressed.emit(0)

    def _on_reported(self, generation: int, report: tuple[list[Measured], int]) -> None:
        if generation != self._generation:
            return
        measured, num_left = report
        self._photos.put(
            [
                replace(shown, focus_at_100=look.focus_at_100, noise_at_100=look.noise_at_100)
                for stamp, look in measured
                if (shown := self._photos.find(stamp.path)) is not None and shown.stamp == stamp
            ],
            keeps_order=True,
        )
        if measured and not self._order_timer.isActive():
            self._order_timer.start()
        self.progressed.emit(num_left)

    def _on_ended(self, generation: int) -> None:
        if generation == self._generation:
            self._job = None
            self.progressed.emit(0)

    def _on_failed(self, generation: int, sentence: str) -> None:
        _log.warning("Focus and noise are not measured. %s", sentence)
        self._on_ended(generation)

    def _settle(self) -> None:
        """Bring rows into order, where the order or the filter goes by what was measured."""
        shown = self._photos.photo_filter
        is_filtered = (shown.least_focus, shown.most_noise) != (ANY_FOCUS, ANY_NOISE)
        if is_filtered or self._photos.sort_key in {SortKey.FOCUS, SortKey.NOISE}:
            self._photos.refresh_order()


def _measuring(
    catalog: RemembersLooks,
    photos: Callable[[], list[PhotoEntry]],
    open_finder: Callable[[], "DefectFinder"],
    is_quiet: threading.Event,
) -> Callable[[JobControl], None]:
    def work(control: JobControl) -> None:
        def should_stop() -> bool:
            while not (control.is_cancelled or is_quiet.wait(_ASK_S)):
                pass
            return control.is_cancelled

        # Here, because it reads the network's file.
        from engine.defects.defect_identity import bundled_identity

        look_id = bundled_identity().look_id
        if should_stop():
            return
        unknown = []
        stamps = [entry.stamp for entry in photos() if _is_to_be_measured(entry)]
        for some in _chunks(stamps, _NUM_KNOWN_AT_ONCE):
            looks = catalog.looks(some, look_id=look_id)
            known = [(stamp, look) for stamp, look in zip(some, looks, strict=True) if look]
            unknown += [stamp for stamp, look in zip(some, looks, strict=True) if look is None]
            if known:
                control.report((known, 0))
            if should_stop():
                return
        if unknown:
            handing_over = _HandingOver(catalog, control, look_id=look_id, num_left=len(unknown))
            finder = open_finder()
            for stamp in unknown:
                if should_stop():
                    break
                handing_over.take(stamp, _measured(stamp, finder))
            handing_over.flush()

    return work


def _is_to_be_measured(entry: PhotoEntry) -> bool:
    if entry.score_0_100 is None or entry.width_px is None or entry.height_px is None:
        return False
    is_known = entry.focus_at_100 is not None or entry.noise_at_100 is not None
    return not is_known and is_seen_reduced(entry.width_px, entry.height_px)


def _measured(stamp: FileStamp, finder: "DefectFinder") -> StoredLook | None:
    """A look at a photo; None where it can't be read any more."""
    # Here, because it loads torch and the decoders, in the thread.
    from engine.defects.own_pixels import look_quickly
    from engine.photos.decode import read_photo

    try:
        photo_HW3 = read_photo(stamp.path).pixels_HW3
    except UnreadablePhoto as error:
        _log.info("%s is not measured: %s", stamp.path, error.reason)
        return None
    shares = finder.look_at_whole(photo_HW3).map.share_affected()
    return StoredLook.of(shares, look_quickly(photo_HW3, finder))


class _HandingOver:
    """Remembers what was measured and hands it to the window, some at a time."""

    def __init__(
        self, catalog: RemembersLooks, control: JobControl, *, look_id: str, num_left: int
    ) -> None:
        self._catalog = catalog
        self._control = control
        self._look_id = look_id
        self._num_left = num_left
        self._waiting: list[Measured] = []
        self._flushed_at_s = time.monotonic()
        control.report(([], num_left))

    def take(self, stamp: FileStamp, look: StoredLook | None) -> None:
        self._num_left -= 1
        if look is not None:
            self._waiting.append((stamp, look))
        if time.monotonic() - self._flushed_at_s > _HAND_OVER_S:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._flushed_at_s = time.monotonic()
        self._control.report((waiting, self._num_left))
        try:
            self._catalog.remember_looks(waiting, look_id=self._look_id)
        except CatalogUnavailable as error:
            _log.warning("%s Focus and noise will be measured again.", error)


def _chunks(stamps: Sequence[FileStamp], size: int) -> Iterator[Sequence[FileStamp]]:
    for start in range(0, len(stamps), size):
        yield stamps[start : start + size]
