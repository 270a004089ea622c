"""The folder that is open: its photos are found, and found again, in the background."""

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.catalog.photo_entry import PhotoEntry
from app.rating.rate_photos import RatedPhoto
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.library.folder_scan import KnowsPhotos, ScanModel, ScanResult, scan_folder
from app.window.photo_list.photo_columns import PhotoBatch
from app.window.photo_list.photo_list_model import PhotoListModel


class OpenFolder(QObject):
    """Fills the list with a folder's photos. Used on the GUI thread.

    Signals:
        scan_began(): photos of a folder are being found.
        batch_came(): some are in the list.
        scanned(ScanResult): all are in the list.
        scan_failed(str): the folder can't be read; the sentence to show.
    """

    scan_began = Signal()
    batch_came = Signal()
    scanned = Signal(object)
    scan_failed = Signal(str)

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        catalog: KnowsPhotos,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.model: ScanModel | None = None
        self._photos = photos
        self._catalog = catalog
        self._jobs = jobs
        self._generation = 0
        self._job: Job | None = None
        self._is_rescan = False
        self._scored_since: list[RatedPhoto] = []
        self._scanned_for: ScanModel | None = None

    @property
    def is_scanning(self) -> bool:
        """Whether photos are being found."""
        return self._job is not None

    def open(self, folder: Path) -> None:
        """Forget the folder before, and find the photos of this one."""
        self.folder = folder
        self._is_rescan = False
        self._photos.clear()
        self._begin(scan_folder(folder, catalog=self._catalog, model=self.model))

    def rescan(self) -> None:
        """Look for new, changed and vanished photos; the list changes at once at the end."""
        if self.folder is None:
            return
        if self._job is not None and not self._is_rescan:
            self.open(self.folder)
            return
        self._is_rescan = True
        self._scored_since = []
        scan = scan_folder(self.folder, catalog=self._catalog, model=self.model)
        known = self._photos.snapshot() if self._scanned_for == self.model else list
        self._begin(_found_again(scan, known))

    def set_model(self, model: ScanModel) -> None:
        """Show the scores of this model from now on."""
        if model != self.model:
            self.model = model
            self.rescan()

    def note_scored(self, photos: list[RatedPhoto]) -> None:
        """Scores that a rescan at work may not have seen."""
        if self._job is not None and self._is_rescan:
            self._scored_since.extend(photos)

    def _begin(self, work: Callable[[JobControl], object]) -> None:
        if self._job is not None:
            self._job.cancel()
        self._generation += 1
        self._scanned_for = self.model
        self._job = Job(work, generation=self._generation)
        self._job.reported.connect(self._on_reported)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        # Collecting garbage among the photos of a large folder, none of which is garbage, would
        # stop the window again and again; `_end_job` goes on with it.
        gc.disable()
        self._jobs.start(self._job)
        self.scan_began.emit()

    def _on_reported(self, generation: int, batch: PhotoBatch) -> None:
        if generation == self._generation:
            self._photos.append(batch)
            self.batch_came.emit()

    def _on_finished(self, generation: int, result: object) -> None:
        if generation != self._generation:
            return
        self._end_job()
        if isinstance(result, _FoundAgain):
            if result.batch is not None:
                self._photos.replace_all(result.batch)
            self._photos.put_scores(self._scored_since)
            self._scored_since = []
            result = result.result
        self.scanned.emit(result)

    def _end_job(self) -> None:
        self._job = None
        gc.freeze()
        gc.enable()

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._end_job()
            self.scan_failed.emit(sentence)


class _FoundAgain:
    """What a rescan found; no batch where nothing has changed."""

    def __init__(self, result: ScanResult, batch: PhotoBatch | None) -> None:
        self.result = result
        self.batch = batch


class _Collecting:
    """Takes what a scan reports, instead of the window."""

    def __init__(self, control: JobControl) -> None:
        self._control = control
        self.entries: list[PhotoEntry] = []

    @property
    def is_cancelled(self) -> bool:
        return self._control.is_cancelled

    def report(self, value: object) -> None:
        if isinstance(value, PhotoBatch):
            self.entries.extend(value.entries)


def _found_again(
    scan: Callable[[JobControl], ScanResult], known: Callable[[], list[PhotoEntry]]
) -> Callable[[JobControl], _FoundAgain]:
    def work(control: JobControl) -> _FoundAgain:
        collecting = _Collecting(control)
        result = scan(collecting)
        before = known()
        merged = _merged(collecting.entries, before)
        is_same = not control.is_cancelled and merged == before
        return _FoundAgain(result, None if is_same else PhotoBatch.of(merged))

    return work


def _merged(found: list[PhotoEntry], before: list[PhotoEntry]) -> list[PhotoEntry]:
    """What was found, with the newest scores, which the catalog may not have got yet."""
    by_path = {entry.path: entry for entry in before}
    merged = []
    for entry in found:
        old = by_path.get(entry.path)
        is_unchanged = old is not None and (old.size_bytes, old.mtime_ns) == (
            entry.size_bytes,
            entry.mtime_ns,
        )
        if is_unchanged and old is not None and entry.score_0_100 is None and entry.error is None:
            entry = replace(
                old,
                stars=entry.stars,
                flag=entry.flag,
            )
        merged.append(entry)
    return merged
