"""Which photos are shown, and in which order: pure functions over columns."""

# N photos, M of them shown

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from app.catalog.photo_entry import MAX_STARS, Flag
from app.catalog.shown_score import shown_scores
from app.window.photo_list.photo_columns import PhotoColumns

ALL_FLAGS = frozenset(Flag)
ANY_FOCUS, ANY_NOISE = 0.0, 255.0


class SortKey(Enum):
    """What photos can be sorted by; the value is kept in settings."""

    NAME = "name"
    SCORE = "score"
    DATE = "date"
    STARS = "stars"
    FOCUS = "focus"
    NOISE = "noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFilter:
    """What must hold for a photo to be shown; the default shows all.

    A range of scores keeps rated photos by the score that they show; whether those without a score
    are shown beside them is said apart. A limit of focus or noise at 100 % leaves out what was not
    measured.
    """

    lowest_score: float = 0.0
    highest_score: float = 100.0
    shows_unrated: bool = True
    shows_unreadable: bool = True
    fewest_stars: int = 0
    most_stars: int = MAX_STARS
    flags: frozenset[Flag] = ALL_FLAGS
    least_focus: float = ANY_FOCUS
    most_noise: float = ANY_NOISE

    @property
    def is_open(self) -> bool:
        """Whether every photo is shown."""
        return self == PhotoFilter()

    def matches(self, columns: PhotoColumns) -> npt.NDArray[np.bool_]:
        """Which photos are shown, (N,)."""
        is_rated = ~np.isnan(columns.scores)
        scores = shown_scores(np.nan_to_num(columns.scores))
        is_shown = np.where(
            is_rated,
            (scores >= self.lowest_score) & (scores <= self.highest_score),
            np.where(columns.is_unreadable, self.shows_unreadable, self.shows_unrated),
        )
        is_shown &= (columns.stars >= self.fewest_stars) & (columns.stars <= self.most_stars)
        if self.flags != ALL_FLAGS:
            is_shown &= np.isin(columns.flags, [int(flag) for flag in self.flags])
        # NaN is on neither side of a limit.
        if self.least_focus > ANY_FOCUS:
            is_shown &= columns.focus >= self.least_focus
        if self.most_noise < ANY_NOISE:
            is_shown &= columns.noise <= self.most_noise
        return is_shown


def ordered(
    columns: PhotoColumns, photo_filter: PhotoFilter, key: SortKey, *, is_descending: bool
) -> npt.NDArray[np.int32]:
    """The numbers of the photos shown, (M,), in order.

    Equal ones keep the order of names, and photos whose value is not known come last either way.
    """
    shown = np.flatnonzero(photo_filter.matches(columns)).astype(np.int32)
    values: npt.NDArray[np.float64] | npt.NDArray[np.float32] | npt.NDArray[np.int64]
    match key:
        case SortKey.NAME:
            return shown[::-1] if is_descending else shown
        case SortKey.SCORE:
            values = columns.scores[shown]
        case SortKey.DATE:
            values = columns.mtimes_ns[shown]
        case SortKey.STARS:
            values = columns.stars[shown].astype(np.int64)
        case SortKey.FOCUS:
            values = columns.focus[shown]
        case SortKey.NOISE:
            values = columns.noise[shown]
    # NaN sorts last.
    return shown[np.argsort(-values if is_descending else values, kind="stable")]
