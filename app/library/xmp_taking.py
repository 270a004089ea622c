"""Stars and flags that other programs gave, taken over into the list in the background."""

import threading
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import FileStamp
from app.jobs.runner import Job, JobControl, JobRunner
from app.library.photo_entry import PhotoEntry
from app.library.photo_list_model import PhotoListModel
from app.library.wanted_thumbnails import stamp_of_entry
from app.xmp.folder_reading import take_over_xmp

_QUIET_MS = 250  # how long nothing must have moved on the screen
_ASK_S = 0.1


class XmpTaking(QObject):
    """Reads the XMP of a folder's photos once its photos are listed. Used on the GUI thread.

    It stands back while the person scrolls: two threads of Python make each other wait.
    """

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

    def start(self) -> None:
        """Look at every photo of the list, those whose XMP has not changed in passing."""
        self.stop()
        self._job = Job(
            _taking(self._catalog, self._photos.snapshot(), self._is_quiet),
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

    def _on_reported(self, generation: int, entries: list[PhotoEntry]) -> None:
        if generation != self._generation:
            return
        self._photos.put(
            [
                replace(shown, stars=entry.stars, flag=entry.flag)
                for entry in entries
                if (shown := self._photos.find(entry.path)) is not None
            ]
        )


def _taking(
    catalog: LibraryCatalog,
    photos: Callable[[], list[PhotoEntry]],
    is_quiet: threading.Event,
) -> Callable[[JobControl], None]:
    def work(control: JobControl) -> None:
        def on_changed(stamps: list[FileStamp]) -> None:
            control.report(catalog.entries(stamps, model_id=None, num_crops=None))

        def should_stop() -> bool:
            while not (control.is_cancelled or is_quiet.wait(_ASK_S)):
                pass
            return control.is_cancelled

        take_over_xmp(
            catalog,
            (stamp_of_entry(entry) for entry in photos()),
            on_changed=on_changed,
            should_stop=should_stop,
        )

    return work
