"""The photos of one rating, best first, with each one's place among them."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from app.rating.rate_photos import RatedPhoto


@dataclass(frozen=True, slots=True)
class RankedPhoto:
    """A rated photo and the share of the photos rated with it that score lower or the same."""

    photo: RatedPhoto
    percentile: float | None  # 0-100; None for a photo without a score


def ranked(photos: Iterable[RatedPhoto]) -> list[RankedPhoto]:
    """Best first; equal scores and the unreadable ones, which come last, by path."""
    photos = sorted(photos, key=_best_first)
    scores = sorted(photo.score_0_100 for photo in photos if photo.score_0_100 is not None)
    return [RankedPhoto(photo, _percentile(photo.score_0_100, scores)) for photo in photos]


def _best_first(photo: RatedPhoto) -> tuple[bool, float, str]:
    score = photo.score_0_100
    return (score is None, 0.0 if score is None else -score, str(photo.path))


def _percentile(score: float | None, sorted_scores: list[float]) -> float | None:
    if score is None:
        return None
    return 100.0 * bisect_right(sorted_scores, score) / len(sorted_scores)
