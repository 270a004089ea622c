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
    FITTING = "fitting"


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

    Reading goes by the photos that were read; what comes after it is taken to last as it is
    expected to, until it has begun and shows its own pace.
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
        self._began_s = now_s()
        self._read_s = 0.0  # what reading took in all

    def opening(self) -> Progress:
        """While the model is opened."""
        return Progress(stage=Stage.OPENING, share=0.0, num_photos=self._num_photos)

    def begin_reading(self) -> None:
        """The model is open: photos are read from now on."""
        self._began_s = self._now_s()

    def reading(self, num_read: int) -> Progress:
        """After so many photos."""
        self._read_s = self._now_s() - self._began_s
        share_read = num_read / max(1, self._num_photos)
        left = None
        whole = self._judging_s
        if num_read:
            whole += self._read_s / share_read
            left = whole - self._read_s
        return Progress(
            stage=Stage.READING,
            share=0.0 if left is None else min(1.0, self._read_s / max(whole, 1e-9)),
            num_read=num_read,
            num_photos=self._num_photos,
            seconds_left=left,
        )

    def begin_judging(self) -> None:
        """All photos are read."""
        self._read_s = self._now_s() - self._began_s
        self._began_s = self._now_s()

    def judging(self, share: float) -> Progress:
        """After that share of the trials, from 0 to 1."""
        spent = self._now_s() - self._began_s
        expected = max(self._judging_s, spent)
        if share >= _SMALLEST_SHARE:
            expected = spent / share
        whole = self._read_s + expected
        return Progress(
            stage=Stage.JUDGING,
            share=min(1.0, (self._read_s + spent) / max(whole, 1e-9)),
            num_read=self._num_photos,
            num_photos=self._num_photos,
            seconds_left=max(0.0, expected - spent),
        )
