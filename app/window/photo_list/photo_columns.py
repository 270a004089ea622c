"""The photos of a list as columns of numbers, which are sorted and filtered at once."""

# N photos

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from app.catalog.photo_entry import PhotoEntry


@dataclass(slots=True)
class PhotoColumns:
    """What sorting and filtering look at, each (N,); numbers that are not known are NaN."""

    scores: npt.NDArray[np.float64]
    stars: npt.NDArray[np.int8]
    flags: npt.NDArray[np.int8]
    mtimes_ns: npt.NDArray[np.int64]
    is_unreadable: npt.NDArray[np.bool_]
    focus: npt.NDArray[np.float32]
    noise: npt.NDArray[np.float32]

    @classmethod
    def of(cls, entries: Sequence[PhotoEntry]) -> Self:
        """The columns of these photos, in their order."""
        num = len(entries)
        return cls(
            scores=np.fromiter((_number(entry.score_0_100) for entry in entries), np.float64, num),
            stars=np.fromiter((entry.stars for entry in entries), np.int8, num),
            flags=np.fromiter((entry.flag for entry in entries), np.int8, num),
            mtimes_ns=np.fromiter((entry.mtime_ns for entry in entries), np.int64, num),
            is_unreadable=np.fromiter(
                (entry.error is not None for entry in entries), np.bool_, num
            ),
            focus=np.fromiter((_number(entry.focus_at_100) for entry in entries), np.float32, num),
            noise=np.fromiter((_number(entry.noise_at_100) for entry in entries), np.float32, num),
        )

    def followed_by(self, other: Self) -> Self:
        """These photos and then the others."""
        return type(self)(
            scores=np.concatenate([self.scores, other.scores]),
            stars=np.concatenate([self.stars, other.stars]),
            flags=np.concatenate([self.flags, other.flags]),
            mtimes_ns=np.concatenate([self.mtimes_ns, other.mtimes_ns]),
            is_unreadable=np.concatenate([self.is_unreadable, other.is_unreadable]),
            focus=np.concatenate([self.focus, other.focus]),
            noise=np.concatenate([self.noise, other.noise]),
        )

    def only(self, numbers: npt.NDArray[np.int64]) -> Self:
        """The photos with these numbers."""
        return type(self)(
            scores=self.scores[numbers],
            stars=self.stars[numbers],
            flags=self.flags[numbers],
            mtimes_ns=self.mtimes_ns[numbers],
            is_unreadable=self.is_unreadable[numbers],
            focus=self.focus[numbers],
            noise=self.noise[numbers],
        )

    def put(self, number: int, entry: PhotoEntry) -> None:
        """Take over one photo's new values."""
        self.scores[number] = _number(entry.score_0_100)
        self.stars[number] = entry.stars
        self.flags[number] = entry.flag
        self.mtimes_ns[number] = entry.mtime_ns
        self.is_unreadable[number] = entry.error is not None
        self.focus[number] = _number(entry.focus_at_100)
        self.noise[number] = _number(entry.noise_at_100)

    @property
    def is_unrated(self) -> npt.NDArray[np.bool_]:
        """Photos without a score that may still get one."""
        return np.isnan(self.scores) & ~self.is_unreadable


@dataclass(frozen=True, slots=True)
class PhotoBatch:
    """Photos with their columns, put together off the GUI thread."""

    entries: list[PhotoEntry]
    columns: PhotoColumns

    @classmethod
    def of(cls, entries: list[PhotoEntry]) -> Self:
        """A batch of these photos."""
        return cls(entries, PhotoColumns.of(entries))


def _number(value: float | None) -> float:
    return math.nan if value is None else value
