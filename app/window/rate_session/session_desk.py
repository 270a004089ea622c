"""Everything a rating session needs from disk and models, off the GUI thread."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import FileStamp, stamp_of
from app.errors import AppError
from app.rating_session.asking import Asking
from app.rating_session.session import Answer, Session
from app.rating_session.session_store import SessionStore
from app.window.jobs.runner import Job, JobControl, JobRunner
from engine.counted import counted
from trainer.labels.label_set import LabelSet

if TYPE_CHECKING:  # load NumPy's and PyTorch's parts that the window must not wait for
    from app.contest.contest import Contest
    from app.rating_session.knowledge import Knowledge, ReadsFeatures, SessionPhoto
    from app.rating_session.learning import Learned

OpenReader = Callable[[], "ReadsFeatures"]
KnownScores = Callable[[], tuple[str | None, int | None]]

_NUM_READ_AT_ONCE = 4  # photos whose features are read before anything else gets its turn


class SessionDesk(QObject):
    """Keeps answers, chooses photos, and fits heads. Used on the GUI thread; works in jobs.

    Choosing has a thread of its own, so that nobody waits for the next photo. In another one job at
    a time reads features, in small pieces while a session is open, or fits, which comes first.

    Signals:
        listed(list[Session]): the sessions there are, after `look`.
        begun(Asking), failed(str): one of the two ends each `begin`.
        saving_failed(str): an answer could not be kept or taken back; it counts until the end.
        chosen(str rater, list[Path]): the next photos, after `choose`, and when more is known;
            none are left where the list is empty.
        learned(Learned), not_learned(str): one of the two ends each `learn`, unless the session
            was left meanwhile.
        written(Path), writing_failed(str): one of the two ends each `write`.
        reading_failed(str): no features can be read; questions go by the scores alone.
    """

    listed = Signal(object)
    begun = Signal(object)
    failed = Signal(str)
    saving_failed = Signal(str)
    chosen = Signal(str, object)
    learned = Signal(object)
    not_learned = Signal(str)
    reading_failed = Signal(str)
    written = Signal(object)
    writing_failed = Signal(str)

    def __init__(
        self,
        store: SessionStore,
        *,
        catalog: LibraryCatalog,
        contests: Path,
        open_reader: OpenReader,
        known_scores: KnownScores,
        parent: QObject | None = None,
    ) -> None:
        """`known_scores` tells the model and crops whose remembered scores are asked for."""
        super().__init__(parent)
        self._store = store
        self._catalog = catalog
        self._contests = contests
        self._open_reader = open_reader
        self._known_scores = known_scores
        self._keeping = JobRunner(num_threads=1, parent=self)  # in the order of the answers
        self._choosing = JobRunner(num_threads=1, parent=self)
        self._thinking = JobRunner(num_threads=1, parent=self)
        self._generation = 0  # of the open session
        self._job: Job | None = None
        self._knowledge: Knowledge | None = None
        # Both belong to the thinking thread. A session opens the model that is in use then.
        self._reader: ReadsFeatures | None = None
        self._reader_generation = -1
        self._can_read = True
        self._reads_ahead = True
        self._asking: Asking | None = None  # for whom photos were chosen last
        self._to_learn: Session | None = None

    def look(self) -> None:
        """List the sessions there are."""
        job = Job(lambda _: self._store.sessions())
        job.finished.connect(lambda _, found: self.listed.emit(found))
        job.failed.connect(lambda _, sentence: self.failed.emit(sentence))
        self._keeping.start(job)  # after what is being kept

    def begin(self, folder: Path, rater: str) -> None:
        """Open the session about a folder for a person, and begin to read its photos."""
        self.leave()
        model_id, num_crops = self._known_scores()

        def work(_: JobControl) -> tuple[Asking, "Knowledge"]:
            from app.rating_session.knowledge import Knowledge

            photos = _photos_in(folder, self._catalog, model_id=model_id, num_crops=num_crops)
            session = self._store.session_of(folder)
            asking = Asking(session=session, rater=rater)
            knowledge = Knowledge(photos)
            return asking.with_queue(knowledge.choose(asking)), knowledge

        job = Job(work, generation=self._generation)
        job.finished.connect(self._on_begun)
        job.failed.connect(self._on_not_begun)
        self._keeping.start(job)

    def leave(self) -> None:
        """Stop thinking of the photos; answers are kept all the same."""
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
        self._knowledge = self._asking = self._to_learn = None
        self._can_read = True
        self._reader = None  # a model is large

    def read_ahead(self, *, is_on: bool) -> None:
        """Go on with reading features, or leave the machine to others; fitting is not affected."""
        self._reads_ahead = is_on
        self._go_on()

    def keep(self, session_id: int, answer: Answer) -> None:
        """Write an answer down."""
        self._keep(lambda _: self._store.add(session_id, answer))

    def take_back(self, session_id: int, rater: str) -> None:
        """Forget a person's last answer."""
        self._keep(lambda _: self._store.take_back(session_id, rater))

    def remove(self, session_id: int) -> None:
        """Delete a session with all its answers, and list the others."""
        self._keep(lambda _: self._store.remove(session_id))
        self.look()

    def choose(self, asking: Asking) -> None:
        """Choose the next photos for a person."""
        knowledge = self._knowledge
        if knowledge is None:
            return
        self._asking = asking
        job = Job(lambda _: knowledge.choose(asking), generation=self._generation)
        job.finished.connect(lambda number, photos: self._on_chosen(number, asking.rater, photos))
        self._choosing.start(job)

    def learn(self, session: Session) -> None:
        """Fit a head to the answers so far, and say how well it does."""
        self._to_learn = session
        self._go_on()

    def write(self, session: Session, path: Path) -> None:
        """Save the answers as a table."""

        def work(_: JobControl) -> Path:
            from app.atomic_write import write_bytes
            from app.rating_session.ratings_csv import ratings_csv

            write_bytes(path, ratings_csv(session))
            return path

        job = Job(work)
        job.finished.connect(lambda _, where: self.written.emit(where))
        job.failed.connect(lambda _, sentence: self.writing_failed.emit(sentence))
        self._keeping.start(job)

    def labels_reader(self, session: Session) -> Callable[[], LabelSet]:
        """What makes the session's labels, in points from 0 to 100; to be called in a job."""
        scores = {} if self._knowledge is None else self._knowledge.scores
        folder = self._contests

        def read() -> LabelSet:
            from app.rating_session.points import points_of
            from app.rating_session.session_labels import label_set

            points = points_of(session, contests=_contests_in(folder), scores=scores)
            return label_set(session, points)

        return read

    def close(self) -> None:
        """Give up what is under way, and wait until the last answer is on the disk."""
        self.leave()
        self._keeping.finish()
        self._choosing.close()
        self._thinking.close()
        self._store.close()

    def _keep(self, work: Callable[[JobControl], object]) -> None:
        job = Job(work)
        job.failed.connect(lambda _, sentence: self.saving_failed.emit(sentence))
        self._keeping.start(job)

    def _on_begun(self, generation: int, found: tuple[Asking, "Knowledge"]) -> None:
        if generation != self._generation:
            return
        asking, self._knowledge = found
        self._asking = asking
        self.begun.emit(asking)
        self._go_on()

    def _on_not_begun(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self.failed.emit(sentence)

    def _go_on(self) -> None:
        """Start the next piece of thinking, unless one is at work."""
        knowledge = self._knowledge
        if self._job is not None or knowledge is None:
            return
        if self._to_learn is not None:
            session, self._to_learn = self._to_learn, None
            self._start(
                lambda control: self._learned(knowledge, session, control), self._on_learned
            )
        elif self._can_read and self._reads_ahead and knowledge.unread(1):
            self._start(lambda control: self._read(knowledge, control), self._on_read)

    def _start(
        self, work: Callable[[JobControl], object], then: Callable[[int, object], None]
    ) -> None:
        job = Job(work, generation=self._generation)
        is_learning = then == self._on_learned
        job.finished.connect(then)
        job.failed.connect(self._on_not_learned if is_learning else self._on_not_read)
        for ended in (job.finished, job.failed, job.cancelled):
            ended.connect(lambda *_: self._on_ended(job))
        self._job = job
        self._thinking.start(job)

    def _on_ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
        self._go_on()

    def _on_chosen(self, generation: int, rater: str, photos: object) -> None:
        if generation == self._generation:
            self.chosen.emit(rater, photos)

    def _choose_anew(self) -> None:
        """What was chosen before this was known is chosen once more."""
        if self._asking is not None:
            self.choose(self._asking)

    def _on_read(self, generation: int, was_enough: object) -> None:
        # What the features say replaces a choice that went by the scores.
        if generation == self._generation and was_enough:
            self._choose_anew()

    def _on_not_read(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._can_read = False
            self.reading_failed.emit(sentence)

    def _on_learned(self, generation: int, learned: object) -> None:
        if generation == self._generation:
            self._choose_anew()
            self.learned.emit(learned)

    def _on_not_learned(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self.not_learned.emit(sentence)

    def _reads(self) -> "ReadsFeatures":
        generation, reader = self._generation, self._reader
        if reader is None or self._reader_generation != generation:
            reader = self._reader = self._open_reader()
            self._reader_generation = generation
        return reader

    def _read(self, knowledge: "Knowledge", control: JobControl) -> bool:
        """Read a few photos; whether choices can go by the features from now on."""
        before = knowledge.goes_by_features
        photos = knowledge.unread(_NUM_READ_AT_ONCE)
        read = self._reads()(photos, should_stop=lambda: control.is_cancelled)
        if not control.is_cancelled:
            knowledge.learn_features(photos, read)
        return knowledge.goes_by_features and not before

    def _learned(
        self, knowledge: "Knowledge", session: Session, control: JobControl
    ) -> "Learned | None":
        from app.rating_session.learning import learn

        return learn(
            knowledge,
            session,
            contests=_contests_in(self._contests),
            read=self._reads(),
            should_stop=lambda: control.is_cancelled,
        )


def _contests_in(folder: Path) -> "list[Contest]":
    from app.contest.contest_file import list_contests

    return [one.contest for one in list_contests(folder) if one.contest is not None]


def _photos_in(
    folder: Path, catalog: LibraryCatalog, *, model_id: str | None, num_crops: int | None
) -> "list[SessionPhoto]":
    # Here, because they load NumPy, which the window must not wait for.
    from app.rating_session.knowledge import SessionPhoto
    from engine.photos.discover import find_photos

    stamps: list[FileStamp] = []
    for path in find_photos([folder]):
        try:
            stamps.append(stamp_of(path))
        except OSError:
            continue  # it went away meanwhile
    entries = catalog.entries(stamps, model_id=model_id, num_crops=num_crops)
    photos = [
        SessionPhoto(path=entry.path, score_0_100=entry.score_0_100)
        for entry in entries
        if entry.error is None
    ]
    if not photos:
        raise AppError(
            f"There is no photo in {os.path.abspath(folder)} that can be read: choose another"
            f" folder ({counted(len(entries), 'file')} found)."
        )
    return photos
