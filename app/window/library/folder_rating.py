"""Rating the open folder: results go into the list as they come."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.catalog.photo_files import FileStamp
from app.rating.rate_photos import RatedPhoto
from app.window.jobs.runner import Job, JobRunner
from app.window.jobs.scoring import ScoringService
from app.window.library.remembers_errors import RemembersErrors
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from app.window.photo_list.wanted_thumbnails import stamp_of_entry

_REORDER_MS = 1_500  # rows move this often at most while scores come in


class FolderRating(QObject):
    """Asks the scorer, and takes over what it says. Used on the GUI thread.

    Signals:
        scored(list[RatedPhoto]): these are in the list now.
        progressed(RatingProgress): how far it is.
        ended(): finished or stopped.
        failed(str): ended badly; the sentence to show.
        tried_again(): what could not be read counts as not tried yet.
    """

    scored = Signal(object)
    progressed = Signal(object)
    ended = Signal()
    failed = Signal(str)
    tried_again = Signal()

    def __init__(
        self,
        photos: PhotoListModel,
        *,
        scoring: ScoringService,
        catalog: RemembersErrors,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos = photos
        self._scoring = scoring
        self._catalog = catalog
        self._jobs = jobs
        self._generation = 0
        self._is_rating = False
        self._errors: dict[FileStamp, str] = {}
        self._timer = QTimer(self, singleShot=True, interval=_REORDER_MS)
        self._timer.timeout.connect(self._settle)
        scoring.scored.connect(self._on_scored)
        scoring.progressed.connect(self._on_progressed)
        scoring.finished.connect(self._on_ended)
        scoring.stopped.connect(self._on_ended)
        scoring.failed.connect(self._on_failed)

    @property
    def is_rating(self) -> bool:
        """Whether the scorer is at work on this folder."""
        return self._is_rating

    @property
    def is_paused(self) -> bool:
        """Whether it is at work, but waits."""
        return self._is_rating and self._scoring.is_paused

    def start(self) -> None:
        """Rate every photo without a score, those that are shown first."""
        paths = self._photos.unrated_paths()
        if paths:
            self._generation += 1
            self._is_rating = True
            self._scoring.rate(paths, self._generation)

    def pause(self) -> None:
        """Wait after the photo in hand."""
        self._scoring.pause()

    def resume(self) -> None:
        """Go on."""
        self._scoring.resume()

    def stop(self) -> None:
        """End after the photo in hand; what was rated is kept."""
        self._scoring.stop()

    def forget(self) -> None:
        """End, and drop what still comes: another folder is opened."""
        if self._is_rating:
            self._generation += 1
            self._is_rating = False
            self._scoring.stop()
            self.ended.emit()

    def note_unreadable(self, path: Path, reason: str) -> None:
        """A photo turned out to be unreadable, here or while its thumbnail was made."""
        entry = self._photos.find(path)
        if entry is not None:
            self._errors[stamp_of_entry(entry)] = reason
            self._photos.put_error(path, reason)
            self._settle_later()

    def try_unreadable_again(self) -> None:
        """Let photos that could not be read count as unrated."""
        unreadable = self._photos.unreadable()
        stamps = [stamp_of_entry(entry) for entry in unreadable]
        self._errors.clear()
        self._photos.put([replace(entry, error=None) for entry in unreadable])
        job = Job(lambda _: self._catalog.forget_errors(stamps))
        job.finished.connect(self._on_errors_forgotten)
        job.failed.connect(self._on_errors_forgotten)
        self._jobs.start(job)

    def _on_errors_forgotten(self) -> None:
        self.tried_again.emit()

    def _on_scored(self, generation: int, photos: list[RatedPhoto]) -> None:
        if generation != self._generation:
            return
        self._photos.put_scores(photos)
        for photo in photos:
            if photo.error is not None:
                self.note_unreadable(photo.path, photo.error)
        self.scored.emit(photos)
        self._settle_later()

    def _on_progressed(self, generation: int, progress: object) -> None:
        if generation == self._generation and self._is_rating:
            self.progressed.emit(progress)

    def _on_ended(self, generation: int) -> None:
        if generation == self._generation and self._is_rating:
            self._is_rating = False
            self._settle()
            self.ended.emit()

    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation and self._is_rating:
            self._is_rating = False
            self._settle()
            self.failed.emit(sentence)

    def _settle_later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _settle(self) -> None:
        """Bring rows into order, and let the catalog know what can't be read."""
        self._timer.stop()
        everything = PhotoFilter()
        shown = self._photos.photo_filter
        is_touched = self._photos.sort_key is SortKey.SCORE or (
            (shown.lowest_score, shown.highest_score, shown.shows_unrated, shown.shows_unreadable)
            != (
                everything.lowest_score, everything.highest_score,
                everything.shows_unrated, everything.shows_unreadable,
            )
        )  # fmt: skip
        if is_touched:
            self._photos.refresh_order()
        if self._errors:
            errors, self._errors = list(self._errors.items()), {}
            self._jobs.start(Job(lambda _: self._catalog.remember_errors(errors)))
