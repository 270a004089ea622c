"""Checks of labels that need no look at the photos: scores, duplicates, parts."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

from engine.counted import counted
from engine.measures.label_scale import LabelScale
from trainer.labels.label_problem import LabelProblem, problem
from trainer.labels.label_set import LabelledPhoto

# Which copy of a photo is kept: the one in the part that must stay untouched longest.
_HELD_OUT_RANK = {None: 0, "train": 0, "val": 1, "test": 2}
_ROUNDING = 1e-9

Checked = tuple[list[LabelledPhoto], list[LabelProblem]]


def held_out_rank(photo: LabelledPhoto) -> int:
    """0 for training or undecided, 1 for validation, 2 for test."""
    return _HELD_OUT_RANK[photo.split]


def drop_impossible_scores(photos: Sequence[LabelledPhoto], scale: LabelScale) -> Checked:
    """Without the photos whose score is not a number or lies outside the scale.

    A photo that is not there is left for who looks for it: its score is not what is wrong.
    """
    slack = _ROUNDING * (scale.high - scale.low)
    kept, nameless, outside = [], [], []
    for photo in photos:
        if not math.isfinite(photo.score):
            nameless.append(photo.path.name)
        elif scale.low - slack <= photo.score <= scale.high + slack or not photo.path.is_file():
            kept.append(photo)
        else:
            outside.append(f"{photo.path.name} ({photo.score:g})")
    problems = []
    if nameless:
        problems.append(
            problem(
                "score_not_a_number",
                f"{counted(len(nameless))} without a finite number as score: left out.",
                "Fill in or remove these rows.",
                nameless,
            )
        )
    if outside:
        problems.append(
            problem(
                "score_out_of_range",
                f"{counted(len(outside))} with a score outside {scale.low:g} to {scale.high:g}: "
                "left out.",
                "Correct the scores, or the lowest and highest possible score.",
                outside,
            )
        )
    return kept, problems


def drop_duplicates(photos: Sequence[LabelledPhoto]) -> Checked:
    """Each photo once; a photo with two different scores is fatal."""
    by_path: dict[str, list[LabelledPhoto]] = {}
    for photo in photos:
        by_path.setdefault(_canonical(photo.path), []).append(photo)
    kept, repeated, conflicting = [], [], []
    for copies in by_path.values():
        kept.append(max(copies, key=held_out_rank))
        scores = sorted({copy.score for copy in copies})
        if len(scores) > 1:
            listed = ", ".join(f"{score:g}" for score in scores)
            conflicting.append(f"{copies[0].path.name} ({listed})")
        elif len(copies) > 1:
            repeated.append(copies[0].path.name)
    problems = []
    if conflicting:
        problems.append(
            problem(
                "conflicting_scores",
                f"{counted(len(conflicting))} named more than once with different scores.",
                "Decide on one score for each photo, or average them.",
                conflicting,
                is_fatal=True,
            )
        )
    if repeated:
        problems.append(
            problem(
                "duplicate_photo",
                f"{counted(len(repeated))} named more than once with the same score: taken once.",
                "Nothing needs to be done.",
                repeated,
            )
        )
    return kept, problems


def check_groups(photos: Sequence[LabelledPhoto]) -> list[LabelProblem]:
    """Fatal if the parts that the labels give tear a reference apart."""
    if not any(photo.split for photo in photos):
        return []
    parts: dict[str, set[str]] = {}
    for photo in photos:
        if photo.reference is not None:
            parts.setdefault(photo.reference, set()).add(photo.split or "train")
    torn = [
        f"{name} ({', '.join(sorted(found))})" for name, found in parts.items() if len(found) > 1
    ]
    if not torn:
        return []
    return [
        problem(
            "group_in_two_parts",
            f"{len(torn)} reference{'s are' if len(torn) > 1 else ' is'} in more than one part, so "
            "the test would ask about scenes that were trained on.",
            "Put all photos of a reference into one part, or remove the split column.",
            torn,
            is_fatal=True,
        )
    ]


def check_spread(photos: Sequence[LabelledPhoto], *, min_photos: int) -> list[LabelProblem]:
    """Fatal if there are too few photos, or nothing to tell them apart by."""
    problems = []
    if len(photos) < min_photos:
        problems.append(
            problem(
                "too_few_photos",
                f"{counted(len(photos))} can be used, but training needs at least {min_photos}.",
                "Label more photos; a few hundred give a first useful model.",
                [photo.path.name for photo in photos],
                is_fatal=True,
            )
        )
    if len(photos) > 1 and len({photo.score for photo in photos}) == 1:
        problems.append(
            problem(
                "constant_scores",
                f"All photos have the same score, {photos[0].score:g}; there is nothing to learn.",
                "Check that the right column was taken for the scores.",
                [photo.path.name for photo in photos],
                is_fatal=True,
            )
        )
    return problems


def _canonical(path: Path) -> str:
    return os.path.normcase(os.path.abspath(path))
