"""How far the making of a model is, and how long it will still take."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

_SMALLEST_SHARE = 0.02  # done, before a pace is told from it


class Stage(StrEnum):
    """What is being done."""

    OPENING = "opening"
    READING = "reading"
    JUDGING = "judging"
    SAVING = "saving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One moment; `seconds_left` is None where nothing can be told yet."""

    stage: Stage
    share: float  # of everything, 0 to 1
    num_read: int = 0
    num_photos: int = 0
    seconds_left: float | None = None


class ProgressClock:
    """Tells the time left from the pace so far. Used by one thread.

    Reading goes by the share of the photos that was read, from when the first of them was: what is
    remembered is there at once and says nothing of the pace. What comes after reading is taken to
    last as it is expected to, until it has begun and shows its own pace.
    """

    def __init__(
        self,
        num_photos: int,
        *,
        judging_s: float,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._num_photos = num_photos
        self._judging_s = judging_s
        self._now_s = now_s
        self._reading_from: tuple[float, float] | None = None  # when, and the share at that time
        self._judging_from_s: float | None = None

    def opening(self) -> Progress:
        """While the model is opened."""
        return Progress(stage=Stage.OPENING, share=0.0, num_photos=self._num_photos)

    def reading(self, share: float) -> Progress:
        """After that share of the photos, from 0 to 1."""
        if self._reading_from is None:
            self._reading_from = (self._now_s(), share)
        began_s, share_then = self._reading_from
        spent_s = self._now_s() - began_s
        left_s = None
        if share >= 1:
            left_s = self._judging_s
        elif share - share_then >= _SMALLEST_SHARE:
            left_s = spent_s / (share - share_then) * (1 - share) + self._judging_s
        return self._moment(Stage.READING, share, spent_s, left_s)

    def judging(self, share: float) -> Progress:
        """After that share of the trials, from 0 to 1."""
        if self._judging_from_s is None:
            self._judging_from_s = self._now_s()
        spent_s = self._now_s() - self._judging_from_s
        left_s = max(0.0, self._judging_s - spent_s)
        if share >= _SMALLEST_SHARE:
            left_s = spent_s / share * (1 - share)
        began_s = self._judging_from_s if self._reading_from is None else self._reading_from[0]
        return self._moment(Stage.JUDGING, 1.0, self._now_s() - began_s, left_s)

    def saving(self) -> Progress:
        """All but the file is done."""
        return self._moment(Stage.SAVING, 1.0, 1.0, 0.0)

    def _moment(
        self, stage: Stage, share_read: float, spent_s: float, left_s: float | None
    ) -> Progress:
        share = 0.0 if left_s is None else spent_s / max(spent_s + left_s, 1e-9)
        return Progress(
            stage=stage,
            share=share,
            num_read=round(share_read * self._num_photos),
            num_photos=self._num_photos,
            seconds_left=left_s if stage is not Stage.SAVING else None,
        )
