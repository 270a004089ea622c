"""All training runs and ablations: the list of them, and those that are at work."""

import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.runs.event_tail import EventTail
from app.runs.run_end import RunEnd
from app.runs.run_history import RunHistory
from app.runs.run_summary import RunSummary, Standing, list_runs
from app.window.jobs.runner import Job, JobRunner
from app.window.train.run_follower import RunFollower
from trainer.ablation import Ablation
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.protocol import Message
from trainer.run_folder import RunFolder, is_at_work


class TrainingRuns(QObject):
    """Starts, follows, stops and lists runs. Used on the GUI thread; nothing here waits for files.

    Signals:
        listed(list[RunSummary]): the runs there are, the newest first.
        started(Path folder): a new run has its folder and is being started.
        start_failed(str sentence): it has not.
        heard(Path folder, list[Message]): what a followed run says.
        ended(Path folder, RunEnd): a followed run has ended.
        fell_silent(Path folder, float seconds): a followed run says nothing for long.
        history_read(Path folder, RunHistory): the answer to `read_history`.
    """

    listed = Signal(object)
    started = Signal(object)
    start_failed = Signal(str)
    heard = Signal(object, object)
    ended = Signal(object, object)
    fell_silent = Signal(object, float)
    history_read = Signal(object, object)

    def __init__(
        self,
        parent_folder: Path,
        *,
        jobs: JobRunner,
        command: Sequence[str] | None = None,
        silence_s: float = 60.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.parent_folder = parent_folder
        self._jobs = jobs
        self._command = command
        self._silence_s = silence_s
        self._followers: dict[Path, RunFollower] = {}
        self._ended: list[RunFollower] = []

    @property
    def at_work(self) -> list[RunFollower]:
        """The runs that are followed."""
        return list(self._followers.values())

    def follower_of(self, folder: Path) -> RunFollower | None:
        """Who follows that run, if it is at work."""
        return self._followers.get(folder)

    def refresh(self) -> None:
        """Look for runs; those found at work are followed from then on."""
        job = Job(lambda _: list_runs(self.parent_folder))
        job.finished.connect(self._on_listed)
        job.failed.connect(lambda _, sentence: self.start_failed.emit(sentence))
        self._jobs.start(job)

    def begin(self, config: RunConfig, *, outlives_us: bool, num_seeds: int = 0) -> None:
        """Make a folder for a new run and start it; answers with `started` or `start_failed`.

        With `num_seeds` it is an ablation of so many seeds.
        """
        job = Job(lambda _: _make_folder(self.parent_folder, config, num_seeds))
        job.finished.connect(lambda _, folder: self.resume(folder, outlives_us=outlives_us))
        job.failed.connect(lambda _, sentence: self.start_failed.emit(sentence))
        self._jobs.start(job)

    def resume(self, folder: Path, *, outlives_us: bool, finishes: bool = False) -> None:
        """Start the run in a folder, new or saved before, or finish it with the best so far."""
        if folder not in self._followers:
            self._follow(folder, starts_it=True, outlives_us=outlives_us, finishes=finishes)
        self.started.emit(folder)

    def read_history(self, folder: Path) -> None:
        """Read what a run has said so far."""

        def read(_: object) -> RunHistory:
            history = RunHistory()
            history.take(EventTail(folder / "events.jsonl").read())
            return history

        job = Job(read)
        job.finished.connect(lambda _, history: self.history_read.emit(folder, history))
        self._jobs.start(job)

    def delete(self, folder: Path) -> None:
        """Delete a run that is not at work, with everything it made."""
        if folder in self._followers:
            return
        job = Job(lambda _: _delete(folder))
        job.finished.connect(lambda *_: self.refresh())
        job.failed.connect(lambda _, sentence: self.start_failed.emit(sentence))
        self._jobs.start(job)

    def ends_with_us(self) -> list[RunFollower]:
        """The runs at work that would stop when the window closes."""
        return [follower for follower in self.at_work if not follower.outlives_us]

    def let_all_go_on(self) -> None:
        """Let every run at work outlive the window."""
        for follower in self.at_work:
            follower.outlives_us = True

    def close(self) -> None:
        """Follow no run any more: each goes on or stops as was chosen at its start."""
        for follower in self._followers.values():
            follower.leave()
        self._followers.clear()
        for follower in self._ended:
            follower.wait()

    def _follow(
        self, folder: Path, *, starts_it: bool, outlives_us: bool, finishes: bool = False
    ) -> None:
        follower = RunFollower(
            folder,
            starts_it=starts_it,
            outlives_us=outlives_us,
            finishes=finishes,
            command=self._command,
            silence_s=self._silence_s,
            parent=self,
        )
        follower.heard.connect(self._on_heard)
        follower.fell_silent.connect(self.fell_silent)
        follower.ended.connect(self._on_ended)
        self._followers[folder] = follower
        follower.start()

    def _on_listed(self, _: int, runs: list[RunSummary]) -> None:
        for run in runs:
            if run.standing is Standing.RUNNING and run.folder not in self._followers:
                self._follow(run.folder, starts_it=False, outlives_us=True)
        self.listed.emit(runs)

    def _on_heard(self, folder: Path, messages: list[Message]) -> None:
        self.heard.emit(folder, messages)

    def _on_ended(self, folder: Path, end: RunEnd) -> None:
        follower = self._followers.pop(folder, None)
        if follower is not None:
            self._ended.append(follower)
            follower.finished.connect(lambda: self._forget(follower))
        self.ended.emit(folder, end)
        self.refresh()

    def _forget(self, follower: RunFollower) -> None:
        if follower in self._ended:
            self._ended.remove(follower)
            follower.deleteLater()


def _make_folder(parent: Path, config: RunConfig, num_seeds: int) -> Path:
    plain = re.sub(r"[^\w.-]+", "-", config.name).strip("-.") or "run"
    name = f"{plain}-{time.strftime('%Y%m%d-%H%M%S')}"
    for number in range(1, 100):
        path = parent / (name if number == 1 else f"{name}-{number}")
        if not path.exists():
            break
    try:
        if num_seeds:
            return Ablation.create(path, config, num_seeds=num_seeds).folder.path
        return RunFolder.create(path, config).path
    except TrainingError as error:
        raise AppError(str(error)) from error


def _delete(folder: Path) -> None:
    # Nothing here reads the run itself, so that a damaged one can be deleted too.
    if is_at_work(folder):
        raise AppError("This run is at work; stop it first.")
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return  # somebody else was quicker
    except OSError as error:
        raise AppError(f"{folder} could not be deleted: {error.strerror}.") from error
