"""Labelled photos brought together with what the model says about them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import WrongUse
from app.rating.rate_photos import RatedPhoto
from engine.measures.label_scale import LabelScale
from trainer.labels.label_set import LabelledPhoto, LabelSet

ALL = "all"


@dataclass(frozen=True, slots=True)
class LabelledScores:
    """Photos with a label and a score each, both 0-100 and higher is better, in label order."""

    paths: list[Path]
    predicted: list[float]
    rated: list[float]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A labelled photo that the figures do not count, and why."""

    path: Path
    reason: str


def chosen_part(labels: LabelSet, wanted: str | None) -> str:
    """The part to measure on: the one asked for, else the test part, else all photos."""
    has_test = any(photo.split == "test" for photo in labels.photos)
    if wanted is None:
        return "test" if has_test else ALL
    if wanted != ALL and not photos_of(labels, wanted):
        raise WrongUse(
            f"{labels.source} has no photos in a part called {wanted}. Name the parts in a column"
            " split, or measure on all photos: --split all"
        )
    return wanted


def photos_of(labels: LabelSet, part: str) -> list[LabelledPhoto]:
    """The photos of a part, in the order of the labels."""
    return [photo for photo in labels.photos if part in (ALL, photo.split)]


def require_photos(photos: Sequence[LabelledPhoto], source: Path) -> None:
    """Raise WrongUse now if not one of the photos is there to be rated."""
    if not photos or any(photo.path.is_file() for photo in photos):
        return
    folder = source if source.is_dir() else source.parent
    raise WrongUse(
        f"None of the {len(photos)} photos is there, such as {photos[0].path}. Names are looked up"
        f" from {folder}; put the photos there or correct the names in the labels."
    )


def require_scores(scores: LabelledScores, left_out: Sequence[LeftOut]) -> None:
    """Raise WrongUse if no photo can be measured, with the reason of the first."""
    if scores.paths or not left_out:
        return
    first = left_out[0]
    raise WrongUse(
        f"None of the {len(left_out)} photos could be measured. The first is {first.path}:"
        f" {first.reason}"
    )


def bring_together(
    photos: Sequence[LabelledPhoto], scale: LabelScale, rated: Mapping[Path, RatedPhoto]
) -> tuple[LabelledScores, list[LeftOut]]:
    """Labels and scores side by side, and the photos that lack one of them."""
    scores = LabelledScores([], [], [])
    left_out = []
    for photo in photos:
        result = rated[photo.path]
        if not math.isfinite(photo.score):
            left_out.append(LeftOut(photo.path, "The label is not a number."))
        elif result.score_0_100 is None:
            left_out.append(LeftOut(photo.path, result.error or "It could not be rated."))
        else:
            scores.paths.append(photo.path)
            scores.predicted.append(result.score_0_100)
            scores.rated.append(float(scale.to_0_100(photo.score)))
    return scores, left_out
