"""A table with one row per rater and photo, gathered into one label per photo.

What people said is kept: the mean as the score, the spread, and how many gave which rating. Raters
who answer at random or upside down are told; their answers stay in.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.counted import counted
from engine.ratings.counts import NUM_CATEGORIES
from engine.ratings.rater_check import RatedPhoto, RaterReport, check_raters
from trainer.errors import LabelError
from trainer.labels.text_table import parse_number

_SUSPECT = ("upside down", "at random", "one answer")
_NUM_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredPhoto:
    """One photo of a table of raters.

    Attributes:
        row: The first of its rows, for all that is the same in every row.
        score: The mean of its ratings; NaN where no row holds a number.
        std: Their standard deviation; None below two ratings.
        counts: How many gave 1 to 5; None where ratings are others.
    """

    row: tuple[str, ...]
    score: float
    std: float | None
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All photos in the order of their first rows, every rating, and what there is to say."""

    photos: tuple[GatheredPhoto, ...]
    ratings: tuple[float, ...]
    is_one_to_five: bool
    notes: tuple[str, ...]


def has_several_rows(rows: Sequence[Sequence[str]], image: int) -> bool:
    """Whether any photo has more than one row, as it has in a table of raters."""
    names = [row[image] for row in rows]
    return len(set(names)) < len(names)


def gather_raters(rows: Sequence[Sequence[str]], *, image: int, score: int, rater: int) -> Gathered:
    """The rows as one entry per photo; a rater who answers for a photo again changes the answer.

    Raises LabelError when no row holds a rating.
    """
    answers: dict[tuple[str, str], float] = {}
    num_lost, num_again = 0, 0
    for row in rows:
        rating, key = parse_number(row[score]), (row[image], row[rater].strip() or "?")
        if not math.isfinite(rating):
            num_lost += 1
            continue
        num_again += key in answers
        answers[key] = rating
    if not answers:
        raise LabelError(
            "No row holds a rating that is a number.",
            "Write one row per rater and photo, with the rating as a number from 1 to 5.",
        )
    stray = next((key for key, value in answers.items() if not _is_category(value)), None)
    return Gathered(
        photos=_photos(rows, image, answers, has_counts=stray is None),
        ratings=tuple(answers.values()),
        is_one_to_five=stray is None,
        notes=(
            *_notes(answers, stray, num_lost=num_lost, num_again=num_again),
            *(_notes_about_raters(answers) if stray is None else ()),
        ),
    )


def _photos(
    rows: Sequence[Sequence[str]],
    image: int,
    answers: dict[tuple[str, str], float],
    *,
    has_counts: bool,
) -> tuple[GatheredPhoto, ...]:
    first: dict[str, tuple[str, ...]] = {}
    for row in rows:
        first.setdefault(row[image], tuple(row))
    of_photo: dict[str, list[float]] = {name: [] for name in first}
    for (name, _), rating in answers.items():
        of_photo[name].append(rating)
    return tuple(
        GatheredPhoto(
            row=row,
            score=float(np.mean(of_photo[name])) if of_photo[name] else math.nan,
            std=float(np.std(of_photo[name])) if len(of_photo[name]) > 1 else None,
            counts=_counts(of_photo[name]) if has_counts and of_photo[name] else None,
        )
        for name, row in first.items()
    )


def _counts(ratings: Sequence[float]) -> tuple[int, ...]:
    given = Counter(ratings)
    return tuple(given[float(category)] for category in range(1, NUM_CATEGORIES + 1))


def _is_category(rating: float) -> bool:
    return rating.is_integer() and 1 <= rating <= NUM_CATEGORIES


def _notes(
    answers: dict[tuple[str, str], float],
    stray: tuple[str, str] | None,
    *,
    num_lost: int,
    num_again: int,
) -> list[str]:
    per_photo = Counter(name for name, _ in answers).values()
    fewest, most = min(per_photo), max(per_photo)
    each = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    raters = counted(len({who for _, who in answers}), "rater")
    notes = [
        f"One row per rater and photo: {raters} rated {counted(len(per_photo))}, {each} each; "
        "scores are the means."
    ]
    if num_lost:
        notes.append(f"No rating was found in {counted(num_lost, 'row')}: no number there.")
    if num_again:
        notes.append(
            f"Some raters answered for a photo again ({counted(num_again, 'row')}): the last "
            "answer counts."
        )
    if stray is not None:
        photo, who = stray
        notes.append(
            f"Ratings are not all 1, 2, 3, 4 or 5 ({who} gave {photo} {answers[stray]:g}), so "
            "means and spreads are kept, but not how many gave which rating."
        )
    return notes


def _notes_about_raters(answers: dict[tuple[str, str], float]) -> list[str]:
    reports = check_raters(
        [RatedPhoto(who, photo, int(rating)) for (photo, who), rating in answers.items()]
    )
    suspects = [report for report in reports if report.verdict in _SUSPECT]
    notes = [report.words for report in suspects]
    if suspects:
        notes.append("All answers were kept; take out the rows of a rater whom you don't trust.")
    unknown = [report for report in reports if report.verdict == "too few"]
    if unknown:
        notes.append(_too_few_to_tell(unknown))
    return notes


def _too_few_to_tell(reports: Sequence[RaterReport]) -> str:
    names = ", ".join(report.rater for report in reports[:_NUM_NAMED])
    more = len(reports) - _NUM_NAMED
    who = f"{names} and {more} more" if more > 0 else names
    return f"How far {who} agree with others can't be told: too few photos are shared."
