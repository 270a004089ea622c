"""What is learned of a folder's photos in the background once they are listed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.moved_photos import identify_marked, recognise_moved
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import FileStamp
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.library.folder_scan import ScanModel
from app.window.photo_list.photo_list_model import PhotoListModel
from app.xmp.folder_reading import Unreadable, take_over_xmp

_QUIET_MS = 250  # how long nothing must have moved on the screen
_ASK_S = 0.1


@dataclass(frozen=True, slots=True)
class _Unreadable:
    files: list[Unreadable]


class CatchingUp(QObject):
    """Finds out which photos were moved here, and what stars other programs gave them.

    At the end it learns to know the marked photos that were never rated, so that their marks
    survive a move. It stands back while the person scrolls: two threads of Python make each other
    wait. Used on the GUI thread.

    Signals:
        unreadable(list[tuple[Path, str]]): files beside the photos that can't be read, and why.
    """

    unreadable = Signal(list)

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        catalog: LibraryCatalog,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._catalog = catalog
        self._jobs = jobs
        self._generation = 0
        self._job: Job | None = None
        self._is_quiet = threading.Event()
        self._is_quiet.set()
        self._quiet_timer = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet_timer.timeout.connect(self._is_quiet.set)

    def stand_back(self) -> None:
        """Wait until nothing has moved on the screen for a moment."""
        if self._job is not None:
            self._is_quiet.clear()
            self._quiet_timer.start()

    def start(self, model: ScanModel | None) -> None:
        """Look at every photo of the list; `model` is the one whose scores are shown."""
        self.stop()
        self._job = Job(
            _catching_up(self._catalog, self._photos.snapshot(), model, self._is_quiet),
            generation=self._generation,
        )
        self._job.reported.connect(self._on_reported)
        self.stand_back()  # the list is new to the person, too
        self._jobs.start(self._job)

    def stop(self) -> None:
        """Look no further; what still comes is dropped."""
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_reported(self, generation: int, found: list[PhotoEntry] | _Unreadable) -> None:
        if generation != self._generation:
            return
        if isinstance(found, _Unreadable):
            self.unreadable.emit(found.files)
            return
        self._photos.put(
            [
                _caught_up(shown, entry)
                for entry in found
                if (shown := self._photos.find(entry.path)) is not None
            ]
        )


def _caught_up(shown: PhotoEntry, known: PhotoEntry) -> PhotoEntry:
    """What is shown, with the marks that are known now, and the score if there was none."""
    if shown.score_0_100 is None and known.score_0_100 is not None:
        return known
    return replace(shown, stars=known.stars, flag=known.flag)


def _catching_up(
    catalog: LibraryCatalog,
    photos: Callable[[], list[PhotoEntry]],
    model: ScanModel | None,
    is_quiet: threading.Event,
) -> Callable[[JobControl], None]:
    def work(control: JobControl) -> None:
        def should_stop() -> bool:
            while not (control.is_cancelled or is_quiet.wait(_ASK_S)):
                pass
            return control.is_cancelled

        def report(stamps: list[FileStamp]) -> None:
            control.report(
                catalog.entries(
                    stamps,
                    model_id=model.model_id if model else None,
                    num_crops=model.num_crops if model else None,
                )
            )

        if should_stop():
            return
        entries = photos()
        unrated = [entry.stamp for entry in entries if entry.score_0_100 is None]
        moved_here = recognise_moved(catalog, unrated, should_stop=should_stop)
        if moved_here:
            report(moved_here)
        take_over_xmp(
            catalog,
            (entry.stamp for entry in entries),
            on_changed=report,
            should_stop=should_stop,
            on_unreadable=lambda files: control.report(_Unreadable(files)),
        )
        identify_marked(catalog, should_stop=should_stop)

    return work
