"""Everything a contest needs from disk, models and statistics, off the GUI thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.contest.contest import Contest
from app.contest.contest_file import contest_path, list_contests, save_contest
from app.window.jobs.runner import Job, JobControl, JobRunner
from engine.contest.pairs import PairRules

if TYPE_CHECKING:  # load SciPy and OpenCV, which the window must not wait for
    from app.contest.opponents import OpenOpponent
    from app.contest.prepared import PreparationProgress, PreparedContest

_REPORT_S = 0.1  # progress is shown at most this often


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestRequest:
    """What a contest is to be made of."""

    folder: Path
    sources: tuple[str, ...]  # models, as opponents are named
    rules: PairRules
    rater: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model that can be set against others."""

    name: str
    source: str
    is_bundled: bool


class ContestDesk(QObject):
    """Makes, keeps, lists and evaluates contests. Used on the GUI thread; works in jobs.

    Signals:
        listed(list[ListedContest]): the contests there are, after `look`.
        models_listed(list[ModelChoice]): the models of the library, after `look`.
        progressed(PreparationProgress): while a contest is being prepared.
        prepared(Contest), stopped(), failed(str): one of the three ends each `prepare` and each
            `add_pairs`. A contest that is prepared has been saved.
        saving_failed(str): an answer could not be written; it is kept in memory.
        worked_out(Outcome): after `work_out`, unless a newer one was asked for meanwhile.
        written(Path), writing_failed(str): one of the two ends each `write`.
        removed(Path): a contest's file is gone.
    """

    listed = Signal(object)
    models_listed = Signal(object)
    progressed = Signal(object)
    prepared = Signal(object)
    stopped = Signal()
    failed = Signal(str)
    saving_failed = Signal(str)
    worked_out = Signal(object)
    written = Signal(object)
    writing_failed = Signal(str)
    removed = Signal(object)

    def __init__(
        self,
        *,
        folder: Path,
        user_models: Path,
        catalog: Path,
        open_opponent: "OpenOpponent",
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._user_models = user_models
        self._catalog = catalog
        self._open_opponent = open_opponent
        self._jobs = jobs
        self._saving = JobRunner(num_threads=1, parent=self)  # in the order of the answers
        self._preparing: Job | None = None
        self._outcome_generation = 0

    def look(self) -> None:
        """List the contests and the models there are."""
        contests = Job(lambda _: list_contests(self._folder))
        contests.finished.connect(lambda _, found: self.listed.emit(found))
        contests.failed.connect(lambda _, sentence: self.failed.emit(sentence))
        self._saving.start(contests)  # after what is being saved
        models = Job(lambda _: _models(self._user_models))
        models.finished.connect(lambda _, found: self.models_listed.emit(found))
        models.failed.connect(lambda _, sentence: self.failed.emit(sentence))
        self._jobs.start(models)

    def prepare(self, request: ContestRequest) -> None:
        """Rate the folder with every model, choose the pairs, and save the new contest."""

        def work(control: JobControl) -> Contest | None:
            from app.contest.contest import new_contest

            found = self._prepared(request.folder, request.sources, request.rules, control)
            if found is None:
                return None
            contest = new_contest(request.folder, found)
            save_contest(contest_path(self._folder, contest), contest)
            return contest

        self._start(work)

    def add_pairs(self, contest: Contest) -> None:
        """One more pair per attacker, defender and level; what was answered stays."""

        def work(control: JobControl) -> Contest | None:
            rules = replace(contest.rules, pairs_per_level=contest.rules.pairs_per_level + 1)
            sources = tuple(one.source for one in contest.contenders)
            found = self._prepared(contest.folder, sources, rules, control)
            if found is None:
                return None
            larger = contest.with_more_pairs(found)
            save_contest(contest_path(self._folder, larger), larger)
            return larger

        self._start(work)

    def stop(self) -> None:
        """Give up preparing; what was rated is remembered."""
        if self._preparing is not None:
            self._preparing.cancel()

    def save(self, contest: Contest) -> None:
        """Write the contest's file."""
        path = contest_path(self._folder, contest)
        job = Job(lambda _: save_contest(path, contest))
        job.failed.connect(lambda _, sentence: self.saving_failed.emit(sentence))
        self._saving.start(job)

    def remove(self, path: Path) -> None:
        """Delete a contest's file."""

        def work(_: JobControl) -> None:
            path.unlink(missing_ok=True)

        job = Job(work)
        job.finished.connect(lambda *_: self.removed.emit(path))
        job.failed.connect(lambda _, sentence: self.saving_failed.emit(sentence))
        self._saving.start(job)

    def work_out(self, contest: Contest) -> None:
        """Evaluate the answers so far."""

        def work(_: JobControl) -> object:
            from app.contest.outcome import work_out

            return work_out(contest)

        self._outcome_generation += 1
        job = Job(work, generation=self._outcome_generation)
        job.finished.connect(self._on_worked_out)
        job.failed.connect(lambda _, sentence: self.failed.emit(sentence))
        self._jobs.start(job)

    def write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write what `make` returns to a file; both happen in a thread."""

        def work(_: JobControl) -> Path:
            from app.atomic_write import write_bytes

            write_bytes(path, make())
            return path

        job = Job(work)
        job.finished.connect(lambda _, where: self.written.emit(where))
        job.failed.connect(lambda _, sentence: self.writing_failed.emit(sentence))
        self._jobs.start(job)

    def close(self) -> None:
        """Give up what is under way, and wait until the last answer is on the disk."""
        self.stop()
        self._saving.finish()

    def _start(self, work: Callable[[JobControl], object]) -> None:
        self.stop()
        job = Job(work)
        job.reported.connect(lambda _, progress: self.progressed.emit(progress))
        job.finished.connect(self._on_prepared)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._preparing = job
        self._jobs.start(job)

    def _prepared(
        self, folder: Path, sources: tuple[str, ...], rules: PairRules, control: JobControl
    ) -> "PreparedContest | None":
        from app.contest.preparation import prepare_contest
        from engine.photos.discover import find_photos

        return prepare_contest(
            find_photos([folder]),
            sources,
            rules,
            open_opponent=self._open_opponent,
            catalog=self._catalog,
            on_progress=_Thinned(control).report,
            should_stop=lambda: control.is_cancelled,
        )

    def _on_prepared(self, _: int, contest: Contest | None) -> None:
        self._preparing = None
        if contest is None:
            self.stopped.emit()
        else:
            self.prepared.emit(contest)

    def _on_failed(self, _: int, sentence: str) -> None:
        self._preparing = None
        self.failed.emit(sentence)

    def _on_cancelled(self, _: int) -> None:
        self._preparing = None
        self.stopped.emit()

    def _on_worked_out(self, generation: int, outcome: object) -> None:
        if generation == self._outcome_generation:
            self.worked_out.emit(outcome)


class _Thinned:
    """Passes on the progress of each stage, but not every photo's."""

    def __init__(self, control: JobControl) -> None:
        self._control = control
        self._told: tuple[object, str] | None = None
        self._told_at_s = 0.0

    def report(self, progress: "PreparationProgress") -> None:
        now_s = time.monotonic()
        step = (progress.stage, progress.subject)
        if step != self._told or now_s - self._told_at_s > _REPORT_S:
            self._told, self._told_at_s = step, now_s
            self._control.report(progress)


def _models(user_folder: Path) -> list[ModelChoice]:
    # Here, because the library loads torch.
    from engine.networks.model_library import list_models

    return [
        ModelChoice(name=entry.name, source=entry.name, is_bundled=entry.is_bundled)
        for entry in list_models(user_folder)
        if not entry.problem
    ]
