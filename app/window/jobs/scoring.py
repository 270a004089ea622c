"""The one model at work behind the window: it rates, and explains between two ratings."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QThread, Signal

from app.catalog.score_memory import ScoreMemory
from app.rating.rate_photos import RatedPhoto, ScoresPhotos, rate_photos
from app.rating.rating_progress import RatingPace
from app.window.jobs.runner import sentence_for

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.explain.quality_map import QualityMap

_BATCH_S = 0.1  # results are handed over at most this often, so that the window is not flooded


class ExplainsPhotos(ScoresPhotos, Protocol):
    """The part of engine.scorer.Scorer that the window needs; naming it does not load torch."""

    @property
    def model_name(self) -> str:
        """The name on the model's card."""

    @property
    def device_name(self) -> str:
        """The device in words."""

    def explain(self, path: Path, *, finds_defects: bool) -> "QualityMap":
        """Where the photo's score comes from, with or without a map of its defects.

        Raises UnreadablePhoto.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """The model at work; scores are remembered under `model_id` with `num_crops`."""

    name: str
    model_id: str
    num_crops: int
    device_name: str


class ScoringService(QObject):
    """Loads a model, rates folders and explains photos, one thing at a time in its own thread.

    All methods return at once and belong to the GUI thread; all signals are emitted in the
    scorer's thread, so that slots of QObjects run in their own. `generation` is the caller's own
    number for a request and comes back with every answer, so that late ones can be told.

    Signals:
        model_loading(): a model is being opened.
        model_loaded(ModelInfo): ready. One of this and the next ends each `load`.
        model_failed(str): the sentence to show.
        scored(int generation, list[RatedPhoto]): results, at most ten times a second.
        progressed(int generation, RatingProgress): beside every `scored`.
        finished(int generation), stopped(int generation), failed(int generation, str): one of the
            three ends each `rate`, after its last `scored`.
        explained(int generation, Path, QualityMap), explain_failed(int generation, Path, str): one
            of the two ends each `explain`, unless one of a newer generation came before its turn.
    """

    model_loading = Signal()
    model_loaded = Signal(object)
    model_failed = Signal(str)
    scored = Signal(int, object)
    progressed = Signal(int, object)
    finished = Signal(int)
    stopped = Signal(int)
    failed = Signal(int, str)
    explained = Signal(int, object, object)
    explain_failed = Signal(int, object, str)

    def __init__(
        self,
        open_scorer: Callable[[str | None], ExplainsPhotos],
        *,
        catalog_path: Path | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._requests = _Requests()
        self._thread = _ScorerThread(self, self._requests, open_scorer, catalog_path)
        self._thread.start()

    @property
    def is_paused(self) -> bool:
        """Whether rating waits for `resume`."""
        return self._requests.is_paused

    def load(self, model: str | None = None) -> None:
        """Open the model of that name or file, or the bundled one; a rating at work is stopped."""
        self._requests.ask_load(model)

    def rate(self, paths: Sequence[Path], generation: int) -> None:
        """Rate photos in this order; a rating at work is stopped and ends with its own signal."""
        self._requests.ask_rating(_Rating(tuple(paths), generation))

    def pause(self) -> None:
        """Let rating wait after the photo in hand; photos are still explained."""
        self._requests.set_paused(is_paused=True)

    def resume(self) -> None:
        """Go on rating."""
        self._requests.set_paused(is_paused=False)

    def stop(self) -> None:
        """End rating after the photo in hand; what was rated is kept."""
        self._requests.stop_rating()

    def explain(self, path: Path, generation: int) -> None:
        """Explain a photo before rating goes on; drops what waits of older generations."""
        self._requests.ask_explanation(path, generation)

    def close(self) -> None:
        """Stop everything and wait for the thread, one photo at most; what was rated is kept."""
        self._requests.close()
        self._thread.wait()


@dataclass(frozen=True, slots=True)
class _Rating:
    paths: tuple[Path, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class _Load:
    model: str | None


@dataclass(frozen=True, slots=True)
class _Explanation:
    path: Path
    generation: int


class _Requests:
    """What the GUI thread asked for and the scorer's thread has not begun. Both threads use it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tasks: deque[_Load | _Rating] = deque()
        self._explanations: deque[_Explanation] = deque()
        self._is_closed = False
        self._is_stopping = False  # the rating at work is to end
        self._is_stop_waiting = False  # and so is the one that waits
        self.is_paused = False

    def ask_load(self, model: str | None) -> None:
        with self._changed:
            self._tasks.append(_Load(model))
            self._is_stopping = True
            self._changed.notify()

    def ask_rating(self, rating: _Rating) -> None:
        with self._changed:
            self._tasks.append(rating)
            self._is_stopping = True
            self._is_stop_waiting = False
            self.is_paused = False
            self._changed.notify()

    def ask_explanation(self, path: Path, generation: int) -> None:
        with self._changed:
            self._explanations = deque(
                waiting for waiting in self._explanations if waiting.generation >= generation
            )
            self._explanations.append(_Explanation(path, generation))
            self._changed.notify()

    def stop_rating(self) -> None:
        with self._changed:
            self._is_stopping = True
            self._is_stop_waiting = self._has_rating()
            self.is_paused = False
            self._changed.notify()

    def set_paused(self, *, is_paused: bool) -> None:
        with self._changed:
            self.is_paused = is_paused
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def next_task(self) -> _Load | _Rating | _Explanation | None:
        """Waits for something to do; explanations first. None: it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._tasks or self._explanations)
            if self._is_closed:
                return None
            is_loading_next = bool(self._tasks) and isinstance(self._tasks[0], _Load)
            if self._explanations and not is_loading_next:
                return self._explanations.popleft()
            task = self._tasks.popleft()
            # A newer request is waiting already, or the rating was given up before its turn.
            self._is_stopping = bool(self._tasks) or self._is_stop_waiting
            self._is_stop_waiting &= self._has_rating()
            return task

    def next_explanation(self) -> _Explanation | None:
        """For the rating at work: what to explain now; waits while paused."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self.is_paused or self._explanations or self.must_stop()
            )
            if self._explanations and not self.must_stop():
                return self._explanations.popleft()
            return None

    def _has_rating(self) -> bool:
        return any(isinstance(task, _Rating) for task in self._tasks)

    def must_stop(self) -> bool:
        return self._is_closed or self._is_stopping


