"""Rating photos with a memory: what the catalog knows is not rated again."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from app.catalog.photo_files import stamp_of
from app.catalog.score_memory import ScoreMemory
from app.catalog.scores import StoredScore
from app.rating.identified import Identified, identify, unidentified
from engine.certainty.familiarity import Familiarity
from engine.defects.seen_reduced import is_seen_reduced
from engine.photo_score import PhotoScore
from engine.photos.read_ahead import read_ahead

_HASHING_THREADS = 2
_HASHED_AHEAD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPhoto:
    """A photo with its score from 0 to 100, or with the reason why it has none.

    `uncertainty` is half of an interval where there is a `familiarity`, else the spread over crops.
    """

    path: Path
    score_0_100: float | None
    uncertainty: float | None
    width_px: int | None
    height_px: int | None
    error: str | None
    is_remembered: bool
    ratings: tuple[float, ...] = ()  # probabilities of 1 to 5, of models that predict them
    familiarity: Familiarity | None = None

    @property
    def is_seen_reduced(self) -> bool | None:
        """Whether the score is of a reduced picture, not its pixels; None if unrated."""
        if self.width_px is None or self.height_px is None:
            return None
        return is_seen_reduced(self.width_px, self.height_px)


class ScoresPhotos(Protocol):
    """The part of engine.scorer.Scorer that rating needs; naming it here does not load torch."""

    @property
    def model_id(self) -> str:
        """Tells one model file from every other."""

    @property
    def num_crops(self) -> int:
        """How many crops of a photo are scored."""

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool]
    ) -> Iterator[PhotoScore]:
        """Scores in the order of `paths`, taken a few ahead and in the thread of the caller."""


def rate_photos(
    paths: Sequence[Path],
    *,
    scorer: ScoresPhotos,
    memory: ScoreMemory,
    on_rated: Callable[[RatedPhoto], None],
    should_stop: Callable[[], bool],
) -> None:
    """Rate photos, handing each over as soon as it is rated: the remembered ones first.

    Photos whose file has not changed cost no reading. The others are hashed, a few ahead of the
    scorer, so that a photo that was moved or copied is recognised; only the rest are scored.
    """
    unseen = []
    for path in paths:
        if should_stop():
            return
        known = _find_unchanged(path, memory)
        if known is None:
            unseen.append(path)
        else:
            on_rated(_from_memory(path, known))
    _rate_unseen(unseen, scorer=scorer, memory=memory, on_rated=on_rated, should_stop=should_stop)


def _rate_unseen(
    paths: Sequence[Path],
    *,
    scorer: ScoresPhotos,
    memory: ScoreMemory,
    on_rated: Callable[[RatedPhoto], None],
    should_stop: Callable[[], bool],
) -> None:
    in_hand: deque[Identified] = deque()  # taken by the scorer, not yet scored

    leaving = threading.Event()

    def unknown() -> Iterator[Path]:
        for photo in read_ahead(
            partial(identify, should_stop=leaving.is_set) if memory.is_working else unidentified,
            paths,
            num_threads=_HASHING_THREADS,
            depth=_HASHED_AHEAD,
            should_stop=should_stop,
            leaving=leaving,
        ):
            if should_stop():
                return
            known = None
            if photo.stamp is not None and photo.content is not None:
                known = memory.find_content(photo.stamp, photo.content)
            if known is not None:
                on_rated(_from_memory(photo.path, known))
            else:
                in_hand.append(photo)
                yield photo.path

    for score in scorer.score_each(unknown(), should_stop=should_stop):
        _remember(score, in_hand.popleft(), memory)
        on_rated(_from_scorer(score))


def _find_unchanged(path: Path, memory: ScoreMemory) -> StoredScore | None:
    if not memory.is_working:
        return None
    try:
        return memory.find_unchanged(stamp_of(path))
    except OSError:
        return None  # the scorer will say what is wrong with it


def _remember(score: PhotoScore, photo: Identified, memory: ScoreMemory) -> None:
    stored = _to_store(score)
    if stored is None or photo.stamp is None or photo.content is None:
        return
    if photo.is_unchanged:
        memory.remember(photo.stamp, photo.content, stored)


def _to_store(score: PhotoScore) -> StoredScore | None:
    if (
        score.score_0_100 is None
        or score.uncertainty is None
        or score.width_px is None
        or score.height_px is None
    ):
        return None
    return StoredScore(
        score_0_100=score.score_0_100,
        uncertainty=score.uncertainty,
        crop_scores=score.crop_scores,
        width_px=score.width_px,
        height_px=score.height_px,
        ratings=score.ratings,
        familiarity=score.familiarity,
    )


def _from_memory(path: Path, score: StoredScore) -> RatedPhoto:
    return RatedPhoto(
        path=path,
        score_0_100=score.score_0_100,
        uncertainty=score.uncertainty,
        width_px=score.width_px,
        height_px=score.height_px,
        error=None,
        is_remembered=True,
        ratings=score.ratings,
        familiarity=score.familiarity,
    )


def _from_scorer(score: PhotoScore) -> RatedPhoto:
    return RatedPhoto(
        path=score.path,
        score_0_100=score.score_0_100,
        uncertainty=score.uncertainty,
        width_px=score.width_px,
        height_px=score.height_px,
        error=score.error,
        is_remembered=False,
        ratings=score.ratings,
        familiarity=score.familiarity,
    )