class _ScorerThread(QThread):
    """Does what is asked, one thing after the other."""

    def __init__(
        self,
        service: ScoringService,
        requests: _Requests,
        open_scorer: Callable[[str | None], ExplainsPhotos],
        catalog_path: Path | None,
    ) -> None:
        super().__init__(service)
        self._service = service
        self._requests = requests
        self._open_scorer = open_scorer
        self._catalog_path = catalog_path
        self._scorer: ExplainsPhotos | None = None

    def run(self) -> None:
        while (task := self._requests.next_task()) is not None:
            match task:
                case _Load():
                    self._load(task)
                case _Rating():
                    self._rate(task)
                case _Explanation():
                    self._explain(task)

    def _load(self, task: _Load) -> None:
        self._service.model_loading.emit()
        self._scorer = None
        try:
            scorer = self._open_scorer(task.model)
        except Exception as error:  # the edge of a job: whatever happens must reach the person
            self._service.model_failed.emit(sentence_for(error))
            return
        self._scorer = scorer
        info = ModelInfo(
            name=scorer.model_name,
            model_id=scorer.model_id,
            num_crops=scorer.num_crops,
            device_name=scorer.device_name,
        )
        self._service.model_loaded.emit(info)

    def _rate(self, task: _Rating) -> None:
        if self._scorer is None:
            self._service.failed.emit(task.generation, "There is no model to rate with.")
            return
        handing_over = _HandingOver(self._service, task, self._requests, self._explain)
        try:
            with ScoreMemory(
                self._catalog_path,
                model_id=self._scorer.model_id,
                num_crops=self._scorer.num_crops,
            ) as memory:
                rate_photos(
                    task.paths,
                    scorer=self._scorer,
                    memory=memory,
                    on_rated=handing_over.take,
                    should_stop=handing_over.should_stop,
                )
        except Exception as error:  # the edge of a job: whatever happens must reach the person
            handing_over.flush()
            self._service.failed.emit(task.generation, sentence_for(error))
            return
        handing_over.flush()
        is_complete = handing_over.num_taken == len(task.paths)
        (self._service.finished if is_complete else self._service.stopped).emit(task.generation)

    def _explain(self, task: _Explanation) -> None:
        if self._scorer is None:
            reason = "There is no model to explain with."
            self._service.explain_failed.emit(task.generation, task.path, reason)
            return
        try:
            quality_map = self._scorer.explain(task.path, finds_defects=False)
        except Exception as error:  # the edge of a job: whatever happens must reach the person
            self._service.explain_failed.emit(task.generation, task.path, sentence_for(error))
            return
        self._service.explained.emit(task.generation, task.path, quality_map)


class _HandingOver:
    """Collects the results of one rating and hands them to the window a few at a time."""

    def __init__(
        self,
        service: ScoringService,
        task: _Rating,
        requests: _Requests,
        explain: Callable[[_Explanation], None],
    ) -> None:
        self._service = service
        self._task = task
        self._requests = requests
        self._explain = explain
        self._batch: list[RatedPhoto] = []
        self._flushed_at_s = time.monotonic()
        self._pace = RatingPace(len(task.paths), began_at_s=self._flushed_at_s)
        self.num_taken = 0

    def take(self, photo: RatedPhoto) -> None:
        now_s = time.monotonic()
        self._pace.count(
            now_s=now_s,
            is_remembered=photo.is_remembered,
            is_readable=photo.error is None,
        )
        self.num_taken += 1
        self._batch.append(photo)
        if now_s - self._flushed_at_s > _BATCH_S:
            self.flush()

    def flush(self) -> None:
        self._flushed_at_s = time.monotonic()
        if self._batch:
            batch, self._batch = self._batch, []
            self._service.scored.emit(self._task.generation, batch)
        self._service.progressed.emit(self._task.generation, self._pace.progress())

    def should_stop(self) -> bool:
        """Between two photos: explain what is waiting, wait while paused, end when asked to."""
        if self._requests.is_paused:
            self.flush()
        began_at_s = time.monotonic()
        while (task := self._requests.next_explanation()) is not None:
            self._explain(task)
        self._pace.leave_out(time.monotonic() - began_at_s)
        return self._requests.must_stop()
